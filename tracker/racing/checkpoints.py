"""The race as it was on the way, kept so that a change folds again only what comes after it.

Few are kept, and the later the denser: most of what is late or corrected has just happened. What
lies so many events back is folded again from a checkpoint about as far before it, at worst, and
there are never more than MOST.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from tracker.racing.events import UNTIMED, Place

EVERY = 256
"""Events from one checkpoint to the next, at least. Folding so many takes longer than to copy a
race, and a beat of late events is not much more."""

MOST = 8
"""Checkpoints kept of one fold: with distances that double they reach back to the start of the
longest race. At the end of Kansas 2024 one takes half a megabyte, and all that a desk holds 12 MB
where everything was late and much corrected. In a race where nothing is, none are made."""

BEFORE_ALL: Place = (UNTIMED, "", 0, "")
"""A place before every other."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checkpoint(Generic[T]):
    """Something as it stood when so many events were folded, the last of them at a place."""

    count: int
    place: Place
    state: T


class Checkpoints(Generic[T]):
    """The checkpoints of one fold, earliest first. What is kept must not change any more."""

    def __init__(self, kept: tuple[Checkpoint[T], ...] = ()) -> None:
        self.kept = list(kept)

    def copied(self) -> "Checkpoints[T]":
        """The same checkpoints, to be kept and forgotten on their own."""
        return Checkpoints(tuple(self.kept))

    @property
    def last(self) -> Checkpoint[T] | None:
        """Where to go on from."""
        return self.kept[-1] if self.kept else None

    def keep(self, count: int, place: Place, state: T) -> None:
        """Keep one more; when there are too many, the one that is missed least goes."""
        self.kept.append(Checkpoint(count, place, state))
        if len(self.kept) <= MOST:
            return
        counts = [0, *(one.count for one in self.kept)]
        # The wider the hole it leaves, measured by how far back it lies, the more it is missed.
        least = min(
            range(1, len(counts) - 1),
            key=lambda n: (counts[n + 1] - counts[n - 1]) / (count - counts[n] + EVERY),
        )
        del self.kept[least - 1]

    def forget(self, since: tuple[object, ...]) -> None:
        """Something changes from this place, or this moment, on."""
        while self.kept and self.kept[-1].place >= since:
            self.kept.pop()


def stops(count: int, until: int) -> frozenset[int]:
    """Where to keep one on the way from so many events to so many: few far from the end."""
    found: set[int] = set()
    while count < until:
        step = EVERY
        while step * 4 < until - count:
            step *= 2
        count = (count // step + 1) * step
        found.add(count)
    return frozenset(found)
