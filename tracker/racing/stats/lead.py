"""The lead: who had it, how often it changed hands, and why.

Counted at the start/finish line, lap 0 being led by the car on pole: a lead lost and regained
between two crossings is not a change.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from tracker.racing.race import Race
from tracker.racing.vocabulary import EntryId, Flag

CAUSES = (
    "on_track",
    "restart",
    "opening_lap",
    "pit_cycle",
    "pit_road_under_yellow",
    "under_yellow",
    "penalty",
    "retirement",
)
"""Why the lead changes hands at the line; the first of the tests in `cause` that holds."""

OPENING_LAPS = 2
"""A change within so many laps of the start or of a restart belongs to it."""


@dataclass(frozen=True, slots=True)
class LeadChange:
    """The lead changed hands."""

    lap: int
    before: EntryId
    leader: EntryId
    cause: str


def times_led(race: Race) -> dict[EntryId, int]:
    """How often each car took the lead, having it from the pole included."""
    return dict(Counter(entry for entry, _ in groupby(race.leaders)))


def changes_of_lead(race: Race) -> Iterator[LeadChange]:
    """Every change of the lead, with what mainly caused it."""
    greens = laps_of_green(race)
    under = {
        lap
        for caution in race.cautions
        for lap in range(caution.first_lap, (caution.last_lap or race.laps_completed) + 1)
    }
    inherited = False
    for lap in range(1, len(race.leaders)):
        before, leader = race.leaders[lap - 1], race.leaders[lap]
        if before != leader:
            why = cause(race, lap, before, greens, under)
            cycle = inherited and why == "on_track" and ends_cycle(race, lap, greens)
            inherited = why == "pit_cycle"
            yield LeadChange(lap, before, leader, "pit_cycle" if cycle else why)


def ends_cycle(race: Race, lap: int, greens: list[int]) -> bool:
    """Whether a car that has stopped since the last green takes the lead from one that has not."""
    began = greens[max(0, bisect_right(greens, lap - 1) - 1)] if greens else 0
    since, until = race.leader_crossings[began], race.leader_crossings[lap]

    def has_stopped(entry: EntryId) -> bool:
        car = race.cars.get(entry)
        return car is not None and any(
            stop.left is not None and since <= stop.left <= until for stop in car.pit_stops
        )

    return has_stopped(race.leaders[lap]) and not has_stopped(race.leaders[lap - 1])


def laps_of_green(race: Race) -> list[int]:
    """The laps that were begun with the green of the start, or of a restart."""
    found = []
    stopped = True
    for shown in race.flags_shown:
        if shown.flag is Flag.GREEN and stopped:
            found.append(max(0, bisect_right(race.leader_crossings, shown.at) - 1))
            stopped = False
        elif shown.flag in (Flag.RED, Flag.CAUTION, Flag.SAFETY_CAR, Flag.FULL_COURSE_YELLOW):
            stopped = True
    return found


def cause(race: Race, lap: int, before: EntryId, greens: list[int], under: set[int]) -> str:
    """Why a car no longer leads: its own stop, its trouble, or the restart; else it was passed.

    A stop counts when the car was on pit road between its last crossing as the leader and the new
    leader's. Rulebooks say nothing about causes: this is the tracker's own reading.
    """
    car = race.cars.get(before)
    since, until = race.leader_crossings[lap - 1], race.leader_crossings[lap]
    if car is not None:
        for stop in car.pit_stops:
            entered = stop.entered if stop.entered is not None else stop.left
            if (
                entered is not None
                and entered <= until
                and (stop.left is None or stop.left >= since)
            ):
                return "pit_cycle" if stop.caution is None else "pit_road_under_yellow"
        if car.retired is not None and len(car.crossings) - 1 < lap:
            return "retirement"
    if any(
        penalty.entry == before
        and since <= penalty.at <= until
        and penalty.status in ("applied", "served")
        for penalty in race.penalties.values()
    ):
        return "penalty"
    began = greens[max(0, bisect_right(greens, lap - 1) - 1)] if greens else 0
    if lap - began <= OPENING_LAPS and lap > began:
        return "opening_lap" if began == 0 else "restart"
    return "under_yellow" if lap in under and lap - 1 in under else "on_track"
