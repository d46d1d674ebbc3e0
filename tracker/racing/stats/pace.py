"""How fast cars were: green-flag and restart speed, run by run, and who had the quickest lap."""

from collections import Counter
from collections.abc import Callable, Mapping

from tracker.racing.race import Race
from tracker.racing.stats.green_laps import GreenLaps, in_span, runs
from tracker.racing.stats.provenance import LOOP, OFFICIAL, CarStat
from tracker.racing.vocabulary import EntryId

RUN_SHARE = 0.25
"""Early and late in a run: its first and last quarter."""
SHORTEST_RUN = 8
"""Laps a run must have for its quarters to say anything."""
RESTART_LAPS = 2
"""Restart speed is that of the first laps after a green."""

Times = Mapping[EntryId, list[int]]


def pace_statistics(race: Race, green: GreenLaps) -> dict[str, CarStat]:
    """All that follows from lap times under green."""
    laps = race.laps_completed
    if not laps:
        return {}
    whole = (1, laps)
    pit = any(car.pit_stops for car in race.cars.values())
    method = LOOP if pit else OFFICIAL
    found = {
        "fastest_laps_run": CarStat(
            "laps under green on which the car had the quickest lap of the field",
            method, whole, quickest_laps(race, green),
        ),
        "early_run_rank": CarStat(
            "mean lap time in the first quarter of green runs of 8 laps or more, ranked",
            method, whole, ranked(quarters(race, green, early=True)),
        ),
        "late_run_rank": CarStat(
            "mean lap time in the last quarter of green runs of 8 laps or more, ranked",
            method, whole, ranked(quarters(race, green, early=False)),
        ),
    }  # fmt: skip
    length = race.announced.track_length_m if race.announced else None
    if length:
        times = {entry: list[int](laps.times) for entry, laps in green.by_car.items()}
        found["green_flag_speed"] = CarStat(
            "mean speed over laps wholly under green, laps with pit road left out; metres a second",
            method, whole, speeds(times, length),
        )  # fmt: skip
        found["restart_speed"] = CarStat(
            "mean speed of the first two laps after each restart; metres a second",
            method, whole, speeds(restarts(race, green), length),
        )  # fmt: skip
    return found


def speeds(times: Times, length_m: int) -> dict[EntryId, tuple[float, int]]:
    """Mean speeds, distance over time."""
    return {
        entry: (round(length_m * len(laps) * 1_000_000 / sum(laps), 3), len(laps))
        for entry, laps in times.items()
        if laps
    }


def chosen(green: GreenLaps, spans: list[tuple[int, int]]) -> dict[EntryId, list[int]]:
    """Each car's lap times within these laps."""
    return {
        entry: [
            time for first, last in spans for time in laps.times[in_span(laps.numbers, first, last)]
        ]
        for entry, laps in green.by_car.items()
    }


def restarts(race: Race, green: GreenLaps) -> dict[EntryId, list[int]]:
    """Lap times of the first laps after each restart; the start is not one.

    The lap on which the green is shown counts only if it was shown before the car began it.
    """
    found: dict[EntryId, list[int]] = {entry: [] for entry in green.by_car}
    for first, last in runs(race):
        if first > 1:
            run = (first, min(last, first + RESTART_LAPS))
            for entry, times in chosen(green, [run]).items():
                found[entry] += times[:RESTART_LAPS]
    return found


def quarters(race: Race, green: GreenLaps, *, early: bool) -> dict[EntryId, list[int]]:
    """Lap times in the first or the last quarter of every long run."""
    spans = []
    for first, last in runs(race):
        laps = last - first + 1
        if laps >= SHORTEST_RUN:
            part = max(1, round(laps * RUN_SHARE))
            spans.append((first, first + part - 1) if early else (last - part + 1, last))
    return chosen(green, spans)


def ranked(times: Times) -> dict[EntryId, tuple[int, int]]:
    """Places by mean time, the quickest first."""
    mean: Callable[[EntryId], float] = lambda entry: sum(times[entry]) / len(times[entry])  # noqa: E731
    order = sorted((entry for entry, laps in times.items() if laps), key=lambda e: (mean(e), e))
    return {entry: (place, len(times[entry])) for place, entry in enumerate(order, start=1)}


def quickest_laps(race: Race, green: GreenLaps) -> dict[EntryId, tuple[int, int]]:
    """On how many laps each car was the quickest of those that ran that lap under green."""
    best: dict[int, tuple[int, EntryId]] = {}
    for entry, laps in green.by_car.items():
        for number, time in zip(laps.numbers, laps.times, strict=True):
            held = best.get(number)
            if held is None or (time, entry) < held:
                best[number] = (time, entry)
    counts = Counter(entry for _, entry in best.values())
    return {
        entry: (counts[entry], len(laps.numbers))
        for entry, laps in green.by_car.items()
        if laps.numbers
    }
