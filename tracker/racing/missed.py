"""Crossings that were missed: noticed, shown to officials, and never made up.

A scorer confirms one with a correction that inserts it.
"""

from tracker.racing.car import Car
from tracker.racing.overdue import usual_lap
from tracker.racing.race import Race
from tracker.racing.vocabulary import RaceTime

FEWEST_LAPS = 3
"""Green laps of its own that a car must have run before one of them can look too long."""


def seems_missed(race: Race, car: Car, lap_time: RaceTime, at: RaceTime) -> bool:
    """Whether a green lap away from pit road took more than 1.6 times the car's usual one.

    A car with a part in an incident on that lap had a reason to be slow.
    """
    usual = usual_lap(car)
    if usual is None or len(car.green_laps) < FEWEST_LAPS or lap_time * 5 <= usual * 8:
        return False
    return not any(
        at - lap_time <= incident.at <= at
        and any(part.entry == car.entry for part in incident.involved)
        for incident in race.incidents.values()
    )


def notice_missed(race: Race, car: Car, at: RaceTime, what: str) -> None:
    """Say, once for each lap, that a crossing of the line was probably missed."""
    lap = len(car.crossings)
    if car.missed_on and car.missed_on >= lap - 1:
        return
    car.missed_on = lap
    race.notice("missed_crossing", at, car.entry, f"{what}: a crossing of the line was missed")
