"""Who is coming and who is going: a car's last laps against the leader's.

Only laps run wholly under green and away from pit road say anything, of either car.
"""

from bisect import bisect_right

from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.stats.green_laps import Spans, not_green, stops
from tracker.racing.vocabulary import EntryId

TREND_LAPS = 5
"""Laps that are looked at."""

FURTHEST_BACK = 40
"""Laps it looks back at most, so that a long caution costs no more than a short one."""


def trends(race: Race, order: list[Car]) -> dict[EntryId, list[int]]:
    """Thousandths of a second gained (+) or lost (-) on the leader, lap by lap, the oldest first.

    Of the last five laps that count; fewer where there are not so many. The leader is the car
    that leads now, of its class where there are several: against itself it gains nothing.
    """
    if race.laps_completed == 0:
        return {}
    slow = not_green(race)
    leaders: dict[str | None, tuple[Car, Spans]] = {}
    found: dict[EntryId, list[int]] = {}
    for car in order:
        own_stops = stops(car)
        leader, its_stops = leaders.setdefault(
            car.classes[0] if car.classes else None, (car, own_stops)
        )
        if car.retired is None and len(car.crossings) > 1:
            found[car.entry] = trend(car, leader, slow, own_stops, its_stops)
    return found


def trend(car: Car, leader: Car, slow: Spans, own_stops: Spans, its_stops: Spans) -> list[int]:
    """One car's laps against the leader's."""
    found: list[int] = []
    own, its = car.crossings, leader.crossings
    last = len(own) - 1
    for lap in range(last, max(0, last - FURTHEST_BACK), -1):
        began, ended = own[lap - 1], own[lap]
        if slow.touch(began, ended) or own_stops.touch(began, ended):
            continue
        # A car on another lap is held against the lap that the leader ran meanwhile.
        same = lap if car.laps_down == leader.laps_down else bisect_right(its, ended) - 1
        if not 0 < same < len(its):
            continue
        if slow.touch(its[same - 1], its[same]) or its_stops.touch(its[same - 1], its[same]):
            continue
        gained = (its[same] - its[same - 1]) - (ended - began)
        found.append(round(gained / 1000))
        if len(found) == TREND_LAPS:
            break
    return found[::-1]
