"""Whether a race can be run at all as it was described; each fault in one sentence."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from math import inf, isfinite

from simulators.model.field import MOST_CARS
from simulators.model.parameters import Scenario

MOST_LAPS = 10_000
LONGEST_S = 48 * 3600.0
MOST_LOOPS = 20


def faults(scenario: Scenario) -> Iterator[str]:
    """What is wrong with a scenario, named as in its file; nothing where nothing is."""
    yield from negative(scenario, "")
    track, distance, entries = scenario.track, scenario.distance, scenario.entries
    if track.lap_s < 5:
        yield "track.lap_s: no lap is believed that takes less than 5 s"
    elif track.length_m / track.lap_s > 110:
        yield "track.length_m: over that length in track.lap_s a car would do 400 km/h on average"
    places = (0.0, *track.loops, 1.0)
    if len(track.loops) > MOST_LOOPS or any(one >= two for one, two in pairwise(places)):
        yield f"track.loops: at most {MOST_LOOPS} shares of a lap, rising, between 0 and 1"
    elif not places[-2] < track.pit_in < 1:
        yield "track.pit_in: between the last loop and 1"
    elif not 0 < track.pit_out < places[1]:
        yield "track.pit_out: between 0 and the first loop"
    if not 0 <= track.line_on_pit_road <= 1:
        yield "track.line_on_pit_road: a share between 0 and 1"
    if (distance.laps is None) == (distance.duration_s is None):
        yield "distance: either laps or duration_s"
    if distance.laps is not None and not 1 <= distance.laps <= MOST_LAPS:
        yield f"distance.laps: 1 to {MOST_LAPS}"
    if distance.duration_s is not None and not 60 <= distance.duration_s <= LONGEST_S:
        yield "distance.duration_s: a minute to two days"
    if distance.overtime and distance.laps is None:
        yield "distance.overtime: a race to time has none"
    ends = (0, *distance.stages, distance.laps or 0)
    if distance.stages and any(one >= two for one, two in pairwise(ends)):
        yield "distance.stages: laps that rise, all before the last"
    if not 1 <= entries.cars <= MOST_CARS:
        yield f"entries.cars: 1 to {MOST_CARS}"
    if not 1 <= entries.drivers <= 6:
        yield "entries.drivers: 1 to 6 for a car"
    if entries.classes and not sum(one.cars for one in entries.classes):
        yield "entries.classes: at least one car"
    if scenario.cautions.catch_up_s > scenario.cautions.green_lap_s:
        yield "cautions.catch_up_s: quicker than the pace car, or nobody ever catches up"
    if scenario.pits.tank_laps < 3:
        yield "pits.tank_laps: 3 or more"
    if scenario.entries.skill_shape <= 0:
        yield "entries.skill_shape: more than 0"


MAY_BE_NEGATIVE = frozenset({"two_tyres_s", "draft_s"})

SHARES = frozenset(
    {
        "noise_kept", "pass_always", "pass_lapped", "bad", "saved_by_caution", "two_tyres",
        "speeding", "driver_change", "off_sequence", "stay_out", "anyway", "lapped", "hazard",
        "late_from", "first_lap", "accident", "several", "slow_zone", "first_out", "other_out",
        "spin_out", "mechanical", "damage",
    }
)  # fmt: skip
"""Parameters that are chances, or parts of a whole."""


SPANS = frozenset(
    {
        "stationary_s", "bad_s", "repair_s", "lost_s", "damage_s", "pace_lap_s", "accident_laps",
        "spin_laps", "stage_laps",
    }
)  # fmt: skip
"""Parameters of which any value between two is drawn."""


def negative(part: object, path: str) -> Iterator[str]:
    """Numbers below zero, chances above one, and spans that end before they begin."""
    assert is_dataclass(part)
    for one in fields(part):
        value = getattr(part, one.name)
        name = f"{path}{one.name}"
        if is_dataclass(value):
            yield from negative(value, f"{name}.")
        elif isinstance(value, int | float):
            if not isfinite(value) or (value < 0 and one.name not in MAY_BE_NEGATIVE):
                yield f"{name}: a number, not below 0"
            elif value > 1 and one.name in SHARES:
                yield f"{name}: a share, at most 1"
        elif one.name in SPANS and not 0 <= value[0] <= value[1] < inf:
            yield f"{name}: from the least to the most, not below 0"
