"""A claim without evidence cannot be made."""

import pytest

from tracker.racing.vocabulary import EntryId
from tracker.verdicts.english import CLAUSES
from tracker.verdicts.english_counts import COUNTS, proof
from tracker.verdicts.facts import Evidence, Scope, UnprovenFact, fact
from tracker.verdicts.proof import numbers
from tracker.verdicts.rates import Rates, bits, tier
from tracker.verdicts.rules import RULES


def test_a_fact_without_evidence_cannot_be_made() -> None:
    with pytest.raises(UnprovenFact):
        fact("win", EntryId("5"), 1, [])


def test_a_fact_says_what_was_counted_and_of_what() -> None:
    found = fact(
        "slump", EntryId("5"), 3, [Evidence("2024-04-28 Dover", "finished 32")], n=3, outside=15
    )
    assert proof(found)[0] == "2024-04-28 Dover: finished 32"
    assert proof(found)[-1] == "counted over this race: 3 in a row outside the top 15"


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope("since", "2023-02-19"), "since 19 February 2023"),
        (Scope("since", "career"), "over the career"),
        (Scope("season", "2024"), "in 2024"),
        (Scope("track", "Kansas"), "at Kansas"),
        (Scope("last", "7"), "over the last 7 races"),
        (Scope("race", "this race"), "over this race"),
    ],
)
def test_what_was_counted_is_said_as_people_say_it(scope: Scope, said: str) -> None:
    found = fact("most_led_won", EntryId("5"), 64, [Evidence("result/3")], n=268, scope=scope)
    assert proof(found)[-1] == f"counted {said}: 64 of 268 laps led"


def test_numbers_are_found_in_words_and_figures() -> None:
    said = numbers("won by 0.001 s, a second win, the first in 23 starts", ["Car 9"])
    assert said == {0.001, 2, 1, 23}


def test_every_rule_has_its_words() -> None:
    assert {rule.id for rule in RULES} <= set(CLAUSES)
    assert set(CLAUSES) <= set(COUNTS)


def test_the_rarer_the_more_surprising() -> None:
    rates = Rates()
    for n in range(100):
        rates.observe("front", {"streak": 3} if n < 10 else {})
    common, rare = (bits(rates.share("streak", "front", s)) for s in (3, 8))
    assert 2.5 < common < 3.5 < rare


def test_few_starts_say_little() -> None:
    rates = Rates()
    rates.observe("front", {"streak": 3})
    assert rates.share("streak", "front", 3) < 0.15


def test_a_driver_nobody_has_seen_is_new() -> None:
    assert tier([0.1] * 4) == "new"
    assert [tier([share] * 9) for share in (0.2, 0.5, 0.8)] == ["front", "middle", "back"]
