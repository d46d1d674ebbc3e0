"""A stream of events on its way: what is said, when it comes, and where moments of the race are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from simulators.trouble.spec import Moment
from tracker.errors import Refused
from tracker.feed.envelope import FedEvent, UnknownEvent, encode, short_type
from tracker.feed.officials import Correction, FlagChanged
from tracker.feed.setting import SessionSetup
from tracker.feed.timing import Crossing
from tracker.feed.topics import event_topic

Name = tuple[str, str]
"""An event by its source and id."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One packet on its way to the tracker."""

    at: int
    """When it comes, in microseconds of the timing clock."""
    event: FedEvent | None
    """What it says; None for what is no event."""
    topic: str
    packet: bytes = b""
    """For what is no event."""
    behind: Name | None = None
    """What it contradicts, which has to come before it."""

    @property
    def name(self) -> Name | None:
        """The event it says, by source and id."""
        return None if self.event is None else (self.event.source, self.event.id)

    def bytes(self) -> bytes:
        """As it travels."""
        return self.packet if self.event is None else encode(self.event)


def sending(at: int, event: FedEvent) -> Sending:
    """An event that comes when it does."""
    return Sending(at, event, event_topic(event.race, event.source, short_type(event)))


def time_of(event: FedEvent) -> int | None:
    """When it happens, in microseconds of the timing clock; None for what has no time."""
    at = getattr(event.data, "t_us", None)
    return at if isinstance(at, int) else None


def saying(it: Sending, **changed: object) -> Sending:
    """The same packet, with some of what it says changed."""
    assert it.event is not None
    data = it.event.data.model_copy(update=changed)
    return replace(it, event=it.event.model_copy(update={"data": data}))


def crossing_of(it: Sending) -> Crossing | None:
    """The crossing in a packet, if it says one."""
    data = None if it.event is None else it.event.data
    return data if isinstance(data, Crossing) else None


@dataclass(slots=True)
class Stream:
    """All that is said of one race, untroubled: the measure for when and what."""

    events: Sequence[FedEvent]
    told: list[Sending] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    """What was done to it, in words, and how often."""
    race: str = ""
    corrected: frozenset[Name] = frozenset()
    """What officials correct by themselves."""
    laps: list[int] = field(default_factory=list)
    """When the leader completed lap 0, 1, 2 …; lap 0 is the green."""
    ends: int = 0

    def moment(self, name: str, when: Moment) -> int:
        """A moment of this race on its timing clock; `Refused` where the race has no such lap."""
        if when.lap is not None:
            if when.lap >= len(self.laps):
                raise Refused(f"{name}@lap{when.lap}: the race has {len(self.laps) - 1} laps")
            return self.laps[when.lap]
        green = self.laps[0]
        if when.since_green is not None:
            return green + when.since_green
        flag = self.laps[-1] if len(self.laps) > 1 else self.ends
        return green + round((when.share or 0.0) * (flag - green))


def stream(events: Iterable[FedEvent | UnknownEvent]) -> Stream:
    """The stream of a race, each event coming when it happens, or right behind the one before it.

    Types this version does not know are left out; an empty stream is refused.
    """
    known = [event for event in events if not isinstance(event, UnknownEvent)]
    races = {event.race for event in known}
    if len(races) != 1:
        raise Refused(f"want the events of one race, not of {len(races)}")
    times = [time_of(event) for event in known]
    now = next((at for at in times if at is not None), 0)
    told: list[Sending] = []
    for event, at in zip(known, times, strict=True):
        now = now if at is None else max(now, at)
        told.append(sending(now, event))
    return Stream(
        known,
        told,
        race=races.pop(),
        corrected=frozenset(
            (event.data.target.source, event.data.target.id)
            for event in known
            if isinstance(event.data, Correction) and event.data.target is not None
        ),
        laps=laps_of(known),
        ends=max((one.at for one in told), default=0),
    )


def laps_of(events: Iterable[FedEvent]) -> list[int]:
    """When somebody first completed lap 0, 1, 2 … by the crossings of the line as they are told.

    A lap that is numbered by the feed is that lap; else crossings are counted. It says when trouble
    begins, and scores nothing.
    """
    line, opens, green = {"sf", "sf-pit"}, True, None
    reached: dict[int, int] = {}
    counts: Counter[str] = Counter()
    for event in sorted(events, key=lambda event: time_of(event) or 0):
        data = event.data
        if isinstance(data, SessionSetup):
            line = {one.id for one in data.track.loops if one.kind in ("sf", "sf_pit")} | {"sf-pit"}
            opens = data.first_crossing == "opens_lap"
        elif isinstance(data, FlagChanged) and data.flag == "green" and green is None:
            green = data.t_us
        elif isinstance(data, Crossing) and data.loop in line:
            if green is None or data.t_us < green:
                continue
            counts[data.entry] += 1
            lap = data.lap if data.lap is not None else counts[data.entry] - opens
            reached.setdefault(lap, data.t_us)
    start = green if green is not None else min(reached.values(), default=0)
    laps = [start]
    while len(laps) in reached:
        laps.append(reached[len(laps)])
    return laps
