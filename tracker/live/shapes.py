"""The shapes of what viewers see: the parts of a picture, as every message of the wire has them.

All values are absolute: a key that is missing is unchanged, `null` is unknown. Times are whole
microseconds of race time; cars are keyed by entry, which is text.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tracker.feed.values import EntryId

RaceTime = Annotated[int, Field(description="microseconds since the green flag")]
Span = Annotated[int, Field(description="microseconds")]


class Wire(BaseModel):
    """A part of a message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FlagShown(Wire):
    """The track-wide flag."""

    flag: str = Field(description="green, caution, red, white, checkered, … as the feed names them")
    since: RaceTime | None = None
    lap: int | None = Field(default=None, description="laps the leader had completed")
    caution: int | None = Field(default=None, description="number of the caution period")
    reasons: list[str] = []
    text: str | None = None


class StageShown(Wire):
    """A stage: planned, under way, or won."""

    number: int
    end_lap: int
    winner: EntryId | None = None
    order: list[EntryId] = Field(default=[], description="first ten, once the stage has ended")


class CautionShown(Wire):
    """A caution period."""

    number: int
    first_lap: int = Field(description="first lap run under yellow")
    last_lap: int | None = Field(description="last lap run under yellow; null while it lasts")
    reasons: list[str]
    beneficiary: EntryId | None = Field(description="car given the free pass")


class PitLossShown(Wire):
    """What a stop under green has cost in this race."""

    time: Span = Field(description="the median of the race's own stops")
    stops: int = Field(description="how many stops it is the median of")


class WithdrawnShown(Wire):
    """A result that was published, of a race that had not ended."""

    rev: int
    winner: EntryId | None = Field(description="null: it named none, its finish was under review")
    at: RaceTime = Field(description="when it was withdrawn")
    cause: str


class State(Wire):
    """What is true of the race as a whole."""

    name: str
    series: str
    season: int | None
    date: str | None
    track: str
    track_length_m: int | None
    kind: str
    phase: Literal["before", "racing", "finished"]
    flag: FlagShown
    lap: int = Field(description="laps completed by the leader")
    scheduled_laps: int | None
    finish_lap: int | None = Field(description="the lap the race now ends with; more in overtime")
    laps_to_go: int | None
    overtime_attempt: int
    race_time: RaceTime | None = Field(description="the latest time seen")
    clock_running: bool
    stages: list[StageShown]
    stage: int | None = Field(description="number of the stage under way")
    cautions: list[CautionShown]
    cars: int
    on_lead_lap: int
    lead_changes: int
    leaders: int
    result_status: Literal[
        "live", "unofficial", "under_review", "provisional", "official", "amended"
    ]
    withdrawn: WithdrawnShown | None = Field(
        description="the result that was published last, where it turned out that the race had "
        "not ended; null as soon as there is another"
    )
    classes: list[str]
    pit_loss: PitLossShown | None = Field(
        description="what stopping now would cost, judged by the stops there were; null before "
        "there were three"
    )


class PitStopShown(Wire):
    """A car's latest visit to pit road."""

    lap: int | None
    time_on_pit_road: Span | None
    caution: int | None = Field(description="caution period in which it fell; null under green")


class PenaltyShown(Wire):
    """A penalty of a car, as it stands; one that was rescinded is gone."""

    number: int
    kind: str = Field(description="time, positions, laps, drive_through, stop_go, tail, dsq, …")
    amount: int | None = Field(description="microseconds, places, laps or points, by kind")
    status: Literal["noted", "investigating", "applied", "served"] = Field(
        description="a tail penalty counts as served at the green flag after it, told or not"
    )
    reason: str | None
    lap: int = Field(description="the car's lap in progress when that was so")


class Row(Wire):
    """One car on the board."""

    position: int
    car: str = Field(description="number as shown")
    driver: str | None
    team: str | None
    make: str | None
    car_class: str | None
    class_position: int | None
    class_gap: Span | None = Field(description="time behind the first of its class, on its lap")
    class_gap_laps: int | None = Field(description="or laps, where not on its lap")
    class_interval: Span | None = Field(description="time behind the next of its class ahead")
    class_interval_laps: int | None = Field(description="or laps, where not on its lap")
    starting_position: int | None
    places: int = Field(description="places gained (+) or lost (-) since `places_since_lap`")
    places_since_lap: int = Field(description="the last restart, or the start")
    places_cause: str | None = Field(
        description="main cause: track, pit, incident, penalty, retirement, correction"
    )
    laps_completed: int
    laps_down: int = Field(description="whole laps behind the leader at the car's own crossing")
    gap_to_leader: Span | None = Field(description="null for the leader, or when not known")
    interval: Span | None = Field(description="time behind the next car ahead on the same lap")
    interval_laps: int | None = Field(
        description="laps behind the next car ahead, where not on its lap"
    )
    last_lap: Span | None
    last_lap_best: Literal["own", "race"] | None = Field(
        description="whether that lap was the car's own best, or the best of the race so far"
    )
    best_lap: Span | None
    best_lap_number: int | None
    laps_led: int
    trend: list[int] = Field(
        description="thousandths of a second gained (+) or lost (-) on the leader on each of the "
        "last five laps that both ran under green and off pit road, the oldest first"
    )
    pit_stops: int
    pit_stop: PitStopShown | None
    on_pit_road: bool
    status: Literal["grid", "running", "stopped", "retired", "finished", "dns", "dsq", "dnf"]
    status_text: str | None = Field(description="why, in the officials' words")
    estimated: bool = Field(description="the last crossing was worked out, not timed")
    last_crossing: RaceTime | None
    due: RaceTime | None = Field(
        description="when it should have come to its next timing loop, where that is ten seconds "
        "ago or more: what is known of it is stale"
    )
    penalties: list[PenaltyShown] = Field(description="by number")


class InvolvedShown(Wire):
    """A car's part in an incident."""

    entry: EntryId
    role: str
    outcome: str


class IncidentShown(Wire):
    """Something happened."""

    number: int
    lap: int = Field(description="lap in progress")
    at: RaceTime
    kind: str
    phase: str
    location: str | None
    involved: list[InvolvedShown]
    caution: int | None
    assigned_by: str
    text: str | None
    consequence: str | None = Field(description="what it led to, in one sentence")
    evidence: list[str] = Field(default=[], description="what proves that, as of a verdict")


class ClassifiedShown(Wire):
    """One line of the result."""

    position: int | None = Field(
        description="null: not decided, the car's finish is under review; or no place is given"
    )
    entry: EntryId
    drivers: list[str] = Field(description="who drove it, in the order in which they first did")
    laps: int
    time: RaceTime | None
    behind: Span | None = Field(description="behind the winner, on the winner's lap")
    laps_behind: int
    laps_led: int
    status: str


class RevisionShown(Wire):
    """A result as it was published."""

    rev: int
    status: str
    at: RaceTime
    winner: EntryId | None = Field(
        description="where the status is under_review: the car shown ahead, which is no winner"
    )
    second: EntryId | None
    margin: Span | None = Field(
        description="where the status is under_review: by how much it was shown ahead"
    )
    under_caution: bool = Field(description="the race ended under caution, so there is no margin")
    decided_by: str | None = Field(description="photo, video, loop or manual, after a review")
    cause: str
    laps_led: dict[EntryId, int]
    lead_changes: int


class ResultsShown(Wire):
    """The result as it stands, and every result published before it that was of this finish."""

    status: Literal["unofficial", "under_review", "provisional", "official", "amended"]
    review: list[EntryId] = Field(description="cars whose finish is being looked at")
    timing_error: Span = Field(
        description="how far apart timing tells two finishes: no further, and officials have to "
        "look; by the race's rulebook"
    )
    classification: list[ClassifiedShown]
    revisions: list[RevisionShown]
    withdrawn: list[WithdrawnShown] = Field(
        description="results that were published, of a race that had not ended"
    )


class ReasonShown(Wire):
    """One reason of a verdict, with what proves it."""

    rule: str
    text: str
    evidence: list[str] = Field(description="event ids, laps, races")


class VerdictShown(Wire):
    """Who won or lost the day, and why."""

    side: Literal["winner", "loser"]
    entry: EntryId
    driver: str | None
    headline: str
    text: str
    reasons: list[ReasonShown]
    score: int


class ConsideredShown(Wire):
    """Who was not far from being one of them."""

    side: Literal["winner", "loser"]
    entry: EntryId
    driver: str | None
    score: int


class SkippedShown(Wire):
    """A rule that could not be applied, and what it lacked."""

    rule: str
    missing: str


class VerdictsShown(Wire):
    """The verdicts on the race as it stands."""

    status: Literal["forming", "held", "provisional", "final"] = Field(
        description="forming: if the race ended now; "
        "held: a review is open, nobody whose finish is under review is judged"
    )
    rev: int = Field(description="the result they judge; 0 before there is one")
    cause: str | None = Field(description="why they were issued again")
    verdicts: list[VerdictShown]
    withdrawn: list[VerdictShown] = Field(description="said of an earlier result, no longer true")
    also_considered: list[ConsideredShown]
    skipped: list[SkippedShown]
