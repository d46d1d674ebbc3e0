"""The scoring desk of one race: events in as they arrive, the race as it stands out.

The one thing here that changes over time. No socket, no clock, no waiting: what arrives late is
put in its place and the race is folded again, once for each burst however much of it was late.
"""

from bisect import insort
from collections.abc import Iterable

from tracker.racing.ahead import is_far_ahead, latest_of, parted, within_reach
from tracker.racing.events import Filed
from tracker.racing.fold import Fold, folded
from tracker.racing.race import Race


class ScoringDesk:
    """Keeps one race scored."""

    def __init__(self) -> None:
        self.believed: list[Filed] = []
        """What is folded, in its place."""
        self.ahead: list[Filed] = []
        """Readings from too far in the future, parked until the race comes near them."""
        self.folding = Fold()
        self.late = 0
        """Events that arrived after one with a later place."""

    def receive(self, burst: Iterable[Filed]) -> Race:
        """Take what arrived, each event once, and return the race as it now stands."""
        fold_again = False
        for item in burst:
            if self.believed and item[:4] < self.believed[-1][:4]:
                insort(self.believed, item, key=lambda item: item[:4])
                self.late += 1
                fold_again = True
            elif is_far_ahead(item, latest_of(self.believed)):
                insort(self.ahead, item, key=lambda item: item[:4])
            else:
                self.believed.append(item)
                if not fold_again:
                    self.folding.take(item)
        if self.ahead and self.ahead[0][:4] < self.believed[-1][:4]:
            fold_again = True
        if fold_again:
            self.believed, self.ahead = parted(sorted(self.filed, key=lambda item: item[:4]))
            self.folding = folded(self.believed)
        elif self.ahead:
            self.catch_up()
        self.folding.ahead = tuple(self.ahead)
        return self.folding.result()

    def catch_up(self) -> None:
        """Fold what was parked and is not too far ahead any more."""
        reach = within_reach(latest_of(self.believed), self.ahead)
        for item in self.ahead[:reach]:
            self.believed.append(item)
            self.folding.take(item)
        self.ahead = self.ahead[reach:]

    @property
    def filed(self) -> list[Filed]:
        """Everything that arrived, in its place."""
        return [*self.believed, *self.ahead]

    @property
    def race(self) -> Race:
        """The race as it stands."""
        return self.folding.result()
