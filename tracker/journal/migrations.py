"""How the journal's tables came to be: named steps, applied in order, each recorded."""

import secrets
import time
from collections.abc import Callable, Mapping

import aiosqlite

from tracker.errors import Unavailable

EVENTS = """
CREATE TABLE events (
    "offset" INTEGER PRIMARY KEY,
    race TEXT NOT NULL,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    epoch TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    type TEXT NOT NULL,
    t_us INTEGER,
    received_at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    digest BLOB NOT NULL,
    UNIQUE (race, source, id)
) STRICT;
CREATE INDEX events_of_a_race ON events (race);
"""

QUARANTINE = """
CREATE TABLE quarantine (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload BLOB NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;
"""

WATERMARKS = """
CREATE TABLE watermarks (
    race TEXT NOT NULL,
    source TEXT NOT NULL,
    epoch TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    PRIMARY KEY (race, source, epoch)
) STRICT, WITHOUT ROWID;
"""

META = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
"""


def first_tables() -> list[str]:
    """Events, quarantine, watermarks, and what the journal knows of itself."""
    identity = f"INSERT INTO meta VALUES ('journal_id', '{secrets.token_hex(8)}');"  # noqa: S608
    epoch = "INSERT INTO meta VALUES ('engine_epoch', 0);"
    return [EVENTS, QUARANTINE, WATERMARKS, META, identity, epoch]


def history_table() -> list[str]:
    """What was imported of past races."""
    return [
        """CREATE TABLE history (
            series TEXT NOT NULL,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (series, kind, key)
        ) STRICT, WITHOUT ROWID"""
    ]


MIGRATIONS: Mapping[str, Callable[[], list[str]]] = {
    "first tables": first_tables,
    "history": history_table,
}
"""In order. A step that has been released is never changed; what is wrong with it is a new step."""


async def migrate(database: aiosqlite.Connection) -> None:
    """Bring the tables up to date; raises `Unavailable` for a journal from a later version."""
    await database.execute(
        "CREATE TABLE IF NOT EXISTS migrations"
        " (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT"
    )
    rows = await database.execute_fetchall("SELECT name FROM migrations")
    applied = {name for (name,) in rows}
    unknown = sorted(applied - MIGRATIONS.keys())
    if unknown:
        raise Unavailable(f"the journal was written by a later version (it has {unknown[0]!r})")
    for name, steps in MIGRATIONS.items():
        if name in applied:
            continue
        await database.execute("BEGIN IMMEDIATE")
        for step in steps():
            for statement in step.split(";"):
                if statement.strip():
                    await database.execute(statement)
        await database.execute(
            "INSERT INTO migrations VALUES (?, ?)", (name, time.time_ns() // 1000)
        )
        await database.execute("COMMIT")
