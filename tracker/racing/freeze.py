"""The order under caution: frozen where each car was last seen, until the field has lined up.

Order by the last loop crossed at or before the flag: a pass made after the loop does not count.
"""

from collections.abc import Iterable

from tracker.racing.car import Car
from tracker.racing.overdue import overdue
from tracker.racing.race import FrozenOrder, Race
from tracker.racing.vocabulary import RaceTime

LINED_UP = 2
"""Crossings of the line after which a car is behind the pace car in the place it was given."""


def frozen(race: Race, at: RaceTime, order: Iterable[Car], basis: str | None = None) -> FrozenOrder:
    """The order at a moment, as a value."""
    cars = list(order)
    return FrozenOrder(
        at=at,
        basis=basis or ("loops" if race.places_on_lap else "sf_only"),
        order=tuple(car.entry for car in cars),
        laps={car.entry: car.laps_completed for car in cars if car.crossings},
        laps_down={car.entry: car.laps_down for car in cars if car.crossings},
    )


def with_places_held(race: Race, frozen: FrozenOrder, order: list[Car]) -> list[Car]:
    """The order by crossings, with frozen places kept by cars that have done nothing to move.

    A car gives up its frozen place by coming to pit road, by stopping, or by having crossed the
    line twice since: then the crossings say where it lined up. Those cars are put between the
    others by their crossings.
    """
    place = {entry: number for number, entry in enumerate(frozen.order)}
    holding = {
        car.entry for car in order if car.entry in place and holds_place(race, car, frozen.at)
    }
    if not holding:
        return order
    by_crossings = {car.entry: number for number, car in enumerate(order)}
    held = sorted((car for car in order if car.entry in holding), key=lambda car: place[car.entry])
    merged: list[Car] = []
    waiting = held
    for car in order:
        if car.entry in holding:
            continue
        if waiting:
            # One who comes late himself keeps nobody waiting: the others go before, in their order.
            here = by_crossings[car.entry]
            merged.extend(one for one in waiting if by_crossings[one.entry] < here)
            waiting = [one for one in waiting if by_crossings[one.entry] > here]
        merged.append(car)
    return [*merged, *waiting]


def holds_place(race: Race, car: Car, since: RaceTime) -> bool:
    """Whether a car still has the place it was frozen in."""
    if car.retired is not None:
        return False
    crossings = car.crossings
    if len(crossings) >= LINED_UP and crossings[-LINED_UP] > since:
        return False
    if car.pit_stops:
        stop = car.pit_stops[-1]
        if car.on_pit_road or (stop.left is not None and stop.left > since):
            return False
    return not overdue(race, car)
