"""What was counted, in English: the last line of a fact's evidence, in figures.

    counted over this race: from 23 to 8 in the last 7 laps, after lap 261

A part that names a value the fact does not have is left out. Every number a clause says is here
or in the evidence above: `proof.py` checks it.
"""

import re
from collections.abc import Mapping

from tracker.verdicts.english import MONTHS, month
from tracker.verdicts.facts import Fact, Scope, Value

PLACE = ("place {value} of {n}",)
STANDINGS = ("from {before} to {value}", "places moved: {moved}")
HERE = ("place {value}", "won there in {won}", "starts there: {n}")
GRID = ("from {start} to {position} in a field of {n}",)

COUNTS: Mapping[str, tuple[str, ...]] = {
    "win": (*PLACE, "won by {margin_s} s"),
    "podium": PLACE,
    "top_five": PLACE,
    "top_ten": PLACE,
    "poor_place": PLACE,
    "last": PLACE,
    "dsq": ("disqualified",),
    "class_win": ("place {value} of {n} in {car_class}", "{position} overall"),
    "near_miss": ("{value} s behind the winner",),
    "close_loss": ("{value} s behind the winner",),
    "record_margin": ("{value} s", "the closest before was {before_s} s", "{n} finishes on record"),
    "first_win": ("win 1 in {n} starts",),
    "nth_win": ("win {value} in {n} starts",),
    "career_wins": ("win {value}",),
    "winless_ended": ("{value} races without a win",),
    "best_here_since": (
        "place {value}", "as good or better last in {since}, place {before}",
        "starts looked at: {n}",
    ),
    "best_here_ever": ("place {value}", "the best of {n} starts since {since}"),
    "career_best": ("place {value}", "the best of {n} starts since {since}"),
    "season_best": ("place {value}", "the best of {n} starts", "{before} before that"),
    "drought_ended": ("place {position}", "{value} races outside the top {top} before this one, "
                      "race {races}"),
    "overturned": ("{n} results published",),
    "streak": ("{value} in a row in the top {top}",),
    "streak_here": ("{value} in a row in the top {top}",),
    "streak_ended": ("{value} in a row in the top {top}", "then place {position}"),
    "slump": ("{value} in a row outside the top {outside}",),
    "form_swing": ("average finish {value} in the last {races}", "{earlier} in the {races} before"),
    "retirement_rate": (
        "{value} of {n} starts not finished", "{season_outs} of {season_starts} in {season}",
    ),
    "wreck_streak": ("{value} crashes in a row",),
    "gain": (*GRID, "{value} places gained"),
    "lost_places": (*GRID, "{value} places lost"),
    "comeback": ("from {value} to {position} in the last {n} laps", "incident on lap {lap}"),
    "stage_win": ("stages won: {value}", "stage {stages}"),
    "out": ("out on lap {value}", "laps completed: {laps}", "{cause}", "contact from car {by}"),
    "sheet_out": ("laps completed: {laps}", "{cause}"),
    "late_incident": ("lap {value}", "finished {position}"),
    "instigator": ("lap {value}", "put out car {other}"),
    "most_led_won": ("{value} of {n} laps led",),
    "most_led_lost": ("{value} of {n} laps led", "finished {position}"),
    "lost_final_restart": ("led the restart after lap {value}", "finished {position}"),
    "penalty_cost": ("from {before} on lap {lap} to {after}", "{value} places lost", "{reason}"),
    "fade": ("average place {average} over {n} laps", "finished {value}"),
    "points_lead": ("place {value}", "{points} points"),
    "points_lead_taken": ("place {value}", "{points} points"),
    "standings_up": STANDINGS,
    "standings_down": STANDINGS,
    "clinched": ("{value} wins before this one", "{n} starts", "best finish before: {best}"),
    "clinch_missed": ("{value} wins in {n} starts", "best finish before: {best}"),
    "cut_line_up": ("place {value} in the standings",),
    "cut_line_down": ("points short: {points}",),
    "past_winner_good": HERE,
    "past_winner_poor": HERE,
    "beat_teammates": ("{value} places ahead of the next", "cars of {team}: {n}"),
    "behind_teammates": ("{value} places behind the next", "cars of {team}: {n}"),
    "profile": ("titles won before this race, {value}",),
    "cost": (
        "out of the race: {out}", "from {before} to {after}", "laps lost: {laps}",
        "contact from car {by}",
    ),
    "caution": ("{value} laps",),
    "free_pass": ("{value} lap back",),
}  # fmt: skip
"""In parts, by the kind of fact."""

ANYTHING = ("{value} of {n}",)


def counted(fact: Fact) -> str:
    """What was counted for a fact, and over what."""
    named = {name: readable(value) for name, value in fact.named.items()}
    parts = []
    kind = "sheet_out" if fact.kind == "out" and fact.get("sheet") else fact.kind
    for part in COUNTS.get(kind, ANYTHING):
        try:
            parts.append(part.format_map(named))
        except KeyError:
            continue
    return f"counted {over(fact.scope)}: {', '.join(parts)}"


def proof(fact: Fact) -> tuple[str, ...]:
    """The evidence as text, and last what was counted from it."""
    return (*(str(item) for item in fact.evidence), counted(fact))


def over(scope: Scope) -> str:
    """What a fact was counted over."""
    match scope.kind:
        case "since" if scope.of == "career":
            return "over the career"
        case "since":
            return f"since {readable(scope.of)}"
        case "track":
            return f"at {scope.of}"
        case "last":
            return f"over the last {scope.of} races"
        case "season" | "series":
            return f"in {scope.of}"
        case _:
            return f"over {scope.of}"


def readable(value: Value) -> Value:
    """A date as people write it: October 2021, 7 October 2021."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?", str(value))
    if found is None:
        return value
    year, number, day = found.groups()
    if day is None:
        return month(value)
    return f"{int(day)} {MONTHS[int(number) - 1]} {year}"
