"""A car and the race it has had so far."""

from dataclasses import dataclass, field

from tracker.racing.events import CarRetired, Filed
from tracker.racing.vocabulary import CarStatus, EntryId, LoopId, RaceTime


@dataclass(frozen=True, slots=True)
class PitStop:
    """A visit to pit road, from entry to exit."""

    lap: int | None
    """The lap on which the car came in."""
    entered: RaceTime | None
    left: RaceTime | None = None
    caution: int | None = None
    """The caution period in which it fell; None under green."""

    @property
    def time_on_pit_road(self) -> RaceTime | None:
        """From pit entry to pit exit, in microseconds; None while it lasts or is not known."""
        if self.entered is None or self.left is None:
            return None
        return RaceTime(self.left - self.entered)


@dataclass(frozen=True, slots=True)
class AtTheWheel:
    """Who drives a car from a moment on."""

    driver: str
    since: RaceTime | None
    """When the driver took over; None for who started."""


@dataclass(slots=True)
class Car:
    """One car: who it is, where it is, and what it has done.

    `crossings[k]` is when it completed lap k; `crossings[0]` is when it started.
    """

    entry: EntryId
    number: str
    team: str | None = None
    make: str | None = None
    classes: tuple[str, ...] = ()
    eligible: bool = True
    starting_position: int | None = None
    at_the_wheel: list[AtTheWheel] = field(default_factory=list)
    """Its drivers in turn, one each time that another took over."""

    crossings: list[RaceTime] = field(default_factory=list)
    estimates: list[int] = field(default_factory=list)
    """Laps whose crossing was worked out, not timed, first to last."""
    positions: list[int] = field(default_factory=list)
    """Place in which each lap was completed; `positions[0]` is the starting position."""
    progress: float = 0.0
    """Place on the lap of the last loop crossed: 0 at the line, pit loops between track loops."""
    progress_at: RaceTime = RaceTime(0)
    """When that loop was crossed."""
    loop_times: dict[float, RaceTime] = field(default_factory=dict)
    """When each loop was crossed on this lap, by its place on the lap."""
    loop_times_before: dict[float, RaceTime] = field(default_factory=dict)
    """The same for the lap before."""
    readings: dict[LoopId, Filed] = field(default_factory=dict)
    """The last crossing of each loop as it was filed, to know another source's reading of it."""
    laps_down: int = 0
    """Whole laps behind the leader, at this car's own last crossing."""
    laps_credited: int = 0

    last_lap: RaceTime | None = None
    last_lap_best: str | None = None
    best_lap: RaceTime | None = None
    best_lap_number: int | None = None
    laps_led: int = 0
    green_laps: list[RaceTime] = field(default_factory=list)
    """Times of the laps run wholly under green and away from pit road."""
    missed_on: int = 0
    """The last lap on which a crossing of the line was missed, as far as was noticed."""

    started_from_pit_road: bool = False
    on_pit_road: bool = False
    pit_stops: list[PitStop] = field(default_factory=list)
    retired: CarRetired | None = None
    finished_at: RaceTime | None = None
    estimated: bool = False
    """The last crossing was worked out, not timed."""
    laps_after_finish: list[RaceTime] = field(default_factory=list)
    """Crossings after the car's race was over: driven, not scored."""

    def start(self, at: RaceTime) -> None:
        """Lap 1 is under way and nothing is completed."""
        self.crossings.append(at)
        self.positions.append(self.starting_position or 0)
        self.progress, self.progress_at = 0.0, at

    @property
    def driver(self) -> str | None:
        """Who drives it now; None where nobody is named."""
        return self.at_the_wheel[-1].driver if self.at_the_wheel else None

    def takes_the_wheel(self, driver: str, at: RaceTime) -> None:
        """Another driver takes over; told of the one who drives already, it is no news."""
        if driver != self.driver:
            self.at_the_wheel.append(AtTheWheel(driver, at))

    def is_started_by(self, driver: str | None) -> None:
        """The entry list names who starts; it is read before anything that has a time."""
        self.at_the_wheel = [] if driver is None else [AtTheWheel(driver, None)]

    @property
    def started(self) -> bool:
        """Whether the car has crossed the line under green, or gone out trying."""
        return bool(self.crossings) or self.retired is not None

    @property
    def laps_completed(self) -> int:
        """Laps completed and scored."""
        return max(0, len(self.crossings) - 1) + self.laps_credited

    @property
    def last_crossing(self) -> RaceTime | None:
        """When the car last crossed the start/finish line, in scoring."""
        return self.crossings[-1] if self.crossings else None

    @property
    def status(self) -> CarStatus:
        """Where the car stands in its race."""
        if self.finished_at is not None:
            return CarStatus.FINISHED
        if self.retired is not None:
            return CarStatus.RETIRED
        return CarStatus.RUNNING if self.crossings else CarStatus.GRID
