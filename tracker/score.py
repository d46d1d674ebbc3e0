"""Scoring offline: a recording or a scripted race in, the race out. No broker, no clock."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tracker.errors import RecordingRefused, Refused
from tracker.feed.envelope import FedEvent, UnknownEvent
from tracker.feed.recording import numbered, read
from tracker.feed.translate import translate
from tracker.history import read_history
from tracker.racing.events import Filed
from tracker.racing.fold import fold
from tracker.racing.race import Race
from tracker.racing.report import report
from tracker.racing.results import publish
from tracker.verdicts.changes import report as verdicts_report
from tracker.verdicts.judge import judge


def scripted(name: str) -> list[FedEvent]:
    """The events of a scripted race, by its name."""
    from simulators.scripted import SCRIPTED

    story = SCRIPTED.get(name)
    if story is None:
        raise Refused(f"no scripted race {name!r}; there are: {', '.join(sorted(SCRIPTED))}")
    return list(numbered(story(), name))


def recorded(what: str) -> Iterator[FedEvent | UnknownEvent]:
    """The events of a recording, or of a scripted race where no such file is."""
    path = Path(what)
    if path.exists():
        odd: list[str] = []
        yield from read(path, odd)
        for note in odd:
            sys.stderr.write(f"tracker: {note}\n")
        return
    try:
        yield from scripted(what)
    except Refused as refused:
        raise RecordingRefused(path, None, f"no such file, and {refused}") from None


def folded(events: Iterable[FedEvent | UnknownEvent]) -> Race:
    """The race that feed events make; a repeat of source and id counts once."""
    seen: set[tuple[str, str]] = set()
    placed: list[Filed] = []
    for event in events:
        name = (event.source, event.id)
        if name in seen:
            continue
        seen.add(name)
        item = translate(event)
        if item is not None:
            placed.append(item)
    race = fold(placed)
    if race.finished_at is not None and race.time is not None and not race.results:
        publish(race, race.time, "end of the recording")
    return race


def told(race: Race, history: Path | None = None) -> dict[str, Any]:
    """The race in plain values, with its verdicts; what history is missing, they skip."""
    past = read_history(history) if history is not None else None
    return report(race) | verdicts_report(judge(race, past))
