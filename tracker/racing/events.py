"""What can happen in a race: facts from the timing system and decisions of race control.

Every event is frozen. `at` is on the timing clock. A `Filed` event has its place in the fold.
"""

from dataclasses import dataclass
from typing import NamedTuple

from tracker.racing.vocabulary import EntryId, Flag, LoopId, LoopKind, RaceTime

UNTIMED = RaceTime(-(2**62))
"""The place of what has no time of its own: before everything else."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A timing loop in the ground; index 0 is the start/finish line."""

    id: LoopId
    index: int
    kind: LoopKind
    distance_m: int | None = None


@dataclass(frozen=True, slots=True)
class StagePlan:
    """A scored part of the race and the lap that ends it."""

    number: int
    end_lap: int


@dataclass(frozen=True, slots=True)
class RaceAnnounced:
    """The race as announced."""

    name: str
    series: str
    season: int
    rulebook: str
    track: str
    track_length_m: int | None = None
    kind: str = "race"
    date: str | None = None
    round: int | None = None
    scheduled_laps: int | None = None
    duration: RaceTime | None = None
    stages: tuple[StagePlan, ...] = ()
    loops: tuple[Loop, ...] = ()
    first_crossing_opens_lap: bool = True
    resolution: RaceTime = RaceTime(1)
    """Of the timing clock: what it cannot tell apart is a dead heat."""


@dataclass(frozen=True, slots=True)
class CarEntered:
    """A car on the entry list."""

    entry: EntryId
    number: str
    driver: str | None = None
    team: str | None = None
    make: str | None = None
    classes: tuple[str, ...] = ()
    eligible: bool = True


@dataclass(frozen=True, slots=True)
class CarWithdrawn:
    """A car taken off the entry list."""

    entry: EntryId


@dataclass(frozen=True, slots=True)
class GridSet:
    """The starting grid: entry and starting position."""

    grid: tuple[tuple[EntryId, int], ...]
    to_the_rear: tuple[EntryId, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockShown:
    """The race clock as the timing system shows it."""

    at: RaceTime
    running: bool


@dataclass(frozen=True, slots=True)
class Crossing:
    """A car crossed a timing loop."""

    entry: EntryId
    loop: LoopId
    at: RaceTime
    lap: int | None = None
    on_pit_road: bool = False
    estimated: bool = False
    resolution: RaceTime | None = None
    """How fine the clock that read it is, in microseconds; None where it does not say."""


@dataclass(frozen=True, slots=True)
class PitEntered:
    """A car entered pit road."""

    entry: EntryId
    at: RaceTime
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class PitLeft:
    """A car left pit road."""

    entry: EntryId
    at: RaceTime
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class PitStopTold:
    """A pit stop told only once it was over."""

    entry: EntryId
    at: RaceTime
    lap: int | None
    time_on_pit_road: RaceTime | None


@dataclass(frozen=True, slots=True)
class DriverChanged:
    """Another driver took the wheel."""

    entry: EntryId
    at: RaceTime
    driver: str


@dataclass(frozen=True, slots=True)
class FlagShown:
    """A flag for the whole track."""

    at: RaceTime
    flag: Flag
    caution: int | None = None
    reasons: tuple[str, ...] = ()
    beneficiary: EntryId | None = None
    text: str | None = None
    pit_road_open: bool | None = None
    """Whether cars may come to pit road; None where nobody said."""


@dataclass(frozen=True, slots=True)
class Involvement:
    """A car's part in an incident."""

    entry: EntryId
    role: str
    outcome: str


@dataclass(frozen=True, slots=True)
class IncidentReported:
    """Something happened; a later report of the same number replaces this one."""

    at: RaceTime
    number: int
    lap: int
    kind: str
    phase: str
    involved: tuple[Involvement, ...]
    location: str | None = None
    caution: int | None = None
    assigned_by: str = "inferred"
    text: str | None = None


@dataclass(frozen=True, slots=True)
class PenaltyGiven:
    """A penalty; a later report of the same number replaces this one."""

    at: RaceTime
    number: int
    entry: EntryId
    kind: str
    amount: int | None
    status: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ControlSaid:
    """What race control said in its own words; it decides nothing."""

    at: RaceTime
    text: str
    severity: str = "note"
    entries: tuple[EntryId, ...] = ()
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class CarRetired:
    """A car is out of the race, or (`back`) returned to it."""

    entry: EntryId
    at: RaceTime
    cause: str
    text: str | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class RaceEnded:
    """Race control ended the race, perhaps with the result taken at an earlier lap."""

    at: RaceTime
    lap: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewChanged:
    """Officials opened or closed a review of the finish."""

    at: RaceTime
    open: bool
    entries: tuple[EntryId, ...] = ()
    basis: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ResultDeclared:
    """Race control made the result provisional, or official."""

    at: RaceTime
    official: bool
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """Scoring was wrong, and this is right; `target` is the source and id of an earlier event."""

    at: RaceTime
    op: str
    target: tuple[str, str] | None = None
    entry: EntryId | None = None
    loop: LoopId | None = None
    new_at: RaceTime | None = None
    lap: int | None = None
    laps: int | None = None
    basis: str = "manual"
    reason: str | None = None


RaceEvent = (
    RaceAnnounced
    | CarEntered
    | CarWithdrawn
    | GridSet
    | ClockShown
    | Crossing
    | PitEntered
    | PitLeft
    | PitStopTold
    | DriverChanged
    | FlagShown
    | IncidentReported
    | PenaltyGiven
    | ControlSaid
    | CarRetired
    | RaceEnded
    | ReviewChanged
    | ResultDeclared
    | Corrected
)
"""Everything that can happen in a race."""


Told = (
    FlagShown
    | IncidentReported
    | PenaltyGiven
    | ControlSaid
    | CarRetired
    | RaceEnded
    | ReviewChanged
    | ResultDeclared
)
"""What officials say of a race; the log of race control is made of it."""


Place = tuple[RaceTime, str, int, str]
"""Where an event stands in the fold: `filed[:4]`."""


class Filed(NamedTuple):
    """An event in its place: by time, then source, then the source's own numbering.

    A tuple on purpose: the fold sorts tens of thousands of them. Source and id name an event
    once only, so a comparison never reaches the event itself.
    """

    at: RaceTime
    source: str
    sequence: int
    id: str
    event: RaceEvent


def place_of(item: Filed) -> Place:
    """Where an event stands in the fold."""
    return item[:4]


def filed(source: str, sequence: int, id: str, event: RaceEvent) -> Filed:
    """The event in its place in the fold; a correction is not before what it puts right."""
    at = getattr(event, "at", UNTIMED)
    if isinstance(event, Corrected) and event.new_at is not None:
        at = max(at, event.new_at)
    return Filed(at, source, sequence, id, event)
