"""Playing a race from tape: a segment's picture and the changes that follow it.

A player has the scoring desk and the judges' desk that a live race has, and is fed from the tape
instead of the journal. It looks at the race, and lets it be judged, only at moments of the
tape's grid, so that a moment is the same however it was come to.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from operator import is_

from pydantic_core import to_json

from tracker.judging import JudgesDesk, consequences_of, moment
from tracker.live import messages
from tracker.live.changes import Change, compare
from tracker.live.messages import Message
from tracker.live.picture import Picture
from tracker.live.picture_of_race import picture
from tracker.live.tape import STEP, Tape
from tracker.racing.desk import ScoringDesk
from tracker.racing.vocabulary import RaceTime
from tracker.verdicts.past import Past

COSTLY_STEP = RaceTime(8 * STEP)
"""Between two looks at a race that has to be folded again for each of them, as where two sources
read every passing: every two seconds of race time, else a segment would cost ten of ours."""

Rest = Callable[[], None]
"""Called between pieces of work of about a millisecond, to let others do theirs."""


def without_rest() -> None:
    """Nobody else is waiting."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A segment, ready to be sent."""

    index: int
    events: int
    """By its end, and so its name."""
    complete: bool
    packed: bytes
    """The segment as JSON, gzipped: it is kept for everybody, and nearly everybody takes it so."""


class Player:
    """Plays one race from tape, onwards only."""

    def __init__(self, race: str, epoch: str, past: Past | None) -> None:
        self.race = race
        self.epoch = epoch
        self.past = past
        """What was known on the morning of the race, for the judges."""
        self._desk = ScoringDesk()
        self._judges = JudgesDesk()
        self._judged_at: object = None
        self._tape: Tape | None = None
        self._count = 0
        """Events played."""
        self._at: RaceTime | None = None
        """As far as the race is played; None before its beginning."""
        self._cutting: Cutting | None = None

    @property
    def played(self) -> int:
        """Events played so far."""
        return self._count

    def can_play(self, tape: Tape, index: int) -> bool:
        """Whether this player can go on to a segment: nothing has changed in what it played."""
        before = self._tape
        if before is None or self._at is None:
            return True
        if (before.start, before.green_at) != (tape.start, tape.green_at):
            return False
        opened = self._cutting is not None and self._cutting.index == index
        if not opened and tape.begins(index) < self._at:
            return False
        if tape.step_after(self._at) != self._at:
            return False  # it stands at what was the edge, in the midst of a step
        return tape.events_until(self._at) == self._count and all(
            map(is_, tape.events[: self._count], before.events)
        )

    def cut(self, tape: Tape, index: int, rest: Rest = without_rest) -> Cut:
        """Play a segment. Costs the fold of what lies before it, and a look for every step."""
        assert self.can_play(tape, index), "a player cannot go back"
        self._tape = tape
        cutting = self._cutting
        if cutting is None or cutting.index != index:
            while self._step(tape, tape.begins(index)):
                rest()
            self._at = tape.begins(index)
            begins = tape.race_time(tape.begins(index))
            past = f"{self.epoch}/past"
            cutting = Cutting(self.race, past, index, begins, self._look(), self._count)
        self._cutting = None  # a player that fails has nothing to go on from
        end = tape.ends(index)
        if cutting.before_edge is not None and self._more(tape, end):
            # Who plays here for the first time now does not look at what was the edge.
            self._desk.stale |= cutting.before_edge.stale
            cutting.back_to(cutting.before_edge)
        while self._step(tape, end):
            assert self._at is not None
            due = not self._desk.costly or self._at - cutting.looked_at >= COSTLY_STEP
            if due or not self._more(tape, end):
                cutting.before_edge = None if due else cutting.as_it_is(self._desk.stale)
                cutting.add(self._at, tape.race_time(self._at), self._look(), self._count)
            rest()
        self._cutting = cutting
        return Cut(
            index,
            self._count,
            tape.is_complete(index),
            gzip.compress(cutting.written(tape, self.epoch), 6, mtime=0),
        )

    def _more(self, tape: Tape, until: RaceTime) -> bool:
        """Whether there is anything left to play that happened by a moment."""
        return self._count < len(tape.events) and tape.events[self._count].at <= until

    def _step(self, tape: Tape, until: RaceTime) -> bool:
        """Play the next step of the grid in which something happened, if it is not too late."""
        if not self._more(tape, until):
            return False
        self._at = tape.step_after(tape.events[self._count].at)
        count = tape.events_until(self._at)
        self._desk.receive(tape.events[self._count : count])
        self._count = count
        # What is judged hangs on when it is asked; so it is asked at the same steps always.
        now = moment(self._desk.folding.race)
        if now != self._judged_at:
            self._judges.look(self._desk, lambda: self.past)
            self._judged_at = now
        return True

    def _look(self) -> Picture:
        """The race as a viewer would have seen it."""
        race = self._desk.race
        return picture(race, self._judges.shown, consequences_of(race))


@dataclass(frozen=True, slots=True)
class BeforeEdge:
    """A segment before a look that it was not time for, had the tape not ended there."""

    looked_at: RaceTime
    shown: Picture
    version: int
    frames: int
    stale: bool
    """Whether the race had to be folded again for it."""


class Cutting:
    """A segment as it is being cut."""

    def __init__(
        self, race: str, epoch: str, index: int, begins: int, shown: Picture, version: int
    ) -> None:
        self.index = index
        self.looked_at = RaceTime(-(2**62))
        self.before_edge: BeforeEdge | None = None
        self._race = race
        self._epoch = epoch
        self._shown = shown
        self._version = version
        self._snapshot = messages.snapshot(race, epoch, version, shown, begins)
        self._frames: list[bytes] = []

    def add(self, looked_at: RaceTime, at: int, shown: Picture, version: int) -> None:
        """The race was looked at; what is new makes a frame."""
        self.looked_at = looked_at
        change = compare(self._shown, shown)
        if change != Change():
            told = b",".join(message.body for message in self._told(at, version, shown, change))
            self._frames.append(b'{"at":%d,"messages":[%b]}' % (at, told))
            self._shown, self._version = shown, version

    def as_it_is(self, stale: bool) -> BeforeEdge:
        """What there is to come back to."""
        return BeforeEdge(self.looked_at, self._shown, self._version, len(self._frames), stale)

    def back_to(self, before: BeforeEdge) -> None:
        """Take back the look at what is the edge no more."""
        self.looked_at, self._shown, self._version = before.looked_at, before.shown, before.version
        del self._frames[before.frames :]
        self.before_edge = None

    def _told(self, at: int, version: int, shown: Picture, change: Change) -> list[Message]:
        if change.withdrawn:
            return [messages.snapshot(self._race, self._epoch, version, shown, at)]
        return messages.told(self._race, self._epoch, self._version, version, change, at)

    def written(self, tape: Tape, epoch: str) -> bytes:
        """The segment as far as it is cut, as JSON."""
        head = to_json(
            {
                "race": self._race,
                "epoch": epoch,
                "index": self.index,
                "from": tape.race_time(tape.begins(self.index)),
                "to": tape.race_time(tape.ends(self.index)),
                "reach": tape.race_time(min(tape.ends(self.index), tape.edge)),
                "complete": tape.is_complete(self.index),
                "events": tape.events_by(self.index),
            }
        )
        return b'%b,"snapshot":%b,"frames":[%b]}' % (
            head[:-1],
            self._snapshot.body,
            b",".join(self._frames),
        )
