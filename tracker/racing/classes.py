"""Races within the race: places, gaps and winners among the cars of one class.

A car may be in several classes: `("LMP2", "LMP2 Pro/Am")` is a class and a trophy inside it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tracker.racing.car import Car
from tracker.racing.classification import Classified
from tracker.racing.running_order import Interval, interval


class ClassPlace(NamedTuple):
    """Where a car is among the cars of its class."""

    position: int
    leader: Car
    behind_leader: Interval
    """Class gap: behind the leader of the class, in time on the same lap, or in laps."""
    behind_next: Interval
    """Class interval: behind the next car of the class ahead."""


def classes(cars: Iterable[Car]) -> list[str]:
    """Every class and trophy that a car is entered in."""
    return sorted({name for car in cars for name in car.classes})


def in_class(order: Iterable[Car], name: str) -> list[Car]:
    """The cars of one class, in the order of the race as a whole."""
    return [car for car in order if name in car.classes]


def class_places(order: Sequence[Car], name: str) -> list[ClassPlace]:
    """The running order of a class; index 0 is its leader."""
    cars = in_class(order, name)
    return [
        ClassPlace(
            position=place + 1,
            leader=cars[0],
            behind_leader=interval(car, cars[0]) if place else Interval(),
            behind_next=interval(car, cars[place - 1]) if place else Interval(),
        )
        for place, car in enumerate(cars)
    ]


def class_leader(order: Sequence[Car], name: str) -> Car | None:
    """The first car of a class in the running order."""
    return next((car for car in order if name in car.classes), None)


def class_result(lines: Sequence[Classified], name: str) -> list[Classified]:
    """The lines of a classification that are about one class; a car may win from 30th overall."""
    return [line for line in lines if name in line.car.classes]


def class_winner(lines: Sequence[Classified], name: str) -> Classified | None:
    """The first car of a class that has a place in the final classification."""
    return next((line for line in class_result(lines, name) if line.position is not None), None)
