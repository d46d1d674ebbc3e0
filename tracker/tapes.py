"""The tapes of the races: what can be played of each, as viewers know it to stand.

A tape is made anew only when the race was published anew, however many ask: making one may mean
folding the race.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic_core import to_json

from tracker.live.lap_chart import charted
from tracker.live.packed import Packed
from tracker.live.picture_of_race import race_time
from tracker.live.tape import Tape, taped
from tracker.live.timeline import Timeline, timeline
from tracker.racing.laps import laps_of
from tracker.racing.race import Race
from tracker.racing.vocabulary import RaceTime
from tracker.rooms import Room

LIVE_S = 60
"""A race is live while its last event is not older than this many seconds."""

MOST_TAPES = 64
"""Tapes kept: each is a list of the events, 80 kB for Kansas 2024 and 4 MB for a day's race."""

MOST_CHARTS = 16
"""Lap charts kept of a race: who asks for the laps after one asks for much the same as others."""

LAPS_S = 1.0
"""How long the laps of a race are told as they were: writing all of them takes a quarter of one."""

MOST_LAPS = 16
"""Races whose laps are kept, 200 kB of a long one."""

RECENT_S = 600
"""How far back it is told when a race was known up to where: nobody delays a race for longer."""


def is_live(room: Room, now: float) -> bool:
    """Whether news of a race came within the last minute; `now` in seconds since 1970."""
    return now - room.heard_at / 1_000_000 < LIVE_S


def laps_packed(race_id: str, race: Race, made_of: tuple[object, ...]) -> Packed:
    """Every lap of every car, in the shape of `LapsShown`; car by car, to let others on."""
    cars = []
    for car in race.cars.values():
        laps = [
            {
                "lap": lap.number,
                "time": lap.time,
                "at": race_time(race, lap.completed_at),
                "position": lap.position,
                "flags": lap.flags,
                "estimated": lap.estimated,
            }
            for lap in laps_of(race, car)
        ]
        cars.append(b"%b:%b" % (to_json(car.entry), to_json(laps)))
    body = b'{"race":%b,"laps":{%b}}' % (to_json(race_id), b",".join(cars))
    return Packed.of(body, "laps", *made_of)


def chart_packed(
    head: dict[str, object], race: Race, after: int | None, made_of: tuple[object, ...]
) -> Packed:
    """The laps of every car after a lap, in the shape of `LapChart`."""
    return Packed.of(to_json({**head, "cars": charted(race, after)}), *made_of)


@dataclass(slots=True)
class Shelved:
    """A tape, its timeline, and what they were made of."""

    made_of: tuple[object, ...]
    tape: Tape
    timeline: Timeline
    written: tuple[object, Packed] | None = None
    charts: dict[int | None, Packed] = field(default_factory=dict)
    """By the lap after which they begin."""


@dataclass(frozen=True, slots=True)
class Laps:
    """Every lap of a race, written down."""

    made_of: tuple[object, ...]
    made_at: float
    packed: Packed


class Tapes:
    """The tapes that were asked for lately."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._laps: OrderedDict[str, Laps] = OrderedDict()
        self._writing = asyncio.Lock()
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

    async def lap_chart(self, room: Room, epoch: str, published: int, after: int | None) -> Packed:
        """Every lap of every car, or those after a lap.

        Costs 6 ms for all of Kansas 2024, once for each version that is asked for; three times
        that for a longer race, so on a thread too.
        """
        async with self._writing:
            shelved = self._shelved(room, epoch, published)
            packed = shelved.charts.get(after)
            if packed is None:
                room.settle()
                desk = room.desk
                head = {
                    "race": room.race_id,
                    "epoch": epoch,
                    "version": room.version,
                    "revision": f"{desk.late}.{len(desk.folding.corrections.made)}"
                    f".{len(room.faults)}",
                    "after": after,
                }
                made_of = (*shelved.made_of, after)
                race = room.race.copied()
                packed = await asyncio.to_thread(chart_packed, head, race, after, made_of)
                if len(shelved.charts) >= MOST_CHARTS:
                    shelved.charts.clear()
                shelved.charts[after] = packed
            return packed

    async def laps(self, room: Room, epoch: str, published: int) -> Packed:
        """Every lap of every car, as it is or was a second ago.

        Written on a thread, one race at a time: 24,000 laps would hold everybody up.
        """
        made_of = (epoch, published)
        async with self._writing:
            kept = self._laps.get(room.race_id)
            now = self._now()
            if kept is None or (
                kept.made_of != made_of
                and (kept.made_of[0] != epoch or not 0 <= now - kept.made_at < LAPS_S)
            ):
                room.settle()
                race = room.race.copied()
                packed = await asyncio.to_thread(laps_packed, room.race_id, race, made_of)
                kept = self._laps[room.race_id] = Laps(made_of, now, packed)
                while len(self._laps) > MOST_LAPS:
                    self._laps.popitem(last=False)
            self._laps.move_to_end(room.race_id)
            return kept.packed

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
