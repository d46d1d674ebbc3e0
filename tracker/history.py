"""Results of past races from files: what the verdicts may look back on.

Four shapes are read, from `.json`, `.csv` and `.csv.gz`: a table of results with a row for each
start; races with their results; the closest finishes; what is known of drivers. Plus published
standings in the shape `tracker score --json` writes its own. Anything else is refused.
"""

import csv
import gzip
import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from tracker.errors import RecordingRefused
from tracker.racing.standings import from_json
from tracker.verdicts.history import (
    History,
    Known,
    PastRace,
    PublishedStandings,
    Record,
    Start,
    merged,
)
from tracker.verdicts.names import driver_key, track_key


def blank_is_none(value: object) -> object:
    """An empty cell says nothing."""
    return None if value in ("", "None", "\\N") else value


Number = Annotated[int | None, BeforeValidator(blank_is_none)]
Points = Annotated[float | None, BeforeValidator(blank_is_none)]
Text = Annotated[str | None, BeforeValidator(blank_is_none)]


class Row(BaseModel):
    """One start, in a file. Unknown columns are left alone."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    driver: str
    finish: Number
    car: str = ""
    start: Number = None
    team: Text = None
    status: Text = None
    laps: Number = None
    laps_led: Number = None
    points: Points = None
    behind_ms: Number = None
    behind_laps: Number = None

    def started(self) -> Start | None:
        """The start; None for a car that did not: finish 0."""
        if not self.finish:
            return None
        close = self.behind_ms if not self.behind_laps else None
        return Start(
            entry=self.car,
            driver=self.driver,
            finish=self.finish,
            start=self.start or None,
            team=self.team,
            status=self.status or "",
            laps=self.laps,
            laps_led=self.laps_led,
            points=self.points,
            behind_ms=close,
        )


class TableRow(Row):
    """One start in a table, with the race it was in."""

    date: date
    race: str
    track: str
    season: int
    race_laps: Number = None


class RaceRead(BaseModel):
    """One race in a file, with its results."""

    model_config = ConfigDict(extra="ignore")

    date: date
    name: str
    results: list[Row]
    track: str | None = None
    round: int | None = None
    season: int | None = None
    laps: int | None = None


class Finish(BaseModel):
    """A close finish in a file."""

    model_config = ConfigDict(extra="ignore")

    margin_s: float
    date: date
    track: str
    winner: str


class Drivers(BaseModel):
    """What is known of drivers, in a file."""

    model_config = ConfigDict(extra="ignore")

    series_titles: dict[str, int]
    career_wins_before: dict[str, int] = Field(default_factory=dict)
    date: str | None = None
    about: str = Field("", alias="_about")


TABLE = TypeAdapter(list[TableRow])
RACES = TypeAdapter(list[RaceRead])
FINISHES = TypeAdapter(list[Finish])

DAYS = (
    (re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), "%Y-%m-%d"),
    (re.compile(r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b"), "%d %B %Y"),
    (re.compile(r"\b[A-Z][a-z]+ \d{1,2}, \d{4}\b"), "%B %d, %Y"),
)
"""Days as sentences write them."""


def read_history(path: Path) -> History:
    """Every file of a folder, or one file, as one history."""
    files = sorted(f for f in path.iterdir() if is_data(f)) if path.is_dir() else [path]
    if not files:
        raise RecordingRefused(path, None, "no .json, .csv or .csv.gz file in this folder")
    races: list[PastRace] = []
    records: list[Record] = []
    known: list[Known] = []
    standings: list[PublishedStandings] = []
    for file in files:
        try:
            told = read_file(file)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise RecordingRefused(file, None, f"{where}: {first['msg']}") from None
        except (OSError, ValueError, KeyError) as error:
            raise RecordingRefused(file, None, str(error)) from None
        races += told.races
        records += told.records
        known += told.known
        standings += told.standings
    return History(merged(races), tuple(records), tuple(known), tuple(standings))


def is_data(file: Path) -> bool:
    """Whether a file looks like data by its name."""
    return file.is_file() and file.name.endswith((".json", ".csv", ".csv.gz"))


def read_file(file: Path) -> History:
    """One file, by its shape, whatever its name."""
    if file.name.endswith((".csv", ".csv.gz")):
        packed = file.read_bytes()
        text = (gzip.decompress(packed) if file.suffix == ".gz" else packed).decode("utf-8-sig")
        return History(tuple(from_table(list(csv.DictReader(text.splitlines())), file)))
    told = json.loads(file.read_bytes())
    if isinstance(told, dict):
        if "races" in told:
            return History(tuple(from_races(RACES.validate_python(told["races"]), file)))
        if "series_titles" in told:
            return History(known=(from_drivers(Drivers.model_validate(told), file),))
        if any(key.startswith("before") for key in told):
            return History(records=tuple(from_finishes(told)))
        if "standings" in told and "date" in told:
            rows = tuple(from_json(told["standings"]))
            return History(standings=(PublishedStandings(str(told["date"]), rows),))
    raise RecordingRefused(
        file,
        None,
        "not a history this tracker reads: want races with results, closest finishes, "
        "drivers with series_titles, or dated standings",
    )


def from_table(rows: list[dict[str, Any]], file: Path) -> Iterable[PastRace]:
    """Races from a table of starts."""
    wanted = {"date", "race", "track", "season", "driver", "finish"}
    lacking = wanted - set(rows[0] if rows else ())
    if lacking:
        raise RecordingRefused(file, 1, f"no column {', '.join(sorted(lacking))}")
    by_race: dict[tuple[date, str], list[TableRow]] = {}
    for row in TABLE.validate_python(rows):
        by_race.setdefault((row.date, row.track), []).append(row)
    one_track = len({track_key(track) for _, track in by_race}) == 1 and len(by_race) > 1
    for (day, track), starts in by_race.items():
        first = starts[0]
        yield PastRace(
            date=day.isoformat(),
            track=track,
            name=first.race,
            season=first.season,
            rows=in_order(starts),
            laps=first.race_laps,
            one_track_only=one_track,
        )


def from_races(races: list[RaceRead], file: Path) -> Iterable[PastRace]:
    """Races from a list of them; one that names no tracks is of the track it is named after."""
    track_of_file = re.sub(r"[_-]?(history|races|results)$", "", file.name.partition(".")[0])
    tracks = {track_key(race.track or track_of_file) for race in races}
    for race in races:
        winner = race.results[0] if race.results else None
        yield PastRace(
            date=race.date.isoformat(),
            track=race.track or track_of_file.replace("_", " ").title(),
            name=race.name,
            season=race.season or race.date.year,
            rows=in_order(race.results),
            laps=race.laps or (winner.laps if winner else None),
            round=race.round,
            one_track_only=len(tracks) == 1 and len(races) > 1,
        )


def in_order(rows: Iterable[Row]) -> tuple[Start, ...]:
    """The starts, in order of finish."""
    started = [start for start in (row.started() for row in rows) if start is not None]
    return tuple(sorted(started, key=lambda start: start.finish))


def from_drivers(told: Drivers, file: Path) -> Known:
    """What is known of drivers, and on which day."""
    day = told.date or day_in(told.about)
    if day is None:
        raise RecordingRefused(file, None, "does not say on which date this was known")
    return Known(
        day,
        {driver_key(name): n for name, n in told.series_titles.items()},
        {driver_key(name): n for name, n in told.career_wins_before.items()},
    )


def day_in(text: str) -> str | None:
    """The first day a sentence names, year first."""
    for pattern, written in DAYS:
        found = pattern.search(text)
        if found is not None:
            # A calendar day: it has no time zone.
            return datetime.strptime(found[0], written).date().isoformat()  # noqa: DTZ007
    return None


def from_finishes(told: dict[str, Any]) -> Iterable[Record]:
    """The closest finishes of every list in the file, a record set since included."""
    rows = [row for key, rows in told.items() if key.startswith("before") for row in rows]
    rows += [told["new_record"]] if "new_record" in told else []
    for finish in FINISHES.validate_python(rows):
        yield Record(
            round(finish.margin_s * 1_000_000), finish.date.isoformat(), finish.track, finish.winner
        )
