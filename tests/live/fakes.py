"""A scoring room that answers from a list, and a server to visit it at."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from tests.live.pictures import RACE, picture
from tests.playing import tape_of
from tests.racing.story import Story, story
from tracker.errors import Unavailable
from tracker.live.control import ControlEntry, ControlLog
from tracker.live.hub import Hub
from tracker.live.limits import Limits
from tracker.live.packed import Packed
from tracker.live.scoring import LapShown, LapsShown
from tracker.live.server import listen, serve
from tracker.live.tape import Tape
from tracker.live.wire import At, RaceListed
from tracker.playback import Player

QUIET = replace(Limits(), beat_s=3600.0, tick_s=3600.0)
"""Nothing is said or done by the clock: a machine that stood still for some seconds would hear a
beat where a test expects news."""

SOON_S = 15.0
"""For what takes a second or two, on a machine that has other things to do; less than it would
take if nobody saw to it, for a ping without an answer is given up after forty."""


def told(laps: int = 5) -> Story:
    """Two cars, half a minute a lap; after the second lap they change places."""
    race = story("24", "5", laps=9).green()
    for lap in range(1, laps + 1):
        ahead, behind = ("24", "5") if lap < 3 else ("5", "24")
        race.lap(ahead, 30.0 * lap).lap(behind, 30.0 * lap + 0.6)
    return race


class FakeScoring:
    """Three laps of one race; its past is a story's."""

    def __init__(self) -> None:
        self.trouble: list[str] = []
        self.fault: Exception | None = None
        self.fault_in_segment: Exception | None = None
        self.busy = False
        self.taped = tape_of(told().filed)

    def races(self) -> list[RaceListed]:
        if self.fault is not None:
            raise self.fault
        return [
            RaceListed(
                race=RACE,
                name="Kansas 400",
                series="nascar-cup",
                date="2024-05-05",
                track="Kansas Speedway",
                phase="racing",
                live=True,
            )
        ]

    def order(self, race: str, lap: int) -> list[str] | None:
        return ["24", "5", "9"] if lap <= 3 else None

    async def laps(self, race: str) -> Packed:
        lap = LapShown(lap=1, time=30_000_000, at=30_000_000, position=1, flags=["green"])
        told = LapsShown(race=race, laps={"24": [lap]})
        return Packed.of(told.model_dump_json().encode(), "laps", 10)

    def control(self, race: str) -> ControlLog:
        entry = ControlEntry(at=30_000_000, lap=1, kind="flag", severity="note", what="green")
        return ControlLog(race=race, entries=[entry])

    def timeline(self, race: str) -> Packed:
        return Packed.of(b'{"race":"kansas","laps":[30000000]}', "e1", 10)

    async def lap_chart(self, race: str, after: int | None) -> Packed:
        return Packed.of(b'{"after":%s}' % str(after).encode(), "e1", 10, after)

    def tape(self, race: str) -> Tape:
        return self.taped

    async def moment(self, race: str, at: At) -> int:
        return self.taped.within(at.time if at.time is not None else (at.lap or 0) * 30_000_000)

    async def segment(self, race: str, index: int) -> Packed | None:
        if self.busy:
            raise Unavailable("too many moments are being looked up; come back in a second")
        if self.fault_in_segment is not None:
            raise self.fault_in_segment
        if index >= self.taped.segments:
            return None
        cut = Player(race, "e1", None).cut(self.taped, index)
        return Packed(cut.packed, f'"{self.taped.events_by(index)}/{index}"')

    async def events(self, race: str, after: int) -> AsyncIterator[bytes]:
        for offset in range(after + 1, 4):
            yield b'{"offset":%d}\n' % offset

    def problems(self) -> list[str]:
        return self.trouble


@dataclass
class Visit:
    """A server that is running."""

    hub: Hub
    scoring: FakeScoring
    port: int
    task: asyncio.Task[None]
    web: httpx.AsyncClient
    lap: int = field(default=0)

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    def next_lap(self) -> None:
        """The leader completes a lap."""
        self.lap += 1
        self.hub.publish(RACE, "e1", 10 + self.lap, picture(self.lap))

    async def stop(self) -> None:
        """Cancel the server, as the program does when it ends."""
        self.task.cancel()
        await asyncio.wait([self.task])


async def until(happened: Callable[[], bool]) -> None:
    """Let everything else run until it has happened; the test's time limit is the only one."""
    for _ in iter(happened, True):
        await asyncio.sleep(0)


@asynccontextmanager
async def open_house(
    page: Path, limits: Limits | None = None, port: int = 0
) -> AsyncIterator[Visit]:
    """A server, on a free port unless told which, with one race on the air at version 10.

    Unless told otherwise it does nothing by itself; how long an answer may take is the business
    of the test's time limit alone.
    """
    hub, scoring = Hub(), FakeScoring()
    hub.publish(RACE, "e1", 10, picture())
    limits = limits or QUIET
    sock = listen("127.0.0.1", port, limits)
    port = sock.getsockname()[1]
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(serve(hub, scoring, sock, limits=limits, page=page))
        where = f"http://127.0.0.1:{port}"
        # A connection for each request: one that was kept may be hung up on as the next is asked.
        one_each = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=where, timeout=None, limits=one_each) as web:  # noqa: S113
            visit = Visit(hub, scoring, port, task, web)
            try:
                yield visit
            finally:
                await visit.stop()
