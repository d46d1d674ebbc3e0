"""What a lap takes a car that is alone: itself, its tyres, its driver, its day, and chance."""

import math

from simulators.model.car import Car
from simulators.model.running import Running

FLOOR = 0.94
"""Of the best lap that the best car is capable of: nobody and nothing is faster than that."""


def begin_lap(run: Running, car: Car) -> None:
    """Draw what this lap takes."""
    pace = run.scenario.pace
    kept = pace.noise_kept
    draw = run.chance.pace
    car.noise_s = kept * car.noise_s + draw.gauss(0.0, pace.noise_s * math.sqrt(1 - kept * kept))
    car.lap_s = (
        run.scenario.track.lap_s
        + car.slower_s
        + car.driver_slower_s[car.driver]
        + car.drop_s * car.tyres
        + car.tyres_slower_s
        + car.damage_s
        + car.noise_s
    )
    if run.leader is car:
        car.lap_s -= pace.clean_air_s


def alone_s(run: Running, car: Car, sector: int) -> float:
    """What the way from a loop to the next takes, with nobody in the way, under green."""
    pace = run.scenario.pace
    share = run.shares[sector]
    lap_s = car.lap_s
    if run.leader_laps < run.cold_until:
        lap_s += pace.restart_s if run.leader_laps else pace.start_s
    took = share * lap_s + run.chance.pace.gauss(0.0, pace.sector_noise_s)
    return max(took, floor_s(run, sector))


def floor_s(run: Running, sector: int) -> float:
    """The least that the way from a loop to the next can take."""
    return FLOOR * run.shares[sector] * run.scenario.track.lap_s
