"""Places gained and lost since the last green flag, and what mainly caused it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.racing.car import Car
from tracker.racing.race import Race, Restart
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
    then = restarting_order(race, since)
    now = {car.entry: place for place, car in enumerate(order, start=1)}
    stops = {car.entry: stops_since(car, since.at) for car in order}
    return {
        car.entry: Places(
            then[car.entry] - now[car.entry],
            cause(race, car, then, now, stops),
        )
        if car.entry in then
        else Places(0, None)
        for car in order
    }


def restarting_order(race: Race, since: Restart) -> dict[EntryId, int]:
    """Who restarted where: the order in which the field came to the line at the green.

    Shown shortly before the line, the green finds the cars as they last crossed it, before the
    stops and the wave-around of that lap; the crossing that follows tells how they were lined up.
    """
    lap = since.laps_completed + 1
    if (
        since.laps_completed == 0
        or lap >= min(len(race.lap_orders), len(race.leader_crossings))
        or race.best_lap is None
        or (race.leader_crossings[lap] - since.at) * 2 >= race.best_lap
    ):
        return since.order
    crossed = race.lap_orders[lap]
    placed = set(crossed)
    rest = [entry for entry in since.order if entry not in placed]
    return {entry: place for place, entry in enumerate([*crossed, *rest], start=1)}


def stops_since(car: Car, at: int) -> int:
    """How many stops the car has behind it since that time; the one it is making is not."""
    return sum(
        stop.entered is not None and stop.entered > at and stop.left is not None
        for stop in car.pit_stops
    )


def cause(
    race: Race,
    car: Car,
    then: Mapping[EntryId, int],
    now: Mapping[EntryId, int],
    stops: Mapping[EntryId, int],
) -> str | None:
    """The main cause of a change of place; None without one.

    A car's own trouble first, or a correction of its own scoring; then stops, its own or those of
    the cars it gained on, and corrections of those it lost to. What is left was done on the track.
    """
    change = then[car.entry] - now[car.entry]
    if change == 0:
        return None
    since = race.restart
    assert since is not None
    if car.retired is not None:
        return "retirement"
    if corrected_since(race, car.entry, since.at):
        return "correction"
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
    if change < 0 and (stops[car.entry] > 0 or car.on_pit_road):
        return "pit"
    if change < 0:
        lost_to = [
            entry
            for entry, place in then.items()
            if place > then[car.entry] and now.get(entry, len(now)) < now[car.entry]
        ]
        by_correction = sum(corrected_since(race, entry, since.at) for entry in lost_to)
        return "correction" if by_correction * 2 > len(lost_to) else "track"
    passed = [
        entry
        for entry, place in then.items()
        if place < then[car.entry] and now.get(entry, 0) > now[car.entry]
    ]
    if passed:
        by_stops = sum(stops.get(entry, 0) > stops[car.entry] for entry in passed)
        by_retirement = sum(
            entry in race.cars and race.cars[entry].retired is not None for entry in passed
        )
        by_correction = sum(corrected_since(race, entry, since.at) for entry in passed)
        if by_stops * 2 >= len(passed):
            return "pit"
        if by_correction * 2 > len(passed):
            return "correction"
        if by_retirement * 2 > len(passed):
            return "retirement"
    return "track"


def corrected_since(race: Race, entry: EntryId, at: int) -> bool:
    """Whether officials have corrected the scoring of a car since then."""
    return entry in race.corrected and race.corrected[entry] >= at
