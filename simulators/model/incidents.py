"""Incidents: when, around whom, who else is in it, and what it leaves of them."""

from dataclasses import dataclass

from simulators.model.car import Car
from simulators.model.chance import between
from simulators.model.running import Running

PLACES = ("Turn 1", "Turn 2", "Backstretch", "Turn 3", "Turn 4", "Frontstretch")


@dataclass(frozen=True, slots=True)
class Part:
    """What an incident did to a car."""

    car: Car
    out: bool
    lost_s: float
    damage_s: float
    mend_s: float


def hazard(run: Running) -> float:
    """The chance of an incident on the lap that the leader has just begun, under green."""
    cautions = run.scenario.cautions
    if run.leader_laps == 0 and cautions.first_lap:
        return cautions.first_lap
    chance = cautions.hazard
    if run.leader_laps < run.green_since + cautions.after_restart_laps:
        chance *= cautions.after_restart
    if distance_run(run) >= cautions.late_from:
        chance *= cautions.late
    return min(1.0, chance)


def distance_run(run: Running) -> float:
    """The share of the distance that the leader has behind it."""
    distance = run.scenario.distance
    if distance.laps is not None:
        return run.leader_laps / distance.laps
    assert distance.duration_s is not None
    return (run.leader.at if run.leader else 0) / 1e6 / distance.duration_s


def incident(run: Running) -> tuple[bool, list[Part]]:
    """Whether it was an accident, and the cars in it; none where nobody is left on the track."""
    cautions, attrition = run.scenario.cautions, run.scenario.attrition
    draw = run.chance.trouble
    racing = [car for car in run.on_track() if car.sector is not None]
    if not racing:
        return False, []
    accident = draw.random() < cautions.accident
    sector = draw.choice([number for number, cars in enumerate(run.stretches) if cars])
    close = run.stretches[sector]
    first = draw.randrange(len(close))
    others = draw.randint(1, 3) if draw.random() < cautions.several else 0
    involved = close[first : first + 1 + others]
    parts = []
    for number, car in enumerate(involved):
        chance = attrition.spin_out
        if accident:
            chance = attrition.other_out if number else attrition.first_out
        out = draw.random() < chance
        hurt = draw.random() < attrition.damage
        parts.append(
            Part(
                car,
                out,
                between(draw, attrition.lost_s) * (0.4 if number else 1.0),
                between(draw, attrition.damage_s) if hurt else 0.0,
                between(draw, run.scenario.pits.repair_s) if hurt else 0.0,
            )
        )
    return accident, parts


def place_of(run: Running) -> str:
    """Where it happened, in words."""
    return run.chance.trouble.choice(PLACES)


def breaks(run: Running) -> bool:
    """Whether a car's machinery gives up on the lap it begins."""
    return run.chance.trouble.random() < run.scenario.attrition.mechanical
