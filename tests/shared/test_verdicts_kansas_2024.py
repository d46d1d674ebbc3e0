"""Who won and who lost at Kansas in 2024, with the history of that morning.

A regression test, not a proof of quality: it asserts names, sides and true facts, not wording.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from tests.verdicts.proof import assert_proven
from tests.verdicts.test_revisions import disqualified
from tests.verdicts.test_revisions import race as kansas_and
from tracker.history import read_history
from tracker.racing.race import Race
from tracker.score import folded, scripted, told
from tracker.verdicts.changes import withdrawn
from tracker.verdicts.history import History
from tracker.verdicts.judge import Reason, Verdict, Verdicts, judge

DATA = Path(__file__).parents[3] / "shared" / "data" / "history"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the race data beside the project is not here"),
]


@cache
def history() -> History:
    return read_history(DATA)


@cache
def race() -> Race:
    return folded(scripted("kansas-2024"))


@cache
def verdicts() -> Verdicts:
    return judge(race(), history())


def of(entry: str) -> Verdict:
    return next(v for v in verdicts().verdicts if v.entry == entry)


def reason(entry: str, rule: str) -> Reason:
    return next(r for r in of(entry).reasons if r.rule == rule)


def everything() -> str:
    shown = [*verdicts().verdicts, *verdicts().also_considered]
    return " ".join(r.text for v in shown for r in v.reasons) + " ".join(v.text for v in shown)


def test_three_winners_and_three_losers() -> None:
    sides = {side: {v.entry for v in verdicts().verdicts if v.side == side}
             for side in ("winner", "loser")}  # fmt: skip
    assert sides == {"winner": {"5", "9", "8"}, "loser": {"23", "17", "84"}}
    assert verdicts().status == "final"
    assert {v.rev for v in verdicts().verdicts} == {3}


def test_winners_and_losers_take_turns() -> None:
    assert [v.side for v in verdicts().verdicts] == ["winner", "loser"] * 3


def test_every_number_is_proven() -> None:
    assert_proven(verdicts())


def test_larson_took_his_second_win_of_the_season_by_the_closest_finish_ever() -> None:
    assert reason("5", "nth_win").fact.value == 2
    assert any("2024-03-03 Las Vegas" in item for item in reason("5", "nth_win").evidence)
    record = reason("5", "record_margin")
    assert record.fact.value == "0.001"
    assert record.fact["before_s"] == "0.002"
    assert any(item.startswith("crossing/5/268/sf") for item in record.evidence)
    assert "0.001 s" in of("5").text
    assert "second win of 2024" in of("5").text
    assert "closest finish" in of("5").text


def test_johnson_went_out_on_lap_176_after_contact_from_car_7() -> None:
    out = reason("84", "out")
    assert (out.fact.value, out.fact["by"], out.fact["victim"]) == (176, "7", "yes")
    assert any(item.startswith("incident/1") for item in out.evidence)
    rate = reason("84", "retirement_rate").fact
    assert (rate.value, rate.n, rate["since"]) == (4, 7, "2023-02")
    assert (rate["season_outs"], rate["season_starts"]) == (1, 4)
    assert "fourth time in seven starts since February 2023" in of("84").text


def test_elliott_was_best_at_kansas_since_october_2021() -> None:
    best = reason("9", "best_here_since").fact
    assert (best.value, best["since"], best["before"]) == (3, "2021-10", 2)
    assert "since October 2021" in of("9").text


def test_busch_came_back_to_eighth_after_his_spin() -> None:
    back = reason("8", "comeback").fact
    assert (back.value, back["position"], back["lap"], back.n) == (23, 8, 261, 7)
    assert reason("8", "streak_here").fact.value == 2


def test_wallace_finished_outside_the_top_fifteen_for_the_third_time_running() -> None:
    slump = reason("23", "slump")
    assert (slump.fact.value, slump.fact["races"]) == (3, "36 32")
    assert reason("23", "late_incident").fact.value == 185
    assert reason("23", "past_winner_poor").fact["won"] == "2022-09"


def test_buescher_was_shown_first_and_lost_by_a_thousandth() -> None:
    assert reason("17", "near_miss").fact.value == "0.001"
    assert reason("17", "overturned").fact["by"] == "photo"
    assert reason("17", "clinch_missed").fact["season"] == 2024


@pytest.mark.parametrize(
    "false",
    [
        "four of seven this season",
        "four of the seven",
        "fourth retirement of 2024",
        "third time in a row at Kansas",
        "third in the standings",
        "up to third",
        "in the last seven races of 2024",
    ],
)
def test_what_the_press_got_wrong_is_not_said(false: str) -> None:
    assert false not in everything()


def test_busch_is_not_given_a_third_top_ten_in_a_row_here() -> None:
    assert "third" not in of("8").text
    assert "standings" not in everything()


def test_points_added_up_from_results_are_no_standings() -> None:
    missing = {skip.rule: skip.missing for skip in verdicts().skipped}
    assert "published standings" in missing["standings_up"]


def test_the_race_itself_and_later_ones_are_no_history() -> None:
    assert any(past.date > "2024-05-05" for past in history().races)
    refs = [item for v in verdicts().verdicts for r in v.reasons for item in r.evidence]
    assert not any(item[:10] >= "2024-05-05" for item in refs if item[:2] == "20")


def test_a_disqualification_a_day_later_moves_records_and_streaks() -> None:
    """Buescher wins by 0.059 s, Elliott is second, and the record stands at 0.002 s again."""
    after = judge(kansas_and(disqualified("5")), history())
    named = {str(v.entry): v for v in after.verdicts}
    rules = {entry: {r.rule for r in v.reasons} for entry, v in named.items()}
    assert (after.rev, after.status, after.cause) == (
        4, "final", "penalty to car 5: failed inspection",
    )  # fmt: skip
    assert named["17"].side == "winner"
    assert named["17"].text.startswith("Chris Buescher won by 0.059 s")
    assert "nth_win" not in rules["17"]
    assert "clinched" in rules["17"]
    assert {"dsq", "overturned"} <= rules["5"]
    second = next(r for r in named["9"].reasons if r.rule == "podium")
    assert second.fact.value == 2
    assert not any("record_margin" in found for found in rules.values())
    gone = {(v.side, v.entry) for v in withdrawn(verdicts(), after).removed}
    assert ("winner", "5") in gone
    assert_proven(after)


def test_the_report_has_them() -> None:
    scored = json.loads(json.dumps(told(race(), DATA)))
    first = scored["verdicts"][0]
    assert set(first) >= {"side", "entry", "driver", "headline", "text", "reasons", "rev", "score"}
    assert set(first["reasons"][0]) >= {"rule", "text", "evidence"}
    assert scored["verdicts_status"] == "final"
    assert len(scored["verdicts_also_considered"]) == 4


def test_without_history_it_says_what_it_could_not_ask() -> None:
    bare = judge(race())
    assert {v.entry for v in bare.verdicts if v.side == "winner"} >= {"5", "8"}
    assert "results of earlier races" in {skip.missing for skip in bare.skipped}
    assert_proven(bare)


def test_one_track_is_no_season() -> None:
    """A list of Kansas races says what was here, and nothing of this season or of streaks."""
    here = judge(race(), read_history(DATA / "kansas_history.json"))
    rules = {r.rule for v in here.verdicts for r in v.reasons}
    assert "streak_here" in rules
    assert not rules & {"nth_win", "slump", "retirement_rate", "streak", "clinch_missed"}
    assert "nth_win" in {skip.rule for skip in here.skipped}
