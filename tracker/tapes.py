"""The tapes of the races: what can be played of each, as viewers know it to stand.

A tape is made anew only when the race was published anew, however many ask: making one may mean
folding the race.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic_core import to_json

from tracker.live.lap_chart import charted
from tracker.live.packed import Packed
from tracker.live.tape import Tape, taped
from tracker.live.timeline import Timeline, timeline
from tracker.racing.vocabulary import RaceTime
from tracker.rooms import Room

LIVE_S = 60
"""A race is live while its last event is not older than this many seconds."""

MOST_TAPES = 64
"""Tapes kept: each is a list of the events, 80 kB for Kansas 2024 and 4 MB for a day's race."""

MOST_CHARTS = 16
"""Lap charts kept of a race: who asks for the laps after one asks for much the same as others."""

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
    charts: dict[int | None, Packed] = field(default_factory=dict)
    """By the lap after which they begin."""


class Tapes:
    """The tapes that were asked for lately."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._shelf: OrderedDict[str, Shelved] = OrderedDict()

    def tape(self, room: Room, epoch: str, published: int) -> Tape:
        """What there is to play of a race that was last published at a version."""
        return self._shelved(room, epoch, published).tape

    def when(self, room: Room, epoch: str, published: int, lap: int) -> int:
        """When it was seen that the leader had completed so many laps; the edge, where not yet."""
        shelved = self._shelved(room, epoch, published)
        told, tape = shelved.timeline, shelved.tape
        moments = [min(0, told.edge), *told.laps]
        at = moments[lap] if lap < len(moments) else told.edge
        return tape.race_time(tape.step_after(RaceTime(at + tape.green_at)))

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

    def lap_chart(self, room: Room, epoch: str, published: int, after: int | None) -> Packed:
        """Every lap of every car, or those after a lap.

        Costs 6 ms for all of Kansas 2024, once for each version that is asked for.
        """
        shelved = self._shelved(room, epoch, published)
        packed = shelved.charts.get(after)
        if packed is None:
            room.settle()
            desk = room.desk
            told = {
                "race": room.race_id,
                "epoch": epoch,
                "version": room.version,
                "revision": f"{desk.late}.{len(desk.folding.corrections.made)}.{len(room.faults)}",
                "after": after,
                "cars": charted(room.race, after),
            }
            packed = Packed.of(to_json(told), *shelved.made_of, after)
            if len(shelved.charts) >= MOST_CHARTS:
                shelved.charts.clear()
            shelved.charts[after] = packed
        return packed

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
