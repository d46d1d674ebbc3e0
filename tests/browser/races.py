"""Races for pages to show, put straight into a journal: what a broker does is tested elsewhere."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from simulators.player import in_order
from simulators.scripted import SCRIPTED
from tracker.bridges.ergast import convert
from tracker.feed.envelope import FedEvent, Report, encode
from tracker.feed.recording import numbered
from tracker.journal import Journal
from tracker.journal.entries import Fact

KANSAS = "kansas-2024"
ROAD = "f1-2018-4"
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
