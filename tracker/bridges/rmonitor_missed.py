"""RMonitor: laps that nobody heard, because the stream was joined late or lost on the way.

The timekeepers' order tells how many there are, and their history, where a relay keeps one, tells
when each ended.
"""

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from tracker.bridges.rmonitor_heard import Passings

SHORTEST_SHARE = 0.6
"""No lap is put in that is shorter than this share of the car's usual one: then fewer were missed,
and the timekeepers count otherwise than we do."""
MOST = 1_000


class Missed(NamedTuple):
    """A passing that was not heard."""

    lap: int
    at: int
    """Race time in microseconds."""
    spent: int | None
    """Lap time where it is known."""
    retimes: int | None = None
    """The time that was put in its place before."""
    before_first: bool = False
    """It lies before the first passing that was heard."""


def spread(car: Passings, told: int, at: int) -> list[tuple[int, int]]:
    """Laps missed before a passing that ends lap `told` at a time, evenly between: lap and time."""
    count = min(told - car.laps, MOST)
    if not car.totals or count < 2:
        return []
    last = car.totals[-1]
    laps = [after - before for before, after in zip(car.totals, car.totals[1:], strict=False)]
    if laps:
        shortest = max(1, int(median(laps) * SHORTEST_SHARE))
        count = min(count, (at - last) // shortest)
    return [(told - count + part, last + (at - last) * part // count) for part in range(1, count)]


def reconciled(car: Passings) -> Iterator[Missed]:
    """What the timekeepers' history of a car tells that was not heard, first lap to last."""
    known = set(car.totals)
    for lap, (at, spent) in sorted(car.history.items()):
        if at in known:
            continue
        if lap in car.estimates:
            yield Missed(lap, at, spent, retimes=car.estimates[lap])
        elif not car.totals or at > max(known):
            yield Missed(lap, at, spent)
            known.add(at)
        elif at < car.totals[0]:
            yield Missed(lap, at, spent, before_first=True)
        # One between two that were heard would be a lap more than the timekeepers count.


def credit_due(car: Passings, opened_on: int) -> int:
    """Laps still to be credited to a car whose first heard passing ended lap `opened_on`.

    With earlier passings put in, that passing ends a lap as well, where it only opened one before.
    """
    completed = sum(lap > 0 for lap in car.put_before)
    return max(0, opened_on - completed - 1) if car.put_before else opened_on
