"""Rows of one Formula 1 race out of any shape in which Ergast and Jolpica hand them on.

- tables with season, round and driver in each row (`lap_times.csv`, `results.csv`, …);
- the database as CSV (`raceId`, `driverId` as numbers): `races.csv` and `drivers.csv`, and if they
  are there `constructors.csv` and `status.csv`, are looked for in the same folder;
- what the service answers (JSON with `MRData`), page by page: one file, or a folder of them.

All become the rows of the first, with `line` where a row has one.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tracker.bridges.files import microseconds, table_where, text, whole
from tracker.errors import RecordingRefused

Row = dict[str, str]
Race = tuple[int, int]
"""Season and round."""

LAPS = ("driverId", "lap", "position")
RESULTS = ("driverId", "positionText", "grid", "laps")
STOPS = ("driverId", "stop", "lap")
RACE = ("season", "round")
NAMES = {
    name.casefold(): name
    for name in (
        *LAPS, *RESULTS, *STOPS, *RACE, "ms", "time", "duration", "number", "constructorId",
        "status", "gp", "date", "statusId",
    )
} | {"milliseconds": "ms", "year": "season", "racename": "gp"}  # fmt: skip
"""Columns that are read, by their names in small letters."""
JSON = re.compile(r"\.json(\.gz)?$", re.IGNORECASE)
NOTHING = ("\\N", "NULL", "None", "nan")
"""What stands for no value in dumps of databases."""


def race_rows(path: Path, needed: Sequence[str], race: Race) -> list[Row]:
    """The rows of one race; raises `RecordingRefused` where the file is of no shape we know."""
    if not path.is_dir():
        if text(path).lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
            return list(tabled(path, needed, race))
        files = [path]
    else:
        files = sorted(one for one in path.iterdir() if JSON.search(one.name))
        if not files:
            raise RecordingRefused(path, None, "is a folder without *.json: name the table in it")
    found = (row for file in files for row in answered(file, needed, race))
    return list(by_what_they_say(found))


def tabled(path: Path, needed: Sequence[str], race: Race) -> Iterator[Row]:
    """The rows of one race in a table of either shape."""
    named: dict[str, str] = {}

    def fits(columns: Sequence[str]) -> str | None:
        named.clear()
        named.update((NAMES.get(column, column), column) for column in columns)
        wanted = {*needed, *(() if "raceid" in named else RACE)}
        missing = sorted(wanted - named.keys())
        if "ms" not in named and "time" not in named:
            missing.append("ms")
        return f"columns missing: {', '.join(missing)}" if missing else None

    keys: dict[str, dict[str, Row]] = {}
    race_row: Row | None = None
    for line, told in table_where(path, fits):
        # A table of many seasons is passed over quickly, but for the rows that are wanted.
        if "raceid" not in named and tuple(whole(told[named[one]]) for one in RACE) != race:
            continue
        row = {NAMES.get(column, column): value for column, value in told.items()}
        row = {column: "" if value in NOTHING else value for column, value in row.items()}
        if "raceid" in named:
            if not keys:
                keys = {name: keyed(path, name) for name in ("races", "drivers", "constructors")}
                keys["status"] = keyed(path, "status")
                race_row = next((r for r in keys["races"].values() if numbers(r) == race), None)
                if race_row is None:
                    return
            if race_row is None or row["raceid"] != race_row["raceid"]:
                continue
            row |= spelled_out(row, race_row, keys)
        yield {**row, "ms": milliseconds(row), "line": str(line)}


def numbers(row: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Season and round of a row."""
    return whole(row.get("season")), whole(row.get("round"))


def milliseconds(row: Mapping[str, str]) -> str:
    """A row's milliseconds; from its time where it has none, which then is a lap's or a stop's."""
    if row.get("ms") or "lap" not in row:
        return row.get("ms", "")
    spent = microseconds(row.get("duration") or row.get("time", ""))
    return "" if spent is None else str(spent // 1_000)


def keyed(path: Path, name: str) -> dict[str, Row]:
    """A table that stands beside another, by its first column; raises where the need is dire."""
    key = {"races": "raceid", "drivers": "driverid", "constructors": "constructorid"}
    column = key.get(name, "statusid")
    beside = next(
        (one for one in (path.parent / f"{name}.csv", path.parent / f"{name}.csv.gz")
         if one.is_file()), None,
    )  # fmt: skip
    if beside is None:
        if name in ("races", "drivers"):
            raise RecordingRefused(
                path, None, f"names races and drivers by number: put the {name}.csv of the same "
                "database into its folder"
            )  # fmt: skip
        return {}
    return {row[column]: row for row in small_table(beside, column)}


@cache
def small_table(path: Path, column: str) -> tuple[Row, ...]:
    """A table of names, read once."""

    def fits(columns: Sequence[str]) -> str | None:
        return None if column in columns else f"columns missing: {column}"

    return tuple(
        {NAMES.get(name, name) if name in ("year", "round", "date") else name: value
         for name, value in row.items()}
        for _, row in table_where(path, fits)
    )  # fmt: skip


def spelled_out(row: Row, race: Row, keys: Mapping[str, Mapping[str, Row]]) -> Row:
    """What a row's numbers stand for."""
    driver = keys["drivers"].get(row["driverId"], {})
    team = keys["constructors"].get(row.get("constructorId", ""), {})
    status = keys["status"].get(row.get("statusId", ""), {})
    return {
        "season": race["season"],
        "round": race["round"],
        "gp": race.get("name", ""),
        "date": race.get("date", ""),
        "driverId": driver.get("driverref") or row["driverId"],
        "constructorId": team.get("constructorref", ""),
        "status": status.get("status", row.get("status", "")),
    }


def answered(path: Path, needed: Sequence[str], race: Race) -> Iterator[Row]:
    """The rows of one race in what the service answered."""
    for told in documents(path):
        for one in found_races(told):
            if (whole(one.get("season")), whole(one.get("round"))) != race:
                continue
            base = {
                "season": str(race[0]),
                "round": str(race[1]),
                "gp": str(one.get("raceName") or ""),
                "date": str(one.get("date") or ""),
            }
            for row in READ[needed](one):
                yield base | {key: "" if value is None else str(value)
                              for key, value in row.items()}  # fmt: skip


def documents(path: Path) -> Iterator[Any]:
    """The JSON documents of a file: one, a list of them, one to a line, or one after the other."""
    told = text(path).strip("\ufeff \t\r\n")
    at, decoder = 0, json.JSONDecoder()
    while at < len(told):
        try:
            found, at = decoder.raw_decode(told, at)
        except (ValueError, RecursionError) as error:
            raise RecordingRefused(path, None, f"is not JSON: {error}") from None
        yield from found if isinstance(found, list) else [found]
        while at < len(told) and told[at] in ", \t\r\n\ufeff":
            at += 1


def found_races(told: Any) -> Iterator[Mapping[str, Any]]:
    """The races of an answer."""
    for key in ("MRData", "RaceTable"):
        told = told.get(key, told) if isinstance(told, dict) else told
    races = told.get("Races") if isinstance(told, dict) else None
    for one in races if isinstance(races, list) else [told]:
        if isinstance(one, dict):
            yield one


def listed(told: Any, *keys: str) -> Iterator[dict[str, Any]]:
    """The objects of a list, under the first of its names that is there."""
    found = next((told[key] for key in keys if isinstance(told.get(key), list)), ())
    return (one for one in found if isinstance(one, dict))


def laps_answered(race: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Laps, with the time of each driver."""
    for lap in listed(race, "Laps"):
        for row in listed(lap, "Timings"):
            spent = microseconds(str(row.get("time") or ""))
            yield {
                "driverId": row.get("driverId"), "lap": lap.get("number"),
                "position": row.get("position"),
                "ms": None if spent is None else spent // 1_000,
            }  # fmt: skip


def results_answered(race: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The result."""
    for row in listed(race, "Results", "SprintResults"):
        yield {
            **{key: row.get(key) for key in ("number", "positionText", "grid", "laps", "status")},
            "driverId": inner(row, "Driver").get("driverId"),
            "constructorId": inner(row, "Constructor").get("constructorId"),
            "ms": inner(row, "Time").get("millis"),
        }


def inner(told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object inside an object; an empty one where there is none."""
    found = told.get(key)
    return found if isinstance(found, dict) else {}


def stops_answered(race: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Pit stops."""
    for row in listed(race, "PitStops"):
        spent = microseconds(str(row.get("duration") or ""))
        yield {
            **{key: row.get(key) for key in ("driverId", "stop", "lap")},
            "ms": None if spent is None else spent // 1_000,
        }


READ: dict[Sequence[str], Callable[[Mapping[str, Any]], Iterator[dict[str, Any]]]] = {
    LAPS: laps_answered,
    RESULTS: results_answered,
    STOPS: stops_answered,
}
"""How the answer about each is read."""


def by_what_they_say(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows without those that say the same again, as pages that overlap do."""
    seen = set()
    for row in rows:
        said = tuple(row.items())
        if said not in seen:
            seen.add(said)
            yield row
