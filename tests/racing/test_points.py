"""What races are worth: worked examples, shortened races, honours, disqualifications."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.racing.story import Story, story
from tracker.racing.points import (
    Distance,
    Finisher,
    Honours,
    Score,
    StageOrder,
    points_of,
    score,
)
from tracker.racing.rulebook import rulebook
from tracker.racing.vocabulary import EntryId, Outcome, RaceTime, ResultStatus

CUP = rulebook("nascar-cup/2024").points


def field(*cars: str, **more: object) -> list[Finisher]:
    """Cars in this order of finish."""
    return [
        Finisher(EntryId(car), place, **more)  # type: ignore[arg-type]
        for place, car in enumerate(cars, 1)
    ]


def entries(*cars: str) -> tuple[EntryId, ...]:
    return tuple(EntryId(car) for car in cars)


def totals(scores: Sequence[Score]) -> list[float]:
    return [score.total for score in scores]


def thirty_eight() -> list[Finisher]:
    return field(*(str(number) for number in range(1, 39)))


def test_forty_then_thirty_five_and_one_for_the_last() -> None:
    """Cup points: 40, 35, 34 … 2 for 35th, 1 for 36th and everyone behind."""
    scored = totals(score(CUP, thirty_eight()))
    assert scored[:3] == [40, 35, 34]
    assert scored[34:] == [2, 1, 1, 1]


@pytest.mark.parametrize(
    ("place", "stage_1", "stage_2", "points"),
    [
        (1, 3, 2, 57), (4, 7, 5, 43), (3, 10, 11, 35), (5, 1, 3, 50), (2, 5, 1, 51),
        (21, None, None, 16), (9, 9, 10, 31), (15, None, None, 22), (28, None, None, 9),
        (11, None, None, 26), (17, None, None, 20), (34, None, None, 3),
    ],
)  # fmt: skip
def test_kansas_2024_by_hand(
    place: int, stage_1: int | None, stage_2: int | None, points: int
) -> None:
    """Race and stages of twelve cars at Kansas add up to what they took away from it."""
    cars = thirty_eight()
    others = [car.entry for car in cars if car.entry != str(place)]

    def stage(number: int, own: int | None) -> StageOrder:
        order = list(others[:20])
        if own is not None:
            order.insert(own - 1, EntryId(str(place)))
        return StageOrder(number, 80 * number, tuple(order))

    scores = score(CUP, cars, [stage(1, stage_1), stage(2, stage_2)])
    assert scores[place - 1].total == points


def test_an_ineligible_driver_scores_nothing_and_no_one_moves_up() -> None:
    """As at Richmond in 2023: second place scores 0, third place what third place is worth."""
    cars = [
        Finisher(EntryId("5"), 1),
        Finisher(EntryId("9"), 2, eligible=False),
        Finisher(EntryId("1"), 3),
    ]
    stages = [StageOrder(1, 70, entries("9", "1", "5"))]
    scores = score(CUP, cars, stages)
    assert [score.race for score in scores] == [40, 0, 34]
    assert totals(scores) == [48, 0, 43]
    assert [score.playoff for score in scores] == [5, 0, 0]


def test_an_ineligible_winner_takes_the_playoff_points_with_him() -> None:
    cars = [Finisher(EntryId("16"), 1, eligible=False), Finisher(EntryId("5"), 2)]
    assert [score.playoff for score in score(CUP, cars)] == [0, 0]


def three_laps(rulebook: str = "nascar-cup/2024", **more: object) -> Story:
    """Cars 1, 2 and 3 run four laps, with a stage after the second, which car 2 wins."""
    told = story("1", "2", "3", laps=4, rulebook=rulebook, stages=((1, 2), (2, 4))).green()
    told.laps("1", 30.0, 60.5, 90.0, 120.0)
    told.laps("2", 30.2, 60.0, 90.2, 120.2)
    return told.laps("3", 30.4, 60.8, 90.4, 120.4)


def test_stage_points_go_by_the_order_at_the_end_of_the_stage() -> None:
    """Car 2 wins the stage, car 1 the race; the last stage is the race and scores once."""
    points = points_of(three_laps().race)
    assert [stage.number for stage in points.stages] == [1]
    assert points.stages[0].order == ("2", "1", "3")
    by_entry = points.by_entry
    assert [by_entry[EntryId(car)].total for car in "123"] == [49, 45, 42]
    assert [by_entry[EntryId(car)].playoff for car in "123"] == [5, 1, 0]
    assert points.status is ResultStatus.UNOFFICIAL


def test_a_car_a_lap_down_ends_its_stage_with_its_next_crossing() -> None:
    """Car 3 crosses first after the winner, a lap down, and stays behind car 2."""
    told = story("1", "2", "3", laps=6, stages=((1, 2),)).green()
    told.laps("1", 30.0, 60.0).laps("2", 31.0, 62.0).laps("3", 61.0, 91.0)
    assert points_of(told.race).stages[0].order == ("1", "2", "3")


def test_after_a_disqualification_stages_are_ranked_again() -> None:
    """Car 2 loses its stage and its second place; car 1 has the stage win, car 3 second place."""
    told = three_laps().penalty("2", 200, "dsq")
    points = points_of(told.race)
    assert points.stages[0].order == ("1", "3")
    scores = points.by_entry
    assert scores[EntryId("1")].total == 40 + 10
    assert scores[EntryId("1")].playoff == 6
    assert scores[EntryId("3")].total == 35 + 9
    assert scores[EntryId("2")].total == 34
    assert scores[EntryId("2")].stages == ()


def test_a_car_that_never_took_the_green_scores_nothing() -> None:
    """It has a place in the Cup, behind every starter, and that place is worth nothing."""
    race = story("1", "2", laps=2, rolling=False).green().laps("1", 30, 60).race
    (first, second) = points_of(race).scores
    assert (first.total, second.position, second.total) == (40, 2, 0)


def test_points_before_the_flag_are_what_the_race_would_score_now() -> None:
    told = story("1", "2", laps=4).green().laps("1", 30, 60).laps("2", 31, 61)
    points = points_of(told.race)
    assert points.status is None
    assert totals(points.scores) == [40, 35]


def test_points_follow_the_result_to_official() -> None:
    assert points_of(three_laps().declares(300, official=True).race).status is ResultStatus.OFFICIAL


# Formula One.


@pytest.mark.parametrize(
    ("season", "place", "points"),
    [(2018, 1, 25), (2019, 1, 26), (2024, 10, 2), (2024, 11, 0), (2025, 1, 25)],
)
def test_the_fastest_lap_is_worth_a_point_in_the_top_ten(
    season: int, place: int, points: float
) -> None:
    """From 2019 to 2024; outside the top ten nobody gets it."""
    cars = field(*(str(number) for number in range(1, 21)))
    honours = Honours(best_laps={EntryId(str(place)): (80, 1), EntryId("20"): (81, 1)})
    scores = score(rulebook(f"f1/{season}").points, cars, honours=honours)
    assert scores[place - 1].total == points


@pytest.mark.parametrize(
    ("season", "run", "first", "tenth"),
    [
        (2024, 50, 25, 1), (2024, 38, 25, 1), (2024, 37, 19, 1), (2024, 25, 19, 1),
        (2024, 24, 13, 0), (2024, 12, 6, 0), (2021, 37, 12.5, 0.5), (2021, 38, 25, 1),
    ],
)  # fmt: skip
def test_a_race_cut_short_scores_less(season: int, run: int, first: float, tenth: float) -> None:
    """Of 50 laps: half points below three quarters to 2021, four tables since."""
    cars = field(*(str(number) for number in range(1, 21)))
    rules = rulebook(f"f1/{season}").points
    scores = score(rules, cars, distance=Distance(run=run, scheduled=50, completed=run, green=run))
    assert [scores[0].total, scores[9].total] == [first, tenth]


def test_two_laps_behind_the_safety_car_are_no_race() -> None:
    """Since 2022 two laps without it are needed before anybody scores."""
    cars = field("1", "2")
    far = Distance(run=10, scheduled=50, completed=10, green=1)
    assert totals(score(rulebook("f1/2024").points, cars, distance=far)) == [0, 0]
    assert totals(score(rulebook("f1/2021").points, cars, distance=far)) == [12.5, 9]


def test_a_sprint_has_its_own_table() -> None:
    cars = field("1", "2", "3", "4")
    assert totals(score(rulebook("f1/2021").points, cars, sprint=True)) == [3, 2, 1, 0]
    assert totals(score(rulebook("f1/2024").points, cars, sprint=True)) == [8, 7, 6, 5]


def test_a_disqualified_formula_one_car_scores_nothing() -> None:
    cars = [Finisher(EntryId("1"), 1), Finisher(EntryId("2"), None, outcome=Outcome.DSQ)]
    assert totals(score(rulebook("f1/2024").points, cars)) == [25, 0]


# The others.


def test_indycar_honours() -> None:
    """Pole 1, a lap led 1, most laps led 2: the winner from pole can take 54."""
    honours = Honours(entries("1", "2"), {EntryId("1"): 60, EntryId("2"): 40})
    scores = score(rulebook("indycar/2024").points, thirty_eight(), honours=honours)
    assert totals(scores)[:3] == [54, 41, 35]
    assert totals(scores)[24:27] == [5, 5, 5]


def test_without_qualifying_its_points_are_missing_and_said_to_be() -> None:
    """The grid is not the result of qualifying, and is not taken for it."""
    race = story("1", "2", laps=1, rulebook="indycar/2024").green().laps("1", 30).laps("2", 31).race
    points = points_of(race)
    assert points.missing == ("pole",)
    assert points_of(race, entries("2", "1")).missing == ()
    assert points_of(race, entries("2", "1")).by_entry[EntryId("2")].bonuses == (("pole", 1),)


def test_classes_score_for_themselves() -> None:
    """The GT car that is third of all is first of its class, and has its own pole."""
    cars = [
        Finisher(EntryId("7"), 1, car_class="GTP"),
        Finisher(EntryId("6"), 2, car_class="GTP"),
        Finisher(EntryId("023"), 3, car_class="GTD"),
    ]
    scores = score(rulebook("imsa/2024").points, cars, honours=Honours(entries("6", "7", "023")))
    assert [score.position for score in scores] == [1, 2, 1]
    assert [score.race for score in scores] == [350, 320, 350]
    assert [score.bonuses for score in scores] == [
        (("qualifying", 32),), (("qualifying", 35),), (("qualifying", 35),),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "points"), [(6, (25, 18, 15)), (8, (38, 27, 23)), (24, (50, 36, 30))]
)
def test_longer_races_are_worth_more(hours: int, points: tuple[int, ...]) -> None:
    """Half as much again from eight hours, twice as much for 24; halves are rounded up."""
    far = Distance(duration=RaceTime(hours * 3_600_000_000))
    scores = score(rulebook("wec/2024").points, field("1", "2", "3"), distance=far)
    assert tuple(totals(scores)) == points


def test_a_club_with_a_table_two_honours_and_a_condition() -> None:
    """CSBK: a rider who is not classified scores nothing for his place but led most laps."""
    honours = Honours(entries("3", "2"), {EntryId("3"): 8, EntryId("1"): 2})
    riders = [*field("1", "2"), Finisher(EntryId("3"), None, outcome=Outcome.DNF)]
    scores = score(rulebook("csbk/2024").points, riders, honours=honours)
    assert totals(scores) == [50, 45, 6]


def test_cars_may_move_up_where_the_rulebook_says_so() -> None:
    rules = replace(CUP, redistribute=True)
    cars = [Finisher(EntryId("9"), 1, eligible=False), Finisher(EntryId("1"), 2)]
    assert [score.race for score in score(rules, cars)] == [0, 40]
