"""What is known of one car at the line: its crossings, and what waits to become one."""

from collections import Counter, deque
from dataclasses import dataclass, field

PROMPT = 1_000_000
"""A crossing told later than this says nothing of where its chain begins."""
GAPS = 40
"""Gaps kept of a car: where laps are told later than gaps, those of a lap or so."""
AGREE = 3
"""Gaps in a row that agree to the millisecond against all before them are right."""


@dataclass(slots=True)
class LineCrossing:
    """A car completed a lap."""

    entry: str
    lap: int
    at: int
    """Microseconds of the stream's clock."""
    lap_time: int | None
    heard: int
    """When the first message told of it."""
    estimated: bool = True
    """A message's own time is in it: neither lap times nor gaps tie it to the field."""
    times_told: int = 0


@dataclass(slots=True)
class CarAtLine:
    """The laps of one car."""

    entry: str
    crossings: list[LineCrossing] = field(default_factory=list)
    chain: int = 0
    """Place of the crossing that the laps since are added to."""
    guessed: int = 0
    """How many of the last crossings are spread over a time in which nobody listened."""
    waiting: tuple[int, int] | None = None
    """A lap that was counted, and when; its lap time has not come."""
    early: tuple[int, int] | None = None
    """A lap time that came after a silence, and when; its lap has not been counted."""
    gaps: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=GAPS))
    """The gaps to the leader told last, and when."""
    tied: bool = False
    moved: int = 0
    """By how much the chain was moved so far."""
    recent: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=AGREE))
    """What the last gaps said of the chain, and of which lap."""
    votes: Counter[int] = field(default_factory=Counter)
    """How many gaps say that the chain should be moved by so much in all."""

    @property
    def laps(self) -> int:
        """Laps completed."""
        return self.crossings[-1].lap if self.crossings else 0

    def begin_chain(self, place: int) -> None:
        """What is known of the place of the laps before says nothing of the ones to come."""
        self.chain, self.guessed, self.tied, self.moved = place, 0, False, 0
        self.votes.clear()
        self.recent.clear()


def prompt(crossing: LineCrossing) -> bool:
    """Whether a crossing was told soon enough to say where its chain begins."""
    return crossing.heard - crossing.at < PROMPT
