"""The latest changes of a race, for viewers who missed some of them."""

from collections import deque
from enum import Enum
from functools import reduce

from tracker.live.changes import Change, squash

RING_SIZE = 300
"""Changes kept: a minute of a beat of 200 ms, longer than a phone needs to change networks.

Who missed more is better served by a snapshot, which by then is hardly bigger."""


class Reset(Enum):
    """The ring cannot know what was missed: it takes a snapshot."""

    RESET = "reset"


RESET = Reset.RESET


class Ring:
    """A chain of changes, each following the one before it."""

    def __init__(self, size: int = RING_SIZE) -> None:
        self._changes: deque[tuple[int, int, Change]] = deque(maxlen=size)

    def append(self, follows: int, version: int, change: Change) -> None:
        """One more change at the end of the chain."""
        assert version > follows, f"version {version} cannot follow {follows}"
        assert not self._changes or self._changes[-1][1] == follows, "the chain is broken"
        self._changes.append((follows, version, change))

    def clear(self) -> None:
        """What came before does not lead to what comes now."""
        self._changes.clear()

    def since(self, version: int) -> Change | Reset:
        """Everything that changed after `version`, squashed; or that nobody can tell.

        There is no third answer: a version that is not a link of this chain is never guessed at.
        """
        missed: list[Change] = []
        for follows, _, change in reversed(self._changes):
            if follows < version:
                break
            missed.append(change)
            if follows == version:
                return reduce(squash, reversed(missed))
        return RESET
