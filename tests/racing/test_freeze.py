"""Under caution: the order as it was when the light came on, and who gets a lap back."""

import pytest

from simulators.kansas_2024 import race as kansas
from simulators.scripted import SCRIPTED
from tests.racing.story import Story, at, order
from tests.racing.test_loops import oval
from tracker.feed.recording import numbered
from tracker.feed.translate import translate
from tracker.racing.classification import classification, margin_of_victory
from tracker.racing.events import IncidentReported, Involvement, PenaltyGiven
from tracker.racing.fold import fold
from tracker.racing.free_pass import beneficiary, waved_around
from tracker.racing.vocabulary import EntryId, Flag, ResultStatus


def passes_made_after_the_loop() -> Story:
    """The worked example: caution at 100.0 s; car 5 passes car 17 at 99.9, after loop 2."""
    told = oval("11", "17", "5", "19", "8")
    for place, car in enumerate(("11", "17", "5", "19", "8")):
        told.lap(car, 60 + 0.4 * place)
    told.lap("11", 80, loop="l1").lap("17", 85, loop="l1").lap("5", 86, loop="l1")
    told.lap("19", 87, loop="l1").lap("8", 98.0, loop="l1")
    told.lap("11", 90, loop="l2").lap("17", 98.9, loop="l2").lap("5", 99.4, loop="l2")
    told.lap("19", 99.7, loop="l2").lap("11", 99.2, loop="l3")
    return told.caution(100.0, "spin")


def test_a_pass_made_after_the_last_loop_does_not_count() -> None:
    told = passes_made_after_the_loop()
    told.lap("5", 103.0, loop="l3").lap("17", 103.3, loop="l3").lap("19", 103.6, loop="l3")
    race = told.race
    (caution,) = race.cautions
    assert caution.frozen.order == ("11", "17", "5", "19", "8")
    assert (caution.frozen.basis, caution.frozen.approximate) == ("loops", False)
    assert order(race) == ["11", "17", "5", "19", "8"]


def test_a_crossing_at_the_moment_of_the_flag_counts() -> None:
    """Car 8 comes to loop 2 and loop 3 at 100.0 s, not a microsecond later."""
    told = passes_made_after_the_loop().lap("8", 100.0, loop="l3")
    assert told.race.cautions[0].frozen.order == ("11", "8", "17", "5", "19")
    assert order(told.race) == ["11", "8", "17", "5", "19"]


def test_the_field_lines_up_and_then_the_line_says_where() -> None:
    """Car 5 gave the place back, car 19 stopped where it was; after two crossings it is told."""
    told = passes_made_after_the_loop()
    for lap in (0, 90):
        for place, car in enumerate(("11", "17", "5", "8")):
            told.lap(car, 120 + lap + place)
    assert order(told.race) == ["11", "17", "5", "8", "19"]


def test_a_car_that_comes_to_pit_road_gives_up_its_place() -> None:
    told = passes_made_after_the_loop()
    told.lap("11", 110, loop="pit-in")
    for place, car in enumerate(("17", "5", "19", "8")):
        told.lap(car, 112 + place)
    told.lap("11", 130, loop="sf-pit")
    assert order(told.race) == ["17", "5", "19", "8", "11"]


def test_a_car_that_does_not_come_round_keeps_nobody_waiting() -> None:
    """Car 17 spun where it was; those behind it are not put behind a car that stopped as well."""
    told = passes_made_after_the_loop()
    told.lap("8", 110, loop="pit-in")
    for place, car in enumerate(("11", "5", "19")):
        told.lap(car, 120 + place)
    told.lap("8", 125, loop="sf-pit")
    assert order(told.race) == ["11", "5", "19", "8", "17"]


def test_from_the_line_alone_the_order_is_approximate() -> None:
    told = oval("1", "2", loops=()).laps("1", 30).laps("2", 31).caution(45).laps("2", 70)
    race = told.race
    assert (race.cautions[0].frozen.basis, race.cautions[0].frozen.approximate) == ("sf_only", True)
    assert race.cautions[0].frozen.order == ("1", "2")
    assert order(race) == ["2", "1"]


def test_green_ends_the_freeze() -> None:
    told = passes_made_after_the_loop().green(101)
    told.lap("5", 103.0, loop="l3").lap("17", 103.3, loop="l3")
    assert told.race.frozen is None
    assert order(told.race)[:3] == ["11", "5", "17"]


def test_pit_road_is_open_or_closed_when_somebody_says_so() -> None:
    told = oval("1").laps("1", 30)
    assert told.race.pit_road_open is None
    assert told.flag(Flag.CAUTION, 40, pit_road_open=False).race.pit_road_open is False
    race = told.flag(Flag.CAUTION, 80, pit_road_open=True).race
    assert race.pit_road_open is True
    assert len(race.cautions) == 1


# The free pass.


def lapped() -> Story:
    """Cars 24 and 5 on the lead lap, 9 and 7 one lap down, 3 two laps down."""
    told = oval("24", "5", "9", "7", "3", loops=())
    told.laps("24", 30, 60, 90).laps("5", 31, 61, 91).laps("9", 45.1, 91.2).laps("7", 45.3, 91.4)
    return told.laps("3", 91.6)


def test_free_pass_goes_to_the_first_car_a_lap_down() -> None:
    race = lapped().caution(92, "debris").race
    assert beneficiary(race, race.cautions[0]) == ("9", True)


def test_the_beneficiary_that_race_control_names_is_the_beneficiary() -> None:
    race = lapped().flag(Flag.CAUTION, 92, beneficiary=EntryId("3")).race
    assert beneficiary(race, race.cautions[0]) == ("3", False)


def test_no_free_pass_for_the_cause_of_the_caution_nor_for_penalty_laps() -> None:
    told = lapped().flag(Flag.CAUTION, 92, caution=1)
    cause = Involvement(EntryId("9"), "instigator", "continued")
    told.told(IncidentReported(at(91.9), 1, 4, "spin", "confirmed", (cause,), caution=1))
    assert beneficiary(told.race, told.race.cautions[0]) == ("7", True)
    told.told(PenaltyGiven(at(80), 1, EntryId("7"), "laps", 1, "applied"))
    assert beneficiary(told.race, told.race.cautions[0]) == ("3", True)


def test_no_free_pass_without_a_lapped_car_nor_without_the_rule() -> None:
    race = oval("1", "2", loops=()).laps("1", 30).laps("2", 31).caution(40).race
    assert beneficiary(race, race.cautions[0]) is None
    race = (
        oval("1", "2", rulebook="f1/2018").laps("1", 90, 180, 270).laps("2", 181).caution(300).race
    )
    assert race.cars[EntryId("2")].laps_down
    assert beneficiary(race, race.cautions[0]) is None


def test_cars_waved_around_get_a_lap_back_without_being_the_beneficiary() -> None:
    """Cars 9 and 7 stay out and pass the pace car, the leaders stop; car 3 stops as well."""
    told = lapped().caution(92, "debris")
    told.laps("9", 130, 190, 250).laps("7", 131, 191, 251)
    told.lap("24", 140, loop="pit-in").lap("24", 150).lap("24", 160, loop="pit-out")
    told.lap("5", 141, loop="pit-in").lap("5", 151).lap("5", 161, loop="pit-out")
    told.lap("3", 142, loop="pit-in").lap("3", 152).lap("3", 162, loop="pit-out")
    told.laps("24", 250).green(260).laps("24", 282).laps("9", 283).laps("7", 284).laps("3", 285)
    race = told.race
    assert beneficiary(race, race.cautions[0]) == ("9", True)
    assert waved_around(race, race.cautions[0]) == ["7"]
    told.laps("24", 312, 342, 372).laps("7", 373)
    assert waved_around(told.race, race.cautions[0]) == ["7"]


def test_the_free_passes_of_kansas_are_worked_out_as_they_were_given() -> None:
    """Every car that got one there is the car the rule gives it to."""
    events = [translate(event) for event in numbered(SCRIPTED["kansas-2024"](), "kansas-2024")]
    race = fold(item for item in events if item is not None)
    told = [caution.beneficiary for caution in race.cautions]
    assert [beneficiary(race, caution) is None for caution in race.cautions] == [
        entry is None for entry in told
    ]
    for caution in race.cautions:
        caution.beneficiary = None
    for caution, known in zip(race.cautions, kansas.CAUTIONS, strict=True):
        if known.beneficiary is not None:
            assert beneficiary(race, caution) == (known.beneficiary, True), known.number


# The final lap.


def on_the_final_lap() -> Story:
    """Car 2 passes car 1 after loop 3 of the last lap; then the yellow comes."""
    told = oval("1", "2", "3", laps=3)
    told.laps("1", 30, 60).laps("2", 30.5, 60.5).laps("3", 31, 75)
    told.lap("1", 83, loop="l3").lap("2", 83.1, loop="l3")
    return told.caution(84, "accident")


def test_a_caution_on_the_final_lap_ends_the_race_in_the_order_of_that_moment() -> None:
    race = on_the_final_lap().laps("2", 100).laps("1", 100.5).laps("3", 101).race
    lines = classification(race)
    assert [line.car.entry for line in lines] == ["1", "2", "3"]
    assert [line.laps for line in lines] == [3, 3, 3]
    assert race.final_order is not None
    assert race.final_order.basis == "loops+video"
    assert race.ended_under_caution
    assert order(race) == ["1", "2", "3"]
    published = race.publications[-1]
    assert (published.status, published.winner) == (ResultStatus.PROVISIONAL, "1")
    assert published.margin is None
    assert published.review == ()
    assert margin_of_victory(lines, race.ended_under_caution) is None
    assert race.cars[EntryId("1")].laps_led == 3
    assert race.leaders == ["1", "1", "1", "1"]


def test_officials_make_the_frozen_finish_official() -> None:
    told = on_the_final_lap().laps("2", 100).laps("1", 100.5).laps("3", 101)
    last = told.declares(600, official=True).race.publications[-1]
    assert (last.status, last.order) == (ResultStatus.OFFICIAL, ("1", "2", "3"))


def test_a_disqualified_winner_loses_a_frozen_finish_too() -> None:
    told = on_the_final_lap().laps("2", 100).laps("1", 100.5).laps("3", 101)
    lines = classification(told.penalty("1", 900, "dsq").race)
    assert [line.car.entry for line in lines] == ["2", "3", "1"]


def test_where_there_is_no_overtime_a_late_caution_ends_nothing() -> None:
    told = oval("1", "2", laps=3, rulebook="f1/2018")
    told.laps("1", 30, 60).laps("2", 30.5, 60.5).flag(Flag.SAFETY_CAR, 70).laps("2", 100)
    race = told.laps("1", 101).race
    assert race.final_order is None
    assert [line.car.entry for line in classification(race)] == ["2", "1"]


@pytest.mark.parametrize(
    ("scheduled", "restart", "finish_lap", "attempts"),
    [(267, 266, 268, 1), (267, 271, 273, 1), (163, 160, 163, 0)],
    ids=["Kansas 2024", "Kansas fall 2025", "Atlanta NXS 2023"],
)
def test_the_last_restart_says_with_which_lap_the_race_ends(
    scheduled: int, restart: int, finish_lap: int, attempts: int
) -> None:
    """F = max(S, n + 2); at Atlanta a caution on lap 163 then ended the race."""
    told = oval("1", loops=(), laps=scheduled)
    now = 0.0
    for lap in range(1, restart):
        now += 30 if lap < 150 else 60
        told.lap("1", now)
        if lap == 150:
            told.caution(now + 1, "spin")
    told.green(now + 50).lap("1", now + 60).laps("1", now + 90)
    race = told.race
    assert race.laps_completed == restart + 1
    assert (race.finish_lap, race.overtime_attempt) == (finish_lap, attempts)
    while race.laps_completed < finish_lap - 1:
        now += 30
        race = told.lap("1", now + 90).race
    assert race.finished_at is None
    race = told.caution(now + 100, "accident").lap("1", now + 150).race
    assert race.ended_under_caution
    assert race.laps_completed == finish_lap
