"""An order of the cars for every lap that agrees with what is told of their positions."""

from __future__ import annotations

import math

from simulators.kansas_2024.cars import FINISH, RAN, STAGE_1, STAGE_2
from simulators.kansas_2024.incidents import PENALISED
from simulators.kansas_2024.race import (
    CAUTIONS,
    CLOSING_LAP,
    HALF_DISTANCE,
    LAPS_RUN,
    LEADER_OF_LAP,
)
from simulators.kansas_2024.solver.demands import SPIN_LAP, SPUN
from simulators.kansas_2024.solver.pace import yellow_laps
from simulators.kansas_2024.solver.program import solvers
from simulators.kansas_2024.solver.review import Times, average_error, order_at, positions

CARS = list(FINISH)
ROUNDS = 40
FORBIDDEN = 1e6

# To change places with a car further away than so many seconds counts for so much a second.
NEAR_S, WAY_COST = 5.0, 0.06


def told_orders() -> dict[int, list[str]]:
    """The laps whose full order was published."""
    return {
        80: list(STAGE_1),
        165: list(STAGE_2),
        HALF_DISTANCE: sorted(CARS, key=lambda car: RAN[car].middle),
        CLOSING_LAP: sorted(CARS, key=lambda car: RAN[car].closing),
        LAPS_RUN: ["17", "5", *CARS[2:]],
    }


class Wishes:
    """The place each car would take on each lap, nudged until the averages are as told."""

    def __init__(self, times: Times) -> None:
        places = positions(times)
        self.times = times
        self.orders_before = [order_at(times, lap) for lap in range(1, LAPS_RUN + 1)]
        self.fixed = told_orders()
        self.fixed_places = {
            car: {order.index(car) + 1 for order in self.fixed.values()}
            | ({1} if car in LEADER_OF_LAP.values() else set())
            for car in CARS
        }
        self.before = places
        self.score = {car: smooth(ran) for car, ran in places.items()}
        self.freedom = [self._freedom(lap) for lap in range(1, LAPS_RUN + 1)]
        self.pinned: dict[tuple[str, int], int] = {
            (SPUN, SPIN_LAP): RAN[SPUN].worst,
            # With its free pass it comes in as the leader comes by, and loses 29 places there.
            ("14", 170): RAN["14"].best,
            # To the tail of the field, and of the lead lap, for the last lap behind the pace car.
            (PENALISED, CAUTIONS[1].last_lap): RAN[PENALISED].worst,
        }

    def _freedom(self, lap: int) -> float:
        """How far places may be moved on a lap: not at all where the order is known."""
        nearest = min(abs(lap - known) for known in (0, *self.fixed))
        return min(1.0, nearest / 6) * (0.35 if lap in yellow_laps() else 1.0)

    def orders(self) -> dict[int, list[str]]:
        """An order for every lap, after some rounds of bringing averages nearer."""
        for round_ in range(ROUNDS):
            ran = self._places()
            if round_ == ROUNDS // 2:
                self._pin_extremes()
                ran = self._places()
            for car in CARS:
                self._nudge(car, ran[car])
        ran = self._places()
        return {
            lap: sorted(CARS, key=lambda car: ran[car][lap - 1]) for lap in range(1, LAPS_RUN + 1)
        }

    def _nudge(self, car: str, ran: list[int]) -> None:
        """Move a car up or down a little, and across the fifteenth place more often or less."""
        total = sum(self.freedom[: FINISH[car].laps])
        step = average_error(car, ran) * LAPS_RUN / total
        wanted = sum(place <= 15 for place in ran) - RAN[car].top_15_laps
        lean = max(-1.0, min(1.0, wanted / 60))
        score = self.score[car]
        for index in range(FINISH[car].laps):
            edge = math.exp(-(((score[index] - 15.5) / 2.5) ** 2))
            score[index] += self.freedom[index] * (0.8 * lean * edge - 0.7 * step)
            score[index] = max(RAN[car].best - 2.0, min(RAN[car].worst + 2.0, score[index]))

    def _pin_extremes(self) -> None:
        """Give each car its best and its worst place on the lap where that changes least."""
        for car in CARS:
            told = RAN[car]
            for place in (told.best, told.worst):
                known = self.fixed_places[car] | self.pinned_places(car)
                if place in known:
                    continue
                laps = [
                    lap
                    for lap in range(1, FINISH[car].laps + 1)
                    if lap not in self.fixed and self._open(car, lap, place)
                ]
                nearest = min(laps, key=lambda lap: abs(self.before[car][lap - 1] - place))
                self.pinned[car, nearest] = place

    def pinned_places(self, car: str) -> set[int]:
        """The places a car is sure to take, known or pinned."""
        return {place for (pinned, _), place in self.pinned.items() if pinned == car}

    def _open(self, car: str, lap: int, place: int) -> bool:
        """Whether a place on a lap is neither taken by another pin nor by the leader."""
        if LEADER_OF_LAP[lap] == car or (car, lap) in self.pinned:
            return False
        return not any(at == lap and taken == place for (_, at), taken in self.pinned.items())

    def _places(self) -> dict[str, list[int]]:
        """The cars put in order lap by lap, each as near its score as the others let it."""
        optimize, _, np = solvers()
        ran: dict[str, list[int]] = {car: [] for car in CARS}
        for lap in range(1, LAPS_RUN + 1):
            if lap in self.fixed:
                order = {car: place for place, car in enumerate(self.fixed[lap], 1)}
            else:
                cost = np.array([self._row(car, lap) for car in CARS])
                chosen = optimize.linear_sum_assignment(cost)[1]
                order = {car: int(place) + 1 for car, place in zip(CARS, chosen, strict=True)}
            for car in CARS:
                ran[car].append(order[car])
        return ran

    def _row(self, car: str, lap: int) -> list[float]:
        """What each place would cost a car on a lap."""
        if lap > FINISH[car].laps:
            return self._row_when_out(car, lap)
        told, score = RAN[car], self.score[car][lap - 1]
        pinned = self.pinned.get((car, lap))
        row: list[float] = []
        for place in range(1, len(CARS) + 1):
            if (place == 1) != (LEADER_OF_LAP[lap] == car):
                row.append(FORBIDDEN * 10)
            elif pinned is not None:
                row.append(0.0 if place == pinned else FORBIDDEN)
            elif not told.best <= place <= told.worst:
                row.append(FORBIDDEN)
            else:
                row.append(abs(place - score) ** 1.5 + self._way(car, lap, place))
        return row

    def _way(self, car: str, lap: int, place: int) -> float:
        """What it costs that the car which took a place before is far away on the track."""
        other = self.orders_before[lap - 1][place - 1]
        if FINISH[other].laps < lap:
            return 0.0
        seconds = abs(self.times[car, lap] - self.times[other, lap]) / 1000
        return WAY_COST * max(0.0, seconds - NEAR_S)

    def _row_when_out(self, car: str, lap: int) -> list[float]:
        """A car that is out is behind all that have done more laps."""
        further = sum(finish.laps > FINISH[car].laps for finish in FINISH.values())
        return [0.0 if place == further + 1 else FORBIDDEN * 10 for place in range(1, 39)]


def smooth(ran: list[int]) -> list[float]:
    """Positions without the jitter, but with the steps that stops and cautions make."""
    score: list[float] = []
    for index, place in enumerate(ran):
        near = ran[max(0, index - 2) : index + 3]
        middle = sorted(near)[len(near) // 2]
        score.append(float(middle) if abs(middle - place) < 8 else float(place))
    return score
