"""Who watches what.

The hub is given pictures and hands out messages. It knows no sockets and no clock and waits for
nobody; what a viewer is made of is the business of `sockets` and `stream`.
"""

from tracker.errors import RequestRefused
from tracker.live import wire
from tracker.live.channel import Answer, Channel, Counts, Viewer
from tracker.live.messages import Message
from tracker.live.picture import Picture


class Hub:
    """Every race on the air and everybody who watches."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._channels: dict[str, Channel] = {}
        self._watching: dict[Viewer, set[str]] = {}

    def publish(self, race: str, epoch: str, version: int, picture: Picture) -> None:
        """Put a picture on the air; the first one of a race makes the race known.

        `epoch` names the journal and the code that give versions their meaning. In one epoch the
        version only grows, and a version has only one picture: anything else is our own mistake
        and an AssertionError, which leaves this race as it was and touches no other.
        """
        channel = self._channels.get(race)
        if channel is None:
            self._channels[race] = Channel(race, epoch, version, picture, self.counts)
        else:
            channel.publish(epoch, version, picture)

    def watch(
        self, viewer: Viewer, race: str, epoch: str | None = None, version: int | None = None
    ) -> Answer:
        """Let a viewer watch a race, from the picture that it has if it has one.

        It is answered with what it missed or with the whole picture, and has joined when this
        returns. Raises RequestRefused where there is no such race.
        """
        answer = self._channel(race).watch(viewer, epoch, version)
        self._watching.setdefault(viewer, set()).add(race)
        return answer

    def unwatch(self, viewer: Viewer, race: str) -> None:
        """It watches this race no more; that it never did is no matter."""
        races = self._watching.get(viewer)
        if races is not None and race in races:
            races.discard(race)
            self._channels[race].leave(viewer)

    def leave(self, viewer: Viewer) -> None:
        """It is gone."""
        for race in self._watching.pop(viewer, ()):
            self._channels[race].leave(viewer)

    def drained(self, viewer: Viewer) -> None:
        """Its connection has room again: serve it wherever it is behind."""
        for race in self._watching.get(viewer, ()):
            self._channels[race].drained(viewer)

    def tick(self, now: float) -> None:
        """Serve those who have drained and send off those who will not; several times a second."""
        for channel in self._channels.values():
            for viewer in channel.tick(now):
                self.counts.given_up += 1
                self.leave(viewer)
                viewer.close(wire.CLOSE_BEHIND, "too far behind; come back for a fresh picture")

    def heard(self, race: str, now: float) -> None:
        """An event of this race came in; `now` is on the clock that `tick` is told."""
        channel = self._channels.get(race)
        if channel is not None:
            channel.heard = now

    def beat(self) -> None:
        """Tell everybody that their race is still on the air; every few seconds."""
        for channel in self._channels.values():
            channel.beat()

    def races(self) -> list[str]:
        """The races on the air."""
        return list(self._channels)

    def watching(self, race: str) -> int:
        """How many watch this race."""
        channel = self._channels.get(race)
        return 0 if channel is None else channel.viewers

    def knows(self, race: str) -> bool:
        """Whether this race can be watched."""
        return race in self._channels

    def picture(self, race: str) -> Picture:
        """The picture as it was published last."""
        return self._channel(race).picture

    def version(self, race: str) -> int:
        """The version of the picture that was published last."""
        return self._channel(race).version

    def snapshot(self, race: str) -> Message:
        """The whole picture, as a viewer gets it."""
        return self._channel(race).snapshot()

    @property
    def viewers(self) -> int:
        """Everybody who watches something."""
        return sum(1 for races in self._watching.values() if races)

    @property
    def behind(self) -> int:
        """Of all watched races, how many viewers are behind."""
        return sum(channel.behind for channel in self._channels.values())

    def _channel(self, race: str) -> Channel:
        channel = self._channels.get(race)
        if channel is None:
            raise RequestRefused(f"there is no race {race!r} here", wire.CLOSE_NO_SUCH_RACE)
        return channel
