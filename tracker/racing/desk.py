"""The scoring desk of one race: events in as they arrive, the race as it stands out.

The one thing here that changes over time. No socket, no clock, no waiting: what arrives late is
put in its place and the race is folded again, once for each burst however much of it was late.
"""

from bisect import insort
from collections.abc import Iterable

from tracker.racing.events import Filed
from tracker.racing.fold import Fold, folded
from tracker.racing.race import Race


class ScoringDesk:
    """Keeps one race scored."""

    def __init__(self) -> None:
        self.filed: list[Filed] = []
        self.folding = Fold()
        self.late = 0
        """Events that arrived after one with a later place."""

    def receive(self, burst: Iterable[Filed]) -> Race:
        """Take what arrived, each event once, and return the race as it now stands."""
        fold_again = False
        for item in burst:
            if self.filed and item[:4] < self.filed[-1][:4]:
                insort(self.filed, item, key=lambda item: item[:4])
                self.late += 1
                fold_again = True
                continue
            self.filed.append(item)
            if not fold_again:
                self.folding.take(item)
        if fold_again:
            self.folding = folded(self.filed)
        return self.folding.result()

    @property
    def race(self) -> Race:
        """The race as it stands."""
        return self.folding.result()
