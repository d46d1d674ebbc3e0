"""NASCAR's lap-times document: every lap of every car, its place on it, and the flag by lap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.bridges.converted import Converted
from tracker.bridges.files import document, whole
from tracker.bridges.fitting import Runner
from tracker.errors import RecordingRefused

GREEN, CAUTION, RED, CHECKERED = 1, 2, 3, 4
"""Codes that captured races bear out; red by agreement of others only."""


@dataclass(slots=True)
class LapTimes:
    """The document, read."""

    runners: list[Runner] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    makes: dict[str, str] = field(default_factory=dict)
    final: dict[str, int] = field(default_factory=dict)
    """Place of each car in the end, decisions included."""
    flags: dict[int, int] = field(default_factory=dict)
    """State by laps completed."""

    @property
    def offsets(self) -> bool:
        """Whether lap 0 tells how long after the green each car crossed the line."""
        return sum(bool(one.offset) for one in self.runners) * 2 > len(self.runners)


def lap_times(path: Path, converted: Converted) -> LapTimes:
    """A file as it is; raises `RecordingRefused` where it is another."""
    return lap_times_told(document(path, converted.odd), path, converted)


def lap_times_told(told: Any, path: Path, converted: Converted) -> LapTimes:
    """The document as it is; raises `RecordingRefused` where it is another."""
    if not isinstance(told, dict) or not isinstance(told.get("laps"), list):
        raise RecordingRefused(path, None, "is no lap-times document: want `laps` and `flags`")
    found = LapTimes()
    for number, car in enumerate(told["laps"], start=1):
        entry = str(car.get("Number") or "").strip() if isinstance(car, dict) else ""
        if not entry or not isinstance(car.get("Laps"), list):
            converted.left_out.append(f"car {number} of the document: no number or no laps")
            continue
        if entry in found.names:
            converted.left_out.append(f"car {entry} is there twice")
            continue
        found.names[entry] = str(car.get("FullName") or "").strip()
        found.makes[entry] = str(car.get("Manufacturer") or "").strip()
        place = whole(car.get("RunningPos"))
        if place:
            found.final[entry] = place
        if car["Laps"]:
            found.runners.append(runner(entry, car["Laps"], converted))
    if not any(one.laps for one in found.runners):
        raise RecordingRefused(path, None, "holds no lap of any car")
    flags = told.get("flags")
    for state in flags if isinstance(flags, list) else ():
        at = state if isinstance(state, dict) else {}
        lap, flag = whole(at.get("LapsCompleted")), whole(at.get("FlagState"))
        if lap is not None and flag is not None:
            found.flags[lap] = flag
    if not found.offsets:
        for one in found.runners:
            one.offset = None
    return found


def runner(entry: str, rows: Sequence[Any], converted: Converted) -> Runner:
    """A car's laps in order; a lap that is jumped over is one without a time."""
    laps: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        lap = whole(row.get("Lap")) if isinstance(row, dict) else None
        if lap is None or lap < 0 or lap in laps or lap > 10_000:
            converted.left_out.append(f"car {entry}: a row that is no new lap: {str(row)[:60]}")
            continue
        laps[lap] = row
    one = Runner(entry, None, [], [])
    for lap in range(max(laps, default=0) + 1):
        row = laps.get(lap, {})
        if lap and not row:
            converted.odd.append(f"car {entry}: no row for lap {lap}")
        time = in_microseconds(row.get("LapTime"))
        one.positions.append(whole(row.get("RunningPos")) or None)
        if lap:
            one.laps.append(time or None)
        else:
            one.offset = time
    while one.laps and one.laps[-1] is None and one.positions[-1] is None:
        one.laps.pop()
        one.positions.pop()
    return one


def in_microseconds(told: object) -> int | None:
    """Seconds of JSON, to the microsecond; None where there are none."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return round(told * 1_000_000) if 0 <= told < 100_000 else None
