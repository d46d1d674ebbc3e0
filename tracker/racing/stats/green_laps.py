"""Laps run wholly under green, which are the only ones that say how fast a car was."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.vocabulary import EntryId, Flag, RaceTime

RACING = frozenset({Flag.GREEN, Flag.WHITE, Flag.CHECKERED, Flag.YELLOW_LOCAL, Flag.BLUE,
                    Flag.BLACK, Flag.MEATBALL, Flag.DEBRIS})  # fmt: skip
"""Flags under which the whole field races; a local yellow slows one corner, not the race."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of time that do not overlap, in order."""

    begin: list[int]
    end: list[int]

    def touch(self, first: int, last: int) -> bool:
        """Whether any of them has a moment between these two."""
        after = bisect_left(self.begin, last)
        return after > 0 and self.end[after - 1] > first


def not_green(race: Race) -> Spans:
    """When the field was not racing: under yellow, red, or not yet green."""
    begin: list[int] = []
    end: list[int] = []
    racing = True
    for shown in race.flags_shown:
        now = shown.flag in RACING
        if race.green_at is not None and shown.at >= race.green_at and now != racing:
            (end if now else begin).append(shown.at)
        racing = now or race.green_at is None or shown.at < race.green_at
    if len(begin) > len(end):
        end.append(2**62)
    return Spans(begin, end[: len(begin)])


def stops(car: Car) -> Spans:
    """When a car was on pit road; one whose entry was not timed was there since its exit only."""
    begin: list[int] = []
    end: list[int] = []
    for stop in car.pit_stops:
        entered = stop.entered if stop.entered is not None else stop.left
        if entered is not None:
            begin.append(entered)
            end.append(stop.left if stop.left is not None else 2**62)
    return Spans(begin, end)


@dataclass(frozen=True, slots=True)
class LapTimes:
    """A car's laps of one kind: number and time, in order."""

    numbers: list[int]
    times: list[RaceTime]


@dataclass(frozen=True, slots=True)
class GreenLaps:
    """The laps of each car that were run under green and away from pit road."""

    by_car: dict[EntryId, LapTimes]
    under_green: dict[EntryId, set[int]]
    """Laps under green, those with a visit to pit road included."""


def green_laps(race: Race) -> GreenLaps:
    """Every car's laps of that kind, in one pass."""
    slow = not_green(race)
    by_car: dict[EntryId, LapTimes] = {}
    under_green: dict[EntryId, set[int]] = {}
    for car in race.cars.values():
        on_pit_road = stops(car)
        found = LapTimes([], [])
        green = under_green[car.entry] = set()
        at = car.crossings
        for lap in range(1, len(at)):
            if slow.touch(at[lap - 1], at[lap]):
                continue
            green.add(lap)
            if not on_pit_road.touch(at[lap - 1], at[lap]):
                found.numbers.append(lap)
                found.times.append(RaceTime(at[lap] - at[lap - 1]))
        by_car[car.entry] = found
    return GreenLaps(by_car, under_green)


def runs(race: Race) -> list[tuple[int, int]]:
    """Full green runs of the leader: first and last lap between two greens and yellows."""
    found = []
    first = 1
    for caution in race.cautions:
        if caution.first_lap > first:
            found.append((first, caution.first_lap - 1))
        first = (caution.last_lap if caution.last_lap is not None else race.laps_completed) + 1
    if first <= race.laps_completed:
        found.append((first, race.laps_completed))
    return found


def in_span(numbers: list[int], first: int, last: int) -> slice:
    """Where laps of a car that lie between two laps stand in its list."""
    return slice(bisect_left(numbers, first), bisect_right(numbers, last))
