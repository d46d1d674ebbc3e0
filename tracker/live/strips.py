"""Segments of the past, opened for viewers who are shown them rather than play them themselves."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pydantic_core import from_json, to_json

from tracker.live import messages
from tracker.live.changes import Change, apply, compare, squash
from tracker.live.messages import Message
from tracker.live.packed import Packed
from tracker.live.picture import Picture
from tracker.live.viewer import change as change_told

FEW = 4
"""Frames at once that are passed on as they are, the same bytes to everybody; more are squashed."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame of a segment."""

    at: int
    version: int
    messages: list[Message]
    change: Change | None
    whole: Picture | None
    """Where no change leads here, as when an incident was withdrawn."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A segment, with its messages ready to be passed on."""

    race: str
    epoch: str
    index: int
    begins: int
    reach: int
    """As far as it is known."""
    events: int
    complete: bool
    etag: str
    first: Picture
    version: int
    shots: list[Shot]

    @classmethod
    def opened(cls, packed: Packed) -> "Strip":
        """A segment as it is kept, opened; takes a millisecond."""
        segment = from_json(packed.body)
        snapshot = segment["snapshot"]
        return cls(
            segment["race"],
            snapshot["epoch"],
            segment["index"],
            segment["from"],
            segment["reach"],
            segment["events"],
            segment["complete"],
            packed.etag,
            picture_in(snapshot),
            snapshot["version"],
            [shot(frame) for frame in segment["frames"]],
        )

    def place(self, moment: int) -> "Place":
        """The place that a moment has in it."""
        return Place(self, bisect_right(self.shots, moment, key=lambda shot: shot.at), moment)


@dataclass(frozen=True, slots=True)
class Place:
    """A moment of the past: after so many frames of a strip."""

    strip: Strip
    shots: int
    moment: int

    @property
    def version(self) -> int:
        """The version that a viewer has here."""
        strip = self.strip
        return strip.shots[self.shots - 1].version if self.shots else strip.version

    @property
    def picture(self) -> Picture:
        """What a viewer has here."""
        passed = self.strip.shots[: self.shots]
        begins = max((k for k, shot in enumerate(passed) if shot.whole is not None), default=-1)
        whole = passed[begins].whole if begins >= 0 else None
        changes = [shot.change for shot in passed[begins + 1 :] if shot.change is not None]
        return apply(whole or self.strip.first, reduce(squash, changes, Change()))

    @property
    def snapshot(self) -> Message:
        """All of it, for who has nothing yet."""
        strip = self.strip
        return messages.snapshot(strip.race, strip.epoch, self.version, self.picture, self.moment)


def on_the_way(held: int, before: Place, now: Place) -> list[Message]:
    """What carries a viewer from one place to another; `held` is the version it has.

    Nothing, where nothing has changed: the version it has then stays as it is.
    """
    strip = now.strip
    if before.strip is strip:
        passed = strip.shots[before.shots : now.shots]
        if not passed:
            return []
        if len(passed) <= FEW and held == before.version:
            return [message for shot in passed for message in shot.messages]
        changes = [shot.change for shot in passed if shot.change is not None]
        straight = len(changes) == len(passed)
        change = reduce(squash, changes) if straight else compare(before.picture, now.picture)
    else:
        change = compare(before.picture, now.picture)
        if change == Change():
            return []
    if change.withdrawn or now.version <= held:
        return [now.snapshot]
    return messages.told(strip.race, strip.epoch, held, now.version, change, now.moment)


def shot(frame: dict[str, Any]) -> Shot:
    """A frame, opened."""
    told = frame["messages"]
    last = told[-1]
    whole = picture_in(last) if last["type"] == "snapshot" else None
    changes = [change_told(message) for message in told] if whole is None else []
    return Shot(
        frame["at"],
        last["version"],
        [
            Message(message["type"], to_json(message), f"{message['epoch']}:{message['version']}")
            for message in told
        ],
        reduce(squash, changes) if changes else None,
        whole,
    )


def picture_in(snapshot: dict[str, Any]) -> Picture:
    """The picture that a snapshot carries."""
    return Picture(
        snapshot["state"],
        snapshot["rows"],
        snapshot["incidents"],
        snapshot["results"],
        snapshot["verdicts"],
    )
