"""Laps before our first look, where no lap times are to be had: worked out from one document.

The document says how far each car has come and when, who led each lap, and on which lap of the
leader's each stop was made. So it is known when the leader had completed some laps; between them
the pace is taken for even. A car that led a lap was there then; after the last that it led it falls
back evenly to where it is now. The leaders are right, and everything else is a guess, and says so.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from tracker.bridges.fitting import APART, ROW
from tracker.bridges.live.nascar_board import Board, Vehicle

Point = tuple[int, int]
"""A lap and when it was completed."""


def guessed(shown: Board) -> dict[str, dict[int, int]]:
    """When each car completed each lap but its last, and opened lap 1 (lap 0)."""
    fast = min((one.best_lap for one in shown.vehicles if one.best_lap), default=1)
    led = {0: 0} | {lap: int(at) for lap, at in leader(shown, fast).items()}
    leaders = shown.leaders
    found: dict[str, dict[int, int]] = {}
    for place, one in enumerate(sorted(shown.vehicles, key=lambda one: one.place), start=1):
        if not seen(one):
            continue
        far, at = seen(one)[-1]
        own = [lap for lap, entry in leaders.items() if entry == one.entry and lap < far]
        last = max(own, default=0)
        behind = max(0, at - led.get(far, at))
        times = {0: (one.start or place) * ROW}
        for lap in range(1, far):
            fallen = behind * (lap - last) // (far - last) if lap > last else 0
            leads = leaders.get(lap) == one.entry
            times[lap] = led[lap] if leads else led[lap] + max(fallen, APART * place)
        found[one.entry] = times
    return found


def leader(shown: Board, fast: int) -> Mapping[int, float]:
    """When the leader completed each lap, from the laps of which something is known."""
    points = pace(known(shown), fast)
    laps = [lap for lap, _ in points]
    found: dict[int, float] = {}
    for lap in range(1, max(laps) + 1):
        after = min(bisect_right(laps, lap - 1), len(points) - 1)
        (one, since), (other, until) = points[max(0, after - 1)], points[after]
        found[lap] = since + (until - since) * (lap - one) / max(1, other - one)
    return found


def known(shown: Board) -> list[Point]:
    """Laps that the leader had completed by a time, at the latest."""
    points = [(0, 0)]
    for one in shown.vehicles:
        points += seen(one)
        points += [(stop.leader_lap, stop.came_in) for stop in one.stops if stop.leader_lap]
    return points


def seen(one: Vehicle) -> list[Point]:
    """The laps of a car that are known: its last, and where that is timed, the one before it."""
    if one.at is None or not one.laps:
        return []
    last = (one.laps, one.at)
    if one.laps > 1 and one.last_lap and one.last_lap < one.at:
        return [last, (one.laps - 1, one.at - one.last_lap)]
    return [last]


def pace(points: Sequence[Point], fast: int) -> list[Point]:
    """Those of the points that the leader can have kept to: no lap quicker than a fast one.

    From the last backwards; a car that is laps down says nothing of when the leader was there.
    """
    kept: list[Point] = []
    for lap, at in sorted(points, key=lambda point: (-point[0], point[1])):
        if not kept or (lap < kept[-1][0] and at <= kept[-1][1] - (kept[-1][0] - lap) * fast):
            kept.append((lap, at))
    if kept[-1][0] != 0:
        kept.append((0, 0))
    return kept[::-1]
