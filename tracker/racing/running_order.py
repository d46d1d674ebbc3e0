"""The running order: one sort key for grid, race and finish; and the gaps that go with it.

key = not started, laps completed (more first), last loop crossed on this lap (further first),
when it was crossed (earlier first), entry. Nothing depends on what arrived first.

This is the live order, from all loops. Official orders are from the line alone: `lap_orders`.
"""

from typing import NamedTuple

from tracker.racing.car import Car
from tracker.racing.freeze import with_places_held
from tracker.racing.race import Race
from tracker.racing.vocabulary import Flag, RaceTime

LAST_ON_GRID = 1_000_000


def key(car: Car) -> tuple[bool, int, float, int, str]:
    """A car's place in the running order, as something to sort by."""
    if not car.crossings:
        return (True, 0, 0.0, car.starting_position or LAST_ON_GRID, car.entry)
    return (False, -car.laps_completed, -car.progress, car.progress_at, car.entry)


def order_by_crossings(race: Race) -> list[Car]:
    """The cars as their last crossings place them, whatever flag is shown."""
    return sorted(race.cars.values(), key=key)


def running_order(race: Race) -> list[Car]:
    """The cars as they run, leader first; before their first crossing, as they are gridded.

    Under caution cars keep the places they were frozen in until they have lined up; under red
    nobody moves. From the line alone the frozen order is only as good as the next crossing.
    """
    fixed = race.final_order or (race.frozen if race.flag.flag is Flag.RED else None)
    if fixed is not None:
        place = {entry: number for number, entry in enumerate(fixed.order)}
        return sorted(
            race.cars.values(), key=lambda car: (place.get(car.entry, len(place)), key(car))
        )
    order = order_by_crossings(race)
    if race.frozen is None or race.frozen.approximate:
        return order
    return with_places_held(race, race.frozen, order)


def last_seen(car: Car) -> tuple[float, RaceTime]:
    """The last loop on the track, not on pit road, that a started car crossed; and when."""
    if car.progress.is_integer():
        return car.progress, car.progress_at
    place = max((place for place in car.loop_times if place.is_integer()), default=0.0)
    return place, car.loop_times[place] if place else car.crossings[-1]


def gap_to_leader(race: Race, car: Car) -> RaceTime | None:
    """Time behind the leader at the last loop both crossed on the same lap, on the lead lap.

    None where laps differ. Whoever came there first has no gap: 0.
    """
    if not car.crossings or car.laps_down or car.laps_credited:
        return None
    laps = len(car.crossings) - 1
    if car.progress:
        place, at = last_seen(car)
        first = race.first_at_loop.get((laps + 1, place)) if place else None
        if first is not None:
            return RaceTime(at - first)
    if laps == 0 or laps >= len(race.leader_crossings):
        return None
    return RaceTime(car.crossings[laps] - race.leader_crossings[laps])


class Interval(NamedTuple):
    """How far behind the next car ahead: in time on the same lap, or in laps."""

    time: RaceTime | None = None
    laps: int | None = None


def interval(car: Car, ahead: Car) -> Interval:
    """How far a car is behind another, where it was last seen.

    Cars as many laps behind the leader are compared in time, others in laps. A car that has
    passed the other since they last both crossed is not known until it crosses again.
    """
    if not car.crossings or not ahead.crossings:
        return Interval()
    if car.laps_down != ahead.laps_down:
        return Interval(laps=max(1, car.laps_down - ahead.laps_down))
    laps = len(car.crossings) - 1
    if car.progress:
        place, at = last_seen(car)
        there = time_at(ahead, laps + 1, place) if place else None
        if there is not None:
            return Interval(time=RaceTime(at - there)) if at >= there else Interval()
    if laps == 0 or laps >= len(ahead.crossings):
        return Interval()
    behind = car.crossings[laps] - ahead.crossings[laps]
    return Interval(time=RaceTime(behind)) if behind >= 0 else Interval()


def time_at(car: Car, lap: int, place: float) -> RaceTime | None:
    """When a car crossed a loop on a lap; only the lap in progress and the one before are kept."""
    under_way = len(car.crossings)
    if lap == under_way:
        return car.loop_times.get(place)
    return car.loop_times_before.get(place) if lap == under_way - 1 else None
