"""Facts: what can be said of a car's day, each with its scope and what proves it.

A fact without evidence cannot be made. Whatever a sentence says, numbers above all, it takes
from the fact it is about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.racing.vocabulary import EntryId

Value = int | float | str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact can be looked up: an event, a lap, an earlier race; and what it says there.

    `crossing/5/268/sf`, `result/2`, `incident/3`, `lap 263`, `2024-04-28 Dover`.
    """

    ref: str
    says: str = ""

    def __str__(self) -> str:
        return f"{self.ref}: {self.says}" if self.says else self.ref


@dataclass(frozen=True, slots=True)
class Scope:
    """What a fact is true of: this race, a season, since a date, at a track, the last n starts."""

    kind: str
    """`race`, `season`, `since`, `track`, `last` or `series`."""
    of: str


THIS_RACE = Scope("race", "this race")


class UnprovenFact(AssertionError):
    """Somebody tried to state a fact with nothing to show for it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One true thing about one car's race."""

    kind: str
    entry: EntryId
    value: Value
    scope: Scope
    n: int
    """Sample size: starts, visits, races or laps looked at."""
    evidence: tuple[Evidence, ...]
    more: tuple[tuple[str, Value], ...] = ()
    """What else the words need, by name."""
    strength: float = 1.0
    """How much of it: of two facts of a kind, the rarer has more."""
    stake: float = 1.0
    """What hung on it, as a share of a win."""
    share: float | None = None
    """How often as much was seen, where the race itself says so; None: ask the history."""

    def __post_init__(self) -> None:
        if not self.evidence:
            raise UnprovenFact(f"{self.kind} of {self.entry} has no evidence")

    def __getitem__(self, name: str) -> Value:
        """A named value; `value` and `n` are always there."""
        return self.named[name]

    def get(self, name: str) -> Value | None:
        """A named value, where there is one."""
        return self.named.get(name)

    @property
    def named(self) -> Mapping[str, Value]:
        """All values by name."""
        return {"value": self.value, "n": self.n, **dict(self.more)}


def fact(
    kind: str,
    entry: EntryId,
    value: Value,
    evidence: Iterable[Evidence],
    *,
    scope: Scope = THIS_RACE,
    n: int = 1,
    strength: float | None = None,
    stake: float = 1.0,
    share: float | None = None,
    **more: Value | None,
) -> Fact:
    """A fact; values that are not known are left out."""
    if strength is None:
        strength = float(value) if isinstance(value, int | float) else 1.0
    known = tuple((name, it) for name, it in more.items() if it is not None)
    return Fact(kind, entry, value, scope, n, tuple(evidence), known, strength, stake, share)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that could not be asked, and what was missing."""

    rule: str
    missing: str
