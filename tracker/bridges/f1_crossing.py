"""Crossings found in Formula 1 live timing, as reports: told once, and told again if moved."""

from tracker.bridges.converted import RACE_CONTROL, TIMING, in_id
from tracker.bridges.f1_laps import LineCrossing
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction, Replacement, Target
from tracker.feed.timing import Crossing

FINE, COARSE = 1_000, 300_000
"""How fine a crossing's time is: the timing system's, or that of a message; microseconds."""


def crossing(one: LineCrossing, on_pit_road: bool = False) -> Report:
    """A crossing as it is told the first time."""
    told = Crossing(
        entry=one.entry,
        t_us=one.at,
        lap=one.lap,
        lap_time_us=one.lap_time,
        pit=on_pit_road,
        estimated=one.estimated,
        resolution_us=COARSE if one.estimated else FINE,
    )
    return Report(TIMING, crossing_id(one), told)


def crossing_id(one: LineCrossing) -> str:
    """The id of a crossing: the same whoever tells it again."""
    return f"crossing/{in_id(one.entry)}/{one.lap}/sf"


def retimed(one: LineCrossing, now: int) -> Report:
    """A crossing that was told at another time before."""
    change = Correction(
        t_us=max(now, one.at),
        op="retime",
        target=Target(source=TIMING, id=crossing_id(one)),
        new=Replacement(entry=one.entry, t_us=one.at),
        basis="loop",
        reason="lap times and gaps told since",
    )
    id_ = f"retime/{in_id(one.entry)}/{one.lap}/{one.times_told - 1}"
    return Report(RACE_CONTROL, id_, change)
