"""The race: everything that has happened so far, folded together event by event.

The fold applies events in the order of their place (`events.Filed`) and never raises on one: what
the world does wrong becomes an anomaly. Each kind of event has its module; this one holds
what they share.
"""

from collections import Counter
from dataclasses import dataclass, field

from tracker.racing.car import Car
from tracker.racing.copies import copied
from tracker.racing.events import (
    UNTIMED,
    Filed,
    FlagShown,
    IncidentReported,
    Loop,
    PenaltyGiven,
    RaceAnnounced,
    ReviewChanged,
    StagePlan,
    Told,
)
from tracker.racing.loops import pit_exit_is_past_line, places_on_lap
from tracker.racing.rulebook import CLUB, Rulebook, rulebook
from tracker.racing.vocabulary import (
    START_FINISH,
    EntryId,
    Flag,
    LoopId,
    LoopKind,
    Outcome,
    Phase,
    RaceTime,
    ResultStatus,
)

MOST_CARS = 500
"""Cars in one race: more than twice the largest field that ever started one."""

MOST_ANOMALIES = 1_000
"""Anomalies kept; more are counted only, so that a broken decoder cannot fill the memory."""

MOST_TOLD = 5_000
"""Entries of the log of race control; a Grand Prix has some two hundred."""

TOP_SPEED = 120
"""Metres a second (432 km/h) that no racing car averages over a lap."""

DEFAULT_LOOPS = (
    Loop(START_FINISH, 0, LoopKind.START_FINISH),
    Loop(LoopId("sf-pit"), 0, LoopKind.PIT_START_FINISH),
    Loop(LoopId("pit-in"), 0, LoopKind.PIT_IN),
    Loop(LoopId("pit-out"), 0, LoopKind.PIT_OUT),
)


NO_FLAG = FlagShown(UNTIMED, Flag.NONE)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something the scoring noticed and did not believe or did not expect."""

    kind: str
    at: RaceTime
    entry: EntryId | None
    text: str


@dataclass(frozen=True, slots=True)
class FrozenOrder:
    """The order at a moment, from the timing loops each car had crossed by then."""

    at: RaceTime
    basis: str
    """`loops`, `sf_only` (the line alone), or `loops+video` on the last lap."""
    order: tuple[EntryId, ...]
    laps: dict[EntryId, int]
    """Laps completed by each car that had started."""
    laps_down: dict[EntryId, int]

    @property
    def approximate(self) -> bool:
        """Whether only the line was seen: a pass since the line is not in it."""
        return self.basis == "sf_only"


@dataclass(slots=True)
class CautionPeriod:
    """The field under yellow, from the flag to the next green."""

    number: int
    flag: Flag
    opened_at: RaceTime
    first_lap: int
    """First lap run under yellow: the leader's laps completed, plus one."""
    reasons: tuple[str, ...]
    beneficiary: EntryId | None
    frozen: FrozenOrder
    """Who was where when the flag came out."""
    last_lap: int | None = None
    closed_at: RaceTime | None = None


@dataclass(slots=True)
class Stoppage:
    """The race under red, from the flag to the next one."""

    at: RaceTime
    laps_completed: int
    """By the leader, when the flag was shown."""
    order: FrozenOrder
    until: RaceTime | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    """Green after a caution or a stoppage."""

    at: RaceTime
    laps_completed: int
    """By the leader, when the green was shown."""
    order: dict[EntryId, int] = field(default_factory=dict)
    """Who restarted where."""


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A car in a result as it was published."""

    entry: EntryId
    position: int | None
    laps: int
    time: RaceTime | None
    outcome: Outcome
    penalties: tuple[str, ...]
    """Penalties in force that change the result, in words."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a result that was published is none: it turned out that the race had not ended."""

    at: RaceTime
    cause: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A result as it was published, with its cause."""

    rev: int
    status: ResultStatus
    at: RaceTime
    order: tuple[EntryId, ...]
    winner: EntryId | None
    second: EntryId | None
    margin: RaceTime | None
    under_caution: bool
    review: tuple[EntryId, ...]
    decided_by: str | None
    cause: str
    laps_led: tuple[tuple[EntryId, int], ...]
    lead_changes: int
    lines: tuple[PublishedLine, ...] = ()
    withdrawn: Withdrawal | None = None


@dataclass(slots=True)
class Race:
    """One race, as far as it has been told."""

    announced: RaceAnnounced | None = None
    rulebook: Rulebook = CLUB
    loops: dict[LoopId, Loop] = field(
        default_factory=lambda: {loop.id: loop for loop in DEFAULT_LOOPS}
    )
    pit_exit_is_past_line: bool = True
    places_on_lap: dict[LoopId, float] = field(default_factory=dict)
    """Place on the lap of every loop that orders cars; none where there is only the line."""
    cars: dict[EntryId, Car] = field(default_factory=dict)
    pole: EntryId | None = None
    to_the_rear: tuple[EntryId, ...] = ()
    """Cars that dropped to the rear before the green; they keep their starting position."""
    time: RaceTime | None = None
    """The latest time seen."""
    clock_running: bool = False
    clock_stepped_at: RaceTime | None = None
    """When the field was read again after its clock had stepped by hours under green."""
    clock_stepped: RaceTime = RaceTime(0)
    """By how much in all, in microseconds: time that was not raced."""

    flag: FlagShown = NO_FLAG
    flags_shown: list[FlagShown] = field(default_factory=list)
    green_at: RaceTime | None = None
    cautions: list[CautionPeriod] = field(default_factory=list)
    stoppages: list[Stoppage] = field(default_factory=list)
    restart: Restart | None = None
    pit_road_open: bool | None = None
    """Whether cars may come to pit road; None where nobody said."""
    overtime_attempt: int = 0
    finish_lap: int | None = None
    """The lap the race ends with; None when it is run to time, or a caution holds it open."""
    finish_lap_by_time: int | None = None
    """The lap it ends with because the time was up, where laps are run beyond the time."""

    leader_crossings: list[RaceTime] = field(default_factory=list)
    """When lap k was first completed by any car; index 0 is the green."""
    leaders: list[EntryId] = field(default_factory=list)
    """Who completed lap k first; index 0 is the pole car."""
    lap_orders: list[list[EntryId]] = field(default_factory=list)
    """Who completed lap k, in order; index 0 is the grid. The line alone decides: official."""
    first_at_loop: dict[tuple[int, float], RaceTime] = field(default_factory=dict)
    """When any car first crossed a loop, by lap in progress and place on the lap."""
    frozen: FrozenOrder | None = None
    """The order under caution or red, until the next green."""
    final_order: FrozenOrder | None = None
    """The order at the moment that ended the race, where that was no crossing of the line."""
    stages_frozen: dict[int, FrozenOrder] = field(default_factory=dict)
    """The order at the end of stages that ended under caution, by the lap that ended them."""
    best_lap: RaceTime | None = None
    best_green_lap: RaceTime | None = None
    """The best lap run wholly under green."""
    shortest_lap: RaceTime = CLUB.minimum_lap
    """No lap on this track can be shorter."""

    finished_at: RaceTime | None = None
    """When the winner took the checkered flag."""
    class_laps: dict[str | None, int] = field(default_factory=dict)
    """Laps completed by the leader of each class, where each class has its own flag."""
    class_flags: dict[str | None, RaceTime] = field(default_factory=dict)
    """When the winner of each class took the checkered flag, likewise."""
    ended_under_caution: bool = False
    closed: bool = False
    """The result is taken at an earlier moment: nothing driven from now on counts."""
    ended_because: str | None = None
    """What ended the race, in words, where that was not the checkered flag."""
    result_lap: int | None = None
    """The lap at which race control took the result, where that is not the distance."""

    incidents: dict[int, IncidentReported] = field(default_factory=dict)
    penalties: dict[int, PenaltyGiven] = field(default_factory=dict)
    control: list[tuple[int, Told]] = field(default_factory=list)
    """What officials told, in order, each with the leader's laps completed by then."""
    reviews: list[ReviewChanged] = field(default_factory=list)
    corrected: dict[EntryId, RaceTime] = field(default_factory=dict)
    """Cars whose scoring was corrected, and when last."""
    declared: ResultStatus | None = None
    decided_by: str | None = None
    amendments: list[str] = field(default_factory=list)
    """What changed the result after the flag, in words, since it was last published."""
    publications: list[Publication] = field(default_factory=list)

    coarser: Filed | None = None
    """A passing was scored from the coarser of two readings, this one: fold again from there."""
    far_ahead: tuple[Filed, ...] = ()
    """Readings from too far in the future to be believed: a clock that has jumped."""
    anomalies: list[Anomaly] = field(default_factory=list)
    anomaly_counts: Counter[str] = field(default_factory=Counter)

    @property
    def phase(self) -> Phase:
        """How far the race has come."""
        if self.finished_at is not None:
            return Phase.FINISHED
        return Phase.BEFORE if self.green_at is None else Phase.RACING

    @property
    def results(self) -> list[Publication]:
        """The results published that were not withdrawn; the last of them stands."""
        return [published for published in self.publications if published.withdrawn is None]

    @property
    def laps_completed(self) -> int:
        """Laps completed by the leader."""
        return max(0, len(self.leader_crossings) - 1)

    @property
    def caution(self) -> CautionPeriod | None:
        """The caution period under way."""
        if self.cautions and self.cautions[-1].closed_at is None:
            return self.cautions[-1]
        return None

    @property
    def stoppage(self) -> Stoppage | None:
        """The stoppage under way."""
        if self.stoppages and self.stoppages[-1].until is None:
            return self.stoppages[-1]
        return None

    @property
    def duration(self) -> RaceTime | None:
        """The time the race is run to, as announced, in microseconds."""
        return self.announced.duration if self.announced else None

    @property
    def scheduled_laps(self) -> int | None:
        """The distance as announced."""
        return self.announced.scheduled_laps if self.announced else None

    @property
    def stages(self) -> tuple[StagePlan, ...]:
        """The stages as announced."""
        return self.announced.stages if self.announced else ()

    def copied(self) -> "Race":
        """The race as it is now, whatever becomes of this one."""
        race = copied(self)
        race.cars = {entry: copied(car) for entry, car in self.cars.items()}
        race.lap_orders = [order.copy() for order in self.lap_orders]
        race.cautions = [copied(caution) for caution in self.cautions]
        race.stoppages = [copied(stoppage) for stoppage in self.stoppages]
        return race

    def car(self, entry: EntryId) -> Car:
        """The car of that entry; one nobody entered joins the field when it is first seen.

        Beyond MOST_CARS it does not: a feed that names ever new cars is not telling of a race.
        """
        car = self.cars.get(entry)
        if car is None:
            car = Car(entry, number=str(entry))
            if len(self.cars) < MOST_CARS:
                self.cars[entry] = car
            else:
                self.notice("too_many_cars", self.time or UNTIMED, entry, "left out of the field")
        return car

    def note(self, told: Told) -> None:
        """Enter something officials told in the log; far beyond what any race has, no more."""
        if len(self.control) < MOST_TOLD:
            self.control.append((self.laps_completed, told))

    def notice(self, kind: str, at: RaceTime, entry: EntryId | None, text: str) -> None:
        """Remember something odd; it is shown to officials and changes no score."""
        self.anomaly_counts[kind] += 1
        if len(self.anomalies) < MOST_ANOMALIES:
            self.anomalies.append(Anomaly(kind, at, entry, text))

    def announce(self, announced: RaceAnnounced) -> None:
        """Take the race as announced, or as announced again."""
        self.announced = announced
        self.rulebook = rulebook(announced.rulebook)
        self.finish_lap = announced.scheduled_laps
        self.shortest_lap = self.rulebook.minimum_lap
        if announced.track_length_m is not None:
            at_top_speed = announced.track_length_m * 1_000_000 // TOP_SPEED
            self.shortest_lap = RaceTime(max(self.shortest_lap, at_top_speed))
        if announced.loops:
            self.loops = {loop.id: loop for loop in (*DEFAULT_LOOPS, *announced.loops)}
        self.places_on_lap = places_on_lap(self.loops.values())
        self.pit_exit_is_past_line = pit_exit_is_past_line(self.loops.values())
