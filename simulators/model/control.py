"""Race control: yellow and green, who lines up where, and which lap is the last."""

from collections.abc import Sequence

from simulators.model.behind import expected_at_line, line_up, take_places, wave_round
from simulators.model.car import Car, Where
from simulators.model.chance import between, us
from simulators.model.running import Running
from simulators.model.telling import tell_flag
from simulators.model.truth import Yellow
from tracker.feed.officials import Reason

GREEN_BEFORE_LINE = 1_500_000
"""The green falls in the restart zone, so many microseconds before the leader is at the line."""

SLOWED = 1.3
"""Times as long, when the yellow comes out, is what was left of the way to the next loop."""

OVERTIME_LAPS = 2

LINE_UP = 1
"""Laps before one to go at which everybody is sent to where he restarts."""

STAGE_IS_NEAR = 2
"""Laps before the end of a stage for which pit road is closed."""


def show_yellow(
    run: Running,
    at: int,
    reasons: Sequence[Reason],
    laps: tuple[int, int],
    text: str,
    hurt: Sequence[Car] = (),
) -> None:
    """The yellow comes out: places are frozen by the loops, and the field slows.

    Before the white flag a caution voids an attempt at overtime; after it, it ends the race.
    """
    if run.phase != "green" or run.finished_at is not None:
        return
    cautions = run.scenario.cautions
    draw = run.chance.trouble
    order = run.frozen = by_loops(run.cars)
    overtime = run.scenario.distance.overtime
    last = overtime and run.finish_lap is not None and run.leader_laps >= max(1, run.finish_lap - 1)
    slow_zone = not overtime and not last and draw.random() < cautions.slow_zone
    run.caution += 1
    for car in run.cars:
        car.hurt = car in hurt
    favoured = beneficiary(run, order) if cautions.free_pass and not last else None
    run.truth.cautions.append(
        Yellow(
            number=run.caution,
            flag="vsc" if slow_zone else cautions.flag,
            opened_at=at,
            first_lap=run.leader_laps + 1,
            reasons=tuple(reasons),
            beneficiary=favoured.entry if favoured is not None else None,
        )
    )
    named = favoured is not None and run.scenario.told.names_free_pass
    tell_flag(
        run,
        "vsc" if slow_zone else cautions.flag,
        at,
        caution=run.caution,
        reasons=reasons,
        beneficiary=favoured.entry if named and favoured is not None else None,
        pit_road_open=slow_zone,
        text=text,
    )
    if last:
        run.phase = "over"
        run.final_order = order
        run.finished_at = at
        run.truth.under_yellow = True
        run.truth.cautions[-1].last_lap = run.finish_lap
        slow_down(run, at)
        return
    length = draw.randint(*laps)
    if overtime:
        run.finish_lap = None
    slow_down(run, at)
    if slow_zone:
        run.phase = "slow"
        lasts = length * cautions.slow_zone_factor * run.scenario.track.lap_s / 2
        run.plan(at + us(lasts), lambda then: show_green(run, then))
        return
    run.phase = "caution"
    run.caution_ends = run.leader_laps + length
    run.to_wave.clear()
    run.pits_open = run.lined_up = run.one_to_go = run.green_planned = False
    run.favoured = favoured
    take_places(run, order, between(draw, cautions.pace_lap_s))


def by_loops(cars: Sequence[Car]) -> list[Car]:
    """The cars by the last loop each has crossed: a pass since then does not count."""
    return sorted(
        cars,
        key=lambda car: (
            not car.started,
            -car.laps if car.started else 0,
            -car.place if car.started else 0,
            car.place_at if car.started else car.starting_position,
            car.entry,
        ),
    )


def beneficiary(run: Running, order: Sequence[Car]) -> Car | None:
    """The first car not on the lead lap that did not bring the yellow out and is still there."""
    for car in order:
        if car.laps_down > 0 and not car.hurt and not car.told_out and not serving(car):
            return car
    return None


def serving(car: Car) -> bool:
    """Whether the car still has to drive through pit road."""
    return car.penalty is not None and not car.tail


def slow_down(run: Running, at: int) -> None:
    """Everybody on the track slows where he is."""
    for car in run.cars:
        if car.where is Where.TRACK and car.sector is not None:
            car.arrival = at + round((car.arrival - at) * SLOWED)
            run.replan(car)


def leader_has_lapped(run: Running) -> None:
    """The leader has completed a lap behind the pace car."""
    if not run.pits_open and not run.lined_up and not stage_is_near(run):
        run.pits_open = True
        favoured = run.favoured
        if favoured is not None and favoured.behind > 0:
            favoured.behind -= 1
            if favoured in run.queue:
                run.queue.remove(favoured)
                run.queue.append(favoured)
    if run.leader_laps >= run.caution_ends - LINE_UP and not run.lined_up:
        run.lined_up = True
        run.pits_open = False
        line_up(run)
    if run.lined_up and not run.one_to_go and run.leader_laps >= run.caution_ends:
        run.one_to_go = True
        wave_round(run)
        if run.pace_car is not None:
            run.pace_car.lap_s = run.scenario.cautions.green_lap_s


def stage_is_near(run: Running) -> bool:
    """Whether a stage is about to end under yellow: pit road stays closed until it has."""
    return any(0 < end - run.leader_laps <= STAGE_IS_NEAR for end in run.scenario.distance.stages)


def plan_green(run: Running, car: Car) -> None:
    """The car at the head of the field is on its way to the line: the green falls before it."""
    if run.one_to_go and not run.green_planned and run.queue and car is run.queue[0]:
        run.green_planned = True
        at = max(car.at + 1, expected_at_line(car) - GREEN_BEFORE_LINE)
        run.plan(at, lambda then: show_green(run, then))


def show_green(run: Running, at: int) -> None:
    """Green again; with overtime the race now ends two laps on, or at its distance if later."""
    if run.finished_at is not None or run.phase not in ("caution", "slow"):
        return
    was_slow_zone = run.phase == "slow"
    run.phase = "green"
    run.truth.cautions[-1].last_lap = run.leader_laps
    tell_flag(run, "green", at, pit_road_open=True)
    run.pits_open = True
    if was_slow_zone:
        return
    taken = run.leader_laps + 1
    distance = run.scenario.distance
    if distance.overtime and distance.laps is not None:
        run.finish_lap = max(distance.laps, taken + OVERTIME_LAPS)
        if taken + OVERTIME_LAPS > distance.laps:
            run.truth.overtime_attempts += 1
    run.green_since = taken
    run.cold_until = taken + 1
    run.queue.clear()
    run.favoured = None
    for car in run.cars:
        car.hurt = False
        if car.tail:
            car.tail, car.penalty = False, None
    for car in sorted(run.on_track(), key=lambda car: car.arrival):
        run.enter(car, car.loop)
