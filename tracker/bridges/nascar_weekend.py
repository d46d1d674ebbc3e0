"""NASCAR's weekend feed: the race as announced, its result, its cautions and its stages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.bridges.converted import Converted
from tracker.bridges.files import document, whole
from tracker.errors import RecordingRefused
from tracker.feed.officials import Reason

CUP = 1
MARKS = re.compile(r"^\s*\*\s*|(?:\s*(?:[#*]|\(\w{1,2}\)))+\s*$")
"""What NASCAR writes around a name: rookies, drivers of another series, a seat for one race."""
SERIES = {CUP: "NASCAR Cup Series", 2: "NASCAR Xfinity Series", 3: "NASCAR Truck Series"}

WORDS: Sequence[tuple[str, Reason]] = (
    ("stage", "stage"),
    ("competition", "competition"),
    ("debris", "debris"),
    ("spin", "spin"),
    ("stall", "stall"),
    ("stopped", "stall"),
    ("fluid", "fluid"),
    ("oil", "oil"),
    ("rain", "weather"),
    ("weather", "weather"),
    ("accident", "accident"),
    ("incident", "accident"),
    ("crash", "accident"),
)
"""What a caution's comment says, in our words; the first that fits each part of it."""


@dataclass(frozen=True, slots=True)
class Caution:
    """A caution as officials record it: first and last lap run under yellow."""

    first_lap: int
    last_lap: int | None
    comment: str
    beneficiary: str
    flag: int = 2


@dataclass(frozen=True, slots=True)
class Finisher:
    """A car's line in the result."""

    entry: str
    position: int
    driver: str
    team: str
    make: str
    start: int | None
    laps: int | None
    status: str
    disqualified: bool

    @property
    def running(self) -> bool:
        """Whether the car was still going at the end."""
        return not self.status or self.status.casefold() == "running"


@dataclass(slots=True)
class Weekend:
    """What is known of the race beside its laps."""

    title: str = ""
    series: int | None = None
    season: int | None = None
    date: str | None = None
    track: str = ""
    scheduled: int | None = None
    stages: list[int] = field(default_factory=list)
    """The lap that ends each stage."""
    results: list[Finisher] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    inspected: bool = False
    """Whether inspection is complete: the result is official."""


def weekend(path: Path, converted: Converted, laps: Mapping[str, int] | None = None) -> Weekend:
    """The race of a file that these laps are of; raises `RecordingRefused` where there is none."""
    return weekend_told(document(path, converted.odd), path, converted, laps)


def weekend_told(
    told: Any, path: Path, converted: Converted, laps: Mapping[str, int] | None = None
) -> Weekend:
    """The race of the document that these laps are of, else its first.

    Raises `RecordingRefused` where there is none. Some weekends have two, such as the duels.
    """
    races = told.get("weekend_race") if isinstance(told, dict) else None
    if not isinstance(races, list) or not races or not isinstance(races[0], dict):
        raise RecordingRefused(path, None, "is no weekend feed: want `weekend_race`")
    known = [described(race) for race in races if isinstance(race, dict)]
    chosen = 0
    if len(known) > 1:
        fitting = [n for n, one in enumerate(known) if not of_another_race(one.results, laps or {})]
        chosen = next((n for n in fitting if known[n].results), 0) if laps else 0
        which = f"number {chosen + 1}, {known[chosen].title!r}," if laps else "the first"
        converted.odd.append(f"{path.name}: {len(known)} races, {which} is taken")
    return known[chosen]


def described(race: Mapping[str, Any]) -> Weekend:
    """One race of the document."""
    lengths = [whole(race.get(f"stage_{number}_laps")) or 0 for number in range(1, 5)]
    lengths = [length if 0 < length < 10_000 else 0 for length in lengths]
    ends = [sum(lengths[:number]) for number, length in enumerate(lengths, 1) if length]
    date = str(race.get("race_date") or "")[:10]
    return Weekend(
        title=str(race.get("race_name") or ""),
        series=whole(race.get("series_id")),
        season=whole(race.get("race_season")),
        date=date if len(date) == 10 and not date.startswith("1900") else None,
        track=str(race.get("track_name") or ""),
        scheduled=whole(race.get("scheduled_laps")) or None,
        stages=ends,
        results=sorted(
            (finisher(row) for row in rows(race, "results") if row.get("car_number")),
            key=lambda row: row.position or 1_000,
        ),
        cautions=[
            Caution(
                whole(row.get("start_lap")) or 0,
                whole(row.get("end_lap")),
                " / ".join(str(row[key]) for key in ("reason", "comment") if row.get(key)),
                str(row.get("beneficiary_car_number") or "").strip(),
                whole(row.get("flag_state")) or 2,
            )
            for row in rows(race, "caution_segments")
            if whole(row.get("start_lap"))
        ],
        inspected=race.get("inspection_complete") is True,
    )


def of_another_race(results: Sequence[Finisher], laps: Mapping[str, int]) -> str | None:
    """Why a result is not of the race of these laps; None where it may be.

    Cars drive in many races, and few end two of them with as many laps.
    """
    counted = {row.entry: row.laps for row in results if row.laps}
    both = counted.keys() & laps.keys()
    agreed = sum(abs((counted[car] or 0) - laps[car]) <= 1 for car in both)
    if not counted or agreed * 2 >= len(counted):
        return None
    return f"{agreed} of its {len(counted)} cars have as many laps as in the lap times"


def rows(told: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The rows of a list in a document; what is no row is none."""
    found = told.get(key)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def unmarked(told: object) -> str:
    """A driver's name without what NASCAR writes around it: `* Ann Smith(i)`, `Bob Jones #`."""
    return MARKS.sub("", str(told or "")).strip()


def finisher(row: Mapping[str, Any]) -> Finisher:
    """A row of the result."""
    status = str(row.get("finishing_status") or "").strip()
    return Finisher(
        entry=str(row["car_number"]).strip(),
        position=whole(row.get("finishing_position")) or 0,
        driver=unmarked(row.get("driver_fullname")),
        team=str(row.get("team_name") or "").strip(),
        make=str(row.get("car_make") or "").strip(),
        start=whole(row.get("starting_position")) or None,
        laps=whole(row.get("laps_completed")),
        status=status,
        disqualified=bool(row.get("disqualified")) or status.casefold().startswith("disq"),
    )


def reasons(comment: str) -> list[Reason]:
    """Why a caution was given, from what was written of it: causes come joined by a slash.

    What a stage or a plan brought out NASCAR files under "Competition" too; the comment decides.
    """
    parts = [part.casefold() for part in comment.split("/") if part.strip()]
    found = [next((reason for word, reason in WORDS if word in part), None) for part in parts]
    named = list(dict.fromkeys(reason for reason in found if reason is not None))
    if "stage" in named and "competition" in named:
        named.remove("competition")
    return named or (["other"] if parts else [])
