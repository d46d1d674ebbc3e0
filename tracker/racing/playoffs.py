"""Who races for the title: places in the playoffs, the cut line, and what a race settles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.racing.rulebooks.rules import Points, PointsRules, SeasonRules
from tracker.racing.standings import Standing


@dataclass(frozen=True, slots=True)
class Chance:
    """Where a driver stands in the race for a playoff place."""

    driver: str
    points: Points
    wins: int
    place: int | None
    """Place among those who are in; None for those who are out."""
    on: str | None
    """`win` or `points`."""
    locked_in: bool
    """A race won by a full-time driver, or a place nobody can take any more."""
    to_cut_line: Points | None
    """Points above (+) or below (-) the last driver in on points; None for race winners."""


@dataclass(frozen=True, slots=True)
class Playoffs:
    """The playoff places as they would be now."""

    places: int
    cut_line: Points | None
    """Points of the last driver in on points; None when winners take every place."""
    last_in: str | None
    first_out: str | None
    chances: tuple[Chance, ...]
    """Those who are in, in order; then the others by points."""

    @property
    def by_driver(self) -> dict[str, Chance]:
        """Every driver's chance, by name."""
        return {chance.driver: chance for chance in self.chances}


def playoffs(
    rules: SeasonRules,
    table: Sequence[Standing],
    races_left: int | None = None,
    most_in_a_race: Points | None = None,
) -> Playoffs | None:
    """The playoff places; None for a series that has none.

    Race winners first, by wins and then points; the rest by points. With the races left and the
    most a race can pay, a place on points is locked when not enough rivals can take it.
    """
    if not rules.playoff_places:
        return None
    racing = [line for line in table if line.season.full_time]
    winners = [line for line in racing if winner(rules, line)]
    winners.sort(key=lambda line: (-line.season.wins, line.position))
    winners = winners[: rules.playoff_places]
    won = {line.driver for line in winners}
    rest = [line for line in racing if line.driver not in won]
    on_points = rest[: rules.playoff_places - len(winners)]
    out = rest[len(on_points) :]
    cut_line = on_points[-1].points if on_points else None

    def chance(line: Standing, place: int | None) -> Chance:
        win = line.driver in won
        return Chance(
            driver=line.driver,
            points=line.points,
            wins=line.season.wins,
            place=place,
            on=("win" if win else "points") if place else None,
            locked_in=win or safe(rules, line, racing, won, races_left, most_in_a_race),
            to_cut_line=None if win or cut_line is None else line.points - cut_line,
        )

    return Playoffs(
        places=rules.playoff_places,
        cut_line=cut_line,
        last_in=on_points[-1].driver if on_points else None,
        first_out=out[0].driver if out else None,
        chances=(
            *(chance(line, place) for place, line in enumerate((*winners, *on_points), start=1)),
            *(chance(line, None) for line in out),
        ),
    )


def winner(rules: SeasonRules, line: Standing) -> bool:
    """Whether a driver takes a place for having won."""
    return (
        rules.winners_first
        and line.season.wins > 0
        and (rules.winner_within is None or line.position <= rules.winner_within)
    )


def safe(
    rules: SeasonRules,
    line: Standing,
    racing: Sequence[Standing],
    won: set[str],
    races_left: int | None,
    most_in_a_race: Points | None,
) -> bool:
    """Whether nobody can take a driver's place on points any more.

    Counted against him: every winner, everyone who can still reach his points, and in a series
    where winners go first as many others as there are races left to win.
    """
    if races_left is None or most_in_a_race is None:
        return False
    rivals = {
        other.driver
        for other in racing
        if other.driver != line.driver
        and (other.driver in won or other.points + races_left * most_in_a_race >= line.points)
    }
    others = len(racing) - 1 - len(rivals)
    surprises = min(races_left, others) if rules.winners_first else 0
    return len(rivals) + surprises < rules.playoff_places


def most_in_a_race(rules: PointsRules, stages: int) -> Points:
    """The most one driver can take from a race with so many scored stages before the last."""
    return (
        max(rules.table, default=0)
        + stages * max(rules.stage, default=0)
        + sum(max(bonus.points) for bonus in rules.bonuses)
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """Something a race settled, or turned, in the race for the title."""

    kind: str
    """`locked_in`, `clinched`, `climbed_above`, `fell_below` the cut line, or `title`."""
    driver: str


def settled(before: Playoffs, now: Playoffs) -> list[Settled]:
    """What changed in the playoff places from one race to the next."""
    found = []
    were = before.by_driver
    for chance in now.chances:
        was = were.get(chance.driver)
        was_in = was is not None and was.place is not None
        if chance.locked_in and not (was is not None and was.locked_in):
            found.append(Settled("locked_in" if chance.on == "win" else "clinched", chance.driver))
        if chance.place is not None and not was_in:
            found.append(Settled("climbed_above", chance.driver))
        if chance.place is None and was_in:
            found.append(Settled("fell_below", chance.driver))
    return found


def champion(table: Sequence[Standing], most_left: Points) -> str | None:
    """The driver nobody can catch with the points still to be had; None while it is open.

    A lead that can be equalled settles nothing here, whatever the ties would say.
    """
    if not table:
        return None
    if len(table) > 1 and table[0].points - table[1].points <= most_left:
        return None
    return table[0].driver


@dataclass(frozen=True, slots=True)
class Seed:
    """Where a driver starts the playoffs."""

    driver: str
    points: Points


def seeds(rules: SeasonRules, table: Sequence[Standing]) -> list[Seed]:
    """What the drivers in the playoffs start on, from the standings after the regular season.

    By seed where the rulebook lists what each starts on; otherwise a common start and everyone's
    playoff points, those for the place in the regular season included.
    """
    found = playoffs(rules, table)
    if found is None:
        return []
    by_driver = {line.driver: line for line in table}
    chosen = [by_driver[chance.driver] for chance in found.chances if chance.place is not None]
    if rules.seeds:
        chosen.sort(key=lambda line: line.position)
        return [Seed(line.driver, start) for line, start in zip(chosen, rules.seeds, strict=False)]

    def start(line: Standing) -> Points:
        place = line.position
        bonus = rules.season_bonus[place - 1] if place <= len(rules.season_bonus) else 0
        return rules.playoff_start + line.season.playoff + bonus

    chosen.sort(key=lambda line: (-start(line), line.position))
    return [Seed(line.driver, start(line)) for line in chosen]


def advancing(
    rules: SeasonRules, round_: int, points: Mapping[str, Points], winners: Sequence[str]
) -> list[str]:
    """Who goes on from a round (the first is 1): winners of its races, then the best on points."""
    still = rules.rounds[round_] if round_ < len(rules.rounds) else 1
    won = [driver for driver in dict.fromkeys(winners) if driver in points]
    rest = sorted((driver for driver in points if driver not in won), key=lambda d: (-points[d], d))
    return (won + rest)[:still]


def as_json(found: Playoffs) -> dict[str, Any]:
    """The playoff places in plain values."""
    return {
        "places": found.places,
        "cut_line": found.cut_line,
        "last_in": found.last_in,
        "first_out": found.first_out,
        "drivers": [
            {
                "driver": chance.driver,
                "place": chance.place,
                "on": chance.on,
                "locked_in": chance.locked_in,
                "to_cut_line": chance.to_cut_line,
            }
            for chance in found.chances
        ],
    }
