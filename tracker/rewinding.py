"""Races rewound while they go on: each segment is cut once, for everybody who asks.

Segments are cut on a thread of their own, from a tape that nobody changes, and the thread rests
as much as it works: the race that is live goes first.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tracker.errors import Unavailable
from tracker.live.packed import Packed, tag
from tracker.live.tape import Tape
from tracker.playback import Player
from tracker.verdicts.past import Past

MOST_BYTES = 32 * 1024 * 1024
"""Of segments kept: 16 races of the size of Kansas 2024 whole, at 2 MB each."""

MOST_PLAYERS = 12
"""Players kept, of all races: each holds a race folded, 9 MB of a long one."""

MOST_WAITING = 64
"""Segments waiting to be cut, at 30 ms to 300 ms each: who comes later waits elsewhere."""

GROWING_S = 1.0
"""How long a segment that is still growing is served as it was: whoever plays is behind anyway."""

WORK_S = 0.001
"""Seconds of work before a rest of the same length. A thread that never rests takes the
interpreter from a loop that writes to thousands of sockets at every one of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A segment, by everything that it is a function of."""

    race: str
    epoch: str
    index: int
    start: int
    green_at: int
    events: int
    complete: bool
    faults: int
    known: object
    """The history that the judges know."""

    @property
    def etag(self) -> str:
        """The tag of the segment. The hash of a history holds for as long as its epoch."""
        return tag(
            self.epoch, self.start, self.green_at, self.index, self.events, self.complete,
            self.faults, hash(self.known),
        )  # fmt: skip

    @classmethod
    def of(cls, race: str, epoch: str, tape: Tape, index: int, known: object) -> "Wanted":
        """A segment of a tape."""
        return cls(
            race,
            epoch,
            index,
            tape.start,
            tape.green_at,
            tape.events_by(index),
            tape.is_complete(index),
            tape.faults,
            known,
        )


@dataclass(slots=True)
class Kept:
    """A segment that was cut."""

    wanted: Wanted
    packed: Packed
    cut_at: float


class Closing(Exception):
    """The tracker ends, and nobody waits for this segment any more."""


class Rewinding:
    """The past of every race, in segments."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: OrderedDict[tuple[str, int], Kept] = OrderedDict()
        self._bytes = 0
        self._cutting: dict[Wanted, asyncio.Future[Packed]] = {}
        self._players: list[Player] = []
        """The one used last is the last."""
        self._worker = ThreadPoolExecutor(1, "rewinding")
        self._closed = False
        self._worked_since = 0.0
        self.cut = 0
        """Segments cut so far."""

    async def segment(
        self, race: str, epoch: str, tape: Tape, index: int, known: object, past: Past | None
    ) -> Packed | None:
        """A segment of a race; None where it has not come so far.

        `known` stands for `past`, what the judges know. Raises Unavailable when too many others
        are being waited for.
        """
        if not 0 <= index < tape.segments:
            return None
        wanted = Wanted.of(race, epoch, tape, index, known)
        kept = self._kept.get((race, index))
        if kept is not None and self._will_do(kept, wanted):
            self._kept.move_to_end((race, index))
            return kept.packed
        cutting = self._cutting.get(wanted)
        if cutting is None:
            if len(self._cutting) >= MOST_WAITING:
                raise Unavailable("too many moments are being looked up; come back in a second")
            loop = asyncio.get_running_loop()
            cutting = loop.run_in_executor(self._worker, self._make, wanted, tape, past)
            self._cutting[wanted] = cutting
            cutting.add_done_callback(lambda done: self._keep(wanted, done))
        # Who stops waiting does not stop the others.
        return await asyncio.shield(cutting)

    def close(self) -> None:
        """Cut nothing more."""
        self._closed = True
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _will_do(self, kept: Kept, wanted: Wanted) -> bool:
        """Whether a segment that is kept is the one wanted, or was so a moment ago."""
        if kept.wanted == wanted:
            return True
        return (
            not wanted.complete
            and (kept.wanted.epoch, kept.wanted.start) == (wanted.epoch, wanted.start)
            and self._now() - kept.cut_at < GROWING_S
        )

    def _keep(self, wanted: Wanted, done: "asyncio.Future[Packed]") -> None:
        """Keep what was cut; what nobody asked for the longest gives way."""
        del self._cutting[wanted]
        if done.cancelled() or done.exception() is not None:
            return
        name = (wanted.race, wanted.index)
        before = self._kept.pop(name, None)
        packed = done.result()
        self._kept[name] = Kept(wanted, packed, self._now())
        self._bytes += len(packed.packed) - (len(before.packed.packed) if before else 0)
        self.cut += 1
        while self._bytes > MOST_BYTES:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone.packed.packed)

    # On the thread.

    def _make(self, wanted: Wanted, tape: Tape, past: Past | None) -> Packed:
        """Cut a segment, with the player that has the shortest way to it."""
        self._worked_since = self._now()
        player = self._player(wanted, tape, past)
        cut = player.cut(tape, wanted.index, self._rest)
        self._players.append(player)
        del self._players[:-MOST_PLAYERS]
        return Packed(cut.packed, wanted.etag)

    def _player(self, wanted: Wanted, tape: Tape, past: Past | None) -> Player:
        """The player of that race that has come the farthest, and not too far; else a new one."""
        able = [
            player
            for player in self._players
            if player.race == wanted.race
            and player.epoch == wanted.epoch
            and player.past is past
            and player.can_play(tape, wanted.index)
        ]
        if not able:
            return Player(wanted.race, wanted.epoch, past)
        best = max(able, key=lambda player: player.played)
        self._players.remove(best)
        return best

    def _rest(self) -> None:
        """Let the race that is live go on."""
        if self._closed:
            raise Closing
        worked = self._now() - self._worked_since
        if worked >= WORK_S:
            time.sleep(worked)
            self._worked_since = self._now()
