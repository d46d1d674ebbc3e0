"""Reading what other people wrote: byte order marks, padding, a stray line before or after."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import Any

from tracker.errors import RecordingRefused

SECOND = 1_000_000
LARGEST = 256 * 1024 * 1024
"""Bytes of a file, unpacked, at most: ten times the largest season of laps seen."""


def content(path: Path) -> bytes:
    """The bytes of a file, unpacked where they are packed, whatever its name."""
    try:
        raw = path.read_bytes()
        if raw[:2] != b"\x1f\x8b":
            return raw
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            raw = packed.read(LARGEST + 1)
    except (OSError, EOFError) as error:
        raise RecordingRefused(path, None, f"cannot be read: {error}") from None
    if len(raw) > LARGEST:
        raise RecordingRefused(path, None, f"more than {LARGEST >> 20} MiB unpacked")
    return raw


def text(path: Path) -> str:
    """A file as text: UTF-8 with or without its mark; Latin-1 where it is not UTF-8."""
    raw = content(path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def document(path: Path, odd: list[str] | None = None) -> Any:
    """The JSON document in a file; a line before it and text after it are noted, not read."""
    told = text(path).strip("\ufeff \t\r\n")
    starts = [at for at in (told.find("{"), told.find("[")) if at >= 0]
    if not starts:
        raise RecordingRefused(path, None, "holds no JSON: a capture of an idle feed says `null`")
    try:
        value, end = json.JSONDecoder().raw_decode(told, min(starts))
    except (ValueError, RecursionError) as error:
        raise RecordingRefused(path, None, f"is not JSON: {error}") from None
    if odd is not None:
        for what, stray in (("before", told[: min(starts)]), ("after", told[end:])):
            if stray.strip():
                odd.append(f"{path.name}: text {what} the document: {stray.strip()[:60]!r}")
    return value


def table(path: Path, needed: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their line numbers; names and values without padding.

    The separator is a comma or a semicolon, whichever the heading has more of. Lines before the
    heading, such as the address a file came from, are passed over.
    """
    lines = iter(io.StringIO(text(path), newline=""))
    wanted = {column.casefold() for column in needed}
    passed = 0
    nearest: set[str] = wanted
    for heading in lines:
        separator = ";" if heading.count(";") > heading.count(",") else ","
        try:
            names = next(csv.reader([heading], delimiter=separator), [])
        except csv.Error:
            names = []
        columns = [column.strip(" \ufeff\t\r\n").casefold() for column in names]
        missing = wanted - set(columns)
        if not missing:
            break
        nearest = min(nearest, missing, key=len)
        passed += 1
        if passed > 20:
            raise RecordingRefused(path, 1, f"columns missing: {', '.join(sorted(nearest))}")
    else:
        raise RecordingRefused(path, 1, f"columns missing: {', '.join(sorted(nearest))}")
    rows = csv.reader(chain(lines), delimiter=separator)
    try:
        for row in rows:
            if not any(value.strip() for value in row):
                continue
            values = [value.strip() for value in row] + [""] * (len(columns) - len(row))
            yield passed + 1 + rows.line_num, dict(zip(columns, values, strict=False))
    except csv.Error as error:
        raise RecordingRefused(path, passed + 1 + rows.line_num, str(error)) from None


def microseconds(told: str) -> int | None:
    """A time as people write it: `71.5`, `1:11.500`, `1'11.500`, `1:02:11.500`; None if none."""
    parts = told.strip().replace("'", ":").replace(",", ".").split(":")
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
    if isinstance(told, bool) or told is None:
        return None
    if isinstance(told, int):
        return told
    if isinstance(told, float):
        return int(told) if told.is_integer() else None
    try:
        return int(str(told).strip())
    except ValueError:
        return None
