"""Payloads from the timing system: who crossed which loop, and when."""

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
)


class Crossing(Payload):
    """A car crossed a timing loop."""

    entry: EntryId
    loop: LoopId = "sf"
    t_us: Microseconds = Field(description="when; microseconds of the timing clock")
    lap: LapNumber | None = Field(
        default=None, description="the lap this crossing completes, as sent; checked, not believed"
    )
    lap_time_us: Duration | None = None
    pit: bool = Field(default=False, description="crossed on pit road")
    estimated: bool = Field(default=False, description="worked out, not timed")
    resolution_us: Duration | None = None
    transponder: Name | None = None
    decoder: Name | None = None
    passing_number: Count | None = None
    strength: Count | None = None
    hits: Count | None = None


class Sector(Payload):
    """A car's time for one sector of a lap."""

    entry: EntryId
    t_us: Microseconds
    lap: LapNumber | None = None
    sector: Annotated[int, Field(ge=1, le=64)]
    time_us: Duration
    speed_kph: Annotated[float, Field(ge=0, le=1000)] | None = None


class Tires(Part):
    """Which tires were changed."""

    left_front: bool = False
    right_front: bool = False
    left_rear: bool = False
    right_rear: bool = False


class PitIn(Payload):
    """A car entered pit road."""

    entry: EntryId
    t_us: Microseconds
    lap: LapNumber | None = Field(default=None, description="laps completed at pit entry")
    estimated: bool = False


class PitOut(Payload):
    """A car left pit road."""

    entry: EntryId
    t_us: Microseconds
    lap: LapNumber | None = Field(default=None, description="laps completed at pit exit")
    estimated: bool = False


class PitStop(Payload):
    """A pit stop in summary, for feeds that tell it only afterwards."""

    entry: EntryId
    t_us: Microseconds = Field(description="when pit road was left; microseconds")
    lap: LapNumber | None = Field(default=None, description="the lap on which the car came in")
    time_on_pit_road_us: Duration | None = Field(
        default=None, description="pit entry to pit exit; microseconds"
    )
    stationary_us: Duration | None = None
    tires: Tires | None = None
    kind: Literal["service", "drive_through", "stop_go", "garage"] = "service"
    estimated: bool = False


class DriverChange(Payload):
    """Another driver took the wheel."""

    entry: EntryId
    t_us: Microseconds
    driver: Name
    previous: Name | None = None


class SourceStatus(Payload):
    """How a source of events is doing; the broker says `online: false` as its last will."""

    online: bool
    epoch: Name | None = None
    sequence: Count | None = Field(default=None, description="the last number given to an event")
    lag_ms: Count | None = None
    problems: Annotated[list[Name], Field(max_length=20)] = []
