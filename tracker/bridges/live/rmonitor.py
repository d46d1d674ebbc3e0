"""RMonitor over TCP, live: each run of the stream is a race, named by what the stream calls it."""

import re
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


ASKABLE = re.compile(r"[A-Za-z0-9 ._-]{1,32}")
"""An entry's name that cannot be taken for anything else in a question."""


class LiveRMonitor:
    """An RMonitor stream that never ends: its runs told as races, each under a name of its own."""

    def __init__(self, season: int = NO_SEASON) -> None:
        self.stream = RMonitor(season)
        self.parts: dict[int, str] = {}
        """What each run is called."""
        self.called: Counter[str] = Counter()
        self.run = self.stream.run
        self.since = 0
        """Records since this run began."""
        self.waiting: list[Report] = []
        """Reports of a run that has no name yet."""

    @property
    def refused(self) -> Counter[str]:
        """What was not read, by record and reason."""
        return self.stream.skipped

    def connected(self) -> Iterable[Told]:
        """The stream may begin again with everything that it holds, or in the middle."""
        self.stream.connected()
        return ()

    def hear(self, message: str) -> Iterable[Told]:
        """What one line says."""
        reports = self.stream.feed(message)
        run = self.stream.run
        if run != self.run:
            self.run, self.since, self.waiting = run, 0, []
        self.since += 1
        self.waiting += reports
        if not self.waiting:
            return ()
        if run not in self.parts:
            named = self.stream.now.name
            if named is None and self.since <= NAMED_WITHIN:
                return ()
            self.parts[run] = self.part(" ".join(named or ()).strip())
        told, self.waiting = [Told(report, self.parts[run]) for report in self.waiting], []
        return told

    def part(self, name: str) -> str:
        """The run as the stream calls it; the second of one name says that it is the second."""
        self.called[name] += 1
        times = self.called[name]
        return name if times == 1 else f"{name} {times}".strip()

    def asks(self) -> list[bytes]:
        """The history of cars whose laps were missed, where a relay remembers it."""
        return [
            f"$GET,{entry}\r\n".encode()
            for entry in self.stream.wanted()
            if ASKABLE.fullmatch(entry)
        ]


def feed(address: str, season: int = NO_SEASON) -> Feed:
    """The feed at an address; a heartbeat comes every second, so ten without one are silence."""
    return Feed("rmonitor", Tcp.parse(address, PORT), LiveRMonitor(season))
