"""Flags, caution periods, restarts, and the lap the race ends with."""

from tracker.racing.car import Car
from tracker.racing.events import FlagShown
from tracker.racing.race import CautionPeriod, Race, Restart
from tracker.racing.running_order import running_order
from tracker.racing.vocabulary import CAUTION_FLAGS, Flag, RaceTime


def flag_shown(race: Race, shown: FlagShown) -> None:
    """Race control showed a flag to the whole field."""
    caution = race.caution
    match shown.flag:
        case Flag.GREEN:
            if race.green_at is None:
                start(race, shown.at)
            elif caution is not None or race.flag.flag is Flag.RED:
                restart(race, shown.at)
            race.clock_running = True
        case Flag.RED:
            race.clock_running = False
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
    """The green flag: lap 0 is led by the car on pole."""
    race.green_at = at
    race.leader_crossings = [at]
    grid = running_order(race)
    race.lap_orders = [[car.entry for car in grid]]
    race.pole = grid[0].entry if grid else None
    race.leaders = [race.pole] if race.pole is not None else []
    race.restart = Restart(at, 0, {car.entry: place for place, car in enumerate(grid, 1)})


def open_caution(race: Race, shown: FlagShown) -> None:
    """The field is put under caution; before the white flag that voids an overtime attempt."""
    race.cautions.append(
        CautionPeriod(
            number=shown.caution or len(race.cautions) + 1,
            flag=shown.flag,
            opened_at=shown.at,
            first_lap=race.laps_completed + 1,
            reasons=shown.reasons,
            beneficiary=shown.beneficiary,
        )
    )
    if (
        race.rulebook.overtime
        and race.finish_lap is not None
        and race.laps_completed < race.finish_lap - 1
    ):
        race.finish_lap = None


def restart(race: Race, at: RaceTime) -> None:
    """Green again."""
    caution = race.caution
    if caution is not None:
        caution.last_lap = race.laps_completed
        caution.closed_at = at
    order = {car.entry: place for place, car in enumerate(running_order(race), 1)}
    race.restart = Restart(at, race.laps_completed, order)
    if race.rulebook.overtime and race.scheduled_laps is not None:
        set_finish_lap(race, race.laps_completed)


def set_finish_lap(race: Race, laps_completed: int) -> None:
    """Overtime: two laps from the leader's taking the green, or the schedule if that is later.

    F = max(S, n + 2), where the leader takes the green having completed n laps.
    """
    assert race.scheduled_laps is not None
    race.finish_lap = max(race.scheduled_laps, laps_completed + 2)


def completed_by_leader(race: Race, leader: Car, at: RaceTime) -> None:
    """The leader has completed a lap: settle the restart, and the finish."""
    settle_restart(race, at)
    if (
        race.finished_at is None
        and race.finish_lap is not None
        and race.laps_completed >= race.finish_lap
    ):
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
    caution = race.caution
    if caution is not None:
        race.ended_under_caution = True
        caution.last_lap = race.laps_completed
        caution.closed_at = at
