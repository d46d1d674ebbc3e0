"""Trouble on the way: packets lost and said again, out of order, late, twice, or not at all."""

from collections import Counter
from dataclasses import replace
from random import Random

from simulators.trouble.spec import Trouble
from simulators.trouble.stream import Sending, Stream, crossing_of

SAID_AGAIN = (1_000_000, 60_000_000)
"""What was lost is said again after a second at the soonest and a minute at the latest, as an
outbox does whose tracker is silent."""

FARTHEST = 20
"""Packets that one out of order may let go before it."""

RESTART = 10_000_000
"""A producer that lost its memory needs ten seconds to say everything again."""


def loss(stream: Stream, told: list[Sending], trouble: Trouble, chance: Random) -> list[Sending]:
    """Packets lost on the way, and said again up to a minute later.

    For good: readings that never come.
    """
    after = []
    for it in told:
        lost = chance.random() < trouble.share
        if not lost or (trouble.for_good and crossing_of(it) is None):
            after.append(it)
        elif trouble.for_good:
            stream.done["lost for good"] += 1
        else:
            stream.done["lost and said again"] += 1
            after.append(replace(it, at=it.at + chance.randint(*SAID_AGAIN)))
    return after


def reorder(stream: Stream, told: list[Sending], trouble: Trouble, chance: Random) -> list[Sending]:
    """Packets that let up to twenty later ones go first."""
    told = in_order(told)
    after = []
    for place, it in enumerate(told):
        if chance.random() < trouble.share:
            stream.done["out of order"] += 1
            behind = told[min(place + chance.randint(1, FARTHEST), len(told) - 1)]
            it = replace(it, at=behind.at + 1)
        after.append(it)
    return after


def delay(stream: Stream, told: list[Sending], trouble: Trouble, chance: Random) -> list[Sending]:
    """Every packet comes late, by any time up to the span: nothing keeps its order."""
    stream.done["late"] += len(told)
    return [replace(it, at=it.at + chance.randint(0, trouble.span)) for it in told]


def silent(stream: Stream, told: list[Sending], trouble: Trouble, chance: Random) -> list[Sending]:
    """Nothing comes for a while, and then all of it at once.

    For good: readings of that time never come.
    """
    begins = stream.moment(trouble.name, trouble.when)
    ends = begins + trouble.span
    after = []
    for it in told:
        if not begins <= it.at < ends:
            after.append(it)
        elif not trouble.for_good or crossing_of(it) is None:
            stream.done["held back by a silence"] += 1
            after.append(replace(it, at=ends))
        else:
            stream.done["never said in a silence"] += 1
    return after


def restart(stream: Stream, told: list[Sending], trouble: Trouble, chance: Random) -> list[Sending]:
    """Every producer has lost its outbox: it says all it ever said again, under new numbers."""
    begins = stream.moment(trouble.name, trouble.when)
    told = in_order(told)
    before = [it for it in told if it.at < begins]
    counts: Counter[str] = Counter()

    def again(it: Sending, at: int) -> Sending:
        assert it.event is not None
        source = it.event.source
        counts[source] += 1
        numbers = {"epoch": f"{it.event.epoch[:40]}-again", "sequence": counts[source]}
        return replace(it, at=at, event=it.event.model_copy(update=numbers))

    # What contradicts was no word of the producer's; it does not say it twice.
    repeated = [it for it in before if it.event is not None and it.behind is None]
    pause = RESTART // max(1, len(repeated))
    said_again = [again(it, begins + place * pause) for place, it in enumerate(repeated)]
    stream.done["said again after a restart"] += len(said_again)
    rest = [
        again(it, max(it.at, begins + RESTART))
        if it.event is not None and it.behind is None
        else it
        for it in told[len(before) :]
    ]
    return [*before, *said_again, *rest]


def duplicates(
    stream: Stream, told: list[Sending], trouble: Trouble, chance: Random
) -> list[Sending]:
    """Packets that come twice, the second time at once or up to a minute later."""
    after = []
    for it in told:
        after.append(it)
        if chance.random() < trouble.share:
            stream.done["twice"] += 1
            after.append(replace(it, at=it.at + chance.choice((0, chance.randint(0, 60_000_000)))))
    return after


def in_order(told: list[Sending]) -> list[Sending]:
    """As they come; what contradicts comes after what it contradicts, or not at all."""
    first: dict[tuple[str, str], int] = {}
    for it in told:
        if it.behind is None and it.name is not None:
            first[it.name] = min(it.at, first.get(it.name, it.at))
    kept = [
        it if it.behind is None else replace(it, at=max(it.at, first[it.behind] + 1))
        for it in told
        if it.behind is None or it.behind in first
    ]
    return sorted(kept, key=lambda it: it.at)
