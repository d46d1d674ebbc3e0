"""What a race adds up to, and over what it was counted."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.racing.story import Story, story
from tests.racing.test_always import races
from tracker.racing.events import RaceAnnounced
from tracker.racing.race import Race
from tracker.racing.stats.lead import CAUSES, changes_of_lead
from tracker.racing.stats.pit_road import ranked_stops
from tracker.racing.stats.provenance import mean_cut
from tracker.racing.stats.race_time import as_clock
from tracker.racing.stats.summary import statistics
from tracker.racing.vocabulary import EntryId, Flag, RaceTime


def duel(*leads: str, lap: float = 30.0, laps: int | None = None) -> Story:
    """Cars 1 and 2 run a lap for each name given, that car completing it first."""
    told = story("1", "2", laps=laps or len(leads)).green()
    for number, first in enumerate(leads, start=1):
        second = "2" if first == "1" else "1"
        told.lap(first, number * lap).lap(second, number * lap + 0.5)
    return told


def number(race: Race, name: str) -> object:
    """One statistic of the race, as a bare number."""
    return statistics(race).race[name].value


def by_car(race: Race, name: str) -> dict[str, object]:
    """One statistic of every car, as bare numbers."""
    return {str(entry): value for entry, (value, _) in statistics(race).cars[name].values.items()}


# The lead.


def test_the_pole_car_leads_lap_0() -> None:
    """Car 1 on pole, car 2 first over the line: one change, two leaders, and no lap for car 1."""
    race = duel("2", "2", "2").race
    assert number(race, "lead_changes") == 1
    assert number(race, "leaders") == 2
    assert by_car(race, "laps_led") == {"2": 3}
    assert by_car(race, "times_led") == {"1": 1, "2": 1}


def causes(race: Race) -> list[tuple[int, str]]:
    return [(change.lap, change.cause) for change in changes_of_lead(race)]


def test_a_pass_for_the_lead_on_the_opening_lap_and_one_later() -> None:
    assert causes(duel("1", "2", "2", "1", "1").race) == [(2, "opening_lap"), (4, "on_track")]


def test_the_lead_changes_hands_on_a_restart() -> None:
    """Green after lap 4: on laps 5 and 6 a change belongs to the restart, on lap 7 no more."""
    told = duel("1", "1", "1", "1", "2", "1", "2", "2")
    told.caution(75, "debris").green(121)
    assert causes(told.race) == [(5, "restart"), (6, "restart"), (7, "on_track")]


def test_the_lead_is_lost_on_pit_road() -> None:
    """Under green that is a cycle of stops; under yellow the work of the pit crew."""
    told = duel("1", "1", "1", "1", "2", "2", "2", "2")
    told.lap("1", 121, "pit-in").lap("1", 149, "pit-out")
    assert causes(told.race) == [(5, "pit_cycle")]
    assert causes(told.caution(95, "spin").green(190).race) == [(5, "pit_road_under_yellow")]


def test_a_cycle_of_stops_ends_when_a_car_that_has_stopped_leads_again() -> None:
    """Car 1 stops, car 2 inherits the lead, and car 1 takes it back on the track."""
    told = duel("1", "1", "1", "1", "2", "2", "2", "1", "1", "2")
    told.lap("1", 121, "pit-in").lap("1", 149, "pit-out")
    assert causes(told.race) == [(5, "pit_cycle"), (8, "pit_cycle"), (10, "on_track")]


def test_the_lead_is_lost_in_the_wall() -> None:
    told = story("1", "2", laps=5).green().laps("1", 30, 60, 90).laps("2", 31, 61, 91, 121, 151)
    assert causes(told.retires("1", 100).race) == [(4, "retirement")]


def test_the_lead_is_taken_by_race_control() -> None:
    told = duel("1", "1", "1", "1", "2", "2").penalty("1", 130, "drive_through")
    assert causes(told.race) == [(5, "penalty")]


def test_every_change_of_the_lead_has_a_cause_we_know() -> None:
    race = duel("1", "2", "1", "2", "2").race
    assert {cause for _, cause in causes(race)} <= set(CAUSES)


# Where cars ran.


def three() -> Race:
    """Car 3 leads twice, is out after two laps, and so is third for the rest of the race."""
    told = story("1", "2", "3", laps=4).green()
    told.laps("3", 29, 59).laps("1", 30, 60, 90, 120).laps("2", 31, 61, 91, 121)
    return told.retires("3", 70).race


def test_a_car_that_is_out_runs_behind_the_others() -> None:
    """Average over all laps: (1 + 1 + 3 + 3) / 4; best and worst of its own laps only."""
    race = three()
    assert by_car(race, "average_position") == {"1": 1.5, "2": 2.5, "3": 2.0}
    assert by_car(race, "best_position") == {"1": 1, "2": 2, "3": 1}
    assert by_car(race, "worst_position") == {"1": 2, "2": 3, "3": 1}
    assert by_car(race, "laps_in_top_15") == {"1": 4, "2": 4, "3": 2}


def test_where_cars_ran_at_half_distance_and_near_the_end() -> None:
    race = three()
    assert by_car(race, "mid_race_position") == {"1": 2, "2": 3, "3": 1}
    assert by_car(race, "closing_position") == {"1": 1, "2": 2, "3": 3}
    assert by_car(race, "positions_gained") == {"1": 0, "2": 0, "3": 0}


@pytest.mark.parametrize(
    ("total", "laps", "shown"), [(2769, 1000, 2.76), (69, 25, 2.76), (8999, 1000, 8.99), (6, 2, 3)]
)
def test_an_average_is_cut_as_it_is_published(total: int, laps: int, shown: float) -> None:
    assert mean_cut(total, laps, 2) == shown


# Passing.


def test_a_pass_is_counted_for_one_and_a_place_lost_for_the_other() -> None:
    race = duel("1", "2", "1", "1").race
    assert by_car(race, "green_flag_passes") == {"1": 1, "2": 1}
    assert by_car(race, "green_flag_times_passed") == {"1": 1, "2": 1}
    assert by_car(race, "pass_differential") == {"1": 0, "2": 0}
    assert by_car(race, "quality_passes") == {"1": 1, "2": 1}


def test_no_pass_under_yellow_and_none_on_pit_road() -> None:
    told = duel("1", "1", "2", "2", "2")
    assert sum(by_car(told.race, "green_flag_passes").values()) == 1  # type: ignore[arg-type]
    pitted = duel("1", "1", "2", "2", "2").lap("1", 61, "pit-in").lap("1", 89, "pit-out")
    assert by_car(pitted.race, "green_flag_passes") == {"1": 0, "2": 0}
    yellow = told.caution(65, "spin").green(115)
    assert by_car(yellow.race, "green_flag_passes") == {"1": 0, "2": 0}


# Pace.


def test_the_quickest_lap_of_the_field_counts_under_green_only() -> None:
    """Car 2 is quicker on lap 2 and on lap 4, of which the yellow takes the second."""
    told = story("1", "2", laps=5).green()
    told.laps("1", 30, 60, 90, 130, 160).laps("2", 30.5, 60.4, 90.5, 130.1, 160.4)
    assert by_car(told.race, "fastest_laps_run") == {"1": 3, "2": 2}
    told.caution(95, "debris").green(129)
    assert by_car(told.race, "fastest_laps_run") == {"1": 3, "2": 1}


def on_a_mile(told: Story) -> Race:
    """The same race on a track of a known length: 1 609 metres."""
    announced = told.filed[0].event
    assert isinstance(announced, RaceAnnounced)
    told.filed[0] = told.filed[0]._replace(event=replace(announced, track_length_m=1609))
    return told.race


def test_green_flag_speed_leaves_out_what_was_slow() -> None:
    """Nine laps of 30 s are 53.633 m/s; the lap with the stop and the yellow ones do not count."""
    told = story("1", laps=12).green()
    told.laps("1", 30, 60, 90, 135, 165, 225, 285, 315, 345, 375, 405, 435)
    told.lap("1", 100, "pit-in").lap("1", 130, "pit-out").caution(166, "oil").green(284)
    race = on_a_mile(told)
    speed = statistics(race).of(EntryId("1"), "green_flag_speed")
    assert speed is not None
    assert (speed.n, speed.method) == (9, "loop")
    assert speed.value == pytest.approx(1609 / 30, abs=0.001)
    restart = statistics(race).of(EntryId("1"), "restart_speed")
    assert restart is not None
    assert (restart.value, restart.n) == (round(1609 / 30, 3), 2)


def test_early_and_late_in_a_run() -> None:
    """Car 1 is quick on new tyres, car 2 keeps its own: the ranks change over a run."""
    told = story("1", "2", laps=12).green()
    at_1, at_2 = 0.0, 0.1
    for lap in range(12):
        at_1 += 30 + lap * 0.1
        at_2 += 30.5
        told.lap("1", at_1).lap("2", at_2)
    race = told.race
    assert by_car(race, "early_run_rank") == {"1": 1, "2": 2}
    assert by_car(race, "late_run_rank") == {"1": 2, "2": 1}


# Pit road.


def stopping() -> Race:
    """Under the yellow, cars come in as 1, 2, 3 and leave as 2, 1, 3."""
    told = story("1", "2", "3", laps=4).green()
    told.laps("1", 30, 60, 120, 150).laps("2", 31, 61, 119, 151).laps("3", 32, 62, 121, 152)
    told.caution(63, "debris").green(118)
    for car, entered, left in (("1", 70, 85), ("2", 71, 84), ("3", 72, 90)):
        told.lap(car, entered, "pit-in").lap(car, left, "pit-out")
    return told.race


def test_places_are_won_and_lost_on_pit_road() -> None:
    race = stopping()
    assert by_car(race, "positions_on_pit_road") == {"1": -1, "2": 1, "3": 0}
    assert [(stop.entry, stop.rank_in, stop.rank_out) for stop in ranked_stops(race)] == [
        ("1", 1, 2), ("2", 2, 1), ("3", 3, 3),
    ]  # fmt: skip
    assert by_car(race, "time_on_pit_road") == {"1": 15_000_000, "2": 13_000_000, "3": 18_000_000}
    assert by_car(race, "pit_stops") == {"1": 1, "2": 1, "3": 1}


def test_a_stint_is_what_lies_between_two_stops() -> None:
    """Two laps, the stop, two more; of those the third was yellow."""
    (first, second) = statistics(stopping()).stints[EntryId("1")]
    assert (first.laps, first.value) == ((1, 2), {"laps": 2, "green_laps": 2})
    assert (second.laps, second.value) == ((3, 4), {"laps": 2, "green_laps": 1})


# The race.


def test_cautions_by_reason() -> None:
    """Laps 2 and 3 for an accident, 5 for the stage: three of eight laps."""
    told = duel(*"11111111").caution(31, "accident").green(91).caution(121, "stage").green(151)
    assert number(told.race, "cautions_by_reason") == {
        "accident": {"count": 1, "laps": 2, "share": 0.25},
        "stage": {"count": 1, "laps": 1, "share": 0.125},
    }
    assert number(told.race, "caution_laps") == 3
    assert number(told.race, "green_laps") == 5


def test_race_time_keeps_the_cautions_and_leaves_out_the_red_flag() -> None:
    """120 s, of which 20 s under red."""
    told = duel("1", "1", "1", "1").caution(31, "rain").flag(Flag.RED, 35)
    told.flag(Flag.CAUTION, 55).green(59)
    assert number(told.race, "race_time") == 100_000_000


def test_average_speed_is_of_the_time_cut_to_a_second() -> None:
    """Four miles in 120.9 s, taken as 120: 120 miles an hour."""
    told = story("1", "2", laps=4).green().laps("1", 30, 60, 90, 120.9).laps("2", 31, 61, 91, 122)
    race = on_a_mile(told)
    assert number(race, "average_speed_mph") == 120
    assert number(race, "margin_of_victory") == 1_100_000
    assert number(race, "race_time_shown") == "0:02:00"


def test_a_race_time_as_it_is_printed() -> None:
    assert as_clock(RaceTime(11_442_420_000)) == "3:10:42"


def test_a_race_that_ends_under_caution_has_no_margin() -> None:
    told = duel("1", "1", "1", "1").caution(100, "accident")
    assert number(told.race, "margin_of_victory") is None
    assert statistics(told.race).race["margin_of_victory"].scope == "ended under caution"


def test_the_fastest_lap_with_and_without_the_odd_ones() -> None:
    """The quickest lap of all was under yellow; of the green ones without pit road it is lap 3."""
    told = story("1", laps=5).green().laps("1", 31, 61, 90.5, 120.5, 149.5)
    told.caution(120.6, "debris").green(149)
    race = told.race
    assert number(race, "fastest_lap") == {"entry": "1", "lap": 5, "time_us": 29_000_000}
    assert number(race, "fastest_green_lap") == {"entry": "1", "lap": 3, "time_us": 29_500_000}


def test_a_result_taken_earlier_takes_its_numbers_with_it() -> None:
    """Stopped with the result of lap 2: what was driven after it is nobody's lap."""
    race = duel("1", "2", "1", "1").ends(130, lap=2).race
    assert by_car(race, "laps_led") == {"1": 1, "2": 1}
    assert by_car(race, "average_position") == {"1": 1.5, "2": 1.5}


@given(races())
@settings(max_examples=100)
def test_every_lap_has_one_leader_and_every_place_one_car(told: Story) -> None:
    """Laps led add up to the race, places to a whole field, passes to places lost."""
    race = told.race
    found = statistics(race)
    assert sum(led for led, _ in found.cars["laps_led"].values.values()) == race.laps_completed
    assert found.race["lead_changes"].value == len(found.lead_changes)
    if race.laps_completed:
        averages = [value for value, _ in found.cars["average_position"].values.values()]
        cars = sum(bool(car.crossings) for car in race.cars.values())
        assert len(averages) == cars
        # Each is cut by less than a hundredth.
        assert -1e-6 < cars * (cars + 1) / 2 - sum(averages) < 0.01 * cars + 1e-6
        passes = found.cars["green_flag_passes"].values.values()
        lost = found.cars["green_flag_times_passed"].values.values()
        assert sum(n for n, _ in passes) == sum(n for n, _ in lost)


# Provenance.


def test_what_was_worked_out_says_so() -> None:
    """One crossing that nobody timed makes every number of the order an estimate."""
    race = duel("1", "1", "1").race
    assert statistics(race).cars["average_position"].method == "official"
    told = story("1", "2", laps=3).green().lap("1", 30, estimated=True).laps("1", 60, 90)
    assert statistics(told.race).cars["average_position"].method == "estimated"
    assert statistics(told.race).race["lead_changes"].method == "estimated"


def test_every_number_says_over_what_it_was_counted() -> None:
    found = statistics(stopping())
    assert all(stat.scope for stat in found.race.values())
    assert all(stat.scope for stat in found.cars.values())
    stat = found.of(EntryId("1"), "average_position")
    assert stat is not None
    assert stat.as_json() == {
        "value": 1.25,
        "n": 4,
        "scope": found.cars["average_position"].scope,
        "method": "official",
        "laps": [1, 4],
    }
    assert found.of(EntryId("99"), "average_position") is None


def test_statistics_are_plain_values() -> None:
    told = statistics(stopping()).as_json()
    assert json.loads(json.dumps(told)) == told
    assert told["cars"]["positions_on_pit_road"]["by_entry"]["1"] == [-1, 1]
    assert told["pit_road"] == [[1, "1", 1, 2, 3], [1, "2", 2, 1, 3], [1, "3", 3, 3, 3]]
    assert told["stints"]["1"] == [[1, 2, 2], [3, 4, 1]]


def test_no_driver_rating_is_made_up() -> None:
    assert not any("rating" in name for name in statistics(stopping()).cars)


def test_a_race_that_has_not_begun_has_statistics_too() -> None:
    race = Race()
    assert statistics(race).race["laps_completed"].value == 0
    assert json.dumps(statistics(race).as_json())
    assert json.dumps(statistics(story("1", "2").race).as_json())
