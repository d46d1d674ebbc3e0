"""Kansas 2024 with the standings as they were published: what the race settled, and what not."""

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.verdicts.proof import assert_proven
from tracker.history import read_history
from tracker.racing.standings import Season
from tracker.score import folded, scripted
from tracker.verdicts.day import day_of
from tracker.verdicts.facts import Fact
from tracker.verdicts.history import History, PublishedStandings
from tracker.verdicts.judge import facts_of, judge
from tracker.verdicts.names import driver_key
from tracker.verdicts.past import past_of

DATA = Path(__file__).parents[3] / "shared" / "data"
PART_TIME = {"jimmie johnson", "kaz grala", "derek kraus"}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the race data beside the project is not here"),
]


@cache
def history() -> History:
    """The history of that morning, with the standings after Dover as they were published."""
    told = json.loads((DATA / "kansas2024" / "kansas2024.json").read_text())
    known = read_history(DATA / "history")
    wins = Counter(
        driver_key(race.rows[0].driver)
        for race in known.races_before("2024-05-05")
        if race.season == 2024
    )
    seasons = tuple(
        Season(
            row["driver"],
            row["after_race_11_dover"],
            (1,) * wins[driver_key(row["driver"])],
            full_time=row["driver"] not in PART_TIME,
        )
        for row in told["standings"]["rows"]
    )
    return replace(known, standings=(PublishedStandings("2024-04-28", seasons),))


@cache
def facts() -> dict[str, dict[str, Fact]]:
    day = day_of(folded(scripted("kansas-2024")))
    found = facts_of(day, past_of(history(), "2024-05-05"))
    return {str(entry): {fact.kind: fact for fact in mine} for entry, mine in found.items()}


def test_elliott_was_third_before_and_stayed_third() -> None:
    assert not {"standings_up", "standings_down"} & set(facts()["9"])


def test_larson_leads_with_467_points() -> None:
    assert facts()["5"]["points_lead"]["points"] == "467"


def test_logano_fell_below_the_line_and_keselowski_came_above_it() -> None:
    assert facts()["22"]["cut_line_down"]["points"] == "18"
    assert "cut_line_up" in facts()["6"]
    assert [car for car, found in facts().items() if "cut_line_down" in found] == ["22"]


def test_buescher_stayed_in_so_he_fell_below_nothing() -> None:
    assert "cut_line_down" not in facts()["17"]
    assert "clinch_missed" in facts()["17"]


def test_with_standings_the_driver_who_fell_below_the_line_is_a_loser() -> None:
    """Logano takes Wallace's place: the same slump, and the playoff place on top of it."""
    verdicts = judge(folded(scripted("kansas-2024")), history())
    sides = {side: {v.entry for v in verdicts.verdicts if v.side == side}
             for side in ("winner", "loser")}  # fmt: skip
    assert sides["winner"] == {"5", "9", "8"}
    assert sides["loser"] == {"17", "84", "22"}
    assert "23" in {v.entry for v in verdicts.also_considered}
    assert not verdicts.skipped
    assert_proven(verdicts)
