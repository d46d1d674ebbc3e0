"""Rulebooks as data: what a series decides differently, by season.

A value whose source could not be confirmed is marked "unverified" beside it.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

from tracker.racing.vocabulary import RaceTime


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What this series, in this season, decides differently."""

    id: str
    overtime: bool = False
    """Two laps after the schedule when a caution would end the race: F = max(S, n + 2)."""
    review_threshold: RaceTime = RaceTime(3_000)
    """A finish this close or closer is not decided by transponders (twice ±0.0015 s)."""
    classified_from: float = 0.0
    """Share of the winner's laps a car must complete to be classified; 0 places every starter."""
    minimum_lap_share: float = 0.6
    """A lap faster than this share of the best green lap is a second reading of one crossing."""
    minimum_lap: RaceTime = RaceTime(5_000_000)
    """… and never is a lap faster than this believed."""
    free_pass: bool = False
    """One lapped car gets a lap back at each caution."""


_NASCAR = Rulebook("nascar-cup", overtime=True, free_pass=True)
_FIA = Rulebook("f1", classified_from=0.9)

CLUB = Rulebook("club/any")
"""What is assumed of a race whose rulebook we do not have: every starter is placed by laps."""

RULEBOOKS = MappingProxyType(
    {
        rulebook.id: rulebook
        for rulebook in (
            CLUB,
            *(replace(_NASCAR, id=f"nascar-cup/{season}") for season in range(2017, 2027)),
            *(replace(_FIA, id=f"f1/{season}") for season in range(1996, 2027)),
        )
    }
)


def rulebook(id: str) -> Rulebook:
    """The rulebook of that name; the club's, under the asked name, where there is none."""
    known = RULEBOOKS.get(id)
    return known if known is not None else replace(CLUB, id=id)
