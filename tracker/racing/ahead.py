"""Readings from far in the future: a decoder's clock has jumped, and the race does not follow it.

Now is the latest time of anything believed, so that a replay parks what the live race parked.
"""

from bisect import bisect_right
from collections.abc import Sequence

from tracker.racing.events import UNTIMED, Crossing, Filed, PitEntered, PitLeft, PitStopTold
from tracker.racing.vocabulary import RaceTime

FAR = RaceTime(6 * 3600 * 1_000_000)
"""Six hours ahead of everything else; no stoppage is that long without race control saying so."""

COMPANY = RaceTime(60 * 1_000_000)
"""Two cars read within a minute of each other are the field, and not a clock that jumped."""

READINGS = (Crossing, PitEntered, PitLeft, PitStopTold)


def is_far_ahead(item: Filed, latest: RaceTime | None) -> bool:
    """Whether a reading is too far ahead of the latest time believed to be believed itself."""
    return latest is not None and item.at - latest > FAR and isinstance(item.event, READINGS)


def latest_of(events: Sequence[Filed]) -> RaceTime | None:
    """The latest time among events that stand in their order; None where none has a time."""
    return events[-1].at if events and events[-1].at != UNTIMED else None


def moment_of(item: Filed) -> RaceTime:
    """When it happened."""
    return item.at


def parted(events: Sequence[Filed]) -> tuple[list[Filed], list[Filed]]:
    """Events in their order, parted into those to believe and those too far in the future.

    Race control is always believed, and the first reading where race control has said nothing.
    """
    decisions = (item.at for item in reversed(events) if not isinstance(item.event, READINGS))
    latest = next(decisions, UNTIMED)
    start = 0
    while start < len(events):
        near = bisect_right(events, latest + FAR, start, key=moment_of)
        if latest == UNTIMED:
            near = min(near + 1, len(events))
        if near == start:
            break
        start, latest = near, max(latest, events[near - 1].at)
    reach = start + within_reach(latest, events[start:])
    return list(events[:reach]), list(events[reach:])


def within_reach(latest: RaceTime | None, ahead: Sequence[Filed]) -> int:
    """How many of the parked readings, which stand in their order, are to be believed now."""
    reach = 0
    for number, item in enumerate(ahead):
        if not is_far_ahead(item, latest):
            reach = number + 1
            latest = item.at if latest is None else max(latest, item.at)
        elif number + 1 < len(ahead) and in_company(item, ahead[number + 1]):
            reach = number + 2
            latest = ahead[number + 1].at
    return reach


def in_company(first: Filed, second: Filed) -> bool:
    """Whether two different cars were read at about the same time."""
    one, other = first.event, second.event
    return (
        isinstance(one, READINGS)
        and isinstance(other, READINGS)
        and one.entry != other.entry
        and second.at - first.at <= COMPANY
    )
