"""Payloads from race control: flags, incidents, penalties, and decisions about the result."""

from typing import Annotated, Literal

from pydantic import Field

from tracker.feed.values import (
    Count,
    EntryId,
    LapNumber,
    LoopId,
    Microseconds,
    Name,
    Part,
    Payload,
    Sentence,
    Slug,
)

FlagName = Literal[
    "none", "hot", "green", "yellow_local", "fcy", "sc", "vsc", "vsc_ending", "code60",
    "caution", "red", "white", "checkered", "cold", "blue", "black", "meatball", "debris",
]  # fmt: skip
Reason = Literal[
    "accident", "spin", "debris", "stall", "stage", "competition", "weather", "oil", "fluid",
    "mechanical", "other",
]  # fmt: skip
Role = Literal[
    "instigator", "contact", "victim", "collected", "self", "avoided", "cause_unknown"
]  # fmt: skip


class FlagChanged(Payload):
    """A flag was shown."""

    flag: FlagName
    t_us: Microseconds
    scope: Literal["track", "sector", "entry"] = "track"
    sector: Annotated[int, Field(ge=1, le=64)] | None = None
    entry: EntryId | None = None
    lap: LapNumber | None = Field(default=None, description="laps completed by the leader, as sent")
    caution: Count | None = Field(default=None, description="number of the caution period")
    reasons: Annotated[list[Reason], Field(max_length=8)] = []
    beneficiary: EntryId | None = Field(default=None, description="car that gets the free pass")
    pit_road_open: bool | None = Field(
        default=None, description="whether cars may come to pit road; null where nobody says"
    )
    text: Sentence | None = None


class Location(Part):
    """Where on the track."""

    text: Name
    turn: Annotated[int, Field(ge=1, le=64)] | None = None
    loop: LoopId | None = None


class Involvement(Part):
    """A car's part in an incident; a role is a judgement and says who made it."""

    entry: EntryId
    role: Role = "cause_unknown"
    damage: Literal["none", "light", "heavy", "unknown"] = "unknown"
    outcome: Literal["continued", "pitted", "dnf", "returned", "unknown"] = "unknown"


class Incident(Payload):
    """Something happened that is worth telling; later reports of the same number replace it."""

    incident: Annotated[int, Field(ge=1, le=100_000)] = Field(description="number of the incident")
    t_us: Microseconds
    lap: LapNumber = Field(description="lap in progress of the leader: laps completed plus one")
    kind: Literal[
        "contact", "spin", "wall", "stall", "fire", "debris", "mechanical", "other"
    ] = "other"  # fmt: skip
    phase: Literal["candidate", "confirmed", "updated", "cleared"] = "confirmed"
    location: Location | None = None
    involved: Annotated[list[Involvement], Field(max_length=100)] = []
    caution: Count | None = Field(default=None, description="number of the caution it brought out")
    assigned_by: Literal["official", "editor", "inferred"] = "inferred"
    text: Sentence | None = None


class Penalty(Payload):
    """A penalty, from being looked at to being served."""

    penalty: Annotated[int, Field(ge=1, le=100_000)] = Field(description="number of the penalty")
    t_us: Microseconds
    entry: EntryId
    kind: Literal[
        "time", "positions", "laps", "drive_through", "stop_go", "tail", "dsq", "points", "warning"
    ]
    amount: Annotated[int, Field(ge=0, le=2**53)] | None = Field(
        default=None, description="microseconds, places, laps or points, by kind"
    )
    status: Literal["noted", "investigating", "applied", "served", "rescinded"] = "applied"
    reason: Sentence | None = None
    article: Name | None = None


class ControlMessage(Payload):
    """What race control says, in its own words; it decides nothing."""

    t_us: Microseconds
    text: Sentence
    severity: Literal["note", "warning", "urgent"] = "note"
    entries: Annotated[list[EntryId], Field(max_length=100)] = []
    flag: FlagName | None = Field(default=None, description="the flag it speaks of")
    lap: LapNumber | None = Field(default=None, description="laps completed by the leader, as sent")


class Retirement(Payload):
    """A car is out of the race."""

    entry: EntryId
    t_us: Microseconds
    lap: LapNumber | None = Field(default=None, description="laps completed, as sent")
    cause: Literal["accident", "dvp", "mechanical", "other"] = "other"
    text: Sentence | None = None
    back: bool = Field(default=False, description="the car returned: an earlier retirement is void")


class Checkered(Payload):
    """Race control ended the race."""

    t_us: Microseconds
    lap: LapNumber | None = Field(
        default=None, description="the result is taken at this lap, where that is not the distance"
    )
    text: Sentence | None = None


class ResultReview(Payload):
    """Officials look again at a finish, or have done so."""

    t_us: Microseconds
    status: Literal["open", "closed"]
    entries: Annotated[list[EntryId], Field(max_length=100)] = []
    basis: Literal["photo", "video", "loop", "manual"] | None = None
    text: Sentence | None = None


class ResultDeclared(Payload):
    """Race control made the result provisional, or official."""

    t_us: Microseconds
    status: Literal["provisional", "official"]
    text: Sentence | None = None


class Target(Part):
    """The event that a correction is about."""

    source: Slug
    id: Annotated[str, Field(min_length=1, max_length=128)]


class Replacement(Part):
    """What is true instead."""

    entry: EntryId | None = None
    loop: LoopId | None = None
    t_us: Microseconds | None = None
    lap: LapNumber | None = None
    laps: Annotated[int, Field(ge=-1000, le=1000)] | None = Field(
        default=None, description="laps credited (or, negative, taken away)"
    )


class Correction(Payload):
    """Scoring was wrong, and this is right."""

    t_us: Microseconds = Field(description="when the correction was made; microseconds")
    op: Literal["insert", "delete", "retime", "reassign", "lap_credit"]
    target: Target | None = Field(default=None, description="absent for insert and lap_credit")
    new: Replacement | None = None
    basis: Literal["photo", "video", "loop", "manual"] = "manual"
    authority: Literal["race_control", "scorer"] = "scorer"
    reason: Sentence | None = None
