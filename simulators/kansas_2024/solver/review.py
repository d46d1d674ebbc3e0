"""How closely solved crossings meet the facts that were only wished for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.kansas_2024.cars import FINISH, RAN
from simulators.kansas_2024.race import CLOSING_LAP, HALF_DISTANCE, LAPS_RUN

Times = Mapping[tuple[str, int], float]


@dataclass(frozen=True, slots=True)
class Review:
    """Differences between where cars ran and where they are said to have run."""

    average_error: float
    worst_average_error: float
    averages_within_a_tenth: int
    best: int
    worst: int
    middle: int
    closing: int
    top_15_error: float

    @property
    def distance(self) -> float:
        """How far from all that is told, as one number; a place missed counts as 0.01."""
        missed = 4 * len(RAN) - self.best - self.worst - self.middle - self.closing
        return self.average_error + self.worst_average_error / 4 + missed / 100

    def __str__(self) -> str:
        cars = len(RAN)
        return (
            f"average position off by {self.average_error:.3f} in the mean, "
            f"{self.worst_average_error:.2f} at most, within 0.1 for "
            f"{self.averages_within_a_tenth} of {cars}; exact: best {self.best}, "
            f"worst {self.worst}, middle {self.middle}, closing {self.closing}; "
            f"laps in the top 15 off by {self.top_15_error:.1f} in the mean"
        )


def positions(times: Times) -> dict[str, list[int]]:
    """Each car's position at each lap; a car that is out stays behind those still running."""
    places: dict[str, list[int]] = {car: [] for car in FINISH}
    for lap in range(1, LAPS_RUN + 1):
        for place, car in enumerate(order_at(times, lap), 1):
            places[car].append(place)
    return places


def order_at(times: Times, lap: int) -> list[str]:
    """All cars in the order in which they completed a lap, then those that never did."""

    def key(car: str) -> tuple[int, float]:
        last = min(lap, FINISH[car].laps)
        return -last, times[car, last]

    return sorted(FINISH, key=key)


def review(places: Mapping[str, list[int]]) -> Review:
    """What the positions have in common with the ones published.

    Best and worst are told of laps the car completed, averages of the whole race.
    """
    averages = {car: average_error(car, ran) for car, ran in places.items()}
    own = {car: ran[: FINISH[car].laps] for car, ran in places.items()}
    ran = RAN.items()
    return Review(
        average_error=sum(map(abs, averages.values())) / len(averages),
        worst_average_error=max(map(abs, averages.values())),
        averages_within_a_tenth=sum(abs(error) <= 0.1 for error in averages.values()),
        best=sum(min(own[car]) == told.best for car, told in ran),
        worst=sum(max(own[car]) == told.worst for car, told in ran),
        middle=sum(places[car][HALF_DISTANCE - 1] == told.middle for car, told in ran),
        closing=sum(places[car][CLOSING_LAP - 1] == told.closing for car, told in ran),
        top_15_error=sum(
            abs(sum(place <= 15 for place in places[car]) - told.top_15_laps) for car, told in ran
        )
        / len(RAN),
    )


def average_error(car: str, ran: list[int]) -> float:
    """By how much an average misses the published one, which was cut to two decimals."""
    average = sum(ran) / len(ran)
    told = RAN[car].average
    if average < told:
        return average - told
    return max(0.0, average - told - 0.01)
