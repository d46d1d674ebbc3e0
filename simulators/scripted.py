"""Scripted races by name: stories told event for event from the facts of a real race."""

from collections.abc import Callable, Iterator, Mapping

from tracker.feed.envelope import Report


def kansas_2024() -> Iterator[Report]:
    """The 2024 AdventHealth 400 at Kansas Speedway."""
    from simulators.kansas_2024.story import reports

    return reports()


SCRIPTED: Mapping[str, Callable[[], Iterator[Report]]] = {"kansas-2024": kansas_2024}
