"""Formula 1 live timing: flags, incidents, penalties and the end, as race control tells them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tracker.bridges.converted import RACE_CONTROL, in_id, name
from tracker.bridges.f1_setting import utc_us
from tracker.bridges.f1_state import Reasons, items, text
from tracker.bridges.f1_words import Happened, Punished, read
from tracker.bridges.files import whole
from tracker.feed.envelope import Report
from tracker.feed.officials import (
    FlagChanged,
    FlagName,
    Incident,
    Involvement,
    Location,
    Penalty,
)

TRACK_STATUS: dict[str, FlagName] = {
    "1": "green",
    "2": "yellow_local",
    "4": "sc",
    "5": "red",
    "6": "vsc",
    "7": "vsc_ending",
}
"""What the track status says; 3 was never seen."""
LOCAL: dict[str, FlagName] = {
    "YELLOW": "yellow_local",
    "DOUBLE YELLOW": "yellow_local",
    "CLEAR": "green",
    "GREEN": "green",
    "BLUE": "blue",
    "BLACK": "black",
    "BLACK AND ORANGE": "meatball",
}
"""Flags for a part of the track, or for a car."""
OVER = ("Finished", "Finalised", "Ends")
MOST_MESSAGES = 99_999
"""Number of an incident or a penalty, at most; a race has some hundreds of messages."""


@dataclass(slots=True)
class Given:
    """A penalty in time that has not been served yet."""

    number: int
    car: str
    amount: int
    reason: str


@dataclass(slots=True)
class RaceControl:
    """What race control has said so far."""

    epoch: int | None = None
    """The zero of the stream's clock, microseconds since 1970, where that is known."""
    status: str = ""
    track: str = ""
    flag: FlagName = "none"
    started_at: int | None = None
    flag_fell_at: int | None = None
    """When the checkered flag, or the end, was told; it belongs to a crossing of the leader."""
    unread: Reasons = field(default_factory=Reasons)
    incidents: dict[tuple[str, frozenset[str]], int] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    heard: set[int] = field(default_factory=set)

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self.status in OVER

    def session(self, told: str, at: int) -> Iterator[Report]:
        """The session began, was stopped, went on, or ended."""
        if not told or told == self.status:
            return
        self.status = told
        if told == "Started":
            if self.started_at is None:
                self.started_at = at
                yield self.shown("green", at)
            yield from self.track_wide(at)
        elif told == "Aborted" and self.started_at is not None and self.flag != "red":
            yield self.shown("red", at)
        elif told == "Finished":
            self.flag_fell_at = self.flag_fell_at or at

    def track_status(self, told: str, at: int) -> Iterator[Report]:
        """The flag for the whole track changed."""
        if told not in TRACK_STATUS:
            self.unread.note(f"track status {name(told)[:20]!r}")
            return
        self.track = told
        yield from self.track_wide(at)

    def track_wide(self, at: int) -> Iterator[Report]:
        """The flag that is out, if it is another: before the start and after the end none is."""
        flag = TRACK_STATUS.get(self.track, "green")
        if self.started_at is None or self.over or flag == self.flag:
            return
        if self.status == "Aborted" and flag != "red":
            return  # the race stands until it is started again, however clear the track
        after = max(at, self.started_at + (0 if self.flag == "none" else 1))
        yield self.shown(flag, after)

    def shown(self, flag: FlagName, at: int, note: str | None = None) -> Report:
        """A flag for the whole track."""
        self.flag = flag
        said = FlagChanged(flag=flag, t_us=at, text=note)
        return Report(RACE_CONTROL, f"flag/{flag}/{at}", said)

    def checkered(self, at: int) -> Report:
        """The flag fell for the leader crossing the line at this moment."""
        self.flag_fell_at = None
        return self.shown("checkered", at)

    def messages(self, told: Any, at: int) -> Iterator[Report]:
        """Messages of race control, each once."""
        for number, message in items(told):
            yield from self.numbered(number, message, at)

    def numbered(self, number: int, message: dict[str, Any], at: int) -> Iterator[Report]:
        """One message, once; a number is all that tells two of them apart."""
        if number in self.heard:
            return
        if number >= MOST_MESSAGES:
            self.unread.note("race control message with a number too large")
            return
        self.heard.add(number)
        yield from self.message(number + 1, message, self.moment(message, at))

    def moment(self, message: dict[str, Any], at: int) -> int:
        """When a message was given: by its own time, or when it was heard."""
        utc = utc_us(message.get("Utc"))
        return at if utc is None or self.epoch is None else utc - self.epoch

    def message(self, number: int, message: dict[str, Any], at: int) -> Iterator[Report]:
        """One message."""
        said, category = name(text(message.get("Message")), 500), text(message.get("Category"))
        if category == "Flag" and text(message.get("Flag")).upper() != "BLACK AND WHITE":
            yield from self.local_flag(number, message, said, at)
            return
        about = text(message.get("RacingNumber"))
        match read(said, [about] if 0 < len(about) <= 32 else []):
            case Punished() as punished:
                yield from self.punished(number, punished, said, at)
            case Happened() as happened:
                yield self.happened(number, happened, message, said, at)
            case None:
                self.unread.note(f"race control message: {name(category)[:20] or 'other'}")

    def local_flag(
        self, number: int, message: dict[str, Any], said: str, at: int
    ) -> Iterator[Report]:
        """A flag for a sector or a car; for the whole track the track status is what counts."""
        shown, scope = text(message.get("Flag")).upper(), text(message.get("Scope"))
        if shown == "CHEQUERED":
            if self.started_at is not None and self.flag != "checkered":
                self.flag_fell_at = self.flag_fell_at or at
            return
        flag, sector = LOCAL.get(shown), whole(message.get("Sector"))
        entry = text(message.get("RacingNumber"))
        if flag is None or scope == "Track":
            self.unread.note("race control message: flag for the whole track")
        elif scope == "Sector" and sector is not None and 1 <= sector <= 64:
            told = FlagChanged(flag=flag, t_us=at, scope="sector", sector=sector, text=said)
            yield Report(RACE_CONTROL, f"message/{number}", told)
        elif scope == "Driver" and 0 < len(entry) <= 32:
            told = FlagChanged(flag=flag, t_us=at, scope="entry", entry=entry, text=said)
            yield Report(RACE_CONTROL, f"message/{number}", told)
        else:
            self.unread.note("race control message: flag for nobody")

    def happened(
        self, number: int, happened: Happened, message: dict[str, Any], said: str, at: int
    ) -> Report:
        """An incident, or what became of one that was told before."""
        about = (happened.place, frozenset(happened.cars))
        incident = self.incidents.setdefault(about, number)
        told = Incident(
            incident=incident,
            t_us=at,
            lap=max(0, whole(message.get("Lap")) or 0),
            kind=happened.kind,
            phase=happened.phase,
            location=Location(text=happened.place) if happened.place else None,
            involved=[Involvement(entry=car) for car in happened.cars],
            assigned_by="official",
            text=said,
        )
        return Report(RACE_CONTROL, f"message/{number}", told)

    def punished(self, number: int, punished: Punished, said: str, at: int) -> Iterator[Report]:
        """A penalty, or that one was served."""
        for place, car in enumerate(punished.cars):
            if punished.served:
                yield from self.served(car, at, said, punished.amount)
                continue
            id_ = f"penalty/{number}" + (f"/{in_id(car)}" if place else "")
            if punished.kind == "time" and punished.amount is not None:
                reason = punished.reason or said
                self.given.append(Given(number + place * 1_000, car, punished.amount, reason))
            told = Penalty(
                penalty=number + place * 1_000,
                t_us=at,
                entry=car,
                kind=punished.kind,
                amount=punished.amount if punished.kind == "time" else None,
                reason=name(punished.reason or said, 500),
            )
            yield Report(RACE_CONTROL, id_, told)

    def served(self, car: str, at: int, how: str, amount: int | None = None) -> Iterator[Report]:
        """Penalties in time that a car has served at a stop are not added to its race time."""
        for given in [one for one in self.given if one.car == car]:
            if amount is not None and given.amount != amount:
                continue
            self.given.remove(given)
            told = Penalty(
                penalty=given.number,
                t_us=at,
                entry=car,
                kind="time",
                status="served",
                reason=name(f"{given.amount / 1e6:g} s, {given.reason}: {how}", 500),
            )
            yield Report(RACE_CONTROL, f"penalty/{given.number}/served", told)
