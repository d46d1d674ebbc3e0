"""How rare a thing is: base rates from the history of a series, never from one race.

Every past start is asked what would be asked of one today, and counted by how well the driver
usually did then. Surprise is -log2 of the share of comparable starts that had as much or more.
Few starts say little, so a rate leans on the rate of all cars, and that one on an assumed rate.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import log2
from statistics import median

LEANING = 30
"""Starts' worth of weight that the broader rate has against the counted one."""

USUAL_STARTS = 20
"""Starts before a race that say how a driver usually does."""

FRONT, MIDDLE = 0.34, 0.56
"""Usual finish, as a share of the field: up to the first a front runner, up to the second not a
backmarker."""

ASSUMED: dict[str, float] = {
    "record_margin": 1 / 400,
    "near_miss": 1 / 50,
    "overturned": 1 / 200,
    "comeback": 1 / 60,
    "dsq": 1 / 300,
    "victim": 1 / 15,
    "late_incident": 1 / 8,
    "instigator": 1 / 20,
    "penalty_cost": 1 / 15,
    "fade": 1 / 12,
    "lost_final_restart": 1 / 40,
    "stage_win": 1 / 20,
    "clinch_missed": 1 / 40,
    "out": 1 / 7,
    "last": 1 / 38,
    "cut_line_up": 1 / 30,
    "cut_line_down": 1 / 30,
}
"""Shares of starts assumed before anything is counted. Whole-race figures for a field of about
38; what a history of results cannot count stays at this."""

RAREST = 1 / 100_000
"""Nothing is rarer than nobody could have counted."""

UNKNOWN = 1 / 20
"""For a kind nobody counted and nobody assumed anything about."""


def tier(finishes: list[float]) -> str:
    """How a driver usually does, from finishes as shares of the field."""
    if len(finishes) < 5:
        return "new"
    usual = median(finishes[-USUAL_STARTS:])
    return "front" if usual <= FRONT else "middle" if usual <= MIDDLE else "back"


@dataclass
class Rates:
    """Counts of what past starts had, by kind and by how the driver usually did."""

    starts: Counter[str] = field(default_factory=Counter)
    seen: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)

    def observe(self, tier: str, strengths: dict[str, float]) -> None:
        """Count one past start."""
        self.starts[tier] += 1
        for kind, strength in strengths.items():
            self.seen.setdefault((kind, tier), Counter())[round(strength)] += 1

    def at_least(self, kind: str, tier: str, strength: float) -> int:
        """Past starts of that sort of driver that had as much."""
        counted = self.seen.get((kind, tier))
        least = round(strength)
        return sum(n for s, n in counted.items() if s >= least) if counted else 0

    def share(self, kind: str, tier: str, strength: float, assumed: float | None = None) -> float:
        """The share of comparable starts with as much or more."""
        lean = assumed if assumed is not None else ASSUMED.get(kind, UNKNOWN)
        if not any(of_kind == kind for of_kind, _ in self.seen):
            return lean
        everyone = sum(self.at_least(kind, each, strength) for each in self.starts)
        overall = (everyone + LEANING * lean) / (sum(self.starts.values()) + LEANING)
        counted = self.at_least(kind, tier, strength)
        return (counted + LEANING * overall) / (self.starts[tier] + LEANING)

    def share_of_all(self, kind: str, strength: float) -> float:
        """The share of all starts with as much or more, whoever made them."""
        lean = ASSUMED.get(kind, UNKNOWN)
        everyone = sum(self.at_least(kind, each, strength) for each in self.starts)
        return (everyone + LEANING * lean) / (sum(self.starts.values()) + LEANING)


def bits(share: float) -> float:
    """How surprising a share is: 1 for every other start, 10 for one in a thousand."""
    return max(0.0, -log2(max(share, RAREST)))
