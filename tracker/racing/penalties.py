"""Penalties as they stand: looked into, given, served.

The feed says which. One thing it need not say: a car sent to the tail of the field has served
that when the field goes green behind it.
"""

from bisect import bisect_right
from dataclasses import dataclass

from tracker.racing.events import PenaltyGiven
from tracker.racing.race import Race
from tracker.racing.vocabulary import EntryId


@dataclass(frozen=True, slots=True)
class StandingPenalty:
    """A penalty of a car, as it stands."""

    penalty: PenaltyGiven
    status: str
    """`noted`, `investigating`, `applied` or `served`."""
    lap: int
    """The car's lap in progress when that was so."""


def standing_penalties(race: Race) -> dict[EntryId, list[StandingPenalty]]:
    """Every car's penalties that were not rescinded, by their numbers."""
    found: dict[EntryId, list[StandingPenalty]] = {}
    for number in sorted(race.penalties):
        penalty = race.penalties[number]
        if penalty.status == "rescinded":
            continue
        status, at = penalty.status, penalty.at
        gone_green = race.restart is not None and race.restart.at > at
        if penalty.kind == "tail" and status == "applied" and gone_green:
            status = "served"
        car = race.cars.get(penalty.entry)
        lap = 0 if car is None else max(1, bisect_right(car.crossings, at))
        found.setdefault(penalty.entry, []).append(StandingPenalty(penalty, status, lap))
    return found
