"""Plays a race into the feed as fast as one likes: pause, faster, slower, and on from anywhere.

The race is a list of reports in time order. How far it has been told is not remembered here but
in the outboxes, which is where it counts: after a crash the player goes on with the first report
that no outbox has taken.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from tracker.feed.envelope import FedEvent, Report, UnknownEvent

TICK_S = 0.02
"""How often what is due is told: twenty milliseconds are below what an eye can tell apart."""

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
MOST_AT_ONCE = 2_000
"""Reports in one go, so that a jump in time does not become one huge transaction."""

Tell = Callable[[str, Sequence[Report]], Awaitable[None]]


def time_of(report: Report) -> int | None:
    """When the report happens on the timing clock, in microseconds; None for what has no time."""
    at = getattr(report.data, "t_us", None)
    return at if isinstance(at, int) else None


def in_order(reports: Iterable[Report]) -> list[Report]:
    """What has no time first, then by time; reports of one time keep their order."""
    return sorted(reports, key=lambda report: (time_of(report) is not None, time_of(report) or 0))


def heard(events: Iterable[FedEvent | UnknownEvent]) -> list[Report]:
    """The reports of a recording, in time order; types this version does not know are left out."""
    return in_order(
        Report(event.source, event.id, event.data)
        for event in events
        if not isinstance(event, UnknownEvent)
    )


def untold(reports: Iterable[Report], told: Mapping[str, int]) -> list[Report]:
    """What is left when each source has told its first so many reports before."""
    left = dict(told)
    rest = []
    for report in reports:
        if left.get(report.source, 0) > 0:
            left[report.source] -= 1
        else:
            rest.append(report)
    return rest


class Player:
    """Tells a race's reports when they are due."""

    def __init__(
        self,
        reports: Sequence[Report],
        tell: Tell,
        speed: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.reports = reports
        self.speed = speed
        self.paused = False
        self.place = 0
        self._tell = tell
        self._clock = clock
        timed = next((at for at in map(time_of, reports) if at is not None), 0)
        self.race_time = float(timed)
        """Where the race is now, in microseconds."""

    @property
    def over(self) -> bool:
        """Whether everything has been told."""
        return self.place >= len(self.reports)

    def faster(self) -> None:
        """One step faster."""
        self.speed = next((speed for speed in SPEEDS if speed > self.speed), self.speed)

    def slower(self) -> None:
        """One step slower."""
        self.speed = next((speed for speed in reversed(SPEEDS) if speed < self.speed), self.speed)

    def pause(self) -> None:
        """Stop the race, or let it go on."""
        self.paused = not self.paused

    async def play(self, grid_s: float = 0.0) -> None:
        """Tell everything; the scene first, then, after so many seconds, the race."""
        await self.tell_until(None)
        await asyncio.sleep(grid_s)
        before = self._clock()
        while not self.over:
            await asyncio.sleep(TICK_S)
            now = self._clock()
            if not self.paused:
                self.race_time += (now - before) * 1_000_000 * self.speed
            before = now
            await self.tell_until(self.race_time)

    async def tell_until(self, moment: float | None) -> None:
        """Tell what is due at a moment; with None, only what has no time."""
        due: dict[str, list[Report]] = {}
        start = self.place
        while self.place < len(self.reports) and self.place - start < MOST_AT_ONCE:
            report = self.reports[self.place]
            at = time_of(report)
            if at is not None and (moment is None or at > moment):
                break
            due.setdefault(report.source, []).append(report)
            self.place += 1
        for source, reports in due.items():
            await self._tell(source, reports)
