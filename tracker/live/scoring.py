"""What the pages of the API need to know that no viewer's picture holds.

`app` answers these from the scoring desks and the journal; the tests answer from a list.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from pydantic import Field

from tracker.feed.values import EntryId, Slug
from tracker.live.control import ControlLog
from tracker.live.packed import Packed
from tracker.live.tape import Tape
from tracker.live.wire import At, RaceListed, RaceTime, Span, Wire


class LapShown(Wire):
    """A lap of one car."""

    lap: int
    time: Span | None = Field(description="lap time; null when not known")
    at: RaceTime | None = Field(description="when the car completed it")
    position: int | None = Field(description="in the running order as it completed the lap")
    flags: list[str] = Field(default=[], description="flags shown during the lap: green, caution…")
    estimated: bool = Field(default=False, description="worked out, not timed")


class LapsShown(Wire):
    """Every lap of every car."""

    race: Slug
    laps: dict[EntryId, list[LapShown]]


class OrderShown(Wire):
    """The running order after a lap of the leader's."""

    race: Slug
    lap: int
    order: list[EntryId]


class Scoring(Protocol):
    """The scoring room, as the web sees it. Every `race` given is one that the hub knows."""

    def races(self) -> list[RaceListed]:
        """What there is to watch, in the order to list it."""

    def order(self, race: str, lap: int) -> list[str] | None:
        """The running order when the leader had completed so many laps; None if it has not."""

    async def laps(self, race: str) -> Packed:
        """Every lap of every car, as a `LapsShown`, as it is or was a second ago."""

    def control(self, race: str) -> ControlLog:
        """Everything race control told."""

    def timeline(self, race: str) -> Packed:
        """The race along a line, as a `timeline.Timeline`."""

    async def lap_chart(self, race: str, after: int | None) -> Packed:
        """Its laps, or those after one, as a `lap_chart.LapChart`."""

    def tape(self, race: str) -> Tape:
        """What there is to play of it."""

    async def moment(self, race: str, at: At) -> int:
        """The race time of a moment; of one that has not come yet, the edge of the race."""

    async def segment(self, race: str, index: int) -> Packed | None:
        """A segment of its past, as a `segments.Segment`; None where it has not come so far.

        Raises Unavailable when too many others are being waited for.
        """

    def events(self, race: str, after: int) -> AsyncIterator[bytes]:
        """The race's journal from the entry after that offset to its present end, as JSON lines.

        Each piece is one or more whole lines. The iteration ends; it does not wait for more.
        """

    def problems(self) -> list[str]:
        """Why no race should be scored here right now, one sentence each; else nothing."""
