"""What an RMonitor stream has told so far: who is entered, who passed when, what does not agree."""

from dataclasses import dataclass, field

from tracker.feed.officials import FlagName

NO_TIME = (59 * 60 + 59) * 1_000_000 + 999_000
"""`00:59:59.999` stands for a time that is not known."""
UNLIMITED = 9999
NO_SEASON = 2000
"""What stands for the season until the stream tells a date."""
UNKNOWN_TRANSPONDER = "Tx"
HEARTBEAT = 2_000_000
"""A flag is told by the next heartbeat: up to a second after, and another for rounding."""

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


@dataclass(frozen=True, slots=True)
class Difference:
    """A record of the timekeepers' order that is not what the passings add up to."""

    line: int
    run: int
    entry: str
    told: int
    heard: int | None
    why: str
