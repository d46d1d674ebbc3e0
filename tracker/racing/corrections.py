"""Corrections: what was scored wrong is told again, right, in its own place.

A correction never changes an event that was filed. It changes what is folded: the target is
left out, moved in time, or given to another car, and the race is folded again from there on.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from tracker.racing.events import Corrected, Crossing, Filed, Place, filed, place_of
from tracker.racing.vocabulary import START_FINISH, EntryId, RaceTime

Name = tuple[str, str]
"""The source and the id of an event."""


class Corrections:
    """The corrections of one race, and what they have made of the events they name."""

    def __init__(self) -> None:
        self.made: list[Filed] = []
        self.by_target: dict[Name, tuple[Corrected, ...]] = {}
        """In the order in which they were made."""
        self.became: dict[Name, Filed | None] = {}
        """The targets that have come, and what was inserted, as they are now: None for what never
        happened."""
        self.credits: list[Filed] = []
        """Laps given or taken, which change no crossing. They count from their own moment on."""
        self.cars: dict[EntryId, RaceTime] = {}
        """Cars whose scoring was corrected, and when last."""
        self._told: dict[Name, Filed] = {}
        """The targets that have come, as they were told."""
        self._inserted: dict[Name, Filed] = {}

    def copied(self) -> "Corrections":
        """The same corrections, to be added to on their own."""
        again = Corrections()
        for name, container in vars(self).items():
            setattr(again, name, container.copy())
        return again

    def make(self, item: Filed, event: Corrected, events: Sequence[Filed]) -> Place:
        """Correct events that have come, which stand in their order; from where the race changes.

        A target that is still to come is corrected when it does.
        """
        self.made.append(item)
        if event.entry is not None:
            self._note(event.entry, event.at)
        if event.op == "lap_credit":
            self.credits.append(item)
        changed: Place | None = None
        if event.target is not None:
            name = event.target
            self.by_target[name] = (*self.by_target.get(name, ()), event)
            inserted = self._inserted.get(name)
            told = self._told.get(name) or named(name, events)
            if inserted is not None:
                changed = self._carry_out(name, inserted)
            elif told is not None:
                changed = self.come(told)
        elif event.op == "insert" and event.entry is not None and event.new_at is not None:
            crossing = Crossing(
                event.entry, event.loop or START_FINISH, event.new_at, lap=event.lap
            )
            inserted = filed(item.source, item.sequence, item.id, crossing)
            self._inserted[item.source, item.id] = inserted
            changed = self._carry_out((item.source, item.id), inserted)
        return item[:4] if changed is None else min(changed, item[:4])

    def come(self, told: Filed) -> Place | None:
        """A target has come; where the race changes, if it does."""
        name = (told.source, told.id)
        self._told[name] = told
        if isinstance(told.event, Crossing):
            for change in self.by_target[name]:
                self._note(told.event.entry, change.at)
        return self._carry_out(name, told)

    def _carry_out(self, name: Name, told: Filed) -> Place | None:
        before = self.became.get(name, told)
        now: Filed | None = told
        for change in self.by_target.get(name, ()):
            now = one_corrected(now, change)
        self.became[name] = now
        return min((item[:4] for item in (before, now) if item is not None), default=None)

    def _note(self, entry: EntryId, at: RaceTime) -> None:
        self.cars[entry] = max(at, self.cars.get(entry, at))

    def carried_out(self, events: Sequence[Filed], after: Place | None) -> list[Filed]:
        """What is to be folded after a place, in its order; None is before the first event."""
        first = 0 if after is None else bisect_right(events, after, key=place_of)
        became = self.became
        left = [item for item in events[first:] if (item.source, item.id) not in became]
        for item in (*became.values(), *self.credits):
            if item is not None and (after is None or item[:4] > after):
                left.append(item)
        left.sort(key=place_of)
        return left


def named(name: Name, events: Sequence[Filed]) -> Filed | None:
    """The event of that source and id. Mostly it has just come, so the last are looked at first."""
    source, id = name
    return next(
        (item for item in reversed(events) if item.id == id and item.source == source), None
    )


def one_corrected(item: Filed | None, change: Corrected) -> Filed | None:
    """An event after one correction; None when it never happened."""
    if item is None or change.op == "delete":
        return None
    event = item.event
    if not isinstance(event, Crossing):
        return item
    match change.op:
        case "retime" if change.new_at is not None:
            event = replace(event, at=change.new_at, estimated=False)
        case "reassign" if change.entry is not None:
            event = replace(event, entry=change.entry, lap=None)
        case _:
            return item
    return filed(item.source, item.sequence, item.id, event)


def in_words(change: Corrected) -> str:
    """A correction as the result's cause: what was changed, on what evidence, and why."""
    what = {
        "insert": "crossing added",
        "delete": "crossing deleted",
        "retime": "crossing retimed",
        "reassign": "crossing given to another car",
        "lap_credit": "laps credited",
    }.get(change.op, change.op)
    subject = f" of car {change.entry}" if change.entry is not None else ""
    return f"{change.basis}: {change.reason or what + subject}"
