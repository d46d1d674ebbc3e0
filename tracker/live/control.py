"""The log of race control: everything officials told of a race, in order, as viewers read it.

Feeds differ in what they say in words and what as data. Here both stand in one list, so that
somebody who reads nothing else misses nothing.
"""

from typing import Literal, assert_never

from pydantic import Field

from tracker.feed.values import EntryId, Slug
from tracker.live.picture_of_race import race_time
from tracker.live.wire import RaceTime, Wire
from tracker.racing.events import (
    CarRetired,
    ControlSaid,
    FlagShown,
    IncidentReported,
    PenaltyGiven,
    RaceEnded,
    ResultDeclared,
    ReviewChanged,
    Told,
)
from tracker.racing.race import Publication, Race, Withdrawal
from tracker.racing.vocabulary import Flag

Kind = Literal["flag", "incident", "penalty", "retirement", "review", "result", "message"]
Severity = Literal["note", "warning", "urgent"]

URGENT_FLAGS = frozenset({Flag.RED, Flag.CHECKERED})
RACING_FLAGS = frozenset({Flag.GREEN, Flag.WHITE, Flag.NONE, Flag.COLD, Flag.HOT})
MILD_PENALTIES = frozenset({"noted", "served", "rescinded"})


class ControlEntry(Wire):
    """One line of the log."""

    at: RaceTime | None = Field(description="null where the feed gave no time")
    lap: int = Field(description="laps the leader had completed")
    kind: Kind
    severity: Severity = Field(
        description="note; warning: racing is affected; urgent: the race, or its result, is"
    )
    what: str = Field(
        description="by kind: the flag, the incident's kind, the penalty's, the cause, the status"
    )
    status: str | None = Field(
        default=None, description="phase of an incident, status of a penalty or a review"
    )
    number: int | None = Field(default=None, description="of the incident, penalty or result")
    entries: list[EntryId] = []
    amount: int | None = Field(
        default=None, description="of a penalty: microseconds, places, laps or points, by kind"
    )
    location: str | None = None
    text: str | None = Field(default=None, description="in the officials' words")


class ControlLog(Wire):
    """Everything race control told, the earliest first."""

    race: Slug
    entries: list[ControlEntry]


def control_log(race_id: str, race: Race) -> ControlLog:
    """The log of a race as it stands, results as they were published included."""
    entries = [entry_of(race, lap, told) for lap, told in race.control]
    entries += [published(race, publication) for publication in race.publications]
    entries += [
        taken_back(race, publication.rev, publication.withdrawn)
        for publication in race.publications
        if publication.withdrawn is not None
    ]
    # Told in one breath, the cause comes before the result.
    entries.sort(key=lambda entry: (entry.at is not None, entry.at or 0, entry.kind == "result"))
    return ControlLog(race=race_id, entries=entries)


def entry_of(race: Race, lap: int, told: Told) -> ControlEntry:
    """What was told, as a line of the log."""
    at = race_time(race, told.at)
    match told:
        case FlagShown():
            return ControlEntry(
                at=at,
                lap=lap,
                kind="flag",
                severity=severity_of(told.flag),
                what=told.flag.value,
                number=told.caution,
                entries=[] if told.beneficiary is None else [told.beneficiary],
                text=told.text or ", ".join(told.reasons) or None,
            )
        case IncidentReported():
            return ControlEntry(
                at=at,
                lap=lap,
                kind="incident",
                severity="note" if told.phase == "cleared" else "warning",
                what=told.kind,
                status=told.phase,
                number=told.number,
                entries=[part.entry for part in told.involved],
                location=told.location,
                text=told.text,
            )
        case PenaltyGiven():
            return ControlEntry(
                at=at,
                lap=lap,
                kind="penalty",
                severity="note" if told.status in MILD_PENALTIES else "warning",
                what=told.kind,
                status=told.status,
                number=told.number,
                entries=[told.entry],
                amount=told.amount,
                text=told.reason,
            )
        case ControlSaid():
            return ControlEntry(
                at=at,
                lap=lap,
                kind="message",
                severity=severity_named(told.severity),
                what=told.flag.value if told.flag else "",
                entries=list(told.entries),
                text=told.text,
            )
        case CarRetired():
            return ControlEntry(
                at=at,
                lap=lap,
                kind="retirement",
                severity="note",
                what="back" if told.back else told.cause,
                entries=[told.entry],
                text=told.text,
            )
        case RaceEnded():
            return ControlEntry(at=at, lap=lap, kind="result", severity="urgent", what="ended")
        case ReviewChanged():
            return ControlEntry(
                at=at,
                lap=lap,
                kind="review",
                severity="urgent",
                what=told.basis or "finish",
                status="open" if told.open else "closed",
                entries=list(told.entries),
                text=told.text,
            )
        case ResultDeclared():
            return ControlEntry(
                at=at,
                lap=lap,
                kind="result",
                severity="urgent",
                what="declared",
                status="official" if told.official else "provisional",
                text=told.text,
            )
        case _:
            assert_never(told)


def published(race: Race, publication: Publication) -> ControlEntry:
    """A result as it was published; while it is under review it names nobody."""
    named = None if publication.review else publication.winner
    return ControlEntry(
        at=race_time(race, publication.at),
        lap=race.laps_completed,
        kind="result",
        severity="urgent",
        what="published",
        status="under_review" if publication.review else publication.status.value,
        number=publication.rev,
        entries=[] if named is None else [named],
        text=publication.cause,
    )


def taken_back(race: Race, rev: int, withdrawal: Withdrawal) -> ControlEntry:
    """A result that turned out to be of a race that had not ended."""
    return ControlEntry(
        at=race_time(race, withdrawal.at),
        lap=race.laps_completed,
        kind="result",
        severity="urgent",
        what="withdrawn",
        number=rev,
        text=withdrawal.cause,
    )


def severity_of(flag: Flag) -> Severity:
    """How much a flag matters to those who race."""
    if flag in URGENT_FLAGS:
        return "urgent"
    return "note" if flag in RACING_FLAGS else "warning"


def severity_named(name: str) -> Severity:
    """A severity as the feed gives it; the contract lets no other in."""
    assert name in ("note", "warning", "urgent"), name
    return name  # type: ignore[return-value]
