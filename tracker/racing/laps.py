"""Every lap of a car, one by one; and the order in which a lap was completed."""

from bisect import bisect_right
from dataclasses import dataclass

from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.vocabulary import EntryId, Flag, RaceTime


@dataclass(frozen=True, slots=True)
class Lap:
    """One lap of one car."""

    number: int
    time: RaceTime
    completed_at: RaceTime
    position: int
    """Place in which this lap was completed."""
    flags: tuple[Flag, ...]
    """Flags shown to the field while it was run."""
    estimated: bool


def laps_of(race: Race, car: Car) -> list[Lap]:
    """The laps a car has completed, first to last."""
    shown_at = [shown.at for shown in race.flags_shown]
    estimates = set(car.estimates)
    laps = []
    for number in range(1, len(car.crossings)):
        began, ended = car.crossings[number - 1], car.crossings[number]
        first = max(0, bisect_right(shown_at, began) - 1)
        last = bisect_right(shown_at, ended)
        flags = dict.fromkeys(shown.flag for shown in race.flags_shown[first:last])
        laps.append(
            Lap(
                number,
                RaceTime(ended - began),
                ended,
                car.positions[number],
                tuple(flags),
                number in estimates,
            )
        )
    return laps


def order_of_lap(race: Race, lap: int) -> list[EntryId] | None:
    """The order in which cars completed a lap, then the cars that never did, by how far they came.

    Lap 0 is the grid. None while no car has completed the lap.
    """
    if not 0 <= lap < len(race.lap_orders):
        return None
    order = race.lap_orders[lap]
    placed = set(order)
    rest = sorted(
        (car for car in race.cars.values() if car.entry not in placed),
        key=lambda car: (-car.laps_completed, car.last_crossing or 0, car.entry),
    )
    return [*order, *(car.entry for car in rest)]
