"""What the crossings add up to: laps led, lead changes, cautions counted as officials count them.

Everything here is official: from the start/finish line only. All the others, and these with
their provenance, are in `stats.summary`.
"""

from itertools import pairwise

from tracker.racing.race import CautionPeriod, Race
from tracker.racing.vocabulary import EntryId


def laps_led(race: Race) -> dict[EntryId, int]:
    """Laps each car completed first; cars that led none are left out."""
    led: dict[EntryId, int] = {}
    for entry in race.leaders[1:]:
        led[entry] = led.get(entry, 0) + 1
    return led


def lead_changes(race: Race) -> int:
    """How often the lead changed hands at the line, lap 0 being led by the car on pole."""
    return sum(before != after for before, after in pairwise(race.leaders))


def leaders(race: Race) -> int:
    """How many cars have led, the pole car included."""
    return len(set(race.leaders))


def caution_laps(caution: CautionPeriod, laps_completed: int) -> int:
    """Laps run under a caution so far, first and last included."""
    last = caution.last_lap if caution.last_lap is not None else laps_completed
    return max(0, last - caution.first_lap + 1)
