"""The result as it would be had the checkered flag fallen earlier: one rule for every countback.

Stage ends, stopped races and flags shown too soon all ask the same question.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from tracker.racing.race import FrozenOrder, Race, Stoppage
from tracker.racing.vocabulary import EntryId, RaceTime


class Stood(NamedTuple):
    """Where a car stood when its race was over."""

    laps: int
    at: RaceTime | None
    """When its last scored lap was completed; None if it never started."""
    last_lap: RaceTime | None
    finished: bool
    """Whether it took the checkered flag."""


def as_it_stands(race: Race) -> dict[EntryId, Stood]:
    """Every car as it stands now; after the flag, as it finished."""
    return {
        entry: Stood(
            car.laps_completed,
            car.last_crossing,
            lap_time(car.crossings, len(car.crossings) - 1),
            car.finished_at is not None,
        )
        for entry, car in race.cars.items()
    }


def as_if_checkered(
    race: Race, lap: int, before: RaceTime | None = None
) -> Mapping[EntryId, Stood]:
    """Every car as if the checkered flag had fallen for the leader completing that lap.

    A car's race ends with its first crossing at or after the leader's; one that made none, or
    none before the race was stopped, keeps its last crossing.
    """
    flag_at = race.leader_crossings[lap]
    stood = {}
    for entry, car in race.cars.items():
        crossings = car.crossings
        if car.laps_after_finish:
            crossings = [*crossings, *car.laps_after_finish]
        end = len(crossings) if before is None else bisect_right(crossings, before)
        last = bisect_left(crossings, flag_at, min(1, end), end)
        finished = last < end
        if not finished:
            last = end - 1
        stood[entry] = Stood(
            max(0, last) + car.laps_credited,
            crossings[last] if last >= 0 else None,
            lap_time(crossings, last),
            finished,
        )
    return stood


def lap_time(crossings: list[RaceTime], lap: int) -> RaceTime | None:
    """The time of a lap from the crossings of the line; None for a lap that was not run."""
    return RaceTime(crossings[lap] - crossings[lap - 1]) if lap > 0 else None


def lap_of_result(race: Race, stoppage: Stoppage) -> int | None:
    """The lap at whose end the result of a stopped race is taken; None for the frozen order."""
    red = race.rulebook.red
    if red.order != "lap_back":
        return None
    laps = bisect_right(race.leader_crossings, stoppage.at) - 1
    return max(0, laps - red.laps_back)


def is_official(race: Race, stoppage: Stoppage) -> bool | None:
    """Whether a race stopped here and not resumed counts; None where the rulebook sets no share."""
    red = race.rulebook.red
    if red.official_at_stage is not None:
        stages = {stage.number: stage.end_lap for stage in race.stages}
        end = stages.get(red.official_at_stage)
        return None if end is None else stoppage.laps_completed >= end
    if red.official_at is None:
        return None
    if race.scheduled_laps is not None:
        return stoppage.laps_completed >= red.official_at * race.scheduled_laps
    if race.duration is not None:
        return stoppage.at - (race.green_at or 0) >= red.official_at * race.duration
    return None


def combined(*parts: Mapping[EntryId, Stood]) -> list[EntryId]:
    """The order of a race run in parts that are added up: laps, then time, of all parts.

    The time of a part is from its own green, so it goes in as `Stood.at`.
    """
    entries = dict.fromkeys(entry for part in parts for entry in part)

    def sums(entry: EntryId) -> tuple[int, int, str]:
        run = [part[entry] for part in parts if entry in part]
        return (-sum(one.laps for one in run), sum(one.at or 0 for one in run), entry)

    return sorted(entries, key=sums)


def order_at_red(race: Race) -> FrozenOrder | None:
    """Who was where when the race was last stopped: what countback may overrule."""
    return race.stoppages[-1].order if race.stoppages else None
