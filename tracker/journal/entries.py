"""What goes into the journal, what comes out, and what became of it on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Numbering(NamedTuple):
    """A producer's own number for what it says: 1, 2, 3 … in each epoch of each source."""

    race: str
    source: str
    epoch: str
    sequence: int


class Fact(NamedTuple):
    """An event to be journalled; times in microseconds, `received_at` since 1970."""

    race: str
    source: str
    id: str
    epoch: str
    sequence: int
    type: str
    t_us: int | None
    received_at: int
    payload: bytes
    topic: str


class Remembered(NamedTuple):
    """Something imported of past races: its series, what kind of thing, its name, and itself."""

    series: str
    kind: str
    key: str
    value: bytes


class Stray(NamedTuple):
    """A packet that is no event of a race, and why not; numbered where that much can be read."""

    topic: str
    kind: str
    reason: str
    payload: bytes
    received_at: int
    numbering: Numbering | None = None


class Entry(NamedTuple):
    """An event in the journal; its offset is the version of the race that viewers see."""

    offset: int
    race: str
    source: str
    id: str
    epoch: str
    sequence: int
    type: str
    t_us: int | None
    received_at: int
    payload: bytes


class Quarantined(NamedTuple):
    """A packet put aside, its payload cut."""

    topic: str
    kind: str
    reason: str
    payload: bytes
    received_at: int


class Watermark(NamedTuple):
    """Up to where, without a hole, a source's events of one epoch are journalled."""

    race: str
    source: str
    epoch: str
    sequence: int


class Outcome(Enum):
    """What became of a packet."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"


class Fate(NamedTuple):
    """What became of one packet; the offset is that of the event in the journal, if it is there."""

    outcome: Outcome
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a burst: a fate for each packet, and the watermarks of whoever spoke in it."""

    fates: Sequence[Fate]
    watermarks: Sequence[Watermark]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the journal holds."""

    events: int
    quarantined: int
