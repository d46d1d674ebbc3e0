"""Formula 1 races of somebody else's making, scored from their lap times."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from tracker.bridges import ergast
from tracker.bridges.ergast import convert
from tracker.errors import RecordingRefused
from tracker.feed.recording import numbered
from tracker.racing.report import report
from tracker.score import folded

DATA = Path(__file__).parents[3] / "shared" / "data" / "f1"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the race data beside the project is not here"),
]

Row = dict[str, str]
Rows = dict[tuple[str, str], list[Row]]


@pytest.fixture(scope="module")
def laps() -> Rows:
    with gzip.open(DATA / "lap_times.csv.gz", "rt") as text:
        return by_race(csv.DictReader(text))


@pytest.fixture(scope="module")
def results() -> Rows:
    with (DATA / "results.csv").open() as text:
        return by_race(csv.DictReader(text))


def by_race(rows: Iterable[Row]) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[row["season"], row["round"]].append(row)
    return found


def test_every_driver_has_his_official_position_on_every_lap(
    laps: Rows, results: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every race of which the sums of lap times are right, every lap of every driver."""
    # The files are read once for all races, not once for each.
    monkeypatch.setattr(
        ergast,
        "race_rows",
        lambda path, needed, race: (laps if "lap" in path.name else results)[
            str(race[0]), str(race[1])
        ],
    )
    listed = (DATA / "perfect_races.txt").read_text().splitlines()
    races = [tuple(line.split(",")[:2]) for line in listed if line]
    assert len(races) > 100
    wrong = []
    for season, round_ in races:
        converted = convert(DATA / "lap_times", DATA / "results", int(season), int(round_))
        told = report(folded(numbered(converted.reports, "race")))
        for row in laps[season, round_]:
            if row["position"] == "None":
                continue
            order = told["order_by_lap"][row["lap"]]
            if order[int(row["position"]) - 1] != row["driverId"]:
                wrong.append((season, round_, row["lap"], row["driverId"]))
    assert wrong == []


def test_laps_without_a_place_are_left_out_and_named() -> None:
    converted = convert(DATA / "lap_times.csv.gz", DATA / "results.csv", 2018, 14)
    assert [note.split(":")[0] for note in converted.left_out] == [
        "alonso",
        "ricciardo",
        "brendon_hartley",
    ]


def test_a_race_that_is_not_in_the_file_is_refused() -> None:
    with pytest.raises(RecordingRefused, match="holds no race 1950/1"):
        convert(DATA / "lap_times.csv.gz", DATA / "results.csv", 1950, 1)
