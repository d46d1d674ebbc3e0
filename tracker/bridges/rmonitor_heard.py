"""What an RMonitor stream has told so far: who is entered, who passed when, what does not agree."""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from tracker.bridges.converted import name
from tracker.feed.officials import FlagName
from tracker.feed.values import Payload

NO_TIME = (59 * 60 + 59) * 1_000_000 + 999_000
"""`00:59:59.999` stands for a time that is not known."""
UNLIMITED = 9999
NO_SEASON = 2000
"""What stands for the season until the stream tells a date."""
UNKNOWN_TRANSPONDER = "Tx"
HEARTBEAT = 2_000_000
"""A flag is told by the next heartbeat: up to a second after, and another for rounding."""

MOST_CARS = 2_000
"""Cars that a run takes; a stream that names more is none."""
LONGEST_ENTRY = 32
MOST_REASONS = 100
LONGEST_REASON = 60
MOST_DIFFERENCES = 100_000

FLAGS: dict[str, FlagName] = {
    "green": "green",
    "yellow": "caution",
    "red": "red",
    "white": "white",
    "finish": "checkered",
    "purple": "code60",
    "purple60": "code60",
    "code60": "code60",
}
RACING = ("green", "caution", "white", "code60")
"""Flags under which a race goes on; one of them after the checkered takes it back."""
PIT_LOOPS = {"P2": "pit-out", "P3": "pit-in"}


@dataclass(slots=True)
class Competitor:
    """Someone on the entry list."""

    number: str = ""
    first: str = ""
    last: str = ""
    extra: str = ""
    class_: str = ""
    transponder: str = ""


@dataclass(slots=True)
class Passings:
    """What was heard of one car in this run."""

    totals: list[int] = field(default_factory=list)
    """Race time of each passing that counts, first to last."""
    ids: dict[int, str] = field(default_factory=dict)
    """The event that told each of them."""
    heard: int | None = None
    """The total of its last `$J`."""
    laps: int = 0
    joined_late: bool = False
    """Laps were driven before the first passing heard; how many, the next `$G` tells."""
    on_pit_road: bool = False
    """Its last line crossing was the one on pit road."""
    opened_on: int | None = None
    """Laps that the timekeepers counted at its first passing heard, where they had to tell."""
    credit: int = 0
    """Laps credited for what was driven before that."""
    estimates: dict[int, int] = field(default_factory=dict)
    """Times put in for laps that were missed, by lap."""
    history: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    """Race time and lap time of its laps, as a relay remembers them and not yet looked at."""
    put_before: set[int] = field(default_factory=set)
    """Laps put in before the first passing heard."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A record of the timekeepers' order that is not what the passings add up to."""

    line: int
    run: int
    entry: str
    told: int
    heard: int | None
    why: str


@dataclass(slots=True)
class Ids:
    """What one run has been told, and under which ids: what a stream repeats gets the same ones."""

    used: Counter[str] = field(default_factory=Counter)
    told: dict[str, Payload] = field(default_factory=dict)
    """The race (under the empty name) and each entry, as told last."""
    out: dict[str, str] = field(default_factory=dict)
    """What the timekeepers call a car that is out of the race."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Penalties by entry."""

    def dated(self, kind: str, at: int) -> str:
        """The id of an event by its time, which a stream that is heard again repeats."""
        event = f"{kind}/{at}"
        self.used[event] += 1
        times = self.used[event]
        return event if times == 1 else f"{event}/{times}"

    def worded(self, kind: str, said: Payload) -> str:
        """The id of one more state of a thing: which one it is, and what it says."""
        self.used[kind] += 1
        words = sha256(said.model_dump_json().encode()).hexdigest()[:8]
        return f"{kind}/{self.used[kind]}-{words}"


@dataclass(slots=True)
class Tally:
    """What became of the lines of a stream."""

    line: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    differences: list[Difference] = field(default_factory=list)

    def skip(self, reason: str) -> None:
        """A record was not read; a stranger's words in the reason are cut short, and bounded."""
        reason = reason[:LONGEST_REASON]
        known = reason in self.skipped or len(self.skipped) < MOST_REASONS
        self.skipped[reason if known else "other reasons"] += 1

    def differs(self, difference: Difference) -> None:
        """The timekeepers' order says otherwise."""
        if len(self.differences) < MOST_DIFFERENCES:
            self.differences.append(difference)


def is_entry(text: str) -> bool:
    """Whether a car may be called so: up to 32 characters that can be printed as they are."""
    return 0 < len(text) <= LONGEST_ENTRY and name(text) == text
