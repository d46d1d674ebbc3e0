"""Kansas 2024 in numbers, as they were published."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tracker.bridges import nascar
from tracker.bridges.alkamel import convert
from tracker.feed.recording import numbered
from tracker.racing.race import Race
from tracker.racing.stats.pit_road import ranked_stops
from tracker.racing.stats.summary import Statistics, statistics
from tracker.racing.vocabulary import EntryId
from tracker.score import folded, scripted

PATH = Path(__file__).parents[3] / "shared" / "data" / "kansas2024" / "kansas2024.json"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PATH.exists(), reason="the race data beside the project is not here"),
]


@cache
def data() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(PATH.read_text())
    return told


@cache
def race() -> Race:
    return folded(scripted("kansas-2024"))


@cache
def found() -> Statistics:
    return statistics(race())


def test_the_race_in_numbers() -> None:
    """Cautions, time, speed, margin, lead lap and leaders are those of the official sheet."""
    published = data()["race"]
    of_race = {name: stat.value for name, stat in found().race.items()}
    assert of_race["laps_completed"] == published["laps_run"]
    assert of_race["cautions"] == published["cautions"]
    assert of_race["caution_laps"] == published["caution_laps"]
    assert of_race["on_lead_lap"] == published["lead_lap_finishers"]
    assert of_race["race_time_shown"] == published["time_of_race"]
    assert of_race["average_speed_mph"] == published["avg_speed_mph"]
    assert of_race["margin_of_victory"] == published["margin_s"] * 1_000_000
    assert of_race["leaders"] == data()["leaders"]["leaders"]
    assert of_race["lead_changes"] == data()["leaders"]["lead_changes_corrected"]
    assert {
        reason: (row["count"], row["laps"]) for reason, row in of_race["cautions_by_reason"].items()
    } == {"accident": (3, 19), "stage": (2, 14), "spin": (2, 10)}


def test_lead_changes_before_the_photo_and_after_it() -> None:
    """27 as first scored, 28 as corrected: the one lap that the photo moved."""
    assert race().publications[0].lead_changes == 27
    assert race().publications[-1].lead_changes == 28


@pytest.mark.parametrize(
    ("ours", "published"),
    [
        ("laps_led", "laps_led"),
        ("times_led", "times_led"),
        ("mid_race_position", "mid_race_pos"),
        ("closing_position", "closing_pos_pre_finish"),
    ],
)
def test_numbers_of_every_car(ours: str, published: str) -> None:
    """Car for car, exactly."""
    values = found().cars[ours].values
    for row in data()["results"]["rows"]:
        assert values.get(EntryId(row["car"]), (0, 0))[0] == row[published], row["car"]


def test_positions_gained_are_from_start_to_finish() -> None:
    for row in data()["results"]["rows"]:
        stat = found().of(EntryId(row["car"]), "positions_gained")
        assert stat is not None
        assert stat.value == row["start"] - row["finish"]


def test_average_positions_are_near_those_published() -> None:
    """The order of most laps was worked out, so they are near, and say that they are estimated."""
    stat = found().cars["average_position"]
    assert stat.method == "estimated"
    off = [
        abs(stat.values[EntryId(row["car"])][0] - row["avg_running_position"])
        for row in data()["results"]["rows"]
    ]
    assert max(off) < 0.08
    assert sum(off) / len(off) < 0.03


def test_time_on_pit_road_is_the_sum_of_the_stops() -> None:
    for row in data()["results"]["rows"]:
        stops = [
            stop["pit_road_s"]
            for stop in data()["pit_stops"]["rows"]
            if stop["car"] == row["car"] and stop["pit_road_s"]
        ]
        stat = found().of(EntryId(row["car"]), "time_on_pit_road")
        assert stat is not None
        assert stat.n == len(stops)
        assert stat.value == pytest.approx(sum(stops) * 1_000_000, abs=20_000)


def test_hamlin_lost_seven_places_on_pit_road_after_the_first_stage() -> None:
    """First in, eighth out of the cars that came in with him."""
    stop = next(s for s in ranked_stops(race()) if (s.caution, s.entry) == (1, "11"))
    assert (stop.rank_in, stop.rank_out) == (1, 8)


IMSA = sorted((PATH.parents[1] / "imsa").glob("*-laps.csv.gz"))


@pytest.mark.parametrize("laps", IMSA, ids=[path.name[:24] for path in IMSA])
def test_the_fastest_lap_of_a_sports_car_race(laps: Path) -> None:
    """Whose it was, on which lap, and how long, as in the official result."""
    official = laps.with_name(laps.name.replace("-laps.csv.gz", "-results.csv"))
    with official.open(encoding="utf-8-sig") as text:
        rows = [row for row in csv.DictReader(text) if row["FL_TIME"].strip("-")]
    # Times of one width sort as they are written.
    best = min(rows, key=lambda row: row["FL_TIME"])
    run = folded(numbered(convert(laps, official).reports, "race"))
    minutes, seconds = best["FL_TIME"].split(":")
    assert statistics(run).race["fastest_lap"].value == {
        "entry": best["NUMBER"],
        "lap": int(best["FL_LAPNUM"]),
        "time_us": int(minutes) * 60_000_000 + round(float(seconds) * 1_000_000),
    }


def test_cautions_and_time_of_bristol_2025() -> None:
    """From the lap times: three cautions, forty laps, and the time of the race to the second."""
    laps = PATH.parents[1] / "nascar" / "lap_times" / "2025_09_Bristol__lap-times.json"
    feed = laps.with_name("2025_09_Bristol__weekend-feed.json")
    published = json.loads(feed.read_text(encoding="utf-8-sig"))["weekend_race"][0]
    run = folded(numbered(nascar.convert(laps, feed).reports, "race"))
    of_race = {name: stat.value for name, stat in statistics(run).race.items()}
    assert of_race["cautions"] == published["number_of_cautions"]
    assert of_race["caution_laps"] == published["number_of_caution_laps"]
    assert of_race["race_time_shown"] == published["total_race_time"]


def test_what_is_not_published_is_not_claimed() -> None:
    """Passes at the line are fewer than those by loops, and every pass is a place lost."""
    passes = found().cars["green_flag_passes"].values
    passed = found().cars["green_flag_times_passed"].values
    assert sum(n for n, _ in passes.values()) == sum(n for n, _ in passed.values())
    for row in data()["results"]["rows"]:
        assert passes[EntryId(row["car"])][0] <= row["green_flag_passes"], row["car"]
