"""The verdicts: who won and who lost the day, and why, with everything that proves it.

    verdicts = judge(race, past)

They are forming while the race is run ("if it ended now"), held while officials look at a
finish, provisional from the flag on and final with the official result. They are computed
again for every revision of the result; `withdrawn` says what that changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.results import under_review
from tracker.racing.stages import stage_results
from tracker.racing.vocabulary import EntryId, Flag, ResultStatus
from tracker.verdicts import english
from tracker.verdicts.day import Day, Line, day_of, day_of_past
from tracker.verdicts.english_counts import proof
from tracker.verdicts.facts import Evidence, Fact, Skipped, fact
from tracker.verdicts.form_facts import form_facts
from tracker.verdicts.history import History, PastRace
from tracker.verdicts.names import track_key
from tracker.verdicts.on_track import (
    lap_facts,
    lead_facts,
    places_facts,
    result_facts,
    stage_facts,
)
from tracker.verdicts.past import Past, past_of
from tracker.verdicts.rules import BAD, BY_ID, GOOD, applies
from tracker.verdicts.scoring import Case, Claim, case_of
from tracker.verdicts.season_facts import (
    a_win_would_do,
    standings_facts,
    tables_of,
    teammates,
    titles,
)
from tracker.verdicts.selection import alternating, chosen
from tracker.verdicts.trouble import incident_facts, penalty_facts

CLAUSES = 3
"""In a sentence, at most."""

FORMING, HELD, PROVISIONAL, FINAL = "forming", "held", "provisional", "final"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: the rule, what it says, its points and its proof."""

    rule: str
    text: str
    points: float
    evidence: tuple[str, ...]
    fact: Fact


@dataclass(frozen=True, slots=True)
class Verdict:
    """A car's day: won or lost, and why."""

    side: str
    entry: EntryId
    driver: str
    name: str
    """What the words call it: the driver, or the car where drivers share one."""
    headline: str
    text: str
    reasons: tuple[Reason, ...]
    score: float
    rev: int


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts on a race, as of one revision of its result."""

    status: str
    """`forming`, `held`, `provisional` or `final`."""
    rev: int
    """Of the result they follow from; 0 before there is one."""
    cause: str | None
    """Of that revision."""
    verdicts: tuple[Verdict, ...]
    also_considered: tuple[Verdict, ...]
    skipped: tuple[Skipped, ...]
    held: tuple[EntryId, ...] = ()
    """Cars whose finish is under review: nothing is said of them yet."""


def judge(race: Race, history: History | Past | None = None, k: int = 3) -> Verdicts:
    """The verdicts on a race as it stands, k winners and k losers."""
    day = day_of(race)
    past = history if isinstance(history, Past) else known_before(history, day.date)
    held: tuple[EntryId, ...] = ()
    status = FORMING
    cause = None
    if race.finished_at is not None:
        held = tuple(under_review(race, classification(race)))
        final = race.declared in (ResultStatus.OFFICIAL, ResultStatus.AMENDED)
        status = HELD if held else FINAL if final else PROVISIONAL
        cause = race.results[-1].cause if race.results else None
    elif race.publications:
        withdrawal = race.publications[-1].withdrawn
        cause = None if withdrawal is None else withdrawal.cause
    lacking = no_race(race)
    if lacking is not None:
        return Verdicts(status, day.rev, cause, (), (), (Skipped("every rule", lacking),))
    return verdicts_on(day, past, k, status=status, held=held, cause=cause)


def no_race(race: Race) -> str | None:
    """What a session lacks to be a race, and to be judged as one; None if it is one."""
    announced = race.announced
    if announced is not None and announced.kind != "race":
        return f"a race: this session is {announced.kind}"
    known = race.scheduled_laps is not None or race.duration is not None
    if known or any(shown.flag is Flag.CHECKERED for shown in race.flags_shown):
        return None
    return "a race: no distance was announced, and no checkered flag was shown"


def judge_sheet(race: PastRace, past: Past, k: int = 3) -> Verdicts:
    """The verdicts on a race of which only the results are left."""
    return verdicts_on(day_of_past(race), past, k, status=FINAL)


@lru_cache(maxsize=8)
def remembered(history: "ById", date: str | None) -> Past:
    """What a history knew on a day: counted once, whatever is judged how often."""
    return past_of(history.it, date)


class ById:
    """A history as a key: it never changes, so the same object is the same history."""

    def __init__(self, it: History) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ById) and other.it is self.it


def known_before(history: History | None, date: str | None) -> Past:
    """What was known on the morning of a race."""
    return Past() if history is None else remembered(ById(history), date)


def verdicts_on(
    day: Day,
    past: Past,
    k: int,
    *,
    status: str,
    held: tuple[EntryId, ...] = (),
    cause: str | None = None,
    weights: Mapping[str, float] | None = None,
) -> Verdicts:
    """The verdicts on a day."""
    found = facts_of(day, past)
    cases = [
        case_of(
            line.entry, found[line.entry], past.tier(line.key), past.rates, day.rulebook, weights
        )
        for line in day.lines
        if line.entry not in held
    ]
    winners, next_winners = chosen(cases, GOOD, day, k)
    losers, next_losers = chosen(cases, BAD, day, k)
    return Verdicts(
        status=status,
        rev=day.rev,
        cause=cause,
        verdicts=in_words(day, alternating(winners, losers), status),
        also_considered=in_words(day, alternating(next_winners, next_losers), status),
        skipped=tuple(skipped_rules(day, past)),
        held=held,
    )


def facts_of(day: Day, past: Past) -> dict[EntryId, list[Fact]]:
    """Every fact about every car, rules or no rules."""
    race = day.race
    tables = tables_of(day, race, past) if race is not None else None
    stage_winners = (
        {stage.number: stage.winner for stage in stage_results(race) if stage.winner}
        if race is not None
        else {}
    )
    found: dict[EntryId, list[Fact]] = {}
    for line in day.lines:
        mine = found[line.entry] = [
            *result_facts(day, line, past),
            *lead_facts(day, line),
            *places_facts(day, line),
            *form_facts(day, line, past.form_of(day, line), past),
            *(a_win_would_do(day, line, past) if tables is None or line.position == 2 else ()),
            *titles(day, line, past),
            *teammates(day, line),
        ]
        if race is not None:
            mine += lap_facts(day, race, line)
            mine += stage_facts(day, race, stage_winners, line)
            mine += incident_facts(day, race, line)
            mine += penalty_facts(day, race, line)
        elif line.out:
            mine.append(sheet_retirement(day, line))
        if tables is not None:
            mine += standings_facts(day, line, tables)
    return found


def sheet_retirement(day: Day, line: Line) -> Fact:
    """A retirement of which only the results sheet tells."""
    told = Evidence(day.ref, f"No. {line.entry} {line.cause}, {line.laps} laps")
    return fact(
        "out",
        line.entry,
        line.laps or 0,
        [told, day.finish_evidence(line)],
        strength=1,
        cause=(line.cause or "").lower() or None,
        laps=line.laps,
        sheet="yes",
    )


def in_words(day: Day, told: Iterable[tuple[str, Case]], status: str) -> tuple[Verdict, ...]:
    """Cases in words, in their order."""
    return tuple(verdict(day, side, case, forming=status == FORMING) for side, case in told)


def verdict(day: Day, side: str, case: Case, *, forming: bool = False) -> Verdict:
    """A case in words."""
    line = day.by_entry[case.entry]
    claims = [claim for claim in case.claims(side) if claim.points > 0 or claim.rule != "profile"]
    telling = most_telling(claims)
    return Verdict(
        side=side,
        entry=case.entry,
        driver=line.driver,
        name=line.name,
        headline=english.headline(line.name, side, telling[0].fact),
        text=english.sentence(line.name, [claim.fact for claim in telling], forming=forming),
        reasons=tuple(
            Reason(c.rule, english.clause(c.fact), c.counted, proof(c.fact), c.fact) for c in claims
        ),
        score=round(case.score(side), 1),
        rev=day.rev,
    )


def most_telling(claims: Sequence[Claim]) -> list[Claim]:
    """The claims a sentence is made of: the largest, no topic twice."""
    told: list[Claim] = []
    topics: set[str] = set()
    for claim in claims:
        rule = BY_ID.get(claim.rule)
        if rule is None or rule.topic in topics or (rule.finish and "finish" in topics):
            continue
        topics.add("finish" if rule.finish else rule.topic)
        topics.add(rule.topic)
        told.append(claim)
    return told[:CLAUSES]


NEEDS_LAPS = (
    "fade",
    "lost_final_restart",
    "overturned",
    "comeback",
    "penalty_cost",
    "late_incident",
    "instigator",
    "stage_win",
)
NEEDS_SEASON = (
    "nth_win",
    "season_best",
    "streak",
    "streak_ended",
    "slump",
    "form_swing",
    "first_win",
    "winless_ended",
    "career_best",
    "drought_ended",
    "wreck_streak",
    "retirement_rate",
    "clinch_missed",
)
NEEDS_TRACK = (
    "streak_here",
    "best_here_since",
    "best_here_ever",
    "past_winner_good",
    "past_winner_poor",
)
NEEDS_STANDINGS = (
    "points_lead",
    "points_lead_taken",
    "standings_up",
    "standings_down",
    "cut_line_up",
    "cut_line_down",
)


def skipped_rules(day: Day, past: Past) -> Iterable[Skipped]:
    """Rules that could not be asked, each with what was missing."""
    missing = past.missing(day)
    lacking: list[tuple[Sequence[str], str | None]] = [
        (NEEDS_LAPS, "the laps of the race" if day.race is None else None),
        (NEEDS_SEASON, missing),
        (NEEDS_TRACK, missing if not at_track_known(day, past) else None),
        (("record_margin",), None if past.records_before(day.date) else "earlier margins"),
        (("profile", "career_wins"), None if past.known(day.date) else "titles and wins"),
        (
            NEEDS_STANDINGS,
            None if past.standings_before(day) else "published standings before the race",
        ),
    ]
    for rules, what in lacking:
        if what is not None:
            for rule in rules:
                row = BY_ID.get(rule)
                if row is None or applies(row, day.rulebook):
                    yield Skipped(rule, what)


def at_track_known(day: Day, past: Past) -> bool:
    """Whether every earlier visit to the track is known."""
    if day.track is None:
        return False
    return past.missing(day) is None or track_key(day.track) in past.one_track
