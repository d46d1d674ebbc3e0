"""NASCAR live: looks at a board, in the order they were taken, and what race comes of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tracker.bridges import files
from tracker.bridges.live.nascar import LiveNascar
from tracker.bridges.live.polling import Answer, said
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.recording import numbered
from tracker.racing.race import Race
from tracker.score import folded

Look = tuple[str, Path]
"""What kind of document, and where it is kept."""


def document(path: Path) -> Any:
    """A document, whatever stands before or after it; None where there is none."""
    try:
        return files.document(path)
    except RecordingRefused:
        return None


def kind_of(path: Path) -> str | None:
    """What a document is, by what it holds; None for one that the bridge does not look at."""
    told = document(path)
    first = told[0] if isinstance(told, list) and told and isinstance(told[0], dict) else {}
    if isinstance(told, dict):
        if isinstance(told.get("vehicles"), list):
            return "live-feed"
        if "weekend_race" in told:
            return "weekend-feed"
        if isinstance(told.get("laps"), list) and "flags" in told:
            return "lap-times"
        if isinstance(told.get("FlagStates"), list):
            return "live-flag-data"
    if "flag_state" in first:
        return "live-flag-data"
    return "live-pit-data" if "pit_in_race_time" in first else None


def documents(folder: Path) -> list[Look]:
    """The documents of a folder, in the order of `ordered`."""
    return ordered(sorted(folder.glob("*.json")))


def ordered(paths: Iterable[Path]) -> list[Look]:
    """Documents as a bridge would have come by them: late, then look after look."""
    found = [(of, path) for path in paths if (of := kind_of(path))]
    boards = sorted(
        (path for of, path in found if of == "live-feed"),
        key=lambda path: document(path).get("elapsed_time") or 0,
    )
    besides = [one for one in found if one[0] != "live-feed"]
    besides.sort(key=lambda one: one[0] == "lap-times")  # asked for last, and waited for
    looks = [("live-feed", path) for path in boards]
    ended = [one for one in besides if one[0] == "weekend-feed"]  # looked at again after the flag
    return [*looks[:1], *besides, *looks[1:], *ended]


def follow(looks: Iterable[Look], season: int = 2000) -> tuple[Race, Counter[str]]:
    """The race that the looks make, and what was refused of them."""
    reports, refused = told(looks, season)
    return folded(numbered(reports, "race")), refused


def told(looks: Iterable[Look], season: int = 2000) -> tuple[Sequence[Report], Counter[str]]:
    """What a bridge tells of documents, without a web server between."""
    live = LiveNascar(season)
    reports: list[Report] = []
    looks = list(looks)
    for number, (of, path) in enumerate(looks):
        text = said(Answer(200, files.text(path).encode(), None, None))
        reports += [one.report for one in live.hear(f"{of} {text}")]
        if number == 0 and all(kind != "lap-times" for kind, _ in looks):
            reports += [one.report for one in live.hear("lap-times null")]
    return reports, live.refused
