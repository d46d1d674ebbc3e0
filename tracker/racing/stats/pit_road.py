"""Pit road: how long cars were on it, and what they won or lost there."""

from dataclasses import dataclass

from tracker.racing.car import Car, PitStop
from tracker.racing.race import Race
from tracker.racing.stats.green_laps import GreenLaps
from tracker.racing.stats.provenance import LOOP, CarStat, Stat
from tracker.racing.vocabulary import EntryId

SAME_OPENING = 30_000_000
"""Cars that come in under one caution within so many microseconds of each other race to leave."""


@dataclass(frozen=True, slots=True)
class RankedStop:
    """A stop under yellow, and where the car stood among those who stopped with it."""

    caution: int
    entry: EntryId
    stop: PitStop
    rank_in: int
    rank_out: int
    of: int


Timed = tuple[int, int, EntryId, PitStop]
"""When a stop began and ended, whose it was, and the stop."""


def ranked_stops(race: Race) -> list[RankedStop]:
    """Stops under yellow by the openings of pit road, with the order in and the order out."""
    timed: dict[int, list[Timed]] = {}
    for car in race.cars.values():
        for stop in car.pit_stops:
            if stop.caution is not None and stop.entered is not None and stop.left is not None:
                row: Timed = (stop.entered, stop.left, car.entry, stop)
                timed.setdefault(stop.caution, []).append(row)
    found: list[RankedStop] = []
    for caution, rows in sorted(timed.items()):
        rows.sort(key=lambda row: row[:3])
        opening: list[Timed] = []
        for number, row in enumerate(rows):
            if opening and row[0] - rows[number - 1][0] > SAME_OPENING:
                found.extend(ranks(caution, opening))
                opening = []
            opening.append(row)
        found.extend(ranks(caution, opening))
    return found


def ranks(caution: int, opening: list[Timed]) -> list[RankedStop]:
    """The stops of one opening of pit road with their ranks."""
    out = {id(row[3]): place for place, row in enumerate(sorted(opening, key=lambda r: r[1]), 1)}
    return [
        RankedStop(caution, entry, stop, place, out[id(stop)], len(opening))
        for place, (_, _, entry, stop) in enumerate(opening, start=1)
    ]


def pit_statistics(race: Race) -> dict[str, CarStat]:
    """Stops, time on pit road, and places won on it under yellow."""
    stops: dict[EntryId, tuple[int, int]] = {}
    times: dict[EntryId, tuple[int, int]] = {}
    quickest: dict[EntryId, tuple[int, int]] = {}
    for car in race.cars.values():
        if not car.pit_stops:
            continue
        known = [stop.time_on_pit_road for stop in car.pit_stops]
        timed = [time for time in known if time is not None]
        stops[car.entry] = (len(known), len(known))
        if timed:
            times[car.entry] = (sum(timed), len(timed))
            quickest[car.entry] = (min(timed), len(timed))
    if not stops:
        return {}
    won: dict[EntryId, tuple[int, int]] = {}
    for ranked in ranked_stops(race):
        sum_of, n = won.get(ranked.entry, (0, 0))
        won[ranked.entry] = (sum_of + ranked.rank_in - ranked.rank_out, n + 1)
    timed_stops = "timed stops, from pit road entry to exit; microseconds"
    return {
        "pit_stops": CarStat("the race", LOOP, None, stops),
        "time_on_pit_road": CarStat(timed_stops, LOOP, None, times),
        "quickest_stop": CarStat(timed_stops, LOOP, None, quickest),
        "positions_on_pit_road": CarStat(
            "stops under yellow: rank in less rank out among cars that came in together",
            LOOP,
            None,
            won,
        ),
    }


def stints(race: Race, green: GreenLaps, car: Car) -> list[Stat]:
    """A car's laps from one visit to pit road to the next, and how many of them were green."""
    last = max(0, len(car.crossings) - 1)
    ends: list[int] = []
    for stop in car.pit_stops:
        moment = stop.entered if stop.entered is not None else stop.left
        if moment is not None:
            ends.append(sum(at <= moment for at in car.crossings[1:]))
    found = []
    first = 1
    for end in [*dict.fromkeys(ends), last]:
        if end >= first:
            greens = sum(first <= lap <= end for lap in green.under_green.get(car.entry, ()))
            found.append(
                Stat(
                    {"laps": end - first + 1, "green_laps": greens},
                    end - first + 1,
                    "laps completed between two visits to pit road",
                    LOOP,
                    (first, end),
                )
            )
            first = end + 1
    return found
