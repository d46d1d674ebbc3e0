"""Folding a race: events in, in the order of their places, and the race out.

Same events, same race, whatever the order in which they arrived.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import assert_never, cast, get_args

from tracker.racing.ahead import FAR, parted
from tracker.racing.checkpoints import BEFORE_ALL, Checkpoints, stops
from tracker.racing.clock_steps import note_clock_step
from tracker.racing.corrections import Corrections, in_words
from tracker.racing.crossings import crossed
from tracker.racing.events import (
    UNTIMED,
    CarEntered,
    CarRetired,
    CarWithdrawn,
    ClockShown,
    ControlSaid,
    Corrected,
    Crossing,
    DriverChanged,
    Filed,
    FlagShown,
    GridSet,
    IncidentReported,
    PenaltyGiven,
    PitEntered,
    PitLeft,
    PitStopTold,
    Place,
    RaceAnnounced,
    RaceEnded,
    ResultDeclared,
    ReviewChanged,
    Told,
)
from tracker.racing.finish import ended, flag_fell
from tracker.racing.flags import flag_shown
from tracker.racing.pits import entered_pit_road, left_pit_road, stop_told
from tracker.racing.race import Race
from tracker.racing.readings import MERGE_WINDOW, merged
from tracker.racing.results import consider
from tracker.racing.vocabulary import Flag, ResultStatus

TOLD = frozenset(get_args(Told))
DECISIONS = (PenaltyGiven, ReviewChanged, ResultDeclared)
"""Events by which officials change a result, corrections apart."""


class Fold:
    """A race being folded, event by event.

    Corrections need what was folded before, so it is kept. One made after the flag changes a
    result that was published, and is carried out at once; one made before is carried out with the
    next event, so that many cost one folding. Only events move the fold on: looking at the race
    in between, as often as one likes, changes nothing of what follows.
    """

    def __init__(self) -> None:
        self.race = Race()
        self.events: list[Filed] = []
        self.corrections = Corrections()
        self.waiting = False
        self.correcting = False
        """Whether corrections wait for the next event to be carried out."""
        self.seen: Race | None = None
        """The race as it was looked at since the last event."""
        self.merging = False
        """Whether a passing was read twice, the second time better."""
        self.ahead: tuple[Filed, ...] = ()
        """Readings from too far in the future to be folded."""
        self.checkpoints: Checkpoints[Race] = Checkpoints()
        """The race on the way, as corrected so far."""
        self.covered = 0
        """How many events had been taken when the race was last folded again."""

    def copied(self) -> "Fold":
        """The fold as it is now, whatever becomes of this one."""
        again = copy(self)
        again.race = self.race.copied()
        again.events = self.events.copy()
        again.corrections = self.corrections.copied()
        again.checkpoints = self.checkpoints.copied()
        again.seen = None
        return again

    def take(self, item: Filed) -> None:
        """Fold one event, whose place is not before any folded already."""
        event = item.event
        self.seen = None
        if isinstance(event, Corrected):
            self.correct(item, event)
            return
        if self.correcting:
            self.fold_again()  # a row of corrections costs one folding
        self.events.append(item)
        targets = self.corrections.by_target
        if targets and (item.source, item.id) in targets:
            # Corrected before it came: it is never folded as it was told.
            self.changed(self.corrections.come(item))
            self.waiting = self.correcting = True
            if self.race.finished_at is not None:
                self.fold_again()
                consider(self.race, item.at, "late report")
            return
        race = self.race
        was_running = race.finished_at is None
        apply(race, item)
        if race.coarser is not None:
            self.waiting = True
        if race.finished_at is not None:
            if self.waiting and (was_running or race.coarser is not None):
                self.fold_again()
            ended = self.race.finished_at is not None
            if not ended or not self.race.results or may_change_result(self.race, event):
                consider(self.race, item.at, cause_of(item), decision=isinstance(event, DECISIONS))

    def correct(self, item: Filed, event: Corrected) -> None:
        """Carry out a correction."""
        self.changed(self.corrections.make(item, event, self.events))
        self.waiting = self.correcting = True
        if self.race.finished_at is not None:
            self.fold_again()
            if event.basis in ("photo", "video"):
                self.race.decided_by = event.basis
            consider(self.race, item.at, in_words(event))

    def changed(self, place: Place | None) -> None:
        """What is folded is another from this place on.

        A reading may be the finer of two, and put out one that was shortly before it.
        """
        if place is not None:
            self.checkpoints.forget((place[0] - MERGE_WINDOW,))

    def fold_again(self) -> None:
        """Fold again with the corrections in place; what was published stays so."""
        before = self.race
        self.waiting = self.correcting = False
        if len(self.events) > self.covered:
            # At the very moment a crossing was moved to, one of these may come before it.
            self.changed(self.events[self.covered][:4])
        if before.coarser is not None:
            # The first time, nothing folded so far was without its coarser readings.
            self.changed(before.coarser[:4] if self.merging else BEFORE_ALL)
            self.merging = True
        self.covered = len(self.events)
        race = self.race = self.folded_from_checkpoint()
        race.corrected = self.corrections.cars.copy()
        race.publications = before.publications
        race.decided_by = before.decided_by
        race.amendments = before.amendments
        race.time = before.time if race.time is None else max(race.time, before.time or race.time)
        if before.declared is ResultStatus.AMENDED:
            race.declared = before.declared

    def folded_from_checkpoint(self) -> Race:
        """The race that the events make as they are corrected, and nothing else."""
        last = self.checkpoints.last
        count = 0 if last is None else last.count
        race = Race() if last is None else last.state.copied()
        events = self.corrections.carried_out(self.events, None if last is None else last.place)
        if self.merging:
            events = merged(events, race)
        keep_at = stops(count, count + len(events))
        for item in events:
            apply(race, item)
            count += 1
            if count in keep_at:
                self.checkpoints.keep(count, item[:4], race.copied())
        return race

    def result(self) -> Race:
        """The race as far as it has been folded, every correction carried out."""
        if self.seen is None:
            race, waiting, correcting = self.race, self.waiting, self.correcting
            if waiting:
                self.fold_again()
            self.seen = self.race
            if correcting:
                self.race, self.waiting, self.correcting = race, waiting, correcting
        self.seen.far_ahead = self.ahead
        return self.seen


def fold(events: Iterable[Filed]) -> Race:
    """The race that these events make, in whatever order they are given."""
    believed, ahead = parted(sorted(events, key=lambda item: item[:4]))
    folding = folded(believed)
    folding.ahead = tuple(ahead)
    return folding.result()


def folded(events: Sequence[Filed]) -> Fold:
    """A fold that has taken these events, which stand in their order."""
    folding = Fold()
    for item in events:
        folding.take(item)
    return folding


def may_change_result(race: Race, event: object) -> bool:
    """Whether a result that was published may be another after this event.

    Of all crossings only one that has just completed a lap can do that.
    """
    if not isinstance(event, Crossing):
        return True
    return race.cars[event.entry].last_crossing == event.at


def credit(race: Race, event: Corrected) -> None:
    """Laps given or taken by an official, for feeds that only count laps."""
    if event.entry is not None and event.laps:
        car = race.car(event.entry)
        car.laps_credited += event.laps
        car.laps_down = max(0, race.laps_completed - car.laps_completed)


def cause_of(item: Filed) -> str:
    """Why a result may have changed, in words."""
    match item.event:
        case PenaltyGiven() as penalty:
            return f"penalty to car {penalty.entry}: {penalty.reason or penalty.kind}"
        case ReviewChanged() as review if not review.open:
            return review.text or f"review closed ({review.basis or 'decided'})"
        case ReviewChanged():
            return ""  # that officials look again changes nothing
        case ResultDeclared() as declared:
            return declared.text or ("official" if declared.official else "provisional")
        case Crossing() as crossing:
            return f"crossing of car {crossing.entry}"
        case _:
            return "later report"


def apply(race: Race, item: Filed) -> None:
    """The race, one event later."""
    at = item.at
    event = item.event
    if at != UNTIMED and (race.time is None or at > race.time):
        if race.time is not None and at - race.time > FAR:
            note_clock_step(race, event, at)
        race.time = at
    if type(event) in TOLD:
        race.note(cast("Told", event))
    match event:
        case Crossing():
            crossed(race, item, event)
        case PitEntered():
            entered_pit_road(race, race.car(event.entry), event.at)
        case PitLeft():
            left_pit_road(race, race.car(event.entry), event.at)
        case PitStopTold():
            stop_told(race, race.car(event.entry), event)
        case FlagShown():
            flag_shown(race, event)
            if event.flag is Flag.CHECKERED:
                flag_fell(race, event.at)
        case ClockShown():
            race.clock_running = event.running
        case RaceAnnounced():
            race.announce(event)
        case CarEntered():
            enter(race, event)
        case CarWithdrawn():
            race.cars.pop(event.entry, None)
        case GridSet():
            for entry, starting_position in event.grid:
                race.car(entry).starting_position = starting_position
            race.to_the_rear = event.to_the_rear
        case DriverChanged():
            race.car(event.entry).takes_the_wheel(event.driver, event.at)
        case IncidentReported():
            race.incidents[event.number] = event
        case PenaltyGiven():
            race.penalties[event.number] = event
        case ControlSaid():
            pass  # it is in the log, and decides nothing
        case CarRetired():
            race.car(event.entry).retired = None if event.back else event
        case RaceEnded():
            ended(race, event)
        case ReviewChanged():
            race.reviews.append(event)
            if not event.open and event.basis is not None:
                race.decided_by = event.basis
        case ResultDeclared():
            declare(race, event)
        case Corrected():
            credit(race, event)  # every other correction is carried out before it is applied
        case _:
            assert_never(event)


def enter(race: Race, entered: CarEntered) -> None:
    """A car on the entry list, or something new about one that is."""
    car = race.car(entered.entry)
    car.number = entered.number
    car.is_started_by(entered.driver)
    car.team = entered.team
    car.make = entered.make
    car.classes = entered.classes
    car.eligible = entered.eligible


def declare(race: Race, declared: ResultDeclared) -> None:
    """Race control made the result provisional or official; that closes every review."""
    if race.finished_at is None:
        race.notice("declared_early", declared.at, None, "a result declared before the finish")
        return
    race.declared = ResultStatus.OFFICIAL if declared.official else ResultStatus.PROVISIONAL
    race.reviews.clear()
