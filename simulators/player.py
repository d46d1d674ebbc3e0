"""Plays a race into the feed as fast as one likes: pause, faster, slower, and on from anywhere.

The race is a list of reports in time order. How far it has been told is not remembered here but
in the outboxes, which is where it counts: after a crash the player goes on with the first report
that no outbox has taken.

Forward, what lies between is told at once. Back, nothing told can be taken back: the player stops
and says from where the race is to be told `again`, as a race of its own.
"""

import asyncio
import time
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from tracker.feed.envelope import FedEvent, Report, UnknownEvent

TICK_S = 0.02
"""How often what is due is told: twenty milliseconds are below what an eye can tell apart."""

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
MOST_AT_ONCE = 2_000
"""Reports in one go, so that a jump in time does not become one huge transaction."""

SETTLED_S = 0.6
"""After the last key that moves the race it is moved: who goes back five laps means one jump."""

A_MOMENT_US = 1_000_000
"""A second for a finger: a lap that began no longer ago is not the one that `back` means."""

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
        self.laps: Sequence[int] = ()
        """When the leader completed lap 1, 2, … on the timing clock; index 0 is the green."""
        self.target: float | None = None
        """Where somebody wants the race to be, until that has settled."""
        self.again: float | None = None
        """The moment from which the race is to be told again, when it was sent back."""
        self._moved_at = 0.0

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

    def forward(self) -> None:
        """To when the leader completes the lap that is under way; and the next, and the next."""
        here = self.race_time if self.target is None else self.target
        self._move(next(iter(self.laps[bisect_right(self.laps, here) :]), here), here, 1)

    def back(self) -> None:
        """To when the lap under way began; and the one before it, and so on to the green."""
        here = self.race_time if self.target is None else self.target
        running = self.target is None and not self.paused and not self.over
        late = A_MOMENT_US * self.speed if running else 1.0
        began = bisect_right(self.laps, here - late) - 1
        self._move(self.laps[max(0, began)] if self.laps else here, here, -1)

    def _move(self, moment: float, here: float, way: int) -> None:
        if (moment - here) * way > 0:
            self.target = moment
            self._moved_at = self._clock()

    def lap_at(self, moment: float) -> int:
        """Laps the leader has completed at a moment."""
        return max(0, bisect_right(self.laps, moment) - 1)

    def settle(self, now: float) -> None:
        """Move the race to where it is wanted, once nobody moves it further."""
        if self.target is None or now - self._moved_at < SETTLED_S:
            return
        if self.target >= self.race_time:
            self.race_time = self.target
        else:
            self.again = self.target
        self.target = None

    async def play(self, grid_s: float = 0.0) -> None:
        """Tell everything; the scene first, then, after so many seconds, the race.

        Ends at once when the race is sent back: then `again` says to where.
        """
        await self.tell_until(None)
        await asyncio.sleep(grid_s)
        before = self._clock()
        while not self.over:
            await asyncio.sleep(TICK_S)
            now = self._clock()
            if not self.paused and self.target is None:
                self.race_time += (now - before) * 1_000_000 * self.speed
            before = now
            self.settle(now)
            if self.again is not None:
                return
            await self.tell_until(self.race_time)

    async def sent_back(self) -> float:
        """Wait, when everything is told, until somebody wants to see some of it again."""
        while self.again is None:
            await asyncio.sleep(TICK_S)
            self.settle(self._clock())
        return self.again

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
