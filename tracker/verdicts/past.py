"""What was known on the morning of a race: each driver's starts, and how often things happen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp

from tracker.racing.vocabulary import Outcome
from tracker.verdicts.day import Day, Line
from tracker.verdicts.form import Form, Ran, strengths
from tracker.verdicts.history import History, Known, PastRace, PublishedStandings, Record, Start
from tracker.verdicts.history import latest as latest_known
from tracker.verdicts.names import driver_key, track_key
from tracker.verdicts.rates import LEANING, Rates, tier

USUAL_MARGIN = 1_500_000
"""Microseconds: a margin of victory to expect where none is known."""


@dataclass
class Past:
    """The races so far, indexed; grows race by race and never forgets but at a gap of seasons.

    Where whole seasons are missing, nothing before them counts as "in a row" or "since".
    """

    history: History = field(default_factory=History)
    rates: Rates = field(default_factory=Rates)
    races: list[PastRace] = field(default_factory=list)
    """Those of complete seasons, since the last gap."""
    starts: dict[str, list[Ran]] = field(default_factory=dict)
    shares: dict[str, list[float]] = field(default_factory=dict)
    visits: dict[str, list[PastRace]] = field(default_factory=dict)
    at_track: dict[tuple[str, str], list[Ran]] = field(default_factory=dict)
    one_track: set[str] = field(default_factory=set)
    """Tracks whose races are listed though their seasons are not."""
    margins: list[int] = field(default_factory=list)
    """Margins of victory that are known, in microseconds."""

    def add(self, race: PastRace) -> None:
        """Remember a race: count what its starts had, then let it be history."""
        if self.races and race.season - self.races[-1].season > 1:
            self.forget()
        track = track_key(race.track)
        most = max((row.laps_led or 0 for row in race.rows), default=0)
        size = len(race.rows)
        for row in race.rows:
            key = driver_key(row.driver)
            ran = Ran(race, row)
            if not race.one_track_only:
                form = self.form_of_row(key, race, row, size, most)
                self.rates.observe(self.tier(key), strengths(form))
                self.starts.setdefault(key, []).append(ran)
                self.shares.setdefault(key, []).append(row.finish / size)
            self.at_track.setdefault((key, track), []).append(ran)
        self.visits.setdefault(track, []).append(race)
        if race.one_track_only:
            self.one_track.add(track)
        else:
            self.races.append(race)
        if size > 1 and race.rows[1].behind_ms:
            self.margins.append(race.rows[1].behind_ms * 1_000)

    def forget(self) -> None:
        """Begin again after a gap: what happened before is not "in a row" with what follows."""
        self.races, self.starts, self.shares = [], {}, {}
        self.visits, self.at_track = {}, {}

    def debut_known(self, driver: str) -> bool:
        """Whether a driver's first start is here: not in the first season there is."""
        mine = self.starts.get(driver)
        if mine is None or not self.races:
            return False  # its first race is being added: a driver may be in it twice
        return mine[0].race.season > self.races[0].season

    def tier(self, driver: str) -> str:
        """How a driver usually does."""
        return tier(self.shares.get(driver, []))

    def season_so_far(self, season: int | None) -> list[PastRace]:
        """The races of a season that are known."""
        return [race for race in reversed(self.races) if race.season == season][::-1]

    def missing(self, day: Day) -> str | None:
        """What is missing before a race for "in a row", "since" and "this season"; None if nothing.

        A season is complete when as many races are known as the round of this one says.
        """
        if day.date is None or day.season is None:
            return "the date of the race"
        if not self.races:
            return "results of earlier races"
        known = len(self.season_so_far(day.season))
        if day.round is not None and known != day.round - 1:
            return f"results of {day.season}: {known} of {day.round - 1} earlier races known"
        if day.season - self.races[-1].season > 1:
            return f"results between {self.races[-1].season} and {day.season}"
        return None

    def starts_of(self, driver: str) -> Sequence[Ran]:
        """A driver's starts, oldest first."""
        return self.starts.get(driver, ())

    def here(self, driver: str, track: str | None) -> Sequence[Ran]:
        """A driver's starts at a track, oldest first."""
        return self.at_track.get((driver, track_key(track)), ()) if track else ()

    def form_of_row(self, key: str, race: PastRace, row: Start, size: int, most: int) -> Form:
        """A past start beside those before it."""
        before = self.starts.get(key, [])
        return Form(
            finish=row.finish,
            start=row.start,
            led=row.laps_led,
            laps=race.laps,
            out=row.out,
            accident=row.status.lower() == "accident",
            field_size=size,
            most_led=bool(most) and row.laps_led == most,
            before=before,
            here=self.here(key, race.track),
            season=[ran for ran in before[-50:] if ran.race.season == race.season],
            whole=True,
            debut_known=self.debut_known(key),
        )

    def form_of(self, day: Day, line: Line) -> Form:
        """Today's start beside those before it."""
        whole = self.missing(day) is None
        before = self.starts_of(line.key) if whole else ()
        at_track = whole or (day.track is not None and track_key(day.track) in self.one_track)
        most = max((other.laps_led or 0 for other in day.lines), default=0)
        return Form(
            finish=line.position if line.outcome is not Outcome.DSQ else None,
            start=line.start,
            led=line.laps_led,
            laps=day.laps,
            out=line.out,
            accident=line.out and (line.cause or "").lower() == "accident",
            field_size=day.field_size,
            most_led=bool(most) and line.laps_led == most,
            before=before,
            here=self.here(line.key, day.track) if at_track else (),
            season=[r for r in before if r.race.season == day.season] if whole else None,
            whole=whole,
            debut_known=whole and self.debut_known(line.key),
        )

    def records_before(self, date: str | None) -> list[Record]:
        """The closest finishes known before a day, closest first."""
        known = [r for r in self.history.records if date is not None and r.date < date]
        return sorted(known, key=lambda record: (record.margin_us, record.date))

    def share_of_margin(self, margin: int) -> float:
        """The share of races won by so little or less; margins fall off like waiting times."""
        seen = sum(known <= margin for known in self.margins)
        assumed = 1 - exp(-margin / USUAL_MARGIN)
        return (seen + LEANING * assumed) / (len(self.margins) + LEANING)

    def known(self, date: str | None) -> Known | None:
        """Titles and wins as known in the season of a day."""
        return latest_known(self.history.known, date) if date is not None else None

    def standings_before(self, day: Day) -> PublishedStandings | None:
        """The standings as published after the last race before a day."""
        if day.date is None:
            return None
        date = day.date
        usable = [table for table in self.history.standings if table.date < date]
        found = max(usable, key=lambda table: table.date, default=None)
        if found is None or (self.races and self.races[-1].date > found.date):
            return None
        return found


def past_of(history: History | None, date: str | None) -> Past:
    """What a history knew on the morning of a day."""
    past = Past(history or History())
    if history is not None and date is not None:
        for race in history.races_before(date):
            past.add(race)
    return past
