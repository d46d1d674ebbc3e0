"""Simulated races for tests: short enough for many seeds, with everything that can happen."""

from dataclasses import replace

from simulators.model.parameters import Scenario
from simulators.model.presets import ENDURANCE, KANSAS, ROAD
from simulators.model.race import SimulatedRace
from simulators.model.truth import Truth
from tracker.feed.envelope import Report
from tracker.feed.recording import numbered
from tracker.racing.race import Race
from tracker.score import folded

OVAL = replace(
    KANSAS,
    distance=replace(KANSAS.distance, laps=70, stages=(20, 45)),
    entries=replace(KANSAS.entries, cars=24, skill_scale_s=0.9),
    pits=replace(KANSAS.pits, tank_laps=24, speeding=0.1),
    cautions=replace(KANSAS.cautions, hazard=0.03),
    attrition=replace(KANSAS.attrition, mechanical=2e-3),
    # Race control keeps it to itself, so that the tracker has to work it out.
    told=replace(KANSAS.told, names_free_pass=False),
)
"""An oval in a hurry: stages, cautions, lapped cars, and overtime often enough."""

ROAD_RACE = replace(
    ROAD,
    distance=replace(ROAD.distance, laps=40),
    cautions=replace(ROAD.cautions, hazard=0.04),
    pits=replace(ROAD.pits, tank_laps=25),
)
"""A road course with safety cars, real ones and virtual ones."""

SIX_HOURS = replace(
    ENDURANCE,
    distance=replace(ENDURANCE.distance, duration_s=2 * 3600.0),
    entries=replace(ENDURANCE.entries, cars=20),
)
"""Endurance, the six hours cut to two."""


def run(scenario: Scenario, seed: int) -> tuple[list[Report], Truth]:
    """Everything told of a race, and what the simulator knows of it."""
    race = SimulatedRace(scenario, seed)
    return list(race.reports()), race.truth


def scored(reports: list[Report]) -> Race:
    """The race as the tracker scores it."""
    return folded(numbered(reports, "simulated"))
