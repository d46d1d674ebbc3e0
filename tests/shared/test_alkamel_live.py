"""Al Kamel's tables as they may have grown: the last board is the one of the whole table."""

import gzip
from pathlib import Path

import pytest

from benchmarks.held_against.imsa import read
from tracker.bridges.alkamel import convert
from tracker.bridges.live.alkamel import LiveAlKamel
from tracker.bridges.live.growing import Growing, Looked
from tracker.feed.envelope import Report
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.racing.report import order_by_lap
from tracker.score import folded

DATA = Path(__file__).parents[3] / "shared" / "data" / "imsa"
TABLES = sorted(DATA.glob("*long-beach*-laps.csv.gz")) or sorted(DATA.glob("*-laps.csv*"))

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not TABLES, reason="the race data beside the project is not here"),
]
LOOKS = 60


def as_it_grew(path: Path, looks: int) -> list[bytes]:
    """The table at so many moments: the rows of laps that were over by then, in their places."""
    raw = path.read_bytes()
    lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).splitlines(keepends=True)
    at = [seconds(row["ELAPSED"]) for row in read(path)]
    last = max(at)
    return [
        lines[0]
        + b"".join(
            line for line, time in zip(lines[1:], at, strict=True) if time <= last * look / looks
        )
        for look in range(1, looks + 1)
    ]


def seconds(told: str) -> float:
    """`1:02:03.456` in seconds."""
    found = 0.0
    for part in told.split(":"):
        found = found * 60 + float(part)
    return found


def test_the_last_board_is_the_converted() -> None:
    """Order of every lap, result and times; without the official result, which is another file."""
    live, looked = LiveAlKamel("laps"), Looked(Growing("laps.csv", 1.0))
    reports: list[Report] = []
    for content in as_it_grew(TABLES[0], LOOKS):
        looked.compare(content)
        ready, looked.ready = looked.ready, []
        reports += [one.report for line in ready for one in live.hear(line)]
    race = folded(numbered(reports, "race"))
    whole = folded(numbered(convert(TABLES[0]).reports, "race"))
    assert order_by_lap(race) == order_by_lap(whole)
    assert [(line.car.entry, line.laps, line.time) for line in classification(race)] == [
        (line.car.entry, line.laps, line.time) for line in classification(whole)
    ]
    assert [(one.flag, one.at) for one in race.flags_shown] == [
        (one.flag, one.at) for one in whole.flags_shown
    ]
