"""Bytes into lines, whatever ends them and wherever they are cut."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.bridges.live.lines import Lines

WIRE = b'$J,"1","00:00:40.000","00:00:42.061"\r\n$G,1,"1",1,"00:00:42.061"\n\r\n$H\r$I,"x"\r\n'
SAID = ['$J,"1","00:00:40.000","00:00:42.061"', '$G,1,"1",1,"00:00:42.061"', "$H", '$I,"x"']


@given(st.lists(st.integers(0, len(WIRE)), max_size=8))
def test_however_the_bytes_are_cut_the_lines_are_the_same(cuts: list[int]) -> None:
    lines = Lines(Counter())
    heard = []
    for start, end in pairwise([0, *sorted(cuts), len(WIRE)]):
        heard += lines.cut(WIRE[start:end])
    assert heard == SAID


def test_a_line_without_its_end_is_kept_until_it_comes() -> None:
    """Half a record is none: half a race time would be another race time."""
    lines = Lines(Counter())
    assert lines.cut(b'$J,"1","00:00:40.000","00:00:4') == []
    assert lines.cut(b'2.061"\r') == SAID[:1]


@pytest.mark.parametrize("step", [1, 7, 64, 10_000])
def test_a_line_that_does_not_end_takes_no_room(step: int) -> None:
    """It is counted once and passed over; the line after it is heard."""
    refused: Counter[str] = Counter()
    lines = Lines(refused, longest=64)
    wire = b"x" * 5_000 + b"\r\n$H\r\n"
    heard = []
    for start in range(0, len(wire), step):
        heard += lines.cut(wire[start : start + step])
        assert len(lines.rest) <= 64
    assert heard == ["$H"]
    assert refused == {"a line of more than 64 bytes": 1}


@given(st.binary(max_size=400))
def test_rubbish_is_text_without_line_ends(rubbish: bytes) -> None:
    """What is kept of it stays one line in a file, and is read back as it was."""
    for line in Lines(Counter()).cut(rubbish + b"\n"):
        assert line.splitlines() == [line]
        assert line.isprintable() or " " in line or not line.isascii()
        assert line.encode().decode() == line
