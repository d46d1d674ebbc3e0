"""What happened, durably: every event of every race, in the order in which it was heard."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiosqlite
import structlog

from tracker.errors import Unavailable
from tracker.journal.content import digest, same_content
from tracker.journal.entries import (
    Appended,
    Counts,
    Entry,
    Fact,
    Fate,
    Numbering,
    Outcome,
    Quarantined,
    Remembered,
    Stray,
    Watermark,
)
from tracker.journal.lock import only_writer
from tracker.journal.migrations import migrate
from tracker.journal.tallies import Tallies

log = structlog.get_logger(__name__)

QUARANTINE_ROWS = 10_000
"""The newest so many are kept, or a stranger could fill the disk."""

QUARANTINE_BYTES = 4096
"""Of a payload in quarantine; enough to see what is wrong with it."""

PAGE = 2_000
"""Rows read at once. Each page is its own short transaction: a reader that takes its time must not
keep the write-ahead log from being folded into the journal."""

ASKED_AT_ONCE = 500
"""Ids looked up in one statement."""

COLUMNS = '"offset", race, source, id, epoch, sequence, type, t_us, received_at, payload'


class Journal:
    """The truth: events as they came, each once, numbered 1, 2, 3 … by offset.

    `append` raises `Unavailable` when the disk will not take it; nothing of the burst is then in
    the journal, and the same burst may be appended again.
    """

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection):
        self.path = path
        self.id = ""
        self.engine_epoch = 0
        self.offset = 0
        """The offset of the last event."""
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()
        self._writing: set[asyncio.Task[Appended]] = set()
        self._tallies = Tallies()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[Self]:
        """The journal at a path, made if need be; `Unavailable` if another process writes it."""
        async with AsyncExitStack() as stack:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                stack.enter_context(only_writer(path))
                # aiosqlite's thread keeps a program from ending, so each is closed on every path.
                writer = await stack.enter_async_context(
                    aiosqlite.connect(path, isolation_level=None)
                )
                await writer.execute("PRAGMA journal_mode = WAL")
                await writer.execute("PRAGMA synchronous = FULL")
                await migrate(writer)
                reader = await stack.enter_async_context(
                    aiosqlite.connect(only_to_read(path), uri=True, isolation_level=None)
                )
                journal = cls(path, writer, reader)
                await journal._begin()
            except (OSError, sqlite3.Error) as error:
                raise Unavailable(f"the journal {path} cannot be opened: {error}") from error
            try:
                yield journal
            finally:
                await journal._written()

    async def append(self, burst: Sequence[Fact | Stray]) -> Appended:
        """Write a burst in one transaction; durable when this returns, even over a power cut.

        Who is cancelled while waiting leaves the burst to be written all the same: a transaction
        half way through would block the next one.
        """
        writing = asyncio.create_task(self._append(burst), name="journal append")
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        return await asyncio.shield(writing)

    async def events(self, race: str | None = None, after: int = 0) -> AsyncIterator[Entry]:
        """The events of a race (or of all) behind an offset, in order, as far as there are any."""
        condition, values = ("race = ? AND", (race,)) if race is not None else ("", ())
        while True:
            rows = await self._read(
                f'SELECT {COLUMNS} FROM events WHERE {condition} "offset" > ?'  # noqa: S608
                ' ORDER BY "offset" LIMIT ?',
                (*values, after, PAGE),
            )
            for row in rows:
                yield Entry._make(row)
            if len(rows) < PAGE:
                return
            after = rows[-1][0]

    async def races(self) -> list[str]:
        """The races of which anything is known, in the order in which they began."""
        rows = await self._read('SELECT race FROM events GROUP BY race ORDER BY min("offset")')
        return [race for (race,) in rows]

    async def counts(self, race: str | None = None) -> Counts:
        """How many events there are, of a race or of all, and how many packets in quarantine."""
        condition, values = ("WHERE race = ?", (race,)) if race is not None else ("", ())
        ((events, quarantined),) = await self._read(
            f"SELECT (SELECT count(*) FROM events {condition}),"  # noqa: S608
            " (SELECT count(*) FROM quarantine)",
            values,
        )
        return Counts(events, quarantined)

    async def quarantine(self, limit: int = 100) -> list[Quarantined]:
        """What was put aside, newest first."""
        rows = await self._read(
            "SELECT topic, kind, reason, payload, received_at FROM quarantine"
            " ORDER BY number DESC LIMIT ?",
            (limit,),
        )
        return [Quarantined._make(row) for row in rows]

    async def remember(self, rows: Sequence[Remembered]) -> None:
        """Keep what was imported of past races; a thing of the same name is replaced."""
        async with self._turn:
            try:
                await self._writer.execute("BEGIN IMMEDIATE")
                await self._writer.executemany(
                    "INSERT INTO history VALUES (?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET value = excluded.value",
                    rows,
                )
                await self._writer.execute("COMMIT")
            except sqlite3.Error as error:
                with contextlib.suppress(sqlite3.Error):
                    await self._writer.execute("ROLLBACK")
                raise Unavailable(f"the journal cannot be written: {error}") from error

    async def remembered(self) -> list[Remembered]:
        """What was imported of past races, in the order of its names."""
        rows = await self._read(
            "SELECT series, kind, key, value FROM history ORDER BY series, kind, key"
        )
        return [Remembered._make(row) for row in rows]

    def watermark(self, race: str, source: str) -> Watermark | None:
        """How far a source is journalled, in the epoch in which it spoke last."""
        return self._tallies.current(race, source)

    def watermarks(self) -> list[Watermark]:
        """How far every source is journalled."""
        return self._tallies.all_current()

    async def _begin(self) -> None:
        await self._writer.execute("UPDATE meta SET value = value + 1 WHERE name = 'engine_epoch'")
        known = dict(await self._fetch("SELECT name, value FROM meta"))
        self.id, self.engine_epoch = str(known["journal_id"]), int(known["engine_epoch"])
        ((self.offset,),) = await self._fetch('SELECT ifnull(max("offset"), 0) FROM events')
        rows = await self._fetch(
            "SELECT race, source, epoch, sequence FROM watermarks ORDER BY touched_at"
        )
        self._tallies.load(Watermark._make(row) for row in rows)

    async def _append(self, burst: Sequence[Fact | Stray]) -> Appended:
        async with self._turn:
            try:
                return await self._append_in_turn(burst)
            except sqlite3.Error as error:
                raise Unavailable(f"the journal cannot be written: {error}") from error

    async def _append_in_turn(self, burst: Sequence[Fact | Stray]) -> Appended:
        known = await self._known(item for item in burst if isinstance(item, Fact))
        fates: list[Fate] = []
        fresh: list[tuple[object, ...]] = []
        strays: list[Stray] = []
        heard: list[Numbering] = []
        offset = self.offset
        for item in burst:
            if isinstance(item, Stray):
                strays.append(item)
                fates.append(Fate(Outcome.QUARANTINED))
                if item.numbering is not None:
                    heard.append(item.numbering)
                continue
            heard.append(Numbering(item.race, item.source, item.epoch, item.sequence))
            identity = (item.race, item.source, item.id)
            if identity not in known:
                offset += 1
                known[identity] = offset, item.payload
                fates.append(Fate(Outcome.ACCEPTED, offset))
                fresh.append((offset, *item[:9], digest(item.payload)))
            elif same_content(known[identity][1], item.payload):
                fates.append(Fate(Outcome.DUPLICATE, known[identity][0]))
            else:
                # The first stands: what was told to viewers is not taken back in silence.
                fates.append(Fate(Outcome.CONFLICT))
                strays.append(conflict(item, known[identity][0]))
        watermarks = self._tallies.after(heard)
        touched_at = max((item.received_at for item in burst), default=0)
        await self._commit(fresh, strays, watermarks, touched_at)
        self.offset = offset
        forgotten = self._tallies.hear(heard)
        if forgotten:
            # The burst is written: what fails from here on must not look as if it were not.
            with contextlib.suppress(sqlite3.Error):
                await self._writer.executemany(
                    "DELETE FROM watermarks WHERE race = ? AND source = ? AND epoch = ?",
                    [watermark[:3] for watermark in forgotten],
                )
        return Appended(fates, watermarks)

    async def _known(self, facts: Iterable[Fact]) -> dict[tuple[str, str, str], tuple[int, bytes]]:
        """What the journal already holds under the ids of these facts."""
        ids: dict[tuple[str, str], list[str]] = {}
        for fact in facts:
            ids.setdefault((fact.race, fact.source), []).append(fact.id)
        known: dict[tuple[str, str, str], tuple[int, bytes]] = {}
        for (race, source), asked in ids.items():
            for start in range(0, len(asked), ASKED_AT_ONCE):
                some = asked[start : start + ASKED_AT_ONCE]
                rows = await self._fetch(
                    'SELECT id, "offset", payload FROM events'  # noqa: S608
                    f" WHERE race = ? AND source = ? AND id IN ({','.join('?' * len(some))})",
                    (race, source, *some),
                )
                known.update({(race, source, id): (where, what) for id, where, what in rows})
        return known

    async def _commit(
        self,
        fresh: Sequence[tuple[object, ...]],
        strays: Sequence[Stray],
        watermarks: Sequence[Watermark],
        touched_at: int,
    ) -> None:
        write = self._writer
        await write.execute("BEGIN IMMEDIATE")
        try:
            if fresh:
                await write.executemany(
                    f"INSERT INTO events ({COLUMNS}, digest)"  # noqa: S608
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    fresh,
                )
            if watermarks:
                await write.executemany(
                    "INSERT INTO watermarks VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                    " SET sequence = excluded.sequence, touched_at = excluded.touched_at",
                    [(*watermark, touched_at) for watermark in watermarks],
                )
            if strays:
                await write.executemany(
                    "INSERT INTO quarantine (topic, kind, reason, payload, received_at)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [put_aside(stray) for stray in strays],
                )
                await write.execute(
                    "DELETE FROM quarantine WHERE number <="
                    " (SELECT max(number) FROM quarantine) - ?",
                    (QUARANTINE_ROWS,),
                )
            await write.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # SQLite may have rolled back by itself
                await write.execute("ROLLBACK")
            raise

    async def _written(self) -> None:
        """Wait for what is still being written, whoever gave up waiting for it."""
        for outcome in await asyncio.gather(*self._writing, return_exceptions=True):
            if isinstance(outcome, BaseException):
                log.warning("not written before the journal closed", reason=str(outcome))

    async def _read(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        return list(await self._reader.execute_fetchall(statement, values))

    async def _fetch(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        return list(await self._writer.execute_fetchall(statement, values))


def only_to_read(path: Path) -> str:
    """The journal's address for a reader that cannot write even by mistake."""
    return f"{path.absolute().as_uri()}?mode=ro"


def conflict(fact: Fact, offset: int) -> Stray:
    """A second event under an id that is taken, as it goes to quarantine."""
    reason = f"id {fact.id!r} of {fact.source!r} already says something else, at offset {offset}"
    return Stray(fact.topic, "id_conflict", reason, fact.payload, fact.received_at)


def put_aside(stray: Stray) -> tuple[str, str, str, bytes, int]:
    """A stray as it stands in the quarantine, nothing longer than it need be."""
    return (
        storable(stray.topic, 512),
        stray.kind,
        storable(stray.reason, 512),
        stray.payload[:QUARANTINE_BYTES],
        stray.received_at,
    )


def storable(text: str, length: int) -> str:
    """Text that a database takes: half of a character pair becomes its number."""
    return text[:length].encode("utf-8", "backslashreplace").decode()
