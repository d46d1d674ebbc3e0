"""NASCAR's live feed, one document of it: the race as it stood when somebody last looked.

Read as it comes: padded car numbers, zeros for what is not known, text for numbers. What cannot be
read of a car leaves that car out, not the document.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.bridges.files import whole
from tracker.bridges.nascar_extras import part
from tracker.bridges.nascar_laps import in_microseconds
from tracker.bridges.nascar_weekend import rows, unmarked

RACE = 3
"""Type of run; 1 is practice and 2 qualifying."""
MILE_M = 1609.344
MOST_LAPS = 10_000
MOST_CARS = 200
MOST_STOPS = 200


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit to pit road on the race clock; `went_out` is None while it lasts."""

    came_in: int
    went_out: int | None
    lap: int | None
    leader_lap: int | None = None
    """The lap the leader was on, or had completed, when the car came in."""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car as a document shows it; times in microseconds on the race clock."""

    entry: str
    driver: str
    make: str
    place: int
    start: int | None
    laps: int
    at: int | None
    """When it last crossed the line; None where nobody says."""
    behind: int | None
    """Behind the leader, where the feed gives that as a time."""
    last_lap: int | None
    best_lap: int | None
    status: int
    led: tuple[tuple[int, int], ...]
    """First and last lap of each time in the lead."""
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A document."""

    race: int
    run: int
    series: int
    kind: int | None
    title: str
    track: str
    track_length_m: int | None
    season: int | None
    elapsed: int
    """The race clock when the document was made, to the second; microseconds."""
    lap: int
    laps: int
    """Laps in the race, as scheduled or as lengthened."""
    to_go: int | None
    flag: int
    stage: tuple[int, int] | None
    """The stage under way and the lap that ends it."""
    vehicles: tuple[Vehicle, ...]

    @property
    def leaders(self) -> dict[int, str]:
        """Who led each lap, by the ranges that the cars carry."""
        return {
            lap: one.entry
            for one in self.vehicles
            for first, last in one.led
            for lap in range(max(1, first), last + 1)
        }


def board(told: Any, refused: Counter[str]) -> Board | None:
    """The document, or None where it is another or tells of no race; why is counted."""
    if not isinstance(told, dict) or not isinstance(told.get("vehicles"), list):
        refused["live-feed: no list of vehicles"] += 1
        return None
    race, elapsed = whole(told.get("race_id")), in_microseconds(told.get("elapsed_time"))
    lap, flag = whole(told.get("lap_number")), whole(told.get("flag_state"))
    if not race or elapsed is None or lap is None or flag is None or not 0 <= lap <= MOST_LAPS:
        refused["live-feed: no race, time, lap or flag"] += 1
        return None
    vehicles: dict[str, Vehicle] = {}
    for row in rows(told, "vehicles")[:MOST_CARS]:
        one = vehicle(row)
        if one is None or one.entry in vehicles:
            refused["live-feed: a car without a number or laps, or twice"] += 1
            continue
        vehicles[one.entry] = one
    stage = part(told, "stage")
    number, ends = whole(stage.get("stage_num")), whole(stage.get("finish_at_lap"))
    length = told.get("track_length")
    miles = length if isinstance(length, int | float) and 0 < length < 50 else None
    year = whole(str(told.get("time_of_day_os") or "")[:4])
    laps = whole(told.get("laps_in_race")) or 0
    return Board(
        race=race,
        run=whole(told.get("run_id")) or 0,
        series=whole(told.get("series_id")) or 0,
        kind=whole(told.get("run_type")),
        title=str(told.get("run_name") or ""),
        track=str(told.get("track_name") or ""),
        track_length_m=round(miles * MILE_M) if miles else None,
        season=year if year and 1948 < year < 2200 else None,
        elapsed=elapsed,
        lap=lap,
        laps=laps if 0 < laps <= MOST_LAPS else 0,
        to_go=whole(told.get("laps_to_go")),
        flag=flag,
        stage=(number, ends)
        if number and ends and 0 < number <= 20 and 0 < ends <= MOST_LAPS
        else None,
        vehicles=tuple(vehicles.values()),
    )


def counted(told: object) -> int | None:
    """A whole number that may be one of laps; None where it is none."""
    number = whole(told)
    return number if number is not None and 0 <= number <= MOST_LAPS else None


def vehicle(row: Mapping[str, Any]) -> Vehicle | None:
    """A car; None where it cannot be told which, or how far it has come."""
    entry = str(row.get("vehicle_number") or "").strip()
    laps = whole(row.get("laps_completed"))
    if (
        not entry.isprintable()
        or not 0 < len(entry) <= 32
        or laps is None
        or not 0 <= laps <= MOST_LAPS
    ):
        return None
    behind = row.get("delta")
    at = in_microseconds(row.get("vehicle_elapsed_time"))
    return Vehicle(
        entry=entry,
        driver=unmarked(part(row, "driver").get("full_name")),
        make=str(row.get("vehicle_manufacturer") or "").strip(),
        place=whole(row.get("running_position")) or MOST_CARS,
        start=whole(row.get("starting_position")) or None,
        laps=laps,
        at=at or None,
        behind=in_microseconds(behind),
        last_lap=in_microseconds(row.get("last_lap_time")) or None,
        best_lap=in_microseconds(row.get("best_lap_time")) or None,
        status=whole(row.get("status")) or 0,
        led=tuple(
            (first, last)
            for led in rows(row, "laps_led")
            if (first := whole(led.get("start_lap"))) is not None
            and (last := whole(led.get("end_lap"))) is not None
            and 0 <= first <= last <= MOST_LAPS
        ),
        stops=tuple(
            stop
            for told in rows(row, "pit_stops")[:MOST_STOPS]
            if (
                stop := pit_stop(
                    told.get("pit_in_elapsed_time"),
                    told.get("pit_out_elapsed_time"),
                    told.get("pit_in_lap_count"),
                    told.get("pit_in_leader_lap"),
                )
            )
        ),
    )


def pit_stop(
    came_in: object, went_out: object, lap: object, leader_lap: object = None
) -> Stop | None:
    """A stop; None for the rows of zeros that stand before the real ones."""
    since, until = in_microseconds(came_in), in_microseconds(went_out)
    if not since:
        return None
    went = until if until and until > since else None
    return Stop(since, went, counted(lap), counted(leader_lap))
