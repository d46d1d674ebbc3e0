"""The verdicts on hundreds of past races, results alone: `python -m benchmarks.backtest DATA`.

Each race is judged with what was known on its morning and nothing later. One table, a row a
race. It fails on a crash, an empty side, or a number that its evidence does not hold. With
`--shake` it asks how much the names depend on the weights.
"""

import argparse
import csv
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tracker.history import read_history
from tracker.racing.rulebook import rulebook
from tracker.score import folded, scripted
from tracker.verdicts.day import day_of, day_of_past
from tracker.verdicts.history import History, PastRace, Start
from tracker.verdicts.judge import FINAL, Verdicts, verdicts_on
from tracker.verdicts.past import Past, past_of
from tracker.verdicts.proof import unproven
from tracker.verdicts.rules import RULES

SHAKES = 20
SPREAD = 0.3
"""Weights are shaken by a factor e^N(0, this)."""


def formula_one(path: Path) -> History:
    """The races of a results table in Ergast's columns; who was withdrawn did not start."""
    races: dict[tuple[int, int], list[dict[str, str]]] = {}
    with path.open() as text:
        for row in csv.DictReader(text):
            races.setdefault((int(row["season"]), int(row["round"])), []).append(row)
    found = []
    for (season, number), rows in sorted(races.items()):
        starts = [
            Start(
                entry=row["number"],
                driver=row["driverId"].replace("_", " ").title(),
                finish=int(row["position"]),
                start=int(row["grid"]) or None,
                team=row["constructorId"].replace("_", " ").title(),
                status=row["status"],
                laps=int(row["laps"]),
                behind_ms=None,
            )
            for row in rows
            if row["positionText"] != "W"
        ]
        starts.sort(key=lambda start: start.finish)
        gp = rows[0]["gp"].replace("-", " ").title()
        found.append(
            PastRace(rows[0]["date"], gp, gp, season, tuple(starts), starts[0].laps, number)
        )
    return History(tuple(found))


def judged(
    history: History, series: str, title: str, shakes: random.Random | None
) -> Iterator[tuple[PastRace, Verdicts, list[Verdicts]]]:
    """Every race of a history, judged on its morning."""
    past = Past(history)
    for number, race in enumerate(history.races):
        day = day_of_past(race, rulebook(f"{series}/{race.season}"), title)
        shaken = []
        if shakes is not None and number % 20 == 19:
            for _ in range(SHAKES):
                weights = {r.id: r.weight * shakes.lognormvariate(0, SPREAD) for r in RULES}
                shaken.append(verdicts_on(day, past, 3, status=FINAL, weights=weights))
        yield race, verdicts_on(day, past, 3, status=FINAL), shaken
        past.add(race)


def named(verdicts: Verdicts, side: str) -> list[str]:
    """The drivers of a side, each with what led to it."""
    return [f"{v.driver} ({v.reasons[0].rule})" for v in verdicts.verdicts if v.side == side]


def problems(race: PastRace, verdicts: Verdicts) -> list[str]:
    """What must not happen to any race."""
    found = [f"{race.ref}: no {side}" for side in ("winner", "loser") if not named(verdicts, side)]
    for verdict in (*verdicts.verdicts, *verdicts.also_considered):
        found += [f"{race.ref}: {claim}" for claim in unproven(verdict)]
    return found


def kept(base: Verdicts, shaken: Iterable[Verdicts]) -> list[float]:
    """The share of names that stay on their side when the weights are shaken."""
    names = {(v.side, v.entry) for v in base.verdicts}
    return [len(names & {(v.side, v.entry) for v in other.verdicts}) / len(names)
            for other in shaken]  # fmt: skip


def shaken_kansas(history: History, tries: int = 300) -> None:
    """How many of the six named at Kansas 2024, laps and all, stay when weights are shaken."""
    day = day_of(folded(scripted("kansas-2024")))
    past = past_of(history, day.date)
    base = verdicts_on(day, past, 3, status=FINAL)
    flat = verdicts_on(day, past, 3, status=FINAL, weights={rule.id: 3.0 for rule in RULES})
    print(f"Kansas 2024: {kept(base, [flat])[0]:.0%} of the names stay with all weights equal")
    for spread in (0.15, 0.3):
        chance = random.Random(7)
        tried = [
            verdicts_on(
                day, past, 3, status=FINAL,
                weights={r.id: r.weight * chance.lognormvariate(0, spread) for r in RULES},
            )
            for _ in range(tries)
        ]  # fmt: skip
        print(f"… {sum(kept(base, tried)) / tries:.0%} with weights shaken by e^N(0, {spread})")


def main() -> int:
    """Judge them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--shake", action="store_true")
    parser.add_argument("--text", action="store_true", help="the sentences too")
    asked = parser.parse_args()
    began = time.perf_counter()
    shakes = random.Random(1) if asked.shake else None
    sets = (
        (read_history(asked.data / "history"), "nascar-cup", "NASCAR Cup Series"),
        (formula_one(asked.data / "f1" / "results.csv"), "f1", "Formula 1"),
    )
    wrong: list[str] = []
    leading: Counter[tuple[str, str]] = Counter()
    stable: list[float] = []
    count = 0
    for history, series, title in sets:
        for race, verdicts, shaken in judged(history, series, title, shakes):
            count += 1
            winners, losers = (", ".join(named(verdicts, side)) for side in ("winner", "loser"))
            print(f"{race.ref:34} | {winners} | {losers}")
            if asked.text:
                for verdict in verdicts.verdicts:
                    print(f"    {verdict.side:6} {verdict.text}")
            leading.update((v.side, v.reasons[0].rule) for v in verdicts.verdicts)
            wrong += problems(race, verdicts)
            stable += kept(verdicts, shaken)
    for (side, rule), times in leading.most_common():
        print(f"led by {rule:20} {side:6} {times:5}")
    if stable:
        shaken_kansas(sets[0][0])
        print(f"names that stay when weights are shaken: {sum(stable) / len(stable):.0%}")
    seconds = time.perf_counter() - began
    print(f"{count} races in {seconds:.1f} s, {len(wrong)} things wrong")
    for each in wrong[:40]:
        print(each)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
