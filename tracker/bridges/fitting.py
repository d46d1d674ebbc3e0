"""Crossing times from a published order: bent as little as can be, so that the order comes out.

Feeds that publish lap times rounded, or from each car's own start, do not give the order when they
are summed. Where they publish the running position too, that is the truth: on each lap the cars'
times are the nearest ones (in sum of absolute changes) that stand in the published order. What
was learnt on one lap, such as how far back a car started, stays with the car on the next.
"""

from bisect import insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

APART = 1_000
"""Microseconds between two cars that the order puts one behind the other, at least."""
SHORTEST_SHARE = 0.8
"""No crossing is bent so far that the lap becomes shorter than this share of a fast lap."""
ROW = 100_000
"""Microseconds from one place on the grid to the next, where a feed does not tell them."""


@dataclass(slots=True)
class Runner:
    """What a feed says of one car: its start, its laps, its place on each of them.

    `positions[0]` is its place on the grid, `positions[k]` that on lap k; `laps[k - 1]` is the
    time of lap k. None where the feed says nothing.
    """

    entry: str
    offset: int | None
    laps: list[int | None]
    positions: list[int | None]


def rising(targets: Sequence[int], apart: int = 0) -> list[int]:
    """The nearest rising numbers: pooled where they fall, each pool at its median."""
    pools: list[list[int]] = []
    for place, target in enumerate(targets):
        pools.append([target - place * apart])
        while len(pools) > 1 and middle(pools[-2]) > middle(pools[-1]):
            last = pools.pop()
            for value in last:
                insort(pools[-1], value)
    found = []
    for pool in pools:
        found += [middle(pool)] * len(pool)
    return [value + place * apart for place, value in enumerate(found)]


def middle(pool: Sequence[int]) -> int:
    """The median of a sorted pool, whole."""
    half = len(pool) // 2
    return pool[half] if len(pool) % 2 else (pool[half - 1] + pool[half]) // 2


def shared_places(runners: Sequence[Runner], lap: int) -> dict[int, list[str]]:
    """Places that more than one car holds on a lap."""
    cars = [one for one in runners if lap < len(one.positions)]
    counts = Counter(one.positions[lap] for one in cars)
    return {
        place: [one.entry for one in cars if one.positions[lap] == place]
        for place, count in sorted(counts.items(), key=lambda item: item[0] or 0)
        if place is not None and count > 1
    }


def usual(runners: Sequence[Runner], lap: int) -> int:
    """What the field needed for a lap: its median, or that of every lap where nobody tells."""
    told = [one.laps[lap - 1] for one in runners if lap <= len(one.laps)]
    known = [time for time in told if time]
    return int(median(known or [time for one in runners for time in one.laps if time] or [1]))


def fast_lap(runners: Sequence[Runner]) -> int:
    """A fast lap of this field: the median of the cars' best, so that one bad row is nothing."""
    best = [min(times) for one in runners if (times := [time for time in one.laps if time])]
    return int(median(best)) if best else 0


def started(runners: Sequence[Runner]) -> dict[str, int]:
    """When each car crossed the line at the start; from its place on the grid if not told."""
    behind = sorted(
        (one for one in runners if one.offset is None),
        key=lambda one: one.positions[0] if one.positions and one.positions[0] else len(runners),
    )
    known = {one.entry: one.offset for one in runners if one.offset is not None}
    last = max(known.values(), default=0)
    for place, one in enumerate(behind, start=1):
        known[one.entry] = last + place * ROW
    return known


def fitted(runners: Sequence[Runner], odd: list[str]) -> dict[str, list[int]]:
    """When each car completed each lap, in the published order; index 0 is its start."""
    times = {entry: [at] for entry, at in started(runners).items()}
    shortest = int(fast_lap(runners) * SHORTEST_SHARE)
    for lap in range(1, max((len(one.laps) for one in runners), default=0) + 1):
        field = [one for one in runners if lap <= len(one.laps)]
        for place, entries in shared_places(field, lap).items():
            odd.append(f"lap {lap}: place {place} is shared by cars {', '.join(entries)}")
        needed = usual(field, lap)
        targets = {one.entry: times[one.entry][-1] + (one.laps[lap - 1] or needed) for one in field}
        odd += [f"car {one.entry}: lap {lap} has no time" for one in field if not one.laps[lap - 1]]
        order = sorted(
            (one for one in field if one.positions[lap] is not None),
            key=lambda one: (one.positions[lap] or 0, targets[one.entry]),
        )
        at_least = 0
        for place, at in enumerate(rising([targets[one.entry] for one in order], APART)):
            entry = order[place].entry
            # No car is quicker than cars are: the ones behind it are held up instead.
            at_least = max(at_least + APART, at, times[entry][-1] + shortest)
            times[entry].append(at_least)
        for one in field:
            if one.positions[lap] is None:
                odd.append(f"car {one.entry}: lap {lap} has no place")
                times[one.entry].append(targets[one.entry])
    last_laps_first(times)
    return times


def last_laps_first(times: dict[str, list[int]]) -> None:
    """The winner finishes after every lap but the last of each car: the flag ends them all.

    A lapped car's last counted lap is the one it was on when the winner finished, so the one
    before must have ended by then. Where the bending left it later, the finish is moved.
    """
    laps = max((len(told) for told in times.values()), default=1) - 1
    home = [told for told in times.values() if len(told) > laps > 0]
    if not home:
        return
    finish = min(told[laps] for told in home)
    others = [told[-2] for told in times.values() if len(told) > 2]
    late = max(others, default=0) + APART - finish
    if late > 0:
        for told in home:
            told[laps] += late
