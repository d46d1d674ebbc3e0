"""A stop: how long it takes, and what it mends."""

from simulators.model.car import Car
from simulators.model.chance import between
from simulators.model.running import Running


def stationary_s(run: Running, car: Car) -> float:
    """How long the car stands, and the car as it leaves: tyres, fuel, damage, driver."""
    pits = run.scenario.pits
    draw = run.chance.pits
    if car.through:
        return 0.0
    stood = max(0.0, between(draw, pits.stationary_s) + draw.gauss(0.0, pits.noise_s))
    if draw.random() < pits.bad:
        stood += between(draw, pits.bad_s)
    two = run.phase == "caution" and draw.random() < pits.two_tyres
    if two:
        stood = max(1.0, stood + pits.two_tyres_s)
    stood += car.mend_s
    car.tyres_slower_s = pits.two_tyres_slower_s if two else 0.0
    car.tyres, car.fuel, car.mend_s = 0, float(pits.tank_laps), 0.0
    return stood


def changes_driver(run: Running, car: Car) -> bool:
    """Whether another driver gets in."""
    return (
        len(car.drivers) > 1
        and not car.through
        and run.chance.pits.random() < run.scenario.pits.driver_change
    )


def was_speeding(run: Running) -> bool:
    """Whether the car was too fast on pit road."""
    return run.chance.pits.random() < run.scenario.pits.speeding
