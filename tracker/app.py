"""The tracker: feed, journal, scoring room and hub, put together; the one place tasks are born.

broker → consumer → journal → scoring room → hub → viewers
                                                ↘ derived MQTT topics
"""

import asyncio
import contextlib
import gc
import hashlib
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Self

import structlog

import tracker
from tracker import __version__
from tracker.broker.embedded import EmbeddedBroker
from tracker.errors import TrackerError
from tracker.feed.connection import BrokerAddress
from tracker.feed.consumer import Consumer, Journalled
from tracker.figures import FeedFigures
from tracker.journal import Journal
from tracker.judging import consequences_of
from tracker.live.control import ControlLog, control_log
from tracker.live.hub import Hub
from tracker.live.packed import Packed
from tracker.live.picture_of_race import picture
from tracker.live.server import listen
from tracker.live.server import serve as serve_viewers
from tracker.live.tape import Tape
from tracker.live.wire import At, RaceListed
from tracker.memory import Memory, date_of, is_over, series_of
from tracker.outputs import Outputs
from tracker.racing.laps import order_of_lap
from tracker.rewinding import Rewinding
from tracker.rooms import Room, ScoringRoom, placed_at
from tracker.settings import Settings
from tracker.stopping import stopping_on_request
from tracker.tapes import Tapes, is_live
from tracker.verdicts.history import History
from tracker.verdicts.past import Past, past_of

log = structlog.get_logger(__name__)

UNWATCHED_SHARE = 0.5
"""Of a beat, for races that nobody watches: the rest is for what comes in."""

MOST_PASTS = 32
"""Pasts kept: a long history takes some 20 MB, and races of one day share theirs."""


class Tracker:
    """One tracker at work: what it hears is scored and shown until it is closed."""

    def __init__(self, settings: Settings, journal: Journal, broker_url: str) -> None:
        self.settings = settings
        self.journal = journal
        self.broker_url = broker_url
        self.broker = broker = address(broker_url)
        self.hub = Hub()
        self.room = ScoringRoom()
        # Verdicts in mid-race hang on when they were asked for, so a restart is an epoch too.
        self.epoch = f"{journal.id}-{journal.engine_epoch}-{code_fingerprint()}"
        self.consumer = Consumer(broker, journal, self.receive)
        self.outputs = Outputs(broker, self.hub, journal.engine_epoch)
        self.memory = Memory()
        self.tapes = Tapes()
        self.rewinding = Rewinding()
        self._pasts: dict[object, Past] = {}
        """What was known on the morning of a race; counting a long history takes a second."""
        self._waiting: dict[str, None] = {}
        """Races with something to tell on the next beat, who has waited longest first."""
        self._official: dict[str, int] = {}
        """Races scored here whose result is official, with its revision: others' history."""
        self._awaited: dict[str, asyncio.Event] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """A tracker with its journal open, its broker running and every race scored again."""
        async with AsyncExitStack() as stack:
            journal = await stack.enter_async_context(Journal.open(settings.journal))
            url = settings.broker
            if url is None:
                embedded = EmbeddedBroker(settings.data / "broker", sync=settings.broker_sync)
                url = (await stack.enter_async_context(embedded)).url
            tracker = cls(settings, journal, url)
            stack.callback(tracker.rewinding.close)
            tracker.memory = await Memory.read(journal)
            await tracker.room.restore(journal)
            for race in tracker.room.rooms:
                tracker.publish(race)
            yield tracker

    async def run(self, sock: socket.socket) -> None:
        """Listen, score and show until cancelled; viewers come in by the socket."""
        async with asyncio.TaskGroup() as tasks:
            serving = serve_viewers(
                self.hub,
                self,
                sock,
                collectors=(FeedFigures(self.consumer, self.room, self.outputs),),
                ours=lambda: len(self.outputs.races),
            )
            tasks.create_task(serving, name="server")
            tasks.create_task(self.consumer.run(), name="feed")
            tasks.create_task(self.outputs.run(), name="outputs")
            tasks.create_task(self.publish_on_the_beat(), name="board")

    def receive(self, burst: Sequence[Journalled]) -> None:
        """Score what the journal took; flags, incidents and results are told at once."""
        now = time.monotonic()
        for race, urgent in self.room.receive(burst).items():
            if urgent or not self.hub.knows(race):
                self.publish(race)
            else:
                self._waiting.setdefault(race)
            self.hub.heard(race, now)

    def publish(self, race: str) -> None:
        """Tell viewers how a race stands. A fault in one race must not stop the others."""
        self._waiting.pop(race, None)
        room = self.room.rooms[race]
        try:
            room.settle()
            shown = picture(room.race, self.verdicts(room), consequences_of(room.race))
            self.hub.publish(race, self.epoch, room.version, shown)
            if is_over(room.race):
                self._official[race] = len(room.race.publications)
        except Exception:
            log.exception("publishing failed", race=race, version=room.version)
            room.not_shown += 1
        if race in self._awaited:
            self._awaited.pop(race).set()

    def verdicts(self, room: Room) -> dict[str, Any] | None:
        """Who would win and lose the day, or has; a fault there must not take the board away."""
        try:
            return room.judges.look(room.desk, lambda: self.past(room))
        except Exception:
            log.exception("judging failed", race=room.race_id, version=room.version)
            return room.judges.shown

    def past(self, room: Room) -> Past | None:
        """What was known before a race: imported, and scored here on earlier days."""
        key, history = self.history(room)
        if history is not None and key not in self._pasts:
            self.keep(key, past_of(history, date_of(room.race)))
        return self._pasts.get(key)

    async def get_to_know(self, room: Room) -> None:
        """Count a long history before it is needed, while everything else goes on."""
        key, history = self.history(room)
        if history is not None and key not in self._pasts:
            self.keep(key, await asyncio.to_thread(past_of, history, date_of(room.race)))

    def history(self, room: Room) -> tuple[object, History | None]:
        """The history of a race, by what it is the history of; None where it is counted already."""
        others = {race: rev for race, rev in self._official.items() if race != room.race_id}
        key = (series_of(room.race), date_of(room.race), frozenset(others.items()))
        if key in self._pasts:
            return key, None
        scored = [self.room.rooms[race].race for race in others]
        return key, self.memory.before(room.race, scored)

    def keep(self, key: object, past: Past) -> None:
        """Remember a past; the oldest gives way."""
        while len(self._pasts) >= MOST_PASTS:
            del self._pasts[next(iter(self._pasts))]
        self._pasts[key] = past

    async def on_the_air(self, race: str) -> None:
        """Wait until a race can be watched."""
        if not self.hub.knows(race):
            await self._awaited.setdefault(race, asyncio.Event()).wait()

    async def publish_on_the_beat(self) -> None:
        """Tell viewers what changed, a few times a second."""
        while True:
            await asyncio.sleep(self.settings.beat_s)
            until = time.monotonic() + UNWATCHED_SHARE * self.settings.beat_s
            # Races that somebody looks at come first; others when it is their turn and there is
            # time, for a thousand of them would leave none for hearing what happens.
            for race in sorted(self._waiting, key=lambda race: not self.watched(race)):
                if time.monotonic() > until and not self.watched(race):
                    break
                await self.get_to_know(self.room.rooms[race])
                self.publish(race)
                await asyncio.sleep(0)  # a thousand races take turns with everything else

    def watched(self, race: str) -> bool:
        """Whether anybody but our own outputs watches a race."""
        return self.hub.watching(race) > (race in self.outputs.races)

    # What the web asks (tracker.live.scoring.Scoring).

    def races(self) -> list[RaceListed]:
        """What there is to watch: announced races first, the latest before others."""
        rooms = sorted(
            self.room.rooms.values(), key=lambda room: (not room.race.announced, -room.heard_at)
        )
        return [listed(room, time.time()) for room in rooms]

    def order(self, race: str, lap: int) -> list[str] | None:
        """The order in which a lap was completed."""
        order = order_of_lap(self.room.rooms[race].race, lap)
        return None if order is None else [str(entry) for entry in order]

    async def laps(self, race: str) -> Packed:
        """Every lap of every car."""
        return await self.tapes.laps(self.room.rooms[race], self.epoch, self.hub.version(race))

    def control(self, race: str) -> ControlLog:
        """Everything race control told."""
        return control_log(race, self.room.rooms[race].race)

    def timeline(self, race: str) -> Packed:
        """The race along a line."""
        return self.tapes.timeline(self.room.rooms[race], self.epoch, self.hub.version(race))

    async def lap_chart(self, race: str, after: int | None) -> Packed:
        """Every lap of every car, or those after a lap."""
        published = self.hub.version(race)
        return await self.tapes.lap_chart(self.room.rooms[race], self.epoch, published, after)

    def tape(self, race: str) -> Tape:
        """What there is to play of a race."""
        return self.tapes.tape(self.room.rooms[race], self.epoch, self.hub.version(race))

    async def moment(self, race: str, at: At) -> int:
        """The race time of a moment."""
        tape = self.tape(race)
        if at.time is not None:
            return tape.within(at.time)
        if at.lap is not None:
            room, published = self.room.rooms[race], self.hub.version(race)
            return self.tapes.when(room, self.epoch, published, at.lap)
        assert at.version is not None
        placed = await placed_at(self.journal, race, at.version)
        seen = tape.edge if placed is None else tape.step_after(placed)
        return tape.within(tape.race_time(seen))

    async def segment(self, race: str, index: int) -> Packed | None:
        """A minute of the race's past."""
        room = self.room.rooms[race]
        await self.get_to_know(room)
        known, _ = self.history(room)
        past = self._pasts.get(known)
        return await self.rewinding.segment(race, self.epoch, self.tape(race), index, known, past)

    async def events(self, race: str, after: int) -> AsyncIterator[bytes]:
        """The race's journal as JSON lines."""
        async for entry in self.journal.events(race, after):
            yield entry.payload.replace(b"\n", b" ") + b"\n"

    def problems(self) -> list[str]:
        """Why no race should be scored here right now."""
        problems = []
        if not self.consumer.connected:
            problems.append(f"no connection to the broker at {self.broker}")
        if self.consumer.trouble is not None:
            problems.append(self.consumer.trouble)
        if not self.outputs.connected:
            problems.append(f"nothing goes out over MQTT: no connection to {self.broker}")
        return problems


async def serve(settings: Settings) -> None:
    """Track every race that the broker carries, until told to stop."""
    sock = listen(settings.host, settings.port)
    with stopping_on_request(), contextlib.closing(sock):
        async with Tracker.open(settings) as tracker:
            # Races of earlier days are kept, never rubbish: looking through a season of them for
            # some would stop everything for a second each time.
            gc.freeze()
            log.info(
                "tracking", page=page_url(sock), broker=str(tracker.broker), data=str(settings.data)
            )
            await tracker.run(sock)


def page_url(sock: socket.socket) -> str:
    """Where the page is, as a person on this machine would type it."""
    host, port = sock.getsockname()[:2]
    shown = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0", "::") else host  # noqa: S104
    return f"http://{shown}:{port}/"


def listed(room: Room, now: float) -> RaceListed:
    """A race as the list of races shows it: nothing that gives the result away."""
    race = room.race
    announced = race.announced
    return RaceListed(
        race=room.race_id,
        name=announced.name if announced else room.race_id,
        series=announced.series if announced else "",
        date=announced.date if announced else None,
        track=announced.track if announced else "",
        phase=race.phase.value,
        live=is_live(room, now),
    )


def address(url: str) -> BrokerAddress:
    """The broker at a URL."""
    try:
        return BrokerAddress.parse(url)
    except ValueError as error:
        raise TrackerError(f"--broker: {error}") from None


def code_fingerprint() -> str:
    """What stands for the code that gives versions their meaning.

    The same journal scored by other rules is another story, so viewers must not resume into it.
    """
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(Path(tracker.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
