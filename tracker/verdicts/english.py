"""The words, in English: for every rule a headline and a clause, from one fact and nothing else.

A clause is something a driver did: it follows the name. Another language is another file with
the same two tables, `HEADLINES` and `CLAUSES`, and `sentence`.
"""

from collections.abc import Callable, Mapping, Sequence

from tracker.verdicts.facts import Fact, Value

ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
    "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
CARDINALS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

UNTOLD = frozenset({"", "dnf", "other", "retired", "classified", "not classified", "nc"})
"""What a result sheet says that is no cause."""

Template = Callable[[Fact], str]


def ordinal(value: Value) -> str:
    """third, twelfth, 23rd."""
    n = int(value)
    if n < len(ORDINALS):
        return ORDINALS[n]
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def cardinal(value: Value) -> str:
    """three, twelve, 23."""
    n = int(value)
    return CARDINALS[n] if n < len(CARDINALS) else str(n)


def counted(value: Value, one: str, many: str | None = None) -> str:
    """one lap, seven laps."""
    return f"{cardinal(value)} {one if int(value) == 1 else many or one + 's'}"


def month(value: Value) -> str:
    """October 2021, from 2021-10."""
    year, _, number = str(value).partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def article(word: str) -> str:
    """a second, an eighth."""
    return f"an {word}" if word[0] in "aeiou8" or word.startswith(("11th", "18th")) else f"a {word}"


def won(f: Fact) -> str:
    if f.get("dead_heat"):
        return "shared the win in a dead heat" if f["dead_heat"] == "shared" else "won a dead heat"
    return f"won by {f['margin_s']} s" if f.get("margin_s") else "won the race"


def near_miss(f: Fact) -> str:
    return "lost a dead heat" if f.get("dead_heat") else f"lost by {f['value']} s"


def record(f: Fact) -> str:
    verb = "equalled" if f.get("equalled") else "set"
    series = f"in {f['series']} history" if f.get("series") else "on record"
    return f"{verb} the closest finish {series} (records since {f['since']})"


def out(f: Fact) -> str:
    lap = f"lap {f['value']}"
    if f.get("by"):
        return f"went out on {lap} after contact from car {f['by']}"
    cause = str(f.get("cause") or "")
    if cause in UNTOLD:
        return f"retired on {lap}"
    if cause == "accident":
        return f"crashed out on {lap}"
    return f"retired on {lap} ({cause})"


def sheet_out(f: Fact) -> str:
    cause = str(f.get("cause") or "")
    after = f" after {counted(f['laps'], 'lap')}" if f.get("laps") else ""
    if cause == "accident":
        return f"crashed out{after}"
    return f"retired{after}" + ("" if cause in UNTOLD else f" ({cause})")


def retirements(f: Fact) -> str:
    text = (
        f"failed to finish for the {ordinal(f['value'])} time in {cardinal(f['n'])} starts "
        f"since {month(f['since'])}"
    )
    if f["season_outs"] == f["value"]:
        return text  # all of them in this season
    return f"{text} (the {ordinal(f['season_outs'])} time in {f['season']})"


def incident(f: Fact) -> str:
    if f["role"] == "self":
        return f"{'spun' if f.get('what') == 'spin' else 'hit trouble'} on lap {f['value']}"
    return f"was caught up in an incident on lap {f['value']}"


def back(f: Fact) -> str:
    what = "a spin" if f.get("what") == "spin" else "an incident"
    return (
        f"came back from {ordinal(f['value'])} to {ordinal(f['position'])} in the last "
        f"{counted(f['n'], 'lap')} after {what} on lap {f['lap']}"
    )


def overturned(f: Fact) -> str:
    if f["by"] == "disqualification":
        return "lost the win"
    by = {
        "photo": "the photo finish",
        "disqualification": "a disqualification",
        "penalty": "a penalty",
    }.get(str(f["by"]), "a review")
    return f"was first shown as the winner and lost it to {by}"


def streak_end(f: Fact) -> str:
    run = f"a run of {cardinal(f['value'])} finishes in the top {cardinal(f['top'])}"
    return f"saw {run} come to an end"


def penalty(f: Fact) -> str:
    why = f" ({f['reason']})" if f.get("reason") else ""
    return f"fell from {ordinal(f['before'])} to {ordinal(f['after'])} after a penalty{why}"


def missed(f: Fact) -> str:
    return f"is still winless in {f['season']} when a win would have locked in a playoff place"


CLAUSES: Mapping[str, Template] = {
    "win": won,
    "class_win": lambda f: f"won the {f['car_class']} class, {ordinal(f['position'])} overall",
    "podium": lambda f: f"finished {ordinal(f['value'])}",
    "top_five": lambda f: f"finished {ordinal(f['value'])}",
    "top_ten": lambda f: f"finished {ordinal(f['value'])}",
    "poor_place": lambda f: f"finished {ordinal(f['value'])}",
    "last": lambda f: f"finished last of {cardinal(f['n'])}",
    "dsq": lambda f: "was disqualified",
    "near_miss": near_miss,
    "close_loss": near_miss,
    "record_margin": record,
    "first_win": lambda f: (
        f"took a first win in {cardinal(f['n'])} starts since {month(f['since'])}"
    ),
    "nth_win": lambda f: f"took {article(ordinal(f['value']))} win of {f['season']}",
    "career_wins": lambda f: f"took {article(ordinal(f['value']))} career win",
    "winless_ended": lambda f: (
        f"ended a run of {counted(f['value'], 'race')} without a win going back to "
        f"{month(f['since'])}"
    ),
    "best_here_since": lambda f: (
        f"had the best result at {f['track']} since {month(f['since'])}"
        if f["value"] != 1
        else f"took a first win at {f['track']} since {month(f['since'])}"
    ),
    "best_here_ever": lambda f: (
        f"had the best result of {cardinal(f['n'])} starts at {f['track']} since "
        f"{month(f['since'])}"
        if f["value"] != 1
        else f"took a first win at {f['track']} in {cardinal(f['n'])} starts since "
        f"{month(f['since'])}"
    ),
    "career_best": lambda f: (
        f"had the best finish of {cardinal(f['n'])} starts since {month(f['since'])}"
    ),
    "season_best": lambda f: (
        f"finished {ordinal(f['value'])} for the best result of {f['season']} so far"
    ),
    "drought_ended": lambda f: (
        f"made the top {cardinal(f['top'])} for the first time in {counted(f['races'], 'race')}"
    ),
    "overturned": overturned,
    "streak": lambda f: (
        f"made the top {cardinal(f['top'])} for the {ordinal(f['value'])} race in a row"
    ),
    "streak_here": lambda f: (
        f"made the top {cardinal(f['top'])} at {f['track']} for the {ordinal(f['value'])} "
        "time in a row"
    ),
    "streak_ended": streak_end,
    "slump": lambda f: (
        f"finished outside the top {cardinal(f['outside'])} for the {ordinal(f['value'])} "
        "race in a row"
    ),
    "form_swing": lambda f: (
        f"has an average finish of {f['value']} in the last {counted(f['races'], 'race')} after "
        f"{f['earlier']} in the {cardinal(f['races'])} before"
    ),
    "retirement_rate": retirements,
    "wreck_streak": lambda f: f"crashed out for the {ordinal(f['value'])} race in a row",
    "gain": lambda f: f"went from {ordinal(f['start'])} on the grid to {ordinal(f['position'])}",
    "comeback": back,
    "stage_win": lambda f: (
        f"won stage {f['stages']}" if f["value"] == 1 else f"won stages {f['stages']}"
    ),
    "out": lambda f: sheet_out(f) if f.get("sheet") else out(f),
    "late_incident": incident,
    "instigator": lambda f: f"made the contact on lap {f['value']} that put out car {f['other']}",
    "most_led_won": lambda f: f"led {f['value']} of {f['n']} laps",
    "most_led_lost": lambda f: (
        f"led the most laps, {f['value']} of {f['n']}, but finished {ordinal(f['position'])}"
        if f.get("position")
        else f"led the most laps, {f['value']} of {f['n']}, for nothing"
    ),
    "lost_final_restart": lambda f: f"led the final restart but finished {ordinal(f['position'])}",
    "penalty_cost": penalty,
    "fade": lambda f: f"ran {f['average']} on average but finished {ordinal(f['value'])}",
    "lost_places": lambda f: f"started {ordinal(f['start'])} but finished {ordinal(f['position'])}",
    "points_lead": lambda f: f"leads the standings with {f['points']} points",
    "points_lead_taken": lambda f: f"took the lead of the standings with {f['points']} points",
    "standings_up": lambda f: f"moved up to {ordinal(f['value'])} in the standings",
    "standings_down": lambda f: (
        f"dropped {counted(f['moved'], 'place')} to {ordinal(f['value'])} in the standings"
    ),
    "clinched": lambda f: "locked in a playoff place",
    "cut_line_up": lambda f: "moved above the playoff cut line",
    "cut_line_down": lambda f: (
        "fell below the playoff cut line"
        + (f", {f['points']} points out" if f.get("points") else "")
    ),
    "clinch_missed": missed,
    "past_winner_good": lambda f: (
        f"finished {ordinal(f['value'])} at {f['track']} to go with a win there in "
        f"{month(f['won'])}"
    ),
    "past_winner_poor": lambda f: (
        f"finished {ordinal(f['value'])} at {f['track']} despite a win there in {month(f['won'])}"
    ),
    "beat_teammates": lambda f: (
        f"came home {counted(f['value'], 'place')} ahead of the next {f['team']} car"
    ),
    "behind_teammates": lambda f: (
        f"came home {counted(f['value'], 'place')} behind the next {f['team']} car"
    ),
    "profile": lambda f: (
        "is a series champion" if f["value"] == 1 else f"is a {cardinal(f['value'])}-time champion"
    ),
}

HEADLINES: Mapping[str, str] = {
    "win": "{driver} wins",
    "record_margin": "{driver} wins the closest of finishes",
    "class_win": "{driver} takes the class",
    "dsq": "{driver} is disqualified",
    "near_miss": "{driver} loses by a blink",
    "overturned": "{driver} wins, then does not",
    "out": "An early end for {driver}",
    "retirement_rate": "{driver} is out again",
    "slump": "{driver}'s slump goes on",
    "form_swing": "{driver}'s form has gone",
    "late_incident": "Late trouble for {driver}",
    "comeback": "{driver} comes back",
    "first_win": "A first win for {driver}",
    "winless_ended": "{driver} wins again at last",
    "gain": "{driver} comes through the field",
    "podium": "{place} for {driver}",
    "top_five": "{place} for {driver}",
    "top_ten": "{place} for {driver}",
    "most_led_lost": "{driver} leads most and loses",
    "fade": "{driver} fades",
    "streak": "{driver} keeps the streak going",
    "streak_ended": "{driver}'s streak ends",
    "cut_line_down": "{driver} drops below the line",
    "cut_line_up": "{driver} moves above the line",
    "clinched": "{driver} is locked in",
    "past_winner_poor": "No return to form for {driver}",
}

SIDES: Mapping[str, str] = {"winner": "A good day for {driver}", "loser": "A bad day for {driver}"}
"""The headline where a rule has none of its own."""


def clause(fact: Fact) -> str:
    """What a fact says, after a driver's name."""
    return CLAUSES[fact.kind](fact)


def headline(driver: str, side: str, fact: Fact) -> str:
    """A line to read first: what the strongest reason makes of the day."""
    place = fact.get("position") or fact.value
    text = HEADLINES.get(fact.kind, SIDES[side])
    said = text.format(driver=driver, place=ordinal(place) if isinstance(place, int) else "")
    return said[:1].upper() + said[1:]


ASIDE = frozenset({"beat_teammates", "behind_teammates"})
"""What follows the finish, however telling."""


def clauses_of(facts: Sequence[Fact]) -> list[str]:
    """The clauses of a sentence: a win and how many that makes are one."""
    told = sorted(facts, key=lambda fact: fact.kind in ASIDE)
    win = next((f for f in told if f.kind == "win" and not f.get("dead_heat")), None)
    nth = next((f for f in told if f.kind == "nth_win"), None)
    if win is None or nth is None or win.get("margin_s"):
        return [clause(fact) for fact in told]
    both = f"won for the {ordinal(nth['value'])} time in {nth['season']}"
    return [both if fact is win else clause(fact) for fact in told if fact is not nth]


def sentence(driver: str, facts: Sequence[Fact], *, forming: bool = False) -> str:
    """One sentence of at most three clauses, the most telling first."""
    if forming:
        driver = f"If it ended now: {driver}"
    clauses = clauses_of(facts[:3])
    joint = "; " if any("," in text for text in clauses) else ", "
    if len(clauses) == 1:
        return f"{driver} {clauses[0]}."
    if len(clauses) == 2 and joint == ", ":
        return f"{driver} {clauses[0]} and {clauses[1]}."
    return f"{driver} {joint.join(clauses[:-1])}{joint.rstrip()} and {clauses[-1]}."


def cars(entries: Sequence[Value]) -> str:
    """car 31; cars 31 and 33; cars 2, 31 and 33."""
    names = [str(entry) for entry in entries]
    if len(names) == 1:
        return f"car {names[0]}"
    return f"cars {', '.join(names[:-1])} and {names[-1]}"


def cost(f: Fact) -> str:
    """What an incident, a penalty or a stop cost one car."""
    if f.get("out"):
        by = f" after contact from car {f['by']}" if f.get("by") else ""
        return f"car {f.entry} was out of the race{by}"
    said = []
    if f.get("laps"):
        said.append(f"lost {counted(f['laps'], 'lap')}")
    if f.get("places"):
        lost = int(f["places"])
        verb = "fell" if lost > 0 else "rose"
        then = " by the restart" if f.get("restart") else ""
        said.append(f"{verb} from {ordinal(f['before'])} to {ordinal(f['after'])}{then}")
    return f"car {f.entry} {' and '.join(said) or 'lost no place'}"


def gave(f: Fact) -> str:
    """What a caution gave."""
    if f.kind == "free_pass":
        return f"car {f.entry} got a lap back by the free pass"
    return f"the caution took {counted(f['value'], 'lap')}"


def consequence(facts: Sequence[Fact]) -> str:
    """What came of an incident, in one sentence."""
    text = "; ".join(cost(f) if f.kind == "cost" else gave(f) for f in facts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""
