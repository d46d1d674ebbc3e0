"""Races to time: the clock alone ends nothing, and a stopped leader holds nobody up for ever."""

from dataclasses import replace
from unittest.mock import patch

from tests.racing.story import Story, at, story
from tracker.racing import rulebook as books
from tracker.racing.classes import class_winner
from tracker.racing.classification import classification
from tracker.racing.events import CarEntered, RaceAnnounced
from tracker.racing.race import Race
from tracker.racing.rulebooks.rules import RedFlagRules
from tracker.racing.vocabulary import EntryId, Flag, Outcome


def timed(
    *cars: str, minutes: float = 10, book: str = "wec/2024", laps: int | None = None
) -> Story:
    """A race to time."""
    announced = RaceAnnounced(
        "Test", "Test", 2024, book, "Road", duration=at(60 * minutes), scheduled_laps=laps
    )
    return story(*cars).told(announced, source="control").green()


def result(race: Race) -> list[tuple[int | None, str, int]]:
    return [(line.position, str(line.car.entry), line.laps) for line in classification(race)]


def every(told: Story, car: str, seconds: float, first: float, until: float) -> Story:
    """A car that laps like clockwork."""
    now = first
    while now <= until:
        told.lap(car, now)
        now += seconds
    return told


def test_a_leader_who_crosses_a_second_before_the_end_runs_another_lap() -> None:
    told = timed("1", "2")
    every(told, "1", 100, 99, 600)
    assert told.race.finished_at is None
    every(told, "2", 103, 101, 720)
    race = told.laps("1", 699).race
    assert race.finished_at == at(699)
    assert result(race) == [(1, "1", 7), (2, "2", 7)]


def test_the_flag_falls_for_the_leader_and_not_for_the_first_car_to_come_by() -> None:
    """Car 2, a lap down, crosses between the end of the time and the leader: one lap more."""
    told = timed("1", "2")
    every(told, "1", 100, 50, 650)
    told.laps("2", 110, 220, 330, 440, 605, 715)
    race = told.race
    assert race.finished_at == at(650)
    assert result(race) == [(1, "1", 7), (2, "2", 6)]


def test_whichever_comes_first_laps_or_time() -> None:
    told = timed("1", laps=5)
    assert every(told, "1", 100, 100, 700).race.finished_at == at(500)
    told = timed("1", laps=50)
    assert every(told, "1", 100, 100, 700).race.finished_at == at(600)


def test_time_and_a_lap() -> None:
    """White flag at the first crossing after the time is up, and the checkered one a lap on."""
    told = timed("1", "2", book="plus-one/2024")
    race = folded_with(every(told, "1", 100, 50, 650), extra_laps=1)
    assert race.finished_at is None
    assert race.finish_lap_by_time == 8
    race = folded_with(told.laps("1", 750).laps("2", 751), extra_laps=1)
    assert race.finished_at == at(750)


def folded_with(told: Story, **rules: object) -> Race:
    """The race under a rulebook of its own making."""
    made = replace(books.CLUB, **rules)  # type: ignore[arg-type]
    with patch("tracker.racing.race.rulebook", lambda id: made):
        return told.race


def test_a_stopped_leader_does_not_keep_the_race_going_for_ever() -> None:
    """A leads B by five laps and parks after crossing with 60 s left. B comes round after the
    end and still has fewer laps; race control shows the flag, and A has not finished."""
    told = timed("A", "B", minutes=30)
    every(told, "A", 90, 90, 1740)
    every(told, "B", 125, 125, 1890)
    race = told.race
    assert race.finished_at is None
    assert race.cars[EntryId("A")].laps_completed - race.cars[EntryId("B")].laps_completed > 3
    told.flag(Flag.CHECKERED, 1900).laps("B", 2000)
    race = told.race
    assert race.finished_at == at(1900)
    lines = classification(race)
    assert [(line.position, line.car.entry, line.outcome) for line in lines] == [
        (1, "B", Outcome.RUNNING),
        (None, "A", Outcome.NC),
    ]


def test_race_control_may_end_a_race_whose_time_is_up() -> None:
    told = timed("A", "B", minutes=10, book="club/any")
    every(told, "A", 90, 90, 540)
    race = every(told, "B", 95, 95, 600).ends(620).laps("B", 665).race
    assert race.finished_at == at(620)
    assert result(race) == [(1, "B", 7), (2, "A", 6)]


def test_a_stoppage_is_given_back_where_the_rulebook_says_so() -> None:
    told = timed("1", book="club/any").laps("1", 100, 200).flag(Flag.RED, 250).green(400)
    every(told, "1", 100, 450, 800)
    assert told.race.finished_at == at(650)
    assert folded_with(told, red=RedFlagRules(time_is_given_back=True)).finished_at == at(750)


def test_a_slow_final_lap_costs_laps_and_at_last_the_place() -> None:
    """Six minutes are free, more cost a lap, more than seven two, more than fifteen the place."""
    told = timed("1", "2", "3", "4", "5", minutes=30)
    every(told, "1", 100, 100, 1800)
    for car, last_lap in (("2", 360), ("3", 361), ("4", 421), ("5", 901)):
        every(told, car, 100, 101, 1701).laps(car, 1701 + last_lap)
    assert result(told.race) == [
        (1, "1", 18),
        (2, "2", 18),
        (3, "3", 17),
        (4, "4", 16),
        (None, "5", 18),
    ]
    assert classification(told.race)[-1].outcome is Outcome.NC


def test_each_class_may_have_its_own_flag() -> None:
    """The GT leader comes by before the leader of the race: with a flag of its own it is home."""
    told = timed("1", "50", book="club/any")
    told.told(CarEntered(EntryId("1"), "1", classes=("GTP",)), source="control")
    told.told(CarEntered(EntryId("50"), "50", classes=("GTD",)), source="control")
    every(told, "1", 100, 90, 690)
    every(told, "50", 120, 125, 610)
    told.laps("50", 725)
    assert told.race.cars[EntryId("50")].finished_at == at(725)
    race = folded_with(told, flag_for_each_class=True)
    assert race.cars[EntryId("50")].finished_at == at(605)
    assert race.finished_at == at(690)
    winner = class_winner(classification(race), "GTD")
    assert winner is not None
    assert (winner.car.entry, winner.laps) == ("50", 5)
    assert winner.time == at(605)
