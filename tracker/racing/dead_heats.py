"""Cars in order of finish, and what happens when the clock cannot tell two of them apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.vocabulary import RaceTime


@dataclass(slots=True)
class Line:
    """A car on its way to a place in the result."""

    car: Car
    laps: int
    scored: int
    """Laps that decide the place: those completed, or those at the moment the order was frozen."""
    frozen_place: int
    at: RaceTime | None
    """When its last scored lap was completed, time penalties included."""
    penalty: int
    grid: int
    refused: bool = False
    """The rulebook gives it no place."""
    tied: bool = False
    shares_place: bool = False
    """It has the place of the car before it."""


def in_order(race: Race, lines: Sequence[Line], frozen: bool) -> list[Line]:
    """Cars by laps, then by time; dead heats by the rulebook's tie rule.

    In an order that was frozen no car has a time at the line: a time penalty then moves a car
    behind all others on its lap.
    """
    if frozen:
        return sorted(
            lines,
            key=lambda line: (
                not line.car.started, -line.scored, line.penalty, line.frozen_place, line.car.entry,
            ),
        )  # fmt: skip
    order = sorted(lines, key=by_distance)
    if race.finished_at is not None:
        settle_dead_heats(race, order)
    return order


def by_distance(line: Line) -> tuple[bool, int, bool, int, int, str]:
    """The one order of every result: laps, then when the last of them was completed."""
    return (
        not line.car.started,
        -line.scored,
        not line.car.crossings,
        line.at or 0,
        line.grid,
        line.car.entry,
    )


def settle_dead_heats(race: Race, order: list[Line]) -> None:
    """Find cars that finished together, as far as the clock can tell, and apply the tie rule."""
    resolution = race.announced.resolution if race.announced is not None else 1
    start = 0
    for here, (ahead, behind) in enumerate(pairwise(order), start=1):
        if not together(ahead, behind, resolution):
            settle_group(race, order, start, here)
            start = here
    settle_group(race, order, start, len(order))


def together(ahead: Line, behind: Line, resolution: int) -> bool:
    """Whether two cars completed as many laps at one and the same reading of the clock."""
    return (
        ahead.car.finished_at is not None
        and behind.car.finished_at is not None
        and ahead.scored == behind.scored
        and ahead.at is not None
        and behind.at is not None
        and ahead.at // resolution == behind.at // resolution
    )


def settle_group(race: Race, order: list[Line], start: int, end: int) -> None:
    """The tie rule for the cars that finished together between two places of the order."""
    if end - start < 2:
        return
    group = order[start:end]
    if race.rulebook.tie == "laps_led":
        group.sort(key=lambda line: (*led_before_the_last_lap(race, line.car), line.car.entry))
    else:
        group.sort(key=lambda line: line.car.entry)
        for line in group[1:]:
            line.shares_place = True
    for line in group:
        line.tied = True
    order[start:end] = group


def led_before_the_last_lap(race: Race, car: Car) -> tuple[tuple[int, ...], int, int]:
    """What decides a dead heat in NASCAR, as something to sort by.

    Rule 17.5.1.2.2: most laps led before the last lap; then most laps in second place, in third,
    and so on; then the highest position on any lap; then the earliest lap in that position.
    """
    last = len(car.positions) - 1
    ran = [place for place in car.positions[1:last] if place]
    counts = [0] * (len(race.cars) + 1)
    for place in ran:
        counts[min(place, len(race.cars))] -= 1
    best = min(ran, default=len(race.cars))
    return tuple(counts[1:]), best, ran.index(best) if ran else 0
