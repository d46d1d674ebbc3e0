"""The contract with viewers: every message on the websocket, in server-sent events and on MQTT.

A viewer holds a picture of a race: `state`, `rows`, `incidents`, `results` and `verdicts`, at a
`version`. A `snapshot` replaces the picture. `update`, `incident`, `results` and `verdicts` change
it, and apply only when their `epoch` is the picture's and their `follows` its version; the picture
then has their `version`. In any other case the viewer says `watch` again with the epoch and version
it has, and gets what it missed, squashed, or a snapshot; a `beat` with its version says that it
missed nothing.

The past comes as the same messages, with their `moment`, under an epoch of its own, so that it is
never taken for the present.

All values are absolute: a key that is missing is unchanged, `null` is unknown. Times are whole
microseconds of race time; cars are keyed by entry, which is text.
"""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, TypeAdapter, model_validator

from tracker.feed.values import EntryId, Slug
from tracker.live.shapes import (
    CautionShown,
    ClassifiedShown,
    ConsideredShown,
    FlagShown,
    IncidentShown,
    InvolvedShown,
    PenaltyShown,
    PitLossShown,
    PitStopShown,
    RaceTime,
    ReasonShown,
    ResultsShown,
    RevisionShown,
    Row,
    SkippedShown,
    Span,
    StageShown,
    State,
    VerdictShown,
    VerdictsShown,
    Wire,
    WithdrawnShown,
)

__all__ = [
    "CautionShown",
    "ClassifiedShown",
    "ConsideredShown",
    "FlagShown",
    "IncidentShown",
    "InvolvedShown",
    "PenaltyShown",
    "PitLossShown",
    "PitStopShown",
    "RaceTime",
    "ReasonShown",
    "ResultsShown",
    "RevisionShown",
    "Row",
    "SkippedShown",
    "Span",
    "StageShown",
    "State",
    "VerdictShown",
    "VerdictsShown",
    "Wire",
    "WithdrawnShown",
]
"""The shapes belong to the contract, whatever file they are in."""

PROTOCOL = 1

FASTEST = 50
"""Speed of the past at most: a picture a second skips no more than two laps."""

Moment = Annotated[
    RaceTime | None,
    Field(description="where in the past this is; only where `watch` named a moment"),
]

# ------------------------------------------------------------------ what the server says


class RaceListed(Wire):
    """A race that can be watched; nothing here says who won."""

    race: Slug
    name: str
    series: str
    date: str | None
    track: str
    phase: str
    live: bool = Field(description="an event came within the last minute")


class Hello(Wire):
    """First message on every connection."""

    type: Literal["hello"] = "hello"
    protocol: int = PROTOCOL
    races: list[RaceListed]
    beat_ms: int = Field(description="a `beat` comes at least this often")


class Snapshot(Wire):
    """The whole picture."""

    type: Literal["snapshot"] = "snapshot"
    race: Slug
    epoch: str = Field(description="the journal and code that give versions their meaning")
    version: int = Field(description="journal offset folded last")
    state: State
    rows: dict[EntryId, Row]
    incidents: dict[str, IncidentShown]
    results: ResultsShown | None
    verdicts: VerdictsShown | None
    moment: Moment = None


class Update(Wire):
    """What changed on the board."""

    type: Literal["update"] = "update"
    race: Slug
    epoch: str
    follows: int
    version: int
    state: dict[str, object] = Field(default={}, description="changed fields of the state")
    rows: dict[EntryId, dict[str, object]] = Field(
        default={}, description="changed fields by car; a car not seen before comes whole"
    )
    gone: list[EntryId] = Field(default=[], description="cars no longer on the board")
    moment: Moment = None


class IncidentChanged(Wire):
    """An incident was reported, or is told differently."""

    type: Literal["incident"] = "incident"
    race: Slug
    epoch: str
    follows: int
    version: int
    incident: IncidentShown


class ResultsChanged(Wire):
    """A result was published, or its review opened or closed."""

    type: Literal["results"] = "results"
    race: Slug
    epoch: str
    follows: int
    version: int
    results: ResultsShown | None


class VerdictsChanged(Wire):
    """The race is judged, or judged again."""

    type: Literal["verdicts"] = "verdicts"
    race: Slug
    epoch: str
    follows: int
    version: int
    verdicts: VerdictsShown | None


class Beat(Wire):
    """A sign of life every few seconds, for each race watched."""

    type: Literal["beat"] = "beat"
    race: Slug | None = None
    version: int | None = None
    feed_age_ms: int | None = Field(
        default=None, description="since the last event arrived; null when none ever did"
    )
    moment: Moment = None


class Pong(Wire):
    """The answer to a ping."""

    type: Literal["pong"] = "pong"


class Error(Wire):
    """Why a request was refused, and how to mend it."""

    type: Literal["error"] = "error"
    code: int
    reason: str


ServerMessage = (
    Hello
    | Snapshot
    | Update
    | IncidentChanged
    | ResultsChanged
    | VerdictsChanged
    | Beat
    | Pong
    | Error
)

# ------------------------------------------------------------------ what the viewer says


class At(Wire):
    """A moment of a race, named in one way."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    lap: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None, description="when the leader had completed so many laps"
    )
    time: Annotated[int, Field(ge=-(2**53), le=2**53)] | None = Field(
        default=None, description="race time, microseconds since the green flag"
    )
    version: Annotated[int, Field(ge=0, le=2**53)] | None = Field(
        default=None, description="when the event of that journal offset happened"
    )

    @model_validator(mode="after")
    def named_in_one_way(self) -> Self:
        """Two names may be two moments."""
        if sum(name is not None for name in (self.lap, self.time, self.version)) != 1:
            raise ValueError("name one of lap, time, version")
        return self


class Watch(Wire):
    """Watch a race, from the picture the viewer has if it has one; or its past."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    type: Literal["watch"]
    race: Slug
    epoch: Annotated[str, Field(max_length=64)] | None = None
    version: Annotated[int, Field(ge=0, le=2**53)] | None = None
    at: At | None = Field(
        default=None,
        description="from there on, until the race is caught up with; one not reached yet is now",
    )
    speed: Annotated[float, Field(ge=0, le=FASTEST, allow_inf_nan=False)] = Field(
        default=1, description="of the past: 2 is twice as fast as it was, 0 stands still"
    )


class Unwatch(Wire):
    """Stop watching a race."""

    type: Literal["unwatch"]
    race: Slug


class Ping(Wire):
    """Is anybody there?"""

    type: Literal["ping"]


ViewerMessage = Watch | Unwatch | Ping
VIEWER_MESSAGES: TypeAdapter[ViewerMessage] = TypeAdapter(
    Annotated[ViewerMessage, Field(discriminator="type")]
)
SERVER_MESSAGES: TypeAdapter[ServerMessage] = TypeAdapter(
    Annotated[ServerMessage, Field(discriminator="type")]
)

# Close codes carry policy: with 40xx the viewer comes back, with 45xx it stays away.
CLOSE_SHUTDOWN = 4001
CLOSE_BEHIND = 4008
CLOSE_BAD_MESSAGE = 4501
CLOSE_NO_SUCH_RACE = 4504
