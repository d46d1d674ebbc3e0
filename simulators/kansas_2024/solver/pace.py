"""How long a lap ought to take: fresh tyres and worn, cautions, stops and trouble."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from simulators.kansas_2024.cars import PACE, Pace
from simulators.kansas_2024.pit_stops import PIT_STOPS
from simulators.kansas_2024.race import CAUTIONS

# Tyres and fuel together: each lap of a run is this much slower than the one before.
FALL_OFF_MS = 30
# A green run is about this many laps old when the car is at its median pace.
MEDIAN_AGE = 14
# No car does the same lap twice: what is left over has this deviation, and some memory.
NOISE_MS, MEMORY = 110, 0.25

OPENING_LAP_MS = 32_400
FIRST_YELLOW_LAP_MS = 65_000
YELLOW_LAP_MS = 98_000
RESTART_LAP_MS = 84_000
GREEN_IN_LAP_MS = 12_000
GREEN_OUT_LAP_MS = 26_500

GREEN = ((250.0, 1.0), (600.0, 3.0), (400.0, 12.0), (float("inf"), 150.0))
STOPPING = ((4_000.0, 0.1), (float("inf"), 1.0))
YELLOW = ((10_000.0, 0.02), (12_000.0, 0.2), (10_000.0, 0.6), (float("inf"), 20.0))


# Car 23 last stopped on lap 195 and was 14th on lap 241, but a lap down by lap 259: it must have
# been saving fuel, as many were.
SAVING, SAVING_LAPS, SAVING_MS = "23", range(242, 260), 1_200


@dataclass(frozen=True, slots=True)
class Expected:
    """A lap time in milliseconds, and how much it costs to depart from it."""

    lap_ms: int
    tiers: tuple[tuple[float, float], ...]


@cache
def yellow_laps() -> dict[int, int]:
    """Laps of the leader that are slow, and how long they take."""
    slow = {}
    for caution in CAUTIONS:
        for lap in range(caution.after_lap + 1, caution.last_lap + 1):
            slow[lap] = YELLOW_LAP_MS
        slow[caution.after_lap + 1] = FIRST_YELLOW_LAP_MS
        slow[caution.last_lap + 1] = RESTART_LAP_MS
    return slow


def worn_lap_ms(pace: Pace, age: int) -> int:
    """A green lap on tyres of that age: quick at first, then slower by a little each lap."""
    if age >= MEDIAN_AGE:
        return round(pace.green_median * 1000) + FALL_OFF_MS * (min(age, 45) - MEDIAN_AGE)
    newer = (MEDIAN_AGE - age) / (MEDIAN_AGE - 1)
    return round(
        1000 * (pace.green_median - (pace.green_median - pace.fast_20) * math.pow(newer, 1.4))
    )


def expected(car: str, field_laps: Sequence[int]) -> dict[int, Expected]:
    """What each lap of a car ought to take, given the lap the leader was on when it began."""
    pace = PACE[car]
    slow = yellow_laps()
    stops = {stop.laps_completed + 1 for stop in PIT_STOPS[car]}
    laps: dict[int, Expected] = {}
    age, noise = 1, 0.0
    chance = random.Random(f"kansas 2024, car {car}")
    for lap, field_lap in enumerate(field_laps, 1):
        noise = MEMORY * noise + chance.gauss(0, NOISE_MS * math.sqrt(1 - MEMORY**2))
        fresh = worn_lap_ms(pace, age) + round(noise)
        if car == SAVING and lap in SAVING_LAPS:
            fresh += SAVING_MS
        if lap == 1:
            laps[lap] = Expected(OPENING_LAP_MS, GREEN)
        elif field_lap in slow:
            laps[lap] = Expected(slow[field_lap], YELLOW)
        elif lap in stops:
            laps[lap] = Expected(fresh + GREEN_IN_LAP_MS, STOPPING)
        elif lap - 1 in stops:
            laps[lap] = Expected(fresh + GREEN_OUT_LAP_MS, STOPPING)
        else:
            laps[lap] = Expected(fresh, GREEN)
        age = 1 if lap in stops else age + (field_lap not in slow)
    return laps
