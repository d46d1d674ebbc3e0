"""Formula 1 races from lap times and results in Ergast's CSV columns.

Ergast times lap 1 from the start signal, so the sum of a driver's laps is when he crossed the
line. A lap without a position, or after a missing one, cannot be placed: it is left out and
reported. The official result closes every review; what the stewards decided after the race
shows as the difference between the official time and the sum of the laps, and becomes a penalty.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracker.bridges.converted import RACE_CONTROL, TIMING, Converted
from tracker.bridges.decided import (
    LEAST_TIME_PENALTY,
    Decision,
    declared,
    laps_counted,
    places_lost,
)
from tracker.bridges.ergast_besides import (
    RED_FLAG_COLUMNS,
    SAFETY_CAR_COLUMNS,
    STOP_COLUMNS,
    Besides,
    besides_reports,
)
from tracker.bridges.files import table
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import (
    FlagChanged,
    Retirement,
)
from tracker.feed.setting import (
    Distance,
    Driver,
    EntryUpsert,
    GridSet,
    GridSlot,
    Loop,
    SessionSetup,
    Track,
)
from tracker.feed.timing import Crossing

MICROSECONDS = 1_000  # in one of the file's milliseconds
ACCIDENTS = frozenset({"Accident", "Collision", "Collision damage", "Spun off", "Damage"})
LAP_COLUMNS = frozenset({"season", "round", "driverId", "lap", "position", "ms"})
RESULT_COLUMNS = frozenset(
    {"season", "round", "gp", "date", "positionText", "driverId", "grid", "laps", "status", "ms"}
)


@dataclass(frozen=True, slots=True)
class Classified:
    """A driver's line in the official result."""

    driver: str
    number: str
    team: str
    grid: int
    laps: int
    position_text: str
    status: str
    ms: int | None


def opened(path: Path) -> IO[str]:
    """The file as text, unpacked on the way where its name ends in `.gz`."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def rows(path: Path, needed: frozenset[str], season: str, round_: str) -> Iterator[dict[str, str]]:
    """The rows of one race; raises `RecordingRefused` where the file is not of that shape."""
    try:
        with opened(path) as text:
            table = csv.DictReader(text)
            missing = needed - set(table.fieldnames or ())
            if missing:
                raise RecordingRefused(
                    path, 1, f"columns missing: {', '.join(sorted(missing))}; want Ergast's names"
                )
            for row in table:
                if row["season"] == season and row["round"] == round_:
                    yield row
    except (OSError, UnicodeDecodeError, csv.Error, EOFError) as error:
        raise RecordingRefused(path, None, f"cannot be read: {error}") from None


def convert(
    lap_times: Path,
    results: Path,
    season: int,
    round_: int,
    pit_stops: Path | None = None,
    safety_cars: Path | None = None,
    red_flags: Path | None = None,
) -> Converted:
    """One race as reports in time order; raises `RecordingRefused` where it is not in the files."""
    race = (str(season), str(round_))
    result_rows = list(rows(results, RESULT_COLUMNS, *race))
    lap_rows = list(rows(lap_times, LAP_COLUMNS, *race))
    for found, path in ((result_rows, results), (lap_rows, lap_times)):
        if not found:
            raise RecordingRefused(path, None, f"holds no race {season}/{round_}")
    besides = Besides(
        list(rows(pit_stops, STOP_COLUMNS, *race)) if pit_stops else [],
        [row for _, row in table(safety_cars, SAFETY_CAR_COLUMNS)] if safety_cars else [],
        [row for _, row in table(red_flags, RED_FLAG_COLUMNS)] if red_flags else [],
    )
    try:
        return converted_rows(lap_rows, result_rows, besides)
    except (ValueError, TypeError) as error:
        where = f"{lap_times} or {results}"
        raise RecordingRefused(where, None, f"a number is not one, or missing: {error}") from None


def converted_rows(
    lap_rows: Sequence[dict[str, str]],
    result_rows: Sequence[dict[str, str]],
    besides: Besides | None = None,
) -> Converted:
    """The rows of one race as reports in time order; raises `ValueError` on a bad number."""
    official = [classified(row) for row in result_rows]
    converted = Converted()
    crossings = crossing_reports(lap_rows, converted)
    first = result_rows[0]
    season, round_ = int(first["season"]), int(first["round"])
    converted.reports.extend(setting_reports(first["gp"], first["date"], season, round_, official))
    body = [*crossings, *decision_reports(official, crossings, converted)]
    if besides is not None:
        body += besides_reports(besides, f"{season} {in_words(first['gp'])}", crossings, converted)
    body.sort(key=lambda report: getattr(report.data, "t_us", 0))
    converted.reports.extend(body)
    return converted


def classified(row: dict[str, str]) -> Classified:
    """A row of the official result."""
    return Classified(
        driver=row["driverId"],
        number=row.get("number") or row["driverId"],
        team=row.get("constructorId", ""),
        grid=int(row["grid"] or 0),
        laps=int(row["laps"] or 0),
        position_text=row["positionText"],
        status=row["status"],
        ms=int(row["ms"]) if row["ms"] else None,
    )


def in_words(identifier: str) -> str:
    """An identifier as a name: `michael_schumacher` is Michael Schumacher."""
    return " ".join(part.capitalize() for part in identifier.replace("-", "_").split("_"))


def setting_reports(
    gp: str, date: str, season: int, round_: int, official: list[Classified]
) -> list[Report]:
    """The race, its entry list and its grid; drivers from the pit lane start behind the rest."""
    distance = max(line.laps for line in official)
    setup = SessionSetup(
        name=in_words(gp),
        series="Formula 1",
        season=season,
        round=round_,
        date=date,
        rulebook=f"f1/{season}",
        track=Track(id=gp.encode("ascii", "ignore").decode() or "track", name=in_words(gp),
                    kind="road", loops=[Loop(id="sf", index=0, kind="sf")]),
        distance=Distance(laps=distance),
        start="standing",
        first_crossing="completes_lap",
        resolution_us=MICROSECONDS,
    )  # fmt: skip
    slots = [
        GridSlot(entry=line.driver, starting_position=place)
        for place, line in enumerate(gridded(official), start=1)
    ]
    return [
        Report(RACE_CONTROL, "setup", setup),
        *(
            Report(
                RACE_CONTROL,
                f"entry/{line.driver}",
                EntryUpsert(
                    entry=line.driver,
                    number=line.number,
                    drivers=[Driver(name=in_words(line.driver), id=line.driver)],
                    team=in_words(line.team),
                ),
            )
            for line in official
        ),
        Report(RACE_CONTROL, "grid", GridSet(grid=slots)),
        Report(RACE_CONTROL, "flag/green", FlagChanged(flag="green", t_us=0)),
    ]


def gridded(official: Sequence[Classified]) -> list[Classified]:
    """The drivers as they stood on the grid; those from the pit lane behind the rest."""
    return sorted(official, key=lambda line: (line.grid == 0, line.grid))


def crossing_reports(lap_rows: Iterable[dict[str, str]], converted: Converted) -> list[Report]:
    """Every lap as a crossing of the line, at the sum of the driver's laps."""
    by_driver: dict[str, list[dict[str, str]]] = {}
    for row in lap_rows:
        by_driver.setdefault(row["driverId"], []).append(row)
    placed: list[tuple[int, int, Report]] = []
    for driver, laps in by_driver.items():
        laps.sort(key=lambda row: int(row["lap"]))
        total = 0
        expected = 1
        for row in laps:
            lap = int(row["lap"])
            if row["position"] in ("", "None") or lap != expected:
                why = "without a position" if row["position"] in ("", "None") else "after a hole"
                converted.left_out.append(f"{driver}: lap {lap} {why} left out")
                continue
            total += int(row["ms"])
            expected += 1
            crossing = Crossing(entry=driver, t_us=total * MICROSECONDS, lap=lap)
            report = Report(TIMING, f"crossing/{driver}/{lap}/sf", crossing)
            placed.append((total, int(row["position"]), report))
    # What the clock cannot tell apart stands as the officials placed it.
    return [report for _, _, report in sorted(placed, key=lambda row: row[:2])]


def decision_reports(
    official: list[Classified], crossings: list[Report], converted: Converted
) -> Iterator[Report]:
    """Retirements, penalties and the official result, as race control would have told them."""
    last: dict[str, int] = {}
    laps: dict[str, int] = {}
    finish = 0
    for report in crossings:
        assert isinstance(report.data, Crossing)
        last[report.data.entry] = report.data.t_us
        laps[report.data.entry] = report.data.lap or 0
        finish = max(finish, report.data.t_us)
    for line in official:
        if line.position_text.isdigit() or line.position_text == "D":
            continue
        if line.position_text == "W" and line.driver not in last:
            continue  # withdrawn before the start
        yield Report(
            RACE_CONTROL,
            f"retirement/{line.driver}",
            Retirement(
                entry=line.driver,
                t_us=last.get(line.driver, 0) + 1,
                lap=laps.get(line.driver, 0),
                cause="accident" if line.status in ACCIDENTS else "mechanical",
                text=line.status,
            ),
        )
    yield from declared(finish, decisions(official, last, laps, converted))


def decisions(
    official: list[Classified], last: dict[str, int], laps: dict[str, int], converted: Converted
) -> list[Decision]:
    """What the stewards decided after the race, as far as the official times and places show it.

    A penalty in time shows on the lead lap, where the official race time is given. What is left
    between the order of the laps and the official one is told as places lost.
    """
    decided = []
    reached = {}
    for line in official:
        entry = line.driver
        if line.position_text == "D":
            decided.append(Decision(entry, "dsq", None, "disqualified"))
            continue
        if entry not in last:
            continue  # completed no lap: nothing it could be set back from
        counted = laps_counted(entry, line.laps, laps[entry])
        converted.odd += [f"{one.entry}: {one.reason}" for one in counted]
        decided += counted
        seconds = time_penalty(line, last, laps)
        if seconds:
            why = f"{seconds / 1_000_000:g} s, from the official race time"
            decided.append(Decision(entry, "time", seconds, why))
        reached[entry] = (-line.laps, last[entry] + seconds)
    placed = [line.driver for line in official if line.driver in reached]
    lost = places_lost(sorted(placed, key=lambda entry: reached[entry]), placed)
    converted.odd += [
        f"{one.entry}: {one.amount} places lost by a decision that is not in the data"
        for one in lost
    ]
    return decided + lost


def time_penalty(line: Classified, last: dict[str, int], laps: dict[str, int]) -> int:
    """Microseconds between the official race time and the sum of the laps, where both are known.

    Rounding leaves a few milliseconds; stewards deal in whole seconds.
    """
    if line.ms is None or line.laps != laps.get(line.driver):
        return 0
    over = line.ms * MICROSECONDS - last[line.driver]
    return over if over >= LEAST_TIME_PENALTY else 0
