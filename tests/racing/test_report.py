"""A race in plain values: what was there before is there still, and points and numbers with it."""

import json

from tests.racing.story import story
from tracker.racing.race import Race
from tracker.racing.report import report
from tracker.racing.standings import Season


def race(rulebook: str = "nascar-cup/2024") -> Race:
    """Car 2 wins the stage, car 1 the race."""
    told = story("1", "2", laps=4, stages=((1, 2), (2, 4)), rulebook=rulebook).green()
    return told.laps("1", 30, 60.5, 90, 120).laps("2", 31, 60, 91, 121).race


def test_the_keys_that_others_read() -> None:
    """None of them is ever taken away."""
    assert list(report(race())) == [
        "race", "order_by_lap", "classification", "laps_led", "lead_changes", "cautions",
        "revisions", "anomalies", "stages", "laps_given_back", "points", "statistics",
    ]  # fmt: skip


def test_points_and_stages() -> None:
    told = report(race())
    assert told["stages"] == [{"number": 1, "end_lap": 2, "order": ["2", "1"]}]
    assert told["points"]["status"] == "unofficial"
    assert told["points"]["unverified"] == []
    assert told["points"]["scores"][0] == {
        "entry": "1",
        "position": 1,
        "eligible": True,
        "race": 40,
        "stages": {"1": 9},
        "bonuses": {},
        "playoff": 5,
        "total": 49,
    }


def test_a_club_without_points_has_none() -> None:
    assert report(race("club/any"))["points"] is None


def test_standings_before_and_after_where_those_before_are_known() -> None:
    before = [Season("Driver 2", 10), Season("Driver 1", 0), Season("Driver 3", 20)]
    told = report(race(), standings_before=before)["standings"]
    assert [line["driver"] for line in told["before"]] == ["Driver 3", "Driver 2", "Driver 1"]
    assert [(line["driver"], line["points"]) for line in told["after"]] == [
        ("Driver 2", 55), ("Driver 1", 49), ("Driver 3", 20),
    ]  # fmt: skip
    assert told["playoffs"]["settled"] == [{"kind": "locked_in", "driver": "Driver 1"}]
    assert report(race("f1/2024"), standings_before=before)["standings"]["playoffs"] is None


def test_everything_is_plain() -> None:
    """What is written as JSON is read back the same."""
    told = report(race(), standings_before=[Season("Driver 1", 12.5)])
    assert json.loads(json.dumps(told)) == told
    assert json.dumps(report(Race()))


def test_a_report_says_what_each_result_changed_and_who_got_a_lap_back() -> None:
    told = story("1", "2", "3", laps=3).green().laps("1", 30, 60).laps("2", 31, 61).laps("3", 62)
    told.caution(63, "spin").green(88).laps("1", 90).laps("2", 91).laps("3", 92)
    found = report(told.penalty("1", 200, "time", 5_000_000).lap("3", 1_000_000).race)
    assert found["cautions"][0]["beneficiary"] is None
    assert found["laps_given_back"] == [
        {
            "caution": 1,
            "order_from": "sf_only",
            "beneficiary": "3",
            "computed": True,
            "waved_around": [],
        }
    ]
    assert [one["changed"] for one in found["revisions"]] == [
        [],
        [
            {"entry": "2", "from": "P2", "to": "P1", "cause": "penalty to car 1: time"},
            {"entry": "1", "from": "P1", "to": "P2", "cause": "+5 s"},
        ],
    ]
    assert found["anomalies"][-1]["kind"] == "far_ahead"
    assert found["race"]["ended_because"] is None
    json.dumps(found)
