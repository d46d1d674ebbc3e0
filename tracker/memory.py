"""What a tracker remembers of past races: imported results, and every race it has scored itself.

Imported history is kept in the journal's database, a row for each thing remembered, by series.
Races scored here need no second copy: the journal is their truth, and they are read off it.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from tracker.errors import Refused
from tracker.feed.topics import slug
from tracker.history import read_history
from tracker.journal import Journal, Remembered
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.statistics import laps_led
from tracker.racing.vocabulary import Outcome, ResultStatus
from tracker.settings import Settings
from tracker.verdicts.history import (
    History,
    Known,
    PastRace,
    PublishedStandings,
    Record,
    Start,
    merged,
)

RACE, RECORD, KNOWN, STANDINGS = "race", "record", "known", "standings"

RACES: TypeAdapter[PastRace] = TypeAdapter(PastRace)
RECORDS: TypeAdapter[Record] = TypeAdapter(Record)
KNOWN_OF: TypeAdapter[Known] = TypeAdapter(Known)
STANDINGS_OF: TypeAdapter[PublishedStandings] = TypeAdapter(PublishedStandings)


def series_of(race: Race) -> str | None:
    """The series a race belongs to, as history is filed: `nascar-cup`, `f1`; None when unknown."""
    book = race.rulebook.id.partition("/")[0]
    if book != "club":
        return book
    named = race.announced.series if race.announced else ""
    return re.sub(r"[^a-z0-9]+", "-", named.lower()).strip("-") or None


def rows_of(history: History, series: str) -> list[Remembered]:
    """A history as rows to keep; the same thing imported again replaces itself."""
    return [
        *(
            Remembered(series, RACE, f"{race.date} {race.track}", RACES.dump_json(race))
            for race in history.races
        ),
        *(
            Remembered(series, RECORD, f"{record.date} {record.track}", RECORDS.dump_json(record))
            for record in history.records
        ),
        *(
            Remembered(series, KNOWN, known.date, KNOWN_OF.dump_json(known))
            for known in history.known
        ),
        *(
            Remembered(series, STANDINGS, told.date, STANDINGS_OF.dump_json(told))
            for told in history.standings
        ),
    ]


def history_of(rows: Iterable[Remembered]) -> dict[str, History]:
    """What was kept, by series."""
    kept: dict[str, list[Remembered]] = {}
    for row in rows:
        kept.setdefault(row.series, []).append(row)
    return {series: one_history(series, mine) for series, mine in kept.items()}


def one_history(series: str, rows: Iterable[Remembered]) -> History:
    """What was kept of one series."""
    races, records, known, standings = [], [], [], []
    for row in rows:
        match row.kind:
            case "race":
                races.append(RACES.validate_json(row.value))
            case "record":
                records.append(RECORDS.validate_json(row.value))
            case "known":
                known.append(KNOWN_OF.validate_json(row.value))
            case "standings":
                standings.append(STANDINGS_OF.validate_json(row.value))
    return History(merged(races), tuple(records), tuple(known), tuple(standings), series)


class Memory:
    """What is remembered now: imported history, by series."""

    def __init__(self, imported: dict[str, History] | None = None) -> None:
        self.imported = imported or {}

    @classmethod
    async def read(cls, journal: Journal) -> "Memory":
        """What the journal's database keeps."""
        return cls(history_of(await journal.remembered()))

    def before(self, race: Race, others: Iterable[Race]) -> History | None:
        """The history of a race: imported, and scored here on an earlier day; None without any.

        The race itself, run again under another name on the same date, never is.
        """
        series = series_of(race)
        date = race.announced.date if race.announced else None
        if series is None or date is None:
            return None
        imported = self.imported.get(series, History(series=series))
        scored = [
            past_race(other)
            for other in others
            if series_of(other) == series and is_over(other) and date_of(other) < date
        ]
        if not (
            scored or imported.races or imported.records or imported.known or imported.standings
        ):
            return None
        return History(
            merged([*scored, *imported.races]) if scored else imported.races,
            imported.records,
            imported.known,
            imported.standings,
            series,
        )


class Kept(NamedTuple):
    """How much an import brought."""

    races: int
    records: int


async def remember(settings: Settings, path: Path, series: str) -> Kept:
    """Import a history; raises `RecordingRefused` for what is none, `Unavailable` for a busy disk.

    A tracker that runs has the journal open, and reads what was imported when it starts again.
    """
    try:
        slug(series)
    except ValueError as error:
        raise Refused(f"--series: {error}") from None
    told = read_history(path)
    async with Journal.open(settings.journal) as journal:
        await journal.remember(rows_of(told, series))
    return Kept(len(told.races), len(told.records))


def is_over(race: Race) -> bool:
    """Whether the result of a race is one to remember."""
    return race.declared in (ResultStatus.OFFICIAL, ResultStatus.AMENDED) and bool(date_of(race))


def date_of(race: Race) -> str:
    """The day of a race, ISO 8601; empty when it is not known."""
    return (race.announced.date if race.announced else None) or ""


def past_race(race: Race) -> PastRace:
    """A race scored here, as history remembers it."""
    announced = race.announced
    assert announced is not None
    assert announced.date is not None
    led = laps_led(race)
    lines = [line for line in classification(race) if line.outcome is not Outcome.DNS]
    rows = []
    for finish, line in enumerate(lines, start=1):
        car = line.car
        status = "disqualified" if line.outcome is Outcome.DSQ else "running"
        if line.outcome is Outcome.DNF and car.retired is not None:
            status = car.retired.text or car.retired.cause
        rows.append(
            Start(
                entry=car.entry,
                driver=car.driver or f"No. {car.number}",
                finish=finish,
                start=car.starting_position,
                team=car.team,
                status=status,
                laps=line.laps,
                laps_led=led.get(car.entry, 0),
                car_class=car.classes[0] if car.classes else None,
            )
        )
    return PastRace(
        date=announced.date,
        track=announced.track,
        name=announced.name,
        season=announced.season,
        rows=tuple(rows),
        laps=race.result_lap or race.laps_completed or None,
        round=announced.round,
    )
