"""Viewers of the past: each has its moment and its speed, and is shown the race from there on.

They are served from segments, as everybody who rewinds, several times a second by one clock. What
a viewer has not taken is never piled on: it keeps its place, and gets what lies between that and
its moment in one piece. Who catches up with the race goes on with it live.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from tracker.errors import RequestRefused, Unavailable
from tracker.live import wire
from tracker.live.channel import FULL, PATIENCE, Viewer
from tracker.live.hub import Hub
from tracker.live.messages import Message, encoded
from tracker.live.packed import Packed
from tracker.live.scoring import Scoring
from tracker.live.strips import Place, Strip, on_the_way
from tracker.live.tape import Tape

log = structlog.get_logger()

MOST_STRIPS = 64
"""Strips kept open, 300 kB each, besides those that viewers are shown: most are shown the same."""


@dataclass(slots=True, eq=False)
class Replay:
    """One race of the past as one viewer is shown it."""

    viewer: Viewer
    race: str
    at: wire.At
    speed: float
    since: float
    """When it stood at `began`, by the clock."""
    began: int | None = None
    """Where in the race it began; None until that was looked up."""
    place: Place | None = None
    version: int = 0
    """What the viewer has."""
    loading: asyncio.Task[None] | None = None
    full_since: float | None = None

    def moment(self, now: float) -> int:
        """Where it should be by now."""
        assert self.began is not None
        return self.began + int(self.speed * (now - self.since) * 1_000_000)


class Replays:
    """Everybody who watches the past."""

    def __init__(self, hub: Hub, scoring: Scoring, most: int, now: Callable[[], float]) -> None:
        self._hub = hub
        self._scoring = scoring
        self._most = most
        self._now = now
        self._replays: dict[tuple[Viewer, str], Replay] = {}
        self._strips: OrderedDict[tuple[str, int], Strip] = OrderedDict()
        self._opening = asyncio.Lock()

    @property
    def viewers(self) -> int:
        """How many pasts are being watched."""
        return len(self._replays)

    @property
    def looking_up(self) -> int:
        """How many of them wait for what they are to be shown."""
        return sum(replay.loading is not None for replay in self._replays.values())

    @property
    def full(self) -> bool:
        """Whether there is room for no more."""
        return len(self._replays) >= self._most

    def watch(self, viewer: Viewer, race: str, at: wire.At, speed: float) -> None:
        """Show a viewer a race from a moment on; whatever it watched of that race ends.

        Raises RequestRefused where there is no such race, or no room.
        """
        self._hub.picture(race)
        self._hub.unwatch(viewer, race)
        self.unwatch(viewer, race)
        if self.full:
            raise RequestRefused(
                "too many watch the past; come back later, or play its segments yourself",
                wire.CLOSE_BEHIND,
            )
        replay = Replay(viewer, race, at, speed, self._now())
        self._replays[viewer, race] = replay
        self._begin(replay)

    def unwatch(self, viewer: Viewer, race: str) -> None:
        """It watches the past of this race no more; that it never did is no matter."""
        replay = self._replays.pop((viewer, race), None)
        if replay is not None and replay.loading is not None:
            replay.loading.cancel()

    def leave(self, viewer: Viewer) -> None:
        """It is gone."""
        for watching, race in list(self._replays):
            if watching is viewer:
                self.unwatch(viewer, race)

    async def picture(self, race: str, at: wire.At) -> Message:
        """A race at a moment, as one picture. Raises Unavailable when too many are asked for."""
        moment = await self._scoring.moment(race, at)
        await self._fetch(race, moment)
        strip = self._strips.get((race, self._scoring.tape(race).index_at(moment)))
        if strip is None:
            raise Unavailable("that moment has just become another; ask again")
        return strip.place(moment).snapshot

    def close(self) -> None:
        """Show nobody anything more."""
        for viewer, race in list(self._replays):
            self.unwatch(viewer, race)

    def tick(self) -> None:
        """Show everybody what has come since; several times a second."""
        now = self._now()
        for replay in list(self._replays.values()):
            if replay.loading is None:
                self._go_on(replay, now)

    def beat(self) -> None:
        """Tell everybody where they are; every few seconds."""
        for replay in self._replays.values():
            place = replay.place
            if place is not None and replay.viewer.buffered() <= FULL:
                beat = wire.Beat(race=replay.race, version=replay.version, moment=place.moment)
                self._send(replay, [encoded(beat)])

    # One viewer.

    def _begin(self, replay: Replay) -> None:
        replay.loading = asyncio.create_task(self._load(replay), name="replay")

    async def _load(self, replay: Replay) -> None:
        """Find where a viewer is, and fetch what it is to be shown there."""
        try:
            if replay.began is None:
                replay.began = await self._scoring.moment(replay.race, replay.at)
                replay.since = self._now()
            moment = self._scoring.tape(replay.race).within(replay.moment(self._now()))
            await self._fetch(replay.race, moment)
        except Unavailable:
            await asyncio.sleep(1)  # others are being served; tried again on the next tick
        except Exception:
            # Our mistake, and one viewer's: it comes back, and the others go on.
            log.exception("replay failed", race=replay.race)
            del self._replays[replay.viewer, replay.race]
            replay.viewer.close(wire.CLOSE_BEHIND, "that moment cannot be shown now")
            return
        replay.loading = None
        if replay.place is None:
            replay.since = self._now()  # its clock runs from when it sees something
        self._go_on(replay, self._now(), load=False)

    async def _fetch(self, race: str, moment: int) -> None:
        index = self._scoring.tape(race).index_at(moment)
        packed = await self._scoring.segment(race, index)
        if packed is None:
            return  # the race begins elsewhere by now; the next tick knows
        name = (race, index)
        if not self._is_open(name, packed):
            # One after the other and on a thread: a big field's takes some milliseconds, and
            # hundreds of viewers, each in another minute, would have the loop do nothing else.
            async with self._opening:
                if not self._is_open(name, packed):
                    self._strips[name] = await asyncio.to_thread(Strip.opened, packed)
        self._strips.move_to_end(name)
        while len(self._strips) > MOST_STRIPS:
            self._strips.popitem(last=False)

    def _is_open(self, name: tuple[str, int], packed: Packed) -> bool:
        """Whether a segment has been opened, and is still the same."""
        strip = self._strips.get(name)
        return strip is not None and strip.etag == packed.etag

    def _strip_for(self, replay: Replay, index: int) -> Strip | None:
        """A strip that is open; a viewer keeps its own, however many others there are."""
        strip = self._strips.get((replay.race, index))
        if strip is None and replay.place is not None and replay.place.strip.index == index:
            strip = replay.place.strip
        return strip

    def _go_on(self, replay: Replay, now: float, *, load: bool = True) -> None:
        """Show a viewer what it has not seen yet, if it can take it and it is here.

        What is not is loaded for the next time, or else shown as far as it goes.
        """
        viewer, race = replay.viewer, replay.race
        if replay.began is None or self._is_full(replay, now):
            if load and replay.began is None:
                self._begin(replay)
            return
        tape = self._scoring.tape(race)
        moment = tape.within(replay.moment(now))
        if replay.speed > 0 and replay.moment(now) >= tape.race_time(tape.edge):
            # Caught up: from here on the race tells itself.
            self.unwatch(viewer, race)
            self._hub.watch(viewer, race)
            return
        index = tape.index_at(moment)
        strip = self._strip_for(replay, index)
        if load and (strip is None or not up_to_date(strip, tape, moment)):
            self._begin(replay)
            return
        if strip is None or moment < strip.begins:
            return
        place = strip.place(min(moment, strip.reach))
        before, replay.place = replay.place, place
        sent = [place.snapshot] if before is None else on_the_way(replay.version, before, place)
        if sent:
            replay.version = place.version
            self._send(replay, sent)

    def _is_full(self, replay: Replay, now: float) -> bool:
        """Whether a viewer takes nothing now; who does not for too long is sent off."""
        if replay.viewer.buffered() <= FULL:
            replay.full_since = None
            return False
        if replay.full_since is None:
            replay.full_since = now
        elif now - replay.full_since >= PATIENCE:
            self._hub.counts.given_up += 1
            self.leave(replay.viewer)
            self._hub.leave(replay.viewer)
            replay.viewer.close(wire.CLOSE_BEHIND, "too far behind; come back for a fresh picture")
        return True

    def _send(self, replay: Replay, sent: list[Message]) -> None:
        replay.viewer.send(sent)
        self._hub.counts.note(sent, 1)


def up_to_date(strip: Strip, tape: Tape, moment: int) -> bool:
    """Whether a strip tells a moment as far as it is known now."""
    if strip.complete:
        return strip.events == tape.events_by(strip.index)
    return moment <= strip.reach
