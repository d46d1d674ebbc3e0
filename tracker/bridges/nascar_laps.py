"""NASCAR's lap-times document: every lap of every car, its place on it, and the flag by lap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.bridges.converted import Converted
from tracker.bridges.files import document, microseconds, whole
from tracker.bridges.fitting import Runner
from tracker.bridges.nascar_weekend import unmarked
from tracker.errors import RecordingRefused

GREEN, CAUTION, RED, CHECKERED = 1, 2, 3, 4
"""Codes that captured races bear out; red by agreement of others only."""


MOST = 9_999_000_000
"""Microseconds of a lap at which the file's field is full."""


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
        found.names[entry] = unmarked(car.get("FullName"))
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
    without_cooling_down(found, converted)
    overflown(found, converted)
    return found


def without_cooling_down(found: LapTimes, converted: Converted) -> None:
    """Laps after the checkered flag are not of the race, where the file shows that they are.

    It does where another flag follows the checkered one, or where few drove on.
    """
    last = min((lap for lap, state in found.flags.items() if state == CHECKERED), default=0)
    home = sum(len(one.laps) >= last for one in found.runners)
    beyond = [one for one in found.runners if len(one.laps) > last > 0]
    if not beyond or (last + 1 not in found.flags and len(beyond) * 2 >= home):
        return
    for one in beyond:
        converted.left_out.append(
            f"car {one.entry}: {len(one.laps) - last} laps after the checkered flag (lap {last})"
        )
        del one.laps[last:], one.positions[last + 1 :]
    found.flags = {lap: state for lap, state in found.flags.items() if lap <= last}


def overflown(found: LapTimes, converted: Converted) -> None:
    """Laps at the most that the file can say, as on a lap with hours of rain in it.

    Where most of the field has a time they are laps without one; where nobody has, it stands for
    all alike.
    """
    for lap in range(1, max((len(one.laps) for one in found.runners), default=0) + 1):
        field = [one for one in found.runners if lap <= len(one.laps)]
        full = [one for one in field if (one.laps[lap - 1] or 0) >= MOST]
        if not full:
            continue
        lost = len(full) * 2 <= len(field)
        converted.odd.append(
            f"lap {lap}: {len(full)} of {len(field)} cars have 9999.999 s, the most the file can "
            f"say: {'taken for none' if lost else 'it may have been longer'}"
        )
        for one in full if lost else ():
            one.laps[lap - 1] = None


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
    """Seconds of JSON, as a number or in text, to the microsecond; None where there are none."""
    if isinstance(told, str):
        return microseconds(told)
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return round(told * 1_000_000) if 0 <= told < 100_000 else None
