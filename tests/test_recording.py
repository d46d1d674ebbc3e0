"""Recordings: one event to a line, plain or packed, and a plain word where a line is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.scripted import SCRIPTED
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report, encode
from tracker.feed.recording import RecordingFile, numbered, read, write, write_lines
from tracker.feed.timing import Crossing

REPORTS = [Report("timing", f"c/{lap}", Crossing(entry="5", t_us=lap, lap=lap)) for lap in range(9)]


@pytest.mark.parametrize("name", ["race.jsonl", "race.jsonl.gz"])
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    events = list(numbered(REPORTS, "r"))
    assert write(tmp_path / name, events) == 9
    assert list(read(tmp_path / name)) == events
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_same_race_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write(tmp_path / name, numbered(REPORTS, "r"))
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_a_line_that_is_no_event_is_named(tmp_path: Path) -> None:
    path = tmp_path / "race.jsonl"
    write(path, numbered(REPORTS, "r"))
    path.write_bytes(path.read_bytes() + b"\n{}\n")
    with pytest.raises(RecordingRefused, match=r"line 11: not an event"):
        list(read(path))


def test_a_file_that_is_not_packed_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "race.jsonl.gz"
    path.write_bytes(b"not packed")
    with pytest.raises(RecordingRefused, match="cannot be read"):
        list(read(path))


def test_each_source_counts_its_own() -> None:
    for name, story in SCRIPTED.items():
        counted: dict[str, int] = {}
        for event in numbered(story(), name):
            assert event.sequence == counted.get(event.source, 0) + 1
            counted[event.source] = event.sequence


@pytest.mark.parametrize("name", ["race.jsonl", "race.jsonl.gz"])
def test_a_recording_cut_off_anywhere_is_read_up_to_there(tmp_path: Path, name: str) -> None:
    """Killed at any byte, what was whole before it is read, and the cut is told."""
    whole = tmp_path / name
    events = list(numbered(REPORTS, "r"))
    write(whole, events)
    packed = whole.read_bytes()
    cut = tmp_path / f"cut-{name}"
    for length in range(2, len(packed), 3):
        cut.write_bytes(packed[:length])
        odd: list[str] = []
        found = list(read(cut, odd))
        assert found == events[: len(found)]
        assert odd or packed[:length].rstrip(b"\n").endswith(b"}}"), "the end of an event"


@pytest.mark.parametrize("name", ["race.jsonl", "race.jsonl.gz"])
def test_what_was_flushed_is_there_though_nobody_closed_the_file(tmp_path: Path, name: str) -> None:
    events = list(numbered(REPORTS, "r"))
    with RecordingFile(tmp_path / name) as recording:
        for number, event in enumerate(events, start=1):
            recording.write(encode(event))
            recording.flush()
            assert list(read(tmp_path / name)) == events[:number]


def test_a_packed_recording_is_known_by_its_bytes(tmp_path: Path) -> None:
    """Renamed by whoever sent it on."""
    write(tmp_path / "race.jsonl.gz", numbered(REPORTS, "r"))
    renamed = (tmp_path / "race.jsonl.gz").rename(tmp_path / "race.jsonl")
    assert len(list(read(renamed))) == 9


def test_a_damaged_recording_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "race.jsonl.gz"
    write(path, numbered(REPORTS, "r"))
    packed = bytearray(path.read_bytes())
    packed[30:60] = b"\x00" * 30
    path.write_bytes(bytes(packed))
    with pytest.raises(RecordingRefused, match=r"cannot be read|not an event"):
        list(read(path))


def test_a_recording_that_was_interrupted_leaves_nothing(tmp_path: Path) -> None:
    """Not half a file, and nothing beside it; what was there before stays."""
    path = tmp_path / "race.jsonl"
    path.write_bytes(b"before")

    def lines() -> Iterator[bytes]:
        yield b"{}"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lines(path, lines())
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"before"]
