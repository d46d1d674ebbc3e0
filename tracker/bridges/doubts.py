"""Lap times not to be believed: found by what the car, the field and the published order say.

Nothing here knows a car or a race. A lap is doubted when it is shorter than cars are; when from
then on the car's sum and its published place contradict each other; or when it is many times what
the field needed and no later lap of the car confirms it. What is put in its place is the time that
makes the laps after it agree with the order; where none follow, the one its place allows.
"""

from collections.abc import Mapping, Sequence

from tracker.bridges.fitting import Runner, fast_lap, usual

SHORT = 0.75
"""A lap shorter than this share of a fast lap was not driven."""
SHORTEST = 0.8
LONG = 5
"""A last lap this many times as long as the field's was perhaps a tow, and nobody saw."""
A_WHILE = 240_000_000
"""… and this long at least: a car may limp round, or sit on pit road being mended."""
AGREE = 2_000_000
"""Microseconds by which sums and order may differ: rounding and neighbours, not another lap."""
LATER = 5
"""Laps after a doubtful one that must contradict it too."""
MANY = 300
"""Laps after a doubtful one that are asked what it must have been."""
FAR = 2**50
AGREEING = 0.9
"""Sums that stand in the published place less often than this do not tell the order."""


def sums(runners: Sequence[Runner]) -> dict[str, list[int]]:
    """When each car completed each lap if every lap time is true; index 0 is its start."""
    found = {}
    for one in runners:
        times = [one.offset or 0]
        for lap, time in enumerate(one.laps, start=1):
            times.append(times[-1] + (time or usual(runners, lap)))
        found[one.entry] = times
    return found


def windows(
    runners: Sequence[Runner], times: Mapping[str, Sequence[int]]
) -> dict[str, dict[int, tuple[int, int]]]:
    """Between which changes of its sum a car stands in its published place, by lap.

    The car published ahead and the one behind make the window; 0 inside it is agreement.
    """
    found: dict[str, dict[int, tuple[int, int]]] = {one.entry: {} for one in runners}
    for lap in range(1, max((len(told) for told in times.values()), default=0)):
        order = sorted(
            (one for one in runners if lap < len(one.positions) and one.positions[lap] is not None),
            key=lambda one: (one.positions[lap] or 0, times[one.entry][lap]),
        )
        at = [times[one.entry][lap] for one in order]
        for place, one in enumerate(order):
            ahead = at[place - 1] if place else -FAR
            behind = at[place + 1] if place + 1 < len(order) else FAR
            if ahead <= behind:
                found[one.entry][lap] = (ahead - at[place], behind - at[place])
    return found


def agreement(runners: Sequence[Runner]) -> float:
    """The share of laps on which a car's sum stands in its published place."""
    found = [window for own in windows(runners, sums(runners)).values() for window in own.values()]
    return sum(low <= 0 <= high for low, high in found) / len(found) if found else 1.0


def off(window: tuple[int, int], shift: int) -> int:
    """By how much a sum, changed so, lies outside its window; negative when too early."""
    low, high = window
    return shift - low if shift < low else max(0, shift - high)


def best_shift(later: Sequence[tuple[int, int]]) -> int:
    """The change that puts the car in its published place on most of the laps to come."""
    edges = sorted(
        [(low, -1) for low, high in later if low <= high]
        + [(high, 1) for low, high in later if low <= high]
    )
    inside = most = 0
    best = (0, 0)
    for place, (at, edge) in enumerate(edges):
        inside -= edge
        if inside > most and place + 1 < len(edges):
            most, best = inside, (at, edges[place + 1][0])
    return (best[0] + best[1]) // 2


def doubted(runners: Sequence[Runner], odd: list[str], summed: bool) -> dict[str, dict[int, int]]:
    """Laps not believed, by car and lap, with the time put in their place.

    Only where laps sum to the true moments (`summed`) can a place contradict them.
    """
    times = sums(runners)
    allowed = windows(runners, times) if summed else {}
    fast = fast_lap(runners)
    found: dict[str, dict[int, int]] = {}
    for one in runners:
        shift = 0
        own = allowed.get(one.entry, {})
        for lap, time in enumerate(one.laps, start=1):
            needed = usual(runners, lap)
            later = [own[k] for k in range(lap + 1, len(one.laps) + 1) if k in own]
            last = lap == len(one.laps)
            why = ""
            if not time:
                why = "no time"
            elif time < fast * SHORT:
                why = "shorter than any lap"
            elif last and time > max(needed * LONG, A_WHILE):
                why = "many times the field's, and no later lap confirms it"
            elif later and contradicted([own.get(lap, (0, 0)), *later[:LATER]], shift):
                why = "its place contradicts it from then on"
            if not why:
                continue
            before = times[one.entry][lap - 1] + shift
            if later:
                instead = (time or needed) + best_shift(later[:MANY]) - shift
            else:
                instead = max(needed, place_ahead(runners, times, one, lap) - before)
            instead = max(instead, int(fast * SHORTEST))
            found.setdefault(one.entry, {})[lap] = instead
            shift += instead - (time or needed)
            told = "none" if time is None else f"{time / 1e6:.3f} s"
            odd.append(
                f"car {one.entry}: lap {lap} of {told} not believed ({why}): "
                f"{instead / 1e6:.3f} s, estimated, in its place"
            )
    return found


def contradicted(laps: Sequence[tuple[int, int]], shift: int) -> bool:
    """Whether a sum lies far off on the same side, on this lap and on those after it."""
    lie = [off(window, shift) for window in laps]
    return all(value > AGREE for value in lie) or all(value < -AGREE for value in lie)


def place_ahead(
    runners: Sequence[Runner], times: Mapping[str, Sequence[int]], one: Runner, lap: int
) -> int:
    """When the last of the cars published ahead completed the lap."""
    place = one.positions[lap] if lap < len(one.positions) else None
    ahead = [
        times[other.entry][lap]
        for other in runners
        if other is not one
        and lap < len(other.positions)
        and (other.positions[lap] or 0) < (place or 0)
    ]
    return int(max(ahead)) if ahead else 0


def believed(runners: Sequence[Runner], doubts: dict[str, dict[int, int]]) -> list[Runner]:
    """The cars with the doubted laps replaced."""
    return [
        Runner(
            one.entry,
            one.offset,
            [
                doubts.get(one.entry, {}).get(lap, time)
                for lap, time in enumerate(one.laps, start=1)
            ],
            one.positions,
        )
        for one in runners
    ]
