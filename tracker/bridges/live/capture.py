"""What a feed said, kept as it came: a line a message, on disk before anything is made of it.

It serves twice. A bridge that was killed reads it again and knows where it was, for a translator
is a function of what it heard. And a race can be converted from it again later. Lines that begin
with `#` are ours: which feed this is, and where a connection began.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tracker.errors import Unavailable

HEADING = "#capture"
CONNECTED = "#connected"
LARGEST = 1 << 30
"""Bytes of a capture, at most: a week of the busiest feed. Beyond, nothing more is kept, and the
bridge says so."""


class Capture:
    """A capture that grows. Use it as `with`; raises `Unavailable` for one that is not ours."""

    def __init__(self, path: Path, kind: str, race: str, largest: int = LARGEST) -> None:
        self.path = path
        self.heading = f"{HEADING} {kind} {race}"
        self.largest = largest
        self.size = 0
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._file = self.path.open("a+b")
            try:
                self._mend(self._file)
            except BaseException:
                self._file.close()
                raise
        except OSError as error:
            raise Unavailable(f"{self.path} cannot be written: {error.strerror}") from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def full(self) -> bool:
        """Whether nothing more is kept."""
        return self.size >= self.largest

    def _mend(self, file: IO[bytes]) -> None:
        """Begin the file, or cut off a line that a crash left half written."""
        file.seek(0)
        first = file.readline(1_024)
        if first and first.rstrip(b"\r\n").decode("utf-8", "replace") != self.heading:
            raise Unavailable(
                f"{self.path} holds something else than a capture of this race "
                f"({self.heading.removeprefix(HEADING).strip()}): name another file or race"
            )
        end = file.seek(0, 2)
        torn = end
        while torn > 0:
            step = min(torn, 4_096)
            file.seek(torn - step)
            at = file.read(step).rfind(b"\n")
            torn = torn - step + at + 1
            if at >= 0:
                break
        if torn < end:
            file.truncate(torn)
        self.size = torn
        if not torn:
            self.write([self.heading])

    def lines(self) -> Iterator[str]:
        """Every line after the heading, as it was written."""
        with self.path.open("rb") as kept:
            next(kept, None)
            for line in kept:
                yield line.rstrip(b"\n").decode("utf-8", "replace")

    def write(self, lines: Iterable[str]) -> None:
        """Keep lines: with the system when this returns, so that our own death loses none."""
        assert self._file is not None, "the capture is closed"
        if self.full:
            return
        said = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
        try:
            self._file.write(said)
            self._file.flush()
        except OSError as error:
            raise Unavailable(f"{self.path} cannot be written: {error.strerror}") from None
        self.size += len(said)
