"""A stream of events with trouble done to it: pure, and the same for the same seed.

Each trouble has a stream of chance of its own, so that one more does not move the others.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from simulators.trouble import said, way
from simulators.trouble.spec import Trouble
from simulators.trouble.stream import Sending, Stream, stream
from tracker.feed.envelope import FedEvent, UnknownEvent

Do = Callable[[Stream, list[Sending], Trouble, Random], list[Sending]]

KINDS: Mapping[str, Do] = {
    "clock-step": said.clock_step,
    "wrong-decoder": said.wrong_decoder,
    "contradict": said.contradict,
    "rubbish": said.rubbish,
    "loss": way.loss,
    "reorder": way.reorder,
    "delay": way.delay,
    "silent": way.silent,
    "restart": way.restart,
    "duplicates": way.duplicates,
}
"""Every trouble by its name."""


@dataclass(frozen=True, slots=True)
class Troubled:
    """What comes of a stream."""

    race: str
    packets: Sequence[Sending]
    """In the order in which they come."""
    done: Counter[str]
    """What was done, in words, and how often."""
    truth_arrives: bool
    """Whether the final board has to be that of the untroubled stream."""
    green: int
    """When the race went green, in microseconds of the timing clock."""

    def __str__(self) -> str:
        parts = [f"{count:,} {what}" for what, count in sorted(self.done.items())]
        arrives = "arrives" if self.truth_arrives else "does not arrive"
        return f"{len(self.packets):,} packets: {', '.join(parts)}; the truth {arrives}"


def troubled(
    events: Iterable[FedEvent | UnknownEvent], troubles: Sequence[Trouble], seed: int
) -> Troubled:
    """The stream of a race with these troubles; `Refused` where it has no such moment.

    Events come in the order in which they were heard; types this version does not know are left
    out.
    """
    untroubled = stream(events)
    told = list(untroubled.told)
    for number, trouble in enumerate(troubles):
        chance = Random(f"{seed}/{trouble.name}/{number if repeated(troubles, trouble) else 0}")
        told = KINDS[trouble.name](untroubled, told, trouble, chance)
    return Troubled(
        untroubled.race,
        way.in_order(told),
        untroubled.done,
        not any(trouble.for_good for trouble in troubles),
        untroubled.laps[0],
    )


def repeated(troubles: Sequence[Trouble], one: Trouble) -> bool:
    """Whether a trouble is named twice, so that the second has to be another."""
    return sum(trouble.name == one.name for trouble in troubles) > 1
