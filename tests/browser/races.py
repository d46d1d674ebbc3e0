"""Races for pages to show, put straight into a journal: what a broker does is tested elsewhere."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from simulators.model.parameters import Class, Scenario
from simulators.model.presets import ENDURANCE
from simulators.model.presets import KANSAS as OVAL
from simulators.model.presets import ROAD as GRAND_PRIX
from simulators.model.race import SimulatedRace
from simulators.player import in_order
from simulators.scripted import SCRIPTED
from tracker.bridges.ergast import convert
from tracker.feed.envelope import FedEvent, Report, encode
from tracker.feed.recording import numbered
from tracker.feed.setting import Driver, EntryUpsert, SessionSetup
from tracker.journal import Journal
from tracker.journal.entries import Fact

KANSAS = "kansas-2024"
ROAD = "f1-2018-4"
PRIX = "grand-prix"
CLASSES = "three-quarters-of-an-hour"
MARKUP = "names-with-markup"
EVIL = '<img src=x onerror="document.title=1"><b>Bobby</b>'
NIGHTS = ("night-one", "night-two", "night-three")
FORMULA_ONE = Path(__file__).parents[3] / "shared" / "data" / "f1"

HEARD = 1_700_000_000_000_000
"""When the races were heard, in microseconds since 1970: none of them is live."""

Race = tuple[str, Sequence[Report]]


def kansas() -> Race:
    """The 2024 AdventHealth 400: cautions, overtime, a photo."""
    return KANSAS, in_order(SCRIPTED[KANSAS]())


def road() -> Race | None:
    """The 2018 Azerbaijan Grand Prix, which nobody here wrote; None where its data is not."""
    if not FORMULA_ONE.exists():
        return None
    files = FORMULA_ONE / "lap_times.csv.gz", FORMULA_ONE / "results.csv"
    more = (FORMULA_ONE / name for name in ("pit_stops.csv", "safety_cars.csv", "red_flags.csv"))
    return ROAD, convert(*files, 2018, 4, *more).reports


def simulated(race: str, scenario: Scenario, seed: int) -> Race:
    """A race that never was."""
    return race, list(SimulatedRace(scenario, seed).reports())


def prix() -> Race:
    """A road race in the manner of Formula 1, here also where no data of real ones is."""
    short = replace(GRAND_PRIX.distance, laps=24)
    pits = replace(GRAND_PRIX.pits, speeding=0.2, tank_laps=14)
    field = replace(GRAND_PRIX.entries, cars=16)
    return simulated(PRIX, replace(GRAND_PRIX, distance=short, pits=pits, entries=field), 13)


def classes() -> Race:
    """Three classes for three quarters of an hour."""
    classes = (Class("GTP", 6), Class("LMP2", 6, 4.5), Class("GTD", 10, 12.8))
    field = replace(ENDURANCE.entries, cars=22, classes=classes)
    short = replace(ENDURANCE.distance, duration_s=2700.0)
    return simulated(CLASSES, replace(ENDURANCE, distance=short, entries=field), 12)


def nights() -> list[Race]:
    """Three short nights at an oval, so that there is something to search in."""
    short = replace(OVAL.distance, laps=12, stages=())
    field = replace(OVAL.entries, cars=10)

    def night(place: int, race: str) -> Race:
        told = replace(
            OVAL.told, name=f"{race.title().replace('-', ' ')} Sprint", season=2021 + place
        )
        return simulated(race, replace(OVAL, distance=short, entries=field, told=told), place)

    return [night(place, race) for place, race in enumerate(NIGHTS, start=1)]


def markup() -> Race:
    """A night at which a driver, a team and the race are called what a browser would run."""
    _, reports = nights()[0]

    def renamed(report: Report) -> Report:
        data = report.data
        if isinstance(data, EntryUpsert):
            data = data.model_copy(
                update={"drivers": [Driver(name=EVIL)], "team": "</td><script>1</script>"}
            )
        elif isinstance(data, SessionSetup):
            data = data.model_copy(update={"name": f"{EVIL} 400"})
        return replace(report, data=data)

    return MARKUP, [renamed(report) for report in reports]


def every() -> list[Race | None]:
    """All of them."""
    return [kansas(), road(), prix(), classes(), markup(), *nights()]


def journalled(folder: Path, *races: Race | None) -> Path:
    """A folder of data in which these races were heard."""

    async def write() -> None:
        async with Journal.open(folder / "journal.db") as journal:
            for race in races:
                if race is None:
                    continue
                name, reports = race
                facts = [fact(name, event) for event in numbered(reports, name)]
                for first in range(0, len(facts), 2_000):
                    await journal.append(facts[first : first + 2_000])

    asyncio.run(write())
    return folder


def fact(race: str, event: FedEvent) -> Fact:
    """An event as the consumer journals it, heard long ago."""
    return Fact(
        race,
        event.source,
        event.id,
        event.epoch,
        event.sequence,
        event.type,
        getattr(event.data, "t_us", None),
        HEARD,
        encode(event),
        "",
    )


def copied(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same data for another tracker: only one may write a journal."""
    return Path(shutil.copytree(data, tmp_path_factory.mktemp("data") / "data"))
