"""What a race looks like: lap times to be expected, cars bunched up behind the pace car."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from simulators.kansas_2024.cars import FINISH
from simulators.kansas_2024.incidents import INCIDENTS
from simulators.kansas_2024.pit_stops import PIT_STOPS
from simulators.kansas_2024.race import CAUTIONS, LAPS_RUN, LEADER_OF_LAP
from simulators.kansas_2024.solver.demands import Crossings
from simulators.kansas_2024.solver.pace import expected, yellow_laps
from simulators.kansas_2024.solver.program import Program
from simulators.kansas_2024.solver.review import Times, order_at

# Start/finish is some way down pit road from where it is entered.
TO_LINE_MS = 9_000
TO_LINE = ((3_000.0, 0.2), (float("inf"), 1.5))

# Behind the pace car each car adds this to the length of the field.
BUNCHED_MS = 320
BUNCHED_COST = 0.6
# It takes two laps to get there.
BUNCHING_COST = 0.05

# Under green two cars would rather not be closer than this, but they often are.
ROOM_MS, ROOM_COST = 260, 0.2
BUNCHED_ROOM_MS, BUNCHED_ROOM_COST = 150, 0.5

# Lead-lap cars that follow each other under green would not leave holes longer than these.
HOLES = ((1_500, 0.04), (4_000, 0.15))

# How far apart cars in the same incident had crossed the line.
COMPANY_MS = 2_000

# A stop this long is a repair, after which it takes another lap to catch the field.
REPAIR_MS = 60_000


def wish_lap_times(program: Program, at: Crossings, before: Times | None) -> None:
    """Each lap takes about as long as it ought to."""
    for car in FINISH:
        for lap, lap_time in expected(car, field_laps(car, before)).items():
            program.near(at[car, lap], at[car, lap - 1], lap_time.lap_ms, lap_time.tiers)
        for stop in PIT_STOPS[car]:
            if (car, stop.laps_completed + 1) in at:
                entered = program.variable(stop.entered_ms, stop.entered_ms)
                program.near(at[car, stop.laps_completed + 1], entered, TO_LINE_MS, TO_LINE)


def field_laps(car: str, before: Times | None) -> list[int]:
    """For each lap of a car, the lap that the leader was on when the car began it."""
    laps = range(1, FINISH[car].laps + 1)
    if before is None:
        return list(laps)
    led = [before[leader, lap] for lap, leader in LEADER_OF_LAP.items()]
    return [max(lap, 1 + bisect_right(led, before[car, lap - 1])) for lap in laps]


def wish_company(program: Program, at: Crossings) -> None:
    """Cars that meet in an incident had crossed the line at about the same time."""
    for incident in INCIDENTS:
        first, *others = incident.parts
        for other in others:
            for one, two in ((first, other), (other, first)):
                program.within(at[one.car, one.laps], at[two.car, two.laps], COMPANY_MS, 2.0)


def wish_orders(
    program: Program, at: Crossings, orders: Mapping[int, Sequence[str]], cost: Mapping[int, float]
) -> None:
    """The cars complete each lap in an order, as far as that is possible."""
    slow = yellow_laps()
    for lap, order in orders.items():
        ran = [car for car in order if FINISH[car].laps >= lap]
        if lap == LAPS_RUN:
            continue
        for ahead, behind in pairwise(ran):
            program.later(at[behind, lap], at[ahead, lap], 30, cost[lap])
            room, price = (
                (BUNCHED_ROOM_MS, BUNCHED_ROOM_COST) if lap in slow else (ROOM_MS, ROOM_COST)
            )
            program.later(at[behind, lap], at[ahead, lap], room, price)


def wish_bunches(program: Program, at: Crossings, before: Times) -> None:
    """Under caution the field closes up, given an earlier idea of who is laps down."""
    leader_times = [before[LEADER_OF_LAP[lap], lap] for lap in range(1, LAPS_RUN + 1)]
    for caution in CAUTIONS:
        for lap in range(caution.after_lap + 2, caution.last_lap + 2):
            leader = at[LEADER_OF_LAP[lap], lap]
            train = in_train(before, leader_times, lap)
            cost = BUNCHED_COST if lap > caution.after_lap + 2 else BUNCHING_COST
            for place, (car, laps) in enumerate(train, 1):
                if not stopping(car, laps):
                    program.within(at[car, laps], leader, place * BUNCHED_MS, cost)


def wish_no_holes(program: Program, at: Crossings, before: Times) -> None:
    """Under green the lead lap is not torn to pieces, given an earlier idea of the order."""
    slow = yellow_laps()
    for lap in range(2, LAPS_RUN):
        if lap in slow:
            continue
        end = before[LEADER_OF_LAP[lap + 1], lap + 1]
        together = [
            car
            for car in order_at(before, lap)
            if FINISH[car].laps >= lap and before[car, lap] < end
        ]
        for ahead, behind in pairwise(together):
            for hole, cost in HOLES:
                program.within(at[behind, lap], at[ahead, lap], hole, cost)


def in_train(before: Times, leader_times: Sequence[float], lap: int) -> list[tuple[str, int]]:
    """The cars behind the leader on a lap of its, each with the laps it then completes."""
    start = leader_times[lap - 1]
    end = leader_times[lap] if lap < LAPS_RUN else float("inf")
    passing = []
    for car, finish in FINISH.items():
        for laps in range(max(1, lap - 8), min(lap, finish.laps) + 1):
            if start < before[car, laps] < end:
                passing.append((before[car, laps], car, laps))
    return [(car, laps) for _, car, laps in sorted(passing)]


def stopping(car: str, lap: int) -> bool:
    """Whether a car is on the lap of a stop, or catching the field after it."""
    for stop in PIT_STOPS[car]:
        catching = 2 if stop.left_ms - stop.entered_ms > REPAIR_MS else 1
        if 0 <= lap - (stop.laps_completed + 1) <= catching:
            return True
    return False
