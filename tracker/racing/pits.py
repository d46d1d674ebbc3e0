"""Pit road: who is on it, and for how long."""

from dataclasses import replace

from tracker.racing.car import Car, PitStop
from tracker.racing.events import PitStopTold
from tracker.racing.race import Race
from tracker.racing.vocabulary import RaceTime


def entered_pit_road(race: Race, car: Car, at: RaceTime | None) -> None:
    """A car came in; without a time when only the line on pit road saw it."""
    if car.on_pit_road:
        if at is not None:
            race.notice("pit_in_twice", at, car.entry, "entered pit road without having left it")
        return
    car.on_pit_road = True
    caution = race.caution
    car.pit_stops.append(
        PitStop(car.laps_completed + 1, at, caution=caution.number if caution else None)
    )


def left_pit_road(race: Race, car: Car, at: RaceTime) -> None:
    """A car went out again; one that has not started yet starts its race here, past the line."""
    if (
        not car.crossings
        and race.green_at is not None
        and at >= race.green_at
        and race.pit_exit_is_past_line
        and (race.announced is None or race.announced.first_crossing_opens_lap)
    ):
        car.start(at)
        car.started_from_pit_road = True
        car.on_pit_road = False
        return
    if not car.on_pit_road:
        if car.crossings:
            race.notice("pit_out_alone", at, car.entry, "left pit road without having entered it")
        return
    car.on_pit_road = False
    car.pit_stops[-1] = replace(car.pit_stops[-1], left=at)


def stop_told(race: Race, car: Car, told: PitStopTold) -> None:
    """A stop reported only once it was over."""
    caution = race.caution
    entered = None if told.time_on_pit_road is None else RaceTime(told.at - told.time_on_pit_road)
    car.pit_stops.append(PitStop(told.lap, entered, told.at, caution.number if caution else None))
