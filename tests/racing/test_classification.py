"""Who is classified, who wins a dead heat, and what a new result changed against the last."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from tests.racing.story import Story, at, story
from tracker.racing import rulebook as books
from tracker.racing.classification import classification
from tracker.racing.differences import differences
from tracker.racing.events import CarEntered, PenaltyGiven, RaceAnnounced
from tracker.racing.race import Race
from tracker.racing.stages import stage_result, stage_results
from tracker.racing.vocabulary import EntryId, Outcome, ResultStatus


def places(race: Race) -> list[tuple[int | None, str]]:
    return [(line.position, str(line.car.entry)) for line in classification(race)]


def outcomes(race: Race) -> dict[str, Outcome]:
    return {str(line.car.entry): line.outcome for line in classification(race)}


def told_by_laps(told: Story, pace: float, **laps: int) -> Story:
    """Cars that complete so many laps at a pace, one after the other."""
    for behind, (car, number) in enumerate(laps.items()):
        told.laps(car, *(pace * lap + 0.1 * behind + 0.01 for lap in range(1, number + 1)))
    return told


# Thresholds.


def test_a_club_classifies_who_runs_at_the_end_far_enough_and_soon_enough() -> None:
    """CSBK: 70 % of the winner's laps and over the line within three minutes of him."""
    told = story("W", "A", "B", "C", "D", laps=10, rulebook="csbk/any").green()
    told_by_laps(told, 60, W=10, A=9, B=5, C=8, D=9)
    told.laps("A", 779.9).laps("B", 620).laps("C", 781).retires("D", 590)
    race = told.race
    assert places(race) == [(1, "W"), (2, "A"), (None, "D"), (None, "C"), (None, "B")]
    assert outcomes(race) == {
        "W": Outcome.RUNNING,
        "A": Outcome.RUNNING,
        "B": Outcome.NC,
        "C": Outcome.NC,
        "D": Outcome.DNF,
    }


def test_the_share_may_be_that_of_the_winner_of_the_class() -> None:
    """Of 20 laps 13 are too few overall, and enough where the class was won with 15."""
    told = story("P", "G", "H", laps=20, rulebook="imsa/2024").green()
    for car, name in (("P", "GTP"), ("G", "GTD"), ("H", "GTD")):
        told.told(CarEntered(EntryId(car), car, classes=(name,)), source="control")
    told_by_laps(told, 60, P=20, G=15, H=12).laps("G", 1210).laps("H", 1211)
    for in_class, expected in ((False, None), (True, 3)):
        made = replace(books.CLUB, classified_from=0.7, classified_in_class=in_class)
        with patch("tracker.racing.race.rulebook", lambda id, made=made: made):
            assert places(told.race)[2] == (expected, "H")


def test_nascar_places_everyone_and_says_who_was_not_running() -> None:
    told = story("1", "2", "3", "4", laps=3).green().retires("3", 10, "dvp")
    told.laps("1", 30, 60, 90).laps("2", 31, 95)
    race = told.race
    assert places(race) == [(1, "1"), (2, "2"), (3, "3"), (4, "4")]
    assert outcomes(race)["3"] is Outcome.DNF


def test_a_car_that_did_not_start_never_has_a_place_in_formula_one() -> None:
    told = story("A", "B", laps=1, rulebook="f1/2018", rolling=False).green().lap("A", 90)
    assert places(told.race) == [(1, "A"), (None, "B")]
    assert outcomes(told.race)["B"] is Outcome.DNS


# Dead heats.


def dead_heat(rulebook: str) -> Story:
    """Cars A and B complete lap 4 at the same microsecond; A led one lap before, B led two."""
    told = story("A", "B", "C", laps=4, rulebook=rulebook).green()
    told.laps("A", 30, 60.5, 90.5, 120).laps("B", 30.5, 60, 90, 120)
    return told.laps("C", 31, 61, 91, 121)


def test_a_dead_heat_in_nascar_goes_to_the_car_that_led_more_laps_before_the_last() -> None:
    lines = classification(dead_heat("nascar-cup/2024").race)
    assert [(line.position, line.car.entry, line.tied) for line in lines] == [
        (1, "B", True),
        (2, "A", True),
        (3, "C", False),
    ]


def test_elsewhere_cars_in_a_dead_heat_share_the_place() -> None:
    lines = classification(dead_heat("club/any").race)
    assert [(line.position, line.car.entry, line.tied) for line in lines] == [
        (1, "A", True),
        (1, "B", True),
        (3, "C", False),
    ]


def test_what_the_clock_cannot_tell_apart_is_a_dead_heat() -> None:
    """A clock of milliseconds: 120.0000 and 120.0009 are one reading, 120.0010 is another."""
    for seconds, tied in ((120.0009, True), (120.0010, False)):
        told = story("A", "B", laps=1, rulebook="club/any")
        told.told(
            RaceAnnounced("T", "T", 2024, "club/any", "T", scheduled_laps=1, resolution=at(0.001)),
            source="control",
        )
        race = told.green().laps("A", 120).laps("B", seconds).race
        assert classification(race)[1].tied is tied


# Penalties, publication by publication.


def test_vector_b_ten_seconds_hours_after_the_flag() -> None:
    """Austria 2023: Sainz P4 → P6, Hamilton 7 → 8, Gasly 9 → 10, long after it was official."""
    drivers = ("VER", "LEC", "PER", "SAI", "NOR", "ALO", "HAM", "RUS", "GAS", "STR")
    behind = (0.0, 5.2, 17.2, 21.4, 26.3, 30.3, 35.2, 39.0, 50.0, 54.0)
    told = story(*drivers, laps=2, rulebook="f1/2023", rolling=False).green()
    for driver, late in zip(drivers, behind, strict=True):
        told.laps(driver, 70 + late / 2, 140 + late)
    told.declares(400, official=True)
    for number, driver in enumerate(("SAI", "HAM", "GAS"), start=1):
        told.penalty(driver, 17_000, "time", 10_000_000, number=number)
    published = told.race.publications
    official = next(one for one in published if one.status is ResultStatus.OFFICIAL)
    last = published[-1]
    changed = {item.entry: str(item) for item in differences(official, last)}
    assert last.status is ResultStatus.AMENDED
    assert changed == {
        "NOR": "P5 → P4, penalty to car GAS: time",
        "ALO": "P6 → P5, penalty to car GAS: time",
        "SAI": "P4 → P6, +10 s",
        "RUS": "P8 → P7, penalty to car GAS: time",
        "HAM": "P7 → P8, +10 s",
        "STR": "P10 → P9, penalty to car GAS: time",
        "GAS": "P9 → P10, +10 s",
    }


def test_vector_c_first_and_second_are_disqualified() -> None:
    """Pocono 2022: the third car home wins, having led no lap; those excluded are placed last."""
    told = story("11", "18", "9", "24", laps=2).green()
    for behind, car in enumerate(("11", "18", "9", "24")):
        told.laps(car, 60 + behind, 120 + behind)
    told.declares(300, official=True)
    told.penalty("11", 7_200, "dsq", number=1).penalty("18", 7_201, "dsq", number=2)
    race = told.race
    assert places(race) == [(1, "9"), (2, "24"), (3, "11"), (4, "18")]
    assert race.cars[EntryId("9")].laps_led == 0
    official, first, both = race.publications[-3:]
    assert [str(item) for item in differences(official, first)] == [
        "P2 → P1, penalty to car 11: dsq",
        "P3 → P2, penalty to car 11: dsq",
        "P4 → P3, penalty to car 11: dsq",
        "P1 → P4 (DSQ), disqualified",
    ]
    assert [str(item) for item in differences(official, both)][-1] == "P2 → P4 (DSQ), disqualified"


def test_vector_d_from_thirtieth_to_last_for_weight() -> None:
    """Roval 2025: one car disqualified moves up all those that were behind it."""
    cars = [str(number) for number in range(1, 38)]
    told = story(*cars, laps=1).green()
    for place, car in enumerate(cars, start=1):
        told.laps(car, 90 + place / 10)
    told.penalty("30", 9_000, "dsq")
    order = places(told.race)
    assert order[29:] == [*((n, str(n + 1)) for n in range(30, 37)), (37, "30")]


def test_a_penalty_that_moves_nobody_is_published_all_the_same() -> None:
    told = story("A", "B", laps=1, rulebook="club/any").green().laps("A", 30).laps("B", 50)
    told.penalty("A", 200, "time", 5_000_000)
    before, after = told.race.publications
    assert [str(item) for item in differences(before, after)] == ["P1, +5 s"]
    told.told(PenaltyGiven(at(300), 1, EntryId("A"), "time", 5_000_000, "rescinded"))
    assert [str(item) for item in differences(*told.race.publications[-2:])] == ["P1, +5 s lifted"]


@pytest.mark.parametrize("drop", [2, 50])
def test_places_lost_stop_at_the_last_classified_car(drop: int) -> None:
    told = story("A", "B", "C", laps=2, rulebook="f1/2024", rolling=False).green()
    told.laps("A", 90, 180).laps("B", 91, 181).retires("C", 100)
    told.penalty("A", 300, "positions", drop)
    assert places(told.race) == [(1, "B"), (2, "A"), (None, "C")]


# Stages.


def staged() -> Story:
    told = story("1", "2", "3", laps=6, stages=((1, 2), (2, 4), (3, 6))).green()
    told.laps("1", 30, 60).laps("2", 31, 61).laps("3", 45, 65)
    return told


def test_a_stage_is_the_order_at_the_line_of_its_last_lap() -> None:
    """Car 2 passes car 1 a lap later: that is another stage."""
    told = staged().laps("2", 90).laps("1", 91)
    (stage,) = stage_results(told.race)
    assert (stage.number, stage.order, stage.basis) == (1, ("1", "2", "3"), "line")
    assert (stage.winner, stage.home, stage.under_caution) == ("1", ("1", "2", "3"), False)


def test_a_stage_under_way_has_no_result_and_one_just_won_is_coming_in() -> None:
    told = story("1", "2", laps=6, stages=((1, 2),)).green().laps("1", 30).laps("2", 31)
    assert stage_result(told.race, told.race.stages[0]) is None
    stage = stage_result(told.laps("1", 60).race, told.race.stages[0])
    assert stage is not None
    assert (stage.winner, stage.home) == ("1", ("1",))


def test_a_disqualification_takes_a_car_out_of_its_stages() -> None:
    told = staged().penalty("1", 5_000, "dsq")
    (stage,) = stage_results(told.race)
    assert stage.order == ("2", "3")
    assert stage.winner == "2"


def test_a_stage_that_ends_under_yellow_ends_in_the_frozen_order() -> None:
    told = story("1", "2", "3", laps=6, stages=((1, 2),)).green()
    told.laps("1", 30).laps("2", 31).laps("3", 32).caution(40, "spin")
    told.laps("1", 90).laps("3", 91).laps("2", 92)
    (stage,) = stage_results(told.race)
    assert (stage.order, stage.basis) == (("1", "2", "3"), "sf_only")
    assert stage.under_caution


def test_a_penalty_in_time_that_was_served_at_a_stop_is_not_added_again() -> None:
    """Five seconds stood still on pit road are in the car's time already."""
    told = story("24", "5", laps=2, rulebook="f1/2018", rolling=False).green(0)
    told.laps("24", 90.0, 180.0).laps("5", 91.0, 182.0)
    five = PenaltyGiven(at(100), 1, EntryId("24"), "time", 5_000_000, "applied")
    told.told(five, source="control")
    assert [str(line.car.entry) for line in classification(told.race)] == ["5", "24"]
    told.told(replace(five, at=at(150), status="served"), source="control")
    assert [str(line.car.entry) for line in classification(told.race)] == ["24", "5"]
