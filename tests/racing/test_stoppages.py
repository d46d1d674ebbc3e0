"""Stopped races: whose result it is when the red flag ends the day."""

import pytest

from tests.racing.story import Story, at, order, story
from tests.racing.test_loops import oval
from tracker.racing.classification import classification, classify_as_if_checkered
from tracker.racing.countback import Stood, as_if_checkered, combined, is_official, order_at_red
from tracker.racing.race import Race, Stoppage
from tracker.racing.rulebook import rulebook
from tracker.racing.timed import race_time
from tracker.racing.vocabulary import EntryId, Flag


def entries(race: Race) -> list[str]:
    return [str(line.car.entry) for line in classification(race)]


def stopped_on_lap_20() -> Story:
    """Car 7 leads at the end of lap 18, spins on lap 19, and is second when red is shown."""
    told = story("7", "1", "2", laps=40, rulebook="f1/2024", rolling=False).green()
    for lap in range(1, 19):
        told.lap("7", 90 * lap).lap("1", 90 * lap + 1.0).lap("2", 90 * lap + 5.0)
    told.lap("1", 1711.0).lap("7", 1714.0).lap("2", 1715.0)
    return told.flag(Flag.RED, 1800.5)


def test_countback_gives_a_winner_who_was_not_leading_at_the_red_flag() -> None:
    told = stopped_on_lap_20()
    assert order(told.race) == ["1", "7", "2"]
    race = told.ends(2400).race
    assert entries(race) == ["7", "1", "2"]
    assert race.laps_completed == 18
    on_the_road = order_at_red(race)
    assert on_the_road is not None
    assert on_the_road.order == ("1", "7", "2")
    assert race.publications[-1].cause == "red flag on lap 20: result taken at the end of lap 18"


def test_what_is_driven_after_the_red_flag_counts_for_nothing() -> None:
    """Car 2 crosses the line on its way to pit road, before officials end the race and after."""
    told = stopped_on_lap_20().lap("2", 1810.0)
    race = told.ends(2400).lap("1", 2500.0).race
    assert entries(race) == ["7", "1", "2"]
    assert [car.laps_completed for car in race.cars.values()] == [18, 18, 18]


def test_a_car_that_did_not_come_round_before_the_red_flag_keeps_its_last_crossing() -> None:
    told = story("1", "2", laps=40, rulebook="f1/2024", rolling=False).green()
    told.laps("1", 90, 180, 270).laps("2", 91).flag(Flag.RED, 275).lap("2", 280)
    race = told.race
    stood = as_if_checkered(race, 2, before=at(275))
    assert stood[EntryId("1")] == Stood(2, at(180), at(90), True)
    assert stood[EntryId("2")] == Stood(1, at(91), at(91), False)
    lines = classify_as_if_checkered(race, 2, before=at(275))
    assert [(line.car.entry, line.laps) for line in lines] == [("1", 2), ("2", 1)]


def test_in_nascar_the_order_stands_as_it_was_at_the_last_loops() -> None:
    told = oval("1", "2", "3", laps=100)
    for lap in range(60):
        told.lap("1", 30 + 30 * lap).lap("2", 30.5 + 30 * lap).lap("3", 31 + 30 * lap)
    told.lap("2", 1808, loop="l1").lap("1", 1808.5, loop="l1").flag(Flag.RED, 1810)
    told.lap("1", 1816, loop="l2").lap("3", 1840)
    race = told.ends(5000).race
    assert order(race) == entries(race) == ["2", "1", "3"]
    assert race.publications[-1].margin is None
    assert race.publications[-1].cause == "red flag on lap 61: result in the order of that moment"
    assert [car.laps_completed for car in race.cars.values()] == [60, 60, 60]


def test_nobody_moves_while_the_race_is_stopped() -> None:
    told = story("1", "2").green().laps("1", 30).laps("2", 30.5).flag(Flag.RED, 45)
    assert order(told.lap("2", 59).lap("1", 62).race) == ["1", "2"]
    assert order(told.green(600).race) == ["2", "1"]


def test_behind_the_pace_car_after_a_red_flag_the_order_is_the_one_that_was_stopped() -> None:
    """Car 2 rolls over loop 2 before car 1 on its way to pit road; yellow follows red."""
    told = oval("1", "2").laps("1", 30).laps("2", 30.5).lap("1", 38, loop="l1")
    told.lap("2", 38.5, loop="l1").flag(Flag.RED, 40).lap("2", 50, loop="l2")
    assert order(told.race) == ["1", "2"]
    race = told.flag(Flag.CAUTION, 640).race
    assert order(race) == ["1", "2"]
    assert race.cautions[0].frozen.order == ("1", "2")
    assert order(told.green(700).race) == ["2", "1"]


def test_a_race_that_goes_on_after_the_red_flag_is_one_race() -> None:
    told = story("1", "2", laps=3).green().laps("1", 30).laps("2", 30.5).flag(Flag.RED, 45)
    told.green(645).laps("1", 665, 695).laps("2", 665.5, 695.5)
    race = told.race
    assert [(line.car.entry, line.laps) for line in classification(race)] == [("1", 3), ("2", 3)]


@pytest.mark.parametrize(("book", "seconds"), [("nascar-cup/2024", 95), ("wec/2024", 695)])
def test_the_clock_stops_with_the_race_where_the_rulebook_stops_it(book: str, seconds: int) -> None:
    told = story("1", "2", laps=3, rulebook=book).green().laps("1", 30).laps("2", 30.5)
    race = told.flag(Flag.RED, 45).race
    assert race.clock_running is (book == "wec/2024")
    race = told.green(645).laps("1", 665, 695).laps("2", 665.5, 695.5).race
    assert race_time(race, at(695)) == at(seconds)
    assert classification(race)[0].time == at(seconds)


def halted(laps: int, book: str, stages: tuple[tuple[int, int], ...] = ()) -> bool | None:
    race = story("1", laps=100, rulebook=book, stages=stages).green().race
    race.frozen = None
    told = story("1", laps=100, rulebook=book, stages=stages).green().flag(Flag.RED, 1)
    stoppage = told.race.stoppages[0]
    return is_official(race, Stoppage(at(1), laps, stoppage.order))


def test_a_result_is_official_from_halfway_or_from_the_end_of_stage_two() -> None:
    assert halted(49, "nascar-cup/2024") is False
    assert halted(50, "nascar-cup/2024") is True
    assert halted(49, "nascar-cup/2018", ((1, 25), (2, 50), (3, 100))) is False
    assert halted(50, "nascar-cup/2018", ((1, 25), (2, 50), (3, 100))) is True
    assert halted(50, "club/any") is None
    assert rulebook("nascar-cup/2018").red.official_at_stage == 2


def test_a_race_stopped_too_early_says_so() -> None:
    told = story("1", "2", laps=100).green().laps("1", 30).laps("2", 31).flag(Flag.RED, 40)
    race = told.ends(4000).race
    assert race.anomaly_counts["stopped_early"] == 1
    assert entries(race) == ["1", "2"]


def test_parts_that_are_added_up_are_placed_by_all_laps_and_all_time() -> None:
    """Car A wins the first part by 5 s and loses the second by 6; car C is a lap short."""

    def part(**times: tuple[int, float]) -> dict[EntryId, Stood]:
        return {
            EntryId(car): Stood(laps, at(seconds), None, True)
            for car, (laps, seconds) in times.items()
        }

    first = part(A=(10, 300), B=(10, 305), C=(9, 300))
    second = part(A=(5, 156), B=(5, 150), C=(5, 149))
    assert combined(first, second) == ["B", "A", "C"]


def test_a_flag_shown_too_early_takes_the_result_back_to_the_lap_before() -> None:
    """Suzuka 2019: shown a lap early, the result is that of lap 52 of 53."""
    told = story("A", "B", laps=53, rulebook="f1/2019", rolling=False).green()
    for lap in range(1, 54):
        told.lap("A", 90.0 * lap).lap("B", 90.0 * lap + 2 - (3 if lap == 53 else 0))
    race = told.ends(5000, lap=52).race
    assert [(line.car.entry, line.laps) for line in classification(race)] == [("A", 52), ("B", 52)]
