"""A tracker without sockets: packets in as they come, the race out, and what was put aside."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from simulators.trouble.spec import troubles
from simulators.trouble.stream import Sending
from simulators.trouble.troubled import Troubled, troubled
from tracker.feed.connection import Packet
from tracker.feed.consumer import Journalled, understood
from tracker.feed.envelope import FedEvent
from tracker.journal import Stray
from tracker.journal.content import same_content
from tracker.live.picture_of_race import picture
from tracker.racing.race import Race
from tracker.racing.report import report
from tracker.rooms import Room


@dataclass
class Told:
    """What a tracker made of packets."""

    room: Room
    aside: Counter[str] = field(default_factory=Counter)
    """What was put aside, by kind."""
    repeats: int = 0

    @property
    def race(self) -> Race:
        """The race in the end."""
        return self.room.race


def told(packets: Iterable[Sending], chance: Random | None = None) -> Told:
    """Packets through decoding, the journal's rule of names, and scoring, in bursts of any size."""
    it = Told(Room("race"))
    known: dict[tuple[str, str], bytes] = {}
    burst: list[Journalled] = []
    for packet in packets:
        bytes_ = packet.bytes()
        item, event = understood(Packet(packet.topic, bytes_, False, packet.at, 0))
        if isinstance(item, Stray):
            it.aside[item.kind] += 1
            continue
        assert event is not None
        before = known.setdefault((item.source, item.id), bytes_)
        if before is not bytes_:
            if same_content(before, bytes_):
                it.repeats += 1
            else:
                it.aside["id_conflict"] += 1
            continue
        burst.append(Journalled(len(known), packet.at, event))
        if chance is not None and chance.random() < 0.02:
            it.room.receive(burst)
            burst = []
    if burst:
        it.room.receive(burst)
    assert not it.room.faults
    return it


def trouble(events: Iterable[FedEvent], line: str, seed: int) -> Troubled:
    """A stream with the troubles of a line."""
    return troubled(events, troubles(line), seed)


def everything(race: Race) -> tuple[Any, Any]:
    """All that is shown and told of a race."""
    return report(race), picture(race)


KEPT = ("position", "car", "laps_completed", "laps_down", "laps_led", "status")


def board(race: Race) -> dict[str, Any]:
    """The final board: what has to be the truth even where officials had to mend something.

    That they did so stays visible, in the revisions of the result and in the marks of cars; this
    is what those leave alone.
    """
    told, shown = report(race), picture(race)
    return {
        "race": told["race"],
        "order_by_lap": told["order_by_lap"],
        "classification": told["classification"],
        "laps_led": told["laps_led"],
        "lead_changes": told["lead_changes"],
        "cautions": told["cautions"],
        "stages": told["stages"],
        "points": told["points"] and told["points"]["scores"],
        "winner": told["revisions"][-1]["winner"] if told["revisions"] else None,
        "margin": told["revisions"][-1]["margin_us"] if told["revisions"] else None,
        "incidents": shown.incidents,
        "rows": {
            entry: {name: row[name] for name in KEPT if name in row}
            for entry, row in shown.rows.items()
        },
    }
