"""The entry list and the grid: invented people in invented teams, some quicker than others."""

from collections.abc import Iterator
from random import Random

from simulators.model.car import Car
from simulators.model.chance import Chance
from simulators.model.parameters import Class, Entries, Scenario

FIRST = (
    "Ada", "Ben", "Carla", "Dan", "Elsa", "Finn", "Gwen", "Hugo", "Iris", "Jack", "Kira", "Leo",
    "Mona", "Ned", "Olga", "Paul", "Quinn", "Rosa", "Sam", "Tess", "Uwe", "Vera", "Will", "Zoe",
)  # fmt: skip
LAST = (
    "Abbott", "Berger", "Costa", "Dalton", "Engel", "Fisher", "Grant", "Holt", "Ibsen", "Jansen",
    "Keller", "Lund", "Moreno", "Novak", "Ortiz", "Price", "Quist", "Rossi", "Stone", "Turner",
    "Ulrich", "Vance", "Weber", "Young", "Zeller",
)  # fmt: skip
TEAMS = ("Blue Barn", "Copper Hill", "Evergreen", "Four Winds", "Harbor", "Ironwood", "Prairie",
         "Red Mesa", "Silver Creek", "Two Rivers")  # fmt: skip
MAKES = ("Antler", "Bolide", "Comet")

MOST_CARS = 200
"""Cars in a field, at most; the largest that ever started a race had fewer than a hundred."""


def cars_of_field(scenario: Scenario, chance: Chance) -> list[Car]:
    """Every car of the field in its order on the grid, which is that of pace, up to a good day."""
    entries = scenario.entries
    draw = chance.entries
    names = drivers(draw, entries.cars * entries.drivers)
    qualified: list[tuple[float, Car]] = []
    for number, (class_name, slower_s) in enumerate(places(entries)):
        skill = draw.weibullvariate(entries.skill_scale_s, entries.skill_shape)
        own = tuple(next(names) for _ in range(entries.drivers))
        between = tuple(
            draw.gauss(0.0, entries.driver_s) if entries.drivers > 1 else 0.0 for _ in own
        )
        car = Car(
            entry=str(number + 1),
            number=number,
            drivers=own,
            team=TEAMS[number // 4 % len(TEAMS)],
            make=MAKES[number // 4 % len(MAKES)],
            class_name=class_name,
            slower_s=max(0.0, slower_s + skill + draw.gauss(0.0, entries.day_s)),
            drop_s=max(0.0, draw.gauss(scenario.pace.drop_s, scenario.pace.drop_spread_s)),
            driver_slower_s=between,
            stall=0.0,
        )
        qualified.append((slower_s + skill + draw.gauss(0.0, scenario.pace.noise_s), car))
    qualified.sort(key=lambda one: (one[0], one[1].number))
    grid = [car for _, car in qualified]
    for place, car in enumerate(grid):
        car.starting_position = place + 1
        # The best qualified have the stall nearest to the exit of pit road.
        car.stall = 1.0 - (place + 0.5) / len(grid)
    return grid


def places(entries: Entries) -> Iterator[tuple[str | None, float]]:
    """The class of each entry and how much slower it is: the cars shared out in proportion."""
    classes: tuple[Class | None, ...] = entries.classes or (None,)
    wanted = [one.cars if one is not None else 1 for one in classes]
    whole = sum(wanted)
    given = 0
    for up_to, one in zip(accumulated(wanted), classes, strict=True):
        until = round(entries.cars * up_to / whole)
        for _ in range(until - given):
            yield (one.name, one.slower_s) if one is not None else (None, 0.0)
        given = until


def accumulated(counts: list[int]) -> Iterator[int]:
    """Sums so far."""
    total = 0
    for count in counts:
        total += count
        yield total


def drivers(draw: Random, count: int) -> Iterator[str]:
    """Names, no two alike."""
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    draw.shuffle(names)
    for number in range(count):
        again = number // len(names)
        yield names[number % len(names)] + (f" {again + 1}" if again else "")
