"""What the tracker makes of real captures, file by file, held against what they say themselves.

    python -m benchmarks.captures ../shared/data
    python -m benchmarks.captures lap-times.json weekend-feed.json

Any file of the kinds we know will do, under any name: its kind is seen by what is in it, and what
belongs to one race is found by its cars and laps. For each: events made, what was refused and why,
order and result against the capture's own truth, and speed. Ends with 1 where a bar is missed.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.held_against import f1_live, formula_one, imsa, nascar, nascar_live, rmonitor
from benchmarks.held_against.answers import answers, decoders, fetched
from benchmarks.held_against.capture import Capture, converted, differing, made, some
from benchmarks.held_against.figures import Figure, exact, progress, same, shown
from tracker.bridges.alkamel import convert as alkamel
from tracker.bridges.files import document, text, whole
from tracker.bridges.live.kinds import ODDMENTS, STREAM, files, kind
from tracker.bridges.live.nascar_documents import kind_of
from tracker.bridges.nascar import convert as nascar_laps
from tracker.bridges.rmonitor_file import runs
from tracker.bridges.spreadsheet import convert as spreadsheet
from tracker.errors import TrackerError
from tracker.feed.envelope import FedEvent, Report, UnknownEvent
from tracker.feed.recording import read
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.running_order import running_order
from tracker.racing.statistics import lead_changes, leaders
from tracker.score import folded

SAMPLE = 12
"""Formula 1 races held against the official order, unless all are asked for."""


def nascar_files(found: Mapping[str, list[Path]]) -> Iterator[Capture]:
    """Lap files, with what lies about of the same race."""
    paths = [*found["lap-times"], *found["weekend-feed"], *found["nascar-summary"]]
    for path, told, feed, more in nascar.races(paths):

        def figures(
            path: Path = path,
            told: nascar.Document = told,
            feed: Path | None = feed,
            more: list[Path] = more,
        ) -> Iterator[Figure]:
            yield from made(path.name, lambda: converted(nascar_laps(path, feed, more)))
            yield from nascar.held(path, told, feed, more)

        yield Capture(f"NASCAR lap times: {path.name}", figures)


def boards(found: Mapping[str, list[Path]]) -> Iterator[Capture]:
    """Looks at the live feed, race by race, with the other documents of the same race."""
    by_race: dict[object, list[Path]] = defaultdict(list)
    for path in found["live-feed"]:
        by_race[nascar_live.document(path).get("race_id")].append(path)
    for race, paths in by_race.items():
        besides = [
            path
            for what in ("lap-times", "weekend-feed", "live-flag-data", "live-pit-data")
            for path in found[what]
            if path.parent == paths[0].parent
        ]

        def figures(paths: list[Path] = paths, besides: list[Path] = besides) -> Iterator[Figure]:
            yield from looks_held(paths, besides)

        yield Capture(f"NASCAR live: race {race}, {len(paths)} looks", figures)


def looks_held(paths: list[Path], besides: list[Path]) -> Iterator[Figure]:
    """What looks at a board make of the race, against the last of them and its weekend feed."""
    told = [nascar_live.document(path) for path in paths]
    last = max(told, key=lambda one: one.get("elapsed_time") or 0)
    ours = [path for path in besides if belongs(path, last)]
    looks = nascar_live.ordered([*paths, *ours])
    refused: Counter[str] = Counter()

    def translate() -> tuple[Sequence[Report], Sequence[str], Sequence[str]]:
        reports, counted = nascar_live.told(looks)
        refused.update(counted)
        return reports, [f"{count} × {why}" for why, count in refused.items()], ()

    yield from made(f"with {', '.join(path.name for path in ours) or 'nothing besides'}", translate)
    race, _ = nascar_live.follow(looks)
    weekend = [path for path in ours if kind_of(path) == "weekend-feed"]
    cars = [row for row in nascar.listed(last, "vehicles") if row.get("vehicle_number")]
    wanted = [
        str(row["vehicle_number"]).strip()
        for row in sorted(cars, key=lambda row: whole(row.get("running_position")) or len(cars))
    ]
    order = [str(car.entry) for car in running_order(race)]
    if race.finished_at is not None:
        order = [str(line.car.entry) for line in classification(race)]
    yield differing("  order as on the last board", wanted, order)
    laps = {
        str(row["vehicle_number"]).strip(): whole(row.get("laps_completed")) or 0 for row in cars
    }
    counted = {str(car.entry): car.laps_completed for car in race.cars.values()}
    yield same(
        "  laps of each car, as on the last board",
        (
            f"car {car}: {count}, found {counted.get(car)}"
            for car, count in laps.items()
            if counted.get(car) != count
        ),
        len(laps),
    )
    own = f"{lead_changes(race)}, {leaders(race)}"
    theirs = f"{last.get('number_of_lead_changes')}, {last.get('number_of_leaders')}"
    yield Figure("  lead changes, leaders", own, f"the board counts {theirs}")
    if weekend:
        feed = nascar.listed(nascar.read(weekend[0]), "weekend_race")[0]
        results = sorted(
            nascar.listed(feed, "results"),
            key=lambda row: whole(row.get("finishing_position")) or 1_000,
        )
        if race.finished_at is not None:
            official = [str(row.get("car_number")).strip() for row in results]
            yield differing("  result as in the weekend feed", official, order)
        yield from nascar.weekend(race, feed)


def belongs(path: Path, shown: Mapping[str, object]) -> bool:
    """Whether a document that lies beside boards is of the same race, as far as it can be told."""
    told = nascar_live.document(path)
    of = kind_of(path)
    vehicles = nascar.listed(shown, "vehicles")
    if of == "weekend-feed":
        races = nascar.listed(told, "weekend_race")
        return bool(races and races[0].get("race_id") == shown.get("race_id"))
    if of == "lap-times":
        laps = nascar.laps_of(told)
        known = sum(str(row.get("vehicle_number")).strip() in laps for row in vehicles)
        return known > len(laps) * 0.9
    # Flags and pit stops name no race: their bridge sees by the clock whose they are.
    return of == "live-flag-data"


def al_kamel(found: Mapping[str, list[Path]]) -> Iterator[Capture]:
    """Tables of laps, each with the results of the same race where those are there."""
    results = {
        path: {row["NUMBER"]: row.get("LAPS", "") for row in imsa.read(path) if row["NUMBER"]}
        for path in found["alkamel-results"]
    }
    for path in found["alkamel-laps"]:

        def figures(path: Path = path) -> Iterator[Figure]:
            laps = Counter(row["NUMBER"] for row in imsa.read(path))
            agreeing = {
                other: sum(str(laps.get(car, 0)) == (count or "0") for car, count in cars.items())
                for other, cars in results.items()
            }
            best = max(agreeing, key=lambda other: agreeing[other], default=None)
            if best is not None and agreeing[best] * 10 < len(results[best]) * 7:
                best = None
            yield from made(path.name, lambda: converted(alkamel(path, best)))
            if best is not None:
                yield from imsa.held(path.name.partition("-laps")[0], path, best)
            else:
                yield Figure("  result", "none of this race is here: nothing to hold it against")

        yield Capture(f"Al Kamel: {path.name}", figures)


def rmonitors(found: Mapping[str, list[Path]]) -> Iterator[Capture]:
    """Captured RMonitor streams."""
    for path in found["rmonitor"]:

        def translate(path: Path = path) -> tuple[Sequence[Report], Sequence[str], Sequence[str]]:
            stream, by_run = runs(path)
            reports = [report for told in by_run.values() for report in told]
            left_out = [f"{count} × {what}" for what, count in stream.skipped.items()]
            return reports, left_out, [str(one.why) for one in stream.differences]

        def figures(
            path: Path = path,
            translate: Callable[
                [], tuple[Sequence[Report], Sequence[str], Sequence[str]]
            ] = translate,
        ) -> Iterator[Figure]:
            yield from made(path.name, translate)
            yield from rmonitor.held(path)

        yield Capture(f"RMonitor: {path.name}", figures)


def ergast(found: Mapping[str, list[Path]], sample: int) -> Iterator[Capture]:
    """Formula 1 laps in Ergast's columns, those of which there is a result; and its answers."""
    for folder in sorted({path.parent for path in found["f1-answers"]}):
        paths = [path for path in found["f1-answers"] if path.parent == folder]
        yield from answers(folder, paths)

    def rows(what: str) -> list[formula_one.Row]:
        return [row for path in found[what] for row in formula_one.read(path)]

    def figures() -> Iterator[Figure]:
        laps = formula_one.by_race(rows("f1-laps"))
        results = formula_one.by_race(rows("f1-results"))
        both = sorted(laps.keys() & results.keys())
        step = max(1, len(both) // sample) if sample else 1
        chosen = both[::step][: sample or None]
        alone = len(laps) - len(both)
        yield Figure("races held against their results", f"{len(chosen)} of {len(both)}",
                     notes=(f"{alone} races without a result",) if alone else ())  # fmt: skip
        yield from formula_one.held(
            {key: laps[key] for key in chosen},
            {key: results[key] for key in chosen},
            formula_one.by_race(rows("f1-stops")),
            formula_one.lower(rows("f1-safety-cars")),
            formula_one.lower(rows("f1-red-flags")),
        )

    if found["f1-laps"] and found["f1-results"]:
        yield Capture("Formula 1, Ergast", figures)


def live_f1(found: Mapping[str, list[Path]]) -> Iterator[Capture]:
    """Recorded Formula 1 live timing, a folder to a session."""
    streams = {path.parent if STREAM in path.name else path for path in found["f1-live"]}
    for stream in sorted(streams):

        def figures(stream: Path = stream) -> Iterator[Figure]:
            yield from f1_live.measure_stream(stream, found["f1-laps"], found["f1-results"])

        yield Capture(f"Formula 1 live: {stream.name}", figures)


def others(found: Mapping[str, list[Path]]) -> Iterator[Capture]:
    """Recordings of ours, and spreadsheets."""
    for path in found["recording"]:

        def recorded(path: Path = path) -> Iterator[Figure]:
            began = time.process_time()
            odd: list[str] = []
            events = list(read(path, odd))
            race = folded(events)
            spent = time.process_time() - began
            unknown = [event.type for event in events if isinstance(event, UnknownEvent)]
            yield Figure(f"{path.name}: events", f"{len(events):,}", notes=tuple(odd))
            yield Figure("  types we do not know", str(len(unknown)), notes=some(unknown))
            yield from standing(race, events)
            yield Figure("  speed", f"{len(events) / max(spent, 1e-6):,.0f} events a second")

        yield Capture(f"Recording: {path.name}", recorded)
    for path in found["table"]:

        def tabled(path: Path = path) -> Iterator[Figure]:
            yield from made(path.name, lambda: converted(spreadsheet(path)))

        yield Capture(f"Table: {path.name}", tabled)


def standing(race: Race, events: Sequence[FedEvent | UnknownEvent]) -> Iterator[Figure]:
    """How a recorded race stands; a recording has no truth beside it."""
    names = {(event.source, event.id) for event in events}
    yield exact("  each event once", len(names), len(events))
    first = ", ".join(str(line.car.entry) for line in classification(race)[:5])
    yield Figure("  laps, first five", f"{race.laps_completed}, {first}")


def captures(paths: Sequence[Path], sample: int) -> tuple[list[Capture], list[str]]:
    """The captures among the paths, and what none of them is."""
    found: dict[str, list[Path]] = defaultdict(list)
    unknown = []
    for path in files(paths):
        what = kind(path)
        if what is None:
            unknown.append(f"{path}: {unread(path)}")
        elif what in ODDMENTS:
            unknown.append(f"{path}: tells nothing of what happened on the track")
        else:
            found[what].append(path)
    return [
        *nascar_files(found),
        *boards(found),
        *al_kamel(found),
        *rmonitors(found),
        *ergast(found, sample),
        *live_f1(found),
        *fetched(found),
        *decoders(found),
        *others(found),
    ], unknown


def unread(path: Path) -> str:
    """Why nothing can be made of a file."""
    try:
        if text(path).lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
            document(path)
    except TrackerError as error:
        return str(error).removeprefix(f"{path}: ")
    return "of no kind that we know"


def main() -> int:
    """Print what is made of each capture; returns 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", type=Path, nargs="+", help="files and folders")
    parser.add_argument("--all", action="store_true", help="every Formula 1 race, not a sample")
    arguments = parser.parse_args()
    began = time.perf_counter()
    found, unknown = captures(arguments.paths, 0 if arguments.all else SAMPLE)
    missed = done = 0
    try:
        for number, capture in enumerate(found, start=1):
            progress(f"{number} of {len(found)}: {capture.title}")
            missed += shown(capture.title, capture.figures())
            done += 1
    except KeyboardInterrupt:
        progress("interrupted")
    for path in unknown:
        print(f"not read: {path}")
    spent = time.perf_counter() - began
    print(f"\n{done} of {len(found)} captures, {missed or 'no'} bars missed, {spent:.0f} s")
    return 1 if missed or done < len(found) else 0


if __name__ == "__main__":
    sys.exit(main())
