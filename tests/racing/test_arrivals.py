"""What the feed does to the truth: twice, too late, from two sources, from the far future."""

from itertools import permutations

from tests.racing.story import Story, at, order, story
from tests.racing.test_loops import oval
from tracker.feed import officials, timing
from tracker.feed.envelope import Report
from tracker.feed.translate import translate
from tracker.racing.ahead import parted
from tracker.racing.desk import ScoringDesk
from tracker.racing.events import Crossing, Filed, RaceAnnounced
from tracker.racing.fold import fold
from tracker.racing.vocabulary import START_FINISH, EntryId, Flag, LoopId, RaceTime

DAY = 86_400


def one_by_one(events: list[Filed]) -> ScoringDesk:
    """A desk that got these events each by itself."""
    desk = ScoringDesk()
    for item in events:
        desk.receive([item])
    return desk


def seen_twice(loop_first: bool, fine: float = 0.0001) -> Story:
    """Car 2 is read by the loop at 60.010 and by a photocell, finer, at 59.990 or 60.030."""
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 31)
    told.lap("2", 60.010, resolution=at(0.001))
    photo = 60.030 if loop_first else 59.990
    crossing = Crossing(EntryId("2"), START_FINISH, at(photo), resolution=at(fine))
    return told.told(crossing, source="photocell")


def test_of_two_readings_of_one_passing_the_finer_counts() -> None:
    for loop_first in (False, True):
        told = seen_twice(loop_first)
        race = told.race
        assert race.cars[EntryId("2")].laps_completed == 2
        assert race.cars[EntryId("2")].last_crossing == at(60.030 if loop_first else 59.990)
        assert order(race) == (["1", "2"] if loop_first else ["2", "1"])
        assert not race.anomaly_counts
        coarse = seen_twice(loop_first, fine=0.01)
        assert coarse.race.cars[EntryId("2")].last_crossing == at(60.010)


def test_what_another_loop_reads_in_between_does_not_hide_the_finer_reading() -> None:
    """A loop right behind the line, or one of another track, reads the car between the two."""
    for loop in ("pit-out", "elsewhere"):
        told = seen_twice(loop_first=True)
        told.told(Crossing(EntryId("2"), LoopId(loop), at(60.020)), source="other")
        race = told.race
        assert race.cars[EntryId("2")].last_crossing == at(60.030)
        assert not race.anomaly_counts["second_reading"]
        for last_four in permutations(told.filed[-4:]):
            assert one_by_one([*told.filed[:-4], *last_four]).race == race


def test_two_sources_make_the_same_race_in_whatever_order_they_are_heard() -> None:
    told = seen_twice(loop_first=True)
    expected = told.race
    for last_three in permutations(told.filed[-3:]):
        assert one_by_one([*told.filed[:-3], *last_three]).race == expected


def test_readings_of_two_cars_or_of_one_source_or_too_far_apart_are_not_one_passing() -> None:
    told = story("1", "2").green().laps("1", 30).laps("2", 30.05)
    assert told.race.cars[EntryId("2")].laps_completed == 1
    race = story("1").green().laps("1", 30, 30.1).race
    assert race.anomaly_counts == {"second_reading": 1}


def test_a_loop_read_by_two_sources_is_one_loop_reached() -> None:
    told = oval("1").laps("1", 30).lap("1", 38.0, loop="l1")
    told.told(told.filed[-1].event, source="backup")
    race = told.race
    assert race.cars[EntryId("1")].progress_at == at(38)
    assert not race.anomaly_counts


def test_a_decoder_whose_clock_jumps_by_a_day_does_not_move_the_order() -> None:
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 31)
    told.lap("2", DAY + 45)
    told.laps("1", 90)
    race = told.race
    assert order(race) == ["1", "2"]
    assert [car.laps_completed for car in race.cars.values()] == [3, 1]
    assert [item.at for item in race.far_ahead] == [at(DAY + 45)]
    for arrived in permutations(told.filed[-3:]):
        assert one_by_one([*told.filed[:-3], *arrived]).race == race


def test_a_decoder_whose_clock_is_an_hour_ahead_is_noticed() -> None:
    """An hour is a time that a race may last, so the lap counts; but no lap takes that long."""
    told = story("1", "2").green().laps("1", 30, 60, 90, 120).laps("2", 31, 61, 91, 3721)
    race = told.race
    assert not race.far_ahead
    assert [(odd.kind, odd.entry) for odd in race.anomalies] == [("missed_crossing", "2")]


def test_a_parked_reading_holds_nobody_up() -> None:
    """What comes after it is not late, so that nothing has to be folded again for each of them."""
    told = story("1", "2").green().laps("1", 30)
    desk = one_by_one(told.filed)
    late = desk.late
    parked = len(told.filed)
    for item in told.lap("2", DAY).laps("1", 60, 90, 120).filed[parked:]:
        desk.receive([item])
    assert desk.late == late
    assert desk.race == told.race


def test_when_the_race_comes_near_a_parked_reading_is_believed() -> None:
    """Race control shows green again after a night under red; the morning's readings are real."""
    told = story("1", "2").green().laps("1", 30).laps("2", 31).flag(Flag.RED, 40)
    told.lap("1", DAY + 30)
    assert told.race.far_ahead
    told.green(DAY)
    race = told.race
    assert not race.far_ahead
    assert race.cars[EntryId("1")].laps_completed == 2
    for arrived in permutations(told.filed[-3:]):
        assert one_by_one([*told.filed[:-3], *arrived]).race == race


def test_two_cars_together_in_the_far_future_are_the_field() -> None:
    told = story("1", "2").green().laps("1", 30).laps("2", 31)
    told.lap("1", DAY).lap("2", DAY + 1)
    race = told.race
    assert not race.far_ahead
    assert [car.laps_completed for car in race.cars.values()] == [2, 2]
    for arrived in permutations(told.filed[-4:]):
        assert one_by_one([*told.filed[:-4], *arrived]).race == race


def test_a_clock_of_the_whole_field_that_jumps_by_a_day_costs_nobody_a_lap() -> None:
    """Nobody's crossing was missed: officials are told once, of what it was."""
    told = story("1", "2").green().laps("1", 30, 60, 90, 120).laps("2", 31, 61, 91, 121)
    told.laps("1", DAY + 150, DAY + 180).laps("2", DAY + 151, DAY + 181)
    race = told.race
    assert order(race) == ["1", "2"]
    assert [car.laps_completed for car in race.cars.values()] == [6, 6]
    assert [(odd.kind, odd.entry) for odd in race.anomalies] == [("clock_step", None)]
    assert race.anomalies[0].text.startswith("the clock went on by 24 h 0 min under green")


def test_a_clock_that_jumps_does_not_end_a_race_to_time() -> None:
    """Ten minutes to race: not over by the day that nobody raced, but by the last of the ten."""
    told = Story().told(
        RaceAnnounced("T", "S", 2024, "club/any", "T", duration=at(600)), source="control"
    )
    told.green().laps("1", 1, 101, 201).laps("2", 2, 102, 202)
    told.laps("1", DAY + 301, DAY + 401, DAY + 501).laps("2", DAY + 302)
    assert told.race.finished_at is None
    late = told.laps("1", DAY + 601, DAY + 701).race.finished_at
    assert late == at(DAY + 701)  # a lap late: how long the clock stood still nobody knows


def test_a_night_under_red_is_no_step_of_the_clock() -> None:
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 31, 61).flag(Flag.RED, 70)
    told.green(DAY).laps("1", DAY + 30).laps("2", DAY + 31)
    assert not told.race.anomaly_counts["clock_step"]


def test_nothing_is_too_far_ahead_before_anything_is_known() -> None:
    assert parted([]) == ([], [])
    told = Story().lap("1", DAY)
    assert parted(told.filed) == (told.filed, [])


def test_a_late_crossing_rewrites_history_and_a_deletion_takes_it_back() -> None:
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 29.5, 61)
    late = told.filed.pop(-2)
    desk = one_by_one(told.filed)
    assert desk.race.cars[EntryId("1")].laps_led == 2
    desk.receive([late])
    assert desk.race.leaders == ["1", "2", "1"]
    told.correct("delete", 90, late.id)
    desk.receive([told.filed[-1]])
    assert desk.race.leaders == ["1", "1", "1"]
    assert desk.race == fold(desk.filed)


def test_what_the_feed_says_of_its_clock_and_of_pit_road_reaches_the_race() -> None:
    crossing = timing.Crossing(entry="5", loop="sf", t_us=1, resolution_us=100)
    told = Report("timing", "1", crossing).event("race", "epoch", 1)
    placed = translate(told)
    assert placed is not None
    assert placed.event == Crossing(
        EntryId("5"), START_FINISH, RaceTime(1), resolution=RaceTime(100)
    )
    flag = officials.FlagChanged(flag="caution", t_us=2, pit_road_open=False)
    placed = translate(Report("control", "1", flag).event("race", "epoch", 1))
    assert placed is not None
    assert fold([placed]).pit_road_open is False
