"""The finish: whose lap counts, who finished, and what officials make of it afterwards."""

from tests.racing.story import Story, at, story
from tracker.racing.classification import classification, margin_of_victory
from tracker.racing.events import Corrected
from tracker.racing.race import Race, Withdrawal
from tracker.racing.report import report
from tracker.racing.results import under_review
from tracker.racing.vocabulary import CarStatus, EntryId, Flag, Outcome, ResultStatus


def result(race: Race) -> list[tuple[int | None, str, int]]:
    return [(line.position, str(line.car.entry), line.laps) for line in classification(race)]


def test_lapped_cars_finish_with_their_next_crossing_after_the_winners() -> None:
    """Car 3 crosses 0.2 s before the winner and has to come round again; car 4 just after is
    home with the laps it has. It looks unfair and is right."""
    told = story("1", "2", "3", "4", laps=3).green()
    told.laps("1", 30, 60, 90).laps("2", 31, 61, 91)
    told.laps("3", 44, 89.8, 130).laps("4", 45, 90.2, 131)
    race = told.race
    assert result(race) == [(1, "1", 3), (2, "2", 3), (3, "3", 3), (4, "4", 2)]
    assert race.cars[EntryId("4")].finished_at == at(90.2)
    assert race.cars[EntryId("4")].laps_after_finish == [at(131)]


def test_the_winner_is_the_first_to_complete_the_distance_not_the_first_to_cross() -> None:
    told = story("1", "2", laps=2).green().laps("1", 30).laps("2", 29, 70).laps("1", 60)
    assert result(told.race)[0] == (1, "1", 2)


def test_a_car_that_stops_on_the_last_lap_stays_behind_all_who_finish_it() -> None:
    told = story("1", "2", laps=3).green().laps("1", 30, 60, 90).laps("2", 29, 59)
    told.retires("2", 80)
    assert result(told.race) == [(1, "1", 3), (2, "2", 2)]
    assert classification(told.race)[1].outcome is Outcome.DNF


def close_finish(margin_us: int) -> Story:
    told = story("17", "5", laps=2).green()
    return told.laps("17", 30, 60).laps("5", 30.1, 60 + margin_us / 1e6)


def test_a_finish_inside_the_timing_error_is_under_review_and_one_beyond_is_not() -> None:
    race = close_finish(3_000).race
    assert under_review(race, classification(race)) == ["17", "5"]
    race = close_finish(3_001).race
    assert under_review(race, classification(race)) == []


def test_a_penalty_puts_no_finish_under_review_and_may_make_one_too_close() -> None:
    """Seconds apart on the road and after the penalty; then two thousandths apart after it."""
    told = close_finish(3_000_000).penalty("17", 100, "time", 5_000_000)
    assert under_review(told.race, classification(told.race)) == []
    told = close_finish(3_000_000).penalty("17", 100, "time", 3_002_000)
    assert under_review(told.race, classification(told.race)) == ["5", "17"]


def test_the_photo_reverses_the_finish_in_three_published_results() -> None:
    """Car 17 first by a thousandth; the photo retimes car 5; laps led and margin follow."""
    told = close_finish(1_000)
    told.correct("retime", 300, "5@60.001", new_at=at(59.999), basis="photo")
    first, photo = told.closes_review(301).race.publications
    assert (first.status, first.winner, first.margin) == (ResultStatus.UNOFFICIAL, "17", 1_000)
    assert first.review == ("17", "5")
    assert (photo.winner, photo.margin, photo.review) == ("5", 1_000, ())
    assert photo.decided_by == "photo"
    assert dict(first.laps_led) == {"17": 2}
    assert dict(photo.laps_led) == {"17": 1, "5": 1}
    last = told.declares(400).declares(900, official=True).race.publications[-1]
    assert (last.rev, last.status, last.winner) == (4, ResultStatus.OFFICIAL, "5")


def flag_told_by_mistake() -> Story:
    """A checkered flag after two laps, on which cars finish, and which race control takes back."""
    told = story("1", "2", laps=None, rulebook="club/any").green()
    told.laps("1", 30, 60).laps("2", 31, 61).flag(Flag.CHECKERED, 65)
    flag = told.filed[-1]
    told.laps("1", 90).laps("2", 91)
    taken_back = Corrected(at(95), "delete", (flag.source, flag.id), reason="no flag was shown")
    return told.told(taken_back, source="control")


def test_a_result_is_withdrawn_when_it_turns_out_that_the_race_had_not_ended() -> None:
    """Two laps later it ends, and there is a result again as soon as everybody is home."""
    told = flag_told_by_mistake()
    running = told.race
    assert running.finished_at is None
    (published,) = running.publications
    assert published.winner == "1"
    assert published.withdrawn == Withdrawal(at(95), "manual: no flag was shown")
    assert not running.results
    told.laps("2", 119, 149).laps("1", 120, 150).flag(Flag.CHECKERED, 151).laps("2", 179)
    assert not told.race.results  # car 1 is still on its way
    ended = told.laps("1", 181).race
    (result,) = ended.results
    assert (result.rev, result.winner, result.cause) == (2, "2", "checkered flag")
    first, second = report(ended)["revisions"]
    assert (first["withdrawn"], second["withdrawn"]) == ("manual: no flag was shown", None)
    assert second["changed"] == []  # it is no new version of a result that was none


def test_an_official_result_closes_a_review_nobody_closed() -> None:
    race = close_finish(0).declares(100, official=True).race
    assert [(p.status.value, p.review) for p in race.publications] == [
        ("unofficial", ("17", "5")),
        ("official", ()),
    ]


def test_a_time_penalty_moves_a_car_behind_those_on_its_lap_only() -> None:
    """Finish A 0.0, B +3.1, C +4.0, D +9.9, E a lap down; five seconds to A: B, C, A, D, E."""
    told = story("A", "B", "C", "D", "E", laps=2).green()
    for car, behind in (("A", 0.0), ("B", 3.1), ("C", 4.0), ("D", 9.9)):
        told.laps(car, 30 + behind / 2, 60 + behind)
    told.laps("E", 62).penalty("A", 200, "time", 5_000_000)
    race = told.race
    lines = classification(race)
    assert [str(line.car.entry) for line in lines] == ["B", "C", "A", "D", "E"]
    winner = lines[0].time
    assert winner is not None
    gaps = [line.time - winner for line in lines[:4] if line.time is not None]
    assert gaps == [0, at(0.9), at(1.9), at(6.8)]
    assert margin_of_victory(lines, under_caution=False) == at(0.9)


def test_places_lost_and_laps_lost_and_disqualification_apply_in_that_order() -> None:
    told = story("A", "B", "C", "D", laps=1).green()
    for number, car in enumerate("ABCD"):
        told.laps(car, 30 + number)
    told.penalty("A", 100, "positions", 2, number=1).penalty("B", 101, "dsq", number=2)
    lines = classification(told.race)
    assert [str(line.car.entry) for line in lines] == ["C", "A", "D", "B"]
    assert lines[-1].outcome is Outcome.DSQ
    assert lines[-1].position == 4


def test_a_rescinded_penalty_takes_nothing() -> None:
    from tracker.racing.events import PenaltyGiven

    told = story("A", "B", laps=1).green().laps("A", 30).laps("B", 31)
    told.penalty("A", 100, "time", 5_000_000)
    assert result(told.race)[0][1] == "B"
    rescinded = PenaltyGiven(at(200), 1, EntryId("A"), "time", 5_000_000, "rescinded")
    assert result(told.told(rescinded, source="control").race)[0][1] == "A"


def test_formula_one_classifies_nine_tenths_of_the_winners_distance() -> None:
    """Of 53 laps 47 are enough, running or not; 46 are not."""
    told = story("A", "B", "C", laps=53, rulebook="f1/2018", rolling=False).green()
    told.laps("A", *(90.0 * lap for lap in range(1, 54)))
    told.laps("B", *(91.0 * lap for lap in range(1, 48))).retires("B", 4400)
    told.laps("C", *(92.0 * lap for lap in range(1, 47))).retires("C", 4400)
    assert result(told.race) == [(1, "A", 53), (2, "B", 47), (None, "C", 46)]


def test_a_car_that_never_started_has_no_place_in_formula_one() -> None:
    told = story("A", "B", laps=1, rulebook="f1/2018", rolling=False).green().lap("A", 90)
    lines = classification(told.race)
    assert (lines[1].position, lines[1].outcome) == (None, Outcome.DNS)


def test_race_control_ends_a_race_at_an_earlier_lap() -> None:
    """Countback: the result at the end of lap 2 has a winner who was not leading at the end."""
    told = story("A", "B", laps=10).green().laps("A", 30, 61, 92).laps("B", 31, 60, 93)
    race = told.ends(120, lap=2).race
    assert result(race) == [(1, "B", 2), (2, "A", 2)]
    assert race.cars[EntryId("A")].status is CarStatus.FINISHED


def test_a_checkered_flag_without_a_distance_ends_the_race_at_the_leaders_next_crossing() -> None:
    from tracker.racing.vocabulary import Flag

    told = story("A", "B", laps=None, rulebook="club/any").green().laps("A", 30, 60)
    told.laps("B", 31, 61).flag(Flag.CHECKERED, 75).laps("B", 95).laps("A", 96)
    assert result(told.race) == [(1, "B", 3), (2, "A", 3)]


def test_an_official_result_that_changes_is_amended_and_says_why() -> None:
    told = close_finish(500_000).declares(100, official=True)
    last = told.penalty("17", 90_000, "dsq").race.publications[-1]
    assert (last.status, last.winner) == (ResultStatus.AMENDED, "5")
    assert "17" in last.cause


def test_a_protest_after_the_provisional_result_is_a_review_again() -> None:
    """The photo was read; a protest against car 5 opens it again; the official result ends it."""
    from tracker.racing.events import ReviewChanged

    told = close_finish(1_000).declares(100)
    assert under_review(told.race, classification(told.race)) == []
    protest = ReviewChanged(at(200), True, (EntryId("5"),), text="protest")
    told.told(protest, source="control")
    assert under_review(told.race, classification(told.race)) == ["5"]
    told.declares(300, official=True)
    assert under_review(told.race, classification(told.race)) == []


def test_a_feed_that_names_ever_new_cars_fills_no_memory() -> None:
    from tracker.racing.race import MOST_CARS

    told = story("1").green()
    for number in range(MOST_CARS + 50):
        told.lap(f"x{number}", 1 + number / 1000)
    race = told.race
    assert len(race.cars) == MOST_CARS
    assert race.anomaly_counts["too_many_cars"] == 51
