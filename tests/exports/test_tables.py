"""Tables for a spreadsheet; and the table of laps, read back, is the same race."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulators.scripted import SCRIPTED
from tests.exports.test_timing71 import race as small_race
from tracker.bridges.spreadsheet import convert
from tracker.exports.tables import safe, written
from tracker.feed.envelope import FedEvent, Report
from tracker.feed.officials import FlagChanged
from tracker.feed.recording import numbered
from tracker.feed.setting import Driver, EntryUpsert
from tracker.feed.timing import Crossing
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.report import order_by_lap
from tracker.score import folded


def rows(path: Path) -> list[dict[str, str]]:
    """A table as anybody reads it."""
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def read_back(race: Race, folder: Path) -> Race:
    """The race that its own table of laps makes."""
    written(race, folder)
    return folded(numbered(convert(folder / "laps.csv").reports, "again"))


def standing_start() -> list[FedEvent]:
    """Everybody crosses the line for the first time after a whole lap."""
    reports = [
        Report("race-control", "green", FlagChanged(flag="green", t_us=7_000_000)),
        *(
            Report("timing", f"{car}/{lap}", Crossing(entry=car, t_us=7_000_000 + lap * each))
            for car, each in (("07", 31_000_000), ("7", 30_500_000))
            for lap in range(4)
        ),
    ]
    return list(numbered(reports, "club"))


@pytest.mark.parametrize(
    "events",
    [small_race(), standing_start(), list(numbered(SCRIPTED["kansas-2024"](), "kansas-2024"))],
    ids=["club", "standing", "kansas-2024"],
)
def test_the_laps_read_back_are_in_the_same_order_on_every_lap(
    tmp_path: Path, events: list[FedEvent]
) -> None:
    race = folded(events)
    again = read_back(race, tmp_path)
    assert order_by_lap(again) == order_by_lap(race)
    ran = [line.car.entry for line in classification(race) if line.laps]
    assert [line.car.entry for line in classification(again) if line.laps] == ran


def test_a_result_that_a_photo_decided_is_not_rounded_away(tmp_path: Path) -> None:
    written(folded(numbered(SCRIPTED["kansas-2024"](), "kansas-2024")), tmp_path)
    first, second = rows(tmp_path / "result.csv")[:2]
    assert (first["car"], first["behind"], second["car"], second["behind"]) == (
        "5", "0.000000", "17", "0.001000",
    )  # fmt: skip


def test_a_name_is_no_formula(tmp_path: Path) -> None:
    """A spreadsheet would carry it out; `tracker convert csv` reads the name with its quote."""
    entered = EntryUpsert(entry="7", drivers=[Driver(name="=cmd|' /C calc'!A0")])
    events = [*standing_start(), *numbered([Report("club", "entry", entered)], "club")]
    written(folded(events), tmp_path)
    assert {row["driver"] for row in rows(tmp_path / "laps.csv") if row["car"] == "7"} == {
        "'=cmd|' /C calc'!A0"
    }


def test_what_cannot_be_written_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "laps.csv").mkdir()
    with pytest.raises(OSError, match="directory"):
        written(folded(standing_start()), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["laps.csv"]


@pytest.mark.parametrize(
    ("told", "written_as"),
    [
        (" =1+1", "' =1+1"),
        ("\uff1dSUM(A1)", "'\uff1dSUM(A1)"),  # as Japanese programs take it too
        ("-2+3", "'-2+3"),
        ("-0.500000", "-0.500000"),  # a car that crossed before the green
        ("J. O'Ward", "J. O'Ward"),
    ],
)
def test_a_number_stays_one_and_what_would_be_carried_out_is_text(
    told: str, written_as: str
) -> None:
    assert safe(told) == written_as


def test_the_command_says_what_it_wrote_and_what_is_missing(tmp_path: Path) -> None:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tracker", "export", *map(str, arguments)],
            capture_output=True, text=True, timeout=120, check=False,
            env={**os.environ, "COLUMNS": "200"},
        )  # fmt: skip

    done = run("csv", "kansas-2024", "-o", tmp_path / "tables")
    assert done.returncode == 0
    assert "38 rows in" in done.stderr
    missing = run("timing71", tmp_path / "none.jsonl", "-o", tmp_path / "none.zip")
    assert missing.returncode == 1
    assert missing.stderr.count("\n") == 1
    assert not (tmp_path / "none.zip").exists()
