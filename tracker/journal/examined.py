"""Whether a journal still says what was written, read beside a tracker that may be writing."""

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import Unavailable
from tracker.journal.content import digest
from tracker.journal.journal import only_to_read


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a journal."""

    complaint: str | None
    """What SQLite says is wrong with the file; None where it finds nothing."""
    races: int
    events: int
    damaged: int
    """Events that are missing, or no longer what was written."""
    aside: int
    """Packets in quarantine."""
    latest: int | None
    """When the latest event came, in microseconds since 1970."""


def examined(path: Path, progress: Callable[[int, int], None] | None = None) -> Examined:
    """Read a journal from end to end; `progress` hears how many of how many events were read.

    Takes no lock and changes nothing. Raises `Unavailable` where the file is not a journal.
    """
    try:
        with contextlib.closing(sqlite3.connect(only_to_read(path), uri=True)) as journal:
            return _read(journal, progress or (lambda done, of: None))
    except sqlite3.Error as error:
        raise Unavailable(f"the journal {path} cannot be read: {error}") from None


def _read(journal: sqlite3.Connection, progress: Callable[[int, int], None]) -> Examined:
    journal.execute("BEGIN")  # one moment of a journal that goes on being written
    ((said,),) = journal.execute("PRAGMA quick_check(1)")
    ((races, events, last, latest),) = journal.execute(
        'SELECT count(DISTINCT race), count(*), ifnull(max("offset"), 0), max(received_at)'
        " FROM events"
    )
    ((aside,),) = journal.execute("SELECT count(*) FROM quarantine")
    changed = 0
    rows = journal.execute("SELECT payload, digest FROM events")
    for number, (payload, fingerprint) in enumerate(rows, 1):
        changed += digest(payload) != fingerprint
        if number % 10_000 == 0:
            progress(number, events)
    missing = last - events  # offsets begin with 1 and leave none out
    return Examined(
        None if said == "ok" else str(said), races, events, missing + changed, aside, latest
    )
