"""Every statistic of a race in one value, and that value as JSON.

A driver rating is not among them: the published formula does not give the published numbers, so
one can be told by a feed but is never worked out here.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.statistics import laps_led, lead_changes, leaders
from tracker.racing.stats.green_laps import green_laps
from tracker.racing.stats.lead import LeadChange, changes_of_lead, times_led
from tracker.racing.stats.pace import pace_statistics
from tracker.racing.stats.passing import passing_statistics
from tracker.racing.stats.pit_road import RankedStop, pit_statistics, ranked_stops, stints
from tracker.racing.stats.places import place_statistics, places
from tracker.racing.stats.provenance import OFFICIAL, CarStat, Stat
from tracker.racing.stats.race_time import race_statistics
from tracker.racing.vocabulary import EntryId


@dataclass(frozen=True, slots=True)
class Statistics:
    """A race in numbers."""

    race: dict[str, Stat]
    cars: dict[str, CarStat]
    lead_changes: tuple[LeadChange, ...]
    stints: dict[EntryId, list[Stat]]
    pit_road: tuple[RankedStop, ...]
    """Stops under yellow, with the order in and out."""

    def of(self, entry: EntryId, name: str) -> Stat | None:
        """One car's statistic, with its provenance."""
        stat = self.cars.get(name)
        return stat.of(entry) if stat is not None else None

    def as_json(self) -> dict[str, Any]:
        """In plain values; `docs/rulebooks.md` says what the short rows hold."""
        return {
            "race": {name: stat.as_json() for name, stat in self.race.items()},
            "cars": {name: stat.as_json() for name, stat in self.cars.items()},
            "lead_changes": [
                {
                    "lap": change.lap,
                    "from": change.before,
                    "to": change.leader,
                    "cause": change.cause,
                }
                for change in self.lead_changes
            ],
            "pit_road": [
                [stop.caution, stop.entry, stop.rank_in, stop.rank_out, stop.of]
                for stop in self.pit_road
            ],
            "stints": {
                entry: [[*(stint.laps or (0, 0)), stint.value["green_laps"]] for stint in of_car]
                for entry, of_car in self.stints.items()
            },
        }


def statistics(race: Race) -> Statistics:
    """The race in numbers, as far as it has been run."""
    ran = places(race)
    green = green_laps(race)
    changes = tuple(changes_of_lead(race))
    whole = (0, race.laps_completed) if race.leaders else None
    lap_0 = "at the start/finish line; lap 0 is led by the pole car"
    of_race = race_statistics(race, green, ran.method)
    of_race["lead_changes"] = Stat(lead_changes(race), len(race.leaders), lap_0, ran.method, whole)
    of_race["lead_changes_by_cause"] = Stat(
        dict(Counter(change.cause for change in changes)), len(changes), lap_0, ran.method, whole
    )
    of_race["leaders"] = Stat(leaders(race), len(race.leaders), lap_0, ran.method, whole)
    of_cars = {
        "laps_led": CarStat(
            "laps completed first", ran.method, whole,
            {entry: (led, race.laps_completed) for entry, led in laps_led(race).items()},
        ),
        "times_led": CarStat(
            lap_0, ran.method, whole,
            {entry: (led, len(race.leaders)) for entry, led in times_led(race).items()},
        ),
        **place_statistics(race, ran),
        "positions_gained": CarStat(
            "starting position less finishing position", OFFICIAL, whole, gained(race)
        ),
        **passing_statistics(race, green, ran),
        **pace_statistics(race, green),
        **pit_statistics(race),
    }  # fmt: skip
    return Statistics(
        of_race,
        of_cars,
        changes,
        {
            car.entry: found
            for car in race.cars.values()
            if car.pit_stops and (found := stints(race, green, car))
        },
        tuple(ranked_stops(race)),
    )


def gained(race: Race) -> dict[EntryId, tuple[int, int]]:
    """Places between the grid and the classification."""
    return {
        line.car.entry: (line.car.starting_position - line.position, 1)
        for line in classification(race)
        if line.position is not None and line.car.starting_position is not None
    }
