"""What a new revision changed: verdicts that came, that went, and that say something else."""

from dataclasses import dataclass
from typing import Any

from tracker.verdicts.judge import Verdict, Verdicts


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the verdicts between two revisions, and why."""

    before: int
    after: int
    cause: str | None
    added: tuple[Verdict, ...]
    removed: tuple[Verdict, ...]
    """Withdrawn: they stay visible, struck through, with the cause."""
    changed: tuple[tuple[Verdict, Verdict], ...]
    """Of one car on one side, before and after; that only the revision is new is no change."""


def withdrawn(before: Verdicts, after: Verdicts) -> Change:
    """What a revision added, removed and changed."""
    old = {(v.side, v.entry): v for v in before.verdicts}
    new = {(v.side, v.entry): v for v in after.verdicts}
    return Change(
        before=before.rev,
        after=after.rev,
        cause=after.cause,
        added=tuple(v for key, v in new.items() if key not in old),
        removed=tuple(v for key, v in old.items() if key not in new),
        changed=tuple(
            (old[key], v) for key, v in new.items() if key in old and says(old[key]) != says(v)
        ),
    )


def says(verdict: Verdict) -> tuple[object, ...]:
    """What a verdict says, whatever its revision is called."""
    return verdict.headline, verdict.text, tuple((r.rule, r.text) for r in verdict.reasons)


def as_json(verdicts: Verdicts) -> list[dict[str, Any]]:
    """Verdicts in plain values."""
    return [verdict_as_json(verdict) for verdict in verdicts.verdicts]


def verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict in plain values."""
    return {
        "side": verdict.side,
        "entry": verdict.entry,
        "driver": verdict.driver,
        "headline": verdict.headline,
        "text": verdict.text,
        "reasons": [
            {
                "rule": reason.rule,
                "text": reason.text,
                "points": reason.points,
                "evidence": list(reason.evidence),
            }
            for reason in verdict.reasons
        ],
        "score": verdict.score,
        "rev": verdict.rev,
    }


def report(verdicts: Verdicts) -> dict[str, Any]:
    """All there is to say of verdicts, as keys of a race's report."""
    return {
        "verdicts": as_json(verdicts),
        "verdicts_status": verdicts.status,
        "verdicts_rev": verdicts.rev,
        "verdicts_cause": verdicts.cause,
        "verdicts_held": list(verdicts.held),
        "verdicts_also_considered": [verdict_as_json(v) for v in verdicts.also_considered],
        "verdicts_skipped": [
            {"rule": skip.rule, "missing": skip.missing} for skip in verdicts.skipped
        ],
    }
