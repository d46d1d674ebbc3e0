"""Several timing loops: who is ahead between two crossings of the line, and by how much."""

from tests.racing.story import Story, at, order, story
from tracker.racing.events import Loop, RaceAnnounced
from tracker.racing.loops import places_on_lap
from tracker.racing.overdue import lateness, overdue
from tracker.racing.running_order import gap_to_leader, interval, running_order
from tracker.racing.vocabulary import EntryId, LoopId, LoopKind

LOOPS = (
    Loop(LoopId("sf"), 0, LoopKind.START_FINISH),
    Loop(LoopId("pit-out"), 1, LoopKind.PIT_OUT),
    Loop(LoopId("l1"), 2, LoopKind.SECTOR),
    Loop(LoopId("l2"), 3, LoopKind.SECTOR),
    Loop(LoopId("l3"), 4, LoopKind.SECTOR),
    Loop(LoopId("pit-in"), 5, LoopKind.PIT_IN),
)
LINE_AND_PIT_ROAD = (LOOPS[0], LOOPS[1], LOOPS[5])


def oval(
    *cars: str,
    loops: tuple[Loop, ...] = LOOPS,
    laps: int | None = 200,
    rulebook: str = "nascar-cup/2024",
) -> Story:
    """A race on an oval with three loops between the line and the line."""
    announced = RaceAnnounced(
        "Test", "Test", 2024, rulebook, "Oval", scheduled_laps=laps, loops=loops
    )
    return story(*cars).told(announced, source="control").green()


def test_pit_loops_stand_between_the_track_loops() -> None:
    assert places_on_lap(LOOPS) == {"pit-out": 1.5, "l1": 2, "l2": 3, "l3": 4, "pit-in": 4.5}


def test_with_only_the_line_no_pit_loop_places_a_car() -> None:
    assert places_on_lap(LINE_AND_PIT_ROAD) == {}


def test_a_car_on_its_way_into_pit_road_is_not_shown_ahead_of_the_leader() -> None:
    told = oval("1", "2", loops=LINE_AND_PIT_ROAD).laps("1", 30).laps("2", 31)
    race = told.lap("2", 55, loop="pit-in").race
    assert order(race) == ["1", "2"]
    assert race.cars[EntryId("2")].on_pit_road


def test_on_equal_laps_the_car_that_is_further_round_is_ahead() -> None:
    told = oval("1", "2", "3").laps("1", 30).laps("2", 31).laps("3", 32)
    told.lap("1", 38, loop="l1").lap("2", 38.5, loop="l1").lap("3", 38.2, loop="l1")
    assert order(told.race) == ["1", "3", "2"]
    told.lap("2", 45, loop="l2")
    assert order(told.race) == ["2", "1", "3"]


def test_pit_road_counts_as_being_between_the_loops() -> None:
    """Car 2 comes in after loop 3, so it is ahead of car 1, last seen there; until it is not."""
    told = oval("1", "2").laps("1", 30).laps("2", 31)
    told.lap("1", 52, loop="l3").lap("2", 51, loop="l3").lap("2", 54, loop="pit-in")
    assert order(told.race) == ["2", "1"]
    told.lap("1", 60).lap("2", 70, loop="sf-pit")
    assert order(told.race) == ["1", "2"]
    told.lap("2", 75, loop="pit-out")
    assert order(told.race) == ["2", "1"]
    told.lap("1", 76, loop="l1")
    assert order(told.race) == ["1", "2"]


def test_official_orders_are_from_the_line_alone() -> None:
    """Car 2 leads at every loop but the line: it led in the live order, and officially no lap."""
    told = oval("1", "2").laps("1", 30).laps("2", 30.1)
    told.lap("2", 38, loop="l1").lap("1", 38.2, loop="l1")
    assert order(told.race) == ["2", "1"]
    race = told.laps("1", 60).laps("2", 60.1).race
    assert race.cars[EntryId("1")].laps_led == 2
    assert race.cars[EntryId("2")].laps_led == 0
    assert race.lap_orders[2] == ["1", "2"]


def test_gap_and_interval_are_taken_where_both_were_seen_on_the_same_lap() -> None:
    told = oval("1", "2", "3").laps("1", 30).laps("2", 31).laps("3", 32)
    told.lap("1", 38, loop="l1").lap("2", 39.25, loop="l1").lap("3", 39.5, loop="l1")
    told.lap("1", 46, loop="l2")
    race = told.race
    first, second, third = running_order(race)
    assert gap_to_leader(race, first) == 0
    assert gap_to_leader(race, second) == at(1.25)
    assert interval(third, second).time == at(0.25)
    told.lap("1", 52, loop="l3").lap("1", 60)
    race = told.race
    first, second, third = running_order(race)
    assert gap_to_leader(race, second) == at(1.25)
    assert interval(second, first).time == at(1.25)
    assert second.laps_down == 0


def test_no_gap_is_taken_at_a_loop_on_pit_road() -> None:
    told = oval("1", "2").laps("1", 30).laps("2", 31).lap("1", 52, loop="l3")
    told.lap("2", 53.5, loop="l3").lap("2", 56, loop="pit-in")
    race = told.race
    assert gap_to_leader(race, race.cars[EntryId("2")]) == at(1.5)


def test_a_loop_read_again_at_once_is_a_second_reading() -> None:
    race = oval("1").laps("1", 30).lap("1", 38, loop="l1").lap("1", 38.3, loop="l1").race
    assert race.cars[EntryId("1")].progress_at == at(38)
    assert race.anomaly_counts == {"second_reading": 1}


def test_a_lap_without_the_line_is_noticed_and_not_made_up() -> None:
    """Car 1 comes to loop 1 again and was not seen at the line in between."""
    told = oval("1").laps("1", 30).lap("1", 38, loop="l1").lap("1", 52, loop="l3")
    race = told.lap("1", 68, loop="l1").lap("1", 75, loop="l2").race
    assert race.cars[EntryId("1")].laps_completed == 1
    assert race.anomaly_counts == {"missed_crossing": 1}
    race = told.correct("insert", 90, entry=EntryId("1"), new_at=at(60)).race
    assert race.cars[EntryId("1")].laps_completed == 2
    assert race.anomaly_counts == {}


def test_a_green_lap_that_took_far_too_long_is_noticed() -> None:
    """30, 30, 30 and then 60 s away from pit road: a crossing was missed."""
    race = oval("1", loops=()).laps("1", 30, 60, 90, 120, 180).race
    assert race.anomaly_counts == {"missed_crossing": 1}
    assert race.cars[EntryId("1")].laps_completed == 5


def test_a_slow_lap_has_its_reasons_under_caution_on_pit_road_and_in_trouble() -> None:
    plain = oval("1", loops=LINE_AND_PIT_ROAD).laps("1", 30, 60, 90, 120)
    under_caution = oval("1", loops=()).laps("1", 30, 60, 90, 120).caution(130).green(175)
    assert not under_caution.laps("1", 180).race.anomaly_counts
    plain.lap("1", 145, loop="pit-in").lap("1", 170, loop="pit-out")
    assert not plain.laps("1", 180).race.anomaly_counts


def test_a_car_that_should_have_been_seen_by_now_is_overdue() -> None:
    """Now is the latest time anything was seen; a car on pit road is where it should be."""
    told = oval("1", "2", "3", loops=LINE_AND_PIT_ROAD)
    told.laps("1", 30, 60, 90, 120).laps("2", 31, 61).laps("3", 32, 62).lap("3", 90, loop="pit-in")
    late = [car.entry for car in told.race.cars.values() if overdue(told.race, car)]
    assert late == ["2"]


def test_with_loops_a_stopped_car_is_overdue_within_a_part_of_a_lap() -> None:
    """Car 2 takes 8 s from loop 1 to loop 2; 12 s after loop 1 it should have been seen."""
    told = oval("1", "2")
    for start in (30, 60):
        for seconds, loop in ((0, "sf"), (8, "l1"), (16, "l2"), (23, "l3")):
            told.lap("1", start + seconds, loop=loop).lap("2", start + seconds + 0.5, loop=loop)
    told.lap("1", 90).lap("2", 90.5).lap("1", 98, loop="l1").lap("2", 98.5, loop="l1")
    told.lap("1", 110, loop="l2")
    assert not overdue(told.race, told.race.cars[EntryId("2")])
    told.lap("1", 113, loop="l3")
    assert overdue(told.race, told.race.cars[EntryId("2")])


def test_a_car_is_stale_ten_seconds_after_it_was_due_and_stopped_later_still() -> None:
    """Laps of 60 s: due at 180 s, stale from 190 s, taken for stopped from 210 s."""
    told = story("1", "2").green().laps("1", 60, 120).laps("2", 60.1, 120)
    for now, due, stopped in ((185, None, False), (191, at(180), False), (215, at(180), True)):
        race = story("1", "2").green().laps("1", 60, 120, now).laps("2", 60.1, 120).race
        found = lateness(race, race.cars[EntryId("2")])
        assert (found.due, found.stopped) == (None if due is None else due - at(0.1), stopped)
    assert lateness(told.race, told.race.cars[EntryId("1")]).due is None
