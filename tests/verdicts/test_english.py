"""Sentences as a fan would say them aloud."""

from dataclasses import replace

from tracker.racing.vocabulary import EntryId
from tracker.verdicts.english import sentence
from tracker.verdicts.facts import Evidence, Fact, Value, fact


def of(kind: str, value: Value, n: int = 1, **more: Value) -> Fact:
    """A fact without much to show for it."""
    made = fact(kind, EntryId("5"), value, [Evidence("result/1")], n=n)
    return replace(made, more=tuple(more.items()))


def test_a_win_and_how_many_that_makes_are_said_once() -> None:
    win, nth = of("win", 1, 40), of("nth_win", 2, 12, season=2024)
    assert sentence("Anna", [win, nth]) == "Anna won for the second time in 2024."
    close = of("win", 1, 40, margin_s="0.001")
    assert sentence("Anna", [close, nth]) == "Anna won by 0.001 s and took a second win of 2024."


def test_nobody_finishes_twice_in_a_sentence() -> None:
    behind = of("behind_teammates", 10, 3, team="Team A", position=20)
    lost = of("lost_places", 12, 40, start=8, position=20)
    assert sentence("Anna", [behind, lost]) == (
        "Anna started eighth but finished 20th and came home ten places behind the next Team A car."
    )


def test_retirements_all_in_one_season_are_counted_once() -> None:
    rate: dict[str, Value] = {
        "since": "2024-02",
        "season": 2024,
        "season_outs": 4,
        "season_starts": 7,
    }
    text = sentence("Anna", [replace(of("retirement_rate", 4, 7), more=tuple(rate.items()))])
    assert text == "Anna failed to finish for the fourth time in seven starts since February 2024."


def test_a_poor_finish_at_a_track_once_won_at() -> None:
    poor = of("past_winner_poor", 17, 13, won="2022-09", track="Kansas")
    assert sentence("Bubba", [poor]) == (
        "Bubba finished 17th at Kansas despite a win there in September 2022."
    )
