"""Recordings: a race as JSON lines of feed events, one to a line, plain or gzip.

The order of the lines is the order in which they were heard; the fold puts them in theirs.
"""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import IO, cast

from tracker.errors import PacketRejected, RecordingRefused
from tracker.feed.decode import decode_payload
from tracker.feed.envelope import MAX_PACKET, FedEvent, Report, UnknownEvent, encode


def read(path: Path) -> Iterator[FedEvent | UnknownEvent]:
    """The events of a recording; raises `RecordingRefused` with the line that is not one."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for number in count(1):
                line = lines.readline(MAX_PACKET + 2)
                if not line:
                    return
                if not line.strip():
                    continue
                try:
                    yield decode_payload(str(path), line.rstrip(b"\r\n"))
                except PacketRejected as refused:
                    raise RecordingRefused(
                        path, number, f"not an event of a race: {refused.reason}"
                    ) from None
    except (OSError, EOFError) as error:
        raise RecordingRefused(path, None, f"cannot be read: {error}") from None


def write(path: Path, events: Iterable[FedEvent]) -> int:
    """Write a recording whole or not at all; returns how many events it holds."""
    beside = path.with_name(path.name + ".part" + path.suffix)
    written = 0
    with ExitStack() as files:
        lines: IO[bytes] = files.enter_context(beside.open("wb"))
        if path.suffix == ".gz":
            # No name and no time stamp inside: the same race makes the same bytes.
            packed = gzip.GzipFile("", "wb", fileobj=lines, mtime=0)
            lines = cast("IO[bytes]", files.enter_context(packed))
        for event in events:
            lines.write(encode(event) + b"\n")
            written += 1
    beside.replace(path)
    return written


def numbered(reports: Iterable[Report], race: str, epoch: str = "recording") -> Iterator[FedEvent]:
    """Reports as events of a race, each source counting its own."""
    sequences: dict[str, int] = {}
    for report in reports:
        sequence = sequences[report.source] = sequences.get(report.source, 0) + 1
        yield report.event(race, epoch, sequence)
