"""RMonitor: the order that the passings make, against the timekeepers' own."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.held_against.figures import Figure, progress, same
from tracker.bridges.converted import in_order
from tracker.bridges.files import lines_of
from tracker.bridges.rmonitor_file import plain, runs
from tracker.feed.recording import numbered
from tracker.racing.running_order import running_order
from tracker.score import folded


def plain_count(path: Path) -> tuple[int, int]:
    """Records of the order with laps, and those whose total is not the last passing's."""
    last: dict[str, str] = {}
    seen = other = 0
    for line in lines_of(path):
        row = next(csv.reader([plain(line).strip()]), [])
        if row[:1] == ["$I"]:
            last.clear()
        elif row[:1] == ["$J"]:
            last[row[1]] = row[3]
        elif row[:1] == ["$G"] and row[3] not in ("", "0"):
            seen += 1
            other += last.get(row[2]) != row[4]
    return seen, other


def last_orders(path: Path) -> list[list[tuple[str, int]]]:
    """The last complete order before each run ends: cars and laps, first to last."""
    found: list[list[tuple[str, int]]] = [[]]
    board: dict[str, tuple[int, int]] = {}
    run: list[str] | None = None
    for line in lines_of(path):
        row = next(csv.reader([plain(line).strip()]), [])
        if row[:1] in (["$B"], ["$I"]) and row != run:
            if run is not None or row[0] == "$I":
                board = {}
                found.append([])
            run = row if row[0] == "$B" else None
        elif row[:1] == ["$G"] and row[3]:
            board[row[2]] = (int(row[1]), int(row[3]))
            found[-1] = [(car, laps) for car, (_, laps) in sorted(board.items(), key=place)]
    return [order for order in found if order]


def place(item: tuple[str, tuple[int, int]]) -> int:
    """Where the car is in the timekeepers' order."""
    return item[1][0]


def measure(data: Path) -> Iterator[Figure]:
    """Every capture of the folder."""
    all_checked = all_other = 0
    for path in sorted(data.glob("*.txt")):
        progress(f"RMonitor: {path.name}")
        checked, other = plain_count(path)
        all_checked += checked
        all_other += other
        yield from held(path)
    yield Figure("all captures", f"all but {all_other} of {all_checked:,} records agree")


def held(path: Path) -> Iterator[Figure]:
    """One capture: its records of the order, and the order at the end of each of its runs."""
    stream, found = runs(path)
    checked, other = plain_count(path)
    why = Counter(f"car {one.entry}: {one.why}" for one in stream.differences)
    yield Figure(
        f"{path.name}: records of the order with laps",
        f"{stream.checked}, {len(stream.differences)} not what the passings say",
        f"{checked}, {other} by a plain count; each explained",
        (stream.checked, len(stream.differences)) == (checked, other),
        tuple(f"{count} × {text}" for text, count in why.items()),
    )
    orders = []
    for reports in found.values():
        race = folded(numbered(in_order(reports), "race"))
        orders.append(
            [
                (str(car.entry), car.laps_completed)
                for car in running_order(race)
                if car.laps_completed
            ]
        )
    wanted = last_orders(path)
    yield same(
        "  order and laps at the end of each run, as the timekeepers have them",
        (str(order) for order in wanted if order not in orders),
        len(wanted),
    )
    yield Figure(
        "  runs, records skipped",
        f"{len(found)}, {sum(stream.skipped.values())}",
        notes=tuple(f"{count} × {what}" for what, count in stream.skipped.items()),
    )
