"""A capture and how to look at it: events made, what was refused or odd, and how quick that was."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.held_against.figures import Figure, same
from tracker.bridges.converted import Converted, in_order
from tracker.feed.envelope import Report, short_type
from tracker.feed.recording import numbered
from tracker.score import folded

FEW = 12
"""Reasons printed of what was refused or odd; the others are counted."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One race, or one kind of file of many, and how to look at it."""

    title: str
    figures: Callable[[], Iterator[Figure]]


def made(
    name: str, translate: Callable[[], tuple[Sequence[Report], Sequence[str], Sequence[str]]]
) -> Iterator[Figure]:
    """Events made of a capture, what was refused or odd, and how quick that was, scoring included.

    `translate` gives the reports, what was left out, and what was odd.
    """
    began = time.process_time()
    reports, left_out, odd = translate()
    events = list(numbered(in_order(reports), "race"))
    folded(events)
    spent = time.process_time() - began
    kinds = Counter(short_type(event) for event in events)
    yield Figure(
        f"{name}: events",
        f"{len(events):,}",
        notes=(", ".join(f"{count:,} {what}" for what, count in kinds.most_common()),),
    )
    yield Figure("  refused or left out", str(len(left_out)), notes=some(left_out))
    yield Figure("  odd, and how it was taken", str(len(odd)), notes=some(odd))
    yield Figure("  speed", f"{len(events) / max(spent, 1e-6):,.0f} events a second, one core")


def some(reasons: Sequence[str]) -> tuple[str, ...]:
    """The first of the reasons, and how many more there are."""
    more = [f"and {len(reasons) - FEW} more"] if len(reasons) > FEW else []
    return (*reasons[:FEW], *more)


def converted(told: Converted) -> tuple[Sequence[Report], Sequence[str], Sequence[str]]:
    """What an importer hands over."""
    return told.reports, told.left_out, told.odd


def differing(what: str, wanted: Sequence[str], found: Sequence[str]) -> Figure:
    """Two orders, place by place."""
    wrong = [
        f"place {place}: {one}, found {other}"
        for place, (one, other) in enumerate(zip(wanted, found, strict=False), start=1)
        if one != other
    ]
    missing = [f"{len(wanted)} cars, found {len(found)}"] if len(wanted) != len(found) else []
    return same(what, [*wrong, *missing], len(wanted))
