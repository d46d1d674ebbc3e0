"""How fast a race is scored, offline, on one core.

Two figures: passings a second in a long race with several loops, and the time to score Kansas
2024 again from its first event, the photo that folds it a second time included.

    python -m benchmarks.fold
"""

import time
from collections.abc import Callable, Sequence

from simulators.scripted import SCRIPTED
from tracker.feed.recording import numbered
from tracker.feed.translate import translate
from tracker.racing.events import Crossing, Filed, FlagShown, Loop, RaceAnnounced, RaceEvent, filed
from tracker.racing.fold import folded
from tracker.racing.vocabulary import EntryId, Flag, LoopId, LoopKind, RaceTime

BUDGET_S = 5.0
"""Each figure is the best of as many runs as fit into this."""

CARS, LAPS, LOOPS = 40, 250, 4
LAP_US = 30_000_000


def long_race() -> list[Filed]:
    """A race of forty cars, each a little slower than the next, seen four times a lap."""
    loops = (
        Loop(LoopId("sf"), 0, LoopKind.START_FINISH),
        *(Loop(LoopId(f"l{index}"), index, LoopKind.SECTOR) for index in range(1, LOOPS)),
    )
    told: list[RaceEvent] = [
        RaceAnnounced("Long", "Test", 2024, "club/any", "Oval", scheduled_laps=LAPS, loops=loops),
        FlagShown(RaceTime(0), Flag.GREEN),
        *(
            Crossing(
                EntryId(str(car)),
                loop.id,
                RaceTime(
                    100_000 * car + (LAP_US + 20_000 * car) * (lap * LOOPS + loop.index) // LOOPS
                ),
            )
            for car in range(CARS)
            for lap in range(LAPS + 1)
            for loop in loops
        ),
    ]
    events = [filed("bench", number, str(number), event) for number, event in enumerate(told)]
    return sorted(events, key=lambda item: item[:4])


def kansas() -> list[Filed]:
    """The scripted race, in the order of the fold."""
    events = (translate(event) for event in numbered(SCRIPTED["kansas-2024"](), "kansas-2024"))
    return sorted((item for item in events if item is not None), key=lambda item: item[:4])


def best(run: Callable[[], object]) -> float:
    """The best time of a run in seconds, tried for a few seconds."""
    until = time.perf_counter() + BUDGET_S
    times: list[float] = []
    while not times or time.perf_counter() < until:
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def fold_whole(events: Sequence[Filed]) -> None:
    """Fold from the first event to the last."""
    assert folded(events).result().finished_at is not None


def main() -> None:
    """Print both figures."""
    events = long_race()
    seconds = best(lambda: fold_whole(events))
    print(f"{len(events)} passings, {LOOPS} loops: {len(events) / seconds:,.0f} a second")
    events = kansas()
    seconds = best(lambda: fold_whole(events))
    print(f"Kansas 2024, {len(events)} events, photo included: {seconds * 1000:.1f} ms")


if __name__ == "__main__":
    main()
