"""Formula 1 live timing: recorded streams against the official laps and results of the same race.

A folder of streams is held against Ergast's `lap_times.csv.gz` and `results.csv` in `../f1`, by
the day of the race. Nothing official is used to make the events; every place that differs is
named with what the stream itself says of it.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.held_against.figures import Figure, exact, progress, same
from benchmarks.held_against.formula_one import Row, by_race, official_orders, read
from tracker.bridges.converted import in_order
from tracker.bridges.f1 import LiveTiming
from tracker.bridges.f1_files import settled, translated
from tracker.feed.envelope import Report, short_type
from tracker.feed.recording import numbered
from tracker.feed.setting import SessionSetup
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.report import order_by_lap
from tracker.score import folded

MESSAGES = 5_000
"""Messages a second, on one core: a race of two hours is read in some seconds."""
SPEED = "messages read, translated and scored"
"""The one figure that depends on the machine."""


def official_race(
    laps: Sequence[Path], results: Sequence[Path], date: str | None
) -> tuple[list[Row], list[Row]]:
    """The official laps and results of the race of that day; nothing where there is none."""
    told = [row for path in results if path.is_file() for row in read(path)]
    for key, rows in by_race(told).items():
        if date is not None and rows[0].get("date") == date:
            found = [row for path in laps if path.is_file() for row in read(path)]
            return by_race(found).get(key, []), rows
    return [], []


def differences(
    orders: dict[str, list[str]], official: dict[str, list[str]], stream: LiveTiming
) -> Iterator[str]:
    """Every place on every lap that is not the official one, with what the stream says of it."""
    for lap, wanted in official.items():
        found = orders.get(lap, [])
        for place, car in enumerate(wanted):
            held = found[place] if place < len(found) else None
            if held != car:
                why = said(stream, car, lap)
                yield f"lap {lap}, place {place + 1}: car {car}, found {held}; {why}"


def said(stream: LiveTiming, car: str, lap: str) -> str:
    """What the stream told of a car's lap."""
    crossings = stream.line.car(car).crossings
    one = next((one for one in crossings if str(one.lap) == lap), None)
    if one is None:
        return f"the stream counted {len(crossings)} laps of car {car}"
    dated = "its message" if one.estimated else "lap times and gaps"
    late = (one.heard - one.at) / 1e6
    return f"dated by {dated}, told {late:.3f} s after it"


def finals(race: Race, results: list[Row]) -> list[str]:
    """Cars that the official result has elsewhere."""
    found = [line.car.entry for line in classification(race)]
    wanted = [row["number"] for row in results]
    return [
        f"place {place}: car {one}, found {other}"
        for place, (one, other) in enumerate(zip(wanted, found, strict=False), start=1)
        if one != other
    ] + ([] if len(found) == len(wanted) else [f"{len(wanted)} cars, found {len(found)}"])


def times(race: Race, results: list[Row]) -> Iterator[str]:
    """Gaps to the winner that the official result has otherwise: what was decided afterwards."""
    official = {row["number"]: int(row["ms"]) for row in results if row["ms"]}
    lines = {str(line.car.entry): line for line in classification(race)}
    winner = results[0]["number"]
    first = lines[winner].time if winner in lines else None
    if first is None:
        return
    for car, ms in official.items():
        found = lines[car].time if car in lines else None
        behind = None if found is None else round((found - first) / 1_000)
        if behind != ms - official[winner]:
            penalties = [one.reason for one in race.penalties.values() if one.entry == car]
            told = "; ".join(str(one) for one in penalties) or "no penalty in the stream"
            yield (
                f"car {car}: {(ms - official[winner]) / 1e3:.3f} s behind, "
                f"found {'nothing' if behind is None else f'{behind / 1e3:.3f}'}; {told}"
            )


def measure(data: Path) -> Iterator[Figure]:
    """Every stream of the folder."""
    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        progress(f"Formula 1 live: {folder.name}")
        official = data.parent / "f1"
        laps, results = official / "lap_times.csv.gz", official / "results.csv"
        yield from measure_stream(folder, [laps], [results])


def measure_stream(
    folder: Path, official_laps: Sequence[Path], official_results: Sequence[Path]
) -> Iterator[Figure]:
    """One stream against the official laps and results, where those are there."""
    began = time.process_time()
    stream, reports, recorded = translated(folder)
    final = in_order(settled(stream, reports))
    race = folded(numbered(final, "race"))
    spent = time.process_time() - began
    yield events(folder.name, final)
    refused = recorded.refused + stream.refused
    yield Figure(
        "  packets, and those refused",
        f"{recorded.lines:,}, {sum(refused.values())}",
        notes=tuple(f"{count} × {why}" for why, count in sorted(refused.items())),
    )
    unread = stream.control.unread + stream.line.unread
    yield Figure(
        "  messages that say nothing of the race",
        str(sum(unread.values())),
        notes=tuple(f"{count} × {what}" for what, count in sorted(unread.items())),
    )
    retimed = sum(report.id.startswith("retime/") for report in reports)
    yield Figure(
        "  crossings told live, and told again at a better time",
        f"{sum(len(car.crossings) for car in stream.line.cars.values())}, {retimed}",
    )
    date = next((r.data.date for r in final if isinstance(r.data, SessionSetup)), None)
    laps, results = official_race(official_laps, official_results, date)
    if laps and results:
        yield from against(race, folded(numbered(reports, "race")), stream, laps, results)
    bar = recorded.lines / MESSAGES
    yield Figure(
        f"  {SPEED}",
        f"{spent:.2f} s of one core, {recorded.lines / spent:,.0f} messages a second",
        f"{MESSAGES:,} a second",
        spent <= bar,
    )


def against(
    race: Race, live: Race, stream: LiveTiming, laps: list[Row], results: list[Row]
) -> Iterator[Figure]:
    """The race against the official laps and results."""
    numbers = {row["driverId"]: row["number"] for row in results}
    laps = [row for row in laps if row["driverId"] in numbers]
    wanted = {
        lap: [numbers[driver] for driver in order] for lap, order in official_orders(laps).items()
    }
    of = sum(len(order) for order in wanted.values())
    for what, scored in (("places on every lap", race), ("the same, as told live", live)):
        wrong = tuple(differences(order_by_lap(scored), wanted, stream))
        share = f"{of - len(wrong):,} of {of:,} ({(of - len(wrong)) / max(1, of):.2%})"
        yield Figure(f"  {what}", share, "all", not wrong, wrong)
    ms: Counter[str] = Counter()
    off = set()
    for row in sorted(laps, key=lambda row: int(row["lap"])):
        ms[row["driverId"]] += int(row["ms"])
        crossings = stream.line.car(numbers[row["driverId"]]).crossings
        found = next((one.at for one in crossings if str(one.lap) == row["lap"]), None)
        if found is not None:
            off.add(round(found / 1_000) - ms[row["driverId"]])
    yield exact(
        "  milliseconds between two cars that are not the official",
        max(off, default=0) - min(off, default=0),
        0,
    )
    yield same("  final order, official", finals(race, results), len(results))
    yield Figure(
        "  gaps to the winner that were changed after the race",
        str(len(changed := list(times(race, results)))),
        notes=tuple(changed),
    )


def events(name: str, reports: list[Report]) -> Figure:
    """How many events of which type were made."""
    made = Counter(short_type(event) for event in numbered(reports, "race"))
    told = tuple(f"{count} × {kind}" for kind, count in made.most_common())
    return Figure(f"{name}: events", f"{sum(made.values()):,}", notes=told)
