"""Facts of trouble: incidents, retirements and penalties, and what cars made of them.

Roles are judgements: nobody is said to have caused anything unless an official or an editor
said so.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from tracker.racing.car import Car
from tracker.racing.events import IncidentReported, Involvement
from tracker.racing.race import CautionPeriod, Race
from tracker.racing.vocabulary import RaceTime
from tracker.verdicts.day import Day, Line
from tracker.verdicts.facts import Evidence, Fact, fact
from tracker.verdicts.on_track import stake_of
from tracker.verdicts.rates import ASSUMED, LEANING

TRUSTED = frozenset({"editor", "official", "officials", "race_control", "race-control"})
"""Who may say what part a car had in an incident."""

IN_IT = frozenset({"contact", "victim", "collected", "self", "instigator"})

BACK_FROM = 10
"""Places won back that make a comeback."""

PENALTY_PLACES = 10

A_FEW = 3
"""Laps after the green in which a car still falls back for what went before."""

SETTLED_AFTER = 2
"""Laps after which places have settled where no caution followed."""


def of_incident(incident: IncidentReported) -> Evidence:
    """An incident as evidence."""
    cars = ", ".join(f"No. {part.entry} {part.role}" for part in incident.involved)
    return Evidence(f"incident/{incident.number}", f"lap {incident.lap}, {incident.kind}: {cars}")


def part_of(incident: IncidentReported, line: Line) -> Involvement | None:
    """A car's part in an incident, where it had one."""
    return next((p for p in incident.involved if p.entry == line.entry and p.role in IN_IT), None)


def culprit(incident: IncidentReported, line: Line) -> str | None:
    """The one other car that is said to have put this one out, by somebody who may say so."""
    if incident.assigned_by not in TRUSTED:
        return None
    others = [
        p.entry for p in incident.involved if p.role == "instigator" and p.entry != line.entry
    ]
    return str(others[0]) if len(others) == 1 else None


def incident_facts(day: Day, race: Race, line: Line) -> Iterator[Fact]:
    """What happened to a car, and what came of it."""
    mine = [
        i
        for i in sorted(race.incidents.values(), key=lambda i: (i.lap, i.number))
        if part_of(i, line) is not None
    ]
    if line.out:
        yield retirement(day, race, line, mine)
    late = last_stage_begins(race)
    for incident in mine:
        part = part_of(incident, line)
        if part is None:
            continue
        if part.role == "instigator" and incident.assigned_by in TRUSTED:
            yield from put_out(incident, line)
        hurt = line.position is not None and line.position > 10 and not line.out
        if incident.lap > late and hurt and part.role != "instigator":
            yield fact(
                "late_incident",
                line.entry,
                incident.lap,
                [of_incident(incident), day.finish_evidence(line)],
                strength=1,
                role=part.role,
                position=line.position,
                what=incident.kind,
                stake=1.0 if part.role == "self" else 1.2,
            )
        yield from comeback(day, race, line, incident)


def retirement(day: Day, race: Race, line: Line, mine: list[IncidentReported]) -> Fact:
    """A car that did not reach the flag, and why as far as it was told."""
    retired = race.cars[line.entry].retired
    assert retired is not None
    cause = mine[-1] if mine and (line.cause or "").lower() in ("accident", "dvp") else None
    lap = cause.lap if cause is not None else (line.laps or 0) + 1
    proof = [Evidence(f"retirement/{line.entry}", f"lap {lap}, {line.cause}")]
    by, victim = None, None
    if cause is not None:
        proof.append(of_incident(cause))
        by = culprit(cause, line)
        part = part_of(cause, line)
        victim = "yes" if part and part.role in ("victim", "collected") else None
    return fact(
        "out",
        line.entry,
        lap,
        [*proof, day.finish_evidence(line)],
        strength=1,
        cause=(line.cause or "").lower() or None,
        by=by,
        victim=victim,
        laps=line.laps,
    )


def put_out(incident: IncidentReported, line: Line) -> Iterator[Fact]:
    """An incident a car is said to have begun, that ended another's race."""
    out = [p.entry for p in incident.involved if p.outcome == "dnf" and p.entry != line.entry]
    if out:
        yield fact(
            "instigator",
            line.entry,
            incident.lap,
            [of_incident(incident)],
            strength=len(out),
            other=str(out[0]),
        )


def comeback(day: Day, race: Race, line: Line, incident: IncidentReported) -> Iterator[Fact]:
    """A good finish won back from the depths that trouble threw a car into."""
    car = race.cars[line.entry]
    fell = thrown_back(race, car, incident)
    if line.position is None or line.position > 10 or fell is None:
        return
    before, when = fell
    lowest = car.positions[when]
    climb = len(car.positions) - 1 - when
    if lowest - line.position < BACK_FROM or climb <= 0:
        return
    yield fact(
        "comeback",
        line.entry,
        lowest,
        [
            of_incident(incident),
            was_at(car, before),
            was_at(car, when),
            day.finish_evidence(line),
        ],
        n=climb,
        strength=lowest - line.position,
        position=line.position,
        lap=incident.lap,
        what=incident.kind,
        stake=0.5 + stake_of(day, line.position),
        share=climbs(race, climb, lowest - line.position),
    )


def thrown_back(race: Race, car: Car, incident: IncidentReported) -> tuple[int, int] | None:
    """The last lap before an incident, and the one that shows how far back it threw a car.

    It did so only if the car was ahead of that place before, and was there within the caution it
    brought out and a few laps. One crossing far back is no place lost, where others were on pit
    road: it counts when the next is no better, or when from there on it only went forward.
    """
    places = car.positions
    before = min(lap_at(car, incident.at), incident.lap - 1)
    if not 0 <= before < len(places) - 1 or not places[before]:
        return None
    until = min(settled_lap(car, incident.at, caution_of(race, incident)) + A_FEW, len(places) - 1)
    lowest = None
    for lap in range(before + 1, until):
        held = places[lap + 1] >= places[lap] or all(
            then <= was for was, then in pairwise(places[lap:])
        )
        if held and places[lap] > places[lowest or before]:
            lowest = lap
    return None if lowest is None else (before, lowest)


def climbs(race: Race, laps: int, places: int) -> float:
    """How often a car made up so many places in so many laps, in all of this race.

    Stretches that overlap are hardly independent: so many laps count for one.
    """
    tried = made = 0
    for car in race.cars.values():
        tried += max(0, len(car.positions) - 1 - laps)
        later = car.positions[1 + laps :]
        made += sum(
            was - then >= places for was, then in zip(car.positions[1:], later, strict=False)
        )
    least = max(1, laps)
    return (made / least + LEANING * ASSUMED["comeback"]) / (tried / least + LEANING)


def last_stage_begins(race: Race) -> int:
    """The lap before the last stage; where there are no stages, three quarters of the race."""
    scheduled = race.scheduled_laps or race.laps_completed
    ends = [plan.end_lap for plan in race.stages if plan.end_lap < scheduled]
    return max(ends) if ends else scheduled * 3 // 4


def penalty_facts(day: Day, race: Race, line: Line) -> Iterator[Fact]:
    """Places a penalty had cost by the time the race was green again."""
    car = race.cars[line.entry]
    for penalty in race.penalties.values():
        if penalty.entry != line.entry or penalty.status not in ("applied", "served"):
            continue
        lap = lap_at(car, penalty.at)
        later = settled_lap(car, penalty.at, caution_at(race, penalty.at))
        if penalty.kind == "dsq" or not 0 < lap < later < len(car.positions):
            continue
        before, after = car.positions[lap], car.positions[later]
        if after - before >= PENALTY_PLACES:
            yield fact(
                "penalty_cost",
                line.entry,
                after - before,
                [
                    Evidence(
                        f"penalty/{penalty.number}", f"{penalty.kind}: {penalty.reason or ''}"
                    ),
                    was_at(car, lap),
                    was_at(car, later),
                ],
                strength=after - before,
                before=before,
                after=after,
                lap=lap,
                reason=penalty.reason,
            )


def lap_at(car: Car, at: RaceTime) -> int:
    """The lap a car had completed at a time."""
    return max(0, bisect_right(car.crossings, at) - 1)


def caution_of(race: Race, incident: IncidentReported) -> CautionPeriod | None:
    """The caution an incident brought out."""
    return next((one for one in race.cautions if one.number == incident.caution), None)


def caution_at(race: Race, at: RaceTime) -> CautionPeriod | None:
    """The caution under way at a time."""
    return next(
        (
            one
            for one in race.cautions
            if one.opened_at <= at and (one.closed_at is None or at <= one.closed_at)
        ),
        None,
    )


def settled_lap(car: Car, at: RaceTime, caution: CautionPeriod | None) -> int:
    """The lap by which places have settled: the first after the green, or two laps on."""
    until = caution.closed_at if caution is not None else None
    return lap_at(car, at) + SETTLED_AFTER if until is None else bisect_right(car.crossings, until)


def was_at(car: Car, lap: int) -> Evidence:
    """A car's place when it completed a lap; estimated where the crossing was."""
    how = ", estimated" if lap in car.estimates else ""
    return Evidence(f"lap {lap}", f"No. {car.entry} was {car.positions[lap]}{how}")
