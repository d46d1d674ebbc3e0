"""What changed between two pictures, and how changes add up.

Changes are absolute ("interval is 412000"), so two of them squash into one, and a viewer that
missed three hundred needs no more messages than one that missed a single one. They form a monoid
that acts on pictures:

    apply(before, compare(before, after)) == after
    apply(apply(picture, first), then) == apply(picture, squash(first, then))
    squash(squash(a, b), c) == squash(a, squash(b, c))

A change takes away first and adds afterwards: a car that left the board and came back is in
`gone` and in `rows`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.live.picture import Fields, Picture


@dataclass(frozen=True, slots=True)
class Change:
    """What is different now; what is not mentioned stayed as it was."""

    state: Fields = field(default_factory=dict)
    rows: dict[str, Fields] = field(default_factory=dict)
    """Changed fields by entry; a car not seen before comes whole."""
    gone: frozenset[str] = frozenset()
    incidents: dict[str, Fields] = field(default_factory=dict)
    """Whole, by number: they are few, and told again rarely."""
    withdrawn: frozenset[str] = frozenset()
    """Incidents that a correction unmade. No message says so: it takes a snapshot."""
    results_changed: bool = False
    results: Fields | None = None
    verdicts_changed: bool = False
    verdicts: Fields | None = None


def compare(before: Picture, after: Picture) -> Change:
    """What a viewer of one picture has to be told to hold the other."""
    rows = {}
    for entry, row in after.rows.items():
        changed = changed_fields(before.rows.get(entry, {}), row)
        if changed:
            rows[entry] = changed
    same_results = after.results is before.results or after.results == before.results
    same_verdicts = after.verdicts is before.verdicts or after.verdicts == before.verdicts
    return Change(
        state=changed_fields(before.state, after.state),
        rows=rows,
        gone=frozenset(before.rows.keys() - after.rows.keys()),
        incidents={
            number: incident
            for number, incident in after.incidents.items()
            if before.incidents.get(number) != incident
        },
        withdrawn=frozenset(before.incidents.keys() - after.incidents.keys()),
        results_changed=not same_results,
        results=None if same_results else after.results,
        verdicts_changed=not same_verdicts,
        verdicts=None if same_verdicts else after.verdicts,
    )


def changed_fields(before: Mapping[str, object], after: Fields) -> Fields:
    """The fields of `after` that `before` has not, or has otherwise."""
    if before is after or before == after:
        return {}
    return {
        name: value for name, value in after.items() if name not in before or before[name] != value
    }


def squash(first: Change, then: Change) -> Change:
    """Both changes in one."""
    rows = {entry: row for entry, row in first.rows.items() if entry not in then.gone}
    for entry, row in then.rows.items():
        rows[entry] = {**rows[entry], **row} if entry in rows else row
    incidents = {
        number: told for number, told in first.incidents.items() if number not in then.withdrawn
    }
    latest = then if then.results_changed else first
    judged = then if then.verdicts_changed else first
    return Change(
        state={**first.state, **then.state},
        rows=rows,
        gone=first.gone | then.gone,
        incidents={**incidents, **then.incidents},
        withdrawn=first.withdrawn | then.withdrawn,
        results_changed=latest.results_changed,
        results=latest.results,
        verdicts_changed=judged.verdicts_changed,
        verdicts=judged.verdicts,
    )


def apply(picture: Picture, change: Change) -> Picture:
    """The picture after the change."""
    rows = {entry: row for entry, row in picture.rows.items() if entry not in change.gone}
    for entry, changed in change.rows.items():
        rows[entry] = {**rows.get(entry, {}), **changed}
    incidents = {
        number: told for number, told in picture.incidents.items() if number not in change.withdrawn
    }
    return Picture(
        state={**picture.state, **change.state},
        rows=rows,
        incidents={**incidents, **change.incidents},
        results=change.results if change.results_changed else picture.results,
        verdicts=change.verdicts if change.verdicts_changed else picture.verdicts,
    )
