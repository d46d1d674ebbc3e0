"""A small race as NASCAR's live feed would show it to whoever looks, made up here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Crossed = Mapping[str, Sequence[float]]
"""When each car crossed the line, in seconds; index 0 opens lap 1."""

ZEROS = {
    "positions_gained_lossed": 0, "pit_in_elapsed_time": 0.0, "pit_in_lap_count": 0,
    "pit_in_leader_lap": 0, "pit_out_elapsed_time": 0.0,
}  # fmt: skip


@dataclass
class Race:
    """Who crossed the line when, and what the feed says besides."""

    crossed: Crossed
    laps: int
    flags: Sequence[tuple[float, int]] = ((0.0, 1),)
    """Flag codes by the second they were shown."""
    race_id: int = 77
    run_id: int = 3
    run_type: int = 3
    series_id: int = 2
    out: Mapping[str, float] = field(default_factory=dict)
    stops: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)

    def completed(self, car: str, at: float) -> int:
        """Laps completed by then."""
        return max(0, sum(crossing <= at for crossing in self.crossed[car]) - 1)

    def order(self, at: float) -> list[str]:
        """The running order at the line."""
        return sorted(
            self.crossed,
            key=lambda car: (
                -self.completed(car, at),
                self.crossed[car][self.completed(car, at)],
            ),
        )

    def board(self, at: float, **changed: Any) -> dict[str, Any]:
        """The live feed at a second of the race."""
        order = self.order(at)
        lap = self.completed(order[0], at)
        flag = [code for since, code in self.flags if since <= at]
        return {
            "lap_number": lap,
            "elapsed_time": int(at),
            "flag_state": flag[-1] if flag else 8,
            "race_id": self.race_id,
            "run_id": self.run_id,
            "run_name": "Sample 100",
            "run_type": self.run_type,
            "series_id": self.series_id,
            "laps_in_race": self.laps,
            "laps_to_go": self.laps - lap,
            "time_of_day_os": "2023-06-03T14:00:00.000-04:00",
            "track_name": "Sample Speedway",
            "track_length": 0.5,
            "stage": {"stage_num": 1, "finish_at_lap": self.laps, "laps_in_stage": self.laps},
            "vehicles": [self.vehicle(car, at, order.index(car) + 1) for car in sorted(order)],
        } | changed

    def vehicle(self, car: str, at: float, place: int) -> dict[str, Any]:
        """A car, as a document has it: in the order of their numbers, padded."""
        laps = self.completed(car, at)
        times = self.crossed[car]
        led = [
            lap
            for lap in range(1, laps + 1)
            if times[lap] == min(other[lap] for other in self.crossed.values() if len(other) > lap)
        ]
        out = car in self.out and at >= self.out[car]
        return {
            "vehicle_number": f"{car:<5}",
            "driver": {"full_name": f"Driver {car}"},
            "vehicle_manufacturer": "Chv",
            "running_position": place,
            "starting_position": sorted(self.crossed, key=lambda c: self.crossed[c][0]).index(car)
            + 1,
            "laps_completed": laps,
            "vehicle_elapsed_time": round(times[laps], 3) if laps else 0.0,
            "last_lap_time": round(times[laps] - times[laps - 1], 3) if laps else 0.0,
            "best_lap_time": round(
                min((b - a for a, b in pairwise(times[: laps + 1])),
                    default=0.0), 3,
            ),
            "delta": 0.0,
            "status": 3 if out else 1,
            "is_on_track": not out,
            "laps_led": [{"start_lap": lap, "end_lap": lap} for lap in led],
            "pit_stops": [
                ZEROS,
                *(
                    ZEROS
                    | {"pit_in_elapsed_time": since,
                       "pit_out_elapsed_time": until if until <= at else 0.0,
                       "pit_in_lap_count": self.completed(car, since)}
                    for since, until in self.stops.get(car, ())
                    if since <= at
                ),
            ],
        }  # fmt: skip

    def lap_times(self, at: float) -> dict[str, Any]:
        """The lap-times document by then."""
        return {
            "laps": [
                {
                    "Number": car,
                    "FullName": f"Driver {car}",
                    "Laps": [{"Lap": 0, "LapTime": None, "RunningPos": 1}]
                    + [
                        {"Lap": lap, "LapTime": round(times[lap] - times[lap - 1], 3),
                         "RunningPos": 1}
                        for lap in range(1, self.completed(car, at) + 1)
                    ],
                }
                for car, times in self.crossed.items()
            ],
            "flags": [],
        }  # fmt: skip


def message(kind: str, document: Any) -> str:
    """A document as the way to the feed hands it on."""
    return f"{kind} {json.dumps(document)}"


def even(cars: Mapping[str, float], laps: int) -> dict[str, list[float]]:
    """Cars that each keep to a pace of their own, in seconds a lap, one behind the other."""
    return {
        car: [round(place * 0.3 + lap * pace, 3) for lap in range(laps + 1)]
        for place, (car, pace) in enumerate(cars.items())
    }


SMALL = Race(even({"5": 30.0, "17": 30.1, "07": 30.2, "7": 30.35}, 12), 12)
