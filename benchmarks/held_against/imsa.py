"""IMSA: overall and class order, pit stops and full-course yellows of Al Kamel's files."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.held_against.figures import Figure, exact, progress, same
from tracker.bridges.alkamel import convert
from tracker.bridges.files import microseconds, table, whole
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.vocabulary import Flag
from tracker.score import folded

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """The rows as they are, names and values without padding."""
    return [
        {column.upper(): value for column, value in row.items()}
        for _, row in table(path, ["NUMBER"])
    ]


def crossings_under(race: Race, flag: Flag) -> int:
    """Crossings that completed a lap while that flag was out."""
    shown_at = [shown.at for shown in race.flags_shown]
    return sum(
        race.flags_shown[bisect_right(shown_at, at) - 1].flag is flag
        for car in race.cars.values()
        for at in [*car.crossings[1:], *car.laps_after_finish]
    )


def measure(data: Path) -> Iterator[Figure]:
    """Every race of the folder."""
    for path in sorted(data.glob("*-laps.csv*")):
        title = (path.name.partition("-laps")[0].split("__") * 2)[1] + " " + path.name[:4]
        progress(f"IMSA: {title}")
        found = sorted(path.parent.glob(path.name.partition("-laps")[0] + "-results.csv*"))
        if found:
            yield from held(title, path, found[0])
        else:
            yield Figure(f"{title}: no result beside it", path.name)


def held(title: str, path: Path, results: Path) -> Iterator[Figure]:
    """One race: its laps, and its official result."""
    laps, official = read(path), read(results)
    converted = convert(path, results)
    race = folded(numbered(converted.reports, "race"))
    lines = classification(race)
    wanted = [row["NUMBER"] for row in official if row["NUMBER"]]
    found = [str(line.car.entry) for line in lines]
    decided = [
        f"car {p.entry}: {p.kind} {p.amount if p.kind != 'time' else f'{p.amount / 1e6:g} s'}"
        for p in race.penalties.values()
        if p.amount is not None
    ]
    yield Figure(
        f"{title}: cars, laps, decisions found in the result",
        f"{len(wanted)}, {len(laps):,}, {len(decided)}",
        notes=tuple(decided),
    )
    yield same(
        "  overall order at the end",
        [
            *(f"{a}, found {b}" for a, b in zip(wanted, found, strict=False) if a != b),
            *([f"{len(wanted)} cars, found {len(found)}"] if len(wanted) != len(found) else []),
        ],
        len(wanted),
    )
    class_of = {row["NUMBER"]: row.get("CLASS", "") for row in official}
    wrong = []
    for name in dict.fromkeys(class_of.values()):
        in_class = [str(line.car.entry) for line in lines if name in line.car.classes]
        expected = [car for car in wanted if class_of[car] == name]
        wrong += [name] if in_class != expected else []
    yield same("  class orders at the end", wrong, len(set(class_of.values())))
    driven = {str(car.entry): car.laps_completed for car in race.cars.values()}
    yield same(
        "  laps of each car",
        (
            f"car {row['NUMBER']}: {row.get('LAPS')}, found {driven.get(row['NUMBER'])}"
            for row in official
            if driven.get(row["NUMBER"]) != (whole(row.get("LAPS")) or 0)
        ),
        len(wanted),
    )
    stops = [stop for car in race.cars.values() for stop in car.pit_stops]
    timed = sum(stop.time_on_pit_road is not None for stop in stops)
    yield exact(
        "  pit stops with a time",
        timed,
        sum(bool(microseconds(row.get("PIT_TIME", ""))) for row in laps),
    )
    yield Figure("  visits to pit road, times untold included", str(len(stops)))
    flags = Counter(row.get("FLAG_AT_FL", "") for row in laps)
    under = crossings_under(race, Flag.FULL_COURSE_YELLOW)
    yield exact("  rows under full-course yellow", under, flags["FCY"])
    yield Figure(
        "  left out, odd",
        f"{len(converted.left_out)}, {len(converted.odd)}",
        notes=tuple([*converted.left_out, *converted.odd][:6]),
    )
