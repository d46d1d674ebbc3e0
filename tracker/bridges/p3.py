"""MYLAPS/AMB P3: what a decoder says becomes reports.

A decoder knows transponders and times, and nothing of races: no laps, no flags, no names. So the
plan comes from whoever follows it, a table tells whose transponder it is, and the first passing
is taken for the green where nobody else shows one. Passings are numbered: a hole is asked for
again, a repeat is dropped, and what never comes is said.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from tracker.bridges.converted import RACE_CONTROL, TIMING, in_id, name, said
from tracker.bridges.p3_decoder import Decoder
from tracker.bridges.p3_entries import Entries
from tracker.bridges.p3_frames import (
    DECODER,
    FIRST_CONTACT,
    GET_TIME,
    PASSING,
    RESEND,
    STATUS,
    VERSIONS,
    FrameRefused,
    Record,
    framed,
    record,
)
from tracker.feed.envelope import Report
from tracker.feed.officials import FlagChanged
from tracker.feed.setting import (
    Distance,
    EntryUpsert,
    Loop,
    LoopKind,
    SessionSetup,
    Track,
)
from tracker.feed.timing import Crossing, SourceStatus
from tracker.feed.values import Payload

NUMBER, TRANSPONDER, RTC, STRENGTH, HITS, CODE = 0x01, 0x03, 0x04, 0x05, 0x06, 0x0A
FROM, UNTIL = 0x01, 0x02

KINDS: Mapping[str, LoopKind] = {
    "sf": "sf", "sf-pit": "sf_pit", "pit-in": "pit_in", "pit-out": "pit_out"
}  # fmt: skip
NOT_READ = {
    VERSIONS: "the decoder's version",
    RESEND: "what to send again",
    GET_TIME: "the decoder's time",
    FIRST_CONTACT: "a first contact",
}
"""Records without which a race can be told; a first contact becomes a passing, which comes too."""
MOST_COUNTED = 1_000_000
"""Numbers that an event can carry; a decoder may count further."""
NO_SEASON = 2000
MOST_DECODERS = 64
"""Timing lines that a track can have."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a decoder cannot know about the race."""

    title: str = "Race"
    season: int | None = None
    laps: int | None = None
    duration_us: int | None = None
    loops: Mapping[int, str] = field(default_factory=dict)
    """Which timing line each decoder is at; with none told, all are at the start/finish line."""
    green: bool = True
    """The first passing is taken for the green; otherwise race control shows it elsewhere."""


class P3:
    """The decoders of one race, heard frame by frame; a frame is a line of hexadecimal digits,
    with the microsecond at which it came before it, where somebody noted that."""

    def __init__(self, plan: Plan, entries: Entries | None = None) -> None:
        self.plan = plan
        self.entries = entries or Entries()
        self.decoders: dict[int, Decoder] = {}
        self.skipped: Counter[str] = Counter()
        """What was heard and not told, by reason."""
        self.announced = False
        self.green = not plan.green
        self.strangers: set[str] = set()

    def connected(self) -> list[Report]:
        """A new connection: what is missing is asked for again."""
        reports = []
        for number, decoder in self.decoders.items():
            decoder.connected_anew = True
            decoder.ask_again()
            reports += self.never_came(number, decoder)
        return reports

    def asks(self) -> list[bytes]:
        """Frames that ask for passings that are missing."""
        return [
            framed(RESEND, self.wanted(number, first=run[0], last=run[-1]))
            for number, decoder in self.decoders.items()
            for run in decoder.asked()
        ]

    def wanted(self, decoder: int, first: int, last: int) -> dict[int, bytes]:
        """Which passings are wanted; of which decoder, where there is more than one."""
        fields = {FROM: first.to_bytes(4, "little"), UNTIL: last.to_bytes(4, "little")}
        if len(self.decoders) > 1:
            fields[DECODER] = decoder.to_bytes(4, "little")
        return fields

    def hear(self, line: str) -> list[Report]:
        """What one frame says; never raises on what a stranger sent."""
        came, _, digits = line.rpartition(" ")
        try:
            told = record(bytes.fromhex(digits))
        except FrameRefused as refused:
            self.skipped[str(refused)] += 1
            return []
        except ValueError:
            self.skipped["a line that is no frame"] += 1
            return []
        arrived = int(came) if came.isdecimal() and len(came) < 18 else None
        reports = self.announce(arrived)
        if told.kind == PASSING:
            return reports + self.passing(told, arrived)
        if told.kind != STATUS:
            self.skipped[f"a record of {NOT_READ.get(told.kind, 'another type')}"] += 1
        elif told.decoder in self.decoders:
            # It comes every few seconds: time to ask again for what has not come.
            self.decoders[told.decoder].ask_again()
            return reports + self.never_came(told.decoder, self.decoders[told.decoder])
        return reports

    def announce(self, arrived: int | None) -> list[Report]:
        """The race and who is entered, once, as soon as a decoder says anything."""
        if self.announced:
            return []
        self.announced = True
        plan = self.plan
        year = NO_SEASON if arrived is None else datetime.fromtimestamp(arrived / 1e6, UTC).year
        named = dict.fromkeys(plan.loops.values())
        sectors = [loop for loop in named if loop not in KINDS]
        setup = said(
            "the plan", None, SessionSetup,
            name=name(plan.title), series="MYLAPS timing", season=plan.season or year,
            distance=Distance(laps=plan.laps, duration_us=plan.duration_us), resolution_us=1_000,
            track=Track(
                id="track", name="track",
                loops=[
                    Loop(id="sf", index=0, kind="sf"),
                    *(Loop(id=loop, index=0, kind=KINDS[loop]) for loop in named
                      if loop in KINDS and loop != "sf"),
                    *(Loop(id=loop, index=index, kind="sector")
                      for index, loop in enumerate(sectors, start=1)),
                ],
            ),
        )  # fmt: skip
        return [
            worded("setup", setup),
            *(worded(f"entry/{in_id(car)}", entry) for car, entry in self.entries.cars.items()),
        ]

    def passing(self, told: Record, arrived: int | None) -> list[Report]:
        """A transponder was seen."""
        number, transponder, rtc = told.number(NUMBER), told.number(TRANSPONDER), told.number(RTC)
        if number is None or transponder is None or rtc is None or not 0 < rtc < 2**53:
            self.skipped["a passing without number, transponder or time"] += 1
            return []
        loop = self.plan.loops.get(told.decoder) if self.plan.loops else "sf"
        if loop is None:
            self.skipped["a passing at a decoder for which no --loop was given"] += 1
            return []
        if told.decoder not in self.decoders and len(self.decoders) >= MOST_DECODERS:
            self.skipped[f"a passing of more than {MOST_DECODERS} decoders"] += 1
            return []
        decoder = self.decoders.setdefault(told.decoder, Decoder())
        heard = decoder.hear(number, rtc, transponder)
        if heard in ("repeated", "before"):
            reason = "heard before" if heard == "repeated" else "from before, or of a used number"
            self.skipped[f"a passing {reason}"] += 1
            return []
        reports = self.never_came(told.decoder, decoder)
        at, step = decoder.clock.time_then(number, rtc), 0
        if heard == "new":
            at, step = decoder.clock.time(number, rtc, arrived)
        if step:
            problem = f"decoder {told.decoder}: its clock was set by {step / 1e6:+.3f} s"
            reports.append(status(f"clock/{told.decoder}/{number}/{rtc}", problem))
        if not self.green and loop == "sf":
            self.green = True
            green = FlagChanged(flag="green", t_us=at, text="estimated: the first passing heard")
            reports.append(Report(RACE_CONTROL, f"flag/green/{at}", green))
        code = told.text(CODE)
        names = [str(transponder), *([code] if code else [])]
        entry = self.entries.of(names, at)
        if entry is None:
            entry = names[0]
            reports += self.stranger(entry, names)
        crossing = Crossing(
            entry=entry, loop=loop, t_us=at, pit=loop == "sf-pit", estimated=bool(step),
            transponder=names[-1], decoder=str(told.decoder),
            passing_number=number if number <= MOST_COUNTED else None,
            strength=small(told.number(STRENGTH)), hits=small(told.number(HITS)),
        )  # fmt: skip
        reports.append(Report(TIMING, f"p3:{told.decoder}:{number}:{rtc}", crossing))
        return reports

    def stranger(self, entry: str, names: list[str]) -> list[Report]:
        """A transponder that the table does not know is entered under its own number."""
        if entry in self.strangers:
            return []
        self.strangers.add(entry)
        return [
            worded(
                f"entry/{in_id(entry)}",
                EntryUpsert(entry=entry, number=entry, transponders=[*dict.fromkeys(names)]),
            )
        ]

    def never_came(self, number: int, decoder: Decoder) -> list[Report]:
        """Passings that are missing for good are told, so that somebody can look."""
        return [
            status(
                f"missed/{number}/{run[0]}-{run[-1]}/{decoder.newest}",
                f"decoder {number}: passing {run[0]} never came" if len(run) == 1
                else f"decoder {number}: passings {run[0]} to {run[-1]} never came",
            )
            for run in decoder.never_came()
        ]  # fmt: skip


def worded(kind: str, payload: Payload) -> Report:
    """A state told once; its id says what it says."""
    words = sha256(payload.model_dump_json().encode()).hexdigest()[:8]
    return Report(RACE_CONTROL, f"{kind}/{words}", payload)


def status(event: str, problem: str) -> Report:
    """Something is wrong with the timing, in words."""
    return Report(TIMING, event, SourceStatus(online=True, problems=[name(problem)]))


def small(number: int | None) -> int | None:
    """A number that an event can carry."""
    return number if number is not None and number <= MOST_COUNTED else None
