"""One decoder: which of its passings were heard, which are missing, and what its clock is worth."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

BACK = 2_000_000
"""Passings come up to a moment out of order; a clock further back than this was set back."""
SET_BACK = 60_000_000
"""From one passing to the next the clock went on less than the arrival, by this much: it was set
back. Less may be a line that was held up; one that is silent for so long is taken for dead."""
SET_FORWARD = 900_000_000
"""It went on more than the arrival by this much: it was set forward, by a zone or from the year it
was made in. Less may be somebody who plays a race faster than it was."""
MOST_MISSING = 5_000
"""A longer hole is no hole: the decoder counts from another number."""
MOST_KNOWN = 100_000
TRIES = 4
"""How often a missing passing is asked for."""

Heard = Literal["new", "missed", "repeated", "before"]


@dataclass(slots=True)
class Clock:
    """The decoder's clock, made to run on where it is set.

    `arrived` is when a passing reached us, by our own clock; what stands in its way is told apart
    from a step by how far, and which way.
    """

    before: tuple[int, int | None] | None = None
    """Time and arrival of the passing before."""
    last: int = 0
    """The latest time so far."""
    shifts: list[tuple[int, int]] = field(default_factory=lambda: [(-1, 0)])
    """What is added to the clock, from which passing on."""

    def time(self, number: int, rtc: int, arrived: int | None) -> tuple[int, int]:
        """When a new passing was, and by how much the clock had been set: 0 nearly always."""
        at = rtc + self.shifts[-1][1]
        step = 0
        if self.before is not None:
            at_before, arrived_before = self.before
            since = 0
            if arrived is not None and arrived_before is not None:
                since = max(0, arrived - arrived_before)
                step = at - at_before - since
                step = 0 if -SET_BACK < step < SET_FORWARD else step
            if at < self.last - BACK or step:
                expected = max(at_before + since, self.last + 1_000)
                step = at - expected
                self.shifts.append((number, self.shifts[-1][1] - step))
                at = expected
        self.before = (at, arrived)
        self.last = max(at, self.last)
        return at, step

    def time_then(self, number: int, rtc: int) -> int:
        """When a passing was that comes late, by the clock as it was then."""
        place = bisect_right(self.shifts, number, key=lambda shift: shift[0])
        return rtc + self.shifts[place - 1][1]


@dataclass(slots=True)
class Decoder:
    """What was heard of one decoder."""

    clock: Clock = field(default_factory=Clock)
    highest: int | None = None
    newest: int = 0
    """The latest time on the decoder's clock, as it told it."""
    known: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Time and transponder of each passing heard, by its number."""
    missing: dict[int, int] = field(default_factory=dict)
    """How often each missing passing was asked for again."""
    to_ask: set[int] = field(default_factory=set)
    given_up: list[range] = field(default_factory=list)
    """Passings that are not asked for any more, until somebody is told."""
    connected_anew: bool = True
    """Nothing was heard yet on this connection; a decoder that was switched off counts anew."""

    def hear(self, number: int, rtc: int, transponder: int) -> Heard:
        """What kind of news a passing is; notices which ones are missing before it."""
        anew, self.connected_anew = self.connected_anew, False
        said = (rtc, transponder)
        if self.known.get(number) == said:
            return "repeated"
        if self.highest is not None and number in self.missing:
            del self.missing[number]
            self.to_ask.discard(number)
            self.remember(number, said)
            return "missed"
        if self.highest is not None and number <= self.highest:
            if not anew and rtc <= self.newest:
                return "before"
            self.given_up += runs([*self.missing])
            self.known, self.missing, self.to_ask = {}, {}, set()
            self.clock.shifts = [(-1, self.clock.shifts[-1][1])]
        elif self.highest is not None and number > self.highest + 1:
            hole = range(self.highest + 1, number)
            if len(hole) > MOST_MISSING:
                self.given_up.append(hole)
            else:
                self.missing.update(dict.fromkeys(hole, 0))
                self.to_ask.update(hole)
        self.highest = number
        self.newest = max(self.newest, rtc)
        self.remember(number, said)
        return "new"

    def remember(self, number: int, said: tuple[int, int]) -> None:
        """A passing was heard; the oldest are forgotten."""
        self.known[number] = said
        if len(self.known) > MOST_KNOWN:
            del self.known[next(iter(self.known))]

    def ask_again(self) -> None:
        """What is still missing is asked for again; what was asked for often enough never comes."""
        never = [number for number, tries in self.missing.items() if tries + 1 >= TRIES]
        for number in never:
            del self.missing[number]
        self.given_up += runs(never)
        for number in self.missing:
            self.missing[number] += 1
        self.to_ask.update(self.missing)

    def never_came(self) -> list[range]:
        """Passings that were given up since this was asked last."""
        told, self.given_up = self.given_up, []
        return told

    def asked(self) -> list[range]:
        """What is to be asked for now, in runs of numbers; it is taken to be asked."""
        wanted, self.to_ask = sorted(self.to_ask & self.missing.keys()), set()
        return list(runs(wanted))


def runs(numbers: list[int]) -> Iterator[range]:
    """Numbers as runs without a hole."""
    first = last = None
    for number in sorted(numbers):
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None and last is not None:
            yield range(first, last + 1)
        first = last = number
    if first is not None and last is not None:
        yield range(first, last + 1)
