"""A race as tables for a spreadsheet: every lap, the result, the incidents.

The table of laps is one that `tracker convert csv` reads back, to the same order on every lap.
Times are seconds with six places: thousandths would round what a photo decided.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tracker.racing.classification import classification
from tracker.racing.laps import laps_of
from tracker.racing.race import Race
from tracker.racing.statistics import laps_led
from tracker.racing.vocabulary import RaceTime

Cell = str | int | None
Table = Iterator[Sequence[Cell]]

FORMULA = re.compile(r"[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""How a cell begins that a spreadsheet would carry out, wide letters as Japanese programs take them
included; names come from strangers."""
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def written(race: Race, folder: Path) -> Mapping[str, int]:
    """Write the tables into a folder; returns how many rows each has, headings apart."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name, table in TABLES.items():
        rows = [[safe(cell) for cell in row] for row in table(race)]
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        beside = folder / f"{name}.csv.part"
        try:
            beside.write_text(text.getvalue(), encoding="utf-8")
            beside.replace(folder / f"{name}.csv")
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        counts[name] = len(rows) - 1
    return counts


def safe(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula."""
    if not isinstance(cell, str) or NUMBER.fullmatch(cell) or not FORMULA.match(cell):
        return cell
    return f"'{cell}"


def laps(race: Race) -> Table:
    """Every lap of every car; lap 0 is how long after the green it crossed the line."""
    yield (
        "car", "lap", "time", "position", "driver", "class", "completed_at", "pit", "flag",
        "estimated",
    )  # fmt: skip
    green = race.green_at or 0
    rolling = any(car.crossings and car.crossings[0] != green for car in race.cars.values())
    for car in race.cars.values():
        if not car.crossings:
            continue
        who = (car.driver, car.classes[0] if car.classes else None)
        if rolling:
            start = car.crossings[0] - green
            place = car.starting_position
            yield (car.entry, 0, seconds(start), place, *who, seconds(start), None, None, None)
        came_in = {stop.lap for stop in car.pit_stops}
        for lap in laps_of(race, car):
            yield (
                car.entry,
                lap.number,
                seconds(lap.time),
                lap.position,
                *who,
                seconds(lap.completed_at - green),
                "yes" if lap.number in came_in else None,
                " ".join(flag.value for flag in lap.flags),
                "yes" if lap.estimated else None,
            )


def result(race: Race) -> Table:
    """The classification as it stands."""
    yield (
        "position", "car", "driver", "team", "class", "laps", "time", "behind", "laps_behind",
        "laps_led", "pit_stops", "status",
    )  # fmt: skip
    lines = classification(race)
    led = laps_led(race)
    for line in lines:
        car, first = line.car, lines[0]
        same_lap = line.laps == first.laps and line.time is not None and first.time is not None
        out = car.retired is not None and line.outcome.value == "dnf"
        yield (
            line.position,
            car.entry,
            car.driver,
            car.team,
            " ".join(car.classes) or None,
            line.laps,
            seconds(line.time),
            seconds((line.time or 0) - (first.time or 0)) if same_lap else None,
            first.laps - line.laps,
            led.get(car.entry, 0),
            len(car.pit_stops),
            (car.retired.text or car.retired.cause) if out and car.retired else line.outcome.value,
        )


def incidents(race: Race) -> Table:
    """What happened, with who was in it and who says so."""
    yield (
        "incident", "lap", "time", "kind", "phase", "location", "cars", "roles", "caution",
        "assigned_by", "text",
    )  # fmt: skip
    for one in sorted(race.incidents.values(), key=lambda one: (one.at, one.number)):
        yield (
            one.number,
            one.lap,
            seconds(one.at - (race.green_at or 0)),
            one.kind,
            one.phase,
            one.location,
            " ".join(part.entry for part in one.involved),
            " ".join(part.role for part in one.involved),
            one.caution,
            one.assigned_by,
            one.text,
        )


def seconds(us: RaceTime | int | None) -> str | None:
    """Microseconds as seconds, every one of them kept."""
    if us is None:
        return None
    whole, part = divmod(abs(us), 1_000_000)
    return f"{'-' if us < 0 else ''}{whole}.{part:06}"


TABLES: Mapping[str, Callable[[Race], Table]] = {
    "laps": laps,
    "result": result,
    "incidents": incidents,
}
"""The tables by the names of their files."""
