"""What a bridge kept is a race again: the same translator, the same reports."""

import json
from pathlib import Path

import pytest

from tests.bridges.f1_stream import Story
from tests.bridges.live.nascar_race import SMALL, message
from tests.bridges.live.test_nascar import Heard
from tests.bridges.openf1_rows import described, told
from tests.bridges.test_alkamel import LAPS
from tracker.bridges.converted import in_order
from tracker.bridges.live.capture import CONNECTED, Capture
from tracker.bridges.live.kept import convert
from tracker.errors import RecordingRefused
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.score import folded


def kept(folder: Path, kind: str, lines: list[str]) -> Path:
    """A capture of these lines, as a bridge writes it, cut off by a kill."""
    path = folder / "capture.txt"
    with Capture(path, kind, "sunday") as capture:
        capture.write([f"{CONNECTED} 2024-05-06T12:00:00Z", *lines])
    with path.open("a") as torn:
        torn.write(lines[-1][:9])
    return path


def test_a_capture_of_looks_is_the_race_they_were_looks_at(tmp_path: Path) -> None:
    looks = [message("live-feed", SMALL.board(at)) for at in range(0, 400, 20)]
    heard = Heard()
    heard.hear(*looks)
    found = convert(kept(tmp_path, "nascar", looks), season=2023)
    assert found.reports == in_order(heard.reports)


def test_a_capture_of_a_table_is_its_race(tmp_path: Path) -> None:
    lines = ["*", *(f"+{line}" for line in LAPS.splitlines()), "."]
    race = folded(numbered(convert(kept(tmp_path, "alkamel", lines)).reports, "race"))
    assert [line.car.entry for line in classification(race)] == ["10", "5", "05"]


def test_one_race_of_several_is_asked_for_by_name(tmp_path: Path) -> None:
    other = json.dumps(SMALL.board(65) | {"race_id": 78})
    lines = [message("live-feed", SMALL.board(35)), f"live-feed {other}"]
    path = kept(tmp_path, "nascar", lines)
    assert "race '77'" in str(convert(path, "78").left_out)
    with pytest.raises(RecordingRefused, match=r"no race '79'; there are: '?77"):
        convert(path, "79")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is no capture"),
        ('{"a":1}\n', "is no capture"),
        ("#capture p3 club\n", "a capture of p3"),
        ("#capture nascar x\n", "no race"),
    ],
)
def test_what_is_no_capture_is_refused_in_a_sentence(
    tmp_path: Path, content: str, why: str
) -> None:
    path = tmp_path / "capture.txt"
    path.write_text(content)
    with pytest.raises(RecordingRefused, match=why):
        convert(path)


def test_a_table_that_names_no_race_is_named_by_whoever_converts_it(tmp_path: Path) -> None:
    """What the bridge was told is not in what it kept."""
    lines = ["*", *(f"+{line}" for line in LAPS.splitlines()), "."]
    path = kept(tmp_path, "alkamel", lines)
    race = folded(numbered(convert(path, title="Six Hours 2024").reports, "race"))
    assert race.announced is not None
    assert (race.announced.name, race.announced.season) == ("Six Hours 2024", 2024)


def test_what_a_bridge_kept_of_openf1(tmp_path: Path) -> None:
    """A row to a line, under its topic; the session that it is of is the race."""
    path = tmp_path / "f1-openf1.txt"
    rows = [f"v1/{name} {json.dumps(row)}" for name, row in [*described(), *told()]]
    path.write_text("\n".join(["#capture openf1 f1", "#connected", *rows, ""]))
    race = folded(numbered(convert(path).reports, "race"))
    assert [str(line.car.entry) for line in classification(race)] == Story().order(4)
