"""What a stop costs: told by the stops there were, under green, of cars that had a pace."""

from tests.racing.story import Story, at, story
from tracker.racing.pit_loss import LEAST_STOPS, PitLoss, pit_loss


def stopped(told: Story, car: str, first: float, lost: float) -> Story:
    """Four laps of 30 s, then a lap in and a lap out that together take so much longer."""
    told.laps(car, *(first + 30 * lap for lap in range(1, 5)))
    told.lap(car, first + 145, loop="pit-in").laps(car, first + 150 + lost / 2)
    told.lap(car, first + 152 + lost / 2, loop="pit-out").laps(car, first + 180 + lost)
    return told


def test_the_cost_of_a_stop_is_the_median_of_the_stops_there_were() -> None:
    told = story("1", "2", "3", laps=None).green()
    for car, lost in (("1", 20.0), ("2", 30.0), ("3", 90.0)):
        stopped(told, car, 0.5 + int(car), lost)
    found = pit_loss(told.race)
    assert found == PitLoss(at(30), 3)


def test_too_few_stops_tell_nothing() -> None:
    told = story("1", "2", laps=None).green()
    for car in ("1", "2"):
        stopped(told, car, 0.5 + int(car), 20)
    assert LEAST_STOPS > 2
    assert pit_loss(told.race) is None


def test_stops_under_caution_do_not_count() -> None:
    told = story("1", "2", "3", laps=None).green().caution(140)
    for car in ("1", "2", "3"):
        stopped(told, car, 0.5 + int(car), 20)
    assert pit_loss(told.race) is None


def test_a_stop_that_lasts_is_not_counted_yet() -> None:
    told = story("1", "2", "3", laps=None).green()
    for car in ("1", "2"):
        stopped(told, car, 0.5 + int(car), 20)
    told.laps("3", *(33.5 + 30 * lap for lap in range(4))).lap("3", 150, loop="pit-in")
    assert pit_loss(told.race) is None
