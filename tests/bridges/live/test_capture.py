"""What a feed said, kept: goes on after a crash, and belongs to one race."""

from pathlib import Path

import pytest

from tracker.bridges.live.capture import Capture
from tracker.errors import Unavailable


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """A line that a crash left half written is cut off; the ones before it stand."""
    path = tmp_path / "club.txt"
    with Capture(path, "rmonitor", "club") as capture:
        capture.write(["one", "two, in Jyväskylä"])
    with path.open("ab") as file:
        file.write(b"thr")
    with Capture(path, "rmonitor", "club") as capture:
        capture.write(["four"])
        assert list(capture.lines()) == ["one", "two, in Jyväskylä", "four"]
    assert path.read_text().startswith("#capture rmonitor club\n")


def test_a_heading_cut_off_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "club.txt"
    path.write_bytes(b"")
    with Capture(path, "rmonitor", "club") as capture:
        assert list(capture.lines()) == []


@pytest.mark.parametrize(
    "holds", ["#capture rmonitor other\n", "#capture p3 club\n", "shopping list", "\x00" * 5_000]
)
def test_what_is_not_this_race_is_not_touched(tmp_path: Path, holds: str) -> None:
    """Somebody's file, or another race's: telling it as this one would be a lie."""
    path = tmp_path / "club.txt"
    path.write_text(holds)
    with (
        pytest.raises(Unavailable, match="something else than a capture of this race"),
        Capture(path, "rmonitor", "club"),
    ):
        pass
    assert path.read_text() == holds


def test_a_full_capture_keeps_no_more(tmp_path: Path) -> None:
    with Capture(tmp_path / "club.txt", "rmonitor", "club", largest=60) as capture:
        capture.write(["x" * 50])
        assert capture.full
        capture.write(["y"])
        assert list(capture.lines()) == ["x" * 50]


def test_where_it_cannot_be_written_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(Unavailable, match="cannot be written"),
        Capture(tmp_path / "nowhere" / "club.txt", "rmonitor", "club"),
    ):
        pass
