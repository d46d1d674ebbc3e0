"""Formula 1: the order of every lap and the classification of every race in Ergast's columns."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.held_against.figures import Figure, progress, same
from tracker.bridges.ergast import converted_rows
from tracker.bridges.ergast_besides import Besides
from tracker.bridges.ergast_rows import NAMES
from tracker.bridges.files import table
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.report import order_by_lap
from tracker.score import folded

Row = dict[str, str]
Key = tuple[str, str]
THIRTY_SEASONS, SECONDS = 628_454, 20.0
SPEED = "converted and scored"
"""The one figure that depends on the machine."""


def read(path: Path) -> list[Row]:
    """The rows of a table, under the names that Ergast has for its columns."""
    return [
        {NAMES.get(column, column): value for column, value in row.items()}
        for _, row in table(path, ())
    ]


def by_race(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    """The rows of each race, each once; a season or a round that is no number is none."""
    found: dict[Key, dict[tuple[str, ...], Row]] = defaultdict(dict)
    for row in rows:
        key = row.get("season", ""), row.get("round", "")
        if key[0].isdecimal() and key[1].isdecimal():
            found[key].setdefault(tuple(row.values()), row)
    return {key: list(race.values()) for key, race in found.items()}


def lower(rows: Iterable[Row]) -> list[Row]:
    """Rows with the names of their columns in lower case."""
    return [{name.casefold(): value for name, value in row.items()} for row in rows]


def pairs(order: list[float]) -> tuple[int, int]:
    """Pairs that stand the wrong way round, and all pairs."""
    wrong = sum(a > b for place, a in enumerate(order) for b in order[place + 1 :])
    return wrong, len(order) * (len(order) - 1) // 2


def contradicting(order: list[tuple[str, float]]) -> Counter[str]:
    """How often each driver is in a pair that stands the wrong way round."""
    found: Counter[str] = Counter()
    for place, (one, a) in enumerate(order):
        for other, b in order[place + 1 :]:
            if a > b:
                found.update((one, other))
    return found


def official_orders(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Who completed each lap, in the official order."""
    placed: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        if row["position"] not in ("", "None"):
            placed[row["lap"]].append((int(row["position"]), row["driverId"]))
    return {lap: [driver for _, driver in sorted(cars)] for lap, cars in placed.items()}


def plain_sums(rows: Iterable[Row]) -> dict[tuple[str, str], float]:
    """Race time of each driver after each lap, added up without the tracker."""
    found: dict[tuple[str, str], float] = {}
    total: dict[str, int] = defaultdict(int)
    for row in sorted(rows, key=lambda row: int(row["lap"])):
        total[row["driverId"]] += int(row["ms"])
        found[row["driverId"], row["lap"]] = total[row["driverId"]]
    return found


def final_differences(race: Race, results: list[Row]) -> list[str]:
    """Cars that are not where the official result has them, of those that completed a lap."""
    lines = [line for line in classification(race) if line.laps]
    official = [row["driverId"] for row in results if int(row["laps"] or 0)]
    return [
        f"{wanted} (found {line.car.entry})"
        for wanted, line in zip(official, lines, strict=False)
        if wanted != line.car.entry
    ] + (["another number of cars"] if len(official) != len(lines) else [])


def race_time(name: str, race: Race, results: list[Row]) -> list[str]:
    """The winner's race time where it is not the official one."""
    won, official = classification(race)[0], results[0]
    found = round((won.time or 0) / 1_000)
    if not official["ms"] or int(official["ms"]) == found:
        return []
    stopped = " (stopped by a red flag)" if race.stoppages else ""
    return [f"{name}: {int(official['ms']) / 1e3:.3f} s, found {found / 1e3:.3f} s{stopped}"]


def measure(data: Path) -> Iterator[Figure]:
    """Every race of the folder."""
    progress("Formula 1: reading")
    laps, results, stops = (
        by_race(rows_of(data, name)) for name in ("lap_times", "results", "pit_stops")
    )
    safety, red = (lower(rows_of(data, name)) for name in ("safety_cars", "red_flags"))
    both = laps.keys() & results.keys()
    if alone := laps.keys() ^ both:
        notes = tuple("/".join(key) for key in sorted(alone))
        yield Figure("races without a result", str(len(alone)), notes=notes)
    yield from held({key: laps[key] for key in both}, results, stops, safety, red)


def rows_of(data: Path, name: str) -> list[Row]:
    """The rows of a table of the folder, packed or not; none where it is not there."""
    return [row for path in sorted(data.glob(f"{name}*.csv*")) for row in read(path)]


def held(
    laps: Mapping[Key, list[Row]],
    results: Mapping[Key, list[Row]],
    stops: Mapping[Key, list[Row]],
    safety: Sequence[Row],
    red: Sequence[Row],
) -> Iterator[Figure]:
    """Every race of which there are laps and a result."""
    inverted: dict[Key, int] = {}
    whose: dict[Key, Counter[str]] = {}
    plain = compared = missing = rows = 0
    wrong_finals: list[str] = []
    slower: list[str] = []
    shown = {"time": 0, "dsq": 0, "laps": 0}
    hidden: list[str] = []
    left_out: list[str] = []
    spent = 0.0
    for number, key in enumerate(sorted(laps), start=1):
        if number % 20 == 0:
            progress(f"Formula 1: {number} of {len(laps)} races")
        name = f"{key[0]}/{key[1]}"
        began = time.process_time()
        converted = converted_rows(
            laps[key], results[key], Besides(stops.get(key, []), safety, red)
        )
        race = folded(numbered(converted.reports, "race"))
        orders = order_by_lap(race)
        spent += time.process_time() - began
        rows += len(laps[key])
        sums = plain_sums(laps[key])
        for lap, official in official_orders(laps[key]).items():
            place = {driver: at for at, driver in enumerate(orders.get(lap, ()))}
            missing += sum(driver not in place for driver in official)
            wrong, all_pairs = pairs([place[driver] for driver in official if driver in place])
            inverted[key] = inverted.get(key, 0) + wrong
            if wrong:
                whose.setdefault(key, Counter()).update(
                    contradicting([(driver, sums[driver, lap]) for driver in official])
                )
            compared += all_pairs
            plain += pairs([sums[driver, lap] for driver in official])[0]
        slower += race_time(name, race, results[key])
        wrong_finals += [f"{name}: {one}" for one in final_differences(race, results[key])]
        for penalty in race.penalties.values():
            if penalty.kind in shown:
                shown[penalty.kind] += 1
        counted = [one for one in converted.odd if "laps in the official" in one]
        shown["laps"] += len(counted)
        hidden += [f"{name}: {one}" for one in converted.odd if one not in counted]
        left_out += [f"{name}: {one}" for one in converted.left_out]
    total = sum(inverted.values())
    yield Figure("races, laps", f"{len(laps)}, {rows:,}")
    yield Figure(
        "pairs of cars that stand the wrong way round on a lap",
        f"{total} of {compared:,}",
        f"at most the {plain} of the plain sums",
        total <= plain,
        tuple(
            f"{'/'.join(key)}: {count} pairs whose lap times contradict the official places, most "
            f"often of {', '.join(driver for driver, _ in whose[key].most_common(2))}"
            for key, count in inverted.items()
            if count
        ),
    )
    yield Figure(
        "placed laps that have no crossing, so not compared",
        str(missing),
        notes=tuple(one for one in left_out if ": lap " in one),
    )
    yield same("final classifications exact, decisions included", wrong_finals, len(laps))
    yield Figure(
        "winner's race time as published",
        f"{len(laps) - len(slower)} of {len(laps)}",
        notes=tuple(slower),
    )
    yield Figure(
        "cars that completed no lap, whose order no lap tells",
        str(sum(int(row["laps"] or 0) == 0 for key in laps for row in results[key])),
    )
    yield Figure(
        "decisions that the data show",
        f"{shown['time']} time penalties, {shown['dsq']} disqualifications, "
        f"{shown['laps']} other lap counts",
    )
    yield Figure(
        "changed by a decision that is not in the data", f"{len(hidden)} cars", notes=tuple(hidden)
    )
    bar = SECONDS * rows / THIRTY_SEASONS
    yield Figure(
        SPEED,
        f"{spent:.1f} s of one core, {rows / spent:,.0f} laps a second",
        f"thirty seasons in {SECONDS:.0f} s: {bar:.1f} s for these",
        spent <= bar,
    )
