"""Kansas 2024: the scripted race against the published facts, before and after the photo."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.held_against.figures import Figure, exact, progress, same
from tracker.racing.classification import classification
from tracker.racing.points import points_of
from tracker.racing.race import Publication, Race
from tracker.racing.stages import stage_results
from tracker.racing.standings import Season, after, standings
from tracker.racing.statistics import caution_laps, laps_led, lead_changes, leaders
from tracker.racing.vocabulary import EntryId
from tracker.score import folded, scripted

Facts = Mapping[str, Any]
MILLISECOND = 1_000


def clock(microseconds: int) -> str:
    """A time of race as officials print it, cut to the second."""
    seconds = microseconds // 1_000_000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def measure(data: Path) -> Iterator[Figure]:
    """The one race of the folder."""
    progress("Kansas 2024")
    facts: Facts = json.loads((data / "kansas2024.json").read_text(encoding="utf-8"))
    race = folded(scripted("kansas-2024"))
    rows = facts["results"]["rows"]
    lines = classification(race)
    yield same(
        "classification",
        (
            f"{row['car']}, found {line.car.entry}"
            for row, line in zip(rows, lines, strict=True)
            if row["car"] != line.car.entry
        ),
        len(rows),
    )
    by_car = {str(line.car.entry): line for line in lines}
    yield same("laps", (r["car"] for r in rows if by_car[r["car"]].laps != r["laps"]), len(rows))
    yield same(
        "status",
        (
            f"{r['car']}: {r['status']}, found {by_car[r['car']].outcome.value}"
            for r in rows
            if (r["status"] == "Running") != (by_car[r["car"]].outcome.value == "running")
        ),
        len(rows),
    )
    yield same(
        "race time of each car, to the millisecond",
        (
            f"{r['car']}: {r['elapsed_s']}, found {(by_car[r['car']].time or 0) / 1e6}"
            for r in rows
            if round((by_car[r["car"]].time or 0) / MILLISECOND) != round(r["elapsed_s"] * 1000)
        ),
        len(rows),
    )
    yield from led(race, facts, rows)
    yield from cautions(race, facts["cautions"]["rows"])
    yield from stages(race, rows)
    announced = facts["race"]
    yield exact("time of race", clock(lines[0].time or 0), announced["time_of_race"])
    yield exact(
        "cars on the lead lap",
        sum(line.laps == lines[0].laps for line in lines),
        announced["lead_lap_finishers"],
    )
    yield from review(race, facts)
    yield from points(race, facts, rows)


def runs(leading: Sequence[str]) -> list[tuple[int, int, str]]:
    """Who led from which lap to which."""
    found: list[tuple[int, int, str]] = []
    for lap, car in enumerate(leading, start=1):
        if found and found[-1][2] == car:
            found[-1] = (found[-1][0], lap, car)
        else:
            found.append((lap, lap, car))
    return found


def led(race: Race, facts: Facts, rows: Sequence[Facts]) -> Iterator[Figure]:
    """Laps led, leaders and lead changes, as corrected."""
    told = facts["leaders"]
    found = {str(car): laps for car, laps in laps_led(race).items()}
    yield same(
        "laps led", (r["car"] for r in rows if found.get(r["car"], 0) != r["laps_led"]), len(rows)
    )
    wanted = [(run["start"], run["end"], run["car"]) for run in told["as_corrected"]]
    mine = runs([str(car) for car in race.leaders[1:]])
    yield same("runs in the lead, after the review", (str(r) for r in wanted if r not in mine),
               len(wanted))  # fmt: skip
    yield exact("leaders", leaders(race), told["leaders"])
    yield exact("lead changes, after the review", lead_changes(race),
                told["lead_changes_corrected"])  # fmt: skip


def cautions(race: Race, rows: Sequence[Facts]) -> Iterator[Figure]:
    """Cautions with their laps and free passes."""
    wanted = [(r["first_yellow_lap"], r["last_yellow_lap"]) for r in rows]
    found = [(c.first_lap, c.last_lap) for c in race.cautions]
    yield same("cautions, first and last lap", (str(c) for c in wanted if c not in found),
               len(wanted))  # fmt: skip
    laps = sum(caution_laps(caution, race.laps_completed) for caution in race.cautions)
    yield exact("caution laps", laps, sum(r["laps"] for r in rows))
    passes = [r["free_pass_car"] for r in rows]
    given = [c.beneficiary and str(c.beneficiary) for c in race.cautions]
    differing = (f"{a}, found {b}" for a, b in zip(passes, given, strict=False) if a != b)
    yield same("free passes", differing, len(passes))


def stages(race: Race, rows: Sequence[Facts]) -> Iterator[Figure]:
    """The order at the end of each stage."""
    for result in stage_results(race):
        key = f"stage{result.number}_finish"
        wanted = {r["car"]: r[key] for r in rows if r.get(key)}
        place = {str(car): n for n, car in enumerate(result.order, start=1)}
        yield same(
            f"order at the end of stage {result.number}",
            (f"{car}: {n}, found {place[car]}" for car, n in wanted.items() if place[car] != n),
            len(wanted),
        )


def review(race: Race, facts: Facts) -> Iterator[Figure]:
    """The result as it was first shown, and as the photo corrected it."""
    photo, told = facts["photo_finish"], facts["leaders"]
    before, now = race.publications[0], race.publications[-1]
    for name, published, wanted in (
        ("before", before, photo["first_shown"]),
        ("after", now, photo["corrected"]),
    ):
        yield exact(f"winner, {name} the review", str(published.winner), wanted["winner_car"])
        yield exact(f"margin, {name} the review", margin(published), wanted["margin_s"])
    yield exact("under review at first", set(before.review) >= {now.winner, before.winner}, True)
    yield exact(
        "lead changes, before the review", before.lead_changes, told["lead_changes_first_scored"]
    )
    first = {str(car): laps for car, laps in before.laps_led}
    wanted_first: Mapping[str, int] = told["laps_led_first_scored"]
    yield same(
        "laps led, before the review",
        (car for car in {*first, *wanted_first} if first.get(car) != wanted_first.get(car)),
        len(wanted_first),
    )
    yield exact("result in the end", now.status.value, "official")


def margin(published: Publication) -> float | None:
    """The margin as it is published, in seconds to the thousandth."""
    return None if published.margin is None else round(published.margin / 1e6, 3)


def points(race: Race, facts: Facts, rows: Sequence[Facts]) -> Iterator[Figure]:
    """Points of the race, and the standings they make of those before it."""
    scored = points_of(race)
    by_entry = scored.by_entry
    wrong = [
        f"{r['car']}: {r['points']} and {r['playoff_points']}, found {own.total} and {own.playoff}"
        for r in rows
        if ((own := by_entry[EntryId(r["car"])]).total, own.playoff)
        != (r["points"], r["playoff_points"])
    ]
    yield same("points and playoff points", wrong, len(rows))
    table = facts["standings"]["rows"]
    names = spelled([str(s.driver) for s in scored.scores if s.driver], table)
    before = [Season(names[r["driver"]], r["after_race_11_dover"]) for r in table]
    found = {
        row.driver: row.points for row in standings(race.rulebook.season, after(before, scored))
    }
    yield same(
        "points in the standings after the race",
        (
            f"{r['driver']}: {r['after_race_12_kansas']}, found {found.get(names[r['driver']])}"
            for r in table
            if found.get(names[r["driver"]]) != r["after_race_12_kansas"]
        ),
        len(table),
    )


def spelled(drivers: Sequence[str], table: Sequence[Facts]) -> dict[str, str]:
    """Names of the standings as the entry list has them; by surname where no name fits."""
    exactly = {plain(driver): driver for driver in drivers}
    by_surname: dict[str, list[str]] = {}
    for driver in drivers:
        by_surname.setdefault(plain(driver).split()[-1], []).append(driver)
    return {
        row["driver"]: exactly.get(row["driver"])
        or next(iter(by_surname.get(row["driver"].split()[-1], ())), row["driver"])
        for row in table
    }


def plain(driver: str) -> str:
    """A name as the standings spell it: lower case, no points or accents."""
    letters = driver.casefold().replace("á", "a").replace(".", "")
    return " ".join(letters.split())
