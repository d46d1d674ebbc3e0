"""History: the results of past races, and what else was known before this one.

Plain values. Only what came before a race, by date, is its history; the race itself never is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.racing.standings import Season
from tracker.racing.vocabulary import Outcome
from tracker.verdicts.names import driver_key, track_key, track_name

STILL_RUNNING = ("running", "finished", "lapped", "+", "disqualified")
"""How a status begins that is no retirement. `Suspension` is the part of a car."""


@dataclass(frozen=True, slots=True)
class Start:
    """One car's race, as the results of that day have it."""

    entry: str
    driver: str
    finish: int
    start: int | None = None
    team: str | None = None
    status: str = ""
    laps: int | None = None
    laps_led: int | None = None
    points: float | None = None
    behind_ms: int | None = None
    """Behind the winner, for a car on the lead lap; None where that is not known."""
    car_class: str | None = None

    @property
    def out(self) -> bool:
        """Whether the car retired."""
        return bool(self.status) and not self.status.lower().startswith(STILL_RUNNING)

    @property
    def outcome(self) -> Outcome:
        """How the car's race came out."""
        if self.status.lower().startswith("disqualified"):
            return Outcome.DSQ
        return Outcome.DNF if self.out else Outcome.RUNNING

    @property
    def in_words(self) -> str:
        """The result as evidence has it: `32nd, accident`."""
        told = f"finished {self.finish}"
        return f"{told}, {self.status.lower()}" if self.out else told


@dataclass(frozen=True, slots=True)
class PastRace:
    """A race of the past, with the cars that started it in order of finish."""

    date: str
    track: str
    name: str
    season: int
    rows: tuple[Start, ...]
    laps: int | None = None
    round: int | None = None
    one_track_only: bool = False
    """From a list of races at one track: its season is not complete."""

    @property
    def ref(self) -> str:
        """The race as evidence names it: `2024-04-28 Dover`."""
        return f"{self.date} {track_name(self.track)}"


@dataclass(frozen=True, slots=True)
class Record:
    """A margin of victory worth remembering."""

    margin_us: int
    date: str
    track: str
    winner: str


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a driver on the morning of a day."""

    date: str
    titles: Mapping[str, int] = field(default_factory=dict)
    """Series titles, by driver key."""
    career_wins: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishedStandings:
    """The standings as published after a race, everyone's points and wins."""

    date: str
    seasons: tuple[Season, ...]


@dataclass(frozen=True)
class History:
    """Everything that is remembered of a series; `version` names it in verdicts."""

    races: tuple[PastRace, ...] = ()
    records: tuple[Record, ...] = ()
    known: tuple[Known, ...] = ()
    standings: tuple[PublishedStandings, ...] = ()
    series: str | None = None

    def races_before(self, date: str) -> list[PastRace]:
        """The races before a day, oldest first."""
        return [race for race in self.races if race.date < date]


def merged(races: Iterable[PastRace]) -> tuple[PastRace, ...]:
    """Races from several lists, oldest first, each once: a whole season's list knows best."""
    by_day: dict[tuple[str, str], PastRace] = {}
    for race in races:
        at = (race.date, track_key(race.track))
        before = by_day.get(at)
        by_day[at] = race if before is None else joined(before, race)
    return tuple(sorted(by_day.values(), key=lambda race: (race.date, race.track)))


def joined(one: PastRace, other: PastRace) -> PastRace:
    """One race from two lists of its results: what one does not say, the other may."""
    best, rest = (other, one) if one.one_track_only else (one, other)
    more = {driver_key(row.driver): row for row in rest.rows}
    return PastRace(
        date=best.date,
        track=best.track,
        name=best.name or rest.name,
        season=best.season,
        rows=tuple(filled(row, more.get(driver_key(row.driver))) for row in best.rows),
        laps=best.laps or rest.laps,
        round=best.round or rest.round,
        one_track_only=best.one_track_only and rest.one_track_only,
    )


def filled(row: Start, more: Start | None) -> Start:
    """A row, with what another list adds to it."""
    if more is None:
        return row
    return Start(
        entry=row.entry or more.entry,
        driver=row.driver,
        finish=row.finish,
        start=row.start if row.start is not None else more.start,
        team=row.team or more.team,
        status=row.status or more.status,
        laps=row.laps if row.laps is not None else more.laps,
        laps_led=row.laps_led if row.laps_led is not None else more.laps_led,
        points=row.points if row.points is not None else more.points,
        behind_ms=row.behind_ms if row.behind_ms is not None else more.behind_ms,
        car_class=row.car_class or more.car_class,
    )


def latest(known: Sequence[Known], date: str) -> Known | None:
    """What was known last before, or on the morning of, a day in the same season."""
    usable = [item for item in known if item.date <= date and item.date[:4] == date[:4]]
    return max(usable, key=lambda item: item.date, default=None)
