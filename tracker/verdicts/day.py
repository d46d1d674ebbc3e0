"""The day to be judged: who finished where, and what else is known about it.

Made from a race that was scored lap by lap, or from a results sheet alone; rules that need
more than a sheet has are skipped.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tracker.racing.classification import Classified, classification, margin_of_victory
from tracker.racing.race import Race
from tracker.racing.rulebook import CLUB, Rulebook
from tracker.racing.statistics import laps_led
from tracker.racing.vocabulary import EntryId, Outcome, RaceTime
from tracker.verdicts.facts import Evidence
from tracker.verdicts.history import PastRace
from tracker.verdicts.names import driver_key, track_name


@dataclass(frozen=True, slots=True)
class Line:
    """One car's result."""

    entry: EntryId
    driver: str
    key: str
    """The driver's name for comparison."""
    team: str | None
    car_class: str | None
    position: int | None
    start: int | None
    laps: int | None
    laps_led: int | None
    outcome: Outcome
    cause: str | None
    """Why it retired, in the officials' word."""
    eligible: bool = True
    class_position: int | None = None
    shared: bool = False
    """Whether several drivers share the car: then the car is named, not one of them."""

    @property
    def name(self) -> str:
        """What is named in a sentence."""
        if not self.shared:
            return self.driver
        return f"No. {self.entry} of {self.team}" if self.team else f"No. {self.entry}"

    @property
    def out(self) -> bool:
        """Whether the car retired."""
        return self.outcome is Outcome.DNF


@dataclass(frozen=True)
class Day:
    """A race as it is judged."""

    name: str
    series: str | None
    season: int | None
    date: str | None
    round: int | None
    track: str | None
    rulebook: Rulebook
    lines: tuple[Line, ...]
    """Everyone who started, in order of finish; disqualified cars last."""
    laps: int | None
    margin: RaceTime | None
    rev: int
    ref: str
    """The result as evidence names it."""
    race: Race | None = None
    by_entry: dict[EntryId, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_entry.update({line.entry: line for line in self.lines})

    @property
    def field_size(self) -> int:
        """Cars that started."""
        return len(self.lines)

    @property
    def place_name(self) -> str:
        """The track as people say it."""
        return track_name(self.track or "this track")

    def finish_evidence(self, line: Line) -> Evidence:
        """The result line of a car; the crossing behind it, where there is one."""
        place = f"No. {line.entry} {line.outcome.value}"
        if line.position is not None:
            place += f", position {line.position} of {self.field_size}"
        if self.race is None or not line.laps or line.outcome is not Outcome.RUNNING:
            return Evidence(self.ref, place)
        crossings = len(self.race.cars[line.entry].crossings) - 1
        return Evidence(f"crossing/{line.entry}/{crossings}/sf", f"{self.ref}, {place}")


def day_of(race: Race) -> Day:
    """The day of a race; before the flag, as if it fell now."""
    lines = [line for line in classification(race) if line.outcome is not Outcome.DNS]
    led = laps_led(race)
    announced = race.announced
    rev = race.results[-1].rev if race.results else 0
    # Where classes race together, drivers share cars, and nobody tells who drove when.
    classes = {line.car.classes[0] for line in lines if line.car.classes}
    shared = race.rulebook.points.class_scoped or len(classes) > 1
    return Day(
        name=announced.name if announced else "the race",
        series=announced.series if announced else None,
        season=announced.season if announced else None,
        date=announced.date if announced else None,
        round=announced.round if announced else None,
        track=announced.track if announced else None,
        rulebook=race.rulebook,
        lines=tuple(
            placed_in_class(line_of(line, led.get(line.car.entry, 0), shared) for line in lines)
        ),
        laps=race.result_lap or race.laps_completed or None,
        margin=margin_of_victory(lines, race.ended_under_caution) if race.finished_at else None,
        rev=rev,
        ref=f"result/{rev}" if rev else f"lap {race.laps_completed}",
        race=race,
    )


def line_of(line: Classified, led: int, shared: bool) -> Line:
    """A line of the classification as it is judged."""
    car = line.car
    name = car.driver or f"No. {car.number}"
    cause = None
    if line.outcome is Outcome.DNF and car.retired is not None:
        cause = car.retired.text or car.retired.cause
    return Line(
        entry=car.entry,
        driver=name,
        key=driver_key(name),
        team=car.team,
        car_class=car.classes[0] if car.classes else None,
        position=line.position,
        start=car.starting_position,
        laps=line.laps,
        laps_led=led,
        outcome=line.outcome,
        cause=cause,
        eligible=car.eligible,
        shared=shared,
    )


def day_of_past(race: PastRace, rulebook: Rulebook = CLUB, series: str | None = None) -> Day:
    """The day of a race of which only the results sheet is left."""
    lines = [
        Line(
            entry=EntryId(row.entry),
            driver=row.driver,
            key=driver_key(row.driver),
            team=row.team,
            car_class=row.car_class,
            position=row.finish,
            start=row.start,
            laps=row.laps,
            laps_led=row.laps_led,
            outcome=row.outcome,
            cause=row.status if row.out else None,
        )
        for row in race.rows
    ]
    second = race.rows[1] if len(race.rows) > 1 else None
    close = second is not None and second.behind_ms and second.laps == race.rows[0].laps
    return Day(
        name=race.name,
        series=series,
        season=race.season,
        date=race.date,
        round=race.round,
        track=race.track,
        rulebook=rulebook,
        lines=tuple(placed_in_class(lines)),
        laps=race.laps,
        margin=RaceTime((second.behind_ms or 0) * 1_000) if second is not None and close else None,
        rev=1,
        ref=race.ref,
    )


def placed_in_class(lines: Iterable[Line]) -> list[Line]:
    """The lines, each with its place in its class."""
    ahead: dict[str | None, int] = {}
    placed = []
    for line in lines:
        ahead[line.car_class] = place = ahead.get(line.car_class, 0) + 1
        placed.append(replace(line, class_position=place if line.car_class else None))
    return placed
