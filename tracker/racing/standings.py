"""The season's standings: who has how many points, before a race and after it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.racing.points import RacePoints, Score
from tracker.racing.rulebooks.rules import Points, SeasonRules


@dataclass(frozen=True, slots=True)
class Season:
    """A driver's season so far. Drivers are named as they are on the entry list."""

    driver: str
    points: Points = 0
    places: tuple[int, ...] = ()
    """Finishing positions, one for each race."""
    playoff: int = 0
    """Playoff points."""
    full_time: bool = True
    """Whether the driver can race for the title: in every race, or excused."""

    @property
    def wins(self) -> int:
        """Races won."""
        return self.places.count(1)


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the standings."""

    position: int
    season: Season
    behind_leader: Points
    tied: bool
    """No rule separates this driver from another on the same points; the order is by name."""

    @property
    def driver(self) -> str:
        """The driver's name."""
        return self.season.driver

    @property
    def points(self) -> Points:
        """Points so far."""
        return self.season.points


def standings(rules: SeasonRules, seasons: Iterable[Season]) -> list[Standing]:
    """Drivers by points; equal points go to most wins, then most seconds, thirds, and so on."""
    keyed = sorted(((key(rules, season), season) for season in seasons), key=by_key_then_name)
    found: list[Standing] = []
    for place, (own, season) in enumerate(keyed, start=1):
        tied = any(
            keyed[other][0] == own for other in (place - 2, place) if 0 <= other < len(keyed)
        )
        leader = keyed[0][1].points
        found.append(Standing(place, season, leader - season.points, tied))
    return found


Key = tuple[float, tuple[int, ...]]


def by_key_then_name(keyed: tuple[Key, Season]) -> tuple[Key, str]:
    """A total order, so that the same seasons always give the same standings."""
    return keyed[0], keyed[1].driver


def key(rules: SeasonRules, season: Season) -> Key:
    """A driver's place in the standings, as something to sort by."""
    count = Counter(season.places)
    last = max(count, default=0)
    ties: tuple[int, ...] = ()
    if "wins" in rules.ties:
        ties = (-count[1],)
    if "places" in rules.ties:
        ties += tuple(-count[place] for place in range(2, last + 1))
    # One more place counted is better than none: pad to the longest field there can be.
    return -season.points, ties + (0,) * (100 - len(ties))


def after(seasons: Iterable[Season], race: RacePoints | Sequence[Score]) -> list[Season]:
    """The seasons with a race added; drivers who score elsewhere stay out."""
    scores = race.scores if isinstance(race, RacePoints) else race
    by_driver = {season.driver: season for season in seasons}
    for score in scores:
        driver = score.driver or str(score.entry)
        before = by_driver.get(driver)
        if before is None:
            if not score.eligible:
                continue
            before = Season(driver, full_time=False)
        by_driver[driver] = replace(
            before,
            points=before.points + score.total,
            places=(*before.places, score.position) if score.position else before.places,
            playoff=before.playoff + score.playoff,
        )
    return list(by_driver.values())


def as_json(table: Sequence[Standing]) -> list[dict[str, Any]]:
    """The standings in plain values."""
    return [
        {
            "position": line.position,
            "driver": line.driver,
            "points": line.points,
            "behind_leader": line.behind_leader,
            "wins": line.season.wins,
            "playoff_points": line.season.playoff,
            "tied": line.tied,
        }
        for line in table
    ]


def from_json(rows: Iterable[dict[str, Any]]) -> list[Season]:
    """Seasons from plain values: `driver` and `points`, and what else is known."""
    return [
        Season(
            driver=row["driver"],
            points=row["points"],
            places=tuple(row["places"]) if "places" in row else (1,) * row.get("wins", 0),
            playoff=row.get("playoff_points", 0),
            full_time=row.get("full_time", True),
        )
        for row in rows
    ]
