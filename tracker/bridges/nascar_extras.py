"""What else is published of a NASCAR race: flags with comments, pit stops, who was disqualified.

Three shapes are read: a race summary (`flags`, `results` with `pit_stops`), the live flag data
(a list with `flag_state`, or `FlagStates`) and the live pit data (a list with `pit_in_race_time`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.bridges.converted import Converted
from tracker.bridges.files import document, whole
from tracker.bridges.nascar_laps import in_microseconds
from tracker.bridges.nascar_weekend import Caution, Finisher, rows, unmarked
from tracker.errors import RecordingRefused

STATES = {"green": 1, "yellow": 2, "red": 3, "finish": 4, "checkered": 4, "white": 5}


@dataclass(frozen=True, slots=True)
class Stop:
    """A pit stop, from pit entry to pit exit on the race clock."""

    entry: str
    came_in: int
    went_out: int
    lap: int | None


@dataclass(slots=True)
class Extras:
    """What the files given beside the laps say."""

    cautions: list[Caution] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    results: list[Finisher] = field(default_factory=list)


def extras(path: Path, found: Extras, converted: Converted) -> None:
    """Add what one file says; raises `RecordingRefused` where it is none of those known."""
    told = document(path, converted.odd)
    if isinstance(told, dict) and isinstance(told.get("FlagStates"), list):
        told = told["FlagStates"]
    if isinstance(told, dict) and isinstance(told.get("results"), list):
        found.cautions += cautions(rows(told, "flags"), "lap", "comments")
        for row in rows(told, "results"):
            summary(row, found, converted)
        return
    listed = rows({"": told}, "")
    if listed and "flag_state" in listed[0]:
        found.cautions += cautions(listed, "lap_number", "comment")
    elif listed and "pit_in_race_time" in listed[0]:
        for row in listed:
            stop = Stop(
                str(row.get("vehicle_number") or "").strip(),
                in_microseconds(row.get("pit_in_race_time")) or 0,
                in_microseconds(row.get("pit_out_race_time")) or 0,
                whole(row.get("lap_count")),
            )
            keep(stop, found, converted)
    else:
        raise RecordingRefused(
            path, None, "is neither a race summary nor live flag or pit data of NASCAR"
        )


def cautions(told: Sequence[Mapping[str, Any]], lap: str, comment: str) -> list[Caution]:
    """Cautions of a list of flags: a flag is told with the laps the leader had completed."""
    found: list[Caution] = []
    opened: tuple[int, str, str] | None = None
    for row in told:
        state = row.get("flag_state")
        state = STATES.get(str(state).casefold()) if isinstance(state, str) else whole(state)
        laps = whole(row.get(lap))
        if laps is None or state is None:
            continue
        if state == 2 and opened is None:
            said = str(row.get(comment) or "").strip()
            opened = (laps + 1, said, str(row.get("beneficiary") or "").strip())
        elif state in (1, 4) and opened is not None:
            found.append(Caution(opened[0], laps if state == 1 else None, opened[1], opened[2]))
            opened = None
    if opened is not None:
        found.append(Caution(opened[0], None, opened[1], opened[2]))
    return found


def summary(row: Mapping[str, Any], found: Extras, converted: Converted) -> None:
    """A car of a race summary: its result and its stops."""
    car, driver = part(row, "car"), part(row, "driver")
    entry = str(car.get("number") or "").strip()
    if not entry:
        converted.left_out.append("a line of the race summary without a car number")
        return
    status = str(row.get("status") or "").strip()
    found.results.append(
        Finisher(
            entry=entry,
            position=whole(row.get("position")) or 0,
            driver=unmarked(driver.get("full_name")),
            team=str(part(car, "team").get("name") or ""),
            make=str(part(car, "manufacturer").get("name") or ""),
            start=whole(row.get("start_position")) or None,
            laps=whole(row.get("laps_completed")),
            status=status,
            disqualified=status.casefold().startswith("disq"),
        )
    )
    for told in rows(row, "pit_stops"):
        stop = Stop(
            entry,
            in_microseconds(told.get("in_time")) or 0,
            in_microseconds(told.get("out_time")) or 0,
            whole(told.get("lap")),
        )
        keep(stop, found, converted)


def part(told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A document inside a document; an empty one where there is none."""
    found = told.get(key)
    return found if isinstance(found, dict) else {}


def keep(stop: Stop, found: Extras, converted: Converted) -> None:
    """A stop, unless it is one of the rows of zeros that stand before the real ones."""
    if not stop.came_in and not stop.went_out:
        return
    if not stop.entry or stop.went_out <= stop.came_in or not stop.came_in:
        converted.left_out.append(
            f"car {stop.entry}: a pit stop from {stop.came_in / 1e6:g} to {stop.went_out / 1e6:g} s"
        )
        return
    found.stops.append(stop)
