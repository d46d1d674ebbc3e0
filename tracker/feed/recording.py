"""Recordings: a race as JSON lines of feed events, one to a line, plain or gzip.

The order of the lines is the order in which they were heard; the fold puts them in theirs. A
recording that was cut off, by a kill or a full disk, is read up to where it ends; see
docs/recordings.md.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from tracker.errors import PacketRejected, RecordingRefused
from tracker.feed.decode import decode_payload
from tracker.feed.envelope import MAX_PACKET, FedEvent, Report, UnknownEvent, encode

GZIP = b"\x1f\x8b"
"""How packed bytes begin, whatever the file is called."""


def read(path: Path, odd: list[str] | None = None) -> Iterator[FedEvent | UnknownEvent]:
    """The events of a recording; raises `RecordingRefused` with the line that is not one.

    Where the recording is cut off, that is added to `odd`.
    """
    for _, event in read_lines(path, odd):
        yield event


def read_lines(
    path: Path, odd: list[str] | None = None
) -> Iterator[tuple[bytes, FedEvent | UnknownEvent]]:
    """The lines of a recording as they are, without their ends, each with its event."""
    try:
        with opened(path) as lines:
            for number in count(1):
                try:
                    line = lines.readline(MAX_PACKET + 2)
                except EOFError:
                    cut_off(path, number, odd)
                    return
                if not line:
                    return
                said = line.rstrip(b"\r\n")
                if not said.strip():
                    continue
                try:
                    event = decode_payload(str(path), said)
                except PacketRejected as refused:
                    if refused.kind == "json" and line == said and len(line) <= MAX_PACKET:
                        cut_off(path, number, odd)  # the last line, and not the whole of it
                        return
                    raise RecordingRefused(
                        path, number, f"not an event of a race: {refused.reason}"
                    ) from None
                yield said, event
    except (OSError, zlib.error) as error:
        raise RecordingRefused(path, None, f"cannot be read: {error}") from None


def opened(path: Path) -> IO[bytes]:
    """The file, unpacked as it is read where it is packed."""
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    lines = path.open("rb")
    if lines.read(2) == GZIP:
        lines.close()
        return cast("IO[bytes]", gzip.open(path))
    lines.seek(0)
    return lines


def cut_off(path: Path, number: int, odd: list[str] | None) -> None:
    """Note that a recording ends in the middle of a line."""
    if odd is not None:
        odd.append(f"{path} is cut off in line {number}: what stands before it is read")


def write(path: Path, events: Iterable[FedEvent]) -> int:
    """Write a recording whole or not at all; returns how many events it holds."""
    return write_lines(path, map(encode, events))


def write_lines(path: Path, said: Iterable[bytes]) -> int:
    """Write lines that are events as a recording, whole or not at all; returns how many."""
    beside = part_of(path)
    written = 0
    try:
        with RecordingFile(beside) as recording:
            for line in said:
                recording.write(line)
                written += 1
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    beside.replace(path)
    return written


def part_of(path: Path) -> Path:
    """Where a recording is written until it is whole."""
    return path.with_name(path.name + ".part" + path.suffix)


class RecordingFile:
    """A recording being written, line for line; what was flushed outlives us.

    Use it as `with`. No name and no time stamp inside: the same race makes the same bytes.
    """

    def __init__(self, path: Path) -> None:
        self._files = ExitStack()
        self._file: IO[bytes] = self._files.enter_context(path.open("wb"))
        self._lines = self._file
        if path.suffix == ".gz":
            packed = gzip.GzipFile("", "wb", fileobj=self._file, mtime=0)
            self._lines = cast("IO[bytes]", self._files.enter_context(packed))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._files.close()

    def write(self, line: bytes) -> None:
        """Add an event. A line break within JSON only lays it out, and would end the line."""
        self._lines.write(line.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n")

    def flush(self) -> None:
        """Hand everything to the system: it is read from the file even if we are killed now.

        A packed recording is flushed within its one stream, which costs five bytes.
        """
        self._lines.flush()
        self._file.flush()


def numbered(reports: Iterable[Report], race: str, epoch: str = "recording") -> Iterator[FedEvent]:
    """Reports as events of a race, each source counting its own."""
    sequences: dict[str, int] = {}
    for report in reports:
        sequence = sequences[report.source] = sequences.get(report.source, 0) + 1
        yield report.event(race, epoch, sequence)
