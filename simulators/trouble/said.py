"""Trouble with what is said: clocks that step, wrong decoders, sources that contradict, rubbish."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from simulators.trouble.spec import Trouble
from simulators.trouble.stream import Sending, Stream, crossing_of, saying, sending, time_of
from tracker.feed.envelope import MAX_PACKET, Report, encode
from tracker.feed.officials import Correction, Replacement, Target
from tracker.feed.timing import Crossing
from tracker.feed.topics import event_topic

STEWARD = "scoring-desk"
"""Who mends what a decoder said wrong."""

BACKUP = "backup-timing"
"""A second source of readings."""

STEPPED_FOR = 120_000_000
"""A clock that stepped is set right after two minutes."""

NOTICED_AFTER = 60_000_000
"""What was wrong is mended a minute later."""

NEAR = 100_000
"""A backup that reads the same passing is off by a tenth of a second at most."""

OFF = (1_500_000, 3_000_000)
"""A backup that is plainly wrong is early by this much: too little to be a lap of its own."""


class Desk:
    """Mends what was said wrong, numbering its corrections."""

    def __init__(self, stream: Stream, name: str) -> None:
        self._stream = stream
        self._name = name
        self._made = 0

    def correct(self, wrong: Sending, op: str, **new: object) -> Sending:
        """The correction of a reading, a minute after it came."""
        assert wrong.event is not None
        self._made += 1
        at = wrong.at + NOTICED_AFTER
        target = Target(source=wrong.event.source, id=wrong.event.id)
        data = Correction.model_validate(
            {
                "t_us": at, "op": op, "target": target, "basis": "loop",
                "new": Replacement.model_validate(new) if new else None,
            }
        )  # fmt: skip
        source = f"{STEWARD}-{self._name}"
        report = Report(source, f"correction/{self._made}", data)
        return sending(at, report.event(self._stream.race, "desk", self._made))


def clock_step(
    stream: Stream, told: list[Sending], trouble: Trouble, chance: Random
) -> list[Sending]:
    """The clock of the source with the most readings steps; two minutes later it is set right.

    Then every reading made meanwhile is retimed. For good: it is never set right, and nobody
    retimes. Other sources keep their clocks. What officials correct anyway is left to them.
    """
    readings = Counter(it.event.source for it in told if it.event and crossing_of(it))
    if not readings:
        return told
    source = readings.most_common(1)[0][0]
    begins = stream.moment(trouble.name, trouble.when)
    ends = begins + STEPPED_FOR
    desk = Desk(stream, "clock")
    after: list[Sending] = []
    for it in told:
        crossing = crossing_of(it)
        stepped = (
            crossing is not None
            and it.event is not None
            and it.behind is None
            and it.event.source == source
            and crossing.t_us >= begins
            and (trouble.for_good or crossing.t_us < ends)
        )
        if not stepped or crossing is None:
            after.append(it)
            continue
        stream.done["read by a clock that had stepped"] += 1
        after.append(saying(it, t_us=crossing.t_us + trouble.span))
        if not trouble.for_good and it.name not in stream.corrected:
            after.append(desk.correct(it, "retime", t_us=crossing.t_us))
    return after


def wrong_decoder(
    stream: Stream, told: list[Sending], trouble: Trouble, chance: Random
) -> list[Sending]:
    """Readings for the wrong car, given back by officials; and a decoder of another track.

    What the other decoder reads is at a loop that this track has not. For good: nobody gives a
    reading back.
    """
    cars = sorted({crossing.entry for it in told if (crossing := crossing_of(it)) is not None})
    desk = Desk(stream, "decoder")
    after: list[Sending] = []
    strays = 0
    for it in told:
        crossing = crossing_of(it)
        if crossing is None or it.behind is not None or chance.random() >= trouble.share:
            after.append(it)
        elif chance.random() < 0.5:
            strays += 1
            stream.done["read by a decoder of another track"] += 1
            stray = crossing.model_copy(update={"loop": "elsewhere", "lap": None})
            report = Report("other-decoder", f"elsewhere/{strays}", stray)
            after += [it, sending(it.at, report.event(stream.race, "other", strays))]
        elif it.name in stream.corrected or len(cars) < 2:
            after.append(it)
        else:
            wrong = chance.choice([car for car in cars if car != crossing.entry])
            stream.done["read for the wrong car"] += 1
            after.append(saying(it, entry=wrong))
            if not trouble.for_good:
                after.append(desk.correct(it, "reassign", entry=crossing.entry))
    return after


def contradict(
    stream: Stream, told: list[Sending], trouble: Trouble, chance: Random
) -> list[Sending]:
    """Sources that contradict: a coarser reading of a passing, one that is plainly wrong, and two
    things said under one id.

    The wrong one is deleted by officials; of what has one id, the truth comes first. For good: it
    is not deleted, and the truth comes second.
    """
    desk = Desk(stream, "backup")
    after: list[Sending] = []
    read = 0
    for it in told:
        crossing = crossing_of(it)
        if crossing is None or chance.random() >= trouble.share:
            after.append(it)
            continue
        way = chance.randrange(3)
        if way == 0:
            after += other_content(stream, it, crossing, trouble.for_good)
            continue
        read += 1
        wrong = way == 2
        again = coarser(crossing, -chance.randint(*OFF) if wrong else chance.randint(-NEAR, NEAR))
        after.append(it)
        if again is None:
            continue
        stream.done["read wrongly by a backup" if wrong else "read by a backup as well"] += 1
        report = Report(BACKUP, f"backup/{read}", again)
        backup = sending(it.at, report.event(stream.race, "backup", read))
        after.append(backup)
        if wrong and not trouble.for_good:
            after.append(desk.correct(backup, "delete"))
    return after


def other_content(stream: Stream, it: Sending, crossing: Crossing, for_good: bool) -> list[Sending]:
    """The same id, and five seconds later by the clock: the first that comes is believed."""
    stream.done["said otherwise under the same id"] += 1
    other = saying(it, t_us=crossing.t_us + 5_000_000)
    if for_good:
        return [other, it]
    return [it, Sending(other.at, other.event, other.topic, behind=it.name)]


def coarser(crossing: Crossing, off: int) -> Crossing | None:
    """The same passing read less finely; None where nothing is less fine."""
    changed: dict[str, object] = {"t_us": crossing.t_us + off, "lap": None}
    if not crossing.estimated:
        changed["estimated"] = True
    elif crossing.resolution_us:
        changed["resolution_us"] = crossing.resolution_us * 10
    else:
        return None
    return crossing.model_copy(update=changed)


def rubbish(stream: Stream, told: list[Sending], trouble: Trouble, chance: Random) -> list[Sending]:
    """Packets that are no events: put aside, and believed by nobody."""
    after: list[Sending] = []
    for it in told:
        after.append(it)
        if it.event is None or time_of(it.event) is None or chance.random() >= trouble.share:
            continue
        name = chance.choice(sorted(RUBBISH))
        packet = RUBBISH[name](encode(it.event), chance)
        stream.done[f"rubbish: {name}"] += 1
        topic = it.topic
        if name == "a topic that says otherwise":
            topic = event_topic(stream.race, it.event.source, "penalty")
            if topic == it.topic:
                topic = event_topic(stream.race, it.event.source, "crossing")
        after.append(Sending(it.at, None, topic, packet))
    return after


def numberless(packet: bytes, **changed: object) -> bytes:
    """An event with something wrong about it, and no number: it is nobody's next word."""
    said = json.loads(packet) | {"sequence": 0, "epoch": ""}
    return json.dumps(said | changed).encode()


def with_data(packet: bytes, **changed: object) -> bytes:
    """An event whose content is wrong."""
    return numberless(packet, id="rubbish", data=json.loads(packet)["data"] | changed)


RUBBISH: Mapping[str, Callable[[bytes, Random], bytes]] = {
    "nothing": lambda packet, chance: b"",
    "noise": lambda packet, chance: chance.randbytes(64),
    "half an event": lambda packet, chance: packet[: len(packet) // 2],
    "no object": lambda packet, chance: b'["racing", 7, null]',
    "a number that is none": lambda packet, chance: b'{"specversion": NaN}',
    "brackets without end": lambda packet, chance: b"[" * 20_000,
    "a number of a thousand digits": lambda packet, chance: b'{"sequence": ' + b"9" * 1_000 + b"}",
    "too long": lambda packet, chance: b'"' + b"x" * MAX_PACKET + b'"',
    "text for a time": lambda packet, chance: with_data(packet, t_us="soon"),
    "a character that controls": lambda packet, chance: with_data(
        packet, t_us=None, entry="5\u202e", text="\u0000", flag="\u0007", reason="\u0007"
    ),
    "another race": lambda packet, chance: numberless(packet, id="rubbish", race="another-race"),
    "another envelope": lambda packet, chance: numberless(packet, specversion="0.3"),
    "a topic that says otherwise": lambda packet, chance: numberless(packet, id="rubbish"),
    "no id": lambda packet, chance: numberless(packet, id=""),
}
"""Kinds of rubbish, each of which goes to quarantine."""
