"""Facts of the season: places in the standings, the cut line, a win that would have settled it.

Standings are taken as published. Points added up from race results leave out what heats gave
and officials took away, so where nothing was published these rules are skipped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tracker.racing.playoffs import Playoffs, playoffs, settled
from tracker.racing.points import points_of
from tracker.racing.race import Race
from tracker.racing.standings import Standing, after, standings
from tracker.racing.vocabulary import Outcome
from tracker.verdicts.day import Day, Line
from tracker.verdicts.facts import Evidence, Fact, Scope, fact
from tracker.verdicts.form import big_gain_of
from tracker.verdicts.names import driver_key
from tracker.verdicts.on_track import stake_of
from tracker.verdicts.past import Past

MISSED_AT_MOST = 1
"""Races a driver can have missed and still count as one of the season's."""


@dataclass(frozen=True)
class Tables:
    """The standings before the race and after it, and the playoff places in each."""

    as_of: str
    before: dict[str, Standing]
    now: dict[str, Standing]
    playoffs_before: Playoffs | None
    playoffs_now: Playoffs | None
    names: dict[str, str]
    """Names as the standings have them, by driver key."""


def tables_of(day: Day, race: Race, past: Past) -> Tables | None:
    """The standings around a race; None where none were published before it."""
    published = past.standings_before(day)
    if published is None:
        return None
    rules = day.rulebook.season
    keyed = [replace(season, driver=driver_key(season.driver)) for season in published.seasons]
    paid = points_of(race)
    scores = [replace(s, driver=driver_key(s.driver or str(s.entry))) for s in paid.scores]
    then, now = standings(rules, keyed), standings(rules, after(keyed, scores))
    left = None
    if rules.regular_season and day.round:
        left = rules.regular_season - day.round
    return Tables(
        as_of=published.date,
        before={line.driver: line for line in then},
        now={line.driver: line for line in now},
        playoffs_before=playoffs(rules, then) if left is None or left >= 0 else None,
        playoffs_now=playoffs(rules, now) if left is None or left >= 0 else None,
        names={driver_key(s.driver): s.driver for s in published.seasons},
    )


def standings_facts(day: Day, line: Line, tables: Tables) -> Iterator[Fact]:
    """Places won and lost in the standings, and across the cut line."""
    before, now = tables.before.get(line.key), tables.now.get(line.key)
    if before is None or now is None or not line.eligible:
        return
    scope = Scope("season", str(day.season))
    proof = [
        Evidence(f"standings {tables.as_of}", f"position {before.position}, {before.points:g}"),
        Evidence("standings after", f"position {now.position}, {now.points:g} points"),
        day.finish_evidence(line),
    ]
    moved = before.position - now.position
    so_far = season_share(day)
    if now.position == 1:
        kind = "points_lead" if moved == 0 else "points_lead_taken"
        yield fact(kind, line.entry, 1, proof, scope=scope, points=f"{now.points:g}", strength=1)
    elif moved >= 1 and now.position <= 20:
        yield fact(
            "standings_up",
            line.entry,
            now.position,
            proof,
            scope=scope,
            strength=moved,
            stake=so_far,
            moved=moved,
            before=before.position,
        )
    elif moved <= -3:
        yield fact(
            "standings_down",
            line.entry,
            now.position,
            proof,
            scope=scope,
            strength=-moved,
            stake=so_far,
            moved=-moved,
            before=before.position,
        )
    yield from cut_line_facts(day, line, tables, proof)


def season_share(day: Day) -> float:
    """How much of the regular season has been run: early on, standings can still be mended."""
    regular = day.rulebook.season.regular_season
    return min(1.0, day.round / regular) if regular and day.round else 1.0


def cut_line_facts(day: Day, line: Line, tables: Tables, proof: list[Evidence]) -> Iterator[Fact]:
    """What the race settled or turned in the playoff places; weighs more as the season goes."""
    was, now = tables.playoffs_before, tables.playoffs_now
    if was is None or now is None:
        return
    scope = Scope("season", str(day.season))
    late = season_share(day) ** 2
    for change in settled(was, now):
        if change.driver != line.key:
            continue
        chance = now.by_driver[change.driver]
        to_line = chance.to_cut_line
        points = None if to_line is None else f"{abs(to_line):g}"
        kind = {
            "locked_in": "clinched",
            "clinched": "clinched",
            "climbed_above": "cut_line_up",
            "fell_below": "cut_line_down",
        }.get(change.kind)
        if kind is not None:
            line_now = Evidence("cut line after", f"{points or 'in by a win'}")
            yield fact(
                kind,
                line.entry,
                chance.place or 0,
                [*proof, line_now],
                scope=scope,
                strength=1,
                stake=1.0 if kind == "clinched" else late,
                points=points,
            )


def a_win_would_do(day: Day, line: Line, past: Past) -> Iterator[Fact]:
    """First or second, winless so far, where one win takes a driver into the playoffs.

    No points are needed to say so where the rulebook puts every winner in; a rulebook that asks
    for a place in the standings as well is not answered here.
    """
    rules = day.rulebook.season
    if not (rules.playoff_places and rules.winners_first and rules.winner_within is None):
        return
    if line.position not in (1, 2) or not line.eligible or past.missing(day) is not None:
        return
    if day.round is None or rules.regular_season is None or day.round > rules.regular_season:
        return
    so_far = past.season_so_far(day.season)
    mine = [ran for ran in past.starts_of(line.key) if ran.race.season == day.season]
    won = any(ran.row.finish == 1 for ran in mine)
    if won or len(mine) < len(so_far) - MISSED_AT_MOST or not mine:
        return
    best = min(mine, key=lambda ran: ran.row.finish)
    yield fact(
        "clinched" if line.position == 1 else "clinch_missed",
        line.entry,
        0,
        [
            Evidence(
                f"{day.rulebook.id} season.winners_first", "a race winner takes a playoff place"
            ),
            Evidence(
                f"{day.season}, {len(mine)} starts",
                f"0 wins, best {best.row.finish} ({best.race.ref})",
            ),
            day.finish_evidence(line),
        ],
        scope=Scope("season", str(day.season)),
        n=len(mine) + 1,
        strength=1,
        season=day.season,
        best=best.row.finish,
    )


def titles(day: Day, line: Line, past: Past) -> Iterator[Fact]:
    """A champion's day is read about, good or bad."""
    known = past.known(day.date)
    count = known.titles.get(line.key, 0) if known is not None else 0
    if known is not None and count:
        yield fact(
            "profile",
            line.entry,
            count,
            [Evidence(f"titles on {known.date}", f"{line.driver} {count}")],
            scope=Scope("series", day.series or "the series"),
            strength=count,
        )


def teammates(day: Day, line: Line) -> Iterator[Fact]:
    """Far ahead of, or far behind, everyone else in the same team."""
    if not line.team or line.position is None or line.outcome is Outcome.DSQ:
        return
    others = [
        o
        for o in day.lines
        if o.team == line.team
        and o.entry != line.entry
        and o.position is not None
        and o.car_class == line.car_class
        and o.outcome is not Outcome.DSQ
    ]
    places = [o.position for o in others if o.position is not None]
    if not places:
        return
    least = big_gain_of(day.field_size)
    proof = [day.finish_evidence(o) for o in [line, *others]]
    if min(places) - line.position >= least and line.position <= day.field_size // 2:
        yield fact(
            "beat_teammates",
            line.entry,
            min(places) - line.position,
            proof,
            n=len(others) + 1,
            team=line.team,
            position=line.position,
            stake=stake_of(day, line.position) + 0.5,
        )
    if line.position - max(places) >= least and not line.out:
        yield fact(
            "behind_teammates",
            line.entry,
            line.position - max(places),
            proof,
            n=len(others) + 1,
            team=line.team,
            position=line.position,
        )
