"""Penalties as they stand: looked into, given, served, or taken back."""

from tests.racing.story import Story, story
from tracker.racing.penalties import standing_penalties
from tracker.racing.vocabulary import EntryId


def standing(told: Story, car: str) -> list[tuple[str, str, int]]:
    found = standing_penalties(told.race).get(EntryId(car), [])
    return [(one.penalty.kind, one.status, one.lap) for one in found]


def test_a_penalty_goes_its_way_from_being_looked_into_to_being_served() -> None:
    told = story("4", "44").green().laps("4", 30, 60).laps("44", 31, 61)
    told.penalty("4", 62, "drive_through", status="investigating")
    assert standing(told, "4") == [("drive_through", "investigating", 3)]
    told.penalty("4", 70, "drive_through").laps("4", 90)
    assert standing(told, "4") == [("drive_through", "applied", 3)]
    told.penalty("4", 95, "drive_through", status="served")
    assert standing(told, "4") == [("drive_through", "served", 4)]
    assert standing(told, "44") == []


def test_a_penalty_that_is_taken_back_is_gone() -> None:
    told = story("4").green().laps("4", 30).penalty("4", 40, "time", 5_000_000)
    assert standing(told, "4") == [("time", "applied", 2)]
    assert standing(told.penalty("4", 50, "time", 5_000_000, status="rescinded"), "4") == []


def test_the_tail_of_the_field_is_served_by_the_next_green() -> None:
    told = story("4", "5").green().laps("4", 30).laps("5", 31).caution(40)
    told.penalty("4", 45, "tail").laps("5", 100).laps("4", 101)
    assert standing(told, "4") == [("tail", "applied", 2)]
    assert standing(told.green(110), "4") == [("tail", "served", 2)]


def test_a_penalty_of_a_car_nobody_knows_harms_nothing() -> None:
    assert standing(story("4").green().penalty("99", 10, "tail"), "99") == [("tail", "applied", 0)]
