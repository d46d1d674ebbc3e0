"""What a journal holds of a race, read beside a tracker that may be writing."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from tracker.errors import Unavailable
from tracker.journal.journal import PAGE, only_to_read


def events_told(path: Path, race: str) -> Iterator[bytes]:
    """The events of a race as they came, in the order of the journal; takes no lock.

    Read in pages, each a short transaction of its own, up to what is there when the last is read.
    """
    if not path.is_file():
        raise Unavailable(f"there is no journal {path}; name the folder it is in with --data")
    try:
        with contextlib.closing(sqlite3.connect(only_to_read(path), uri=True)) as journal:
            after = 0
            while rows := journal.execute(
                'SELECT "offset", payload FROM events WHERE race = ? AND "offset" > ?'
                ' ORDER BY "offset" LIMIT ?',
                (race, after, PAGE),
            ).fetchall():
                yield from (payload for _, payload in rows)
                after = rows[-1][0]
            if not after:
                raise Unavailable(f"the journal {path} knows no race {race!r}{known(journal)}")
    except sqlite3.Error as error:
        raise Unavailable(f"the journal {path} cannot be read: {error}") from None


def known(journal: sqlite3.Connection) -> str:
    """The races there are, to be named in a refusal."""
    rows = journal.execute(
        'SELECT race FROM events GROUP BY race ORDER BY max("offset") DESC LIMIT 20'
    ).fetchall()
    return f"; it knows {', '.join(race for (race,) in rows)}" if rows else ""
