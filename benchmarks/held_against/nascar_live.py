"""NASCAR live: looks at a board, in the order they were taken, and what race comes of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tracker.bridges import files
from tracker.bridges.live.nascar import LiveNascar
from tracker.bridges.live.nascar_documents import Look, heard, kind_of
from tracker.bridges.live.nascar_documents import ordered as in_turn
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.recording import numbered
from tracker.racing.race import Race
from tracker.score import folded

HEARD = ("live-feed", "weekend-feed", "lap-times", "live-flag-data", "live-pit-data")
"""Documents that the bridge looks at."""


def document(path: Path) -> Any:
    """A document, whatever stands before or after it; None where there is none."""
    try:
        return files.document(path)
    except RecordingRefused:
        return None


def documents(folder: Path) -> list[Look]:
    """The documents of a folder, in the order of `ordered`."""
    return ordered(sorted(folder.glob("*.json")))


def ordered(paths: Iterable[Path]) -> list[Look]:
    """Documents as a bridge would have come by them: late, then look after look."""
    return in_turn((of, path) for path in paths if (of := kind_of(path)) in HEARD)


def follow(looks: Iterable[Look], season: int = 2000) -> tuple[Race, Counter[str]]:
    """The race that the looks make, and what was refused of them."""
    reports, refused = told(looks, season)
    return folded(numbered(reports, "race")), refused


def told(looks: Iterable[Look], season: int = 2000) -> tuple[Sequence[Report], Counter[str]]:
    """What a bridge tells of documents, without a web server between."""
    live = LiveNascar(season)
    parts = heard(list(looks), live)
    return [report for reports in parts.values() for report in reports], live.refused
