"""Cars among cars: who comes up to another gets by, or is held up behind him."""

from simulators.model.car import Car
from simulators.model.chance import us
from simulators.model.pace import alone_s, floor_s
from simulators.model.running import Running

SIDE_BY_SIDE = 30_000
"""A car that has just passed another is that far ahead, in microseconds, or farther."""


def arrival(run: Running, car: Car, sector: int, at: int) -> int:
    """When a car that has crossed a loop under green arrives at the next.

    Looked at are the cars ahead on the road, on whichever lap: from the one just ahead on, each is
    passed or not, and the first that is not is the one to be held up by.
    """
    racing = run.scenario.racing
    draw = run.chance.racing
    cars = run.stretches[sector]
    took = alone_s(run, car, sector)
    if cars and at - run.left_at[sector] < racing.draft_range_s * 1e6:
        took -= racing.draft_s * run.shares[sector]
    least = at + us(floor_s(run, sector))
    due = max(at + us(took), least)
    place = len(cars)
    while place:
        ahead = cars[place - 1]
        behind_it = ahead.arrival + us(racing.closest_s)
        if due >= behind_it:
            break
        if not gets_by(run, car, ahead, (behind_it - due) / 1e6):
            due = behind_it + us(draw.uniform(0.0, 0.05))
            break
        if ahead.laps != car.laps:
            due += us(racing.lapping_s)
        place -= 1
    if place < len(cars):
        # It has passed: it arrives before those it passed and after the one it did not.
        due = min(due, cars[place].arrival - SIDE_BY_SIDE)
        if place and due <= cars[place - 1].arrival:
            due = (cars[place - 1].arrival + cars[place].arrival) // 2
    return max(due, least)


def gets_by(run: Running, car: Car, ahead: Car, gain_s: float) -> bool:
    """Whether a car gets by another between two loops, with so much to gain there."""
    racing = run.scenario.racing
    if ahead.laps != car.laps:
        chance = racing.pass_lapped if ahead.laps < car.laps else racing.pass_always + gain_s
    else:
        chance = racing.pass_always + racing.pass_per_s * gain_s
    if run.leader_laps < run.cold_until + racing.restart_laps:
        chance *= racing.pass_restart
    return run.chance.racing.random() < chance


def arrival_in_line(run: Running, sector: int, at: int, took_s: float) -> int:
    """When a car arrives where nobody may pass: in its own time, or behind the car ahead."""
    cars = run.stretches[sector]
    due = at + us(took_s)
    if cars:
        due = max(due, cars[-1].arrival + us(run.scenario.racing.closest_s))
    return due
