"""Why a car is where it is: on the track, in the pits, by trouble or by others' trouble."""

from tests.racing.story import Story, at, story
from tracker.racing.changes_of_place import places
from tracker.racing.running_order import running_order
from tracker.racing.vocabulary import EntryId


def causes(told: Story) -> dict[str, tuple[int, str | None]]:
    race = told.race
    changes = places(race, running_order(race))
    return {str(entry): (change.gained, change.cause) for entry, change in changes.items()}


def test_a_pass_on_the_track() -> None:
    told = story("1", "2").green().laps("1", 30, 60.2).laps("2", 30.1, 60.1)
    assert causes(told) == {"1": (-1, "track"), "2": (1, "track")}


def test_whoever_stops_loses_in_the_pits_and_whoever_does_not_gains_there() -> None:
    told = story("1", "2").green().laps("1", 30).laps("2", 30.1, 60.1)
    told.lap("1", 58, loop="pit-in").lap("1", 80, loop="pit-out").laps("1", 81)
    assert causes(told) == {"1": (-1, "pit"), "2": (1, "pit")}


def test_a_car_that_is_only_now_stopping_gained_by_the_stops_of_others() -> None:
    told = story("1", "2").green().laps("1", 30).laps("2", 30.1, 60.1, 90.1)
    told.lap("1", 58, loop="pit-in").lap("1", 80, loop="pit-out").laps("1", 81)
    told.lap("2", 118, loop="pit-in")
    assert causes(told)["2"] == (1, "pit")


def test_a_car_that_gained_on_one_with_as_many_stops_passed_it() -> None:
    told = story("1", "2").green().laps("1", 30).laps("2", 30.1)
    told.lap("1", 58, loop="pit-in").lap("1", 80, loop="pit-out").laps("1", 81)
    told.lap("2", 58.2, loop="pit-in").lap("2", 79, loop="pit-out").laps("2", 80.5)
    assert causes(told)["2"] == (1, "track")


def test_a_car_that_is_out_and_the_car_that_inherits() -> None:
    told = story("1", "2").green().laps("1", 30).laps("2", 30.1, 60.1).retires("1", 45)
    assert causes(told) == {"1": (-1, "retirement"), "2": (1, "retirement")}
    assert EntryId("1") in told.race.cars


def test_whoever_keeps_its_place_needs_no_cause() -> None:
    assert causes(story("1", "2").green().laps("1", 30).laps("2", 30.1))["1"] == (0, None)


def test_a_lap_that_officials_add_is_a_correction_and_so_is_the_place_lost_to_it() -> None:
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 30.1)
    told.correct("insert", 62, entry=EntryId("2"), new_at=at(59.9), lap=2)
    told.laps("1", 90).laps("2", 90.5)
    assert causes(told) == {"1": (0, None), "2": (0, None)}
    ahead = story("1", "2").green().laps("1", 30, 60).laps("2", 30.1)
    ahead.correct("insert", 62, entry=EntryId("2"), new_at=at(59.9), lap=2)
    assert causes(ahead) == {"1": (-1, "correction"), "2": (1, "correction")}
    assert causes(told) != causes(ahead)


def test_whoever_inherits_from_a_car_that_lost_a_lap_to_a_correction_gained_by_it() -> None:
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 30.1, 60.2)
    told.correct("lap_credit", 62, entry=EntryId("1"), laps=-1)
    assert causes(told) == {"1": (-1, "correction"), "2": (1, "correction")}


def test_a_leader_who_lost_a_lap_to_officials_is_not_asked_for_when_it_led_the_next() -> None:
    told = story("1", "2").green().laps("1", 30).laps("2", 31)
    told.correct("lap_credit", 40, entry=EntryId("1"), laps=-1).caution(45).green(55)
    assert causes(told.laps("1", 60)) == {"1": (0, None), "2": (0, None)}
