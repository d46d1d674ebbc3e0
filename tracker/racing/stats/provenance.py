"""A number and where it comes from: nothing is counted without saying over what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.racing.vocabulary import EntryId

OFFICIAL = "official"
"""From the start/finish line, flags and the classification only."""
LOOP = "loop"
"""From other loops as well, such as those of pit road."""
ESTIMATED = "estimated"
"""From crossings of which some were worked out, not timed."""


@dataclass(frozen=True, slots=True)
class Stat:
    """One number of a race, or of a car, with its provenance."""

    value: Any
    """JSON-ready; times in microseconds, speeds in metres a second unless the name says mph."""
    n: int
    """How many laps, stops or crossings it was counted from."""
    scope: str
    """What was counted, in words."""
    method: str
    laps: tuple[int, int] | None = None
    """First and last lap looked at."""
    events: tuple[str, ...] = ()
    """Names of what it rests on where that is not laps, such as `caution/3`."""

    def as_json(self) -> dict[str, Any]:
        """The number with its provenance, in plain values."""
        told: dict[str, Any] = {
            "value": self.value,
            "n": self.n,
            "scope": self.scope,
            "method": self.method,
        }
        if self.laps is not None:
            told["laps"] = list(self.laps)
        if self.events:
            told["events"] = list(self.events)
        return told


@dataclass(frozen=True, slots=True)
class CarStat:
    """One statistic of every car: the provenance once, then a value and its n for each car."""

    scope: str
    method: str
    laps: tuple[int, int] | None = None
    values: Mapping[EntryId, tuple[Any, int]] = field(default_factory=dict)

    def of(self, entry: EntryId) -> Stat | None:
        """One car's, with its provenance; None where there is none."""
        found = self.values.get(entry)
        if found is None:
            return None
        return Stat(found[0], found[1], self.scope, self.method, self.laps)

    def as_json(self) -> dict[str, Any]:
        """In plain values: `by_entry` holds `[value, n]` for each car."""
        return {
            "scope": self.scope,
            "method": self.method,
            "laps": list(self.laps) if self.laps is not None else None,
            "by_entry": {entry: list(found) for entry, found in sorted(self.values.items())},
        }


def mean_cut(total: int, n: int, digits: int) -> float:
    """A mean cut, not rounded, as averages are published: 2.769 is shown as 2.76."""
    scale: int = 10**digits
    return total * scale // n / scale
