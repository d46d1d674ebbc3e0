"""OpenF1's collections as somebody fetched them: the race that the rows told live."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.bridges.f1_stream import Story
from tests.bridges.openf1_rows import MEETING, SESSION, Row, control, described, final, told
from tracker.bridges.openf1_files import convert
from tracker.errors import RecordingRefused
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.report import order_by_lap
from tracker.score import folded

STORY = Story()
Collections = dict[str, list[Row]]


def fetched() -> Collections:
    return final([*described(), *told()])


def race_of(*paths: Path) -> Race:
    return folded(numbered(convert(paths).reports, "race"))


def each_its_file(folder: Path, found: Collections) -> None:
    for name, rows in found.items():
        (folder / f"{name}.json").write_text(json.dumps(rows))


def one_object(folder: Path, found: Collections) -> None:
    (folder / "everything.json").write_text(json.dumps({"session": 1, "datasets": found}))


def rows_to_lines(folder: Path, found: Collections) -> None:
    lines = [json.dumps(row) for rows in found.values() for row in rows]
    (folder / "dump.jsonl").write_text("\n".join(reversed(lines)))


def tables(folder: Path, found: Collections) -> None:
    for name, rows in found.items():
        with (folder / f"{name}-1.csv").open("w", newline="", encoding="utf-8-sig") as file:
            table = csv.DictWriter(file, list(rows[0]), restval="")
            table.writeheader()
            table.writerows(rows)


@pytest.mark.parametrize("written", [each_its_file, one_object, rows_to_lines, tables])
def test_whatever_shape_it_was_fetched_in(tmp_path: Path, written: Any) -> None:
    """A file for each collection, all in one, a row to a line, or the service's CSV."""
    written(tmp_path, fetched())
    (tmp_path / "notes.txt").write_text("fetched on Monday\n")
    (tmp_path / "weather.json").write_text('[{"session_key": 1, "air_temperature": 20.1}]')
    race = race_of(tmp_path)
    orders = [order for lap, order in order_by_lap(race).items() if lap != "0"]
    assert orders == [STORY.order(lap) for lap in range(1, 5)]
    assert [one.flag.value for one in race.flags_shown] == ["green", "sc", "green", "checkered"]
    assert {penalty.entry for penalty in race.penalties.values()} == {"63"}
    assert race.announced is not None
    assert race.announced.name == "Evening Grand Prix"


def test_laps_alone_are_a_race(tmp_path: Path) -> None:
    """Nobody told of the session, the drivers or the flag: what is missing is said."""
    (tmp_path / "laps.json").write_text(json.dumps(fetched()["laps"]))
    converted = convert([tmp_path / "laps.json"])
    race = folded(numbered(converted.reports, "race"))
    assert [str(line.car.entry) for line in classification(race)] == STORY.order(4)
    assert converted.odd == [
        "no `sessions` in the files: the race is session 9999",
        "no checkered flag in the files: the race ends with its last lap",
    ]


def test_of_a_weekend_the_race_is_taken_unless_another_is_asked_for(tmp_path: Path) -> None:
    """Practice has more laps; a session by its key."""
    found = fetched()
    practice = {"session_key": 9998, "meeting_key": MEETING}
    found["sessions"].append(found["sessions"][0] | practice | {"session_name": "Practice 1"})
    found["laps"] += [row | practice for row in found["laps"] * 2]
    each_its_file(tmp_path, found)
    assert convert([tmp_path]).left_out[0].startswith("session 9998 (Practice 1): ")
    assert len(convert([tmp_path], "9998").reports) > 10
    with pytest.raises(RecordingRefused, match=rf"no laps of session 1; there are: {SESSION} "):
        convert([tmp_path], "1")


def test_what_race_control_says_late_in_a_long_race_counts(tmp_path: Path) -> None:
    """A penalty two hours after the scheduled start is a penalty."""
    found = fetched()
    said = "10 SECOND TIME PENALTY FOR CAR 16 (D16) - SPEEDING"
    found["race_control"].append(control(7_200_000_000, said, "Other")[1])
    each_its_file(tmp_path, found)
    assert {penalty.entry for penalty in race_of(tmp_path).penalties.values()} == {"63", "16"}


@pytest.mark.parametrize(
    ("name", "holds", "complaint"),
    [
        ("drivers.json", '[{"driver_number": 1, "name_acronym": "ABC"}]', "found drivers"),
        ("laps.json", "[{", "is not JSON"),
        ("laps.csv", "a,b\n1,2\n", "found nothing of OpenF1"),
        ("laps.json", '[{"driver_number": 1, "lap_number": 1, "lap_duration": 9}]', "date_start"),
    ],
)
def test_what_holds_no_laps_is_refused(
    tmp_path: Path, name: str, holds: str, complaint: str
) -> None:
    """With what was found instead."""
    (tmp_path / name).write_text(holds)
    with pytest.raises(RecordingRefused, match=complaint):
        convert([tmp_path])
