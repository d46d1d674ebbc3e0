"""What was put aside, read beside a tracker that may be writing."""

import contextlib
import sqlite3
from pathlib import Path

from tracker.errors import Unavailable
from tracker.journal.entries import Quarantined
from tracker.journal.journal import only_to_read


def put_aside(path: Path, limit: int) -> list[Quarantined]:
    """What lies in a journal's quarantine, newest first; takes no lock and changes nothing."""
    if not path.is_file():
        raise Unavailable(f"there is no journal {path}; name the folder it is in with --data")
    try:
        with contextlib.closing(sqlite3.connect(only_to_read(path), uri=True)) as journal:
            rows = journal.execute(
                "SELECT topic, kind, reason, payload, received_at FROM quarantine"
                " ORDER BY number DESC LIMIT ?",
                (limit,),
            ).fetchall()
    except sqlite3.Error as error:
        raise Unavailable(f"the journal {path} cannot be read: {error}") from None
    return [Quarantined._make(row) for row in rows]
