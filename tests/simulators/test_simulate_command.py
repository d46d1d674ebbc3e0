"""`tracker simulate` as a person meets it."""

import json
from pathlib import Path

import pytest

from simulators.model.presets import SCENARIOS
from tests.test_cli import run
from tracker.errors import Refused
from tracker.feed.recording import read
from tracker.simulating.making import name_of, scenario


def test_a_race_is_written_and_scored(tmp_path: Path) -> None:
    recording = tmp_path / "race.jsonl.gz"
    made = run("simulate", "--kind", "road", "--cars", "8", "--laps", "5", "--seed", "3",
               "-o", str(recording))  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert "sim-hill-ring-3" in made.stderr
    events = list(read(recording))
    assert {event.race for event in events} == {"sim-hill-ring-3"}
    scored = json.loads(run("score", str(recording), "--json").stdout)
    assert scored["race"]["laps_completed"] == 5
    assert len(scored["classification"]) == 8
    again = tmp_path / "again.jsonl.gz"
    run("simulate", "--kind", "road", "--cars", "8", "--laps", "5", "--seed", "3", "-o", str(again))
    assert again.read_bytes() == recording.read_bytes()


@pytest.mark.parametrize("command", [["simulate"], ["trouble", "kansas-2024"]])
def test_a_seed_that_no_name_has_room_for_is_refused(command: list[str], tmp_path: Path) -> None:
    output = tmp_path / "race.jsonl"
    refused = run(*command, "--seed", "9" * 90, "-o", str(output))
    assert refused.returncode == 2
    assert "--seed" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not list(tmp_path.iterdir())


def test_many_races_need_somewhere_to_go() -> None:
    ended = run("simulate", "--races", "3")
    assert ended.returncode == 1
    assert ended.stderr == (
        "tracker: --races needs the broker to feed: --broker mqtt://host:port\n"
    )


def test_the_report_says_what_fits_and_exits_by_it() -> None:
    told = run("simulate", "report", "--seeds", "2", "--processes", "1", "--track", "hill-ring",
               "--json")  # fmt: skip
    found = json.loads(told.stdout)
    assert found["races"] == 2
    assert {row["fits"] for row in found["rows"]} == {True, False}
    assert told.returncode == 1, "a Grand Prix is no race at Kansas"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[track]\nlaps = 3", "no parameter track.laps; did you mean track.lap_s?"),
        ("[track]\nlap_s = 'x'", "track.lap_s: input should be a valid number"),
        ("[track]\nloops = [0.5, 0.2]", "track.loops: at most 20 shares of a lap, rising"),
        ("[cautions]\nhazard = 1.5", "cautions.hazard: a share, at most 1"),
        ("[pits]\nstationary_s = [9.0, 2.0]", "pits.stationary_s: from the least to the most"),
        ("[distance]\nlaps = 0", "distance.laps: 1 to 10000"),
        ("[distance]\nstages = [300]", "distance.stages: laps that rise, all before the last"),
        ("[entries]\ncars = 5000", "entries.cars: 1 to 200"),
        ("base = 'moon'", "base is one of kansas"),
        ("track = 3", "track is a table of parameters"),
        ("[track", "not TOML"),
    ],
)
def test_a_file_that_cannot_be_run_says_why(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(Refused) as refused:
        scenario(track=str(path))
    assert sentence in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_file_changes_a_preset(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(
        json.dumps({
            "base": "lake-circuit",
            "track": {"id": "Mein Ring", "lap_s": 80},
            "entries": {"classes": [{"name": "A", "cars": 1}, {"name": "B", "cars": 3}]},
        })
    )  # fmt: skip
    made = scenario(track=str(path), cars=8, hours=1.5)
    base = SCENARIOS["lake-circuit"]
    assert (made.track.lap_s, made.track.loops) == (80, base.track.loops)
    assert made.distance.duration_s == 5400
    assert [one.cars for one in made.entries.classes] == [1, 3]
    assert made.pits == base.pits
    assert name_of(made, 4) == "sim-mein-ring-4"


def test_a_shorter_race_keeps_its_stages_in_proportion() -> None:
    assert scenario(laps=89).distance.stages == (27, 55)
    assert scenario(laps=2).distance.stages == (1,)
    assert scenario("endurance", laps=50).distance.duration_s is None
    with pytest.raises(Refused, match="--laps or --hours"):
        scenario(laps=5, hours=1)
    with pytest.raises(Refused, match="kind oval, not road"):
        scenario("road", "kansas")
