"""Points as they were published, of races that nobody here wrote."""

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tracker.bridges import ergast, nascar
from tracker.feed.recording import numbered
from tracker.racing.points import (
    Distance,
    Finisher,
    Honours,
    Score,
    StageOrder,
    points_of,
    score,
)
from tracker.racing.rulebook import rulebook
from tracker.racing.vocabulary import EntryId, Outcome
from tracker.score import folded, scripted

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the race data beside the project is not here"),
]


def read(path: str) -> Any:
    """A file of the data; some begin with the address they came from."""
    text = (DATA / path).read_text(encoding="utf-8-sig")
    return json.JSONDecoder().raw_decode(text, text.index("{"))[0]


def kansas() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read("kansas2024/kansas2024.json")["results"]["rows"]
    return rows


def test_every_car_of_kansas_has_its_points() -> None:
    """38 cars: points and playoff points, from the crossings of the scripted race."""
    points = points_of(folded(scripted("kansas-2024"))).by_entry
    for row in kansas():
        scored = points[EntryId(row["car"])]
        assert scored.position == row["finish"]
        assert scored.total == row["points"], row["car"]
        assert scored.playoff == row["playoff_points"], row["car"]
        stages = {stage.number: (stage.position, stage.points) for stage in scored.stages}
        assert stages == {
            number: (row[f"stage{number}_finish"], row[f"stage{number}_points"])
            for number in (1, 2)
        }


def cup(race: dict[str, Any]) -> list[Score]:
    """What the drivers of a race in the weekend feed score."""
    rows = sorted(race["results"], key=lambda row: row["finishing_position"])
    # The feed has no word for a driver who scores elsewhere but the mark after his name, and
    # in some races not that: 0 points for a car that took part say it.
    finishers = [
        Finisher(
            EntryId(str(row["driver_id"])),
            row["finishing_position"],
            eligible=row["points_earned"] > 0,
        )
        for row in rows
    ]
    stages = [
        StageOrder(
            stage["stage_number"],
            0,
            tuple(EntryId(str(row["driver_id"])) for row in stage["results"]),
        )
        for stage in race["stage_results"]
    ]
    return score(rulebook(f"nascar-cup/{race['race_season']}").points, finishers, stages)


@pytest.mark.parametrize(
    ("path", "differ"),
    [
        ("nascar/race4973/4973-weekend-feed.json", {}),
        ("nascar/captures2023/weekend-feed.json", {}),
        # The fastest lap of 2025 is not in the feed; its point is the one that is missing.
        ("nascar/lap_times/2025_09_Bristol__weekend-feed.json", {"AJ Allmendinger": 1}),
    ],
)
def test_points_of_the_weekend_feed(path: str, differ: dict[str, int]) -> None:
    """Martinsville 2020, Richmond 2023, Bristol 2025: every driver who is eligible."""
    race = read(path)["weekend_race"][0]
    published = {str(row["driver_id"]): row for row in race["results"]}
    found = {}
    for scored in cup(race):
        row = published[scored.entry]
        if row["points_earned"] != scored.total:
            found[row["driver_fullname"]] = row["points_earned"] - scored.total
        assert row["playoff_points_earned"] == scored.playoff, row["driver_fullname"]
    assert found == differ


def test_the_fastest_lap_of_bristol_2025_is_worth_its_point() -> None:
    """From lap times, positions and stages: every driver who scores in this series."""
    laps = DATA / "nascar" / "lap_times" / "2025_09_Bristol__lap-times.json"
    feed = laps.with_name("2025_09_Bristol__weekend-feed.json")
    points = points_of(folded(numbered(nascar.convert(laps, feed).reports, "race"))).by_entry
    for row in read(f"nascar/lap_times/{feed.name}")["weekend_race"][0]["results"]:
        scored = points[EntryId(row["official_car_number"])]
        if row["points_earned"]:
            assert scored.total == row["points_earned"], row["driver_fullname"]
        assert scored.playoff == row["playoff_points_earned"], row["driver_fullname"]
    assert points[EntryId("16")].bonuses == (("fastest_lap", 1),)


def test_every_point_of_six_formula_one_seasons() -> None:
    """118 races: the year's table, fastest laps of 2021, half points for Belgium 2021."""
    races = defaultdict(list)
    with (DATA / "f1" / "results.csv").open() as text:
        for row in csv.DictReader(text):
            races[int(row["season"]), int(row["round"])].append(row)
    assert len(races) == 118
    wrong = []
    for (season, round_), rows in races.items():
        finishers = [
            Finisher(
                EntryId(row["driverId"]),
                int(row["positionText"]) if row["positionText"].isdigit() else None,
                outcome=Outcome.DSQ if row["positionText"] == "D" else Outcome.RUNNING,
            )
            for row in rows
        ]
        best = {EntryId(row["driverId"]): (1, 0) for row in rows if row["fastestLapRank"] == "1"}
        run = int(rows[0]["laps"])
        # Belgium 2021 is the one race that was cut short below three quarters: 1 lap of 44.
        distance = Distance(run, 44) if (season, round_) == (2021, 12) else Distance(run, run)
        rules = rulebook(f"f1/{season}").points
        for row, scored in zip(
            rows, score(rules, finishers, (), Honours(best_laps=best), distance), strict=True
        ):
            if float(row["points"]) != scored.total:
                wrong.append((season, round_, row["driverId"], row["points"], scored.total))
    assert wrong == []


def test_every_point_of_2021_from_the_laps_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """22 races scored from lap times: places, penalties and the fastest lap give the points.

    But for two: Portugal, where the fastest lap was deleted for leaving the track, which no lap
    time shows; and Belgium, whose schedule of 44 laps is not in the file.
    """
    season = "2021"
    races: dict[str, dict[str, list[dict[str, str]]]] = {}
    for kind, name, unzip in (
        ("laps", "lap_times.csv.gz", True),
        ("results", "results.csv", False),
    ):
        path = DATA / "f1" / name
        with gzip.open(path, "rt") if unzip else path.open() as text:
            races[kind] = defaultdict(list)
            for row in csv.DictReader(text):
                if row["season"] == season:
                    races[kind][row["round"]].append(row)
    monkeypatch.setattr(
        ergast,
        "race_rows",
        lambda path, needed, race: races["laps" if "lap" in path.name else "results"][str(race[1])],
    )
    wrong = defaultdict(list)
    for round_, rows in races["results"].items():
        told = ergast.convert(DATA / "lap_times", DATA / "results", int(season), int(round_))
        scores = points_of(folded(numbered(told.reports, "race"))).by_entry
        for row in rows:
            scored = scores.get(EntryId(row["driverId"]))
            if float(row["points"]) != (scored.total if scored else 0):
                wrong[round_].append(row["driverId"])
    assert {round_: len(drivers) for round_, drivers in wrong.items()} == {"3": 2, "12": 10}
    assert sorted(wrong["3"]) == ["bottas", "max_verstappen"]


def test_points_of_the_first_twelve_cup_races_of_2024() -> None:
    """Every driver's points from his finish and his stages; a penalty is not the race's."""
    wrong = []
    for race in read("history/season2024.json")["races"]:
        rows = sorted(race["results"], key=lambda row: row["finish"])
        stages = []
        for number in (1, 2):
            placed = {row[f"stage{number}"]: row["driver"] for row in rows}
            order = [EntryId(placed.get(place, f"nobody {place}")) for place in range(1, 11)]
            stages.append(StageOrder(number, 0, tuple(order)))
        finishers = [
            Finisher(EntryId(row["driver"]), row["finish"], eligible=bool(row["points"]))
            for row in rows
            if row["finish"]
        ]
        scored = score(rulebook("nascar-cup/2024").points, finishers, stages)
        published = {row["driver"]: row["points"] for row in rows}
        wrong += [
            (race["round"], one.entry, published[one.entry], one.total)
            for one in scored
            if published[one.entry] != one.total
        ]
    assert wrong == []
