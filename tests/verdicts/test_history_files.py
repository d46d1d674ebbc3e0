"""History from files: the shapes that are read, and the sentence that refuses the others."""

import gzip
import json
from pathlib import Path

import pytest

from tracker.errors import RecordingRefused
from tracker.history import read_history

TABLE = """\
date,race_id,race,track,season,car,driver,team,start,finish,laps,laps_led,status,race_laps
2024-03-03,1,Some 400,Somewhere Speedway,2024,5,Anna,Team A,2,1,267,60,Running,267
2024-03-03,1,Some 400,Somewhere Speedway,2024,9,Berta,Team B,1,0,0,0,,267
2024-03-10,2,Other 500,Elsewhere Raceway,2024,5,Anna,Team A,,2,100,0,Engine,267
"""


def test_a_table_of_starts(tmp_path: Path) -> None:
    path = tmp_path / "results.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode()))
    history = read_history(path)
    first, second = history.races
    assert [row.driver for row in first.rows] == ["Anna"]  # finish 0 did not start
    assert second.rows[0].out
    assert second.rows[0].start is None
    assert second.ref == "2024-03-10 Elsewhere"


def test_a_folder_is_one_history_and_each_race_is_there_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    rows = [{"finish": 1, "car": "5", "driver": "Anna", "points": 47}]
    races = {"races": [
        {"date": "2024-03-03", "name": "Some 400", "track": "Somewhere Speedway", "round": 3,
         "results": rows},
        {"date": "2024-03-10", "name": "Other 500", "track": "Elsewhere Raceway", "round": 4,
         "results": rows}]}  # fmt: skip
    (tmp_path / "b.json").write_text(json.dumps(races))
    (tmp_path / "notes.md").write_text("not data")
    history = read_history(tmp_path)
    assert len(history.races) == 2
    assert (history.races[0].round, history.races[0].rows[0].points) == (3, 47)
    assert history.races[0].rows[0].team == "Team A"


def test_a_list_of_one_track_is_no_season(tmp_path: Path) -> None:
    path = tmp_path / "kansas_history.json"
    row = {"finish": 1, "car": "5", "driver": "Anna"}
    races = [{"date": f"202{n}-05-05", "name": "Some 400", "results": [row]} for n in (2, 3)]
    path.write_text(json.dumps({"races": races}))
    history = read_history(path)
    assert {race.track for race in history.races} == {"Kansas"}
    assert all(race.one_track_only for race in history.races)


def test_closest_finishes_and_what_is_known_of_drivers(tmp_path: Path) -> None:
    margin = {"margin_s": 0.002, "date": "2003-03-16", "track": "Darlington", "winner": "Craven"}
    (tmp_path / "close.json").write_text(json.dumps({"before_2024_05_05": [margin]}))
    drivers = {"_about": "On the morning of 5 May 2024.", "series_titles": {"Jimmie Johnson": 7}}
    (tmp_path / "drivers.json").write_text(json.dumps(drivers))
    history = read_history(tmp_path)
    assert history.records[0].margin_us == 2_000
    assert history.known[0].date == "2024-05-05"
    assert history.known[0].titles == {"jimmie johnson": 7}


@pytest.mark.parametrize(
    "said", ["As of 2024-05-05.", "On the morning of 5 May 2024", "Before May 5, 2024, at noon"]
)
def test_a_day_is_a_day_however_it_is_written(tmp_path: Path, said: str) -> None:
    path = tmp_path / "drivers.json"
    path.write_text(json.dumps({"_about": said, "series_titles": {}}))
    assert read_history(path).known[0].date == "2024-05-05"


def test_published_standings(tmp_path: Path) -> None:
    path = tmp_path / "standings.json"
    rows = [{"driver": "Anna", "points": 410, "wins": 1}]
    path.write_text(json.dumps({"date": "2024-04-28", "standings": rows}))
    table = read_history(path).standings[0]
    assert (table.date, table.seasons[0].points, table.seasons[0].wins) == ("2024-04-28", 410, 1)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("incidents.json", '{"incidents": []}', "not a history this tracker reads"),
        ("list.json", "[1, 2]", "not a history this tracker reads"),
        ("broken.json", '{"races": [', "Expecting"),
        ("bad.json", '{"races": [{"date": "soon", "name": "x", "results": []}]}', "0.date"),
        ("drivers.json", '{"series_titles": {}}', "on which date"),
        ("laps.csv", "car,lap,time\n5,1,30.0\n", "no column date, driver, finish"),
        ("empty.csv", "", "no column"),
        ("cut.csv.gz", "not gzip", "gzip"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(RecordingRefused, match=name) as refused:
        read_history(path)
    assert says in str(refused.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingRefused, match="in this folder"):
        read_history(tmp_path)
