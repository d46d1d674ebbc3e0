"""The envelope of every event: CloudEvents 1.0, structured JSON, one class for each type.

A producer says a `Report`: who says it, under which id, and what. Its outbox numbers the report
and makes the event of it. The tracker decodes events with `decode`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tracker.feed import derived, officials, setting, timing
from tracker.feed.values import Payload, Slug

MAX_PACKET = 64 * 1024
"""Bytes of a packet, at most; the outbox refuses what is larger, for a broker would for ever."""

EventId = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]


class Event(BaseModel):
    """What every event carries, whatever it says."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", allow_inf_nan=False)

    specversion: Literal["1.0"] = "1.0"
    id: EventId = Field(description="unique within the source; a repeat is dropped")
    source: Slug = Field(description="who says it; the same as in the topic")
    race: Slug = Field(description="which race; the same as in the topic")
    epoch: Annotated[str, Field(max_length=64)] = Field(
        default="", description="the outbox's own id; sequence numbers start again with a new one"
    )
    sequence: Annotated[int, Field(ge=0, le=2**53)] = Field(
        default=0, description="1, 2, 3 … without a hole per source and epoch; 0 is not numbered"
    )
    time: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, description="wall clock, RFC 3339, for information only"
    )
    datacontenttype: Literal["application/json"] = "application/json"


class UnknownEvent(Event):
    """An event of a type this version does not know: kept, counted, not an error."""

    type: Annotated[str, Field(max_length=128)]


class SessionSetupEvent(Event):
    type: Literal["racing.session.setup.v1"] = "racing.session.setup.v1"
    data: setting.SessionSetup


class EntryUpsertEvent(Event):
    type: Literal["racing.entry.upsert.v1"] = "racing.entry.upsert.v1"
    data: setting.EntryUpsert


class EntryRemoveEvent(Event):
    type: Literal["racing.entry.remove.v1"] = "racing.entry.remove.v1"
    data: setting.EntryRemove


class GridSetEvent(Event):
    type: Literal["racing.grid.set.v1"] = "racing.grid.set.v1"
    data: setting.GridSet


class ClockEvent(Event):
    type: Literal["racing.clock.v1"] = "racing.clock.v1"
    data: setting.Clock


class CrossingEvent(Event):
    type: Literal["racing.crossing.v1"] = "racing.crossing.v1"
    data: timing.Crossing


class SectorEvent(Event):
    type: Literal["racing.sector.v1"] = "racing.sector.v1"
    data: timing.Sector


class PitInEvent(Event):
    type: Literal["racing.pit.in.v1"] = "racing.pit.in.v1"
    data: timing.PitIn


class PitOutEvent(Event):
    type: Literal["racing.pit.out.v1"] = "racing.pit.out.v1"
    data: timing.PitOut


class PitStopEvent(Event):
    type: Literal["racing.pit.stop.v1"] = "racing.pit.stop.v1"
    data: timing.PitStop


class DriverChangeEvent(Event):
    type: Literal["racing.driver.change.v1"] = "racing.driver.change.v1"
    data: timing.DriverChange


class SourceStatusEvent(Event):
    type: Literal["racing.source.status.v1"] = "racing.source.status.v1"
    data: timing.SourceStatus


class FlagChangedEvent(Event):
    type: Literal["racing.flag.changed.v1"] = "racing.flag.changed.v1"
    data: officials.FlagChanged


class IncidentEvent(Event):
    type: Literal["racing.incident.v1"] = "racing.incident.v1"
    data: officials.Incident


class PenaltyEvent(Event):
    type: Literal["racing.penalty.v1"] = "racing.penalty.v1"
    data: officials.Penalty


class ControlMessageEvent(Event):
    type: Literal["racing.control.message.v1"] = "racing.control.message.v1"
    data: officials.ControlMessage


class RetirementEvent(Event):
    type: Literal["racing.retirement.v1"] = "racing.retirement.v1"
    data: officials.Retirement


class CheckeredEvent(Event):
    type: Literal["racing.checkered.v1"] = "racing.checkered.v1"
    data: officials.Checkered


class ResultReviewEvent(Event):
    type: Literal["racing.result.review.v1"] = "racing.result.review.v1"
    data: officials.ResultReview


class ResultDeclaredEvent(Event):
    type: Literal["racing.result.declared.v1"] = "racing.result.declared.v1"
    data: officials.ResultDeclared


class CorrectionEvent(Event):
    type: Literal["racing.correction.v1"] = "racing.correction.v1"
    data: officials.Correction


FedEvent = (
    SessionSetupEvent
    | EntryUpsertEvent
    | EntryRemoveEvent
    | GridSetEvent
    | ClockEvent
    | CrossingEvent
    | SectorEvent
    | PitInEvent
    | PitOutEvent
    | PitStopEvent
    | DriverChangeEvent
    | SourceStatusEvent
    | FlagChangedEvent
    | IncidentEvent
    | PenaltyEvent
    | ControlMessageEvent
    | RetirementEvent
    | CheckeredEvent
    | ResultReviewEvent
    | ResultDeclaredEvent
    | CorrectionEvent
)
"""Every event a producer may send."""

EVENT_OF: Mapping[type[Payload], type[FedEvent]] = {
    event.model_fields["data"].annotation: event for event in get_args(FedEvent)
}
"""The event class that carries a payload class."""

DERIVED: Mapping[str, type[Payload]] = {
    "caution.opened": derived.CautionOpened,
    "caution.closed": derived.CautionClosed,
    "order.frozen": derived.OrderFrozen,
    "stage.ended": derived.StageEnded,
    "restart": derived.Restart,
    "result": derived.Result,
    "standings": derived.Standings,
    "history": derived.History,
    "record": derived.Record,
    "verdict.set": derived.VerdictSet,
    "verdict.changed": derived.VerdictChanged,
}
"""Types the tracker says itself; from outside they are unknown types."""

ADAPTER: TypeAdapter[FedEvent] = TypeAdapter(Annotated[FedEvent, Field(discriminator="type")])


@dataclass(frozen=True, slots=True)
class Report:
    """What a producer says, before its outbox numbers it."""

    source: str
    id: str
    data: Payload

    def event(self, race: str, epoch: str, sequence: int) -> FedEvent:
        """This report as an event of a race, numbered."""
        return EVENT_OF[type(self.data)](
            id=self.id,
            source=self.source,
            race=race,
            epoch=epoch,
            sequence=sequence,
            data=self.data,  # type: ignore[arg-type]  # the table pairs them
        )


def short_type(event: FedEvent | UnknownEvent) -> str:
    """The type as it stands in a topic: `racing.flag.changed.v1` is `flag.changed`."""
    return event.type.removeprefix("racing.").removesuffix(".v1")


def encode(event: FedEvent) -> bytes:
    """The event as it travels; values that say nothing are left out."""
    return event.model_dump_json(exclude_none=True).encode()
