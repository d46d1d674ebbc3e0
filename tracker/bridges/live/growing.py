"""A table that grows while a race is run, in a file or behind a web server: looked at again and
again, and what is new in it handed on line by line.

Messages: `+` and a line that is new, `-` and one that is no longer there, `.` at the end of a look;
`*` before the first look, which says everything there is. A last line without an end is half
written; it counts when the next look finds it the same.
"""

import asyncio
import gzip
import threading
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlunsplit

from tracker.bridges.live.contract import FeedLost
from tracker.bridges.live.lines import written
from tracker.bridges.live.polling import LARGEST, fetch, shown, unpacked, web_address
from tracker.errors import TrackerError

MOST_LINES = 200_000
"""Lines of a table, at most: six times those of a race of twenty-four hours."""
LONGEST = 8_192
"""Bytes of a line, at most."""
PACKED = b"\x1f\x8b"


class Growing:
    """The way to a table: a file's path, or an address."""

    def __init__(self, where: str, every_s: float) -> None:
        parts = web_address(where)
        self.url = None if parts is None else where
        self.path = Path(where)
        self.every_s = every_s
        self.refused: Counter[str] = Counter()
        if self.url is None and "://" in where:
            raise TrackerError(f"{shown(where)!r} is neither a file nor an https:// address")
        self.named = where if parts is None else shown(urlunsplit((*parts[:3], "", "")))
        self.lines: Counter[str] = Counter()
        """Lines that were handed on and are still there."""
        self.begun = False
        """Whether there was a look yet."""

    def __str__(self) -> str:
        return self.named

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Looked"]:
        """Begin to look; what was handed on before is not handed on again."""
        yield Looked(self)


@dataclass(slots=True)
class Looked:
    """Looks at the table at its pace."""

    link: Growing
    etag: str | None = None
    modified: str | None = None
    stamp: tuple[int, int] | None = None
    """When the file was changed last, and how large it is."""
    half: str = ""
    ready: list[str] = field(default_factory=list)
    looks: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)

    async def more(self) -> list[str]:
        """What the next look that finds something new has found; raises `FeedLost`."""
        while not self.ready:
            if self.looks:
                await asyncio.sleep(self.link.every_s)
            try:
                await asyncio.to_thread(self.look)
            except FeedLost as lost:
                raise FeedLost(f"{self.link} {lost}") from None
        ready, self.ready = self.ready, []
        return ready

    async def ask(self, what: bytes) -> None:
        """There is nobody to ask."""

    def look(self) -> None:
        """Look once, in a thread: a long table is long to compare.

        What it finds is kept, even where nobody waits for it any more.
        """
        with self.turn:
            if self.ready:
                return
            content = self.content()
            self.looks += 1
            if content is not None:
                self.compare(content)
            elif self.half:
                self.ready = [f"+{self.half}", "."]
                self.link.lines[self.half] += 1
                self.half = ""

    def content(self) -> bytes | None:
        """The table as it is; None where it is as it was. Raises `FeedLost`."""
        if self.link.url is not None:
            answer = fetch(self.link.url, self.etag, self.modified)
            self.etag, self.modified = answer.etag, answer.modified
            return None if answer.body is None else plain(answer.body)
        try:
            found = self.link.path.stat()
            stamp = found.st_mtime_ns, found.st_size
            if stamp == self.stamp:
                return None
            with self.link.path.open("rb") as table:
                content = table.read(LARGEST + 1)  # it may have grown since
            if len(content) > LARGEST:
                raise FeedLost(f"is larger than {LARGEST >> 20} MiB")
        except OSError as error:
            raise FeedLost(f"cannot be read: {(error.strerror or str(error)).lower()}") from None
        self.stamp = stamp
        return plain(content)

    def compare(self, content: bytes) -> None:
        """What is new in a table, and what is gone."""
        *ended, rest = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        half = self.half
        self.half = written(rest).strip()
        found: Counter[str] = Counter()
        order: list[str] = []
        if self.half and self.half == half:  # rewritten, and it ends as it did before
            ended.append(rest)
            self.half = ""
        for raw in ended:
            if len(raw) > LONGEST or len(order) >= MOST_LINES:
                self.link.refused["a line too long, or beyond the most that are read"] += 1
                continue
            text = written(raw).strip()
            if text:
                found[text] += 1
                order.append(text)
        known = self.link.lines
        fresh = found - known
        gone = known - found
        said = ["*"] if not self.link.begun else []
        self.link.begun = True
        for line in order:
            if fresh[line] > 0:
                fresh[line] -= 1
                said.append(f"+{line}")
        said += [f"-{line}" for line in gone.elements()]
        self.link.lines = found
        if said:
            self.ready = [*said, "."]


def plain(content: bytes) -> bytes:
    """Bytes unpacked where they are packed, as far as they are whole."""
    if content[:2] != PACKED:
        return content
    try:
        return unpacked(content)
    except (zlib.error, gzip.BadGzipFile):
        raise FeedLost("is packed, and broken") from None
