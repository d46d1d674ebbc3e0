"""What kind of capture a file is, by what is in it; its name says nothing."""

import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tracker.bridges.files import BEFORE, PADDING, SEPARATORS, cells, decoded, document
from tracker.bridges.live.nascar_documents import kind_of
from tracker.bridges.openf1_files import collection_of
from tracker.bridges.spreadsheet import fits as spreadsheet_fits
from tracker.errors import RecordingRefused

STREAM = ".jsonStream"
"""What a topic's file of Formula 1's archive is called; by itself it says too little."""
F1_LINE = re.compile(
    r"""(?:\#[^\n]*\n)*\s*\[\s*['"](?:[A-Z][A-Za-z]+(?:\.z)?)['"]\s*,
    |\#capture\ f1\ |\{"type":1,"target":"feed\"""",
    re.VERBOSE,
)
"""How one file with every topic begins."""
RMONITOR = re.compile(r"[^$]{0,200}\$(?:[ABCEFGHIJLT]|COMP|COR|RM[A-Z]+) *[,;]", re.IGNORECASE)
"""A record of RMonitor, and before it what a program wrote that kept it."""
P3 = re.compile(r"\x8e\x02|Ž\x02|8e[ ,:]*(?:0x)?02(?:[ ,:]*(?:0x)?[0-9a-f]{2}){8}", re.IGNORECASE)
"""How a frame of a decoder begins, as bytes or in digits."""
HEAD = 64 * 1024
"""Bytes of a file that say what it is."""
MOST_FILES = 10_000

TABLES: tuple[tuple[str, frozenset[str]], ...] = (
    ("f1-laps", frozenset({"season", "round", "driverid", "lap", "position", "ms"})),
    ("f1-results", frozenset({"season", "round", "driverid", "positiontext", "laps"})),
    ("f1-stops", frozenset({"season", "round", "driverid", "stop"})),
    ("f1-safety-cars", frozenset({"race", "deployed", "retreated"})),
    ("f1-red-flags", frozenset({"race", "lap", "resumed"})),
    ("alkamel-laps", frozenset({"number", "lap_number", "lap_time"})),
    ("alkamel-results", frozenset({"position", "number", "laps", "total_time"})),
)
"""Tables by columns that no other has all of; the first that fits."""

ODDMENTS = {"nascar-points", "nascar-notes"}
"""Kinds that are known and tell nothing of what happened on the track."""


WHAT: Mapping[str, tuple[str, str]] = {
    "rmonitor": ("lines of RMonitor", "tracker convert rmonitor"),
    "p3": ("frames of a decoder", "tracker convert p3"),
    "openf1": ("rows of OpenF1", "tracker convert openf1"),
    "f1-live": ("Formula 1 live timing", "tracker convert f1-live"),
    "f1-laps": ("lap times of Ergast", "tracker convert ergast"),
    "f1-answers": ("an answer of Ergast's service", "tracker convert ergast"),
    "f1-results": ("results of Ergast", "tracker convert ergast LAPS --results"),
    "alkamel-laps": ("Al Kamel's table of laps", "tracker convert alkamel"),
    "alkamel-results": ("Al Kamel's results", "tracker convert alkamel LAPS --results"),
    "lap-times": ("NASCAR's lap times", "tracker convert nascar"),
    "live-feed": ("a look at NASCAR's live feed", "tracker convert nascar"),
    "weekend-feed": ("NASCAR's weekend feed", "tracker convert nascar LAPS --weekend"),
    "table": ("a table of laps", "tracker convert csv"),
    "recording": ("a recording already", "tracker replay"),
}
"""What a kind is called, and the command that takes it."""


def hint(path: Path, command: str) -> str:
    """Which command would take a file that another was given; empty where none is known."""
    told = path.is_file() and WHAT.get(kind(path) or "")
    if not told or told[1] == f"tracker convert {command}":
        return ""
    return f"; it looks like {told[0]}: {told[1]} FILE"


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files there are, folders opened up."""
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in found[:MOST_FILES] if one.is_file())


def kind(path: Path) -> str | None:
    """What kind of capture a file is; None for what we know nothing of."""
    head = beginning(path)
    if STREAM in path.name or F1_LINE.match(head.lstrip("\ufeff")) or '"SignalR' in head[:400]:
        return "f1-live"
    first = next((line for line in head.splitlines() if line.strip()), "").strip()
    if RMONITOR.match(first):
        return "rmonitor"
    if '"specversion"' in first and '"race"' in first:
        return "recording"
    if P3.search(head):
        return "p3"
    if openf1(head):
        return "openf1"
    if '"MRData"' in head:
        return "f1-answers"
    if told := table(head):
        return told
    if "{" not in head and "[" not in head:
        return None
    return nascar(path)


def openf1(head: str) -> bool:
    """Whether a document or a table is of a collection of OpenF1's, by its first row."""
    if head.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        columns = {one.strip(PADDING).casefold() for one in head.partition("\n")[0].split(",")}
        return collection_of(dict.fromkeys(columns)) is not None
    start = head.find("{")
    try:
        row = json.JSONDecoder().raw_decode(head, start)[0] if start >= 0 else None
    except ValueError:
        row = None
    return isinstance(row, dict) and collection_of(row) is not None


def nascar(path: Path) -> str | None:
    """A document of NASCAR's, or one that is none."""
    try:
        if (found := kind_of(path)) is not None:
            return "nascar-summary" if found == "summary" else found
        told = document(path)
    except RecordingRefused:
        return None
    first = told[0] if isinstance(told, list) and told and isinstance(told[0], dict) else {}
    if "points_position" in first or "stage_number" in first:
        return "nascar-points"
    laps = told.get("laps") if isinstance(told, dict) else None
    return "nascar-notes" if isinstance(laps, dict) and "Note" in json.dumps(laps)[:400] else None


def table(head: str) -> str | None:
    """What kind of table a file is, by its heading; lines before that are passed over."""
    for line in head.splitlines()[:BEFORE]:
        separator = max(SEPARATORS, key=line.count)
        columns = {one.strip(PADDING).casefold() for one in cells(line, separator)}
        for name, wanted in TABLES:
            if wanted <= columns:
                return name
        if spreadsheet_fits(sorted(columns)) is None:
            return "table"
    return None


def beginning(path: Path) -> str:
    """The first of a file, unpacked."""
    try:
        with path.open("rb") as raw:
            head = raw.read(HEAD)
            if head[:2] == b"\x1f\x8b":
                raw.seek(0)
                with gzip.GzipFile(fileobj=io.BufferedReader(raw)) as packed:
                    head = packed.read(HEAD)
    except (OSError, EOFError):
        return ""
    return decoded(head)
