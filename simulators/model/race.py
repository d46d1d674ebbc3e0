"""The race, run from one crossing to the next, and told as it goes."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from simulators.model.behind import arrival_behind, join_from_pits
from simulators.model.car import Car, Where
from simulators.model.chance import Chance, us
from simulators.model.control import by_loops, leader_has_lapped, plan_green, show_yellow
from simulators.model.field import cars_of_field
from simulators.model.incidents import Part, breaks, hazard, incident, place_of
from simulators.model.pace import begin_lap
from simulators.model.parameters import Scenario
from simulators.model.pits import changes_driver, stationary_s, was_speeding
from simulators.model.running import Running
from simulators.model.strategy import plan_stop, stops_under_caution, stops_under_green
from simulators.model.telling import (
    LINE,
    PIT_IN,
    PIT_OUT,
    loop_name,
    setting,
    tell_crossing,
    tell_driver,
    tell_end,
    tell_flag,
    tell_incident,
    tell_penalty,
    tell_result,
    tell_retirement,
    tell_review,
)
from simulators.model.traffic import arrival, arrival_in_line
from simulators.model.truth import Truth, by_laps, finished
from tracker.feed.envelope import Report

SECOND = 1_000_000
YELLOW_AFTER_INCIDENT = 1_500_000
YELLOW_AFTER_STAGE = 2_000_000
FLAG_AFTER_LEADER = 2_000
"""Microseconds from a crossing to the flag that answers it."""

GRID_SPACING = 180_000
"""Between two cars at the line when a race starts rolling, in microseconds."""

TOO_CLOSE = 3_000
"""A finish this close is decided by the picture; microseconds."""

LINED_UP = 2
"""Laps of the leader under yellow after which everybody is where he belongs in the queue."""

RETIRED_AFTER = (60.0, 200.0)
"""Seconds after which it is told that a car is out."""


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


def seen(run: Running, car: Car, loop: int, at: int) -> None:
    """The car has crossed a loop of the track."""
    car.loop, car.at = loop, at
    car.place, car.place_at = float(loop), at
    run.left_at[loop] = at


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


def home(run: Running) -> bool:
    """Whether the flag is out: then everybody drives to the line."""
    return run.finished_at is not None


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


def completed(run: Running, car: Car, at: int) -> None:
    """The car has completed a lap: what it uses up, what it decides, and what it ends."""
    car.crossed_line_at = at
    car.tyres += 1
    saved = run.scenario.pits.saved_by_caution if run.phase != "green" else 0.0
    car.fuel -= 1.0 - saved
    if run.phase == "green":
        car.stop_in -= 1
        car.breaking = car.breaking or (not home(run) and breaks(run))
    led = car.laps > run.leader_laps
    if led:
        run.leader_laps, run.leader = car.laps, car
    note(run, car, at, led)
    car.laps_down = run.leader_laps - car.laps
    if home(run):
        finish(run, car)
        return
    distance = run.scenario.distance
    timed = distance.duration_s is not None and at >= us(distance.duration_s)
    if timed and not led and leads_the_rest(run, car):
        # The flag waits for no leader who has stopped: it falls for who comes now.
        run.finished_at = at
        tell_flag(run, "checkered", at)
        finish(run, car)
        return
    if not led:
        return
    if car.laps == run.finish_lap or timed:
        run.finished_at = at
        run.truth.under_yellow = run.phase != "green"
        if run.truth.under_yellow:
            run.truth.cautions[-1].last_lap = car.laps
        run.plan(at + FLAG_AFTER_LEADER, lambda then: tell_flag(run, "checkered", then))
        finish(run, car)
        return
    leads(run, at)


def leads_the_rest(run: Running, car: Car) -> bool:
    """Whether the leader is known to be out, and this car is the first of those that are not."""
    leader = run.leader
    if leader is None or not leader.told_out:
        return False
    return all(other.laps < car.laps or other is car or other.where is Where.OUT
               or (other.laps == car.laps and other.crossed_line_at > car.crossed_line_at)
               for other in run.cars)  # fmt: skip


def leads(run: Running, at: int) -> None:
    """The race is a lap older: flags that answer to that, and trouble on the lap to come."""
    if run.scenario.told.white_flag and run.leader_laps + 1 == run.finish_lap:
        run.plan(at + FLAG_AFTER_LEADER, lambda then: show_white(run, then))
    if run.leader_laps in run.scenario.distance.stages:
        end_stage(run, at)
    if run.phase == "caution":
        leader_has_lapped(run)
    if run.phase == "green":
        roll_for_trouble(run, at)


def show_white(run: Running, at: int) -> None:
    """One more lap, if no yellow has come out since."""
    if run.phase == "green" and not home(run):
        tell_flag(run, "white", at)


def note(run: Running, car: Car, at: int, led: bool) -> None:
    """Write the lap into the truth."""
    if led and run.keep:
        leader = run.final_order[0] if run.final_order is not None else car
        run.truth.leaders.append(leader.entry)
        run.truth.lap_orders.append([])
    if run.keep:
        run.truth.lap_orders[car.laps].append(car.entry)
    for stood in run.stage_open.values():
        if not stood[car.number][-1]:
            stood[car.number] = (car.laps, at, car, True)


def end_stage(run: Running, at: int) -> None:
    """The leader has completed the last lap of a stage; unless the yellow is out, it comes now.

    Under yellow the order is the frozen one, without those who went no farther; and once the
    field has lined up it is that of the queue.
    """
    lap = run.leader_laps
    if run.phase == "caution":
        run.truth.stages_under_yellow.add(lap)
        frozen = lap - run.truth.cautions[-1].first_lap < LINED_UP
        order = sorted(run.frozen, key=has_stopped) if frozen else by_loops(run.cars)
        run.truth.stages[lap] = [car.entry for car in order]
        run.caution_ends = max(run.caution_ends, lap + 3) if not run.lined_up else run.caution_ends
        return
    stood = {car.number: (car.laps, car.crossed_line_at, car, False) for car in run.cars}
    leader = run.leader
    assert leader is not None
    stood[leader.number] = (lap, at, leader, True)
    run.stage_open[lap] = stood
    number = run.scenario.distance.stages.index(lap) + 1
    text = f"Stage {number} Conclusion"
    laps = run.scenario.cautions.stage_laps
    run.plan(
        at + YELLOW_AFTER_STAGE,
        lambda then: show_yellow(run, then, ("stage",), laps, text),
    )


def has_stopped(car: Car) -> bool:
    """Whether the car is out, told or not."""
    return car.where is Where.OUT


def finish(run: Running, car: Car) -> None:
    """The car takes the flag."""
    car.where = Where.HOME
    car.turn += 1


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


def roll_for_trouble(run: Running, at: int) -> None:
    """Whether something happens on the lap that the leader begins, and when."""
    draw = run.chance.trouble
    if draw.random() < hazard(run):
        later = us(draw.uniform(0.1, 0.9) * run.scenario.track.lap_s)
        run.plan(at + later, lambda then: trouble(run, then))


def trouble(run: Running, at: int) -> None:
    """An incident, and the yellow for it."""
    if run.phase != "green" or home(run):
        return
    accident, parts = incident(run)
    if not parts:
        return
    run.truth.incidents += 1
    text = tell_incident(run, at, accident, place_of(run), parts, run.caution + 1)
    for part in parts:
        struck(run, part, at)
    cautions = run.scenario.cautions
    laps = cautions.accident_laps if accident else cautions.spin_laps
    hurt = [part.car for part in parts]
    run.plan(
        at + YELLOW_AFTER_INCIDENT,
        lambda then: show_yellow(
            run, then, ("accident" if accident else "spin",), laps, text, hurt
        ),
    )


def struck(run: Running, part: Part, at: int) -> None:
    """What an incident leaves of a car."""
    car = part.car
    sector = car.sector
    assert sector is not None
    run.leave(car)
    if part.out:
        retire(run, car, at, accident=True)
        return
    car.damage_s += part.damage_s
    car.mend_s += part.mend_s
    car.arrival += us(part.lost_s)
    run.enter(car, sector)
    run.go(car, car.comes)


def retire(run: Running, car: Car, at: int, accident: bool) -> None:
    """The car goes no farther; it is told some minutes later."""
    car.where = Where.OUT
    car.turn += 1

    def told(then: int) -> None:
        car.told_out = True
        tell_retirement(run, car, accident, then)

    run.plan(at + us(run.chance.trouble.uniform(*RETIRED_AFTER)), told)


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
