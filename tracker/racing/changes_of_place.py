"""Places gained and lost since the last green flag, and what mainly caused it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.vocabulary import EntryId


@dataclass(frozen=True, slots=True)
class Places:
    """Places gained (+) or lost (-) since a lap, with the main cause."""

    gained: int
    cause: str | None


def places(race: Race, order: list[Car]) -> dict[EntryId, Places]:
    """For every car in the running order, what became of its place since the last green."""
    since = race.restart
    if since is None or not since.order:
        return {car.entry: Places(0, None) for car in order}
    now = {car.entry: place for place, car in enumerate(order, start=1)}
    stopped = {car.entry for car in order if stopped_since(car, since.at)}
    return {
        car.entry: Places(
            since.order[car.entry] - now[car.entry],
            cause(race, car, since.order, now, stopped),
        )
        if car.entry in since.order
        else Places(0, None)
        for car in order
    }


def stopped_since(car: Car, at: int) -> bool:
    """Whether the car came to pit road after that time."""
    if not car.pit_stops:
        return False
    entered = car.pit_stops[-1].entered
    return car.on_pit_road or (entered is not None and entered > at)


def cause(
    race: Race,
    car: Car,
    then: Mapping[EntryId, int],
    now: Mapping[EntryId, int],
    stopped: set[EntryId],
) -> str | None:
    """The main cause of a change of place; None without one.

    A car's own trouble first, then its own stop; a car that gained by others' stops gained in
    the pits too. What is left was done on the track.
    """
    change = then[car.entry] - now[car.entry]
    if change == 0:
        return None
    since = race.restart
    assert since is not None
    if car.retired is not None:
        return "retirement"
    if change < 0 and any(
        incident.at >= since.at and any(part.entry == car.entry for part in incident.involved)
        for incident in race.incidents.values()
    ):
        return "incident"
    if change < 0 and any(
        penalty.entry == car.entry
        and penalty.at >= since.at
        and penalty.status in ("applied", "served")
        for penalty in race.penalties.values()
    ):
        return "penalty"
    if car.entry in stopped:
        return "pit" if change < 0 else "track"
    passed = [
        entry
        for entry, place in then.items()
        if place < then[car.entry] and now.get(entry, 0) > now[car.entry]
    ]
    if change > 0 and passed:
        by_stops = sum(entry in stopped for entry in passed)
        by_retirement = sum(
            entry in race.cars and race.cars[entry].retired is not None for entry in passed
        )
        if by_stops * 2 >= len(passed):
            return "pit"
        if by_retirement * 2 > len(passed):
            return "retirement"
    return "track"
