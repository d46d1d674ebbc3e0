"""The classification: who finished where, under the rulebook, penalties included.

Penalties never rewrite crossings. They apply in one order: laps, then time, then places, then
disqualification, each on the result of the one before.
"""

from dataclasses import dataclass

from tracker.racing.car import Car
from tracker.racing.race import Race
from tracker.racing.running_order import LAST_ON_GRID
from tracker.racing.vocabulary import EntryId, Outcome, RaceTime


@dataclass(frozen=True, slots=True)
class Classified:
    """One line of the classification."""

    position: int | None
    """None where the rulebook gives no place."""
    car: Car
    laps: int
    time: RaceTime | None
    """Race time when the last scored lap was completed, time penalties included."""
    outcome: Outcome


@dataclass(slots=True)
class Taken:
    """What penalties take from a car."""

    laps: int = 0
    time: int = 0
    positions: int = 0
    disqualified: bool = False


def penalties_taken(race: Race) -> dict[EntryId, Taken]:
    """The penalties in force that change a result, added up for each car."""
    taken: dict[EntryId, Taken] = {}
    for penalty in race.penalties.values():
        if penalty.status not in ("applied", "served"):
            continue
        sum_of = taken.setdefault(penalty.entry, Taken())
        amount = penalty.amount or 0
        match penalty.kind:
            case "laps":
                sum_of.laps += amount
            case "time":
                sum_of.time += amount
            case "positions":
                sum_of.positions += amount
            case "dsq":
                sum_of.disqualified = True
    return taken


def classification(race: Race) -> list[Classified]:
    """Every car of the entry list, in order of finish; before the flag, as if it fell now."""
    taken = penalties_taken(race)
    none = Taken()

    def laps(car: Car) -> int:
        return max(0, car.laps_completed - taken.get(car.entry, none).laps)

    def time(car: Car) -> int:
        last = car.last_crossing
        return (last if last is not None else 0) + taken.get(car.entry, none).time

    def by_distance(car: Car) -> tuple[bool, int, bool, int, int, str]:
        return (
            not car.started,
            -laps(car),
            not car.crossings,
            time(car),
            car.starting_position or LAST_ON_GRID,
            car.entry,
        )

    order = sorted(race.cars.values(), key=by_distance)
    dropping = [car for car in order if taken.get(car.entry, none).positions]
    for car in reversed(dropping):
        place = order.index(car)
        order.remove(car)
        order.insert(place + taken[car.entry].positions, car)
    order.sort(key=lambda car: taken.get(car.entry, none).disqualified)

    green = race.green_at or 0
    needed = int(laps(order[0]) * race.rulebook.classified_from) if order else 0
    share = race.rulebook.classified_from
    lines = []
    for place, car in enumerate(order, start=1):
        if taken.get(car.entry, none).disqualified:
            outcome = Outcome.DSQ
        elif not car.started:
            outcome = Outcome.DNS
        elif car.retired is not None and car.finished_at is None:
            outcome = Outcome.DNF
        else:
            outcome = Outcome.RUNNING
        placed = not share or (
            outcome in (Outcome.RUNNING, Outcome.DNF) and laps(car) >= needed and laps(car) > 0
        )
        lines.append(
            Classified(
                position=place if placed else None,
                car=car,
                laps=laps(car),
                time=RaceTime(time(car) - green) if car.crossings else None,
                outcome=outcome,
            )
        )
    placed_lines = [line for line in lines if line.position is not None]
    rest = [line for line in lines if line.position is None]
    return placed_lines + rest


def margin_of_victory(lines: list[Classified], under_caution: bool) -> RaceTime | None:
    """From the winner to the second at the line, in microseconds; None under caution or in laps."""
    if under_caution or len(lines) < 2:
        return None
    first, second = lines[0], lines[1]
    if first.time is None or second.time is None or first.laps != second.laps:
        return None
    return RaceTime(second.time - first.time)
