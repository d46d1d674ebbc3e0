"""What a stop under green costs: the race's own stops say it.

The cost is what the laps of the stop took longer than the laps before it: braking, pit road, the
stop, and coming up to speed. With it one can say where a car would come out if it stopped now.
"""

from bisect import bisect_left
from dataclasses import dataclass
from statistics import median_low

from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.stats.green_laps import Spans, not_green, stops
from tracker.racing.vocabulary import RaceTime

LAPS_BEFORE = 3
"""Laps before a stop that say how fast the car was."""

LEAST_STOPS = 3
"""Fewer stops than this say more about who made them than about pit road."""

MOST_LAPS = 2
"""A stop takes the lap in and the lap out; one that takes more was a repair."""


@dataclass(frozen=True, slots=True)
class PitLoss:
    """What stopping has cost in this race."""

    time: RaceTime
    """The median, in microseconds."""
    stops: int
    """How many stops it is the median of."""


def pit_loss(race: Race) -> PitLoss | None:
    """What a stop under green has cost in this race; None while there were too few."""
    slow = not_green(race)
    costs = [cost for car in race.cars.values() for cost in costs_of(car, slow)]
    if len(costs) < LEAST_STOPS:
        return None
    return PitLoss(RaceTime(median_low(costs)), len(costs))


def costs_of(car: Car, slow: Spans) -> list[int]:
    """What each of a car's stops under green cost it, where that can be said."""
    found: list[int] = []
    at = car.crossings
    on_pit_road: Spans | None = None
    for stop in car.pit_stops:
        if stop.caution is not None or stop.entered is None or stop.left is None:
            continue
        # Laps k with at[k - 1] < moment <= at[k]: the lap in, and the lap out.
        first, last = bisect_left(at, stop.entered), bisect_left(at, stop.left)
        before = first - LAPS_BEFORE
        if before < 1 or last >= len(at) or last - first >= MOST_LAPS:
            continue
        on_pit_road = on_pit_road or stops(car)
        if slow.touch(at[before - 1], at[last]) or on_pit_road.touch(at[before - 1], at[first - 1]):
            continue
        usual = (at[first - 1] - at[before - 1]) // LAPS_BEFORE
        cost = at[last] - at[first - 1] - (last - first + 1) * usual
        if cost > 0:
            found.append(cost)
    return found
