"""The rules: which facts count for a car and which against it, in which family, and how much.

One row a rule. Points of a claim: its surprise in bits x `weight` x what hung on it, at most
`cap`. Weights come in four classes, by how often reporters of five series reach for such a
claim in what they write after a race; they are not tuned on any one race. To add a rule, add
the fact, one row here and one line to the words.
"""

from dataclasses import dataclass

from tracker.racing.rulebook import Rulebook

GOOD, BAD = "winner", "loser"

ALWAYS, VERY_COMMON, COMMON, OCCASIONAL = 6.0, 3.0, 2.5, 1.5
"""How often such a claim is made in print."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, by the name of the fact it asks for."""

    id: str
    side: str
    family: str
    weight: float
    cap: float
    topic: str = ""
    """What it talks about: one sentence says a thing once."""
    finish: bool = False
    """Whether it states the finishing position: one sentence does that once."""
    rate: str = ""
    """The base rate it is held against, where that is not its own."""
    among_all: bool = False
    """Held against all starts: a podium is a podium, whoever it is."""
    needs: str = ""
    """What the rulebook must have for this to mean anything: `playoffs`, `stages`."""
    heartbreak: bool = False
    """It makes a loser of whoever it happens to, however good the finish."""


def good(id: str, family: str, weight: float, cap: float, **more: object) -> Rule:
    """A rule that counts for a car."""
    return Rule(id, GOOD, family, weight, cap, **more)  # type: ignore[arg-type]


def bad(id: str, family: str, weight: float, cap: float, **more: object) -> Rule:
    """A rule that counts against it."""
    return Rule(id, BAD, family, weight, cap, **more)  # type: ignore[arg-type]


RULES: tuple[Rule, ...] = (
    # The result.
    good("win", "result", 11.5, 80, topic="finish", rate="place"),
    good("class_win", "result", 8, 45, topic="finish", rate="place"),
    good("podium", "result", 5, 24, topic="finish", finish=True, rate="place", among_all=True),
    good("top_five", "result", 4, 18, topic="finish", finish=True, rate="place", among_all=True),
    good(
        "top_ten", "result", COMMON, 12, topic="finish", finish=True, rate="place", among_all=True
    ),
    bad("poor_place", "result", 1.0, 6, topic="finish", finish=True),
    bad("last", "result", 1.0, 6, topic="finish", finish=True),
    bad("dsq", "result", ALWAYS, 45, topic="finish"),
    bad("near_miss", "result", 5, 28, topic="finish", heartbreak=True),
    bad("close_loss", "result", 3, 14, topic="finish"),
    # What had not been seen before, or not for long.
    good("record_margin", "rarity", 4, 30, topic="record"),
    good("first_win", "rarity", VERY_COMMON, 28, topic="wins"),
    good("nth_win", "season", VERY_COMMON, 15, topic="wins"),
    good("career_wins", "career", 0.0, 0, topic="career"),
    good("winless_ended", "rarity", VERY_COMMON, 20, topic="wins"),
    good("best_here_since", "rarity", VERY_COMMON, 15, topic="here"),
    good("best_here_ever", "rarity", VERY_COMMON, 12, topic="here"),
    good("career_best", "rarity", VERY_COMMON, 15, topic="best"),
    good("season_best", "rarity", VERY_COMMON, 8, topic="best", finish=True),
    good("drought_ended", "rarity", COMMON, 12, topic="form"),
    bad("overturned", "rarity", 3, 20, topic="overturned", heartbreak=True),
    # Form.
    good("streak", "form", VERY_COMMON, 12, topic="form"),
    good("streak_here", "form", VERY_COMMON, 12, topic="streak_here"),
    bad("streak_ended", "form", COMMON, 12, topic="form"),
    bad("slump", "form", COMMON, 16, topic="form"),
    bad("form_swing", "form", OCCASIONAL, 10, topic="swing"),
    bad("retirement_rate", "form", COMMON, 18, topic="retirements"),
    bad("wreck_streak", "form", COMMON, 16, topic="form"),
    # The race.
    good("gain", "race", COMMON, 15, topic="way", finish=True),
    good("comeback", "race", COMMON, 24, topic="way", finish=True),
    good("stage_win", "race", OCCASIONAL, 8, topic="stages", needs="stages"),
    bad("out", "race", 6, 24, topic="out"),
    bad("late_incident", "race", 4, 14, topic="incident"),
    bad("instigator", "race", COMMON, 8, topic="incident"),
    good("most_led_won", "race", COMMON, 12, topic="led"),
    bad("most_led_lost", "race", 5, 35, topic="led", finish=True),
    bad("lost_final_restart", "race", OCCASIONAL, 8, topic="restart", finish=True),
    bad("penalty_cost", "race", COMMON, 10, topic="penalty"),
    bad("fade", "race", COMMON, 14, topic="fade", finish=True),
    bad("lost_places", "race", COMMON, 10, topic="way", finish=True),
    # The championship.
    good("points_lead", "title", VERY_COMMON, 6, topic="points"),
    good("points_lead_taken", "title", VERY_COMMON, 14, topic="points"),
    good("standings_up", "title", VERY_COMMON, 9, topic="points"),
    bad("standings_down", "title", VERY_COMMON, 9, topic="points"),
    good("clinched", "title", VERY_COMMON, 20, topic="playoffs", needs="playoffs"),
    good("cut_line_up", "title", 8, 40, topic="playoffs", needs="playoffs"),
    bad("cut_line_down", "title", 8, 40, topic="playoffs", needs="playoffs"),
    bad("clinch_missed", "title", VERY_COMMON, 12, topic="playoffs", needs="playoffs"),
    # Around it.
    good("past_winner_good", "context", OCCASIONAL, 5, topic="past", finish=True),
    bad("past_winner_poor", "context", COMMON, 14, topic="past", finish=True),
    good("beat_teammates", "team", COMMON, 8, topic="team"),
    bad("behind_teammates", "team", COMMON, 8, topic="team"),
)

BY_ID = {rule.id: rule for rule in RULES}

PROFILE, PROFILE_CAP = 2.0, 8.0
"""Points for each title a driver has won, on the side where something else was found."""


def applies(rule: Rule, book: Rulebook) -> bool:
    """Whether a rule means anything in a series."""
    match rule.needs:
        case "playoffs":
            return bool(book.season.playoff_places)
        case "stages":
            return bool(book.points.stage)
        case _:
            return True
