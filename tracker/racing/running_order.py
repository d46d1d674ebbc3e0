"""The running order: one sort key for grid, race and finish; and the gaps that go with it.

key = not started, laps completed (more first), last loop crossed on this lap (further first),
when it was crossed (earlier first), entry. Nothing depends on what arrived first.
"""

from typing import NamedTuple

from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.vocabulary import RaceTime

LAST_ON_GRID = 1_000_000


def key(car: Car) -> tuple[bool, int, float, int, str]:
    """A car's place in the running order, as something to sort by."""
    if not car.crossings:
        return (True, 0, 0.0, car.starting_position or LAST_ON_GRID, car.entry)
    return (False, -car.laps_completed, -car.progress, car.progress_at, car.entry)


def running_order(race: Race) -> list[Car]:
    """The cars as they run, leader first; before their first crossing, as they are gridded."""
    return sorted(race.cars.values(), key=key)


def gap_to_leader(race: Race, car: Car) -> RaceTime | None:
    """Time behind the leader where both last crossed the line, on the lead lap; else None.

    The leader of that lap has no gap: 0.
    """
    if not car.crossings or car.laps_down or car.laps_credited:
        return None
    laps = len(car.crossings) - 1
    if laps == 0 or laps >= len(race.leader_crossings):
        return None
    return RaceTime(car.crossings[laps] - race.leader_crossings[laps])


class Interval(NamedTuple):
    """How far behind the next car ahead: in time on the same lap, or in laps."""

    time: RaceTime | None = None
    laps: int | None = None


def interval(car: Car, ahead: Car) -> Interval:
    """How far a car is behind the next car ahead, at the line, when it last crossed.

    Cars as many laps behind the leader are compared in time, others in laps. A car that has
    passed the other since they last both crossed is not known until it crosses again.
    """
    if not car.crossings or not ahead.crossings:
        return Interval()
    if car.laps_down != ahead.laps_down:
        return Interval(laps=max(1, car.laps_down - ahead.laps_down))
    laps = len(car.crossings) - 1
    if laps == 0 or laps >= len(ahead.crossings):
        return Interval()
    behind = car.crossings[laps] - ahead.crossings[laps]
    return Interval(time=RaceTime(behind)) if behind >= 0 else Interval()
