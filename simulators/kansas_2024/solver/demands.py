"""What the facts demand of the crossing times: none of it can be traded away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from simulators.kansas_2024.cars import FINISH, PACE, STAGE_1, STAGE_2
from simulators.kansas_2024.entries import GRID
from simulators.kansas_2024.incidents import INCIDENTS
from simulators.kansas_2024.pit_stops import PIT_STOPS, Stop
from simulators.kansas_2024.race import (
    FIRST_SHOWN_WINNER,
    LAPS_RUN,
    LEADER_OF_LAP,
    PHOTO_MARGIN_MS,
    WINNER,
)
from simulators.kansas_2024.solver.lapped import LAPPED, beneficiaries, on_lead_lap, running
from simulators.kansas_2024.solver.program import Program

# Rows of the grid cross the line this far apart, and the outside car this far behind the inside.
ROW_MS = 150
OUTSIDE_MS = 40

# Two cars are never closer than this on a lap, but at the finish.
APART_MS = 3

# How soon after pit road is entered, or how soon before it is left, start/finish is crossed;
# and how long the rest of the lap takes at the very least.
ON_PIT_ROAD_MS = 2_000
TO_PIT_ENTRY_MS = 12_000
FROM_PIT_EXIT_MS = 15_000

# A car that brings out a yellow does so within this time of its last crossing, and the yellow
# within as much again; only then does the leader come round.
TO_CRASH_MS = 15_000

# The last caution came out for this spin.
SPUN, SPIN_LAP = "8", 261

Crossings = dict[tuple[str, int], int]


def opening_ms(car: str) -> int:
    """When a car crosses the line to open lap 1: a rolling start, two abreast."""
    row, outside = divmod(GRID.index(car), 2)
    return row * ROW_MS + outside * OUTSIDE_MS


def last_crossing_ms(car: str) -> int:
    """When a car completes its last lap, as timing first showed it."""
    at = FINISH[car].last_crossing_ms
    if car == WINNER:
        at = FINISH[FIRST_SHOWN_WINNER].last_crossing_ms + PHOTO_MARGIN_MS
    return at


def gives_a_lap(car: str, stop: Stop) -> bool:
    """Whether a car completes a lap on pit road; a car that has retired there does not."""
    return stop.laps_completed < FINISH[car].laps


def crossings(program: Program) -> Crossings:
    """A variable for each crossing of start/finish, those that are known fixed."""
    at: Crossings = {}
    for car, finish in FINISH.items():
        for lap in range(finish.laps + 1):
            at[car, lap] = program.variable(0.0)
        fix(program, at[car, 0], opening_ms(car))
        fix(program, at[car, finish.laps], last_crossing_ms(car))
    return at


def fix(program: Program, variable: int, value: int) -> None:
    """A variable whose value is known."""
    program.lower[variable] = program.upper[variable] = float(value)


def bound(program: Program, variable: int, lower: float = 0.0, upper: float = float("inf")) -> None:
    """A variable that lies between two known moments, besides what is asked of it already."""
    program.lower[variable] = max(program.lower[variable], lower)
    program.upper[variable] = min(program.upper[variable], upper)


def demand_facts(program: Program, at: Crossings) -> None:
    """All that is known for certain."""
    demand_lap_times(program, at)
    demand_leaders(program, at)
    demand_order(program, at, 80, STAGE_1)
    demand_order(program, at, 165, STAGE_2)
    demand_lapped_order(program, at)
    demand_stops(program, at)
    demand_lead_lap(program, at)
    demand_spin(program, at)
    demand_incidents(program, at)
    demand_finish(program, at)


def demand_lap_times(program: Program, at: Crossings) -> None:
    """The best lap is what it was, and when; no other lap is as quick."""
    for car, finish in FINISH.items():
        best = round(PACE[car].best_lap * 1000)
        for lap in range(1, finish.laps + 1):
            is_best = lap == PACE[car].best_lap_number
            program.row(
                [(at[car, lap], 1.0), (at[car, lap - 1], -1.0)],
                at_least=best if is_best else best + 1,
                at_most=best if is_best else float("inf"),
            )


def demand_leaders(program: Program, at: Crossings) -> None:
    """Each lap was led by whom the officials first scored."""
    for lap, leader in LEADER_OF_LAP.items():
        if lap == LAPS_RUN:
            continue
        for car in running(lap):
            if car != leader:
                program.later(at[car, lap], at[leader, lap], APART_MS)


def demand_order(
    program: Program, at: Crossings, lap: int, order: Sequence[str], apart: float = APART_MS
) -> None:
    """The cars completed a lap in this order."""
    for ahead, behind in pairwise(order):
        program.later(at[behind, lap], at[ahead, lap], apart)


def demand_lapped_order(program: Program, at: Crossings) -> None:
    """At a stage's end the lapped cars took the flag in the order of the stage."""
    for stage_end, one_down, two_down in ((80, 5, 0), (165, 7, 2)):
        lapped = LAPPED[stage_end]
        for down, cars in ((1, lapped[:one_down]), (2, lapped[one_down : one_down + two_down])):
            demand_order(program, at, stage_end - down, cars)
            for car in cars:
                leader = LEADER_OF_LAP[stage_end], stage_end
                after = LEADER_OF_LAP[stage_end + 1], stage_end + 1
                program.later(at[car, stage_end - down], at[leader], APART_MS)
                program.later(at[after], at[car, stage_end - down], APART_MS)


def demand_stops(program: Program, at: Crossings) -> None:
    """Pit road is entered and left when it was, with the laps it was entered with."""
    for car, stops in PIT_STOPS.items():
        for stop in stops:
            laps, leader = stop.laps_completed, stop.leader_laps
            bound(program, at[car, laps], upper=stop.entered_ms - TO_PIT_ENTRY_MS)
            if gives_a_lap(car, stop):
                bound(
                    program,
                    at[car, laps + 1],
                    stop.entered_ms + ON_PIT_ROAD_MS,
                    stop.left_ms - ON_PIT_ROAD_MS,
                )
            if laps + 2 <= FINISH[car].laps:
                bound(program, at[car, laps + 2], stop.left_ms + FROM_PIT_EXIT_MS)
            bound(program, at[LEADER_OF_LAP[leader], leader], upper=stop.entered_ms)
            bound(program, at[LEADER_OF_LAP[leader + 1], leader + 1], stop.entered_ms + 1)


def demand_lead_lap(program: Program, at: Crossings) -> None:
    """Each free pass goes to the first car a lap down, and it gets that lap back."""
    for after_lap, lapped in LAPPED.items():
        # No one gets a lap back before the pits have been open.
        for lap in range(after_lap + 1, after_lap + 4):
            for car in lapped:
                program.later(at[car, lap - 1], at[LEADER_OF_LAP[lap], lap], APART_MS)
        for lap in (after_lap - 1, after_lap):
            leader, next_time = LEADER_OF_LAP[lap], LEADER_OF_LAP[lap + 1]
            for car in on_lead_lap(after_lap):
                program.later(at[next_time, lap + 1], at[car, lap], APART_MS)
            for car in lapped:
                program.later(at[car, lap - 1], at[leader, lap], APART_MS)
        for car in on_lead_lap(after_lap):
            program.later(at[lapped[0], after_lap], at[car, after_lap], APART_MS)
    for after_lap, beneficiary in beneficiaries().items():
        for other in LAPPED[after_lap][1:]:
            for lap in range(after_lap - 2, after_lap + 1):
                program.later(at[other, lap], at[beneficiary, lap], APART_MS)
    for after_lap, lap in ((80, 89), (165, 174), (175, 183), (184, 191), (197, 206), (260, 267)):
        car, leader = beneficiaries()[after_lap], LEADER_OF_LAP[lap + 1]
        program.later(at[leader, lap + 1], at[car, lap], APART_MS)


def demand_spin(program: Program, at: Crossings) -> None:
    """Car 8 spins under the last caution, and comes round as the last car on the lead lap."""
    for car in running(SPIN_LAP):
        if car in LAPPED[SPIN_LAP - 1]:
            program.later(at[car, SPIN_LAP], at[SPUN, SPIN_LAP], APART_MS)
        elif car != SPUN:
            program.later(at[SPUN, SPIN_LAP], at[car, SPIN_LAP], APART_MS)


def demand_incidents(program: Program, at: Crossings) -> None:
    """The leader crosses the line before the car that brings out the yellow, and not by much."""
    for incident in INCIDENTS:
        first, lap = incident.parts[0], incident.after_lap
        crossed, leader = at[first.car, first.laps], at[LEADER_OF_LAP[lap], lap]
        if first.car != LEADER_OF_LAP[lap]:
            program.later(crossed, leader, APART_MS)
        program.later(at[LEADER_OF_LAP[lap + 1], lap + 1], crossed, TO_CRASH_MS + TO_CRASH_MS)


def demand_finish(program: Program, at: Crossings) -> None:
    """Each car finishes at its first crossing after the winner's."""
    winner_at = FINISH[WINNER].last_crossing_ms
    for car, finish in FINISH.items():
        if finish.last_crossing_ms > winner_at - APART_MS:
            bound(program, at[car, finish.laps - 1], upper=winner_at - APART_MS)
