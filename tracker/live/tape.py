"""A race on tape: everything that arrived so far, in its place, cut into segments.

A segment is a minute of race time, and the same for everybody for as long as no event is added to
it. Within it the race is looked at on a grid, so that however one came to a moment, by playing
or by jumping there, it is the same moment.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.racing.ahead import FAR
from tracker.racing.events import UNTIMED, Filed
from tracker.racing.vocabulary import RaceTime

SEGMENT = 60_000_000
"""Microseconds of race time in a segment: a few laps, 15 kB and 0.2 s of work for forty cars, up to
a second for sixty on short laps."""

STEPS = 240
"""Moments of a segment at which it may be looked at: every 250 ms, as a live viewer sees it."""

STEP = SEGMENT // STEPS

MOST_SEGMENTS = 6_000
"""A hundred hours. Nobody races longer; what officials decide later is in the last segment."""


@dataclass(frozen=True, slots=True)
class Tape:
    """What there is to play of a race. Times are the timing clock's."""

    events: tuple[Filed, ...]
    """Those on tape, in their places; those without a time come first."""
    green_at: RaceTime
    """What race time is counted from; 0 before there was a green."""
    start: RaceTime
    """The first event with a time: what came before it belongs to the beginning."""
    edge: RaceTime
    """As far as the race has come."""
    growing: bool
    """Whether more is to be expected soon."""
    faults: int = 0
    """Events left out because they cannot be folded."""

    @property
    def segments(self) -> int:
        """How many there are, the one that the edge lies in included.

        Where that is the end of one, it is the beginning of the next, in which nothing happened.
        """
        return min(MOST_SEGMENTS, (self.edge - self.start) // SEGMENT + 1)

    def begins(self, index: int) -> RaceTime:
        """The moment a segment begins: what happened then is the end of the one before."""
        return RaceTime(self.start + index * SEGMENT)

    def ends(self, index: int) -> RaceTime:
        """The last moment of a segment; the very last one holds whatever came later."""
        end = self.begins(index + 1)
        return max(end, self.edge) if index == MOST_SEGMENTS - 1 else end

    def index_at(self, moment: int) -> int:
        """The segment that a moment of race time lies in; the first or the last beyond the race."""
        return max(0, min(self.segments - 1, (moment + self.green_at - self.start) // SEGMENT))

    def within(self, moment: int) -> int:
        """A moment of race time, or the beginning or the edge where it is beyond."""
        return max(self.race_time(self.start), min(self.race_time(self.edge), moment))

    def events_until(self, at: RaceTime) -> int:
        """How many events had happened by a moment."""
        return bisect_right(self.events, at, key=place_in_time)

    def events_by(self, index: int) -> int:
        """How many events had happened by the end of a segment."""
        return self.events_until(self.ends(index))

    def is_complete(self, index: int) -> bool:
        """Whether a segment will stay as it is, as far as anybody knows."""
        return self.ends(index) <= self.edge or not self.growing

    def step_after(self, at: RaceTime) -> RaceTime:
        """The moment on the grid at which something that happened is seen, at the edge at last."""
        if at <= self.start:
            return self.start
        last = self.begins(MOST_SEGMENTS - 1)
        if at <= last:
            step = on_grid(self.start, STEP, at)
        else:
            step = on_grid(last, -(-(self.ends(MOST_SEGMENTS - 1) - last) // STEPS), at)
        return min(step, self.edge)

    def race_time(self, at: RaceTime) -> int:
        """A moment as viewers are told it: microseconds since the green."""
        return at - self.green_at


def place_in_time(item: Filed) -> RaceTime:
    """When an event happened."""
    return item.at


def on_grid(start: RaceTime, step: int, at: RaceTime) -> RaceTime:
    """The first moment of a grid that is not before this one."""
    return RaceTime(start + -(-(at - start) // step) * step)


def taped(
    believed: Sequence[Filed], green_at: RaceTime | None, *, live: bool, finished: bool, faults: int
) -> Tape:
    """The tape of a race as it stands.

    While cars are racing, the step of the grid that is under way is not yet on it: whoever plays
    up to here can play on, and need not begin again because another car crossed in that step.
    """
    start = first_of(believed, green_at)
    edge = max(start, believed[-1].at) if believed else start
    growing = live
    events = tuple(believed)
    if live and not finished and edge > start:
        edge = RaceTime(start + (edge - start) // STEP * STEP)
        events = events[: bisect_right(events, edge, key=place_in_time)]
    return Tape(events, green_at or RaceTime(0), start, edge, growing, faults)


def first_of(believed: Sequence[Filed], green_at: RaceTime | None) -> RaceTime:
    """When a race begins to be told: its first event with a time.

    A clock that was not set yet says 1970; what is six hours before the green, or before the
    latest news where there was none, is no part of the race.
    """
    if not believed or believed[-1].at == UNTIMED:
        return green_at or RaceTime(0)
    earliest = (believed[-1].at if green_at is None else green_at) - FAR
    place = bisect_right(believed, max(earliest, UNTIMED), key=place_in_time)
    return believed[min(place, len(believed) - 1)].at
