"""Two sources that read one passing: a loop and a photocell, say. The finer reading counts.

A passing is one car at one loop within a moment, whoever saw it.
"""

from collections.abc import Iterable

from tracker.racing.events import Crossing, Filed, place_of
from tracker.racing.race import Race
from tracker.racing.vocabulary import EntryId, LoopId, RaceTime

MERGE_WINDOW = RaceTime(150_000)
"""Readings of one car at one loop by two sources within this are one passing, in microseconds."""


def coarseness(crossing: Crossing) -> tuple[bool, int | float]:
    """How coarse a reading is: worked out is coarser than timed, unknown coarser than known."""
    resolution = crossing.resolution
    return (crossing.estimated, float("inf") if resolution is None else resolution)


def one_passing(first: Filed, second: Filed) -> bool:
    """Whether two sources read one passing."""
    a, b = first.event, second.event
    return (
        isinstance(a, Crossing)
        and isinstance(b, Crossing)
        and first.source != second.source
        and a.loop == b.loop
        and a.entry == b.entry
        and b.at - a.at <= MERGE_WINDOW
    )


def is_finer(first: Filed, second: Filed) -> bool:
    """Whether the second reading of a passing is to be believed instead of the first."""
    a, b = first.event, second.event
    assert isinstance(a, Crossing)
    assert isinstance(b, Crossing)
    return coarseness(b) < coarseness(a)


def is_same_passing(race: Race, last: Filed, item: Filed) -> bool:
    """Whether this passing was scored already from another source.

    If this reading is the finer one the race has to be folded again with it instead.
    """
    if not one_passing(last, item):
        return False
    if is_finer(last, item):
        race.coarser = last if race.coarser is None else min(last, race.coarser, key=place_of)
    return True


def merged(events: Iterable[Filed], race: Race) -> list[Filed]:
    """The events, which stand in their order, with one reading left of every passing.

    The race is what they are to be folded into: its cars have been read before.
    """
    kept: list[Filed | None] = []
    last: dict[tuple[EntryId, LoopId], int] = {}
    for item in events:
        event = item.event
        if isinstance(event, Crossing):
            passed = (event.entry, event.loop)
            where = last.get(passed)
            if where is None:
                car = race.cars.get(event.entry)
                before = None if car is None else car.readings.get(event.loop)
            else:
                before = kept[where]
            if before is not None and one_passing(before, item):
                if not is_finer(before, item):
                    continue
                assert where is not None, "what is folded already has no finer reading to come"
                kept[where] = None
            last[passed] = len(kept)
        kept.append(item)
    return [item for item in kept if item is not None]
