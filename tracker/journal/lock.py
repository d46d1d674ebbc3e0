"""One writer: a journal, or an outbox, belongs to one living process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.errors import Unavailable


@contextmanager
def only_writer(path: Path, what: str = "journal") -> Iterator[None]:
    """Hold the file; raises `Unavailable` while another living process does.

    The lock is on a file beside it: closing any second handle on the file itself would take away
    the locks that SQLite holds on it. It ends with the process, however that ends.
    """
    file = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise Unavailable(
                f"the {what} {path} is in use by another process ({holder}); "
                f"end that one first, or name another folder with --data"
            ) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)
