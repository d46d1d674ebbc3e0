"""Payloads that set the scene: the race, its track, its entry list and its starting grid."""

from typing import Annotated, Literal

from pydantic import Field

from tracker.feed.values import (
    Count,
    Duration,
    EntryId,
    LapNumber,
    LoopId,
    Microseconds,
    Name,
    Part,
    Payload,
    RulebookId,
    Sentence,
    Slug,
)

LoopKind = Literal["sf", "sector", "pit_in", "pit_out", "sf_pit", "speed"]


class Loop(Part):
    """A timing loop in the ground."""

    id: LoopId
    index: Annotated[int, Field(ge=0, le=100)] = Field(
        description="place in driving order; 0 is the start/finish line"
    )
    kind: LoopKind
    distance_m: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None, description="metres from the start/finish line, in driving order"
    )


class Track(Part):
    """Where the race is run."""

    id: Slug
    name: Name
    length_m: Annotated[int, Field(gt=0, le=100_000)] | None = Field(
        default=None, description="length of one lap in metres"
    )
    kind: Literal["oval", "road", "street", "kart", "other"] = "other"
    loops: Annotated[list[Loop], Field(max_length=64)] = Field(
        default_factory=lambda: [Loop(id="sf", index=0, kind="sf")],
        description="timing loops; with none given, the start/finish line alone",
    )


class Distance(Part):
    """How long the race is: in laps, in time, or whichever comes first."""

    laps: LapNumber | None = None
    duration_us: Duration | None = Field(default=None, description="microseconds")


class StagePlan(Part):
    """A scored part of the race, ended by the leader completing a lap."""

    number: Annotated[int, Field(ge=1, le=20)]
    end_lap: LapNumber


class SessionSetup(Payload):
    """The race as announced: where, how long, under which rulebook."""

    name: Name
    kind: Literal["race", "qualifying", "practice"] = "race"
    series: Name
    season: Annotated[int, Field(ge=1890, le=2200)]
    round: Annotated[int, Field(ge=0, le=1000)] | None = None
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = Field(
        default=None, description="day of the race, ISO 8601"
    )
    rulebook: RulebookId = "club/any"
    track: Track
    distance: Distance
    stages: Annotated[list[StagePlan], Field(max_length=20)] = []
    start: Literal["rolling", "standing"] = "rolling"
    first_crossing: Literal["opens_lap", "completes_lap"] = Field(
        default="opens_lap",
        description="whether a car's first crossing after the green opens lap 1 or completes it",
    )
    resolution_us: Duration = Field(
        default=1, description="resolution of the timing clock; microseconds"
    )


class Driver(Part):
    """A person at the wheel."""

    name: Name
    id: Name | None = None
    country: Name | None = None
    eligible: bool = Field(default=True, description="scores points in this series")
    rookie: bool = False


class EntryUpsert(Payload):
    """A car entered for the race, or a change to what is known of it."""

    entry: EntryId
    number: EntryId | None = Field(default=None, description="shown number; default the entry")
    drivers: Annotated[list[Driver], Field(max_length=12)] = []
    team: Name | None = None
    make: Name | None = None
    classes: Annotated[list[Name], Field(max_length=8)] = []
    transponders: Annotated[list[Name], Field(max_length=8)] = []


class EntryRemove(Payload):
    """A car withdrawn before the start."""

    entry: EntryId
    reason: Sentence | None = None


class GridSlot(Part):
    """One place on the starting grid."""

    entry: EntryId
    starting_position: Annotated[int, Field(ge=1, le=1000)]


class GridSet(Payload):
    """The starting grid."""

    grid: Annotated[list[GridSlot], Field(max_length=1000)]
    to_the_rear: Annotated[list[EntryId], Field(max_length=1000)] = Field(
        default=[], description="cars that drop to the rear before the green and keep their slot"
    )


class Clock(Payload):
    """The race clock as the timing system shows it."""

    t_us: Microseconds
    elapsed_us: Microseconds | None = None
    remaining_us: Microseconds | None = None
    laps_to_go: Count | None = None
    running: bool = True
