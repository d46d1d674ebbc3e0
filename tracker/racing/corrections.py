"""Corrections: what was scored wrong is told again, right, in its own place.

A correction never changes an event that was filed. It changes what is folded: the target is
left out, moved in time, or given to another car, and the race is folded again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracker.racing.events import Corrected, Crossing, Filed, filed
from tracker.racing.vocabulary import START_FINISH, EntryId, RaceTime


def corrected(events: Sequence[Filed], corrections: Iterable[Filed]) -> list[Filed]:
    """The events with the corrections carried out, in the order of their new places."""
    by_target: dict[tuple[str, str], list[Corrected]] = {}
    inserted: list[Filed] = []
    for correction in corrections:
        event = correction.event
        assert isinstance(event, Corrected)
        if event.target is not None:
            by_target.setdefault(event.target, []).append(event)
        elif event.op == "insert" and event.entry is not None and event.new_at is not None:
            inserted.append(
                filed(
                    correction.source,
                    correction.sequence,
                    correction.id,
                    Crossing(event.entry, event.loop or START_FINISH, event.new_at, lap=event.lap),
                )
            )
    # Laps credited count from their own moment on. What was inserted may be corrected too.
    told = [item for item in corrections if credits(item)]
    for item in (*events, *inserted):
        changes = by_target.get((item.source, item.id)) if by_target else None
        if changes is None:
            told.append(item)
            continue
        changed: Filed | None = item
        for change in changes:
            changed = one_corrected(changed, change)
        if changed is not None:
            told.append(changed)
    told.sort(key=lambda item: item[:4])
    return told


def cars_corrected(
    events: Iterable[Filed], corrections: Iterable[Filed]
) -> dict[EntryId, RaceTime]:
    """Cars whose scoring was corrected, and when last."""
    found: dict[EntryId, RaceTime] = {}
    made: dict[tuple[str, str], RaceTime] = {}
    for correction in corrections:
        event = correction.event
        assert isinstance(event, Corrected)
        if event.entry is not None:
            found[event.entry] = max(event.at, found.get(event.entry, event.at))
        if event.target is not None:
            made[event.target] = max(event.at, made.get(event.target, event.at))
    for item in events if made else ():
        at = made.get((item.source, item.id))
        if at is not None and isinstance(item.event, Crossing):
            entry = item.event.entry
            found[entry] = max(at, found.get(entry, at))
    return found


def credits(item: Filed) -> bool:
    """Whether a correction gives or takes laps, which changes no crossing."""
    return isinstance(item.event, Corrected) and item.event.op == "lap_credit"


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
