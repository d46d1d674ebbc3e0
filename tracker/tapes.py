"""The tapes of the races: what can be played of each, as viewers know it to stand.

A tape is made anew only when the race was published anew, however many ask: making one may mean
folding the race.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from tracker.live.packed import Packed
from tracker.live.tape import Tape, taped
from tracker.live.timeline import Timeline, timeline
from tracker.rooms import Room

LIVE_S = 60
"""A race is live while its last event is not older than this many seconds."""

MOST_TAPES = 64
"""Tapes kept: each is a list of the events, 80 kB for Kansas 2024 and 4 MB for a day's race."""

RECENT_S = 600
"""How far back it is told when a race was known up to where: nobody delays a race for longer."""


def is_live(room: Room, now: float) -> bool:
    """Whether news of a race came within the last minute; `now` in seconds since 1970."""
    return now - room.heard_at / 1_000_000 < LIVE_S


@dataclass(slots=True)
class Shelved:
    """A tape, its timeline, and what they were made of."""

    made_of: tuple[object, ...]
    tape: Tape
    timeline: Timeline
    written: tuple[object, Packed] | None = None


class Tapes:
    """The tapes that were asked for lately."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._shelf: OrderedDict[str, Shelved] = OrderedDict()

    def tape(self, room: Room, epoch: str, published: int) -> Tape:
        """What there is to play of a race that was last published at a version."""
        return self._shelved(room, epoch, published).tape

    def timeline(self, room: Room, epoch: str, published: int) -> Packed:
        """A race along a line."""
        now = self._now()
        shelved = self._shelved(room, epoch, published)
        recent: list[tuple[int, int]] = []
        # Ages grow old: where there are any, half a second makes another answer.
        moment = 0
        if is_live(room, now):
            moment = int(now * 2)
            recent = [
                (max(0, int(now * 1000) - heard_at // 1000), shelved.tape.race_time(at))
                for heard_at, at in room.arrivals
                if now - heard_at / 1_000_000 <= RECENT_S
            ]
        if shelved.written is None or shelved.written[0] != moment:
            told = shelved.timeline.model_copy(update={"recent": recent})
            body = told.model_dump_json(by_alias=True).encode()
            shelved.written = (moment, Packed.of(body, *shelved.made_of, moment))
        return shelved.written[1]

    def _shelved(self, room: Room, epoch: str, published: int) -> Shelved:
        live = is_live(room, self._now())
        made_of = (epoch, published, live)
        shelved = self._shelf.get(room.race_id)
        if shelved is None or shelved.made_of != made_of:
            room.settle()
            race = room.race
            tape = taped(
                room.desk.believed,
                race.green_at,
                live=live,
                finished=race.finished_at is not None,
                faults=len(room.faults),
            )
            told = timeline(room.race_id, epoch, room.version, race, tape)
            shelved = self._shelf[room.race_id] = Shelved(made_of, tape, told)
            while len(self._shelf) > MOST_TAPES:
                self._shelf.popitem(last=False)
        self._shelf.move_to_end(room.race_id)
        return shelved
