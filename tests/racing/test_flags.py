"""Cautions as officials count them, restarts, and overtime."""

import pytest

from tests.racing.story import Story, story
from tracker.racing.statistics import caution_laps
from tracker.racing.vocabulary import EntryId, Flag, Phase


def led(told: Story, car: str, first: int, last: int, seconds: float, pace: float) -> float:
    """The leader runs laps at a pace; returns when the last was completed."""
    for _ in range(first, last + 1):
        seconds += pace
        told.lap(car, seconds)
    return seconds


def test_a_caution_is_counted_from_the_lap_after_the_flag_to_the_lap_before_the_green() -> None:
    """Shown after the leader completed lap 3, green after lap 6: laps 4, 5 and 6."""
    told = story("1", laps=20).green()
    now = led(told, "1", 1, 3, 0, 30)
    told.caution(now + 5, "accident")
    now = led(told, "1", 4, 6, now, 60)
    told.green(now + 1)
    race = told.race
    (caution,) = race.cautions
    assert (caution.first_lap, caution.last_lap) == (4, 6)
    assert caution_laps(caution, race.laps_completed) == 3
    assert caution.reasons == ("accident",)


def test_a_second_yellow_adds_its_reason_to_the_caution_under_way() -> None:
    told = story("1", laps=20).green().laps("1", 30).caution(31, "stage").caution(40, "debris")
    assert told.race.cautions[0].reasons == ("stage", "debris")
    assert len(told.race.cautions) == 1


@pytest.mark.parametrize(
    ("green_after", "finish_lap", "attempts"),
    [(7, 10, 0), (8, 10, 0), (9, 11, 1), (11, 13, 1)],
)
def test_overtime_is_two_laps_from_the_green_or_the_schedule_if_later(
    green_after: int, finish_lap: int, attempts: int
) -> None:
    """F = max(S, n + 2), the green being shown just before the leader completes lap n."""
    told = story("1", laps=10).green()
    now = led(told, "1", 1, 6, 0, 30)
    told.caution(now + 1, "spin")
    now = led(told, "1", 7, green_after - 1, now, 60)
    told.green(now + 58)
    told.lap("1", now + 60)
    race = told.race
    assert race.finish_lap == finish_lap
    assert race.overtime_attempt == attempts


def test_a_green_at_the_line_itself_starts_the_two_laps_there() -> None:
    """Green just after lap 8 of 10 was completed: laps 9 and 10, no overtime."""
    told = story("1", laps=10).green()
    now = led(told, "1", 1, 6, 0, 30)
    told.caution(now + 1, "spin")
    now = led(told, "1", 7, 8, now, 60)
    told.green(now + 0.5)
    told.lap("1", now + 30)
    assert told.race.finish_lap == 10
    assert told.race.overtime_attempt == 0


def test_a_caution_before_the_white_flag_holds_the_race_open_past_its_distance() -> None:
    told = story("1", laps=10).green()
    now = led(told, "1", 1, 8, 0, 30)
    told.caution(now + 1, "spin")
    now = led(told, "1", 9, 12, now, 60)
    held_open = told.race
    assert held_open.phase is Phase.RACING
    told.green(now + 58).lap("1", now + 60)
    assert told.race.finish_lap == 15
    told.laps("1", now + 90, now + 120)
    assert told.race.phase is Phase.FINISHED


def test_a_caution_after_the_white_flag_does_not_hold_the_race_open() -> None:
    told = story("1", "2", laps=3).green()
    told.laps("1", 30, 60).laps("2", 30.1, 60.1).caution(70, "accident").laps("1", 100)
    race = told.race
    assert race.phase is Phase.FINISHED
    assert race.ended_under_caution


def test_without_overtime_the_distance_is_the_distance() -> None:
    told = story("1", laps=3, rulebook="f1/2018", rolling=False).green()
    told.laps("1", 90).flag(Flag.SAFETY_CAR, 100).laps("1", 200, 320)
    assert told.race.phase is Phase.FINISHED


def test_red_stops_the_clock_and_green_starts_it() -> None:
    told = story("1").green().laps("1", 30).flag(Flag.RED, 40)
    assert not told.race.clock_running
    assert told.green(600).race.clock_running


def test_lap_zero_is_led_by_the_car_on_pole() -> None:
    """Car 2 leads every lap: one lead change, because the pole car led lap 0."""
    from tracker.racing.statistics import laps_led, lead_changes

    race = story("1", "2").green().laps("2", 30, 60).laps("1", 30.5, 60.5).race
    assert laps_led(race) == {EntryId("2"): 2}
    assert lead_changes(race) == 1
