"""Races from Al Kamel's "Analysis" of laps and its results: IMSA, WEC, ELMS.

One row is one lap of one car, grouped by car. What is told at the line is the flag, the driver and
whether the line was crossed on pit road; when each of them changed has to be estimated. What the
result decided beyond the laps (time added, places lost, a disqualification) becomes penalties.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.bridges.alkamel_results import Result, decisions, of_another_race, results
from tracker.bridges.converted import (
    RACE_CONTROL,
    TIMING,
    Converted,
    in_id,
    in_order,
    name,
    refusing,
    said,
    slug,
)
from tracker.bridges.decided import declared
from tracker.bridges.files import microseconds, table, whole
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import Checkered, FlagChanged, FlagName, Retirement
from tracker.feed.setting import Distance, Driver, EntryUpsert, Loop, SessionSetup, Track
from tracker.feed.timing import Crossing, DriverChange, PitIn, PitOut, Sector

COLUMNS = ("NUMBER", "LAP_NUMBER", "LAP_TIME")
DAY = 24 * 3600 * 1_000_000
CLOSE = 2_000
"""Microseconds that two clocks may differ by rounding."""
SUM_OF_SECTORS = 3_000

FLAGS: dict[str, FlagName] = {
    "GF": "green",
    "SF": "sc",
    "SC": "sc",
    "VSC": "vsc",
    "FCY": "fcy",
    "C60": "code60",
    "RF": "red",
    "FF": "checkered",
}


@dataclass(slots=True)
class Row:
    """One lap of one car as the file tells it, and when it ended."""

    line: int
    entry: str
    lap: int
    time: int
    elapsed: int | None
    hour: int | None
    on_pit_road: bool
    pit_time: int | None
    sectors: tuple[int | None, ...]
    driver: str
    flag: str
    class_: str
    team: str
    make: str
    at: int = 0
    estimated: bool = False


def convert(
    laps: Path,
    official: Path | None = None,
    title: str | None = None,
    rulebook: str = "club/any",
) -> Converted:
    """The race as reports in time order; raises `RecordingRefused` where the files are not."""
    converted = Converted()
    cars = timed(lap_rows(laps, converted), converted)
    if not cars:
        raise RecordingRefused(laps, None, "holds no lap")
    result = results(official, converted) if official is not None else []
    ended = {entry: (last_row(rows).lap, last_row(rows).at) for entry, rows in cars.items()}
    if official is not None and (why := of_another_race(result, ended)):
        raise RecordingRefused(official, None, f"is of another race: {why}")
    with refusing(laps):
        reports = reports_of(laps, title or in_words(laps), rulebook, cars, result, converted)
    converted.reports = in_order(reports)
    return converted


def reports_of(
    laps: Path,
    title: str,
    rulebook: str,
    cars: dict[str, list[Row]],
    result: Sequence[Result],
    converted: Converted,
) -> list[Report]:
    """Everything the files say, in no order."""
    reports = list(setting(laps, title, rulebook, cars, result))
    for rows in cars.values():
        for place, row in enumerate(rows):
            reports += lap_reports(row, rows[place - 1] if place else None, converted)
    rows_by_time = sorted((row for rows in cars.values() for row in rows), key=lambda row: row.at)
    reports += flag_reports(rows_by_time, converted)
    ended = {entry: last_row(rows) for entry, rows in cars.items()}
    winner = min(ended.values(), key=lambda row: (-row.lap, row.at))
    if not any(row.flag == "FF" for row in rows_by_time):
        converted.odd.append("no checkered flag in the file: the race ends with its last lap")
        over = Checkered(t_us=winner.at + 1, lap=winner.lap)
        reports.append(Report(RACE_CONTROL, "checkered", over))
    if result:
        last = {entry: (row.lap, row.at) for entry, row in ended.items()}
        reports += retired(result, last)
        reports += declared(rows_by_time[-1].at, decisions(result, last, converted))
    return reports


def last_row(rows: Sequence[Row]) -> Row:
    """The lap on which a car took the checkered flag, or its last; what follows is not scored."""
    return next((row for row in rows if row.flag == "FF"), rows[-1])


def in_words(path: Path) -> str:
    """A race by the name of its file, without what packed it."""
    stem = path.name.removesuffix(".gz").removesuffix(".csv").removesuffix("-laps")
    return name(stem.replace("_", " ").replace("-", " ")) or "race"


def lap_rows(path: Path, converted: Converted) -> Iterator[Row]:
    """The rows that are a lap of a car; others are named and left out."""
    for line, row in table(path, COLUMNS):
        lap = lap_row(line, row, converted)
        if lap is not None:
            yield lap


def lap_row(line: int, row: Mapping[str, str], converted: Converted) -> Row | None:
    """A row as a lap of a car; None, and named, where it is none."""
    entry, lap, time = row["number"], whole(row["lap_number"]), microseconds(row["lap_time"])
    elapsed, hour = microseconds(row.get("elapsed", "")), microseconds(row.get("hour", ""))
    if not entry or lap is None or lap < 1 or (time is None and elapsed is None and hour is None):
        converted.left_out.append(f"line {line}: no lap of a car: {list(row.values())[:4]}")
        return None
    return Row(
        line,
        entry,
        lap,
        time or 0,
        elapsed,
        hour,
        row.get("crossing_finish_line_in_pit", "") == "B",
        microseconds(row.get("pit_time", "")) or None,
        tuple(microseconds(row.get(f"s{n}_large", "") or row.get(f"s{n}", "")) for n in (1, 2, 3)),
        row.get("driver_name", ""),
        row.get("flag_at_fl", ""),
        row.get("class", ""),
        row.get("team", ""),
        row.get("manufacturer", ""),
    )


def timed(rows: Iterable[Row], converted: Converted) -> dict[str, list[Row]]:
    """The laps of each car with the moment each ended, from the start of the race."""
    told = list(rows)
    start = start_of(told)
    cars: dict[str, list[Row]] = {}
    for row in sorted(told, key=lambda row: row.entry):
        cars.setdefault(row.entry, []).append(row)
    placed = {entry: car_timed(laps, start, converted) for entry, laps in cars.items()}
    return {entry: laps for entry, laps in placed.items() if laps}


def start_of(rows: Sequence[Row]) -> int:
    """The time of day at which the race began, as most rows have it."""
    starts = Counter(
        (row.hour - row.elapsed) % DAY
        for row in rows
        if row.hour is not None and row.elapsed is not None
    )
    if not starts:  # by the laps that began with the race, where no row tells the time since then
        starts.update(
            (row.hour - row.time) % DAY
            for row in rows
            if row.lap == 1 and row.hour is not None and row.time and row.elapsed is None
        )
    return starts.most_common(1)[0][0] if starts else 0


def car_timed(rows: Iterable[Row], start: int, converted: Converted) -> list[Row]:
    """A car's laps with the moment each ended.

    `ELAPSED` says so; the time of day, which begins again at midnight, checks it. Where they
    differ the one that makes the lap as long as it is said to be is believed.
    """
    laps: list[Row] = []
    for row in sorted(rows, key=lambda row: row.lap):
        before = laps[-1].at if laps else 0
        if laps and row.lap == laps[-1].lap:
            converted.left_out.append(
                f"line {row.line}: car {row.entry} has a lap {row.lap} already"
            )
            continue
        at = moment(row, before, start, converted)
        if at is None or at <= before:
            converted.left_out.append(f"line {row.line}: car {row.entry} lap {row.lap} has no time")
            continue
        row.at = at
        row.time = row.time or (at - before if laps and row.lap == laps[-1].lap + 1 else 0)
        laps.extend(missing(row, laps, converted))
        laps.append(row)
    return laps


def moment(row: Row, before: int, start: int, converted: Converted) -> int | None:
    """When this lap ended, in microseconds from the start."""
    if row.hour is None:
        return before + row.time if row.elapsed is None and row.time else row.elapsed
    by_day = (row.hour - start) % DAY
    while by_day < before:
        by_day += DAY
    if row.elapsed is None:
        return by_day
    if abs(by_day - row.elapsed) <= CLOSE:
        return row.elapsed
    expected = before + row.time
    converted.odd.append(
        f"line {row.line}: car {row.entry} lap {row.lap}: time of day and elapsed time differ"
    )
    return min(row.elapsed, by_day, key=lambda at: abs(at - expected))


def missing(row: Row, laps: list[Row], converted: Converted) -> Iterator[Row]:
    """Laps that the file jumps over, spread evenly, so that the car does not lose them."""
    last, since = (laps[-1].lap, laps[-1].at) if laps else (0, 0)
    count = row.lap - last - 1
    if not 0 < count <= 1_000:
        return
    converted.odd.append(
        f"line {row.line}: car {row.entry} goes from lap {last} to {row.lap}: estimated between"
    )
    each = (row.at - since) // (count + 1)
    for number in range(1, count + 1):
        yield Row(
            row.line, row.entry, last + number, each, None, None, False, None, (), row.driver, "",
            row.class_, row.team, row.make, at=since + number * each, estimated=True,
        )  # fmt: skip


def setting(
    path: Path, title: str, rulebook: str, cars: dict[str, list[Row]], result: Sequence[Result]
) -> Iterator[Report]:
    """The race and its entry list, cars that never started included."""
    setup = said(
        path,
        None,
        SessionSetup,
        name=name(title),
        series="Al Kamel timing",
        season=next((int(w) for w in title.split() if w.isdecimal() and len(w) == 4), 2000),
        track=Track(id=slug(title), name=name(title), kind="road",
                    loops=[Loop(id="sf", index=0, kind="sf")]),
        distance=Distance(),
        rulebook=rulebook,
        first_crossing="completes_lap",
        resolution_us=1_000,
    )  # fmt: skip
    yield Report(RACE_CONTROL, "setup", setup)
    listed = {line.entry: line for line in result}
    for entry in dict.fromkeys([*listed, *cars]):
        rows = cars.get(entry, [])
        line = listed.get(entry)
        first = rows[0] if rows else None
        drivers = [first.driver] if first is not None and first.driver else []
        drivers += [driver for driver in (line.drivers if line else ()) if driver not in drivers]
        class_ = (first.class_ if first else "") or (line.class_ if line else "")
        yield Report(
            RACE_CONTROL,
            f"entry/{in_id(entry)}",
            said(
                path,
                first.line if first else None,
                EntryUpsert,
                entry=entry,
                drivers=[Driver(name=name(driver)) for driver in drivers[:12]],
                team=name((first.team if first else "") or (line.team if line else "")) or None,
                make=name((first.make if first else "") or (line.vehicle if line else "")) or None,
                classes=[name(class_)] if class_ else [],
            ),
        )
    yield Report(RACE_CONTROL, "flag/green", FlagChanged(flag="green", t_us=0))


def lap_reports(row: Row, before: Row | None, converted: Converted) -> Iterator[Report]:
    """A lap as the timing system would have told it: pit road, driver, sectors, the line."""
    car, since = in_id(row.entry), before.at if before else 0
    changed_at = since + 1
    if row.pit_time is not None or (before is not None and before.on_pit_road):
        spent = row.pit_time
        # The file has the time spent on pit road, not when: as near the line as can be.
        left = since + min(row.time // 2 if spent is None else spent, row.at - since) - 1
        changed_at = left
        if spent is not None:
            yield Report(
                TIMING,
                f"pit-in/{car}/{row.lap}",
                PitIn(entry=row.entry, t_us=left - spent, lap=row.lap - 1, estimated=True),
            )
        yield Report(
            TIMING,
            f"pit-out/{car}/{row.lap}",
            PitOut(entry=row.entry, t_us=left, lap=row.lap - 1, estimated=True),
        )
    if before is not None and row.driver and before.driver and row.driver != before.driver:
        yield Report(
            TIMING,
            f"driver/{car}/{row.lap}",
            DriverChange(
                entry=row.entry,
                t_us=changed_at,
                driver=name(row.driver),
                previous=name(before.driver),
            ),
        )
    yield from sector_reports(row, car, converted)
    yield Report(
        TIMING,
        f"crossing/{car}/{row.lap}/sf",
        Crossing(
            entry=row.entry,
            t_us=row.at,
            lap=row.lap,
            lap_time_us=row.time or None,
            pit=row.on_pit_road,
            estimated=row.estimated,
        ),
    )


def sector_reports(row: Row, car: str, converted: Converted) -> Iterator[Report]:
    """The sectors of a lap, told backwards from the line; where they do not add up, none."""
    times = [time for time in row.sectors if time]
    if len(times) != 3:
        if times:
            converted.odd.append(f"line {row.line}: car {row.entry} lap {row.lap} lacks a sector")
        return
    if abs(sum(times) - row.time) > SUM_OF_SECTORS:
        converted.odd.append(
            f"line {row.line}: car {row.entry} lap {row.lap}: sectors do not add up to the lap"
        )
        return
    at = row.at - sum(times)
    for number, time in enumerate(times, start=1):
        at += time
        yield Report(
            TIMING,
            f"sector/{car}/{row.lap}/{number}",
            Sector(entry=row.entry, t_us=at, lap=row.lap, sector=number, time_us=time),
        )


def flag_reports(rows: Sequence[Row], converted: Converted) -> Iterator[Report]:
    """Flags as they were first seen at the line; the change itself came up to a lap before."""
    shown = "GF"
    unknown = Counter(row.flag for row in rows if row.flag and row.flag not in FLAGS)
    for flag, count in unknown.items():
        converted.left_out.append(f"{count} rows under a flag {flag!r} that is not known")
    for row in rows:
        if row.flag == shown or row.flag not in FLAGS:
            continue
        shown = row.flag
        yield Report(
            RACE_CONTROL,
            f"flag/{in_id(row.entry)}/{row.lap}",
            FlagChanged(
                flag=FLAGS[shown],
                t_us=row.at,
                text=f"estimated: first seen at the line by car {name(row.entry, 32)}",
            ),
        )


def retired(result: Sequence[Result], last: dict[str, tuple[int, int]]) -> Iterator[Report]:
    """Cars that the result has without a lap, though they did start; and those it calls retired."""
    for line in result:
        started = line.entry in last
        if line.not_started or (started and not line.retired):
            continue
        laps, at = last.get(line.entry, (0, 0))
        yield Report(
            RACE_CONTROL,
            f"retirement/{in_id(line.entry)}",
            Retirement(entry=line.entry, t_us=at + 1, lap=laps, text=name(line.status) or None),
        )
