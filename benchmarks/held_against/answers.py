"""What services answered and decoders said: Ergast, OpenF1, P3, each against its own truth."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.held_against import formula_one
from benchmarks.held_against.capture import Capture, converted, differing, made
from benchmarks.held_against.figures import Figure, exact
from tracker.bridges.ergast_rows import (
    LAPS,
    RESULTS,
    answered,
    by_what_they_say,
    documents,
    found_races,
)
from tracker.bridges.files import whole
from tracker.bridges.openf1_files import collection_of
from tracker.bridges.openf1_files import convert as openf1
from tracker.bridges.openf1_files import rows_of as openf1_rows
from tracker.bridges.p3 import Plan
from tracker.bridges.p3_file import convert as p3
from tracker.feed.recording import numbered
from tracker.feed.timing import Crossing
from tracker.racing.classification import classification
from tracker.score import folded


def answers(folder: Path, paths: Sequence[Path]) -> Iterator[Capture]:
    """Races in what Ergast's service answered: those of which both laps and a result are there."""
    races = {
        (season, round_)
        for path in paths for told in documents(path) for one in found_races(told)
        if (season := whole(one.get("season"))) and (round_ := whole(one.get("round")))
    }  # fmt: skip
    for race in sorted(races):

        def figures(race: tuple[int, int] = race) -> Iterator[Figure]:
            laps, results = (
                list(by_what_they_say(row for path in paths for row in answered(path, what, race)))
                for what in (LAPS, RESULTS)
            )
            if not laps or not results:
                there = f"{len(laps)} laps, {len(results)} lines of a result"
                yield Figure("  not held against anything", there)
                return
            key = str(race[0]), str(race[1])
            yield from formula_one.held({key: laps}, {key: results}, {}, (), ())

        yield Capture(f"Formula 1, answers in {folder.name}: {race[0]}/{race[1]}", figures)


def fetched(found: Mapping[str, list[Path]]) -> Iterator[Capture]:
    """Collections of OpenF1, those of a folder together, held against their own result."""
    for folder in sorted({path.parent for path in found["openf1"]}):
        paths = [path for path in found["openf1"] if path.parent == folder]

        def figures(paths: list[Path] = paths) -> Iterator[Figure]:
            told = openf1(paths)
            yield from made(f"{len(paths)} files", lambda: converted(told))
            race = folded(numbered(told.reports, "race"))
            rows = [row for path in paths for row in openf1_rows(path)]
            official = sorted(
                (row for row in rows if collection_of(row) == "session_result"
                 and isinstance(row.get("position"), int)),
                key=lambda row: row["position"],
            )  # fmt: skip
            wanted = [str(row["driver_number"]) for row in official]
            order = [str(line.car.entry) for line in classification(race)][: len(wanted)]
            if wanted:
                yield differing("  order as in the result", wanted, order)
            else:
                yield Figure("  result", "none is here: nothing to hold it against")

        yield Capture(f"OpenF1: {folder.name}", figures)


def decoders(found: Mapping[str, list[Path]]) -> Iterator[Capture]:
    """What MYLAPS decoders said; its own truth is the numbering of the passings."""
    for path in found["p3"]:

        def figures(path: Path = path) -> Iterator[Figure]:
            told = p3(path, Plan(path.name))
            yield from made(path.name, lambda: converted(told))
            passings = [r.data for r in told.reports if isinstance(r.data, Crossing)]
            numbers = Counter((one.decoder, one.passing_number) for one in passings)
            yield exact("  each passing once", len(numbers), len(passings))
            holes = 0
            for decoder in {decoder for decoder, _ in numbers}:
                own = [n for d, n in numbers if d == decoder and n is not None]
                holes += max(own, default=0) - min(own, default=1) + 1 - len(own)
            yield Figure("  decoders, numbers that never came",
                         f"{len({d for d, _ in numbers})}, {holes}")  # fmt: skip

        yield Capture(f"P3: {path.name}", figures)
