"""NASCAR: the published order of every lap, laps not to be believed, cautions, stages, results."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.held_against.figures import Figure, progress, same
from tracker.bridges.files import document, whole
from tracker.bridges.nascar import convert
from tracker.errors import RecordingRefused
from tracker.feed.recording import numbered
from tracker.feed.timing import Crossing
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.report import order_by_lap
from tracker.racing.stages import stage_results
from tracker.racing.statistics import laps_led, lead_changes, leaders
from tracker.score import folded

RIGHT = 0.998
Document = dict[str, Any]


def read(path: Path) -> Any:
    """A document, whatever stands before or after it."""
    return document(path)


def cars_of(told: Document) -> dict[str, dict[int, int | None]]:
    """The published place of each car on each lap of a lap-times document."""
    found: dict[str, dict[int, int | None]] = {}
    for car in told["laps"]:
        entry = str(car.get("Number") or "").strip() if isinstance(car, dict) else ""
        if entry and isinstance(car.get("Laps"), list):
            laps = [(whole(row.get("Lap")), row) for row in car["Laps"] if isinstance(row, dict)]
            found.setdefault(
                entry, {lap: whole(row.get("RunningPos")) or None for lap, row in laps if lap}
            )
    return found


def laps_of(told: Document) -> dict[str, int]:
    """Laps of each car in a lap-times document."""
    return {car: max(laps, default=0) for car, laps in cars_of(told).items()}


def listed(told: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The rows of a list in a document; none where there is no such list."""
    found = told.get(key)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def belongs(rows: Sequence[Mapping[str, Any]], number: str, laps: Mapping[str, int]) -> bool:
    """Whether a result is of the same race: most cars have as many laps in it."""
    counts = {
        str((row.get("car") or row).get(number, "")).strip(): row.get("laps_completed")
        for row in rows
    }
    agreed = [car for car, count in laps.items() if counts.get(car) == count]
    return len(agreed) * 10 > len(laps) * 8


def races(paths: Iterable[Path]) -> Iterator[tuple[Path, Document, Path | None, list[Path]]]:
    """Each lap-times document with what lies about and is of the same race."""
    weekends, summaries = [], []
    documents = []
    for path in sorted(paths):
        try:
            told = read(path)
        except RecordingRefused as refused:
            progress(f"not read: {refused}")
            continue
        if not isinstance(told, dict):
            continue
        if "laps" in told and isinstance(told["laps"], list):
            documents.append((path, told))
        elif listed(told, "weekend_race"):
            weekends.append((path, listed(listed(told, "weekend_race")[0], "results")))
        elif "results" in told and "flags" in told:
            summaries.append((path, told["results"]))
    for path, told in documents:
        laps = laps_of(told)
        feed = [other for other, rows in weekends if belongs(rows, "car_number", laps)]
        more = [other for other, rows in summaries if belongs(rows, "number", laps)]
        yield path, told, feed[0] if feed else None, more[:1]


def places(race: Race, told: Document, without: set[str]) -> tuple[list[tuple[int, str]], int]:
    """Laps of cars that are not in their published place, among these cars; and how many are."""
    orders = order_by_lap(race)
    published: dict[int, list[tuple[int, str]]] = {}
    for car, laps in cars_of(told).items():
        for lap, position in laps.items():
            if car not in without and position is not None:
                published.setdefault(lap, []).append((position, car))
    wrong = []
    for lap, cars in published.items():
        found = [car for car in orders.get(str(lap), ()) if car not in without]
        wanted = [car for _, car in sorted(cars)]
        if not without:  # the place itself, not only the order
            at = {car: number for number, car in enumerate(found, start=1)}
            wrong += [(lap, car) for place, car in cars if at.get(car) != place]
        else:
            pairs = zip(wanted, found, strict=False)
            wrong += [(lap, car) for car, other in pairs if car != other]
    return wrong, sum(len(cars) for cars in published.values())


def shared_laps(told: Document) -> list[int]:
    """Laps on which two cars have one place."""
    counts = Counter(
        place for laps in cars_of(told).values() for place in laps.items() if place[1] is not None
    )
    return sorted({lap for (lap, _), count in counts.items() if count > 1})


def measure(data: Path) -> Iterator[Figure]:
    """Every lap-times document under the folder."""
    for path, told, feed, more in races(data.rglob("*.json")):
        progress(f"NASCAR: {path.name}")
        yield from held(path, told, feed, more)


def held(path: Path, told: Document, feed: Path | None, more: list[Path]) -> Iterator[Figure]:
    """One lap-times document, with the weekend feed or summary of the same race."""
    converted = convert(path, feed, more)
    race = folded(numbered(converted.reports, "race"))
    offsets = not all(r.data.estimated for r in converted.reports if isinstance(r.data, Crossing))
    doubts = [one for one in converted.odd if "not believed" in one]
    yield Figure(
        f"{path.stem}: cars, laps",
        f"{len(told['laps'])}, {sum(laps_of(told).values()):,}",
        notes=tuple(
            [f"with {other.name}" for other in [feed, *more] if other is not None]
            + converted.left_out[:5]
        ),
    )
    shared = shared_laps(told)
    named = [lap for lap in shared if any(f"lap {lap}: place" in one for one in converted.odd)]
    wrong, of = places(race, told, set())
    if offsets:
        yield from from_sums(race, told, converted.reports, doubts, wrong, of)
    else:
        elsewhere = [f"lap {lap}: car {car}" for lap, car in wrong if lap not in shared]
        yield Figure(
            "  places as published, from the published order",
            f"{of - len(wrong):,} of {of:,}",
            "all but where two cars share one",
            not elsewhere,
            tuple(elsewhere[:5]),
        )
    yield same(
        f"  laps where two cars share a place, named {named}",
        (f"lap {lap}" for lap in shared if lap not in named),
        len(shared),
    )
    yield from final(race, told, feed, more)
    if feed is not None:
        yield from weekend(race, read(feed)["weekend_race"][0])
    else:
        flags = {whole(row.get("LapsCompleted")): row for row in listed(told, "flags")}
        length = max(laps_of(told).values(), default=0)
        yellow = sum(row.get("FlagState") == 2 for lap, row in flags.items() if lap)
        yield Figure(
            "  cautions, laps under them",
            f"{len(race.cautions)}, "
            f"{sum((c.last_lap or length) - c.first_lap + 1 for c in race.cautions)}",
            f"{yellow} laps in the file",
            sum((c.last_lap or length) - c.first_lap + 1 for c in race.cautions) == yellow,
        )
        yield Figure(
            "  lead changes, leaders, most laps led",
            f"{lead_changes(race)}, {leaders(race)}, {max(laps_led(race).values(), default=0)}",
        )


def from_sums(
    race: Race,
    told: Document,
    reports: Sequence[Any],
    doubts: Sequence[str],
    wrong: Sequence[tuple[int, str]],
    of: int,
) -> Iterator[Figure]:
    """A file that tells each car's start: crossings are sums, and the places check them."""
    estimated = {
        report.data.entry
        for report in reports
        if isinstance(report.data, Crossing) and report.data.estimated
    }
    yield Figure("  laps not believed", str(len(doubts)), notes=tuple(doubts))
    yield Figure("  places as published, every car", share(len(wrong), of))
    others, of_others = places(race, told, estimated)
    yield Figure(
        "  order as published, cars without an estimated lap",
        share(len(others), of_others),
        f"{RIGHT:.1%}",
        len(others) <= of_others * (1 - RIGHT),
    )


def share(wrong: int, of: int) -> str:
    """How many are right, and in per cent."""
    return f"{of - wrong:,} of {of:,}: {(of - wrong) / of:.2%}"


def final(race: Race, told: Document, feed: Path | None, more: list[Path]) -> Iterator[Figure]:
    """The order at the end against the result, else against the file's own final places."""
    decided = [f"car {p.entry}: {p.kind} {p.amount or ''}" for p in race.penalties.values()]
    if feed is not None:
        rows = listed(read(feed)["weekend_race"][0], "results")
        wanted = {str(row.get("car_number")).strip(): row.get("finishing_position") for row in rows}
    elif more:
        rows = listed(read(more[0]), "results")
        wanted = {
            str((row.get("car") or {}).get("number")).strip(): row.get("position") for row in rows
        }
    else:
        wanted = {str(car.get("Number")).strip(): car.get("RunningPos")
                  for car in listed(told, "laps")}  # fmt: skip
    lines = classification(race)
    wrong = [
        f"car {line.car.entry} is {place}, wanted {wanted.get(line.car.entry)}"
        for place, line in enumerate(lines, start=1)
        if wanted.get(line.car.entry) != place
    ]
    yield same("  order at the end, decisions included", wrong, len(lines))
    yield Figure("  decisions told as corrections", str(len(decided)), notes=tuple(decided))
    if feed is None and more:
        own = sorted(listed(told, "laps"), key=lambda car: whole(car.get("RunningPos")) or 0)
        last = own[-1]["Number"]
        out = [str(p.entry) for p in race.penalties.values() if p.kind == "dsq"]
        if out and last not in out:
            yield Figure(
                "  note",
                f"the lap file puts car {last} last ({len(own[-1]['Laps']) - 1} laps); "
                f"the summary disqualifies car {', '.join(out)}",
            )


def why(race: Race, lap: int, official: str) -> str:
    """What is known of a lap that the officials say another car led."""
    said = []
    if any(one.first_lap <= lap <= (one.last_lap or lap) for one in race.cautions):
        said.append("under caution")
    for car in (official, str(race.leaders[lap])):
        stops = race.cars[car].pit_stops if car in race.cars else ()  # type: ignore[index]
        if any(stop.lap in (lap, lap + 1) for stop in stops):
            said.append(f"car {car} came to pit road on it, or on the next")
    return f" ({'; '.join(said)})" if said else ""


def weekend(race: Race, feed: Mapping[str, Any]) -> Iterator[Figure]:
    """What the weekend feed publishes of the race beside its result."""
    segments = [one for one in listed(feed, "caution_segments") if one.get("flag_state") != 3]
    wanted = [(c.get("start_lap"), c.get("end_lap")) for c in segments]
    found = [(c.first_lap, c.last_lap) for c in race.cautions]
    yield same(
        "  cautions, first and last lap", (str(c) for c in wanted if c not in found), len(wanted)
    )
    free = [str(c.get("beneficiary_car_number") or "").strip() for c in segments]
    given = [str(c.beneficiary or "") for c in race.cautions]
    yield same("  free passes", (car for car, was in zip(free, given, strict=False) if car != was),
               len(free))  # fmt: skip
    for stage, result in zip(listed(feed, "stage_results"), stage_results(race), strict=False):
        rows = sorted(
            listed(stage, "results"), key=lambda row: whole(row.get("finishing_position")) or 0
        )
        order = [str(row.get("car_number")).strip() for row in rows]
        yield same(
            f"  stage {stage.get('stage_number')}, scoring places",
            (
                f"place {n}: {car}, found {was}"
                for n, (car, was) in enumerate(zip(order, result.order, strict=False), 1)
                if car != was
            ),
            len(order),
        )
    led = {
        lap: str(row.get("car_number")).strip()
        for row in listed(feed, "race_leaders")
        if (first := whole(row.get("start_lap"))) is not None
        and (last := whole(row.get("end_lap"))) is not None
        for lap in range(first, last + 1)
    }
    other = [
        f"lap {lap}: official {car}, lap file {race.leaders[lap]}{why(race, lap, car)}"
        for lap, car in led.items()
        if 0 < lap < len(race.leaders) and race.leaders[lap] != car
    ]
    yield Figure(
        "  leader of each lap, lap file against official leaders",
        f"{len(led) - len(other)} of {len(led)}",
        notes=tuple(other[:12]),
    )
