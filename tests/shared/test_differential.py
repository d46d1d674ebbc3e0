"""Every bar of the differential report is met by the files beside the project."""

from pathlib import Path

import pytest

from benchmarks.held_against import f1_live, formula_one, imsa, kansas, nascar, rmonitor
from benchmarks.held_against.figures import Section

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the race data beside the project is not here"),
]


SPEEDS = (formula_one.SPEED, f"  {f1_live.SPEED}")
"""Figures that are the machine's too."""


@pytest.mark.parametrize(
    ("folder", "measure"),
    [
        ("f1", formula_one.measure),
        ("f1_live", f1_live.measure),
        ("nascar", nascar.measure),
        ("imsa", imsa.measure),
        ("rmonitor", rmonitor.measure),
        ("kansas2024", kansas.measure),
    ],
)
def test_no_bar_is_missed(folder: str, measure: Section) -> None:
    """Speed apart, which is the machine's too."""
    figures = [one for one in measure(DATA / folder) if one.what not in SPEEDS]
    assert sum(one.met is not None for one in figures) >= 2
    assert [one for one in figures if one.met is False] == []
