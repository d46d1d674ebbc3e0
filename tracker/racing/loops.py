"""Timing loops in driving order: where on the lap each of them is."""

from collections.abc import Iterable

from tracker.racing.events import Loop
from tracker.racing.vocabulary import LoopId, LoopKind


def places_on_lap(loops: Iterable[Loop]) -> dict[LoopId, float]:
    """Where each loop stands on the lap: track loops by their index, pit loops between them.

    Pit entry counts half a loop past the last track loop before it, pit exit half a loop short
    of the first one after it. Where the line is the only loop on the track, pit loops place
    nobody: a car entering pit road would be shown ahead of a leader who has no loop to cross.
    """
    loops = list(loops)
    track = sorted(loop.index for loop in loops if loop.kind is LoopKind.SECTOR and loop.index)
    if not track:
        return {}
    places: dict[LoopId, float] = {}
    for loop in loops:
        match loop.kind:
            case LoopKind.SECTOR if loop.index:
                places[loop.id] = float(loop.index)
            case LoopKind.PIT_IN:
                # Without an index of its own pit entry is taken to be before the line.
                before = [index for index in track if index <= loop.index] or track
                places[loop.id] = (before[-1] if loop.index else track[-1]) + 0.5
            case LoopKind.PIT_OUT:
                after = [index for index in track if index >= loop.index]
                places[loop.id] = after[0] - 0.5 if after else track[-1] + 0.5
            case _:
                pass
    return places


def pit_exit_is_past_line(loops: Iterable[Loop]) -> bool:
    """Whether a car leaving pit road is past the start/finish line; so on every track unless told.

    It is not where pit exit comes after pit entry in driving order.
    """
    kinds = {loop.kind: loop.index for loop in loops}
    return kinds.get(LoopKind.PIT_OUT, 0) <= kinds.get(LoopKind.PIT_IN, 0)
