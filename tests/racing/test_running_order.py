"""Who is where: the one sort key, before the green, under it, and when laps differ."""

from tests.racing.story import at, order, story
from tracker.racing.running_order import gap_to_leader, interval, running_order
from tracker.racing.vocabulary import EntryId, LoopId


def test_before_the_green_the_order_is_the_grid() -> None:
    """A pace lap crosses the line and counts for nothing."""
    race = story("24", "5", "9", rolling=False).lap("9", -40).lap("5", -39).race
    assert order(race) == ["24", "5", "9"]
    assert race.laps_completed == 0


def test_the_last_row_is_not_first_after_the_first_crossing() -> None:
    """Car 9 starts last and is the only one seen so far: cars that have not crossed come after,
    but one that merely opened its lap is not a lap ahead of anybody."""
    told = story("24", "5", "9", rolling=False).green().lap("24", 0.01).lap("5", 0.2).lap("9", 0.4)
    assert order(told.race) == ["24", "5", "9"]


def test_a_car_that_stops_is_passed_when_others_reach_the_line() -> None:
    race = story("24", "5").green().laps("24", 30, 60).laps("5", 30.5, 60.5, 91).race
    assert order(race) == ["5", "24"]


def test_more_laps_beat_an_earlier_time() -> None:
    race = story("24", "5").green().laps("24", 30, 60).laps("5", 29).race
    assert order(race) == ["24", "5"]


def test_a_lapped_car_that_unlaps_itself_moves_up_only_when_laps_are_equal() -> None:
    """Car 9 is a lap down; passing car 5 on the road changes nothing until it has as many laps."""
    told = story("24", "5", "9").green()
    told.laps("24", 30, 60, 90).laps("5", 31, 61, 91).laps("9", 45, 88)
    assert order(told.race) == ["24", "5", "9"]
    told.laps("9", 119.0).laps("24", 120).laps("5", 121)
    assert order(told.race) == ["24", "5", "9"]


def test_gap_is_measured_on_one_lap_and_kept_until_the_next_crossing() -> None:
    """The worked example: the leader being across the line first is not a lap down."""
    told = story("1", "2", laps=200).green().laps("1", 31, 62).laps("2", 31.1, 62.2)
    told.laps("1", 2969.0, 3000.0).laps("2", 2971.1)
    race = told.race
    assert gap_to_leader(race, race.cars[EntryId("2")]) == at(2.1)
    told.laps("2", 3002.5)
    race = told.race
    assert gap_to_leader(race, race.cars[EntryId("2")]) == at(2.5)
    told.laps("1", 3031.0)
    race = told.race
    assert race.cars[EntryId("2")].laps_down == 0
    assert gap_to_leader(race, race.cars[EntryId("2")]) == at(2.5)


def test_laps_down_is_counted_at_the_cars_own_crossing() -> None:
    told = story("1", "2", laps=200).green().laps("1", 30, 60, 90).laps("2", 31, 61.4)
    assert told.race.cars[EntryId("2")].laps_down == 0
    told.laps("1", 120.0).laps("2", 120.4)
    assert told.race.cars[EntryId("2")].laps_down == 1
    assert gap_to_leader(told.race, told.race.cars[EntryId("2")]) is None


def test_interval_is_time_on_the_same_lap_and_laps_otherwise() -> None:
    told = story("1", "2", "3", laps=200).green()
    race = told.laps("1", 30, 60).laps("2", 30.5, 60.7).laps("3", 45).race
    first, second, third = running_order(race)
    assert interval(second, first).time == at(0.7)
    assert interval(third, second).time == at(14.5)
    race = told.laps("1", 90).laps("2", 90.7).laps("3", 91).race
    first, second, third = running_order(race)
    assert interval(third, second).time is None
    assert interval(third, second).laps == 1


def test_a_loop_nobody_knows_is_noticed_and_changes_nothing() -> None:
    race = story("1").green().lap("1", 10, loop="moon").race
    assert race.anomaly_counts["unknown_loop"] == 1
    assert race.laps_completed == 0


def test_pit_road_crosses_the_same_line() -> None:
    """A car keeps its lap when it crosses the line on pit road."""
    told = story("1", "2").green().laps("1", 30).laps("2", 30.1)
    told.lap("2", 58.0, loop="pit-in").lap("2", 60.5, loop="sf-pit").lap("2", 75, loop="pit-out")
    race = told.laps("1", 60).race
    car = race.cars[EntryId("2")]
    assert car.laps_completed == 2
    assert car.pit_stops[0].time_on_pit_road == at(17)
    assert not car.on_pit_road
    assert LoopId("sf-pit") in race.loops


def test_a_car_on_pit_road_loses_a_lap_if_the_leader_reaches_the_line_first() -> None:
    """The leader is about to lap car 2 and crosses at 90.0; pit road's line is crossed at 89.9,
    and the lap is kept, or at 90.1, and it is lost."""
    for seconds, laps_down in ((89.9, 0), (90.1, 1)):
        told = story("1", "2").green().laps("1", 30, 60, 90).laps("2", 45)
        race = told.lap("2", 85, loop="pit-in").lap("2", seconds, loop="sf-pit").race
        assert race.cars[EntryId("2")].laps_completed == 2
        assert race.cars[EntryId("2")].laps_down == laps_down
