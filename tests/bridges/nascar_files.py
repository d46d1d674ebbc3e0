"""A small NASCAR race in the shapes of its files, made up here."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Times = Mapping[str, Sequence[float]]


def steady(cars: int = 5, laps: int = 12) -> dict[str, list[float]]:
    """Laps of about thirty seconds; every car a bit slower than the one before."""
    return {str(car): [30.0 + car * 0.01] * laps for car in range(1, cars + 1)}


def crossed(times: Times, offsets: Mapping[str, float]) -> dict[str, list[float]]:
    """When each car completed each lap; index 0 is its start."""
    found = {}
    for car, laps in times.items():
        at = [offsets[car]]
        for lap in laps:
            at.append(round(at[-1] + lap, 3))
        found[car] = at
    return found


def document(
    times: Times,
    offsets: Mapping[str, float],
    *,
    tell_offsets: bool,
    flags: Mapping[int, int] | None = None,
) -> dict[str, Any]:
    """A lap-times document of which the places are right."""
    at = crossed(times, offsets)
    laps = max(len(told) for told in times.values())
    place = {
        (car, lap): sorted(
            (other for other in at if lap < len(at[other])), key=lambda other: at[other][lap]
        ).index(car)
        + 1
        for car in at
        for lap in range(len(at[car]))
    }
    final = sorted(at, key=lambda car: (-len(at[car]), at[car][-1]))
    return {
        "laps": [
            {
                "Number": car,
                "FullName": f"Driver {car}",
                "Manufacturer": "Chv",
                "RunningPos": final.index(car) + 1,
                "Laps": [
                    {
                        "Lap": lap,
                        "LapTime": told[lap - 1] if lap else offsets[car] if tell_offsets else None,
                        "RunningPos": place[car, lap],
                    }
                    for lap in range(len(told) + 1)
                ],
            }
            for car, told in times.items()
        ],
        "flags": [
            {"LapsCompleted": lap, "FlagState": (flags or {}).get(lap, 4 if lap == laps else 1)}
            for lap in range(1, laps + 1)
        ],
    }


def saved(path: Path, value: Any, before: str = "") -> Path:
    """Written as a capture may be: with a mark and a line of its own before it."""
    path.write_text(before + json.dumps(value), encoding="utf-8-sig")
    return path


OFFSETS = {str(car): round(car * 0.2, 3) for car in range(1, 6)}

WEEKEND = {
    "weekend_race": [
        {
            "series_id": 1,
            "race_season": 2025,
            "race_name": "Sample 400",
            "race_date": "2025-05-11T19:00:00",
            "track_name": "Sample Speedway",
            "scheduled_laps": 12,
            "stage_1_laps": 4,
            "stage_2_laps": 4,
            "stage_3_laps": 4,
            "stage_4_laps": 0,
            "caution_segments": [
                {
                    "start_lap": 6,
                    "end_lap": 7,
                    "reason": "Competition",
                    "comment": "Nos. 4, 5 Incident Turn 4/ Stage 1 Conclusion",
                    "beneficiary_car_number": "5   ",
                    "flag_state": 2,
                }
            ],
            "results": [
                {
                    "car_number": car,
                    "finishing_position": place,
                    "starting_position": int(car),
                    "driver_fullname": f"Driver {car}",
                    "team_name": "Team",
                    "car_make": "Chevrolet",
                    "laps_completed": laps,
                    "finishing_status": status,
                    "disqualified": status == "Disqualified",
                }
                for place, car, laps, status in (
                    (1, "1", 12, "Running"),
                    (2, "3", 12, "Running"),
                    (3, "4", 12, "Running"),
                    (4, "5", 9, "Engine"),
                    (5, "2", 12, "Disqualified"),
                    (6, "99", 0, "Did not start"),
                )
            ],
        }
    ]
}
