"""What one published result changed against the one before, car by car, and why.

"P6 → P8, +10 s": a reader sees who moved, from where to where, and by whose decision.
"""

from dataclasses import dataclass

from tracker.racing.events import PenaltyGiven
from tracker.racing.race import Publication, PublishedLine
from tracker.racing.vocabulary import EntryId, Outcome


@dataclass(frozen=True, slots=True)
class Difference:
    """A car that a published result moved, or penalised without moving it."""

    entry: EntryId
    before: str
    """Place in the result before: `P6`, or how its race came out where it had no place."""
    after: str
    cause: str
    """Its own penalties, new or lifted; else what caused the new result."""

    def __str__(self) -> str:
        place = self.after if self.before == self.after else f"{self.before} → {self.after}"
        return f"{place}, {self.cause}" if self.cause else place


def differences(before: Publication, after: Publication) -> list[Difference]:
    """The cars that a result treats differently from the one before it, in its order."""
    known = {line.entry: line for line in before.lines}
    found = []
    for line in after.lines:
        was = known.get(line.entry)
        if was is None:
            continue
        new = [words for words in line.penalties if words not in was.penalties]
        lifted = [f"{words} lifted" for words in was.penalties if words not in line.penalties]
        laps = line.laps - was.laps
        driven = [f"{laps:+d} lap{'' if abs(laps) == 1 else 's'}"] if laps and not new else []
        if place(was) == place(line) and not (new or lifted or driven):
            continue
        cause = ", ".join((*new, *lifted, *driven)) or after.cause
        found.append(Difference(line.entry, place(was), place(line), cause))
    return found


def place(line: PublishedLine) -> str:
    """A place in a result, as it is written."""
    if line.outcome is Outcome.DSQ:
        return "DSQ" if line.position is None else f"P{line.position} (DSQ)"
    return line.outcome.value.upper() if line.position is None else f"P{line.position}"


def penalty_in_words(penalty: PenaltyGiven) -> str | None:
    """A penalty in force, short; None for one that changes no result."""
    if penalty.status not in ("applied", "served"):
        return None
    amount = penalty.amount or 0
    match penalty.kind:
        case "time":
            return f"+{amount / 1_000_000:g} s"
        case "laps":
            return f"-{amount} lap{'' if amount == 1 else 's'}"
        case "positions":
            return f"{amount} place{'' if amount == 1 else 's'} back"
        case "dsq":
            return "disqualified"
        case _:
            return None
