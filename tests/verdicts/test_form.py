"""Streaks, slumps, firsts and bests: what a start is beside those before it."""

from tests.verdicts.past import at, race, season
from tests.verdicts.proof import assert_proven
from tracker.verdicts.day import day_of_past
from tracker.verdicts.facts import Fact
from tracker.verdicts.history import History, PastRace, merged
from tracker.verdicts.judge import Verdicts, facts_of, judge_sheet
from tracker.verdicts.past import Past, past_of


def facts(today: PastRace, history: History, driver: str = "Anna") -> dict[str, Fact]:
    """What can be said of a driver's day."""
    day = day_of_past(today)
    entry = next(line.entry for line in day.lines if line.driver == driver)
    return {fact.kind: fact for fact in facts_of(day, past_of(history, today.date))[entry]}


TODAY = "2024-12-01"
GOOD = (3,) * 20


def test_third_finish_outside_the_top_fifteen_of_one_who_knows_better() -> None:
    found = facts(race(TODAY, *at(17, "Anna")), season("Anna", *GOOD, 36, 32))
    assert found["slump"].value == 3
    assert found["slump"]["races"] == "36 32"
    assert found["form_swing"].value == "28.3"


def test_a_permanent_backmarker_has_no_slump() -> None:
    found = facts(race(TODAY, *at(30, "Anna")), season("Anna", *(30,) * 20, 36, 32))
    assert "slump" not in found


def test_a_streak_is_counted_with_today_and_names_its_races() -> None:
    found = facts(race(TODAY, *at(9, "Anna")), season("Anna", 20, 8, 7))
    assert found["streak"].value == 3
    assert len(found["streak"].evidence) == 3


def test_a_streak_as_long_as_the_records_may_be_longer_so_it_is_not_counted() -> None:
    found = facts(race(TODAY, *at(9, "Anna")), season("Anna", 9, 8, 7))
    assert "streak" not in found


def test_the_end_of_a_streak() -> None:
    found = facts(race(TODAY, *at(20, "Anna")), season("Anna", 30, 2, 3, 4))
    assert found["streak_ended"].value == 3


def test_a_second_win_of_the_season() -> None:
    found = facts(race(TODAY, "Anna"), season("Anna", 1, 20))
    assert found["nth_win"].value == 2
    assert found["nth_win"].n == 3


def test_a_first_win_is_one_only_when_the_first_start_is_known() -> None:
    unknown = facts(race(TODAY, "Anna"), season("Anna", 20, 20))
    before = (race("2023-05-01", "Somebody"), race("2023-05-08", "Somebody"))
    known = facts(race(TODAY, "Anna"), History((*before, *season("Anna", 20, 20).races)))
    assert "first_win" not in unknown
    assert known["first_win"].n == 3


def test_four_retirements_in_seven_starts_with_this_season_told_apart() -> None:
    old = season("Anna", 38, 37, 39, year=2023, out=(0, 1, 2)).races
    found = facts(
        race(TODAY, *at(40, "Anna"), out=("Anna",)),
        History((*old, *season("Anna", 28, 29, 28).races)),
    )
    rate = found["retirement_rate"]
    assert (rate.value, rate.n, rate["season_outs"], rate["season_starts"]) == (4, 7, 1, 4)
    assert rate["since"] == "2023-01"


def test_best_here_since_names_the_visit_that_was_better() -> None:
    visits = [(2021, 2), (2022, 29), (2022, 11), (2023, 7), (2023, 6)]
    past = [
        race(f"{year}-0{number + 1}-01", *at(place, "Anna"), track="Kansas Speedway")
        for number, (year, place) in enumerate(visits)
    ]
    elsewhere = [race("2024-02-01", *at(20, "Anna"))]
    today = race(TODAY, *at(3, "Anna"), track="KANSAS SPEEDWAY")
    found = facts(today, History(merged([*past, *elsewhere])))
    best = found["best_here_since"]
    assert (best["since"], best["before"], best.n) == ("2021-01", 2, 5)
    assert found["streak_here"].value == 3


def test_a_gap_of_seasons_breaks_what_is_in_a_row() -> None:
    found = facts(race(TODAY, *at(9, "Anna")), season("Anna", 8, 7, year=2020))
    assert not {"streak", "streak_here", "career_best"} & set(found)


def test_a_hole_in_the_season_is_said_and_nothing_is_counted_over_it() -> None:
    today = race(TODAY, *at(9, "Anna"), round=12)
    past = past_of(season("Anna", 8, 7), TODAY)
    verdicts = judge_sheet(today, past)
    assert any("2 of 11 earlier races known" in skip.missing for skip in verdicts.skipped)
    assert "streak" not in facts(today, season("Anna", 8, 7))


def test_the_race_itself_and_later_ones_are_left_out() -> None:
    today = race(TODAY, "Anna")
    later = race("2024-12-08", "Anna")
    found = facts(today, History(merged([*season("Anna", 1).races, today, later])))
    assert found["nth_win"].value == 2


def test_nobody_is_known_and_still_no_side_is_empty() -> None:
    verdicts: Verdicts = judge_sheet(race(TODAY, "Anna"), Past())
    assert {verdict.side for verdict in verdicts.verdicts} == {"winner", "loser"}
    assert_proven(verdicts)


def test_a_history_may_begin_with_a_driver_in_two_cars() -> None:
    """Shared drives, and cells that are empty, in the very first race there is."""
    first = race("2024-01-01", "Anna", "Berta", "Anna", "", "")
    found = facts(race(TODAY, *at(9, "Anna")), History((first,)))
    assert found["top_ten"].value == 9
