"""Passes under green, counted at the line: fewer than by loops, because cars pass and are repassed.

Two cars are compared on a lap when both ran it, and the lap before it ended, under green and
without pit road. Each pair that changed places is a pass for one and a lost place for the other.
"""

from tracker.racing.race import Race
from tracker.racing.stats.green_laps import GreenLaps
from tracker.racing.stats.places import Places
from tracker.racing.stats.provenance import CarStat
from tracker.racing.vocabulary import EntryId

QUALITY = 15
"""A pass of a car in the top so many is a quality pass."""


def passing_statistics(race: Race, green: GreenLaps, ran: Places) -> dict[str, CarStat]:
    """Passes, places lost, the difference, and passes of cars in the top fifteen."""
    laps = ran.laps
    clean = {entry: set(found.numbers) for entry, found in green.by_car.items()}
    passes = dict.fromkeys(ran.by_car, 0)
    lost = dict.fromkeys(ran.by_car, 0)
    quality = dict.fromkeys(ran.by_car, 0)
    counted = dict.fromkeys(ran.by_car, 0)
    for lap in range(2, min(laps, len(race.lap_orders) - 1) + 1):
        now = [e for e in race.lap_orders[lap] if lap in clean.get(e, ())]
        before = [ran.by_car[entry][lap - 2] for entry in now]
        for place, entry in enumerate(now):
            counted[entry] += 1
            was = before[place]
            for other in range(place + 1, len(now)):
                if before[other] < was:
                    passes[entry] += 1
                    lost[now[other]] += 1
                    if before[other] <= QUALITY:
                        quality[entry] += 1
    scope = "laps under green without pit road, at the start/finish line only"

    def stat(values: dict[EntryId, int], more: str = "") -> CarStat:
        return CarStat(
            scope + more,
            ran.method,
            (1, laps),
            {entry: (value, counted[entry]) for entry, value in values.items()},
        )

    if not laps:
        return {}
    return {
        "green_flag_passes": stat(passes),
        "green_flag_times_passed": stat(lost),
        "pass_differential": stat({entry: passes[entry] - lost[entry] for entry in passes}),
        "quality_passes": stat(quality, "; of cars in the top 15"),
    }
