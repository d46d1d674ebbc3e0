"""One race on the air: its picture, what changed lately, and who is watching.

A viewer is in step or behind. One in step has been handed every message up to the version of the
channel. One whose connection is full is behind: nothing more is put on the pile, and once the
pile is gone a single squashed answer brings it up to date. The slowest phone in the stand thus
costs as much memory as the fastest, and never makes anybody wait.

No sockets, no clock, no waiting: time is passed in, and taking the answer and joining the viewers
is one step.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from tracker.live import messages, wire
from tracker.live.changes import Change, compare
from tracker.live.messages import Message
from tracker.live.picture import Picture
from tracker.live.ring import RESET, Ring

FULL = 65_536
"""Bytes waiting in a viewer's connection above which it is behind: a snapshot of a big field, or
twenty seconds of a busy race. More would only make it later."""
DRAINED = FULL // 4
"""Bytes waiting at which a viewer that was behind is served again."""
PATIENCE = 10.0
"""Seconds a viewer may stay behind: longer than any pause of a network that will recover."""


class Viewer(Protocol):
    """Anybody who watches, over whatever connection."""

    def send(self, messages: Sequence[Message]) -> None:
        """Take these, in this order; never wait, never raise."""

    def buffered(self) -> int:
        """Bytes taken and not yet on their way."""

    def close(self, code: int, reason: str) -> None:
        """Go away; the code says whether to come back."""


class Answer(Enum):
    """What a viewer got that asked to watch."""

    NOTHING_MISSED = "nothing_missed"
    UPDATE = "update"
    SNAPSHOT = "snapshot"
    LATER = "later"
    """Its connection is full: it gets one of the others once it has drained."""


@dataclass(slots=True)
class Counts:
    """What was done so far, for the metrics."""

    sent: Counter[str] = field(default_factory=Counter)
    sent_bytes: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    conflated: int = 0
    given_up: int = 0

    def note(self, sent: Sequence[Message], viewers: int) -> None:
        """These messages went to so many viewers."""
        if viewers:
            for message in sent:
                self.sent[message.type] += viewers
                self.sent_bytes += viewers * len(message.body)


@dataclass(slots=True)
class Lag:
    """How a viewer is behind."""

    epoch: str | None
    version: int | None
    since: float | None = None
    """When the clock was first looked at since; the channel has none of its own."""


class Channel:
    """A race, its picture and its viewers."""

    def __init__(
        self, race: str, epoch: str, version: int, picture: Picture, counts: Counts
    ) -> None:
        self.race = race
        self.epoch = epoch
        self.version = version
        self.picture = picture
        self.heard: float | None = None
        """When the last event came in, on the clock that `tick` is told."""
        self.feed_age_ms: int | None = None
        self._counts = counts
        self._ring = Ring()
        self._in_step: dict[Viewer, None] = {}
        self._behind: dict[Viewer, Lag] = {}
        self._snapshot: Message | None = messages.snapshot(race, epoch, version, picture)
        self._missed: dict[int, list[Message] | None] = {}
        """Answers by version, so that a thousand viewers who come back at once cost one."""

    @property
    def viewers(self) -> int:
        """How many are watching."""
        return len(self._in_step) + len(self._behind)

    @property
    def behind(self) -> int:
        """How many of them are behind."""
        return len(self._behind)

    def publish(self, epoch: str, version: int, picture: Picture) -> None:
        """Tell everybody what is new.

        A new epoch is another story, and everybody gets a snapshot. Everything that can fail is
        done before anything is changed: after an exception the channel is as it was.
        """
        follows = (self.epoch, self.version)
        if epoch == self.epoch:
            assert version >= self.version, f"version went back from {self.version} to {version}"
            change = compare(self.picture, picture)
            if version == self.version:
                assert change == Change(), f"two pictures of version {version}"
                return
            if not change.withdrawn:
                # Written down even when nobody watches: what cannot be written must not get in.
                news = self._told(self.version, version, change)
                self._ring.append(self.version, version, change)
                self._stand_at(epoch, version, picture)
                self._hand_out(news, follows)
                return
        whole = messages.snapshot(self.race, epoch, version, picture)
        self._ring.clear()
        self._stand_at(epoch, version, picture)
        self._snapshot = whole
        self._hand_out([whole], follows)

    def watch(self, viewer: Viewer, epoch: str | None, version: int | None) -> Answer:
        """Answer a viewer from the picture it has, and let it in, in one step.

        Between the answer and the joining nothing can be published, so nothing is ever missed.
        """
        if viewer.buffered() > FULL:
            self._in_step.pop(viewer, None)
            self._behind[viewer] = Lag(epoch, version)
            return self._answered(Answer.LATER)
        self._behind.pop(viewer, None)
        self._in_step[viewer] = None
        return self._answer(viewer, epoch, version)

    def leave(self, viewer: Viewer) -> None:
        """It watches this race no more."""
        self._in_step.pop(viewer, None)
        self._behind.pop(viewer, None)

    def drained(self, viewer: Viewer) -> None:
        """Bring a viewer up to date that was behind, if its connection has room again."""
        lag = self._behind.get(viewer)
        if lag is None or viewer.buffered() > DRAINED:
            return
        del self._behind[viewer]
        self._in_step[viewer] = None
        self._counts.conflated += 1
        self._answer(viewer, lag.epoch, lag.version)

    def tick(self, now: float) -> list[Viewer]:
        """Serve those who have drained; return those who stayed behind for too long."""
        self.feed_age_ms = None if self.heard is None else max(0, int((now - self.heard) * 1000))
        given_up = []
        for viewer, lag in list(self._behind.items()):
            self.drained(viewer)
            if viewer not in self._behind:
                continue
            if lag.since is None:
                lag.since = now
            elif now - lag.since >= PATIENCE:
                given_up.append(viewer)
        return given_up

    def beat(self) -> None:
        """Tell everybody in step that the race is still on the air, and how old the news is."""
        if self._in_step:
            beat = [self._beat()]
            for viewer in self._in_step:
                viewer.send(beat)
            self._counts.note(beat, len(self._in_step))

    def snapshot(self) -> Message:
        """The whole picture, written down once for each version."""
        if self._snapshot is None:
            self._snapshot = messages.snapshot(self.race, self.epoch, self.version, self.picture)
        return self._snapshot

    def _answer(self, viewer: Viewer, epoch: str | None, version: int | None) -> Answer:
        """Send what leads from that picture to this one."""
        if (epoch, version) == (self.epoch, self.version):
            # Said with a beat: its version tells the viewer that it is up to date.
            return self._answered(Answer.NOTHING_MISSED, viewer, [self._beat()])
        missed = None if epoch != self.epoch or version is None else self._since(version)
        if missed is None:
            return self._answered(Answer.SNAPSHOT, viewer, [self.snapshot()])
        return self._answered(Answer.UPDATE, viewer, missed)

    def _answered(
        self, answer: Answer, viewer: Viewer | None = None, sent: Sequence[Message] = ()
    ) -> Answer:
        self._counts.answers[answer.value] += 1
        if viewer is not None:
            viewer.send(sent)
            self._counts.note(sent, 1)
        return answer

    def _since(self, version: int) -> list[Message] | None:
        if version not in self._missed:
            change = self._ring.since(version)
            self._missed[version] = (
                None if change is RESET else self._told(version, self.version, change)
            )
        return self._missed[version]

    def _told(self, follows: int, version: int, change: Change) -> list[Message]:
        return messages.told(self.race, self.epoch, follows, version, change)

    def _beat(self) -> Message:
        return messages.encoded(
            wire.Beat(race=self.race, version=self.version, feed_age_ms=self.feed_age_ms)
        )

    def _stand_at(self, epoch: str, version: int, picture: Picture) -> None:
        self.epoch, self.version, self.picture = epoch, version, picture
        self._snapshot = None
        self._missed.clear()

    def _hand_out(self, news: Sequence[Message], follows: tuple[str, int]) -> None:
        """Send to everybody in step; who is full stays at the version it has."""
        full = []
        for viewer in self._in_step:
            if viewer.buffered() > FULL:
                full.append(viewer)
            else:
                viewer.send(news)
        for viewer in full:
            del self._in_step[viewer]
            self._behind[viewer] = Lag(*follows)
        self._counts.note(news, len(self._in_step))
