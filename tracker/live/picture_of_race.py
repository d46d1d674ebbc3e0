"""A race as viewers see it: plain values in the shapes of `tracker.live.wire`.

Built whole every time and compared with the one before, so that no rule can forget to update a
cell. Times go out as race time: microseconds since the green.
"""

from bisect import bisect_right
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from tracker.live.picture import Picture
from tracker.racing.car import Car
from tracker.racing.changes_of_place import Places, places
from tracker.racing.classes import ClassPlace, class_places
from tracker.racing.classification import classification, penalties_taken
from tracker.racing.events import UNTIMED
from tracker.racing.overdue import ON_TIME, Lateness, lateness
from tracker.racing.penalties import StandingPenalty, standing_penalties
from tracker.racing.pit_loss import pit_loss
from tracker.racing.race import Publication, Race
from tracker.racing.results import under_review
from tracker.racing.running_order import gap_to_leader, interval, running_order
from tracker.racing.stages import stage_result
from tracker.racing.statistics import laps_led, lead_changes, leaders
from tracker.racing.trend import trends
from tracker.racing.vocabulary import CarStatus, EntryId, RaceTime

TOP_OF_A_STAGE = 10


def picture(
    race: Race,
    verdicts: dict[str, Any] | None = None,
    consequences: Mapping[int, tuple[str, list[str]]] | None = None,
) -> Picture:
    """The race as a viewer sees it, with the verdicts on it and what came of its incidents."""
    results = results_of(race)
    if results is not None:
        order = [race.cars[line["entry"]] for line in results["classification"]]
    else:
        order = running_order(race)
    return Picture(
        state=state_of(race, results),
        rows=rows_of(race, order),
        incidents=incidents_of(race, consequences or {}),
        results=results,
        verdicts=verdicts,
    )


def race_time(race: Race, at: RaceTime | None) -> int | None:
    """A moment as microseconds since the green; before it, negative."""
    if at is None or at == UNTIMED:
        return None
    return at - (race.green_at or 0)


def state_of(race: Race, results: dict[str, Any] | None) -> dict[str, Any]:
    """What is true of the race as a whole."""
    announced = race.announced
    flag = race.flag
    caution = race.caution
    loss = pit_loss(race)
    expected = race.finish_lap if race.finish_lap is not None else race.finish_lap_by_time
    if expected is None and race.scheduled_laps is not None:
        expected = max(race.scheduled_laps, race.laps_completed + 2)
    return {
        "name": announced.name if announced else "",
        "series": announced.series if announced else "",
        "season": announced.season if announced else None,
        "date": announced.date if announced else None,
        "track": announced.track if announced else "",
        "track_length_m": announced.track_length_m if announced else None,
        "kind": announced.kind if announced else "race",
        "phase": race.phase.value,
        "flag": {
            "flag": flag.flag.value,
            "since": race_time(race, flag.at),
            "lap": flag_lap(race),
            "caution": caution.number if caution else None,
            "reasons": list(caution.reasons if caution else flag.reasons),
            "text": flag.text,
        },
        "lap": race.laps_completed,
        "scheduled_laps": race.scheduled_laps,
        "finish_lap": expected,
        "laps_to_go": None if expected is None else max(0, expected - race.laps_completed),
        "overtime_attempt": race.overtime_attempt,
        "race_time": race_time(race, race.time if race.finished_at is None else race.finished_at),
        "clock_running": race.clock_running and race.finished_at is None,
        "stages": stages_of(race, results),
        "stage": stage_under_way(race),
        "cautions": [
            {
                "number": period.number,
                "first_lap": period.first_lap,
                "last_lap": period.last_lap,
                "reasons": list(period.reasons),
                "beneficiary": period.beneficiary,
            }
            for period in race.cautions
        ],
        "cars": len(race.cars),
        "on_lead_lap": sum(on_lead_lap(car) for car in race.cars.values()),
        "lead_changes": lead_changes(race),
        "leaders": leaders(race) if race.leaders else 0,
        "result_status": "live" if results is None else results["status"],
        "withdrawn": withdrawn_from(race)[-1] if race.publications and not race.results else None,
        "classes": sorted({name for car in race.cars.values() for name in car.classes}),
        "pit_loss": None if loss is None else {"time": loss.time, "stops": loss.stops},
    }


def flag_lap(race: Race) -> int | None:
    """Laps the leader had completed when the flag was shown; None before the green."""
    if race.green_at is None:
        return None
    return max(0, bisect_right(race.leader_crossings, race.flag.at) - 1)


def on_lead_lap(car: Car) -> bool:
    """Whether the car is in the race and on the leader's lap."""
    return car.laps_down == 0 and car.retired is None


def stage_under_way(race: Race) -> int | None:
    """The number of the stage being run; None without stages, or when all are over."""
    for stage in race.stages:
        if race.laps_completed < stage.end_lap:
            return stage.number
    if race.stages and race.finished_at is None:
        return race.stages[-1].number
    return None


def stages_of(race: Race, results: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The stages, with the first ten of those that have ended; the race itself is the last."""
    shown = []
    for stage in race.stages:
        final = race.scheduled_laps is not None and stage.end_lap >= race.scheduled_laps
        order: list[str] = []
        if final:
            if results is not None and results["status"] != "under_review":
                order = [line["entry"] for line in results["classification"]]
        else:
            ended = stage_result(race, stage)
            order = list(ended.home) if ended is not None else []
        shown.append(
            {
                "number": stage.number,
                "end_lap": stage.end_lap,
                "winner": order[0] if order else None,
                "order": order[:TOP_OF_A_STAGE],
            }
        )
    return shown


def rows_of(race: Race, order: list[Car]) -> dict[str, dict[str, Any]]:
    """One row for every car, in order."""
    about = Besides(
        changes=places(race, order),
        led=laps_led(race),
        disqualified={
            entry for entry, taken in penalties_taken(race).items() if taken.disqualified
        },
        trends=trends(race, order),
        penalties=standing_penalties(race),
        classes=first_class_places(order),
    )
    return {
        car.entry: row_of(race, car, order[place - 2] if place > 1 else None, place, about)
        for place, car in enumerate(order, start=1)
    }


@dataclass(frozen=True, slots=True)
class Besides:
    """What is worked out for all cars at once."""

    changes: Mapping[EntryId, Places]
    led: Mapping[EntryId, int]
    disqualified: Set[EntryId]
    trends: Mapping[EntryId, list[int]]
    penalties: Mapping[EntryId, list[StandingPenalty]]
    classes: Mapping[EntryId, ClassPlace]


def first_class_places(order: list[Car]) -> dict[EntryId, ClassPlace]:
    """Where each car is in the first of its classes; the others are trophies inside it."""
    fields: dict[str, list[Car]] = {}
    for car in order:
        if car.classes:
            fields.setdefault(car.classes[0], []).append(car)
    return {
        car.entry: place
        for name, cars in fields.items()
        for car, place in zip(cars, class_places(cars, name), strict=True)
    }


def row_of(race: Race, car: Car, ahead: Car | None, place: int, about: Besides) -> dict[str, Any]:
    """One car on the board."""
    behind = interval(car, ahead) if ahead is not None else None
    stop = car.pit_stops[-1] if car.pit_stops else None
    out = car.retired is not None and car.finished_at is None
    change = about.changes[car.entry]
    in_class = about.classes.get(car.entry)
    late = ON_TIME if race.finished_at is not None else lateness(race, car)
    return {
        "position": place,
        "car": car.number,
        "driver": car.driver,
        "team": car.team,
        "make": car.make,
        "car_class": car.classes[0] if car.classes else None,
        "class_position": in_class.position if in_class else None,
        "class_gap": in_class.behind_leader.time if in_class and not out else None,
        "class_gap_laps": in_class.behind_leader.laps if in_class and not out else None,
        "class_interval": in_class.behind_next.time if in_class and not out else None,
        "class_interval_laps": in_class.behind_next.laps if in_class and not out else None,
        "starting_position": car.starting_position,
        "places": change.gained,
        "places_since_lap": race.restart.laps_completed if race.restart else 0,
        "places_cause": change.cause,
        "laps_completed": car.laps_completed,
        # A car that is out falls behind with every lap of the leader's, though it crosses no more.
        "laps_down": race.laps_completed - car.laps_completed if out else car.laps_down,
        "gap_to_leader": gap_to_leader(race, car) if place > 1 and not out else None,
        "interval": behind.time if behind else None,
        "interval_laps": behind.laps if behind else None,
        "last_lap": car.last_lap,
        "last_lap_best": car.last_lap_best,
        "best_lap": car.best_lap,
        "best_lap_number": car.best_lap_number,
        "laps_led": about.led.get(car.entry, 0),
        "trend": about.trends.get(car.entry, []),
        "pit_stops": len(car.pit_stops),
        "pit_stop": None
        if stop is None
        else {
            "lap": stop.lap,
            "time_on_pit_road": stop.time_on_pit_road,
            "caution": stop.caution,
        },
        "on_pit_road": car.on_pit_road and car.retired is None and car.finished_at is None,
        "status": status_of(race, car, car.entry in about.disqualified, late),
        "status_text": car.retired.text or car.retired.cause if car.retired else None,
        "estimated": car.estimated,
        "last_crossing": race_time(race, car.last_crossing),
        "due": race_time(race, late.due),
        "penalties": [
            {
                "number": standing.penalty.number,
                "kind": standing.penalty.kind,
                "amount": standing.penalty.amount,
                "status": standing.status,
                "reason": standing.penalty.reason,
                "lap": standing.lap,
            }
            for standing in about.penalties.get(car.entry, ())
        ],
    }


def status_of(race: Race, car: Car, disqualified: bool, late: Lateness) -> str:
    """A car's state in one word."""
    if disqualified:
        return "dsq"
    if car.status is CarStatus.GRID and race.finished_at is not None:
        return "dns"
    if late.stopped:
        return "stopped"
    return car.status.value


def incidents_of(
    race: Race, consequences: Mapping[int, tuple[str, list[str]]]
) -> dict[str, dict[str, Any]]:
    """Every incident, by its number."""
    nothing: tuple[str | None, list[str]] = (None, [])
    return {
        str(incident.number): {
            "number": incident.number,
            "lap": incident.lap,
            "at": race_time(race, incident.at),
            "kind": incident.kind,
            "phase": incident.phase,
            "location": incident.location,
            "involved": [
                {"entry": part.entry, "role": part.role, "outcome": part.outcome}
                for part in incident.involved
            ],
            "caution": incident.caution,
            "assigned_by": incident.assigned_by,
            "text": incident.text,
            "consequence": consequences.get(incident.number, nothing)[0],
            "evidence": consequences.get(incident.number, nothing)[1],
        }
        for incident in race.incidents.values()
    }


def results_of(race: Race) -> dict[str, Any] | None:
    """The result as it stands, and those published before; None before the checkered flag."""
    if race.finished_at is None:
        return None
    lines = classification(race)
    review = under_review(race, lines)
    winner = lines[0]
    led = laps_led(race)
    if review:
        status = "under_review"
    else:
        status = race.results[-1].status.value if race.results else "unofficial"
    return {
        "status": status,
        "review": review,
        "timing_error": race.rulebook.review_threshold,
        "classification": [
            {
                "position": None if line.car.entry in review else line.position,
                "entry": line.car.entry,
                "drivers": list(dict.fromkeys(turn.driver for turn in line.car.at_the_wheel)),
                "laps": line.laps,
                "time": line.time,
                "behind": line.time - winner.time
                if line.time is not None
                and winner.time is not None
                and line.laps == winner.laps
                and line is not winner
                else None,
                "laps_behind": winner.laps - line.laps,
                "laps_led": led.get(line.car.entry, 0),
                "status": line.outcome.value
                if line.car.retired is None or line.outcome.value != "dnf"
                else line.car.retired.text or line.car.retired.cause,
            }
            for line in lines
        ],
        "revisions": [revision_of(race, published) for published in race.results],
        "withdrawn": withdrawn_from(race),
    }


def withdrawn_from(race: Race) -> list[dict[str, Any]]:
    """The results that were of a race that had not ended, each with what showed it."""
    return [
        {
            "rev": published.rev,
            "winner": None if published.review else published.winner,
            "at": race_time(race, published.withdrawn.at),
            "cause": published.withdrawn.cause,
        }
        for published in race.publications
        if published.withdrawn is not None
    ]


def revision_of(race: Race, published: Publication) -> dict[str, Any]:
    """A result as it was published; under review, its winner was only shown ahead."""
    return {
        "rev": published.rev,
        "status": "under_review" if published.review else published.status.value,
        "at": race_time(race, published.at),
        "winner": published.winner,
        "second": published.second,
        "margin": published.margin,
        "under_caution": published.under_caution,
        "decided_by": published.decided_by,
        "cause": published.cause,
        "laps_led": dict(published.laps_led),
        "lead_changes": published.lead_changes,
    }
