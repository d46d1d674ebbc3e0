"""Chance that is the same every time: a stream of it for each matter, all from one seed.

Seeded by text, which Python turns into a number without the salted hash of sets and dicts; one
matter's draws do not move another's.
"""

from random import Random


def us(seconds: float) -> int:
    """Seconds in whole microseconds."""
    return round(seconds * 1_000_000)


class Chance:
    """The streams of chance of one race."""

    def __init__(self, seed: int) -> None:
        self.entries, self.pace, self.racing, self.pits, self.trouble = (
            Random(f"{seed}/{matter}")
            for matter in ("entries", "pace", "racing", "pits", "trouble")
        )


def between(chance: Random, span: tuple[float, float]) -> float:
    """Any value of a span, all as likely."""
    return chance.uniform(*span)
