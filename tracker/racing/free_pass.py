"""Laps given back under caution: the free pass to one car, the wave-around to others.

Neither needs scoring: the car drives past the pace car and crosses the line once more.
"""

from bisect import bisect_right
from typing import NamedTuple

from tracker.racing.car import Car
from tracker.racing.race import CautionPeriod, Race
from tracker.racing.vocabulary import EntryId, RaceTime

CAUSES = frozenset({"instigator", "self", "cause_unknown"})
"""Parts in an incident that may have brought out the caution."""

SERVED_ON_TRACK = frozenset({"laps", "drive_through", "stop_go"})


class Beneficiary(NamedTuple):
    """The car that gets the free pass, and whether that was worked out here."""

    entry: EntryId
    computed: bool


def beneficiary(race: Race, caution: CautionPeriod) -> Beneficiary | None:
    """The car that gets its lap back at this caution; None where no car does.

    Rulebook: the first car not on the lead lap when the caution comes out; not one that caused
    it, nor one serving penalty laps. What race control says comes before what is worked out here;
    and where it names the car at other cautions of the race, naming none says that there was none.
    """
    if caution.beneficiary is not None:
        return Beneficiary(caution.beneficiary, computed=False)
    if not race.rulebook.free_pass or any(other.beneficiary for other in race.cautions):
        return None
    causes = {
        part.entry
        for incident in race.incidents.values()
        if incident.caution == caution.number and incident.phase != "cleared"
        for part in incident.involved
        if part.role in CAUSES
    }
    serving = {
        penalty.entry
        for penalty in race.penalties.values()
        if penalty.status == "applied"
        and penalty.kind in SERVED_ON_TRACK
        and penalty.at <= caution.opened_at
    }
    for entry in caution.frozen.order:
        car = race.cars.get(entry)
        if (
            caution.frozen.laps_down.get(entry, 0) > 0
            and car is not None
            and (car.retired is None or car.retired.at > caution.opened_at)
            and entry not in causes
            and entry not in serving
        ):
            return Beneficiary(entry, computed=True)
    return None


def waved_around(race: Race, caution: CautionPeriod) -> list[EntryId]:
    """Cars that got a lap back without the free pass, by staying out while the leaders stopped.

    Information only, and complete once they have all crossed the line after the restart.
    """
    until = caution.closed_at
    if until is None:
        return []
    passed = beneficiary(race, caution)
    before = caution.frozen.laps_down
    return [
        entry
        for entry in caution.frozen.order
        if before.get(entry, 0) > 0
        and (passed is None or entry != passed.entry)
        and (car := race.cars.get(entry)) is not None
        and (after := laps_down_after(race, car, until)) is not None
        and after < before[entry]
        and not any(
            stop.entered is not None and stop.entered > caution.opened_at and stop.entered < until
            for stop in car.pit_stops
        )
    ]


def laps_down_after(race: Race, car: Car, at: RaceTime) -> int | None:
    """Laps down at the car's first crossing of the line after a moment; None if it made none."""
    lap = bisect_right(car.crossings, at)
    if lap >= len(car.crossings):
        return None
    return bisect_right(race.leader_crossings, car.crossings[lap]) - 1 - lap
