"""Cars that should have been seen by now: stopped, or on their way to being so.

There is no clock here. Now is the latest time anything was seen in this race.
"""

from statistics import median_low
from typing import NamedTuple

from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.vocabulary import Flag, RaceTime

ALLOWANCE = 0.5
"""A car is overdue when it has taken half as long again as it should."""

LATE = 10_000_000
"""Microseconds after which what is known of a car that should have come is called stale."""

PACE_LAPS = 4
"""A lap behind the pace car takes up to so many times a green one (median 3 at Kansas 2025)."""


def usual_lap(car: Car) -> RaceTime | None:
    """The median of the car's laps under green, in microseconds; its best with fewer than three."""
    if len(car.green_laps) >= 3:
        return RaceTime(median_low(car.green_laps))
    return car.best_lap


def expected(race: Race, car: Car) -> RaceTime | None:
    """How long a running car may be expected to take to the next loop, in microseconds.

    As long as it took a lap before, where it was seen there; else a whole lap.
    """
    before = car.loop_times_before
    here = car.progress
    began = before.get(here) if here else None
    ahead = [place for place in before if place > here] if began is not None else []
    due: RaceTime | None
    if began is not None and ahead:
        due = RaceTime(before[min(ahead)] - began)
    else:
        due = usual_lap(car) or race.best_green_lap or race.best_lap
    if due is None:
        return None
    return RaceTime(due * PACE_LAPS) if race.caution is not None else due


def last_heard_of(race: Race, car: Car) -> RaceTime | None:
    """Since when a car out on the track has not been seen; None where it need not be.

    It was last seen at a loop, leaving pit road, or when everybody was: at the last green, or
    when the race went on after it was stopped.
    """
    if (
        race.time is None
        or not car.crossings
        or car.finished_at is not None
        or car.retired is not None
        or car.on_pit_road
        or race.flag.flag is Flag.RED
    ):
        return None
    seen = car.progress_at
    if car.pit_stops and car.pit_stops[-1].left is not None:
        seen = max(seen, car.pit_stops[-1].left)
    if race.restart is not None:
        seen = max(seen, race.restart.at)
    if race.stoppages and race.stoppages[-1].until is not None:
        seen = max(seen, race.stoppages[-1].until)
    return seen


def overdue(race: Race, car: Car) -> bool:
    """Whether a car out on the track has not been seen for too long."""
    return lateness(race, car).stopped


class Lateness(NamedTuple):
    """How a car stands that should have been seen by now."""

    stopped: bool = False
    """It has not been seen for so long that it must have stopped."""
    due: RaceTime | None = None
    """When it should have been seen, where that is a good while ago."""


ON_TIME = Lateness()


def lateness(race: Race, car: Car) -> Lateness:
    """Whether a car is late at its next loop, and whether that means that it stopped."""
    seen = last_heard_of(race, car)
    if seen is None or race.time is None:
        return ON_TIME
    unseen = race.time - seen
    if not car.loop_times_before and car.best_lap is not None and unseen < car.best_lap:
        return ON_TIME
    took = expected(race, car)
    if took is None or unseen <= took:
        return ON_TIME
    stopped = unseen > took * (1 + ALLOWANCE)
    late = unseen - took >= LATE
    return Lateness(stopped, RaceTime(seen + took) if late else None)
