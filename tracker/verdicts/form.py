"""A driver's form: what a start looks like beside the starts before it.

Asked of today's race for its facts, and of every past race for how often such things happen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import NamedTuple

from tracker.verdicts.history import PastRace, Start

RATE_WINDOW, RATE_LEAST = 7, 4
"""Retirements are counted in the last seven starts; four of them are worth telling."""
RECENT_VISITS = 6
LONG_WINLESS, LONG_DROUGHT = 30, 8
SHORT_SLUMP, USUAL = 3, 20
BIG_SWING = 10
LONG_AT_TRACK = 3
FEW_STARTS = 10


def top_of(field_size: int) -> int:
    """What counts as a good finish: the top ten of a full field, less of a small one."""
    return 10 if field_size >= 18 else 5 if field_size >= 8 else 1


def outside_of(field_size: int) -> int:
    """What a poor finish is outside of: the top fifteen, or the better half of a small field."""
    return 15 if field_size >= 30 else max(1, field_size // 2)


def big_gain_of(field_size: int) -> int:
    """Places that are a long way: ten in a full field, a third of a small one."""
    return 10 if field_size > 25 else max(3, field_size // 3)


class Ran(NamedTuple):
    """One earlier start of a driver."""

    race: PastRace
    row: Start


@dataclass(frozen=True, slots=True)
class Form:
    """A start, and the starts before it that nothing is missing between."""

    finish: int | None
    start: int | None
    led: int | None
    laps: int | None
    """Of the race."""
    out: bool
    accident: bool
    field_size: int
    most_led: bool
    before: Sequence[Ran]
    here: Sequence[Ran]
    season: Sequence[Ran] | None
    """None where the season so far is not complete."""
    whole: bool
    """Whether no start is missing up to this one."""
    debut_known: bool = False
    """Whether the driver's first start is among them: only then is a first a first."""

    @property
    def top_places(self) -> int:
        """How many places are the top."""
        return top_of(self.field_size)

    @property
    def big_gain(self) -> int:
        """Places from the grid that are worth a word."""
        return big_gain_of(self.field_size)

    @property
    def outside(self) -> int:
        """The place a poor finish is outside of."""
        return outside_of(self.field_size)

    @property
    def top(self) -> bool:
        """Whether it is a top ten, or what is one in a field of this size."""
        return self.finish is not None and self.finish <= self.top_places


def run_of(ran: Sequence[Ran], top: int, good: bool) -> int:
    """How many of the latest starts on end were top tens, or none of them."""
    n = 0
    for one in reversed(ran):
        if (one.row.finish <= top) is not good:
            break
        n += 1
    return n


def begins(form: Form, ran: Sequence[Ran], run: int) -> bool:
    """Whether it is known where a run began: one as long as the records may be longer still."""
    return run < len(ran) or form.debut_known


def slump_of(form: Form) -> int:
    """Finishes in a row outside the top fifteen, this one included, of a driver who knows better.

    Better: a median of fifteenth or better in the twenty starts before them.
    """
    if form.finish is None or form.finish <= form.outside:
        return 0
    n = 1
    for one in reversed(form.before):
        if one.row.finish <= form.outside:
            break
        n += 1
    earlier = [one.row.finish for one in form.before[: len(form.before) - n + 1]][-USUAL:]
    usual = len(earlier) >= USUAL and median(earlier) <= form.outside
    return n if n >= SHORT_SLUMP and usual else 0


def swing_of(form: Form, slump: int) -> tuple[float, float]:
    """Average finish of a slump, and of as many starts before it."""
    if not slump or form.finish is None:
        return 0.0, 0.0
    finishes = [*(one.row.finish for one in form.before), form.finish]
    return fmean(finishes[-slump:]), fmean(finishes[-2 * slump : -slump])


def since_better(form: Form) -> int:
    """Visits since this place was last bettered or equalled here, for a good finish."""
    if not form.top or form.finish is None:
        return 0
    for n, one in enumerate(reversed(form.here)):
        if one.row.finish <= form.finish:
            return n
    return 0


def outs(ran: Sequence[Ran]) -> int:
    """Retirements among some starts."""
    return sum(one.row.out for one in ran)


def strengths(form: Form) -> dict[str, float]:
    """What can be said of a start from results alone, and how much of it there is."""
    found: dict[str, float] = {}
    finish = form.finish
    if finish is None:
        return found
    found["place"] = 100 - finish
    found["poor_place"] = finish
    if form.out:
        found["out"] = 1
    if finish == form.field_size:
        found["last"] = 1
    if form.start:
        gain = form.start - finish
        if gain >= form.big_gain and finish <= form.outside:
            found["gain"] = gain
        if -gain >= form.big_gain and not form.out:
            found["lost_places"] = -gain
    if form.most_led and form.led and form.laps and finish > 1 and form.led >= 0.3 * form.laps:
        found["most_led_lost"] = round(100 * form.led / form.laps)
    if form.led and form.laps and finish == 1 and form.led >= 0.6 * form.laps:
        found["most_led_won"] = round(100 * form.led / form.laps)
    if form.whole:
        found |= of_the_season(form) | of_late(form)
    if form.here:
        found |= at_the_track(form)
    return found


def of_the_season(form: Form) -> dict[str, float]:
    """Wins of the season, and its best result."""
    found: dict[str, float] = {}
    if form.season is None or form.finish is None:
        return found
    wins = sum(one.row.finish == 1 for one in form.season)
    if form.finish == 1 and wins:
        found["nth_win"] = wins + 1
    best = min((one.row.finish for one in form.season), default=0)
    if len(form.season) >= 3 and 1 < form.finish < best and form.top:
        found["season_best"] = len(form.season)
    return found


def of_late(form: Form) -> dict[str, float]:
    """Streaks, slumps, and their ends."""
    found: dict[str, float] = {}
    finish, before = form.finish, form.before
    if finish is None or not before:
        return found
    run = run_of(before, form.top_places, good=True)
    if form.top and run >= 2 and begins(form, before, run):
        found["streak"] = run + 1
    elif not form.top and run >= 3 and begins(form, before, run):
        found["streak_ended"] = run
    drought = run_of(before, form.top_places, good=False)
    if form.top and drought >= LONG_DROUGHT and begins(form, before, drought):
        found["drought_ended"] = drought
    winless = next((n for n, one in enumerate(reversed(before)) if one.row.finish == 1), None)
    if finish == 1:
        if winless is None and form.debut_known:
            found["first_win"] = len(before) + 1
        elif winless is not None and winless >= LONG_WINLESS:
            found["winless_ended"] = winless
    known = form.debut_known and form.top and len(before) >= FEW_STARTS
    if known and 1 < finish < min(one.row.finish for one in before):
        found["career_best"] = len(before)
    slump = slump_of(form)
    if slump:
        found["slump"] = slump
        after, earlier = swing_of(form, slump)
        if after - earlier >= BIG_SWING:
            found["form_swing"] = round(after - earlier)
    if form.out:
        retired = outs(before[-RATE_WINDOW + 1 :]) + 1
        if retired >= RATE_LEAST and len(before) >= RATE_WINDOW - 1:
            found["retirement_rate"] = retired
    if form.accident:
        wrecks = 1
        for one in reversed(before):
            if one.row.status.lower() != "accident":
                break
            wrecks += 1
        if wrecks >= 3 and begins(form, before, wrecks - 1):
            found["wreck_streak"] = wrecks
    return found


def at_the_track(form: Form) -> dict[str, float]:
    """What the track has been to the driver."""
    found: dict[str, float] = {}
    finish, here = form.finish, form.here
    if finish is None:
        return found
    run = run_of(here, form.top_places, good=True)
    if form.top and run and begins(form, here, run):
        found["streak_here"] = run + 1
    since = since_better(form)
    if since >= LONG_AT_TRACK:
        found["best_here_since"] = since
    elif form.top and len(here) >= LONG_AT_TRACK and finish < min(o.row.finish for o in here):
        found["best_here_ever"] = len(here)
    if any(one.row.finish == 1 for one in here[-RECENT_VISITS:]):
        if finish > form.outside:
            found["past_winner_poor"] = finish
        elif form.top and finish > 1:
            found["past_winner_good"] = 100 - finish
    return found
