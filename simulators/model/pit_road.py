"""Along pit road: in, past the line, and out again to where there is room."""

from functools import partial

from simulators.model.behind import arrival_behind, join_from_pits
from simulators.model.car import Car, Where
from simulators.model.chance import us
from simulators.model.control import by_loops
from simulators.model.laps import completed, home, retire, seen
from simulators.model.pace import begin_lap
from simulators.model.pits import changes_driver, stationary_s, was_speeding
from simulators.model.running import Running
from simulators.model.strategy import plan_stop
from simulators.model.telling import (
    LINE,
    PIT_IN,
    PIT_OUT,
    tell_crossing,
    tell_driver,
    tell_penalty,
)


def to_pit_road(run: Running, car: Car, at: int) -> None:
    """The car leaves the track: in, past the line on pit road, and out again."""
    track = run.scenario.track
    share = track.pit_in - (track.loops[-1] if track.loops else 0.0)
    match run.phase:
        case "caution":
            due = arrival_behind(run, car, at, run.share(car.loop))
            took = (due - at) * share / run.share(car.loop) / 1e6
            run.queue.remove(car)
        case "slow":
            took = share * car.lap_s * run.scenario.cautions.slow_zone_factor
        case _:
            took = share * car.lap_s
    car.where = Where.PIT_ROAD
    car.arrival = at + us(took)
    run.go(car, partial(enters, run, car))


def enters(run: Running, car: Car, at: int) -> None:
    """The car crosses the line into pit road."""
    track = run.scenario.track
    tell_crossing(run, car, PIT_IN, at, pit=True)
    car.place, car.place_at = run.loops - 0.5, at
    if car.breaking:
        retire(run, car, at, accident=False)
        return
    run.truth.stops += 1
    stood = stationary_s(run, car)
    if changes_driver(run, car):
        stood = max(stood, run.scenario.pits.driver_change_s)
        before = car.drivers[car.driver]
        car.driver = (car.driver + 1) % len(car.drivers)
        run.plan(at + 1, lambda then: tell_driver(run, car, before, then))
    if run.phase == "caution":
        car.stopped_under = run.caution
    to_line = track.line_on_pit_road * track.pit_road_s
    before_line = car.stall <= track.line_on_pit_road
    car.arrival = at + us(to_line + (stood if before_line else 0.0))
    rest = track.pit_road_s - to_line + (0.0 if before_line else stood)
    run.go(car, partial(passes_line, run, car, us(rest)))


def passes_line(run: Running, car: Car, rest: int, at: int) -> None:
    """The line extends across pit road: the car completes a lap there."""
    if at <= run.left_at[0]:
        car.arrival = run.left_at[0] + 1
        run.go(car, partial(passes_line, run, car, rest))
        return
    car.laps += 1
    tell_crossing(run, car, LINE, at, pit=True)
    seen(run, car, 0, at)
    completed(run, car, at)
    if car.where is Where.PIT_ROAD:
        car.tyres = 0 if not car.through else car.tyres
        car.arrival = at + rest
        run.go(car, partial(leaves, run, car))


def leaves(run: Running, car: Car, at: int) -> None:
    """The car is back on the track, on its way to the first loop after pit road."""
    track = run.scenario.track
    tell_crossing(run, car, PIT_OUT, at, pit=True)
    car.place, car.place_at = 0.5, at
    car.where = Where.TRACK
    begin_lap(run, car)
    # For those who ask where it is on the road: as if it had come past the line at speed.
    car.at = at - us(track.pit_out * car.lap_s)
    order = by_loops([one for one in run.cars if one.where in (Where.TRACK, Where.PIT_ROAD)])
    plan_stop(run, car, order.index(car) / len(order))
    after_stop(run, car, at)
    first = run.share(0)
    share = first - track.pit_out
    match run.phase:
        case "green":
            merge(run, car, at, us(share * car.lap_s))
        case "slow":
            merge(run, car, at, us(share * car.lap_s * run.scenario.cautions.slow_zone_factor))
        case "caution":
            join_from_pits(run, car, at, share)
            car.arrival = arrival_behind(run, car, at, share)
        case _:
            car.arrival = at + us(share * run.scenario.cautions.catch_up_s)
    run.go(car, car.comes)


def merge(run: Running, car: Car, at: int, took: int) -> None:
    """A car comes onto a track on which the others race: where there is room."""
    closest = us(run.scenario.racing.closest_s)
    car.arrival = at + took
    for other in run.stretches[0]:
        if abs(other.arrival - car.arrival) < closest:
            car.arrival = other.arrival + closest
    run.enter(car, 0)


def after_stop(run: Running, car: Car, at: int) -> None:
    """A penalty that was served by the stop, or one that the stop brought."""
    if car.through:
        car.through = False
        if car.penalty is not None:
            tell_penalty(run, car, car.penalty, tail=False, served=True, at=at)
            car.penalty = None
        return
    if home(run) or not was_speeding(run):
        return
    run.penalties += 1
    car.penalty = run.penalties
    car.tail = run.phase == "caution" and not run.lined_up
    car.through = not car.tail
    tell_penalty(run, car, car.penalty, tail=car.tail, served=False, at=at)
