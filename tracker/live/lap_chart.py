"""Every lap of every car, in columns: what charts of places, gaps and lap times are drawn from."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from pydantic import Field

from tracker.feed.values import EntryId, Slug
from tracker.live.wire import RaceTime, Span, Wire
from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.vocabulary import CAUTION_FLAGS, Flag

SLOW_FLAGS = CAUTION_FLAGS | {Flag.RED, Flag.YELLOW_LOCAL, Flag.VIRTUAL_SAFETY_CAR_ENDING}
"""Flags under which a lap time says nothing of a car."""


class LapsUnderFlag(Wire):
    """Laps of a car that were run, wholly or in part, under a flag that slows the field."""

    flag: str
    first: int
    last: int


class StopCharted(Wire):
    """A visit to pit road."""

    lap: int | None
    at: RaceTime | None = Field(description="when the car came in, or left where that is all known")
    time_on_pit_road: Span | None
    caution: int | None = Field(description="caution period in which it fell; null under green")


class DriverCharted(Wire):
    """A driver's turn at the wheel."""

    driver: str
    at: RaceTime | None = Field(description="when the driver took over; null for who started")
    lap: int = Field(description="the lap that was under way then; 1 for who started")


class CarCharted(Wire):
    """The laps of one car; the lists begin with lap `first`."""

    car: str = Field(description="number as shown")
    driver: str | None = Field(description="who drives it now")
    drivers: list[DriverCharted] = Field(description="all of them in turn, whatever `after`")
    first: int = Field(description="0, the start of the race, where no `after` was asked for")
    completed_at: list[RaceTime] = Field(description="lap 0: when the car started")
    position: list[int | None] = Field(
        description="in which the lap was completed; lap 0: the starting position"
    )
    slow: list[LapsUnderFlag]
    pit: list[StopCharted] = Field(description="all of them, whatever `after`: they may still last")
    estimated: list[tuple[int, int]] = Field(
        description="first and last of laps whose crossing was worked out, not timed"
    )


class LapChart(Wire):
    """Every lap of every car, or those after a lap."""

    race: Slug
    epoch: str
    version: int = Field(description="journal offset folded last")
    revision: str = Field(
        description="another one means that earlier laps may be told otherwise: ask for all"
    )
    after: int | None
    cars: dict[EntryId, CarCharted]


def charted(race: Race, after: int | None = None) -> dict[str, dict[str, Any]]:
    """The laps of every car after a lap, in the shape of `CarCharted`; all of them without one."""
    first = 0 if after is None else after + 1
    green = race.green_at or 0
    slow = list(slow_periods(race))
    return {
        str(car.entry): {
            "car": car.number,
            "driver": car.driver,
            "drivers": [
                {
                    "driver": turn.driver,
                    "at": None if turn.since is None else turn.since - green,
                    "lap": 1 if turn.since is None else lap_under_way(car, turn.since),
                }
                for turn in car.at_the_wheel
            ],
            "first": first,
            "completed_at": [at - green for at in car.crossings[first:]],
            "position": [place or None for place in car.positions[first:]],
            "slow": list(laps_under(car, slow, max(first, 1))),
            "pit": [
                {
                    "lap": stop.lap,
                    "at": None if came is None else came - green,
                    "time_on_pit_road": stop.time_on_pit_road,
                    "caution": stop.caution,
                }
                for stop in car.pit_stops
                for came in [stop.left if stop.entered is None else stop.entered]
            ],
            "estimated": runs(lap for lap in car.estimates if lap >= first),
        }
        for car in race.cars.values()
    }


def lap_under_way(car: Car, at: int) -> int:
    """The lap that a car was on at a moment; lap 1 before it started."""
    return max(1, bisect_right(car.crossings, at))


def slow_periods(race: Race) -> Iterator[tuple[str, int, float]]:
    """Every flag that slows the field, from when to when; the last may not have ended."""
    ends: Sequence[float] = [shown.at for shown in race.flags_shown[1:]] + [float("inf")]
    for shown, end in zip(race.flags_shown, ends, strict=False):
        if shown.flag in SLOW_FLAGS:
            yield shown.flag.value, shown.at, end


def laps_under(
    car: Car, periods: Iterable[tuple[str, int, float]], least: int
) -> Iterator[dict[str, object]]:
    """The laps of a car during which these flags were shown, as in `laps.laps_of`."""
    told: dict[str, object] | None = None
    for flag, began, ended in periods:
        first = max(least, bisect_left(car.crossings, began))
        last = min(len(car.crossings) - 1, bisect_left(car.crossings, ended))
        if first > last:
            continue
        if told is not None and told["flag"] == flag and told["last"] in (first, first - 1):
            told["last"] = last  # told again, with another reason
            continue
        if told is not None:
            yield told
        told = {"flag": flag, "first": first, "last": last}
    if told is not None:
        yield told


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Rising numbers as runs without a hole: 3, 4, 5, 9 is (3, 5), (9, 9)."""
    rising = list(numbers)
    if not rising:
        return []
    breaks = [place for place, (one, other) in enumerate(pairwise(rising), 1) if other != one + 1]
    starts, ends = [0, *breaks], [*breaks, len(rising)]
    return [(rising[a], rising[b - 1]) for a, b in zip(starts, ends, strict=True)]
