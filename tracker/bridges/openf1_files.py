"""What somebody fetched from OpenF1, as a recording: its collections as JSON or CSV, in a folder.

A file is known by the columns of its rows, whatever its name: an answer of the service as it is,
several under their names in one object, or a row to a line. The rows are told in
the order of time, as the feed would have. Of several sessions in the files one is taken.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tracker.bridges.converted import RACE_CONTROL, Converted, in_order
from tracker.bridges.f1_files import settled
from tracker.bridges.f1_setting import utc_us
from tracker.bridges.f1_state import text
from tracker.bridges.files import content, decoded, table_where
from tracker.bridges.openf1 import READ, OpenF1, Row, duration
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import Checkered, FlagChanged
from tracker.feed.timing import Crossing

COLUMNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("laps", frozenset({"driver_number", "lap_number", "lap_duration"})),
    ("session_result", frozenset({"driver_number", "position", "dnf"})),
    ("intervals", frozenset({"driver_number", "date", "gap_to_leader"})),
    ("race_control", frozenset({"date", "category", "message"})),
    ("pit", frozenset({"driver_number", "lap_number", "pit_duration"})),
    ("pit", frozenset({"driver_number", "lap_number", "lane_duration"})),
    ("drivers", frozenset({"driver_number", "name_acronym"})),
    ("drivers", frozenset({"driver_number", "full_name"})),
    ("sessions", frozenset({"session_key", "session_name", "date_start"})),
    ("meetings", frozenset({"meeting_key", "meeting_name"})),
    ("starting_grid", frozenset({"driver_number", "position", "lap_duration"})),
)
"""Collections by columns that no other has all of; the first that fits."""
KINDS = re.compile(r"\.(json|jsonl|ndjson|csv|txt)(\.gz)?$", re.IGNORECASE)
FIRST = ("sessions", "meetings", "drivers", "starting_grid")
LARGEST = 200 * 1024 * 1024
"""Bytes of a file that are looked into; positions on the track and telemetry are larger."""
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE]-?\d+)?")

Found = dict[str, list[Row]]
"""Rows by collection."""


def convert(paths: Sequence[Path], session: str | None = None) -> Converted:
    """One session as reports in time order; raises `RecordingRefused` where none is there."""
    converted = Converted()
    found = collected(paths, converted)
    if not found["laps"]:
        what = ", ".join(name for name, rows in found.items() if rows) or "nothing of OpenF1"
        raise RecordingRefused(
            paths[0], None, f"holds no laps: want the collection `laps`, JSON or CSV; found {what}"
        )
    chosen = which(paths[0], found, session, converted)
    stream = OpenF1()
    reports = []
    for collection, row in in_time(of_session(found, chosen, converted)):
        reports += stream.heard(collection, row)
    last = max((at for at in map(when, found["laps"]) if at is not None), default=0)
    reports += stream.stream.end(last - (stream.stream.control.epoch or 0))
    if not any(isinstance(report.data, Crossing) for report in reports):
        raise RecordingRefused(
            paths[0], None, "holds no lap that can be dated: want `date_start` in `laps`"
        )
    shown = {r.data.flag for r in reports if isinstance(r.data, FlagChanged)}
    if "checkered" not in shown:
        converted.odd.append("no checkered flag in the files: the race ends with its last lap")
        leaders = stream.stream.line.leaders
        over = Checkered(t_us=leaders[-1].at + 1, lap=len(leaders))
        reports.append(Report(RACE_CONTROL, "checkered", over))
    converted.reports = in_order(settled(stream.stream, reports))
    for counted in (stream.refused, stream.stream.control.unread, stream.stream.line.unread):
        converted.left_out += [f"{count} × {what}" for what, count in sorted(counted.items())]
    converted.odd += stream.stream.line.odd
    return converted


def collected(paths: Iterable[Path], converted: Converted) -> Found:
    """Every row of the files that is of a collection we read."""
    found: Found = defaultdict(list)
    unknown: Counter[str] = Counter()
    for path in paths:
        if not path.is_dir():
            files = [path]
        else:
            files = sorted(one for one in path.iterdir() if KINDS.search(one.name))
        for file in files:
            if path.is_dir() and file.stat().st_size > LARGEST:
                converted.left_out.append(f"{file.name}: more than {LARGEST >> 20} MiB, not read")
                continue
            for row in rows_of(file):
                collection = collection_of(row)
                if collection is None:
                    unknown[file.name] += 1
                else:
                    found[collection].append(row)
    converted.left_out += [
        f"{name}: {count} rows of no collection that is read" for name, count in unknown.items()
    ]
    return found


def collection_of(row: Row) -> str | None:
    """Which collection a row is of, by its columns."""
    return next((name for name, wanted in COLUMNS if wanted <= row.keys()), None)


def rows_of(file: Path) -> Iterator[Row]:
    """The rows of a file, JSON or CSV; raises `RecordingRefused` for JSON that is broken."""
    told = decoded(content(file)).strip("\ufeff \t\r\n")
    if told[:1] not in ("{", "["):
        try:
            for _, cells in table_where(file, fits):
                yield {column: value_of(cell) for column, cell in cells.items()}
        except RecordingRefused:
            return  # another table, or a note somebody put there
        return
    decoder, at = json.JSONDecoder(), 0
    while at < len(told):
        try:
            document, at = decoder.raw_decode(told, at)
        except (ValueError, RecursionError) as error:
            raise RecordingRefused(file, None, f"is not JSON: {error}") from None
        yield from objects(document)
        while at < len(told) and told[at] in ", \t\r\n\ufeff":
            at += 1


def objects(document: Any) -> Iterator[Row]:
    """The rows in a document: a list of them, lists under their names, or one alone."""
    if isinstance(document, list):
        for one in document:
            yield from objects(one)
    elif isinstance(document, dict):
        nested = [value for value in document.values() if isinstance(value, dict | list)]
        if collection_of(document) is None and nested:
            for one in nested:
                yield from objects(one)
        else:
            yield document


def fits(heading: Sequence[str]) -> str | None:
    """Why a heading is of no collection; None where it is."""
    return None if collection_of(dict.fromkeys(heading)) else "no collection of OpenF1"


def value_of(cell: str) -> Any:
    """A cell as JSON would have it."""
    if cell.casefold() in ("", "none", "null", "nan"):
        return None
    if cell.casefold() in ("true", "false"):
        return cell.casefold() == "true"
    if not NUMBER.fullmatch(cell):
        return cell
    return float(cell) if not cell.lstrip("-").isdecimal() else int(cell)


def which(path: Path, found: Found, wanted: str | None, converted: Converted) -> str:
    """The session to take: that asked for, else the race, else the one with the most laps."""
    laps = Counter(str(row.get("session_key")) for row in found["laps"])
    names = {
        str(row.get("session_key")): text(row.get("session_name")) for row in found["sessions"]
    }
    if wanted is not None and wanted not in laps:
        there = ", ".join(f"{key} ({names.get(key, '?')}, {n} laps)" for key, n in laps.items())
        raise RecordingRefused(path, None, f"holds no laps of session {wanted}; there are: {there}")
    chosen = wanted or max(laps, key=lambda key: (names.get(key) == "Race", laps[key]))
    converted.left_out += [
        f"session {key} ({names.get(key) or 'without a name'}): {count} laps of another session"
        for key, count in laps.items()
        if key != chosen
    ]
    return chosen


def of_session(found: Found, session: str, converted: Converted) -> Found:
    """The rows of one session; those that name none belong to it, as does the weekend's grid.

    Where the session is not described, it is by what is known of it: its key and its first lap.
    """
    ours = {
        collection: [
            row for row in found[collection]
            if str(row.get("session_key", session)) == session or collection == "meetings"
        ]
        for collection in READ
    }  # fmt: skip
    weekend = next((row.get("meeting_key") for row in ours["laps"]), None)
    if not ours["starting_grid"]:  # it is told under the session that decided it
        rows = [r for r in found["starting_grid"] if r.get("meeting_key", weekend) == weekend]
        ours["starting_grid"] = rows
    ours["meetings"] = [r for r in ours["meetings"] if r.get("meeting_key") == weekend]
    if not ours["sessions"]:
        starts = [text(row.get("date_start")) for row in ours["laps"] if row.get("date_start")]
        named = "without a name" if session == "None" else f"session {session}"
        converted.odd.append(f"no `sessions` in the files: the race is {named}")
        ours["sessions"] = [{
            "session_key": session, "session_name": "Race", "session_type": "Race",
            "location": f"OpenF1 {session}", "date_start": min(starts, default=""),
        }]  # fmt: skip
    return ours


def in_time(ours: Found) -> Iterator[tuple[str, Row]]:
    """The scene first, then what happened in the order of time, the result at last."""
    for collection in FIRST:
        for row in ours[collection]:
            yield collection, row
    timed = [
        (when(row) or 0, place, collection, row)
        for place, collection in enumerate(("race_control", "intervals", "laps", "pit"))
        for row in ours[collection]
    ]
    for _, _, collection, row in sorted(timed, key=lambda one: one[:2]):
        yield collection, row
    for row in ours["session_result"]:
        yield "session_result", row


def when(row: Row) -> int | None:
    """When a row could be told: a lap when it ends."""
    began = utc_us(row.get("date_start") or row.get("date"))
    spent = duration(row)
    return began if began is None or spent is None else began + round(spent * 1_000_000)
