"""Flags, caution periods, restarts, and the lap the race ends with."""

from dataclasses import replace

from tracker.racing.events import FlagShown
from tracker.racing.freeze import frozen
from tracker.racing.race import CautionPeriod, Race, Restart, Stoppage
from tracker.racing.running_order import order_by_crossings, running_order
from tracker.racing.timed import time_is_up
from tracker.racing.vocabulary import CAUTION_FLAGS, Flag, RaceTime


def flag_shown(race: Race, shown: FlagShown) -> None:
    """Race control showed a flag to the whole field."""
    if shown.pit_road_open is not None:
        race.pit_road_open = shown.pit_road_open
    caution = race.caution
    if shown.flag is not Flag.RED and race.stoppage is not None:
        race.stoppage.until = shown.at
        race.clock_running = True
        if race.frozen is not None:
            race.frozen = frozen(race, shown.at, running_order(race))
    match shown.flag:
        case Flag.GREEN:
            if race.green_at is None:
                start(race, shown.at)
            elif race.finished_at is None and (caution is not None or race.flag.flag is Flag.RED):
                restart(race, shown.at)
            race.clock_running = True
        case Flag.RED:
            stop(race, shown.at)
        case Flag.CHECKERED | Flag.COLD if race.finished_at is not None:
            race.clock_running = False
        case flag if flag in CAUTION_FLAGS:
            if caution is None and race.green_at is not None and race.finished_at is None:
                open_caution(race, shown)
            elif caution is not None:
                caution.reasons = tuple(dict.fromkeys((*caution.reasons, *shown.reasons)))
                caution.beneficiary = shown.beneficiary or caution.beneficiary
            else:
                race.notice("caution_outside", shown.at, None, "a caution before or after the race")
        case _:
            pass
    race.flag = shown
    race.flags_shown.append(shown)


def start(race: Race, at: RaceTime) -> None:
    """The green flag: lap 0 is led by the car on pole.

    Without a grid nobody is known to be; then whoever completes lap 1 first has led from the start.
    """
    race.green_at = at
    race.leader_crossings = [at]
    grid = order_by_crossings(race)
    race.lap_orders = [[car.entry for car in grid]]
    gridded = bool(grid) and grid[0].starting_position is not None
    race.pole = grid[0].entry if gridded else None
    race.leaders = [race.pole] if race.pole is not None else []
    race.restart = Restart(at, 0, {car.entry: place for place, car in enumerate(grid, 1)})


def open_caution(race: Race, shown: FlagShown) -> None:
    """The field is put under caution, every car in the place it was last seen in.

    Before the white flag that voids an overtime attempt; after it the race is over.
    """
    # After a stoppage nobody has moved: the order is the one that was frozen then.
    race.frozen = race.frozen or frozen(race, shown.at, order_by_crossings(race))
    race.cautions.append(
        CautionPeriod(
            number=shown.caution or len(race.cautions) + 1,
            flag=shown.flag,
            opened_at=shown.at,
            first_lap=race.laps_completed + 1,
            reasons=shown.reasons,
            beneficiary=shown.beneficiary,
            frozen=race.frozen,
        )
    )
    if is_final_lap(race):
        end_on_final_lap(race, shown.at)
    elif race.rulebook.overtime and race.finish_lap is not None:
        race.finish_lap = None


def is_final_lap(race: Race) -> bool:
    """Whether the leader has taken the white flag of a race that the next flag ends.

    Rulebook: with overtime, a caution after the white flag is the end of the race.
    """
    return (
        race.rulebook.overtime
        and race.finished_at is None
        and race.finish_lap is not None
        and race.laps_completed >= max(1, race.finish_lap - 1)
    )


def end_on_final_lap(race: Race, at: RaceTime) -> None:
    """A flag on the final lap ends the race in the order of that moment.

    Officials look at video as well as at the loops, so the order is provisional. Cars still drive
    to the line and complete the lap; where they are when they do changes no place.
    """
    race.final_order = frozen(race, at, order_by_crossings(race), "loops+video")
    race.finished_at = at
    race.ended_under_caution = True
    caution = race.caution
    if caution is not None:
        caution.last_lap = race.finish_lap
        caution.closed_at = at


def refreeze(race: Race) -> None:
    """A crossing at the very moment of the flag counts: the order is frozen again with it."""
    before = race.frozen
    assert before is not None
    lifted = race.stoppages and race.stoppages[-1].until == before.at
    under_caution = race.cautions and race.cautions[-1].opened_at < before.at
    if lifted or (race.stoppage is not None and under_caution and race.caution is not None):
        return
    again = frozen(race, before.at, order_by_crossings(race), before.basis)
    race.frozen = again
    if race.cautions and race.cautions[-1].opened_at == again.at:
        race.cautions[-1].frozen = again
    if race.final_order is not None and race.final_order.at == again.at:
        race.final_order = replace(again, basis=race.final_order.basis)


def stop(race: Race, at: RaceTime) -> None:
    """The red flag: nobody moves in the order, and the clock stops where the rulebook stops it."""
    race.clock_running = not race.rulebook.red.clock_stops
    if race.green_at is None or race.finished_at is not None or race.stoppage is not None:
        return
    race.frozen = frozen(race, at, running_order(race))
    race.stoppages.append(Stoppage(at, race.laps_completed, race.frozen))
    if is_final_lap(race):
        end_on_final_lap(race, at)


def restart(race: Race, at: RaceTime) -> None:
    """Green again."""
    caution = race.caution
    if caution is not None:
        caution.last_lap = race.laps_completed
        caution.closed_at = at
    race.frozen = None
    order = {car.entry: place for place, car in enumerate(order_by_crossings(race), 1)}
    race.restart = Restart(at, race.laps_completed, order)
    if race.rulebook.overtime and race.scheduled_laps is not None:
        set_finish_lap(race, race.laps_completed)


def set_finish_lap(race: Race, laps_completed: int) -> None:
    """Overtime: two laps from the leader's taking the green, or the schedule if that is later.

    F = max(S, n + 2), where the leader takes the green having completed n laps.
    """
    assert race.scheduled_laps is not None
    race.finish_lap = max(race.scheduled_laps, laps_completed + 2)


def completed_by_leader(race: Race, at: RaceTime) -> None:
    """The leader has completed a lap: settle the restart, and the finish."""
    settle_restart(race, at)
    if race.finished_at is not None:
        return
    laps = race.laps_completed
    if race.frozen is not None and any(stage.end_lap == laps for stage in race.stages):
        race.stages_frozen[laps] = frozen(race, at, running_order(race))
    if race.finish_lap is not None and laps >= race.finish_lap:
        finish(race, at)
    elif race.duration is not None and time_is_up(race, at):
        if race.rulebook.extra_laps and race.finish_lap_by_time is None:
            race.finish_lap_by_time = laps + race.rulebook.extra_laps
        elif race.finish_lap_by_time is None or laps >= race.finish_lap_by_time:
            finish(race, at)


def settle_restart(race: Race, at: RaceTime) -> None:
    """The leader's first crossing after a green tells on which lap the green was taken.

    The green is shown in a zone shortly before the line. A crossing soon after it ends the lap
    behind the pace car, so that the two laps of overtime begin there; one that comes a whole lap
    later means that the green was taken at the line.
    """
    last = race.restart
    if (
        last is None
        or not race.rulebook.overtime
        or race.scheduled_laps is None
        or race.caution is not None
        or race.finished_at is not None
        or race.laps_completed != last.laps_completed + 1
        or not last.laps_completed
    ):
        return
    laps = last.laps_completed
    if race.best_lap is not None and (at - last.at) * 2 < race.best_lap:
        laps = race.laps_completed
    set_finish_lap(race, laps)
    if laps + 2 > race.scheduled_laps:
        race.overtime_attempt += 1


def finish(race: Race, at: RaceTime) -> None:
    """The winner has completed the distance: every car's next crossing ends its race."""
    race.finished_at = at
    race.frozen = None
    caution = race.caution
    if caution is not None:
        race.ended_under_caution = True
        caution.last_lap = race.laps_completed
        caution.closed_at = at
