"""What the start/finish line counts, and what it does not."""

from tests.racing.story import Story, at, story
from tracker.racing.events import CarEntered, RaceAnnounced
from tracker.racing.vocabulary import CarStatus, EntryId


def test_the_first_crossing_of_a_rolling_start_opens_lap_one() -> None:
    race = story("1").green().race
    assert race.cars[EntryId("1")].laps_completed == 0
    assert race.cars[EntryId("1")].status is CarStatus.RUNNING


def test_the_first_crossing_of_a_standing_start_completes_lap_one() -> None:
    race = story("1", rolling=False, rulebook="f1/2018").green().lap("1", 95).race
    assert race.cars[EntryId("1")].laps_completed == 1
    assert race.cars[EntryId("1")].last_lap == at(95)


def test_a_second_reading_is_no_lap() -> None:
    """0.4 s after the line the same car is seen again: noticed, not scored."""
    race = story("1").green().laps("1", 30, 30.4, 60).race
    assert race.cars[EntryId("1")].laps_completed == 2
    assert race.anomaly_counts["second_reading"] == 1


def test_a_race_that_starts_behind_the_pace_car_believes_its_first_fast_lap() -> None:
    """Two laps of 95 s under yellow, then one of 31 s."""
    told = story("1").green().caution(0.5, "weather").laps("1", 95, 190).green(195).laps("1", 221)
    assert told.race.cars[EntryId("1")].laps_completed == 3


def test_no_lap_is_faster_than_the_track_is_long() -> None:
    """Nothing laps a 2414 m oval in 15 s, whatever the decoder says."""
    told = story("1", rolling=False)
    oval = RaceAnnounced("T", "S", 2024, "club/any", "O", track_length_m=2414, scheduled_laps=9)
    race = told.told(oval, source="control").green().laps("1", 0.1, 15, 31).race
    assert race.cars[EntryId("1")].laps_completed == 1


def test_an_opening_crossing_that_was_missed_is_noticed_when_the_feed_numbers_laps() -> None:
    told = story("1", "2", rolling=False)
    told.told(RaceAnnounced("T", "S", 2024, "club/any", "O", scheduled_laps=9), source="control")
    told.green().lap("1", 0.1)
    race = told.lap("1", 30, lap=1).lap("2", 30.4, lap=1).race
    assert race.cars[EntryId("2")].laps_completed == 1
    assert race.anomaly_counts["missed_crossing"] == 1


def test_a_lap_number_that_disagrees_is_noticed_and_not_believed() -> None:
    race = story("1").green().lap("1", 30, lap=7).race
    assert race.cars[EntryId("1")].laps_completed == 1
    assert race.anomaly_counts["lap_mismatch"] == 1


def test_a_car_nobody_entered_is_scored_all_the_same() -> None:
    race = story("1").green().lap("99", 0.5).lap("99", 31).race
    assert race.cars[EntryId("99")].laps_completed == 1


def test_a_car_that_crosses_after_its_retirement_is_back_in_the_race() -> None:
    race = story("1", "2").green().laps("2", 30).retires("2", 45).laps("2", 400).race
    assert race.cars[EntryId("2")].status is CarStatus.RUNNING
    assert race.anomaly_counts["back_in_race"] == 1


def test_best_laps_are_marked_own_and_of_the_race() -> None:
    race = story("1", "2").green().laps("1", 30, 59, 89).laps("2", 30.1, 60.2, 88).race
    assert race.cars[EntryId("1")].last_lap_best is None
    assert race.cars[EntryId("1")].best_lap == at(29)
    assert race.cars[EntryId("2")].last_lap_best == "race"
    assert race.best_lap == at(27.8)


def test_a_feed_joined_late_counts_every_lap_after_the_first() -> None:
    """The first lap seems to have taken half an hour; the next ones are believed all the same."""
    told = story("1", "2", laps=100, rolling=False, rulebook="f1/2018").green()
    told.laps("1", 1800, 1890, 1980).laps("2", 1801, 1892, 1983)
    race = told.race
    assert race.cars[EntryId("1")].laps_completed == 3
    assert race.anomaly_counts["second_reading"] == 0


def test_without_a_grid_the_leader_of_lap_one_has_led_from_the_start() -> None:
    """Car 9 is no pole car for being first in the alphabet: there is no lead change."""
    from tracker.racing.statistics import lead_changes, leaders

    told = Story().told(CarEntered(EntryId("10"), "10"), source="control").green()
    race = told.laps("9", 0.2, 30.2, 60.1).laps("10", 0.1, 30, 60).race
    assert race.leaders == ["10", "10", "10"]
    assert (lead_changes(race), leaders(race)) == (0, 1)
