"""The start: pace laps, the rear of the field, and cars that join from pit road."""

import pytest

from tests.racing.story import order, story
from tests.racing.test_loops import LOOPS, oval
from tracker.racing.classification import classification
from tracker.racing.events import GridSet, Loop, RaceAnnounced
from tracker.racing.vocabulary import EntryId, LoopId, LoopKind, Outcome


def test_formation_laps_count_for_nothing() -> None:
    told = story("1", "2", rolling=False)
    rolling = RaceAnnounced("T", "T", 2024, "club/any", "T", scheduled_laps=9)
    told.told(rolling, source="control").laps("2", -180, -90).laps("1", -179, -89)
    assert order(told.race) == ["1", "2"]
    race = told.green().laps("1", 0.1, 30).laps("2", 0.2, 31).race
    assert [car.laps_completed for car in race.cars.values()] == [1, 1]


def test_a_car_sent_to_the_rear_keeps_its_starting_position() -> None:
    """A penalty before the green is a note: the grid slot stays, and the line says who is where."""
    told = story("1", "2", "3", rolling=False)
    grid = tuple((EntryId(car), place) for place, car in enumerate("123", start=1))
    told.told(GridSet(grid, to_the_rear=(EntryId("1"),)), source="control")
    race = told.green().lap("2", 0.1).lap("3", 0.2).lap("1", 0.3).race
    assert race.to_the_rear == ("1",)
    assert race.cars[EntryId("1")].starting_position == 1
    assert race.pole == "1"
    assert order(race) == ["2", "3", "1"]


@pytest.mark.parametrize("loops", [(), LOOPS])
def test_a_car_that_starts_from_pit_road_opens_its_lap_where_it_joins(
    loops: tuple[Loop, ...],
) -> None:
    """Pit exit is past the line, so the next crossing of the line completes its first lap."""
    told = oval("1", "2", loops=loops)
    told.lap("9", 12, loop="pit-out").laps("1", 30).laps("2", 31).lap("9", 41)
    car = told.race.cars[EntryId("9")]
    assert car.started_from_pit_road
    assert car.laps_completed == 1
    assert not car.on_pit_road
    assert order(told.race) == ["1", "2", "9"]


def test_where_pit_exit_is_before_the_line_the_line_opens_the_lap() -> None:
    loops = (
        Loop(LoopId("sf"), 0, LoopKind.START_FINISH),
        Loop(LoopId("pit-in"), 1, LoopKind.PIT_IN),
        Loop(LoopId("pit-out"), 2, LoopKind.PIT_OUT),
    )
    race = oval("1", loops=loops).lap("9", 12, loop="pit-out").laps("9", 14, 44).race
    assert race.cars[EntryId("9")].laps_completed == 1
    assert not race.cars[EntryId("9")].started_from_pit_road


def test_on_a_standing_start_the_lap_began_with_the_green() -> None:
    told = story("1", "2", rolling=False, rulebook="f1/2024")
    told.told(
        RaceAnnounced(
            "T", "T", 2024, "f1/2024", "T", scheduled_laps=9, first_crossing_opens_lap=False
        ),
        source="control",
    )
    race = told.green().lap("1", 90).lap("2", 15, loop="pit-out").lap("2", 105).race
    assert [car.laps_completed for car in race.cars.values()] == [1, 1]


def test_the_opening_crossing_read_twice_opens_one_lap() -> None:
    race = story("1").green().laps("1", 0.4, 30).race
    assert race.cars[EntryId("1")].laps_completed == 1
    assert race.anomaly_counts == {"second_reading": 1}


def test_a_car_that_never_took_the_green_did_not_start() -> None:
    told = story("1", "2", rolling=False, laps=1).green().laps("1", 30)
    assert classification(told.race)[1].outcome is Outcome.DNS
