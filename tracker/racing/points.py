"""What a race is worth: points by finishing position, by stage, and for honours.

`score` works on orders alone and knows no race; `points_of` reads a race for it. Points follow
the classification, so they are as provisional as it is, and change with every penalty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import floor

from tracker.racing.classification import Classified, classification
from tracker.racing.race import Race
from tracker.racing.rulebooks.rules import Bonus, Points, PointsRules, Reduced
from tracker.racing.stages import stage_results
from tracker.racing.statistics import caution_laps, laps_led
from tracker.racing.vocabulary import EntryId, Outcome, RaceTime, ResultStatus


@dataclass(frozen=True, slots=True)
class Finisher:
    """A car in its finishing place, as far as points are concerned."""

    entry: EntryId
    position: int | None
    """None where the rulebook gives no place."""
    driver: str | None = None
    car_class: str | None = None
    eligible: bool = True
    """Whether its driver scores in this series."""
    outcome: Outcome = Outcome.RUNNING


@dataclass(frozen=True, slots=True)
class StageOrder:
    """The order in which a stage ended."""

    number: int
    end_lap: int
    order: tuple[EntryId, ...]


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the race went; None where that is not known, or not yet."""

    run: int | None = None
    """Laps of the result."""
    scheduled: int | None = None
    completed: int | None = None
    """Laps the leader drove, those the result does not count included."""
    green: int | None = None
    """… and those without the safety car."""
    duration: RaceTime | None = None
    """Scheduled, for a race to time."""

    def less_than(self, share: float) -> bool:
        """Whether the result is known to have come before that share of the distance."""
        if self.run is None or not self.scheduled:
            return False
        return self.run < share * self.scheduled


@dataclass(frozen=True, slots=True)
class Honours:
    """What else can score: qualifying, laps led, fast laps."""

    qualifying: tuple[EntryId, ...] = ()
    """In order; empty where it is not known. The grid is not it: penalties change the grid."""
    laps_led: Mapping[EntryId, int] = field(default_factory=dict)
    best_laps: Mapping[EntryId, tuple[int, int]] = field(default_factory=dict)
    """Each car's best lap time, and when it was set."""


@dataclass(frozen=True, slots=True)
class StageScore:
    """What a car took from a stage."""

    number: int
    position: int
    points: Points
    playoff: int


@dataclass(frozen=True, slots=True)
class Score:
    """What a car took from a race."""

    entry: EntryId
    driver: str | None
    position: int | None
    """Finishing position; in its class where classes score for themselves."""
    car_class: str | None
    eligible: bool
    race: Points
    """For the finishing position alone."""
    stages: tuple[StageScore, ...]
    bonuses: tuple[tuple[str, Points], ...]
    playoff: int
    """Playoff points, from the race and its stages."""

    @property
    def total(self) -> Points:
        """Championship points from this race."""
        return (
            self.race
            + sum(stage.points for stage in self.stages)
            + sum(points for _, points in self.bonuses)
        )


@dataclass(frozen=True, slots=True)
class RacePoints:
    """What a race is worth to everyone in it, as its result stands."""

    rulebook: str
    status: ResultStatus | None
    """How final the result is; None while the race is run: what it would score now."""
    scores: tuple[Score, ...]
    """In order of finish."""
    stages: tuple[StageOrder, ...]
    missing: tuple[str, ...]
    """What could not be scored, because it was not told."""

    @property
    def by_entry(self) -> dict[EntryId, Score]:
        """Every car's score, by entry."""
        return {score.entry: score for score in self.scores}


def points_of(race: Race, qualifying: Sequence[EntryId] = ()) -> RacePoints:
    """What the race is worth as it stands; stages are ranked again without disqualified cars."""
    rules = race.rulebook.points
    lines = classification(race)
    stages = tuple(
        StageOrder(stage.number, stage.end_lap, stage.order) for stage in stage_results(race)
    )
    finished = race.finished_at is not None
    honours = Honours(
        tuple(qualifying),
        laps_led(race),
        {
            car.entry: (car.best_lap, car.crossings[car.best_lap_number])
            for car in race.cars.values()
            if car.best_lap is not None
            and car.best_lap_number is not None
            and car.best_lap_number < len(car.crossings)
        },
    )
    scores = score(
        rules,
        [finisher(line) for line in lines],
        stages,
        honours,
        distance_of(race) if finished else Distance(),
        sprint=race.announced is not None and race.announced.kind == "sprint",
    )
    needed = {bonus.rule for bonus in rules.bonuses} & {"pole", "qualifying"}
    return RacePoints(
        rulebook=race.rulebook.id,
        status=(race.declared or ResultStatus.UNOFFICIAL) if finished else None,
        scores=tuple(scores),
        stages=stages,
        missing=() if qualifying else tuple(sorted(needed)),
    )


def finisher(line: Classified) -> Finisher:
    """A line of the classification, as far as points are concerned."""
    car = line.car
    return Finisher(
        car.entry,
        line.position,
        car.driver,
        car.classes[0] if car.classes else None,
        car.eligible,
        line.outcome,
    )


def distance_of(race: Race) -> Distance:
    """How far a race went that is over."""
    completed = max(
        (len(car.crossings) - 1 + len(car.laps_after_finish) for car in race.cars.values()),
        default=0,
    )
    under = sum(caution_laps(caution, race.laps_completed) for caution in race.cautions)
    announced = race.announced
    return Distance(
        run=race.laps_completed,
        scheduled=race.scheduled_laps,
        completed=completed,
        green=max(0, completed - under),
        duration=announced.duration if announced else None,
    )


def score(
    rules: PointsRules,
    finishers: Sequence[Finisher],
    stages: Sequence[StageOrder] = (),
    honours: Honours | None = None,
    distance: Distance | None = None,
    *,
    sprint: bool = False,
) -> list[Score]:
    """What every car takes from a race, by these rules; cars in the order they are given."""
    honours = honours or Honours()
    distance = distance or Distance()
    places = scoring_places(rules, finishers)
    table = table_for(rules, distance, sprint=sprint)
    bonuses = bonuses_for(rules, finishers, places, honours, distance)
    scores = []
    for car in finishers:
        shown, scored = places[car.entry]
        taken = stage_scores(rules, stages, car)
        won = rules.playoff_win if shown == 1 and car.eligible and counts(rules, car) else 0
        scores.append(
            Score(
                entry=car.entry,
                driver=car.driver,
                position=shown,
                car_class=car.car_class,
                eligible=car.eligible,
                race=points_at(table, scored) if car.eligible and counts(rules, car) else 0,
                stages=taken,
                bonuses=tuple(bonuses.get(car.entry, ())) if car.eligible else (),
                playoff=won + sum(stage.playoff for stage in taken),
            )
        )
    return scores


def counts(rules: PointsRules, car: Finisher) -> bool:
    """Whether a car's finishing position scores at all."""
    if car.outcome is Outcome.DSQ:
        return rules.disqualified_score
    return car.outcome is not Outcome.DNS


def scoring_places(
    rules: PointsRules, finishers: Sequence[Finisher]
) -> dict[EntryId, tuple[int | None, int | None]]:
    """For each car its place, in its class where that scores, and the place it scores for."""
    ahead: dict[str | None, int] = {}
    ineligible: dict[str | None, int] = {}
    places: dict[EntryId, tuple[int | None, int | None]] = {}
    for car in finishers:
        if car.position is None:
            places[car.entry] = (None, None)
            continue
        scope = car.car_class if rules.class_scoped else None
        ahead[scope] = ahead.get(scope, 0) + 1
        shown = ahead[scope] if rules.class_scoped else car.position
        places[car.entry] = (
            shown,
            shown - ineligible.get(scope, 0) if rules.redistribute else shown,
        )
        if not car.eligible:
            ineligible[scope] = ineligible.get(scope, 0) + 1
    return places


@dataclass(frozen=True, slots=True)
class Table:
    """Points by position, and for every position below."""

    points: tuple[Points, ...]
    beyond: Points


def table_for(rules: PointsRules, distance: Distance, *, sprint: bool) -> Table:
    """The table a race scores by: its own if it is a sprint, less if short, more if long."""
    driven = distance.green if rules.minimum_laps_green else distance.completed
    if driven is not None and driven < rules.minimum_laps:
        return Table((), 0)
    if sprint:
        return Table(rules.sprint, 0)
    points, beyond = rules.table, rules.beyond
    reduced = reduction(rules, distance)
    if reduced is not None:
        if reduced.table:
            return Table(reduced.table, 0)
        points = tuple(halves(place * reduced.share) for place in points)
        beyond = halves(beyond * reduced.share)
    times = max(
        (
            longer.times
            for longer in rules.longer
            if distance.duration is not None and distance.duration >= longer.duration
        ),
        default=1.0,
    )
    if times != 1.0:
        points = tuple(floor(place * times + 0.5) for place in points)
        beyond = floor(beyond * times + 0.5)
    return Table(points, beyond)


def reduction(rules: PointsRules, distance: Distance) -> Reduced | None:
    """What a race that was cut short scores instead; None for one that went far enough."""
    return next((less for less in rules.reduced if distance.less_than(less.below)), None)


def halves(points: float) -> Points:
    """Points as a whole number where they are one."""
    return int(points) if points == int(points) else points


def points_at(table: Table, position: int | None) -> Points:
    """Points for a position; 0 for none."""
    if position is None:
        return 0
    return table.points[position - 1] if position <= len(table.points) else table.beyond


def stage_scores(
    rules: PointsRules, stages: Sequence[StageOrder], car: Finisher
) -> tuple[StageScore, ...]:
    """What a car takes from the stages; an ineligible car holds its place and scores nothing."""
    if not rules.stage or car.outcome is Outcome.DSQ:
        return ()
    table = Table(rules.stage, 0)
    return tuple(
        StageScore(
            stage.number,
            place,
            points_at(table, place) if car.eligible else 0,
            rules.playoff_stage_win if place == 1 and car.eligible else 0,
        )
        for stage in stages
        if car.entry in stage.order
        for place in (stage.order.index(car.entry) + 1,)
    )


def bonuses_for(
    rules: PointsRules,
    finishers: Sequence[Finisher],
    places: Mapping[EntryId, tuple[int | None, int | None]],
    honours: Honours,
    distance: Distance,
) -> dict[EntryId, list[tuple[str, Points]]]:
    """Bonus points by car, each class for itself where classes score for themselves."""
    found: dict[EntryId, list[tuple[str, Points]]] = {}
    scopes: dict[str | None, list[EntryId]] = {}
    for car in finishers:
        if car.outcome is not Outcome.DSQ:
            scopes.setdefault(car.car_class if rules.class_scoped else None, []).append(car.entry)
    for bonus in rules.bonuses:
        if bonus.least_distance and distance.less_than(bonus.least_distance):
            continue
        for members in scopes.values():
            for place, entry in enumerate(honoured(bonus, members, honours)):
                position = places[entry][0]
                if bonus.top is None or (position is not None and position <= bonus.top):
                    points = bonus.points[min(place, len(bonus.points) - 1)]
                    found.setdefault(entry, []).append((bonus.rule, points))
    return found


def honoured(bonus: Bonus, members: Sequence[EntryId], honours: Honours) -> list[EntryId]:
    """The cars, of those in order of finish, that a bonus goes to."""
    match bonus.rule:
        case "pole":
            return [entry for entry in honours.qualifying if entry in members][:1]
        case "qualifying":
            qualified = [entry for entry in honours.qualifying if entry in members]
            return qualified[: len(bonus.points)]
        case "fastest_lap":
            timed = [entry for entry in members if entry in honours.best_laps]
            return [min(timed, key=lambda entry: honours.best_laps[entry])] if timed else []
        case "lap_led":
            return [entry for entry in members if honours.laps_led.get(entry)]
        case "most_laps_led":
            led = [entry for entry in members if honours.laps_led.get(entry)]
            # Of two that led as many, the better finisher: the source names one car.
            return [max(led, key=lambda entry: honours.laps_led[entry])] if led else []
        case _:
            return []
