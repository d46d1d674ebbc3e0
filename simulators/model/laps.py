"""A lap completed: what it uses up, what it ends, and the trouble that the next may bring."""

from simulators.model.car import Car, Where
from simulators.model.chance import us
from simulators.model.control import by_loops, leader_has_lapped, show_yellow
from simulators.model.incidents import Part, breaks, hazard, incident, place_of
from simulators.model.running import Running
from simulators.model.telling import (
    tell_flag,
    tell_incident,
    tell_retirement,
)

YELLOW_AFTER_INCIDENT = 1_500_000
YELLOW_AFTER_STAGE = 2_000_000
FLAG_AFTER_LEADER = 2_000
"""Microseconds from a crossing to the flag that answers it."""

LINED_UP = 2
"""Laps of the leader under yellow after which everybody is where he belongs in the queue."""

RETIRED_AFTER = (60.0, 200.0)
"""Seconds after which it is told that a car is out."""


def seen(run: Running, car: Car, loop: int, at: int) -> None:
    """The car has crossed a loop of the track."""
    car.loop, car.at = loop, at
    car.place, car.place_at = float(loop), at
    run.left_at[loop] = at


def home(run: Running) -> bool:
    """Whether the flag is out: then everybody drives to the line."""
    return run.finished_at is not None


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
