"""Laps given back under caution: the free pass to one car, the wave-around to others.

Neither needs scoring: the car drives past the pace car and crosses the line once more.
"""

from typing import NamedTuple

from tracker.racing.race import CautionPeriod, Race
from tracker.racing.vocabulary import EntryId

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
    it, nor one serving penalty laps. What race control says comes before what is worked out here.
    """
    if caution.beneficiary is not None:
        return Beneficiary(caution.beneficiary, computed=False)
    if not race.rulebook.free_pass:
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

    Information only, and complete once the leader has crossed the line after the restart.
    """
    passed = beneficiary(race, caution)
    before = caution.frozen.laps_down
    until = caution.closed_at
    return [
        entry
        for entry in caution.frozen.order
        if before.get(entry, 0) > 0
        and (passed is None or entry != passed.entry)
        and (car := race.cars.get(entry)) is not None
        and car.laps_down < before[entry]
        and not any(
            stop.entered is not None
            and stop.entered > caution.opened_at
            and (until is None or stop.entered < until)
            for stop in car.pit_stops
        )
    ]
