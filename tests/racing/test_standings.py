"""Standings before and after a race, playoff places, the cut line, and what is settled."""

from tests.racing.story import story
from tracker.racing.playoffs import (
    Settled,
    advancing,
    champion,
    most_in_a_race,
    playoffs,
    seeds,
    settled,
)
from tracker.racing.points import points_of
from tracker.racing.rulebook import rulebook
from tracker.racing.rulebooks.rules import SeasonRules
from tracker.racing.standings import Season, after, as_json, from_json, standings

CUP = rulebook("nascar-cup/2024").season
FOUR = SeasonRules(playoff_places=4, winners_first=True)
"""A small series: winners first, four places."""


def names(seasons: list[Season], rules: SeasonRules = CUP) -> list[str]:
    return [line.driver for line in standings(rules, seasons)]


def small(*, hamlin_wins: bool = False) -> list[Season]:
    """Six drivers, of whom two have won; the last did it from far behind."""
    return [
        Season("Truex", 395),
        Season("Hamlin", 361, places=(1,) if hamlin_wins else ()),
        Season("Elliott", 377, places=(1,)),
        Season("Buescher", 265, places=(2,)),
        Season("Suárez", 200, places=(1, 1)),
        Season("Heim", 400, places=(1,), full_time=False),
    ]


def test_equal_on_points_the_one_with_more_wins_is_ahead() -> None:
    """Then the one with more seconds, however many thirds the other has."""
    assert names([Season("A", 302, (5, 5)), Season("B", 302, (1, 30))]) == ["B", "A"]
    assert names([Season("A", 302, (1, 3, 3)), Season("B", 302, (1, 2, 30))]) == ["B", "A"]
    assert names([Season("A", 302, (1, 3)), Season("B", 302, (1, 3, 9))]) == ["B", "A"]


def test_what_no_rule_separates_is_tied() -> None:
    lines = standings(CUP, [Season("B", 10, (4,)), Season("A", 10, (4,)), Season("C", 9)])
    assert [(line.driver, line.tied) for line in lines] == [("A", True), ("B", True), ("C", False)]
    assert [line.behind_leader for line in lines] == [0, 0, 1]


def test_a_race_is_added_to_the_season() -> None:
    """Driver 1 wins and gains 40; who was not in the standings joins them."""
    race = story("1", "2", laps=1).green().laps("1", 30).laps("2", 31).race
    seasons = after([Season("Driver 1", 100, (3,))], points_of(race))
    assert seasons == [
        Season("Driver 1", 140, (3, 1), playoff=5),
        Season("Driver 2", 35, (2,), full_time=False),
    ]


def test_winners_take_places_first_and_the_rest_goes_by_points() -> None:
    """Two wins before one; the last place on points is Hamlin's, 96 ahead of Buescher."""
    found = playoffs(FOUR, standings(FOUR, small()))
    assert found is not None
    assert [(chance.driver, chance.on) for chance in found.chances] == [
        ("Suárez", "win"), ("Elliott", "win"), ("Truex", "points"), ("Hamlin", "points"),
        ("Buescher", None),
    ]  # fmt: skip
    assert (found.cut_line, found.last_in, found.first_out) == (361, "Hamlin", "Buescher")
    by_driver = found.by_driver
    assert [by_driver[d].to_cut_line for d in ("Elliott", "Truex", "Hamlin", "Buescher")] == [
        None, 34, 0, -96,
    ]  # fmt: skip
    assert [by_driver[d].locked_in for d in ("Elliott", "Truex")] == [True, False]


def test_a_win_locks_a_driver_in_and_may_push_another_out() -> None:
    before = playoffs(FOUR, standings(FOUR, small()))
    seasons = [s if s.driver != "Buescher" else Season("Buescher", 305, (2, 1)) for s in small()]
    now = playoffs(FOUR, standings(FOUR, seasons))
    assert before is not None
    assert now is not None
    assert settled(before, now) == [
        Settled("locked_in", "Buescher"),
        Settled("climbed_above", "Buescher"),
        Settled("fell_below", "Hamlin"),
    ]


def test_a_place_on_points_is_clinched_when_too_few_can_take_it() -> None:
    """With one race left: two winners, one rival in reach and one surprise would be four."""
    table = standings(FOUR, small())
    sixty = playoffs(FOUR, table, races_left=1, most_in_a_race=60)
    assert sixty is not None
    assert not sixty.by_driver["Truex"].locked_in
    thirty = playoffs(FOUR, table, races_left=1, most_in_a_race=30)
    assert thirty is not None
    assert [thirty.by_driver[d].locked_in for d in ("Truex", "Hamlin")] == [True, False]


def test_the_most_a_race_can_pay() -> None:
    assert most_in_a_race(rulebook("nascar-cup/2024").points, stages=2) == 60
    assert most_in_a_race(rulebook("nascar-cup/2026").points, stages=2) == 76
    assert most_in_a_race(rulebook("f1/2024").points, stages=0) == 26


def test_a_title_is_won_when_it_can_not_even_be_equalled() -> None:
    table = standings(SeasonRules(), [Season("A", 100), Season("B", 74)])
    assert champion(table, 25) == "A"
    assert champion(table, 26) is None


def test_a_series_without_playoffs_has_no_places_in_them() -> None:
    rules = rulebook("f1/2024").season
    assert playoffs(rules, standings(rules, small())) is None
    assert seeds(rules, standings(rules, small())) == []


def test_playoffs_start_on_playoff_points() -> None:
    """2 000 and playoff points, 15 of them for the best of the regular season."""
    rules = rulebook("nascar-cup/2024").season
    found = seeds(
        rules, standings(rules, [Season("A", 900, playoff=3), Season("B", 800, (1,), 10)])
    )
    assert [(seed.driver, seed.points) for seed in found] == [("B", 2020), ("A", 2018)]


def test_the_chase_starts_by_place() -> None:
    """2026: a win takes no place, and what everyone starts on depends on the place alone."""
    rules = rulebook("nascar-cup/2026").season
    found = seeds(
        rules, standings(rules, [Season("A", 900), Season("B", 800, (1,)), Season("C", 7)])
    )
    assert [(seed.driver, seed.points) for seed in found] == [("A", 2100), ("B", 2075), ("C", 2065)]
    assert rules.seeds[-1] == 2000
    assert len(rules.seeds) == 16


def test_a_round_is_survived_by_winning_or_on_points() -> None:
    rules = SeasonRules(rounds=(4, 2))
    points: dict[str, float] = {"A": 2100, "B": 2090, "C": 2080, "D": 2000}
    assert advancing(rules, 1, points, ["D", "Z"]) == ["D", "A"]
    assert advancing(rules, 2, {"A": 40, "D": 35}, []) == ["A"]


def test_standings_can_be_written_down_and_read_again() -> None:
    rows = as_json(standings(CUP, small()))
    again = from_json(rows)
    assert [(season.driver, season.points, season.wins) for season in again][:2] == [
        ("Heim", 400, 1),
        ("Truex", 395, 0),
    ]
