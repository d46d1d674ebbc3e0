"""What came of it: places, laps and races that incidents and penalties cost, and what they gave."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.racing.car import Car
from tracker.racing.events import IncidentReported, PenaltyGiven
from tracker.racing.free_pass import beneficiary
from tracker.racing.race import CautionPeriod, Race
from tracker.racing.statistics import caution_laps
from tracker.racing.vocabulary import RaceTime
from tracker.verdicts import english
from tracker.verdicts.facts import Evidence, Fact, fact
from tracker.verdicts.trouble import (
    IN_IT,
    TRUSTED,
    caution_at,
    caution_of,
    lap_at,
    of_incident,
    settled_lap,
    was_at,
)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What came of one incident or penalty."""

    text: str
    facts: tuple[Fact, ...]


def consequences(race: Race) -> Mapping[int, Consequence]:
    """What came of every incident, by its number; what is not over yet may still grow."""
    found = {}
    for number, incident in sorted(race.incidents.items()):
        facts = tuple(of_one(race, incident))
        found[number] = Consequence(english.consequence(facts), facts)
    return found


def of_penalties(race: Race) -> Mapping[int, Consequence]:
    """What every penalty served on the track cost, by its number."""
    found = {}
    for number, penalty in sorted(race.penalties.items()):
        car = race.cars.get(penalty.entry)
        if car is None or penalty.status not in ("applied", "served") or penalty.kind == "dsq":
            continue
        proof = [Evidence(f"penalty/{number}", f"{penalty.kind}: {penalty.reason or ''}")]
        under = caution_at(race, penalty.at)
        facts = (cost(race, car, penalty, under, proof, None),)
        found[number] = Consequence(english.consequence(facts), facts)
    return found


def of_one(race: Race, incident: IncidentReported) -> Iterator[Fact]:
    """What an incident cost each car in it, and what the caution for it took and gave."""
    caution = caution_of(race, incident)
    proof = [of_incident(incident)]
    by = None
    if incident.assigned_by in TRUSTED:
        began = [part.entry for part in incident.involved if part.role == "instigator"]
        by = began[0] if len(began) == 1 else None
    for part in incident.involved:
        car = race.cars.get(part.entry)
        if car is None or part.role not in IN_IT:
            continue
        hit = by if part.role == "victim" and by != part.entry else None
        yield cost(race, car, incident, caution, proof, hit)
    if caution is None:
        return
    laps = caution_laps(caution, race.laps_completed)
    if laps:
        last = caution.last_lap or race.laps_completed
        ref = Evidence(f"caution/{caution.number}", f"laps {caution.first_lap} to {last}")
        first = next(iter(race.cars))
        yield fact("caution", first, laps, [ref, *proof], n=laps)
    freed = beneficiary(race, caution)
    if freed is not None:
        ref = Evidence(f"caution/{caution.number}", f"free pass: No. {freed.entry}")
        yield fact("free_pass", freed.entry, 1, [ref])


def cost(
    race: Race,
    car: Car,
    what: IncidentReported | PenaltyGiven,
    caution: CautionPeriod | None,
    proof: list[Evidence],
    by: str | None,
) -> Fact:
    """What one car lost: its race, or laps and places up to the next green."""
    lap = lap_at(car, what.at)
    later = settled_lap(car, what.at, caution)
    retired = car.retired is not None and later >= len(car.positions)
    before = car.positions[lap] if 0 < lap < len(car.positions) else None
    after = car.positions[later] if 0 < later < len(car.positions) else None
    shown = list(proof)
    if before is not None:
        shown.append(was_at(car, lap))
    if after is not None and not retired:
        shown.append(was_at(car, later))
    known = before is not None and after is not None and not retired
    places = after - before if before is not None and after is not None and known else None
    laps = down_at(race, car, later) - down_at(race, car, lap) if known else 0
    return fact(
        "cost",
        car.entry,
        places or 0,
        shown,
        out="yes" if retired else None,
        by=by,
        before=before,
        after=after if known else None,
        places=places,
        restart="yes" if caution is not None and caution.closed_at else None,
        laps=laps if laps > 0 else None,
    )


def down_at(race: Race, car: Car, lap: int) -> int:
    """Whole laps behind the leader when the car completed a lap."""
    at = RaceTime(car.crossings[lap])
    return max(0, bisect_right(race.leader_crossings, at) - 1 - lap)
