"""A race from a table that anybody can write: one row for each lap of each car.

Wanted are the columns `car`, `lap` and `time`; `driver`, `class` and `position` are read where they
are, all by these names or by others that people use. A time is the lap's own (`71.5`, `1:11.500`,
`1:02:11.500`), lap 1 being timed from the green flag. A row for lap 0 says how long after the green
a car crossed the line for the first time. With positions, the order they give is the truth and the
times are bent to it as little as can be.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tracker.bridges.converted import (
    RACE_CONTROL,
    TIMING,
    Converted,
    in_id,
    in_order,
    name,
    said,
    slug,
)
from tracker.bridges.files import (
    BEFORE,
    PADDING,
    SEPARATORS,
    cells,
    lines_of,
    microseconds,
    table_where,
    whole,
)
from tracker.bridges.fitting import Runner, fitted
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import FlagChanged
from tracker.feed.setting import Distance, Driver, EntryUpsert, Loop, SessionSetup, Track
from tracker.feed.timing import Crossing

WORDS: dict[str, str] = {
    "car": "car carno carnumber carnr number no nr num kart kartno kartnr kartnumber startnumber "
    "startno bib vehicle entry startnummer startnr stnr fahrzeug numero dorsal voiture auto coche",
    "lap": "lap lapno lapnumber lapnr laps runde rundennr rundennummer tour notour giro vuelta "
    "ronde varv",
    "time": "laptime lapsec lapseconds rundenzeit tempsautour temps tempogiro tiempo rondetijd "
    "time zeit tempo seconds duration",
    "driver": "driver drivername name fahrer fahrername pilot pilote pilota piloto conductor",
    "class": "class carclass classname klasse category categorie categoria classe clase",
    "position": "position pos place platz rang rank posicion posizione",
}
"""Names that people give these columns, without spaces, marks and accents; the first one counts."""
NEEDED = ("car", "lap", "time")
LAP = WORDS["lap"].split()
MEASURED = ("time", "zeit", "temps", "gap", "diff", "sector", "sektor", "speed", "kmh", "pos")
NUMBERED = re.compile(r"\D*(\d+)")
SHARE = re.compile(r"\d*[.,]?\d+([eE]-?\d+)?")
NO_LAP = 50_000
"""Microseconds in which nobody drove a lap; as a share of a day it is an hour and more."""


@dataclass(slots=True)
class Written:
    """What the table says of one car."""

    entry: str
    times: dict[int, int] = field(default_factory=dict)
    told: dict[int, str] = field(default_factory=dict)
    """The times as they are written."""
    positions: dict[int, int] = field(default_factory=dict)
    driver: str = ""
    class_: str = ""

    def laps(self) -> Iterator[tuple[int, str]]:
        """Each lap's time, and how it is written."""
        return ((time, self.told[lap]) for lap, time in self.times.items() if lap)


def convert(path: Path) -> Converted:
    """The table as reports in time order; raises `RecordingRefused` where it is none."""
    converted = Converted()
    cars = written(path, converted)
    if not any(lap > 0 for car in cars.values() for lap in car.times):
        first = f"; the first left out: {converted.left_out[0]}" if converted.left_out else ""
        raise RecordingRefused(path, None, f"holds no lap: want columns car, lap, time{first}")
    runners = [runner(entry, car, converted) for entry, car in cars.items()]
    placed = any(car.positions for car in cars.values())
    started = any(0 in car.times for car in cars.values())
    if placed:
        crossings = fitted(runners, converted.odd)
    else:
        crossings = {one.entry: summed(one) for one in runners}
    race = path.name.removesuffix(".gz").removesuffix(".csv")
    laps = max(len(times) for times in crossings.values()) - 1
    setup = said(
        path,
        None,
        SessionSetup,
        name=name(race) or "race",
        series="club",
        season=2000,
        track=Track(id=slug(race), name=name(race), loops=[Loop(id="sf", index=0, kind="sf")]),
        distance=Distance(laps=laps),
        start="rolling" if started else "standing",
        first_crossing="opens_lap" if started else "completes_lap",
        resolution_us=1_000,
    )
    reports = [Report(RACE_CONTROL, "setup", setup)]
    reports += [entered(path, entry, car) for entry, car in cars.items()]
    reports.append(Report(RACE_CONTROL, "flag/green", FlagChanged(flag="green", t_us=0)))
    for entry, times in crossings.items():
        known = cars[entry]
        for lap, at in enumerate(times):
            if lap or started:
                reports.append(
                    Report(
                        TIMING,
                        f"crossing/{in_id(entry)}/{lap}/sf",
                        Crossing(
                            entry=entry,
                            t_us=at,
                            lap=lap,
                            lap_time_us=known.times.get(lap) if lap else None,
                            estimated=placed,
                        ),
                    )
                )
    converted.reports = in_order(reports)
    return converted


def columns_of(heading: Sequence[str]) -> dict[str, str]:
    """Which column of a heading holds what we know; a driver stands for a car without a number."""
    plain = {bare(column): column for column in reversed(heading)}
    found = {}
    for meaning, words in WORDS.items():
        known = next((plain[word] for word in words.split() if word in plain), None)
        if known is not None:
            found[meaning] = known
    if "#" in heading:
        found.setdefault("car", "#")
    if "car" not in found and "driver" in found:
        found["car"] = found["driver"]
    return found


def bare(column: str) -> str:
    """A column's name in small letters, without what is no letter and without accents."""
    letters = unicodedata.normalize("NFKD", column.partition("(")[0].partition("[")[0]).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def fits(heading: Sequence[str]) -> str | None:
    """Why a heading is not that of a table of laps; None where it is."""
    found = columns_of(heading)
    missing = [column for column in NEEDED if column not in found]
    return f"columns missing: {', '.join(missing)}" if missing else None


def laps_by_row(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The laps of a table that has each in a row of its own."""
    columns: dict[str, str] = {}
    for line, told in table_where(path, fits):
        columns = columns or columns_of(list(told))
        yield line, {meaning: told[column] for meaning, column in columns.items()}


def laps_by_cell(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The laps of a table with a column for each car, or with a row for each: `Lap;7;8;9`."""
    lines = lines_of(path)
    at = 0
    for heading in lines[: BEFORE + 1]:
        at += 1
        separator = max(SEPARATORS, key=heading.count)
        first, *others = [one.strip(PADDING) for one in cells(heading, separator)] or [""]
        by_car = bare(first) in f"{WORDS['car']} {WORDS['driver']}".split()
        if by_car and not all(NUMBERED.fullmatch(other) for other in others if other):
            continue
        if len(others) > 1 and (by_car or (bare(first) in LAP and not any(map(measured, others)))):
            break
    else:
        return
    for line, told in enumerate(lines[at:], start=at + 1):
        own, *times = [cell.strip(PADDING) for cell in cells(told, separator)] or [""]
        for other, time in zip(others, times, strict=False):
            if other and time:
                lap = NUMBERED.fullmatch(other)
                car, number = (own, lap[1]) if by_car and lap else (other, own)
                yield line, {"car": car, "lap": number, "time": time}


def measured(column: str) -> bool:
    """Whether a column is of something measured on a lap, and so of no car."""
    told = bare(column)
    return any(word in told for word in MEASURED) or told in " ".join(WORDS.values()).split()


def written(path: Path, converted: Converted) -> dict[str, Written]:
    """The table by car; rows that cannot be read are named and left out."""
    cars: dict[str, Written] = {}
    try:
        rows = list(laps_by_row(path))
    except RecordingRefused:
        rows = list(laps_by_cell(path))
        if not rows:
            raise
    for line, row in rows:
        entry, lap, time = row["car"], whole_or_point(row["lap"]), microseconds(row["time"])
        why = None
        if not entry:
            why = "no car"
        elif lap is None or not 0 <= lap <= 100_000:
            why = f"no lap number: {row['lap'][:40]!r}"
        elif time is None or (time == 0 and lap > 0):
            why = f"no time: {row['time'][:40]!r}"
        elif entry in cars and lap in cars[entry].times:
            why = f"car {entry[:40]} has a lap {lap} already"
        if why is not None or lap is None or time is None:
            converted.left_out.append(f"line {line}: {why}")
            continue
        try:
            car = cars.get(entry) or Written(said(path, line, EntryUpsert, entry=entry).entry)
        except RecordingRefused as refused:
            converted.left_out.append(f"line {line}: no car: {refused.reason}")
            continue
        cars[entry] = car
        car.times[lap], car.told[lap] = time, row["time"]
        place = whole(row.get("position"))
        if place is not None and place > 0:
            car.positions[lap] = place
        car.driver = car.driver or row.get("driver", "")
        car.class_ = car.class_ or row.get("class", "")
    of_the_day(cars, converted)
    return cars


def of_the_day(cars: Mapping[str, Written], converted: Converted) -> None:
    """Times that a spreadsheet gave as it keeps them, as shares of a day, are made times again."""
    laps = [(time, told) for car in cars.values() for time, told in car.laps()]
    if not laps or any(time >= NO_LAP or not SHARE.fullmatch(told) for time, told in laps):
        return
    converted.odd.append("the times are taken for shares of a day: no lap is so short")
    for car in cars.values():
        for lap, told in car.told.items():
            if SHARE.fullmatch(told):
                seconds = Decimal(told.replace(",", ".")) * 86_400
                car.times[lap] = round(seconds * 1_000) * 1_000


def whole_or_point(told: str) -> int | None:
    """A lap's number, also as `1.0`."""
    return whole(told.removesuffix(".0").removesuffix(",0"))


def runner(entry: str, car: Written, converted: Converted) -> Runner:
    """A car's laps up to the first hole: what comes after one cannot be placed in time."""
    one = Runner(entry, car.times.get(0, 0), [], [])
    one.positions.append(car.positions.get(0))
    lap = 1
    while lap in car.times:
        one.laps.append(car.times[lap])
        one.positions.append(car.positions.get(lap))
        lap += 1
    beyond = sorted(number for number in car.times if number > lap)
    if beyond:
        converted.left_out.append(
            f"car {entry}: {len(beyond)} laps from lap {beyond[0]} left out, lap {lap} is missing"
        )
    return one


def summed(one: Runner) -> list[int]:
    """When the car completed each lap; index 0 is when it started."""
    times = [one.offset or 0]
    for lap in one.laps:
        times.append(times[-1] + (lap or 0))
    return times


def entered(path: Path, entry: str, car: Written) -> Report:
    """The car on the entry list."""
    return Report(
        RACE_CONTROL,
        f"entry/{in_id(entry)}",
        said(
            path,
            None,
            EntryUpsert,
            entry=entry,
            drivers=[Driver(name=name(car.driver))] if car.driver else [],
            classes=[name(car.class_)] if car.class_ else [],
        ),
    )
