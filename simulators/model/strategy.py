"""When to stop: planned under green by the laps to go, decided under caution by the tyres' age."""

import math

from simulators.model.car import NOBODY_KNOWS, Car
from simulators.model.running import Running


def laps_ahead(run: Running, car: Car) -> int:
    """Laps to the next stop that everybody makes: the end of the stage, or of the race."""
    distance = run.scenario.distance
    if distance.laps is None:
        assert distance.duration_s is not None
        left_s = distance.duration_s - car.at / 1e6
        return max(0, math.ceil(left_s / max(car.lap_s, run.scenario.track.lap_s)))
    ends = (*distance.stages, max(distance.laps, run.leader_laps + 2))
    return next((end - car.laps for end in ends if end > car.laps), 0)


def plan_stop(run: Running, car: Car, place: float) -> None:
    """Plan the next green stop: the way ahead split evenly, or unevenly by some of those behind.

    `place` is the share of the field that is ahead.
    """
    strategy = run.scenario.strategy
    draw = run.chance.pits
    ahead = laps_ahead(run, car)
    jitter = draw.gauss(0.0, strategy.spread_laps)
    other_way = draw.random() < strategy.off_sequence and place > 0.5
    shift = draw.choice((-1, 1)) * strategy.off_sequence_laps * draw.random()
    if car.fuel >= ahead:
        car.stop_in = NOBODY_KNOWS
        return
    stops = math.ceil((ahead - car.fuel) / run.scenario.pits.tank_laps)
    wanted = ahead / (stops + 1) + jitter + (shift if other_way else 0.0)
    # Neither so late that the tank is dry nor so early that another stop is needed.
    earliest = ahead - stops * run.scenario.pits.tank_laps + 1
    car.stop_in = round(max(1.0, earliest, min(wanted, car.fuel - 1)))


def stops_under_green(run: Running, car: Car) -> bool:
    """Whether the car comes in at the end of this lap."""
    if car.breaking or car.through or car.mend_s > 0:
        return True
    if laps_to_go(run, car) <= 1:
        return False
    return car.fuel <= 1.0 or car.stop_in <= 0


def stops_under_caution(run: Running, car: Car, place: float) -> bool:
    """Whether the car comes in behind the pace car; `place` is the share of the field ahead."""
    strategy = run.scenario.strategy
    draw = run.chance.pits
    if car.breaking:
        return True
    if not run.pits_open or car.stopped_under == run.caution:
        return False
    if car.mend_s > 0 or car.fuel <= 2.0:
        return True
    if laps_to_go(run, car) <= 1:
        return False
    if car.behind > 0:
        return draw.random() < strategy.lapped
    if car.tyres >= strategy.worth_it_laps:
        return draw.random() >= strategy.stay_out
    return place > 0.5 and draw.random() < strategy.anyway


def laps_to_go(run: Running, car: Car) -> int:
    """Laps to the end, as far as anybody knows; a stop on the last of them helps nobody."""
    if run.finish_lap is not None:
        return run.finish_lap - car.laps
    distance = run.scenario.distance
    if distance.duration_s is not None:
        left_s = distance.duration_s - car.at / 1e6
        return max(0, math.ceil(left_s / run.scenario.track.lap_s))
    return 2
