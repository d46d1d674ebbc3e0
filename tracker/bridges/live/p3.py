"""MYLAPS/AMB P3 over TCP, live: frames with the moment they came, and questions for what is missed.

The moment is ours, and steady while the bridge runs: it tells a decoder whose clock was set from
one whose words were late.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable

from tracker.bridges.live.contract import Feed, Told
from tracker.bridges.live.tcp import Tcp
from tracker.bridges.p3 import P3, Plan
from tracker.bridges.p3_entries import Entries
from tracker.bridges.p3_frames import Frames

PORT = 5_403
SILENT_S = 20.0
"""A decoder tells its status every few seconds, whether cars pass or not."""
LOST_S = 60.0


def steady() -> Callable[[], int]:
    """The time of day in microseconds, which does not jump when this machine's clock is set."""
    began = time.time_ns() - time.monotonic_ns()
    return lambda: (began + time.monotonic_ns()) // 1_000


class Stamped(Frames):
    """Frames with the microsecond at which each came."""

    def __init__(self, refused: Counter[str], clock: Callable[[], int]) -> None:
        super().__init__(refused)
        self.clock = clock

    def cut(self, chunk: bytes) -> list[str]:
        """The frames that end in a chunk."""
        now = self.clock()
        return [f"{now} {frame}" for frame in super().cut(chunk)]


class LiveP3:
    """The decoders of one race."""

    def __init__(self, plan: Plan, entries: Entries | None = None) -> None:
        self.decoders = P3(plan, entries)

    @property
    def refused(self) -> Counter[str]:
        """What was heard and not told, by reason."""
        return self.decoders.skipped

    def connected(self) -> Iterable[Told]:
        """A new connection: what is missing is asked for again."""
        return [Told(report) for report in self.decoders.connected()]

    def hear(self, message: str) -> Iterable[Told]:
        """What one frame says."""
        return [Told(report) for report in self.decoders.hear(message)]

    def asks(self) -> list[bytes]:
        """Passings that are missing."""
        return self.decoders.asks()


def feed(address: str, plan: Plan, entries: Entries | None = None) -> Feed:
    """The feed of the decoder at an address."""
    clock = steady()
    link = Tcp.parse(address, PORT, lambda refused: Stamped(refused, clock))
    return Feed("p3", link, LiveP3(plan, entries), SILENT_S, LOST_S)
