"""Solve the race anew: `python -m simulators.kansas_2024.solve` writes crossings.json.

The facts fix some crossings and bound the others. A linear program finds times within those
bounds for laps that last about as long as they ought to. The orders that come out are then
changed, as little as will do, until each car's positions are as published, and the program is
solved again with those orders wished for; and so on, a few times; the closest
wins. Nothing is left to chance, so everyone gets the same race. Needs scipy; takes a few minutes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from simulators.kansas_2024.cars import FINISH
from simulators.kansas_2024.crossings import SOLVED, Crossings, as_json
from simulators.kansas_2024.race import CLOSING_LAP, HALF_DISTANCE, LAPS_RUN
from simulators.kansas_2024.solver import demands
from simulators.kansas_2024.solver.manners import (
    wish_bunches,
    wish_company,
    wish_lap_times,
    wish_no_holes,
    wish_orders,
)
from simulators.kansas_2024.solver.program import Program
from simulators.kansas_2024.solver.review import Times, order_at, positions, review
from simulators.kansas_2024.solver.targets import Wishes, told_orders

ROUNDS = 7

# What a millisecond costs by which a car misses its place; more on laps picked for an extreme.
ORDER_COST, EXTREME_COST = 3.0, 40.0


def solve() -> Crossings:
    """Crossings that no fact contradicts, in whole milliseconds."""
    times = solved(*begun(None))
    tries: list[tuple[float, Times]] = []
    for _ in range(ROUNDS):
        program, at = begun(times)
        wish_bunches(program, at, times)
        wish_no_holes(program, at, times)
        wishes = Wishes(times)
        orders = wishes.orders()
        extremes = {lap for _, lap in wishes.pinned}
        costs = {lap: EXTREME_COST if lap in extremes else ORDER_COST for lap in orders}
        wish_orders(program, at, orders, costs)
        times = solved(program, at)
        reached = review(positions(times))
        tries.append((reached.distance, times))
        tell(str(reached))
    closest = min(tries, key=lambda one: one[0])[1]
    return in_milliseconds(settled(closest))


def begun(before: Times | None) -> tuple[Program, demands.Crossings]:
    """A program with all the facts, and lap times as they ought to be.

    An earlier idea of the times tells which laps of a lapped car were slow.
    """
    program = Program()
    at = demands.crossings(program)
    demands.demand_facts(program, at)
    for lap in (HALF_DISTANCE, CLOSING_LAP):
        order = [car for car in told_orders()[lap] if FINISH[car].laps >= lap]
        demands.demand_order(program, at, lap, order)
    wish_lap_times(program, at, before)
    wish_company(program, at)
    return program, at


def settled(times: Times) -> Times:
    """The same orders, now demanded, so that no two cars share a moment."""
    program, at = begun(times)
    wish_bunches(program, at, times)
    wish_no_holes(program, at, times)
    for lap in range(1, LAPS_RUN):
        order = [car for car in order_at(times, lap) if FINISH[car].laps >= lap]
        demands.demand_order(program, at, lap, order)
        wish_orders(program, at, {lap: order}, {lap: ORDER_COST})
    return solved(program, at)


def solved(program: Program, at: demands.Crossings) -> Times:
    """Solve a program and say how long it took."""
    began = time.perf_counter()
    values = program.solve()
    tell(f"{len(program.cost)} variables solved in {time.perf_counter() - began:.1f} s")
    return {crossing: values[variable] for crossing, variable in at.items()}


def in_milliseconds(times: Times) -> Crossings:
    """Whole milliseconds. All bounds are, so the solver's corner of them is too."""
    whole = {crossing: round(moment) for crossing, moment in times.items()}
    worst = max(abs(whole[crossing] - moment) for crossing, moment in times.items())
    assert worst < 1e-3, f"a crossing is {worst} ms from a whole millisecond"
    assert not contradicted(whole)
    return whole


def contradicted(at: Crossings) -> int:
    """How many of the facts some crossings contradict."""
    program = Program()
    variables = demands.crossings(program)
    demands.demand_facts(program, variables)
    return program.broken([at[crossing] for crossing in variables])


def tell(text: str) -> None:
    """Say how it goes."""
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    race = solve()
    tell(str(review(positions(race))))
    Path(__file__).with_name(SOLVED).write_text(as_json(race), encoding="utf-8")
