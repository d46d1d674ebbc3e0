"""The race, run from one crossing to the next, and told as it goes."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from simulators.model.behind import arrival_behind, join_from_pits
from simulators.model.car import Car, Where
from simulators.model.chance import Chance, us
from simulators.model.control import plan_green
from simulators.model.field import cars_of_field
from simulators.model.laps import completed, home, roll_for_trouble, seen
from simulators.model.pace import begin_lap
from simulators.model.parameters import Scenario
from simulators.model.pit_road import to_pit_road
from simulators.model.running import Running
from simulators.model.strategy import plan_stop, stops_under_caution, stops_under_green
from simulators.model.telling import (
    LINE,
    loop_name,
    setting,
    tell_crossing,
    tell_end,
    tell_flag,
    tell_result,
    tell_review,
)
from simulators.model.traffic import arrival, arrival_in_line
from simulators.model.truth import Truth, by_laps, finished
from tracker.feed.envelope import Report

SECOND = 1_000_000
GRID_SPACING = 180_000
"""Between two cars at the line when a race starts rolling, in microseconds."""

TOO_CLOSE = 3_000
"""A finish this close is decided by the picture; microseconds."""


class SimulatedRace:
    """One race: the same scenario and seed make the same race, report for report."""

    def __init__(self, scenario: Scenario, seed: int, *, keep: bool = True) -> None:
        chance = Chance(seed)
        self.run = Running(scenario, chance, cars_of_field(scenario, chance), Truth(), keep)

    @property
    def truth(self) -> Truth:
        """What happened, as far as the reports have been read."""
        return self.run.truth

    def reports(self) -> Iterator[Report]:
        """Everything that is said of the race, in order of time; it is run as it is read."""
        run = self.run
        yield from setting(run.scenario, run.cars)
        start(run)
        at = 0
        while run.calendar:
            at = run.happen()
            if run.told:
                yield from run.told
                run.told.clear()
        end(run, at)
        yield from run.told
        run.told.clear()


def start(run: Running) -> None:
    """The green flag at time 0."""
    scenario = run.scenario
    places = (0.0, *scenario.track.loops, 1.0)
    run.shares = tuple(two - one for one, two in pairwise(places))
    run.loops = len(run.shares)
    run.stretches = [[] for _ in run.shares]
    run.left_at = [-SECOND] * run.loops
    run.finish_lap = scenario.distance.laps
    run.cold_until = 1
    run.truth.lap_orders = [[car.entry for car in run.cars]]
    run.truth.leaders = [run.cars[0].entry]
    tell_flag(run, "green", 0, pit_road_open=True)
    for car in run.cars:
        car.comes = partial(crossed, run, car)
        car.fuel = float(scenario.pits.tank_laps)
        plan_stop(run, car, car.starting_position / len(run.cars))
        late = GRID_SPACING * car.starting_position
        if scenario.told.start == "rolling":
            car.arrival = late + SECOND
            run.go(car, partial(start_rolling, run, car))
        else:
            car.started = True
            begin_lap(run, car)
            set_off(run, car, late)
    roll_for_trouble(run, 0)


def start_rolling(run: Running, car: Car, at: int) -> None:
    """The car crosses the line and begins its first lap."""
    car.started = True
    tell_crossing(run, car, LINE, at)
    seen(run, car, 0, at)
    car.crossed_line_at = at
    begin_lap(run, car)
    set_off(run, car, at)


def set_off(run: Running, car: Car, at: int) -> None:
    """From a loop on the track towards the next, or towards pit road."""
    run.leave(car)
    sector = car.loop
    last = sector == run.loops - 1
    if last and not home(run) and wants_to_stop(run, car):
        to_pit_road(run, car, at)
        return
    share = run.share(sector)
    match run.phase:
        case "green":
            car.arrival = arrival(run, car, sector, at)
            run.enter(car, sector)
        case "slow":
            took = share * car.lap_s * run.scenario.cautions.slow_zone_factor
            car.arrival = arrival_in_line(run, sector, at, took)
            run.enter(car, sector)
        case "caution":
            if car not in run.queue:
                join_from_pits(run, car, at, share)
            car.arrival = arrival_behind(run, car, at, share)
        case _:
            car.arrival = at + us(share * run.scenario.cautions.catch_up_s)
    run.go(car, car.comes)
    if last and run.phase == "caution":
        plan_green(run, car)


def wants_to_stop(run: Running, car: Car) -> bool:
    """Whether the car leaves the track for pit road."""
    if run.phase == "caution":
        place = run.queue.index(car) / len(run.queue) if car in run.queue else 1.0
        return stops_under_caution(run, car, place)
    return run.phase in ("green", "slow") and stops_under_green(run, car)


def crossed(run: Running, car: Car, at: int) -> None:
    """The car crosses the next loop of the track."""
    loop = (car.loop + 1) % run.loops
    if at <= run.left_at[loop]:
        car.arrival = run.left_at[loop] + 1  # two cars are never read at one moment
        run.go(car, car.comes)
        return
    run.leave(car)
    if loop:
        tell_crossing(run, car, loop_name(loop), at)
        seen(run, car, loop, at)
        set_off(run, car, at)
    else:
        car.laps += 1
        tell_crossing(run, car, LINE, at)
        seen(run, car, 0, at)
        completed(run, car, at)
        if car.where is Where.TRACK:
            begin_lap(run, car)
            set_off(run, car, at)


def end(run: Running, at: int) -> None:
    """Nobody is left on the track: the result, which is official an hour and a half later."""
    truth = run.truth
    if run.finished_at is None:
        if not run.leader_laps:
            return
        at += 60 * SECOND
        tell_end(run, at)
        assert run.leader is not None
        run.finished_at = run.leader.crossed_line_at  # with the last lap that was completed
    cars = by_laps(run.cars) if run.final_order is None else run.final_order
    truth.finish_lap, truth.finished_at = run.leader_laps, run.finished_at
    truth.order = finished(cars, 0)
    for lap, stood in run.stage_open.items():
        truth.stages[lap] = [
            car.entry
            for _, _, car, _ in sorted(
                stood.values(), key=lambda one: (not one[2].started, -one[0], one[1], one[2].entry)
            )
        ]
    at += 60 * SECOND
    close = [
        (ahead, behind)
        for ahead, behind in pairwise(cars)
        if run.final_order is None
        and ahead.where is behind.where is Where.HOME
        and ahead.laps == behind.laps
        and behind.crossed_line_at - ahead.crossed_line_at <= TOO_CLOSE
    ]
    if close:
        pair = list(dict.fromkeys(car for both in close for car in both))
        tell_review(run, pair, opened=True, at=at)
        tell_review(run, pair, opened=False, at=at + 300 * SECOND)
    tell_result(run, official=False, at=at + 360 * SECOND)
    tell_result(run, official=True, at=at + 5400 * SECOND)
