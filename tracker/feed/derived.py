"""What the tracker itself says: never believed from outside, published on `out/` topics."""

from typing import Annotated, Literal

from pydantic import Field

from tracker.feed.officials import Reason
from tracker.feed.values import (
    Count,
    Duration,
    EntryId,
    LapNumber,
    Microseconds,
    Name,
    Part,
    Payload,
    Sentence,
)

ResultStatusName = Literal[
    "live", "unofficial", "under_review", "provisional", "official", "amended"
]


class CautionOpened(Payload):
    """The field was put under caution."""

    caution: Count
    t_us: Microseconds
    first_lap: LapNumber = Field(description="first lap run under yellow")
    reasons: list[Reason] = []
    beneficiary: EntryId | None = None


class CautionClosed(Payload):
    """The field was let go again."""

    caution: Count
    t_us: Microseconds
    first_lap: LapNumber
    last_lap: LapNumber
    laps: Count


class OrderFrozen(Payload):
    """The running order at the moment of the caution."""

    t_us: Microseconds
    basis: Literal["loops", "loops+video", "sf_only"]
    order: list[EntryId]


class StageEnded(Payload):
    """The leader completed the last lap of a stage."""

    stage: Count
    lap: LapNumber
    t_us: Microseconds
    order: list[EntryId]
    points: list[Count] = []


class Restart(Payload):
    """Green after a caution or a stoppage."""

    t_us: Microseconds
    lap: LapNumber = Field(description="laps completed by the leader at the green")
    leader: EntryId | None = None
    finish_lap: LapNumber | None = Field(default=None, description="the lap the race now ends with")
    overtime_attempt: Count = 0


class Classified(Part):
    """One line of a classification."""

    position: Count | None = Field(description="null where the rulebook gives none")
    entry: EntryId
    laps: LapNumber
    time_us: Duration | None = Field(description="race time at the last scored crossing")
    status: Name
    points: Annotated[float, Field(ge=0)] | None = None


class Result(Payload):
    """A published result."""

    rev: Count
    status: ResultStatusName
    t_us: Microseconds
    classification: list[Classified]
    margin_us: Duration | None = Field(description="null when not decided on time")
    cause: Sentence


class StandingsRow(Part):
    """A driver's place in the season."""

    driver: Name
    points: Annotated[float, Field(ge=0)]
    wins: Count = 0
    position: Count


class Standings(Payload):
    """The season's standings before or after the race."""

    when: Literal["before", "after"]
    rows: list[StandingsRow]


class History(Payload):
    """Results of past races, in batches."""

    races: list[Name]


class Record(Payload):
    """A record that stood before the race."""

    name: Name
    value: Sentence
    scope: Sentence


class VerdictReason(Part):
    """Why, with what proves it."""

    rule: Name
    text: Sentence
    evidence: list[Name]


class Verdict(Part):
    """Who won or lost the day."""

    side: Literal["winner", "loser"]
    entry: EntryId
    headline: Sentence
    text: Sentence
    reasons: list[VerdictReason]


class VerdictSet(Payload):
    """All verdicts on a result."""

    rev: Count
    verdicts: list[Verdict]


class VerdictChanged(Payload):
    """What a new result did to the verdicts."""

    rev: Count
    added: list[Verdict] = []
    removed: list[Verdict] = []
    cause: Sentence
