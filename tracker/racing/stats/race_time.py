"""The race in numbers: its time and speed, its margin, its fastest lap, and its cautions."""

from collections.abc import Iterable
from typing import Any

from tracker.racing.classification import classification, margin_of_victory
from tracker.racing.race import CautionPeriod, Race
from tracker.racing.statistics import caution_laps
from tracker.racing.stats.green_laps import GreenLaps
from tracker.racing.stats.provenance import LOOP, OFFICIAL, Stat
from tracker.racing.vocabulary import EntryId, RaceTime

METRES_IN_A_MILE = 1609.344


def race_time(race: Race) -> RaceTime | None:
    """The winner's time as classified, caution laps in; None before the finish."""
    lines = classification(race)
    return lines[0].time if race.finished_at is not None and lines else None


def as_clock(time: RaceTime) -> str:
    """A race time as published: hours, minutes and seconds, cut to a second."""
    seconds = time // 1_000_000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def average_speed_mph(race: Race, time: RaceTime) -> float | None:
    """Miles an hour over the distance run, as published in the United States.

    The track is as long in miles as is printed, three decimals; the time is cut to a second.
    """
    length = race.announced.track_length_m if race.announced else None
    seconds = time // 1_000_000
    if not length or not seconds:
        return None
    miles = round(length / METRES_IN_A_MILE, 3) * race.laps_completed
    return round(miles * 3600 / seconds, 3)


def fastest_lap(
    race: Race, green: GreenLaps, leave_out: Iterable[str] = ()
) -> tuple[EntryId, int, RaceTime] | None:
    """The quickest lap: whose, which, and how long; `pit` and `yellow` laps can be left out.

    The first to do such a time has it.
    """
    left_out = set(leave_out)
    best: tuple[int, int, EntryId, int] | None = None
    for car in race.cars.values():
        clean = set(green.by_car[car.entry].numbers) if "pit" in left_out else None
        greens = green.under_green[car.entry] if "yellow" in left_out else None
        for lap in range(1, len(car.crossings)):
            if clean is not None and lap not in clean and (greens is None or lap in greens):
                continue
            if greens is not None and lap not in greens:
                continue
            found = (car.crossings[lap] - car.crossings[lap - 1], car.crossings[lap])
            if best is None or (*found, car.entry) < best[:3]:
                best = (*found, car.entry, lap)
    return None if best is None else (best[2], best[3], RaceTime(best[0]))


def cautions_by_reason(race: Race) -> dict[str, dict[str, Any]]:
    """Cautions and their laps by reason, and the share of the race; the first reason counts.

    A caution for two reasons, an accident at the end of a stage, is one caution.
    """
    found: dict[str, dict[str, Any]] = {}
    for caution in race.cautions:
        reason = caution.reasons[0] if caution.reasons else "other"
        row = found.setdefault(reason, {"count": 0, "laps": 0, "share": 0.0})
        row["count"] += 1
        row["laps"] += caution_laps(caution, race.laps_completed)
    for row in found.values():
        row["share"] = round(row["laps"] / max(1, race.laps_completed), 4)
    return found


def caution_names(cautions: Iterable[CautionPeriod]) -> tuple[str, ...]:
    """Cautions by name, as evidence."""
    return tuple(f"caution/{caution.number}" for caution in cautions)


def race_statistics(race: Race, green: GreenLaps, method: str) -> dict[str, Stat]:
    """The race in numbers, each with its provenance."""
    laps = race.laps_completed
    whole = (1, laps) if laps else None
    cautions = caution_names(race.cautions)
    total = sum(caution_laps(caution, laps) for caution in race.cautions)
    lines = classification(race)
    found = {
        "laps_completed": Stat(laps, laps, "by the leader", OFFICIAL, whole),
        "cautions": Stat(len(cautions), len(cautions), "the race", OFFICIAL, whole, cautions),
        "caution_laps": Stat(total, len(cautions), "first and last lap included", OFFICIAL, whole,
                             cautions),
        "cautions_by_reason": Stat(cautions_by_reason(race), len(cautions), "by first reason",
                                   OFFICIAL, whole, cautions),
        "green_laps": Stat(laps - total, laps, "the leader's laps, caution laps out", OFFICIAL,
                           whole),
    }  # fmt: skip
    lead_lap = sum(line.laps == laps and line.position is not None for line in lines)
    found["on_lead_lap"] = Stat(lead_lap, len(lines), "classified cars", method, whole)
    time = race_time(race)
    if time is not None:
        red = "the winner's, from the green; red-flag time "
        red += "out" if race.rulebook.red.clock_stops else "in"
        found["race_time"] = Stat(time, laps, f"{red}; microseconds", method, whole)
        found["race_time_shown"] = Stat(as_clock(time), laps, f"{red}; cut to a second", method)
        speed = average_speed_mph(race, time)
        if speed is not None:
            found["average_speed_mph"] = Stat(
                speed, laps, "caution laps in; time cut to a second", method, whole
            )
        under_caution = race.ended_under_caution
        margin = margin_of_victory(lines, under_caution)
        found["margin_of_victory"] = Stat(
            margin,
            2,
            "ended under caution" if under_caution else "winner to second; microseconds",
            method,
            (laps, laps),
        )
    for name, left_out in (("fastest_lap", ()), ("fastest_green_lap", ("pit", "yellow"))):
        best = fastest_lap(race, green, left_out)
        if best is not None:
            entry, lap, lap_time = best
            found[name] = Stat(
                {"entry": entry, "lap": lap, "time_us": lap_time},
                1,
                "laps under green without pit road" if left_out else "all laps",
                LOOP if left_out else method,
                (lap, lap),
            )
    return found
