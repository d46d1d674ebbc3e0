"""What a producer has promised to say, on disk until the tracker says that it has it."""

import asyncio
import contextlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

from tracker.errors import ReportRefused, Unavailable
from tracker.feed.envelope import MAX_PACKET, Report, encode, short_type
from tracker.feed.topics import event_topic, slug
from tracker.journal.content import same_content
from tracker.journal.lock import only_writer

T = TypeVar("T")

TABLES = """
CREATE TABLE IF NOT EXISTS pending (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    packet BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    race TEXT NOT NULL,
    source TEXT NOT NULL,
    epoch TEXT NOT NULL,
    last_sequence INTEGER NOT NULL
) STRICT;
"""

EPOCH_BYTES = 8
"""Of chance in the name of an epoch; it is written in twice as many characters."""


class Waiting(NamedTuple):
    """A packet that has not yet been acknowledged."""

    sequence: int
    topic: str
    packet: bytes


class Outbox:
    """The reports of one source in one race: durable, numbered, each id once.

    Use it as `async with`. `put` raises `ReportRefused` for what could never be delivered, and
    `Unavailable` when the disk will not take it; then nothing of that call is promised.
    """

    def __init__(self, path: Path, race: str, source: str) -> None:
        self.path = path
        self.race = slug(race)
        self.source = slug(source)
        self.epoch = ""
        self.last_sequence = 0
        """The number given last; kept when everything is forgotten."""
        self.forgotten = 0
        """The number up to which everything is forgotten."""
        # One thread, so that statements follow each other and the loop waits for no disk.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._database: sqlite3.Connection | None = None
        self._held = contextlib.ExitStack()
        self._queue: list[tuple[Sequence[Report], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._run(self._open)
        except (OSError, sqlite3.Error) as error:
            self._thread.shutdown()
            raise Unavailable(f"the outbox {self.path} cannot be opened: {error}") from error
        except BaseException:
            self._thread.shutdown()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._writing is not None:
            await asyncio.wait({self._writing})
        self._thread.submit(self._close)
        self._thread.shutdown()

    @property
    def pending(self) -> int:
        """How many reports wait to be acknowledged."""
        return self.last_sequence - self.forgotten

    async def put(self, reports: Iterable[Report]) -> None:
        """Promise to deliver these; when it returns they survive a power cut.

        A report whose id still waits is the same report, and is not put twice.
        """
        promised = list(reports)
        for report in promised:
            self.check(report)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((promised, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_queue(), name="outbox put")
        await done

    async def after(self, sequence: int, limit: int) -> list[Waiting]:
        """What follows a number, in order."""
        return await self._run(lambda: self._select(sequence, limit))

    async def forget(self, up_to: int) -> None:
        """Let go of what the tracker has in its journal."""
        up_to = min(up_to, self.last_sequence)
        if up_to > self.forgotten:
            await self._run(lambda: self._delete(up_to))
            self.forgotten = max(self.forgotten, up_to)

    async def begin_again(self) -> None:
        """Number what waits from 1, under a new epoch: for a tracker that lost its journal.

        What it had acknowledged is gone from here; it would otherwise wait for that for ever.
        """
        await self._run(self._renumber)

    def check(self, report: Report) -> None:
        """Refuse what could never be delivered."""
        if report.source != self.source:
            raise ReportRefused(f"the outbox of {self.source!r} takes nothing of {report.source!r}")
        # Only what comes near the limit is made in full, to be measured.
        about = len(report.data.model_dump_json(exclude_none=True))
        if about > MAX_PACKET // 2 and (size := self.size(report)) > MAX_PACKET:
            raise ReportRefused(
                f"report {report.id!r} has {size} bytes, at most {MAX_PACKET} can be delivered"
            )

    def size(self, report: Report) -> int:
        """Bytes of a report as it travels, under the longest number it might get."""
        packet = encode(report.event(self.race, "0" * 2 * EPOCH_BYTES, 0))
        return len(packet) + len(str(2**53)) - 1

    async def _write_queue(self) -> None:
        try:
            while self._queue:
                batch, self._queue = self._queue, []
                await self._write(batch)
        finally:
            self._writing = None

    async def _write(self, batch: Sequence[tuple[Sequence[Report], asyncio.Future[None]]]) -> None:
        """Write what was put while the last write ran; whoever spoilt it is refused alone."""
        try:
            await self._run(
                lambda: self._insert([report for reports, _ in batch for report in reports])
            )
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._write([one])
                return
            problem: Exception = error
            if isinstance(error, sqlite3.Error):
                problem = Unavailable(f"the outbox {self.path} cannot be written: {error}")
            for _, done in batch:
                if not done.done():
                    done.set_exception(problem)
        else:
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # What follows runs in the outbox's thread.

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Two who number from one file would give the same number twice.
        self._held.enter_context(only_writer(self.path, "outbox"))
        database = sqlite3.connect(self.path, isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.executescript(TABLES)
            database.execute(
                "INSERT OR IGNORE INTO outbox VALUES (1, ?, ?, ?, 0)",
                (self.race, self.source, secrets.token_hex(EPOCH_BYTES)),
            )
            race, source, self.epoch, self.last_sequence = database.execute(
                "SELECT race, source, epoch, last_sequence FROM outbox"
            ).fetchone()
            if (race, source) != (self.race, self.source):
                raise Unavailable(f"the outbox {self.path} is that of {source} in {race}")
            (first,) = database.execute("SELECT min(sequence) FROM pending").fetchone()
            self.forgotten = self.last_sequence if first is None else first - 1
        except BaseException:
            database.close()
            self._held.close()
            raise
        self._database = database

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
        self._held.close()

    def _insert(self, reports: Sequence[Report]) -> None:
        assert self._database is not None, "the outbox is closed"
        last = self.last_sequence
        write = self._database.execute
        write("BEGIN IMMEDIATE")
        try:
            for report in reports:
                event = report.event(self.race, self.epoch, last + 1)
                packet = encode(event)
                waiting = write("SELECT packet FROM pending WHERE id = ?", (report.id,)).fetchone()
                if waiting is None:
                    last += 1
                    topic = event_topic(self.race, self.source, short_type(event))
                    write(
                        "INSERT INTO pending VALUES (?, ?, ?, ?)", (last, report.id, topic, packet)
                    )
                elif not same_content(waiting[0], packet):
                    raise ReportRefused(f"report {report.id!r} already waits, and says otherwise")
            write("UPDATE outbox SET last_sequence = ?", (last,))
            write("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                write("ROLLBACK")
            raise
        self.last_sequence = last

    def _select(self, sequence: int, limit: int) -> list[Waiting]:
        assert self._database is not None, "the outbox is closed"
        rows = self._database.execute(
            "SELECT sequence, topic, packet FROM pending WHERE sequence > ?"
            " ORDER BY sequence LIMIT ?",
            (sequence, limit),
        )
        return [Waiting._make(row) for row in rows]

    def _delete(self, up_to: int) -> None:
        assert self._database is not None, "the outbox is closed"
        self._database.execute("DELETE FROM pending WHERE sequence <= ?", (up_to,))

    def _renumber(self) -> None:
        assert self._database is not None, "the outbox is closed"
        epoch = secrets.token_hex(EPOCH_BYTES)
        write = self._database.execute
        rows = write("SELECT sequence, id, topic, packet FROM pending ORDER BY sequence").fetchall()
        write("BEGIN IMMEDIATE")
        try:
            write("DELETE FROM pending")
            for number, (_, name, topic, packet) in enumerate(rows, start=1):
                write(
                    "INSERT INTO pending VALUES (?, ?, ?, ?)",
                    (number, name, topic, renumbered(packet, epoch, number)),
                )
            write("UPDATE outbox SET epoch = ?, last_sequence = ?", (epoch, len(rows)))
            write("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                write("ROLLBACK")
            raise
        self.epoch, self.last_sequence, self.forgotten = epoch, len(rows), 0


def renumbered(packet: bytes, epoch: str, sequence: int) -> bytes:
    """The packet under another number."""
    return json.dumps(
        {**json.loads(packet), "epoch": epoch, "sequence": sequence},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
