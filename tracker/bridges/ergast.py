"""Formula 1 races from lap times and results as Ergast and Jolpica publish them.

Ergast times lap 1 from the start signal, so the sum of a driver's laps is when he crossed the
line. A lap without a position, or after a missing one, cannot be placed: it is left out and
reported. The official result closes every review; what the stewards decided after the race
shows as the difference between the official time and the sum of the laps, and becomes a penalty.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.bridges.converted import RACE_CONTROL, TIMING, Converted, in_id, name, refusing, slug
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
    Besides,
    besides_reports,
)
from tracker.bridges.ergast_rows import LAPS, RESULTS, STOPS, race_rows
from tracker.bridges.files import table, whole
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
NO_SEASON = 2000
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Row = dict[str, str]
DRIVER = re.compile(r"[^\x00-\x1f\x7f]{1,32}")


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
    race = (season, round_)
    result_rows = race_rows(results, RESULTS, race)
    lap_rows = race_rows(lap_times, LAPS, race)
    for found, path in ((result_rows, results), (lap_rows, lap_times)):
        if not found:
            raise RecordingRefused(path, None, f"holds no race {season}/{round_}")
    besides = Besides(
        race_rows(pit_stops, STOPS, race) if pit_stops else [],
        [row for _, row in table(safety_cars, SAFETY_CAR_COLUMNS)] if safety_cars else [],
        [row for _, row in table(red_flags, RED_FLAG_COLUMNS)] if red_flags else [],
    )
    with refusing(f"{lap_times} or {results}"):
        converted = converted_rows(lap_rows, result_rows, besides)
    if not any(isinstance(report.data, Crossing) for report in converted.reports):
        why = converted.left_out[0] if converted.left_out else "no lap is the first"
        raise RecordingRefused(lap_times, None, f"holds no lap that can be read: {why}")
    return converted


def converted_rows(
    lap_rows: Sequence[Row],
    result_rows: Sequence[Row],
    besides: Besides | None = None,
) -> Converted:
    """The rows of one race as reports in time order; a row that cannot be read is named."""
    converted = Converted()
    official = list(official_lines(result_rows, converted))
    crossings = crossing_reports(lap_rows, converted)
    listed = {line.driver for line in official}
    for driver in dict.fromkeys(laps_of(report).entry for report in crossings):
        if driver not in listed:
            converted.odd.append(f"{driver}: has laps, and is not in the results")
    first = result_rows[0]
    season, round_ = whole(first.get("season")) or NO_SEASON, whole(first.get("round")) or 1
    converted.reports.extend(
        setting_reports(first.get("gp", ""), first.get("date", ""), season, round_, official)
    )
    body = [*crossings, *decision_reports(official, crossings, converted)]
    if besides is not None:
        race = f"{season} {in_words(first.get('gp', ''))}"
        body += besides_reports(besides, race, crossings, converted)
    body.sort(key=lambda report: getattr(report.data, "t_us", 0))
    converted.reports.extend(body)
    return converted


def laps_of(report: Report) -> Crossing:
    """The crossing that a report is."""
    assert isinstance(report.data, Crossing)
    return report.data


def official_lines(rows: Iterable[Row], converted: Converted) -> Iterator[Classified]:
    """The official result, each driver once; a number that is none is named, and taken as none."""
    seen = set()
    for row in rows:
        driver = row.get("driverId") or ""
        if not DRIVER.fullmatch(driver) or driver in seen:
            why = "is there twice" if driver in seen else f"no driver: {driver[:40]!r}"
            converted.left_out.append(f"results{where(row)}: {why}")
            continue
        seen.add(driver)
        for column in ("grid", "laps", "ms"):
            told = row.get(column)
            if told and whole(told) is None:
                converted.odd.append(
                    f"{driver}: {column} of the result is no number: {told[:40]!r}"
                )
        yield classified(row)


def where(row: Row) -> str:
    """The line of a row, where it is known."""
    return f", line {row['line']}" if row.get("line") else ""


def classified(row: Row) -> Classified:
    """A row of the official result."""
    return Classified(
        driver=row["driverId"],
        number=row.get("number") or row["driverId"],
        team=row.get("constructorId") or "",
        grid=max(0, whole(row.get("grid")) or 0),
        laps=max(0, whole(row.get("laps")) or 0),
        position_text=row.get("positionText") or "",
        status=row.get("status") or "",
        ms=whole(row.get("ms")),
    )


def in_words(identifier: str) -> str:
    """An identifier as a name: `michael_schumacher` is Michael Schumacher; a name stays one."""
    if identifier != identifier.lower():
        return identifier
    return " ".join(part.capitalize() for part in re.split("[-_ ]", identifier))


def setting_reports(
    gp: str, date: str, season: int, round_: int, official: list[Classified]
) -> list[Report]:
    """The race, its entry list and its grid; drivers from the pit lane start behind the rest."""
    distance = max((line.laps for line in official), default=0)
    setup = SessionSetup(
        name=name(in_words(gp)) or "Grand Prix",
        series="Formula 1",
        season=season,
        round=round_,
        date=date if DAY.fullmatch(date) else None,
        rulebook=f"f1/{season}",
        track=Track(id=slug(gp), name=name(in_words(gp)) or "track",
                    kind="road", loops=[Loop(id="sf", index=0, kind="sf")]),
        distance=Distance(laps=distance or None),
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
                f"entry/{in_id(line.driver)}",
                EntryUpsert(
                    entry=line.driver,
                    number=line.number[:16],
                    drivers=[Driver(name=in_words(line.driver), id=line.driver)],
                    team=name(in_words(line.team)) or None,
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


def crossing_reports(lap_rows: Iterable[Row], converted: Converted) -> list[Report]:
    """Every lap as a crossing of the line, at the sum of the driver's laps."""
    by_driver: dict[str, list[tuple[int, Row]]] = {}
    for row in lap_rows:
        driver, lap = row.get("driverId") or "", whole(row.get("lap"))
        named = driver in by_driver or DRIVER.fullmatch(driver)
        if not named or lap is None or not 0 < lap < 10_000:
            told = f"{driver[:40]!r}, lap {str(row.get('lap'))[:20]!r}"
            converted.left_out.append(f"lap times{where(row)}: no lap of a driver: {told}")
            continue
        by_driver.setdefault(driver, []).append((lap, row))
    placed: list[tuple[int, int, Report]] = []
    for driver, laps in by_driver.items():
        laps.sort(key=lambda told: told[0])
        car = in_id(driver)
        total = 0
        expected = 1
        for lap, row in laps:
            ms, position = whole(row.get("ms")), whole(row.get("position"))
            why = (
                "is there twice" if lap < expected
                else "after a hole" if lap > expected
                else "without a position" if position is None
                else "without a time" if ms is None or not 0 < ms < 10**8
                else None
            )  # fmt: skip
            if why is not None or ms is None or position is None:
                converted.left_out.append(f"{driver}: lap {lap} {why} left out")
                continue
            total += ms
            expected += 1
            crossing = Crossing(entry=driver, t_us=total * MICROSECONDS, lap=lap)
            report = Report(TIMING, f"crossing/{car}/{lap}/sf", crossing)
            placed.append((total, position, report))
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
            f"retirement/{in_id(line.driver)}",
            Retirement(
                entry=line.driver,
                t_us=last.get(line.driver, 0) + 1,
                lap=laps.get(line.driver, 0),
                cause="accident" if line.status in ACCIDENTS else "mechanical",
                text=name(line.status) or None,
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
