"""Reading what other people wrote: byte order marks, padding, a stray line before or after."""

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tracker.errors import RecordingRefused

SECOND = 1_000_000
LARGEST = 256 * 1024 * 1024
"""Bytes of a file, unpacked, at most: ten times the largest season of laps seen."""
PADDING = " \ufeff\t\r\n\u00a0"
SEPARATORS = ",;\t|"
BEFORE = 20
"""Lines before a heading, at most: addresses, titles, an empty line."""
CELL_LINES = 8
"""Lines that one cell may have; a quotation mark that opens more was written by mistake."""
NOT_READ = (
    (b"pk\x03\x04", "a workbook or a zip archive: save the sheet as CSV, or unpack the file in it"),
    (b"\xd0\xcf\x11\xe0", "an old workbook of Excel: save the sheet as CSV"),
    (b"%pdf", "a PDF: the table behind it is wanted, as CSV"),
    (b"bzh", "packed with bzip2: unpack it, or pack it with gzip"),
    (b"\xfd7zxz", "packed with xz: unpack it, or pack it with gzip"),
    (b"(\xb5/\xfd", "packed with zstd: unpack it, or pack it with gzip"),
    (b"sqlite format 3", "a database of SQLite: the tables in it are wanted, as CSV"),
    (b"<!doctype html", "a web page: what its download gives is wanted"),
    (b"<html", "a web page: what its download gives is wanted"),
)
"""How files begin in which the race may be, and not as we can read it."""
FIRST_BRACKET = re.compile(r"^[\[{]", re.MULTILINE)
LINE_END = re.compile(r"\r\n|\n|\r")


def content(path: Path) -> bytes:
    """The bytes of a file, unpacked where they are packed, whatever its name."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if raw[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
                raw = packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise RecordingRefused(path, None, f"cannot be read: {str(why).lower()}") from None
    if len(raw) > LARGEST:
        raise RecordingRefused(path, None, f"more than {LARGEST >> 20} MiB")
    return readable(path, raw)


def readable(path: Path, raw: bytes) -> bytes:
    """The bytes, unless they are of something that somebody has to open first."""
    for begins, what in NOT_READ:
        if raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(begins):
            raise RecordingRefused(path, None, f"is {what}")
    return raw


def text(path: Path) -> str:
    """A file as text, in the encoding that its bytes show."""
    return decoded(content(path))


def lines_of(path: Path) -> list[str]:
    """A file line by line, ended as on any system, and not by Unicode's other ends."""
    return LINE_END.split(text(path))


def decoded(raw: bytes) -> str:
    """Bytes as text: UTF-16 as Windows saves it, else UTF-8 with or without its mark.

    A line that is not UTF-8 is taken for Windows' Western letters, and the others are not.
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    for encoding, zero in (("utf-16-le", 1), ("utf-16-be", 0)):  # without its mark
        if len(raw) > 8 and not any(raw[zero:64:2]) and all(raw[1 - zero : 64 : 2]):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        lines = raw.removeprefix(codecs.BOM_UTF8).split(b"\n")
        return "\n".join(map(line_decoded, lines))


def line_decoded(raw: bytes) -> str:
    """A line in whichever letters it is written."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def document(path: Path, odd: list[str] | None = None) -> Any:
    """The JSON document in a file; a line before it and text after it are noted, not read."""
    told = text(path).strip("\ufeff \t\r\n")
    starts = [at for at in (told.find("{"), told.find("[")) if at >= 0]
    if not starts:
        raise RecordingRefused(path, None, "holds no JSON: a capture of an idle feed says `null`")
    # A line before may have brackets of its own, such as a time stamp's.
    begins = [min(starts), *(one.start() for one in FIRST_BRACKET.finditer(told, min(starts) + 1))]
    why: Exception | None = None
    for start in begins[:2]:
        try:
            value, end = json.JSONDecoder().raw_decode(told, start)
            break
        except (ValueError, RecursionError) as error:
            why = why or error
    else:
        raise RecordingRefused(path, None, f"is not JSON: {why}")
    if odd is not None:
        for what, stray in (("before", told[:start]), ("after", told[end:])):
            if stray.strip():
                odd.append(f"{path.name}: text {what} the document: {stray.strip()[:60]!r}")
    return value


def table(path: Path, needed: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their line numbers; names and values without padding.

    The separator is a comma, a semicolon, a tab or a bar, whichever the heading has most of. Lines
    before the heading, such as the address a file came from, are passed over. Of two columns with
    one name the first counts.
    """
    wanted = {column.casefold() for column in needed}

    def fits(columns: Sequence[str]) -> str | None:
        missing = wanted - set(columns)
        return f"columns missing: {', '.join(sorted(missing))}" if missing else None

    yield from table_where(path, fits)


def table_where(
    path: Path, fits: Callable[[Sequence[str]], str | None]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table whose heading fits; `fits` says what is wrong with one that does not.

    Columns are known by their names in small letters. Raises `RecordingRefused`, in the words of
    the heading that came nearest, which is the shortest reason.
    """
    lines = lines_of(path)
    why: list[str] = []
    at = 0
    for heading in lines[: BEFORE + 1]:
        at += 1
        separator = max(SEPARATORS, key=heading.count)
        columns = [name.strip(PADDING).casefold() for name in cells(heading, separator)]
        reason = fits(columns)
        if reason is None:
            break
        if any(columns):
            why.append(f"{reason}; the heading reads {heading.strip(PADDING)[:80]!r}")
    else:
        raise RecordingRefused(path, 1, min(why, key=reason_of, default="is empty"))
    while at < len(lines):
        first = at + 1
        row, at = lines[at], at + 1
        until = at + CELL_LINES
        longer, more = row, at
        while unclosed(longer, separator) and more < min(until, len(lines)):
            longer, more = f"{longer}\n{lines[more]}", more + 1
        if not unclosed(longer, separator):
            row, at = longer, more
        values = [value.strip(PADDING) for value in cells(row, separator)]
        if any(values):
            values += [""] * (len(columns) - len(values))
            named: dict[str, str] = {}
            for column, value in zip(columns, values, strict=False):
                named.setdefault(column, value)
            yield first, named


def reason_of(told: str) -> tuple[int, int]:
    """How near a heading came: fewest columns missing, then the shorter sentence."""
    return told.partition(";")[0].count(","), len(told)


def unclosed(row: str, separator: str) -> bool:
    """Whether a cell of the row is opened by a quotation mark and not closed by one."""
    if '"' not in row:
        return False
    mark = re.escape(separator)
    rest = re.sub(rf'(^|{mark})\s*"(?:[^"]|"")*"(?=\s*(?:{mark}|$))', r"\1", row)
    return re.search(rf'(?:^|{mark})\s*"', rest) is not None


def cells(line: str, separator: str) -> list[str]:
    """The values of one row; a mark of quotation out of place is a letter like any other."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


def microseconds(told: str) -> int | None:
    """A time as people write it; None if it is none.

    `71.5`, `71,5 s`, `1:11.500`, `1:02:11.500`, and with marks in place of colons or of the point:
    `1'11.500`, `1'11"500`, `1.11,500`, `1:11:500`.
    """
    plain = told.strip().replace(",", ".").replace("\u2032", "'").replace("\u2033", '"')
    plain = plain.removesuffix("sec").removesuffix("s").rstrip().rstrip('"')
    plain = plain.replace('"', ".").replace("'", ":")
    if plain.count(".") == 2 and ":" not in plain:
        plain = plain.replace(".", ":", 1)
    parts = plain.split(":")
    if len(parts) == 3 and len(parts[2]) == 3 and parts[2].isdecimal():
        parts = [parts[0], f"{parts[1]}.{parts[2]}"]
    if len(parts) > 3 or not parts[-1]:
        return None
    try:
        seconds = Decimal(parts[-1])
        whole = [int(part) for part in parts[:-1]]
    except (InvalidOperation, ValueError):
        return None
    if not seconds.is_finite() or seconds < 0 or seconds >= 10**7 or any(p < 0 for p in whole):
        return None
    for place, part in enumerate(reversed(whole), start=1):
        seconds += part * 60**place
    if seconds >= 10**8:
        return None
    return int((seconds * SECOND).to_integral_value())


def whole(told: object) -> int | None:
    """A whole number, from text or from JSON; None where it is none."""
    if isinstance(told, str):
        try:
            return int(told)
        except ValueError:
            return None
    if isinstance(told, int) and not isinstance(told, bool):
        return told
    if isinstance(told, float) and told.is_integer():
        return int(told)
    return None
