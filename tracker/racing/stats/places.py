"""Where cars ran: average, mid-race, closing, best and worst positions.

Two conventions, both NASCAR's loop data's: averages are over every lap of the race and every car,
one that is out staying behind those still running; best and worst are of laps the car completed.
"""

from dataclasses import dataclass

from tracker.racing.race import Race
from tracker.racing.stats.provenance import ESTIMATED, OFFICIAL, CarStat, mean_cut
from tracker.racing.vocabulary import EntryId

IN_FRONT = 15
"""Laps in the top so many are counted."""
CLOSING_SHARE = 0.9
"""The closing position is the one after this share of the distance."""


@dataclass(frozen=True, slots=True)
class Places:
    """Every car's place on every lap; index 0 is lap 1."""

    laps: int
    by_car: dict[EntryId, list[int]]
    own: dict[EntryId, int]
    """Laps each car completed itself."""
    method: str


def places(race: Race) -> Places:
    """Places at the line on each lap, the cars that never completed it placed behind.

    One pass over the laps: who is out on a lap is out on every later one.
    """
    laps = race.laps_completed
    own = {car.entry: max(0, len(car.crossings) - 1) for car in race.cars.values() if car.crossings}
    by_distance = sorted(own, key=lambda e: (-own[e], race.cars[e].crossings[-1], e))
    by_car: dict[EntryId, list[int]] = {entry: [] for entry in own}
    still = len(by_distance)
    for lap in range(1, laps + 1):
        # A result taken at an earlier lap takes laps away from cars that had completed them.
        order = race.lap_orders[lap] if lap < len(race.lap_orders) else []
        order = [entry for entry in order if own.get(entry, 0) >= lap]
        while still and own[by_distance[still - 1]] < lap:
            still -= 1
        for place, entry in enumerate([*order, *by_distance[still:]], start=1):
            by_car[entry].append(place)
    estimated = any(car.estimates for car in race.cars.values())
    return Places(laps, by_car, own, ESTIMATED if estimated else OFFICIAL)


def place_statistics(race: Race, ran: Places) -> dict[str, CarStat]:
    """All that follows from where cars ran."""
    laps = ran.laps
    if not laps:
        return {}
    whole = (1, laps)
    half = (laps + 1) // 2
    closing = max(1, int(laps * CLOSING_SHARE))
    cars = {entry: found for entry, found in ran.by_car.items() if len(found) == laps}
    own = {entry: found[: ran.own[entry]] for entry, found in cars.items() if ran.own[entry]}
    every = "all laps; a car that is out ranks behind those still running"
    return {
        "average_position": CarStat(
            f"{every}; cut to two decimals",
            ran.method,
            whole,
            {entry: (mean_cut(sum(found), laps, 2), laps) for entry, found in cars.items()},
        ),
        "mid_race_position": CarStat(
            "at half distance", ran.method, (half, half),
            {entry: (found[half - 1], 1) for entry, found in cars.items()},
        ),
        "closing_position": CarStat(
            "a tenth of the distance from the end", ran.method, (closing, closing),
            {entry: (found[closing - 1], 1) for entry, found in cars.items()},
        ),
        "best_position": CarStat(
            "laps the car completed", ran.method, whole,
            {entry: (min(found), len(found)) for entry, found in own.items()},
        ),
        "worst_position": CarStat(
            "laps the car completed", ran.method, whole,
            {entry: (max(found), len(found)) for entry, found in own.items()},
        ),
        f"laps_in_top_{IN_FRONT}": CarStat(
            "laps the car completed", ran.method, whole,
            {
                entry: (sum(place <= IN_FRONT for place in found), len(found))
                for entry, found in own.items()
            },
        ),
    }  # fmt: skip
