"""Recorded live timing in the three forms it is found in: the same race out of each."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.bridges.f1_stream import EVENING, Story
from tracker.bridges.f1_files import convert
from tracker.cli import app
from tracker.errors import RecordingRefused
from tracker.feed.officials import Correction
from tracker.feed.recording import numbered, read
from tracker.racing.classification import classification
from tracker.racing.report import order_by_lap
from tracker.score import folded

BEGAN = datetime(2024, 5, 5, 12, 55, tzinfo=UTC)
"""When the stream's clock stood at zero: five minutes before the start signal."""


def stamp(at: int) -> str:
    """Time since the recording began, as the archive has it."""
    seconds, rest = divmod(at // 1_000, 1_000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def utc(at: int) -> str:
    return f"{(BEGAN + timedelta(microseconds=at)).isoformat(timespec='milliseconds')[:-6]}Z"


def archived(folder: Path, story: Story, mend: Any = lambda line: line) -> Path:
    """The story as the archive keeps it."""
    lines: dict[str, list[str]] = {}
    for at, topic, data in [*((0, *one) for one in story.state().items()), *story.messages()]:
        lines.setdefault(topic, []).append(mend(stamp(at) + json.dumps(data)))
    folder.mkdir()
    for topic, told in lines.items():
        (folder / f"{topic}.jsonStream").write_text("\ufeff" + "\r\n".join(told) + "\r\n")
    return folder


def orders(path: Path) -> list[list[str]]:
    """The order of every lap, out of a recorded stream."""
    race = folded(numbered(convert(path).reports, "race"))
    return [order for lap, order in order_by_lap(race).items() if lap != "0"]


def test_the_archive(tmp_path: Path) -> None:
    """A file for each topic; nothing is retimed, for all is known."""
    story = Story()
    folder = archived(tmp_path / "race", story)
    assert orders(folder) == [story.order(lap) for lap in range(1, 5)]
    assert not any(isinstance(report.data, Correction) for report in convert(folder).reports)
    assert (convert(folder).left_out, convert(folder).odd) == ([], [])
    for file in folder.glob("*.jsonStream"):
        file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    assert orders(folder) == [story.order(lap) for lap in range(1, 5)]


def test_a_file_joined_to_itself_says_nothing_twice(tmp_path: Path) -> None:
    """Downloaded twice into one: what is told again to the letter is counted."""
    story = Story()
    folder = archived(tmp_path / "race", story)
    lines = 0
    for file in folder.glob("*.jsonStream"):
        lines += len(file.read_text().splitlines())
        file.write_text(file.read_text() * 2)
    assert orders(folder) == [story.order(lap) for lap in range(1, 5)]
    again = [int(told.split()[0]) for told in convert(folder).left_out if "to the letter" in told]
    assert sum(again) == lines


def test_one_of_its_files_or_the_weekend_stands_for_a_race(tmp_path: Path) -> None:
    """A topic lies beside the others; of a weekend the race is taken, or all are named."""
    story = Story()
    race = archived(tmp_path / "2024-05-05_Race", story)
    right = [story.order(lap) for lap in range(1, 5)]
    assert orders(race / "TimingData.jsonStream") == right
    archived(tmp_path / "2024-05-04_Qualifying", story)
    assert orders(tmp_path) == right
    race.rename(tmp_path / "2024-05-05_Sprint")
    with pytest.raises(RecordingRefused, match=r"of its folders name one: .*Qualifying, .*Sprint"):
        convert(tmp_path)


def test_lines_that_are_no_message_are_counted(tmp_path: Path) -> None:
    """Half a line, a line without a stamp, a topic nobody reads: named, and the race goes on."""
    story = Story()
    folder = archived(tmp_path / "race", story)
    timing = folder / "TimingData.jsonStream"
    timing.write_text(timing.read_text() + '00:20:00.000{"Lines":{"4\nhello\n00:20:01.000[1]\n')
    (folder / "CarData.z.jsonStream").write_text('00:00:01.000"not packed"\n')
    (folder / "RaceControlMessages.jsonStream").write_text("00:01:00.000{'Messages': []}\n")
    assert orders(folder) == [story.order(lap) for lap in range(1, 5)]
    assert convert(folder).left_out == [
        "1 × RaceControlMessages.jsonStream: not JSON",
        "1 × TimingData.jsonStream: no time stamp",
        "1 × TimingData.jsonStream: not JSON",
        "1 × TimingData: not an object but list",
        "1 × CarData: nothing more of the race in it",
    ]


def test_an_older_name_beside_the_newer(tmp_path: Path) -> None:
    """Some archives have both: each message counts once. With the older alone, that is read."""
    story = Story()
    folder = archived(tmp_path / "race", story)
    timing = folder / "TimingData.jsonStream"
    (folder / "TimingDataF1.jsonStream").write_bytes(timing.read_bytes())
    lines = sum(map(bool, timing.read_text().splitlines()))
    assert convert(folder).left_out == [f"{lines} × TimingDataF1: nothing more of the race in it"]
    assert orders(folder) == [story.order(lap) for lap in range(1, 5)]
    timing.unlink()
    assert orders(folder) == [story.order(lap) for lap in range(1, 5)]


@pytest.mark.parametrize("names", [("type", "json", "dateTime"), ("Type", "Json", "DateTime")])
def test_a_full_state_and_the_messages_after_it(
    tmp_path: Path, names: tuple[str, str, str]
) -> None:
    """Times are in UTC; the clock is that of the scheduled start."""
    story = Story()
    (tmp_path / "subscribe.json").write_text(json.dumps(story.state()))
    live = [
        json.dumps(dict(zip(names, (topic, data, utc(at)), strict=True)))
        for at, topic, data in story.messages()
    ]
    (tmp_path / "live.jsonl").write_text("\n".join([*live, "[]", "{}", "{"]))
    assert orders(tmp_path) == [story.order(lap) for lap in range(1, 5)]
    green = next(r.data for r in convert(tmp_path).reports if r.id.startswith("flag/green"))
    assert getattr(green, "t_us", None) == 0  # 15:00 at home, two hours ahead of 13:00 UTC
    assert convert(tmp_path).left_out == [
        "1 × live.jsonl: no topic or no time",
        "1 × live.jsonl: not JSON",
        "1 × live.jsonl: not an object",
    ]


@pytest.mark.parametrize("write", [json.dumps, repr])
def test_one_file_of_lists(tmp_path: Path, write: Any) -> None:
    """In JSON, or as Python prints a list: read as literals, never run."""
    story = Story()
    path = tmp_path / "saved.txt"
    told = [[topic, data, utc(at)] for at, topic, data in
            [*((0, *one) for one in story.state().items()), *story.messages()]]  # fmt: skip
    path.write_text("\n".join([*map(write, told), "__import__('os').abort()", "[1]"]))
    assert orders(path) == [story.order(lap) for lap in range(1, 5)]
    assert len(convert(path).left_out) == 2


def test_what_is_no_stream_is_refused(tmp_path: Path) -> None:
    """In one sentence that says what was wanted."""
    with pytest.raises(RecordingRefused, match=r"holds neither \*\.jsonStream nor subscribe"):
        convert(tmp_path)
    (tmp_path / "subscribe.json").write_text("{}")
    with pytest.raises(RecordingRefused, match=r"no live\.jsonl"):
        convert(tmp_path)
    (tmp_path / "live.jsonl").write_text("")
    with pytest.raises(RecordingRefused, match="nobody completed a lap"):
        convert(tmp_path)
    (tmp_path / "notes.txt").write_text("hello\n")
    with pytest.raises(RecordingRefused, match="holds no message"):
        convert(tmp_path / "notes.txt")


def test_from_the_command_line(tmp_path: Path) -> None:
    """The race is named by its season and its name."""
    folder = archived(tmp_path / "race", Story())
    written = tmp_path / "out.jsonl.gz"
    ran = CliRunner().invoke(app, ["convert", "f1-live", str(folder), "-o", str(written)])
    assert ran.exit_code == 0
    events = list(read(written))
    assert {event.race for event in events} == {"f1-2024-evening-grand-prix"}
    race = folded(events)
    assert [str(line.car.entry) for line in classification(race)][:2] == ["4", "44"]
    assert {str(car) for car in race.cars} == set(EVENING)
