"""What is measured of a race to hold simulated ones against real ones: from the fold alone.

The same function measures a real race that was converted and a simulated one; nothing here asks
the simulator what it knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from statistics import mean, pstdev

from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.statistics import caution_laps, lead_changes, leaders
from tracker.racing.stats.green_laps import GreenLaps, green_laps
from tracker.racing.vocabulary import CarStatus, EntryId, Outcome

SETTLED_LAPS = 4
"""Laps after a green from which the field runs as it does in a long run."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One race in the numbers that a simulation is calibrated by; None where it has no such lap."""

    race_time_s: float | None
    cautions: float
    caution_laps: float
    lead_changes: float
    retired: float
    overtime: float
    """1 where the race went beyond its distance."""
    on_lead_lap: float
    leaders: float
    steady_moves: float | None
    """Places won or lost by a car over a lap under green, from the fourth lap after the green."""
    restart_moves: float | None
    """… over the lap at the end of which the green falls after a caution."""
    best_lap_s: float | None
    lap_spread_s: float | None
    """Between the cars: standard deviation of their mean laps under green."""


def measured(race: Race) -> Measured:
    """The race in numbers."""
    lines = classification(race)
    winner = next((line for line in lines if line.outcome is Outcome.RUNNING), None)
    green = green_laps(race)
    steady, restarts = list(steady_moves(race, green)), list(restart_moves(race))
    paces = [mean(laps.times) / 1e6 for laps in green.by_car.values() if len(laps.times) >= 20]
    return Measured(
        race_time_s=winner.time / 1e6 if winner is not None and winner.time is not None else None,
        cautions=len(race.cautions),
        caution_laps=sum(caution_laps(one, race.laps_completed) for one in race.cautions),
        lead_changes=lead_changes(race),
        retired=sum(car.status is CarStatus.RETIRED for car in race.cars.values()),
        overtime=float(race.laps_completed > (race.scheduled_laps or race.laps_completed)),
        on_lead_lap=sum(line.laps == race.laps_completed for line in lines),
        leaders=leaders(race),
        steady_moves=mean(steady) if steady else None,
        restart_moves=mean(restarts) if restarts else None,
        best_lap_s=race.best_lap / 1e6 if race.best_lap is not None else None,
        lap_spread_s=pstdev(paces) if len(paces) > 1 else None,
    )


def steady_moves(race: Race, green: GreenLaps) -> Iterator[int]:
    """By how many places each car moved on each lap of a settled run, pit stops left out."""
    greens = [1, *(one.last_lap + 1 for one in race.cautions if one.last_lap is not None)]
    unsettled = {lap + late for lap in greens for late in range(SETTLED_LAPS)}
    for entry, laps in green.by_car.items():
        run = set(laps.numbers)
        places = race.cars[entry].positions
        for lap in laps.numbers:
            if lap - 1 in run and lap not in unsettled:
                yield abs(places[lap] - places[lap - 1])


def restart_moves(race: Race) -> Iterator[int]:
    """By how many places each car moved on each lap at the end of which a green fell."""
    for caution in race.cautions:
        if caution.last_lap is not None and caution.last_lap + 1 < len(race.lap_orders):
            yield from moves(race, caution.last_lap + 1)


def moves(race: Race, lap: int) -> Iterator[int]:
    """By how many places each car that completed a lap moved on it."""
    before: dict[EntryId, int] = {
        entry: place for place, entry in enumerate(race.lap_orders[lap - 1], 1)
    }
    for place, entry in enumerate(race.lap_orders[lap], 1):
        if entry in before:
            yield abs(place - before[entry])


NAMES = tuple(field.name for field in fields(Measured))
"""The measures, in the order in which they are told."""
