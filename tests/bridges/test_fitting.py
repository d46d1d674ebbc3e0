"""Times from a published order: the order comes out, the times are bent as little as can be."""

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracker.bridges.fitting import Runner, fitted, rising


def test_falling_times_are_pooled_at_their_median() -> None:
    """One wild value does not move its neighbours."""
    assert rising([10, 1_000, 11, 12]) == [10, 12, 12, 12]
    assert rising([1, 2, 3]) == [1, 2, 3]


@given(st.lists(st.integers(-1000, 1000), max_size=12))
def test_what_rises_stays_and_the_rest_is_no_worse_than_any_constant(targets: list[int]) -> None:
    """The answer rises, and costs no more than putting every value at one of the targets."""
    found = rising(targets)
    assert all(a <= b for a, b in pairwise(found))
    cost = sum(abs(a - b) for a, b in zip(found, targets, strict=True))
    assert all(cost <= sum(abs(t - level) for t in targets) + 1 for level in targets)


def test_the_published_order_comes_out_on_every_lap() -> None:
    """Starts are not told, laps are rounded: still every lap ends in the published order."""
    chance = random.Random(24)  # seeded
    true = {str(car): [car * 150_000] for car in range(12)}
    for _ in range(40):
        for times in true.values():
            times.append(times[-1] + chance.randrange(30_000_000, 31_000_000))
    runners = [
        Runner(
            car,
            None,
            [(b - a) // 1000 * 1000 for a, b in pairwise(times)],
            [
                1 + sum(other[lap] < times[lap] for other in true.values())
                for lap in range(len(times))
            ],
        )
        for car, times in true.items()
    ]
    odd: list[str] = []
    found = fitted(runners, odd)
    assert odd == []
    for lap in range(41):
        assert sorted(found, key=lambda car: found[car][lap]) == sorted(
            true, key=lambda car: true[car][lap]
        )
    assert all(b > a for times in found.values() for a, b in pairwise(times))


def test_a_shared_place_and_a_missing_time_are_told() -> None:
    """Two cars in one place stand by their times; a lap without a time takes what others took."""
    runners = [
        Runner("1", 0, [30_000_000, 30_000_000], [1, 1, 1]),
        Runner("2", 100_000, [30_000_000, None], [2, 1, 2]),
    ]
    odd: list[str] = []
    found = fitted(runners, odd)
    assert odd == ["lap 1: place 1 is shared by cars 1, 2", "car 2: lap 2 has no time"]
    assert found["1"] == [0, 30_000_000, 60_000_000]
    assert found["2"] == [100_000, 30_100_000, 60_100_000]


def test_the_winner_finishes_after_every_lap_that_still_counts() -> None:
    """A lapped car was on its last lap when the flag fell, or that lap would not have counted."""
    runners = [
        Runner("1", 0, [30_000_000, 30_000_000, 30_000_000], [1, 1, 1, 1]),
        Runner("2", 0, [45_000_000, 50_000_000, 10_000_000], [2, 2, 2, 2]),
    ]
    found = fitted(runners, [])
    assert found["2"][-2] < found["1"][-1] < found["2"][-1]
