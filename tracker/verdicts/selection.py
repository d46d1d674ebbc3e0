"""Who is named: the largest cases of each side, without saying the same thing three times."""

from collections.abc import Sequence

from tracker.verdicts.day import Day
from tracker.verdicts.rules import BAD, GOOD
from tracker.verdicts.scoring import Case

TEAM_LEAD = 10.0
"""Points ahead of the next car that let a second of one team in."""

QUIET_DAY = 5.0
"""Points that name a car when there are too few clear cases."""

THEMES = {"slump": "form", "form_swing": "form", "out": "out"}
"""What is told of one loser at most."""

TOLD = 3
"""Claims of a case that are told."""

NEVER_TOO_MANY = frozenset({"win", "podium"})
"""What no wish for variety leaves out."""


def ranked(cases: Sequence[Case], side: str, day: Day) -> list[Case]:
    """The cases of a side, largest first; equal ones by the finish, then by car number."""
    last = day.field_size + 1

    def place(case: Case) -> int:
        position = day.by_entry[case.entry].position or last
        return position if side == GOOD else -position

    mine = [case for case in cases if case.side == side]
    return sorted(mine, key=lambda case: (-case.score(side), place(case), case.entry))


def filled(cases: Sequence[Case], side: str, day: Day, k: int) -> list[Case]:
    """The cases of a side, and on a quiet day those that come closest. No side stays empty."""
    found = ranked(cases, side, day)
    others = [case for case in cases if case.side is None and case.claims(side)]
    others.sort(key=lambda case: (-case.score(side), case.entry))
    while others and len(found) < k and (not found or others[0].score(side) >= QUIET_DAY):
        found.append(others.pop(0))
    return found


def chosen(cases: Sequence[Case], side: str, day: Day, k: int) -> tuple[list[Case], list[Case]]:
    """The first k of a side and the next two, no theme and no team twice without reason."""
    pool = filled(cases, side, day, k)
    picked: list[Case] = []
    passed: list[Case] = []
    teams: dict[str, int] = {}
    told: set[str] = set()
    for number, case in enumerate(pool):
        if len(picked) == k:
            passed += pool[number:]
            break
        team = day.by_entry[case.entry].team
        following = pool[number + 1] if number + 1 < len(pool) else None
        lead = case.score(side) - following.score(side) if following else TEAM_LEAD
        themes = {THEMES[c.rule] for c in case.claims(side)[:TOLD] if c.rule in THEMES}
        again = side == BAD and bool(themes & told)
        great = any(claim.rule in NEVER_TOO_MANY for claim in case.claims(side))
        if (team and teams.get(team) and lead < TEAM_LEAD and not great) or again:
            passed.append(case)
            continue
        picked.append(case)
        told |= themes
        if team:
            teams[team] = teams.get(team, 0) + 1
    while len(picked) < k and passed:
        picked.append(passed.pop(0))
    passed.sort(key=lambda case: (-case.score(side), case.entry))
    return picked, passed[:2]


def alternating(winners: Sequence[Case], losers: Sequence[Case]) -> list[tuple[str, Case]]:
    """A winner, a loser, a winner, a loser: the order in which a reporter tells them."""
    told: list[tuple[str, Case]] = []
    for number in range(max(len(winners), len(losers))):
        if number < len(winners):
            told.append((GOOD, winners[number]))
        if number < len(losers):
            told.append((BAD, losers[number]))
    return told
