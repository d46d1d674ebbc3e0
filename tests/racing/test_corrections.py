"""Corrections and lateness: the truth wins whenever it arrives."""

from tests.racing.story import at, order, story
from tracker.racing.desk import ScoringDesk
from tracker.racing.fold import fold
from tracker.racing.vocabulary import EntryId


def test_a_deleted_phantom_restores_the_race() -> None:
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 31, 61)
    before = order(told.race)
    told.lap("2", 80)
    assert order(told.race) != before
    assert order(told.correct("delete", 90, "2@80").race) == before


def test_an_inserted_crossing_counts_where_it_happened() -> None:
    told = story("1", "2").green().laps("1", 30, 60, 90).laps("2", 29, 89)
    race = told.correct("insert", 100, entry=EntryId("2"), new_at=at(59)).race
    assert race.cars[EntryId("2")].laps_completed == 3
    assert race.cars[EntryId("2")].laps_led == 3


def test_a_reassigned_crossing_leaves_one_car_and_joins_another() -> None:
    told = (
        story("1", "2")
        .green()
        .laps("1", 30, 60)
        .lap("1", 75)
        .correct("reassign", 90, "1@75", entry=EntryId("2"))
    )
    race = told.race
    assert race.cars[EntryId("1")].laps_completed == 2
    assert race.cars[EntryId("2")].laps_completed == 1


def test_laps_can_be_credited_where_a_feed_only_counts() -> None:
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 61)
    race = told.correct("lap_credit", 70, entry=EntryId("2"), laps=1).race
    assert race.cars[EntryId("2")].laps_completed == 2


def test_a_crossing_that_arrives_forty_seconds_late_rewrites_who_led() -> None:
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 29, 61)
    late = told.filed.pop(-2)
    desk = ScoringDesk()
    desk.receive(told.filed)
    race = desk.race
    assert race.cars[EntryId("1")].laps_led == 2
    desk.receive([late])
    race = desk.race
    assert desk.late > 0
    assert race.cars[EntryId("2")].laps_led == 1
    assert race == fold([*told.filed, late])


def test_a_correction_that_arrives_before_its_target_waits_for_it() -> None:
    told = story("1", "2").green().laps("1", 30).laps("2", 31)
    told.correct("delete", 20, "2@31")
    assert told.race.cars[EntryId("2")].laps_completed == 0
