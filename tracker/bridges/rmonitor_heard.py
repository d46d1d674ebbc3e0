"""What an RMonitor stream has told so far: who is entered, who passed when, what does not agree."""

from dataclasses import dataclass, field


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
    heard: int | None = None
    """The total of its last `$J`."""
    laps: int = 0
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
