"""What every importer hands over, and how decisions made elsewhere are added to it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report, UnknownEvent
from tracker.feed.recording import read
from tracker.feed.setting import EntryUpsert, GridSet, SessionSetup
from tracker.feed.values import Payload, printable

TIMING = "timing"
RACE_CONTROL = "race-control"

SETTING = (SessionSetup, EntryUpsert, GridSet)
"""What is told before anything happens, and has no time."""

LONGEST_ID = 80

Said = TypeVar("Said", bound=Payload)


@dataclass(slots=True)
class Converted:
    """What a conversion made of a race, and what it left out or found odd."""

    reports: list[Report] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Rows and records that are in the file and not in the reports, and why."""
    odd: list[str] = field(default_factory=list)
    """What is in the reports, and was not believed as it stood."""


def in_order(reports: Iterable[Report]) -> list[Report]:
    """The setting first, then everything by its time; what has the same time stays as it is."""
    reports = list(reports)
    setting = [report for report in reports if isinstance(report.data, SETTING)]
    rest = [report for report in reports if not isinstance(report.data, SETTING)]
    return setting + sorted(rest, key=lambda report: getattr(report.data, "t_us", 0))


def with_decisions(converted: Converted, path: Path) -> Converted:
    """The race with the feed events of a file added: what the timing file cannot know.

    A penalty given weeks later, a disqualification, a deleted crossing: one event to a line, as
    in a recording. The race they name is not looked at.
    """
    reports = list(converted.reports)
    known = {(report.source, report.id) for report in reports}
    for event in read(path):
        if isinstance(event, UnknownEvent):
            raise RecordingRefused(path, None, f"no event of the feed is called {event.type}")
        if (event.source, event.id) in known:
            raise RecordingRefused(
                path, None, f"{event.source} {event.id} is told by the imported file already"
            )
        known.add((event.source, event.id))
        reports.append(Report(event.source, event.id, event.data))
    return Converted(in_order(reports), converted.left_out, converted.odd)


def said(path: object, line: int | None, payload: type[Said], **values: object) -> Said:
    """A payload made of a file's values; raises `RecordingRefused` where they cannot be one."""
    with refusing(path, line):
        return payload(**values)


@contextmanager
def refusing(path: object, line: int | None = None) -> Iterator[None]:
    """What a payload does not take is refused, in a sentence."""
    try:
        yield
    except ValueError as error:  # as pydantic tells it: what, then where, then why
        what, where, why, *_ = [*str(error).splitlines(), "", ""]
        reason = f"{where}: {why.partition('[type')[0].strip()}" if why else what
        raise RecordingRefused(path, line, reason) from None


def in_id(entry: str) -> str:
    """An entry as part of an event's id, which knows no spaces and no accents."""
    quoted = quote(entry, safe="")
    return quoted if len(quoted) <= LONGEST_ID else entry.encode().hex()[:LONGEST_ID]


def name(text: str, longest: int = 120) -> str:
    """A name as the feed takes it: without control characters, runs of spaces, or excess."""
    kept = "".join(character if character.isprintable() else " " for character in text)
    short = " ".join(kept.split())[:longest].rstrip()
    try:
        return printable(short)
    except ValueError:
        return short.encode("ascii", "ignore").decode()


def slug(text: str, otherwise: str = "track") -> str:
    """A name as it may stand in a topic."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text)
    return "-".join(part for part in kept.lower().split("-") if part)[:64].strip("-") or otherwise
