"""Gaining or losing: a car's last laps under green against the leader's."""

from tests.racing.story import Story, story
from tracker.racing.events import CarEntered
from tracker.racing.running_order import running_order
from tracker.racing.trend import TREND_LAPS, trends
from tracker.racing.vocabulary import EntryId


def trend(told: Story, car: str) -> list[int]:
    race = told.race
    return {str(entry): found for entry, found in trends(race, running_order(race)).items()}[car]


def test_what_a_car_gains_on_the_leader_lap_by_lap() -> None:
    """Car 2 is a tenth quicker, then three tenths slower, then as quick."""
    told = story("1", "2", laps=None).green().laps("1", 30, 60, 90).laps("2", 32, 61.9, 92.2)
    assert trend(told, "2")[1:] == [100, -300]
    assert trend(told, "1") == [0, 0, 0]


def test_only_the_last_five_count() -> None:
    told = story("1", "2", laps=None).green()
    told.laps("1", *(30 * lap for lap in range(1, 9)))
    told.laps("2", *(30 * lap + 0.2 * lap for lap in range(1, 9)))
    assert trend(told, "2") == [-200] * TREND_LAPS


def test_laps_under_caution_and_over_pit_road_say_nothing() -> None:
    """The lap of the caution is left out for both, that of the stop for who made it."""
    told = story("1", "2", laps=None).green().laps("1", 30, 60, 90).laps("2", 31, 61, 91.5)
    calm = trend(told, "2")
    told.caution(95).laps("1", 160).laps("2", 170).green(171)
    assert trend(told, "2") == calm
    told.lap("2", 180, loop="pit-in").lap("2", 205, loop="pit-out")
    told.laps("1", 200, 230).laps("2", 225)
    assert trend(told, "2") == calm


def test_a_lap_on_which_the_leader_stopped_is_no_measure_for_others() -> None:
    told = story("1", "2", laps=None).green().laps("1", 30, 60).laps("2", 31, 61)
    told.lap("1", 70, loop="pit-in").lap("1", 71, loop="pit-out").laps("1", 90.5).laps("2", 91)
    assert trend(told, "2")[-1] == 0
    assert len(trend(told, "2")) == 2


def test_a_lapped_car_is_held_against_the_lap_the_leader_ran_meanwhile() -> None:
    """Car 1 slows from 30 s laps to 33 s; car 2, a lap down by then, goes on lapping in 40 s."""
    told = story("1", "2", laps=None).green()
    told.laps("1", 30, 60, 90, 123, 156, 189).laps("2", 40, 80, 120, 160)
    assert trend(told, "2")[-1] == 33_000 - 40_000


def test_among_several_classes_it_is_the_leader_of_the_class_that_counts() -> None:
    told = story("1", "2", "3", laps=None)
    for car, name in (("1", "GTP"), ("2", "GTD"), ("3", "GTD")):
        told.told(CarEntered(EntryId(car), car, classes=(name,)), source="control")
    told.green().laps("1", 30, 60, 90).laps("2", 33, 66, 99).laps("3", 34, 67.5, 100.4)
    assert trend(told, "2") == [0, 0, 0]
    assert trend(told, "3")[1:] == [-500, 100]


def test_a_car_that_is_out_has_no_trend() -> None:
    told = story("1", "2", laps=None).green().laps("1", 30, 60).laps("2", 31, 61)
    race = told.retires("2", 70).race
    assert "2" not in {str(entry) for entry in trends(race, running_order(race))}
