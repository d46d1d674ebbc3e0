"""A segment of the past: a picture, and the messages that carry it on, each at its moment.

The messages are the websocket's own, so whoever follows a live race follows a past one.
"""

from typing import Annotated

from pydantic import ConfigDict, Field

from tracker.feed.values import Slug
from tracker.live.wire import (
    IncidentChanged,
    RaceTime,
    ResultsChanged,
    Snapshot,
    Update,
    VerdictsChanged,
    Wire,
)

Told = Annotated[
    Snapshot | Update | IncidentChanged | ResultsChanged | VerdictsChanged,
    Field(discriminator="type"),
]
"""What can happen to a picture."""


class Frame(Wire):
    """What became known at a moment."""

    at: RaceTime
    messages: list[Told]


class Segment(Wire):
    """A minute of a race, to be played by whoever has it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    race: Slug
    epoch: str = Field(description="as in the timeline; the messages bear one of their own")
    index: int
    from_: RaceTime = Field(alias="from")
    to: RaceTime
    reach: RaceTime = Field(description="as far as it is known: to its end, or to the edge")
    complete: bool = Field(description="whether the race has gone on, or is over")
    events: int = Field(description="events by its end, as in the timeline")
    snapshot: Snapshot = Field(description="the picture at `from`; its version counts events")
    frames: list[Frame] = Field(
        description="only where something changed, on a grid of 250 ms; at each `at` the picture "
        "is that of all events up to then, as far as they have arrived by now"
    )
