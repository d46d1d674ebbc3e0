"""Speed: passings a second, and Kansas scored again from its first event."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks import fold
from benchmarks.held_against.figures import Figure, progress

PASSINGS = 100_000
"""A second, on one core: a heavy race is folded again in well under a second."""

KANSAS_MS = 100
"""In which Kansas is scored again from its first event."""


def measure(data: Path) -> Iterator[Figure]:
    """Best of a few runs on one core."""
    progress("speed: a few seconds each")
    events = fold.long_race()
    seconds = fold.best(lambda: fold.fold_whole(events))
    yield Figure(
        f"{len(events):,} passings, {fold.LOOPS} loops",
        f"{len(events) / seconds:,.0f} a second",
        f"{PASSINGS:,}",
        len(events) / seconds >= PASSINGS,
    )
    events = fold.kansas()
    seconds = fold.best(lambda: fold.fold_whole(events))
    yield Figure(
        f"Kansas 2024, {len(events):,} events, photo included",
        f"{seconds * 1000:.0f} ms",
        f"{KANSAS_MS} ms",
        seconds * 1000 < KANSAS_MS,
    )
