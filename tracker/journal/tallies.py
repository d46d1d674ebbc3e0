"""How far each source has been heard without a hole."""

from collections import OrderedDict
from collections.abc import Iterable

from tracker.journal.entries import Numbering, Watermark

EPOCHS_KEPT = 8
"""Of one source. A producer has one outbox, and sometimes a new one; more is a mistake, and must
not fill the memory."""

AHEAD_KEPT = 65_536
"""Numbers remembered beyond a hole; a producer sends again from the hole on, so none is needed."""


class Tally:
    """The numbers heard from one outbox."""

    __slots__ = ("ahead", "reached")

    def __init__(self, reached: int = 0) -> None:
        self.reached = reached
        self.ahead: set[int] = set()

    def after(self, heard: set[int]) -> int:
        """How far it would reach with these heard as well."""
        reached = self.reached
        while reached + 1 in heard or reached + 1 in self.ahead:
            reached += 1
        return reached

    def hear(self, heard: set[int]) -> None:
        """Take note of numbers."""
        reached = self.after(heard)
        if self.ahead or len(heard) > reached - self.reached:
            room = AHEAD_KEPT - len(self.ahead)
            self.ahead.update(sorted(number for number in heard if number > reached)[:room])
            self.ahead = {number for number in self.ahead if number > reached}
        self.reached = reached


class Tallies:
    """The numbers heard from every outbox of every source in every race."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], OrderedDict[str, Tally]] = {}

    def load(self, watermarks: Iterable[Watermark]) -> None:
        """Start from what was journalled, in the order in which it was last touched."""
        self._of.clear()
        for race, source, epoch, reached in watermarks:
            epochs = self._of.setdefault((race, source), OrderedDict())
            epochs[epoch] = Tally(reached)
            if len(epochs) > EPOCHS_KEPT:
                epochs.popitem(last=False)

    def current(self, race: str, source: str) -> Watermark | None:
        """The watermark of the outbox that a source used last."""
        epochs = self._of.get((race, source))
        if not epochs:
            return None
        epoch, tally = next(reversed(epochs.items()))
        return Watermark(race, source, epoch, tally.reached)

    def all_current(self) -> list[Watermark]:
        """The watermark of every source."""
        found = (self.current(race, source) for race, source in self._of)
        return [watermark for watermark in found if watermark is not None]

    def after(self, heard: Iterable[Numbering]) -> list[Watermark]:
        """The watermarks as they would be; nothing is noted yet."""
        return [
            Watermark(race, source, epoch, self._tally(race, source, epoch).after(numbers))
            for (race, source, epoch), numbers in by_epoch(heard).items()
        ]

    def hear(self, heard: Iterable[Numbering]) -> list[Watermark]:
        """Take note; the answer is the watermarks of outboxes so old that they are forgotten."""
        forgotten = []
        for (race, source, epoch), numbers in by_epoch(heard).items():
            epochs = self._of.setdefault((race, source), OrderedDict())
            epochs.setdefault(epoch, Tally()).hear(numbers)
            epochs.move_to_end(epoch)
            while len(epochs) > EPOCHS_KEPT:
                oldest, tally = epochs.popitem(last=False)
                forgotten.append(Watermark(race, source, oldest, tally.reached))
        return forgotten

    def _tally(self, race: str, source: str, epoch: str) -> Tally:
        epochs = self._of.get((race, source))
        return (epochs and epochs.get(epoch)) or Tally()


def by_epoch(heard: Iterable[Numbering]) -> dict[tuple[str, str, str], set[int]]:
    """The numbers of each outbox, outboxes in the order in which they last spoke."""
    numbers: dict[tuple[str, str, str], set[int]] = {}
    for race, source, epoch, sequence in heard:
        if sequence:
            key = (race, source, epoch)
            numbers[key] = numbers.pop(key, set())
            numbers[key].add(sequence)
    return numbers
