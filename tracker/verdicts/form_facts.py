"""Facts of form: streaks, slumps, firsts and bests, each with the races it was counted from."""

from collections.abc import Iterator, Sequence

from tracker.verdicts.day import Day, Line
from tracker.verdicts.facts import Evidence, Fact, Scope, fact
from tracker.verdicts.form import (
    RATE_WINDOW,
    RECENT_VISITS,
    Form,
    Ran,
    outs,
    strengths,
    swing_of,
)
from tracker.verdicts.past import Past

SHOWN = 12
"""Races named as evidence at most; longer stretches are named by their ends."""


def told(races: Sequence[Ran]) -> list[Evidence]:
    """Earlier starts as evidence; of a long stretch the first and the last of it."""
    shown = races if len(races) <= SHOWN else [*races[:2], *races[-SHOWN + 2 :]]
    return [Evidence(ran.race.ref, ran.row.in_words) for ran in shown]


def month(date: str) -> str:
    """A date as far as a sentence needs it: year and month."""
    return date[:7]


def form_facts(day: Day, line: Line, form: Form, past: Past) -> Iterator[Fact]:
    """What a start looks like beside those before it."""
    if form.finish is None or not (form.before or form.here):
        return
    found = strengths(form)
    now = day.finish_evidence(line)
    yield from form_lately(day, line, form, found, now, past)
    yield from form_here(day, line, form, found, now)


def form_lately(
    day: Day, line: Line, form: Form, found: dict[str, float], now: Evidence, past: Past
) -> Iterator[Fact]:
    """The season, the streaks and the slumps."""
    before, season = form.before, form.season or []
    this_season = Scope("season", str(day.season))
    if "nth_win" in found:
        wins = [ran for ran in season if ran.row.finish == 1]
        yield fact(
            "nth_win",
            line.entry,
            int(found["nth_win"]),
            [*told(wins), now],
            scope=this_season,
            n=len(season) + 1,
            season=day.season,
        )
    if "season_best" in found:
        best = min(season, key=lambda ran: ran.row.finish)
        yield fact(
            "season_best",
            line.entry,
            form.finish or 0,
            [now, *told([best])],
            scope=this_season,
            n=len(season) + 1,
            season=day.season,
            strength=found["season_best"],
            before=best.row.finish,
        )
    if "first_win" in found or "career_best" in found:
        kind = "first_win" if "first_win" in found else "career_best"
        first = before[0]
        yield fact(
            kind,
            line.entry,
            form.finish or 0,
            [now, *told([first])],
            n=len(before) + 1,
            scope=Scope("since", first.race.date),
            since=month(first.race.date),
            strength=found[kind],
        )
    known = past.known(day.date)
    if form.finish == 1 and known is not None and line.key in known.career_wins:
        later = [r for r in before if r.row.finish == 1 and r.race.date >= known.date]
        wins_before = known.career_wins[line.key] + len(later)
        yield fact(
            "career_wins",
            line.entry,
            wins_before + 1,
            [
                now,
                Evidence(f"career wins on {known.date}", str(known.career_wins[line.key])),
                *told(later),
            ],
            scope=Scope("since", "career"),
            strength=1,
        )
    if "winless_ended" in found:
        n = int(found["winless_ended"])
        last = before[-n - 1]
        yield fact(
            "winless_ended",
            line.entry,
            n,
            [now, *told([last])],
            n=n,
            scope=Scope("since", last.race.date),
            since=month(last.race.date),
        )
    for kind in ("streak", "drought_ended", "streak_ended", "wreck_streak"):
        if kind in found:
            n = int(found[kind])
            run = before[-n if kind.endswith("ended") else -n + 1 :]
            yield fact(
                kind,
                line.entry,
                n,
                [*told(run), now],
                n=n,
                scope=Scope("last", str(n)),
                position=form.finish,
                top=None if kind == "wreck_streak" else form.top_places,
                races=n + 1,
            )
    if "slump" in found:
        yield from slump_facts(day, line, form, found, now)
    if "retirement_rate" in found:
        window = before[-RATE_WINDOW + 1 :]
        if not season:
            return
        yield fact(
            "retirement_rate",
            line.entry,
            int(found["retirement_rate"]),
            [*told(window), now],
            n=RATE_WINDOW,
            scope=Scope("since", window[0].race.date),
            since=month(window[0].race.date),
            season=day.season,
            season_outs=outs(season) + 1,
            season_starts=len(season) + 1,
        )


def slump_facts(
    day: Day, line: Line, form: Form, found: dict[str, float], now: Evidence
) -> Iterator[Fact]:
    """A run of poor finishes by a driver who usually does better, and how far down it is."""
    n = int(found["slump"])
    run = form.before[-n + 1 :]
    yield fact(
        "slump",
        line.entry,
        n,
        [*told(run), now],
        n=n,
        scope=Scope("last", str(n)),
        position=form.finish,
        outside=form.outside,
        races=" ".join(str(r.row.finish) for r in run),
    )
    if "form_swing" in found:
        after, earlier = swing_of(form, n)
        compared = form.before[-2 * n + 1 : -n + 1]
        yield fact(
            "form_swing",
            line.entry,
            f"{after:.1f}",
            [*told(compared), *told(run), now],
            n=2 * n,
            scope=Scope("last", str(2 * n)),
            strength=found["form_swing"],
            earlier=f"{earlier:.1f}",
            races=n,
        )


def form_here(
    day: Day, line: Line, form: Form, found: dict[str, float], now: Evidence
) -> Iterator[Fact]:
    """What the track has been to the driver."""
    here, at = form.here, Scope("track", day.place_name)
    place = form.finish or 0
    if "streak_here" in found:
        n = int(found["streak_here"])
        yield fact(
            "streak_here",
            line.entry,
            n,
            [*told(here[-n + 1 :]), now],
            n=n,
            scope=at,
            track=day.place_name,
            top=form.top_places,
        )
    if "best_here_since" in found:
        n = int(found["best_here_since"])
        better = here[-n - 1]
        yield fact(
            "best_here_since",
            line.entry,
            place,
            [*told(here[-n - 1 :]), now],
            n=n + 1,
            scope=at,
            strength=n,
            since=month(better.race.date),
            track=day.place_name,
            before=better.row.finish,
        )
    if "best_here_ever" in found and form.whole:
        yield fact(
            "best_here_ever",
            line.entry,
            place,
            [*told(here), now],
            n=len(here) + 1,
            scope=at,
            strength=len(here),
            track=day.place_name,
            since=month(here[0].race.date),
        )
    for kind in ("past_winner_poor", "past_winner_good"):
        if kind in found:
            won = [ran for ran in here[-RECENT_VISITS:] if ran.row.finish == 1][-1]
            yield fact(
                kind,
                line.entry,
                place,
                [*told([won]), now],
                n=len(here) + 1,
                scope=at,
                strength=found[kind],
                won=month(won.race.date),
                track=day.place_name,
            )
