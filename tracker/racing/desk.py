"""The scoring desk of one race: events in as they arrive, the race as it stands out.

The one thing here that changes over time. No socket, no clock, no waiting: what arrives late is
put in its place, and the race is folded again when somebody next looks at it, however much of it
was late in however many bursts.
"""

from bisect import insort
from collections.abc import Iterable

from tracker.racing.ahead import is_far_ahead, latest_of, parted, within_reach
from tracker.racing.checkpoints import Checkpoints, stops
from tracker.racing.events import Filed, place_of
from tracker.racing.fold import Fold
from tracker.racing.race import Publication, Race


class ScoringDesk:
    """Keeps one race scored."""

    def __init__(self) -> None:
        self.believed: list[Filed] = []
        """What is folded, in its place."""
        self.ahead: list[Filed] = []
        """Readings from too far in the future, parked until the race comes near them."""
        self.folding = Fold()
        self.checkpoints: Checkpoints[Fold] = Checkpoints()
        """The folding on the way, kept since something was late for the first time."""
        self.late = 0
        """Events that arrived after one with a later place."""
        self.stale = False
        """Whether the race has to be folded again before it can be looked at."""

    def receive(self, burst: Iterable[Filed]) -> None:
        """Take what arrived, each event once."""
        for item in burst:
            if self.believed and item[:4] < self.believed[-1][:4]:
                insort(self.believed, item, key=place_of)
                self.late += 1
                self.stale = True
                self.checkpoints.forget(item[:4])
            elif is_far_ahead(item, latest_of(self.believed)):
                insort(self.ahead, item, key=place_of)
            else:
                self.believed.append(item)
                if not self.stale:
                    self.folding.take(item)
        if self.ahead and self.ahead[0][:4] < self.believed[-1][:4]:
            self.stale = True
        elif self.ahead and not self.stale:
            self.catch_up()

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
        if self.stale:
            self.fold_again()
        self.folding.ahead = tuple(self.ahead)
        return self.folding.result()

    def fold_again(self) -> None:
        """Fold what is late, and everything after it, in its place."""
        everything = sorted(self.filed, key=place_of) if self.ahead else self.believed
        self.believed, self.ahead = parted(everything)
        last = self.checkpoints.last
        count = 0 if last is None else last.count
        # What is believed or parked anew comes after what was late, and so after every checkpoint.
        assert last is None or self.believed[count - 1][:4] == last.place
        folding = self.folding = Fold() if last is None else last.state.copied()
        keep_at = stops(count, len(self.believed))
        for item in self.believed[count:]:
            folding.take(item)
            count += 1
            if count in keep_at:
                self.checkpoints.keep(count, item[:4], folding.copied())
        self.stale = False

    def as_published(self, publication: Publication) -> Race:
        """The race as it stood when a result was published."""
        before = [
            one
            for one in self.checkpoints.kept
            if len(one.state.race.publications) < publication.rev
        ]
        count = before[-1].count if before else 0
        folding = before[-1].state.copied() if before else Fold()
        for item in self.believed[count:]:
            folding.take(item)
            if len(folding.race.publications) >= publication.rev:
                break
        return folding.result()

    @property
    def costly(self) -> bool:
        """Whether looking at the race now means folding it again, which takes a while."""
        return self.stale or (self.folding.waiting and self.folding.seen is None)
