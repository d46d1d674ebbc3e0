"""RMonitor over TCP, live: each run of the stream is a race, named by what the stream calls it."""

from collections import Counter
from collections.abc import Iterable

from tracker.bridges.live.contract import Feed, Told
from tracker.bridges.live.tcp import Tcp
from tracker.bridges.rmonitor import RMonitor
from tracker.bridges.rmonitor_heard import NO_SEASON
from tracker.feed.envelope import Report

PORT = 50_000
"""By custom; relays have others."""
NAMED_WITHIN = 100
"""Records in which a stream names its run, if it does: half a minute of heartbeats or one refresh.
Until then nothing is told, for a race cannot be given its name later."""


class LiveRMonitor:
    """An RMonitor stream that never ends: its runs told as races, each under a name of its own."""

    def __init__(self, season: int = NO_SEASON) -> None:
        self.stream = RMonitor(season)
        self.run = self.stream.run
        self.since = 0
        """Records since the run began."""
        self.part: str | None = None
        """What the run is called, once it is."""
        self.parts: Counter[str] = Counter()
        self.waiting: list[Report] = []

    @property
    def refused(self) -> Counter[str]:
        """What was not read, by record and reason."""
        return self.stream.skipped

    def connected(self) -> Iterable[Told]:
        """The stream may begin again with everything that it holds."""
        return ()

    def hear(self, message: str) -> Iterable[Told]:
        """What one line says."""
        reports = self.stream.feed(message)
        if self.stream.run != self.run:
            self.run = self.stream.run
            self.since, self.part, self.waiting = 0, None, []
        self.since += 1
        self.waiting += reports
        if self.part is None and (self.stream.run_number is not None or self.since > NAMED_WITHIN):
            self.part = self.named()
        if self.part is None or not self.waiting:
            return ()
        told, self.waiting = [Told(report, self.part) for report in self.waiting], []
        return told

    def named(self) -> str:
        """The run as the stream calls it; the second of one name says that it is the second."""
        called = f"{self.stream.run_number or ''} {self.stream.description}".strip()
        self.parts[called] += 1
        times = self.parts[called]
        return called if times == 1 else f"{called} {times}".strip()

    def asks(self) -> list[bytes]:
        """Nothing is asked."""
        return []


def feed(address: str, season: int = NO_SEASON) -> Feed:
    """The feed at an address; a heartbeat comes every second, so ten without one are silence."""
    return Feed("rmonitor", Tcp.parse(address, PORT), LiveRMonitor(season))
