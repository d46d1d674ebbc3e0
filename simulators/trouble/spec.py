"""What trouble is wanted, in a line: `loss=0.02,silent=60s@lap30,clock-step=+3s@50%:for-good`.

Each trouble is a name, how much of it, when, and whether anybody mends it. What is not said is
chosen so that every name works alone. docs/trouble.md lists them.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from tracker.errors import Refused

SHARES = {
    "duplicates": 0.05,
    "loss": 0.02,
    "reorder": 0.1,
    "wrong-decoder": 0.01,
    "contradict": 0.02,
    "rubbish": 0.01,
}
"""Troubles that happen to a share of what is said, and the usual share."""

SPANS = {"delay": 120_000_000, "clock-step": 3_000_000, "silent": 60_000_000}
"""Troubles that last, or move a clock, so many microseconds."""

MOMENTS = frozenset({"clock-step", "silent", "restart"})
"""Troubles that begin at a moment; by default in the middle of the race."""

MENDABLE = frozenset({"loss", "clock-step", "silent", "wrong-decoder", "contradict"})
"""Troubles that may also be left as they are: then the truth does not arrive."""

ORDER = (
    "contradict", "clock-step", "wrong-decoder", "rubbish",
    "loss", "reorder", "delay", "silent", "restart", "duplicates",
)  # fmt: skip
"""In which order they are done, however they are named: first what is said, then how it comes.

A backup sees what happened, before the other decoder gets it wrong."""

EVERYTHING = ",".join(ORDER)
"""Each of them, as much as is usual, all mended: the truth arrives."""

LONGEST_US = 100 * 3600 * 1_000_000
"""A hundred hours, as long as a race may last."""

SPELLED = re.compile(
    r"(?P<name>[a-z-]+)(?:=(?P<value>[^@:]+))?(?:@(?P<when>[^:]+))?(?P<for_good>:for-good)?"
)
SPAN = re.compile(r"(?P<sign>[+-]?)(?P<number>\d{1,7}(?:\.\d{1,6})?)(?P<unit>ms|s|m|h)")
SHARE = re.compile(r"\d(?:\.\d{1,6})?")
WHEN = re.compile(r"lap(?P<lap>\d{1,6})|(?P<percent>\d{1,2}|100)%")
UNITS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}


@dataclass(frozen=True, slots=True)
class Moment:
    """When a trouble begins: a lap of the leader, a time since the green, or a share of the laps.

    The start of a lap is when its leader completed the lap of that number.
    """

    lap: int | None = None
    since_green: int | None = None
    """Microseconds."""
    share: float | None = None

    def __str__(self) -> str:
        if self.lap is not None:
            return f"lap {self.lap}"
        if self.since_green is not None:
            return f"{self.since_green / 1e6:g} s"
        return f"{100 * (self.share or 0):g} %"


MIDDLE = Moment(share=0.5)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble as it was asked for."""

    name: str
    share: float = 0.0
    """Of what is said."""
    span: int = 0
    """Microseconds."""
    when: Moment = MIDDLE
    for_good: bool = False
    """Whether it is left as it is: then the truth does not arrive."""


def troubles(line: str) -> tuple[Trouble, ...]:
    """The troubles of a line, in the order in which they are done; `Refused` says what is wrong.

    `everything` stands for each of them, as much as is usual.
    """
    parts = [part.strip() for part in line.split(",")]
    parts = [one for part in parts for one in (ORDER if part == "everything" else (part,)) if one]
    if not parts:
        raise Refused(f"no trouble is named; there are {', '.join(ORDER)}, and everything")
    return tuple(sorted(map(one_trouble, parts), key=lambda one: ORDER.index(one.name)))


def one_trouble(part: str) -> Trouble:
    """One trouble as it is spelled."""
    spelled = SPELLED.fullmatch(part)
    name = spelled["name"] if spelled else re.split("[=@:]", part)[0]
    if name not in ORDER:
        close = get_close_matches(name, ORDER, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(ORDER)}"
        raise Refused(f"no trouble {name!r}; {hint}")
    if spelled is None:
        raise Refused(f"{part!r}: want {usual(name)}")
    for_good = spelled["for_good"] is not None
    if for_good and name not in MENDABLE:
        raise Refused(f"{name} does not keep the truth from arriving: leave out :for-good")
    if spelled["when"] is not None and name not in MOMENTS:
        raise Refused(f"{name} has no moment: want {usual(name)}")
    if spelled["value"] is not None and name not in (*SHARES, *SPANS):
        raise Refused(f"{name} has no measure: want {usual(name)}")
    when = MIDDLE if spelled["when"] is None else moment(name, spelled["when"])
    value = spelled["value"]
    if name in SHARES:
        return Trouble(name, share_of(name, value), 0, when, for_good)
    return Trouble(name, 0.0, span_of(name, value), when, for_good)


def share_of(name: str, value: str | None) -> float:
    """A share between 0 and 1."""
    if value is None:
        return SHARES[name]
    if not SHARE.fullmatch(value) or float(value) > 1:
        raise Refused(f"{name}={value}: want a share between 0 and 1, such as {usual(name)}")
    return float(value)


def span_of(name: str, value: str | None) -> int:
    """A span of time in microseconds; only a clock may step back."""
    if name not in SPANS:
        return 0
    if value is None:
        return SPANS[name]
    microseconds = time_of(value)
    if microseconds is None or (name != "clock-step" and microseconds < 0):
        raise Refused(f"{name}={value}: want a time, such as {usual(name)}")
    return microseconds


def moment(name: str, value: str) -> Moment:
    """The moment that is named after the @."""
    found = WHEN.fullmatch(value)
    if found and found["lap"]:
        return Moment(lap=int(found["lap"]))
    if found:
        return Moment(share=int(found["percent"]) / 100)
    since = time_of(value)
    if since is None or since < 0:
        raise Refused(f"{name}@{value}: want @lap50, @50% of the race, or @600s after the green")
    return Moment(since_green=since)


def time_of(value: str) -> int | None:
    """A time with its unit in microseconds; None for what is none."""
    found = SPAN.fullmatch(value)
    if found is None:
        return None
    size = round(float(found["number"]) * UNITS[found["unit"]])
    if size > LONGEST_US:
        return None
    return -size if found["sign"] == "-" else size


def usual(name: str) -> str:
    """How a trouble is spelled when all of it is said."""
    when = "@lap50" if name in MOMENTS else ""
    if name in SHARES:
        return f"{name}={SHARES[name]:g}{when}"
    sign = "+" if name == "clock-step" else ""
    return f"{name}={sign}{SPANS[name] // 1_000_000}s{when}" if name in SPANS else f"{name}{when}"
