"""The classification: who finished where, under the rulebook, penalties included.

Penalties never rewrite crossings. They apply in one order: laps, then time, then places, then
disqualification, each on the result of the one before.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.racing.car import Car
from tracker.racing.countback import Stood, as_if_checkered, as_it_stands
from tracker.racing.dead_heats import Line, in_order
from tracker.racing.race import Race
from tracker.racing.rulebook import Rulebook
from tracker.racing.running_order import LAST_ON_GRID
from tracker.racing.timed import race_time
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
    tied: bool = False
    """In a dead heat: the place is shared, or the rulebook's tie rule gave it."""


@dataclass(slots=True)
class Taken:
    """What penalties take from a car."""

    laps: int = 0
    time: int = 0
    positions: int = 0
    disqualified: bool = False


NOTHING = Taken()


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
            case "time" if penalty.status != "served":
                # Served at a stop, it is in the car's time already.
                sum_of.time += amount
            case "positions":
                sum_of.positions += amount
            case "dsq":
                sum_of.disqualified = True
    return taken


def classification(race: Race) -> list[Classified]:
    """Every car of the entry list, in order of finish; before the flag, as if it fell now."""
    return classified(race, as_it_stands(race))


def classify_as_if_checkered(
    race: Race, lap: int, before: RaceTime | None = None
) -> list[Classified]:
    """The classification, had the checkered flag fallen for the leader completing that lap.

    With a time, only what was driven up to then is looked at.
    """
    return classified(race, as_if_checkered(race, lap, before), frozen=False)


def classified(race: Race, stood: Mapping[EntryId, Stood], frozen: bool = True) -> list[Classified]:
    """The classification that follows from where each car stood at the end of its race."""
    rules = race.rulebook
    taken = penalties_taken(race)
    held = race.final_order if frozen else None
    place_then = {} if held is None else {entry: n for n, entry in enumerate(held.order)}
    ended = race.finished_at is not None

    lines = []
    for entry, car in race.cars.items():
        stand = stood[entry]
        loss = taken.get(entry, NOTHING)
        scored = stand.laps if held is None else held.laps.get(entry, 0)
        out, cost = final_lap(rules, stand) if ended else (False, 0)
        lines.append(
            Line(
                car=car,
                laps=max(0, stand.laps - loss.laps - cost),
                scored=max(0, scored - loss.laps - cost),
                frozen_place=place_then.get(entry, len(place_then)),
                at=None if stand.at is None else RaceTime(stand.at + loss.time),
                penalty=loss.time,
                grid=car.starting_position or LAST_ON_GRID,
                refused=out or not car.started,
            )
        )
    order = in_order(race, lines, frozen=held is not None)
    refuse_late_and_short(race, [line for line in order if not disqualified(taken, line)])
    placed = [line for line in order if not line.refused]
    rest = [line for line in order if line.refused]
    dropped(placed, taken)
    out_of_it = [line for line in placed if disqualified(taken, line)]
    placed = [line for line in placed if not disqualified(taken, line)]
    if rules.classified_from or rules.must_be_running:
        rest = sorted([*rest, *out_of_it], key=lambda line: disqualified(taken, line))
    else:
        # Every starter is placed, then those who never started; those excluded come last.
        excluded = [line for line in rest if disqualified(taken, line)]
        placed += [line for line in rest if not disqualified(taken, line)]
        placed, rest = [*placed, *out_of_it, *excluded], []
    results = []
    position = 0
    for number, line in enumerate(placed, start=1):
        position = position if line.shares_place and position else number
        results.append(result(race, taken, line, position))
    return results + [result(race, taken, line, None) for line in rest]


def disqualified(taken: Mapping[EntryId, Taken], line: Line) -> bool:
    """Whether officials have excluded the car."""
    return taken.get(line.car.entry, NOTHING).disqualified


def final_lap(rules: Rulebook, stand: Stood) -> tuple[bool, int]:
    """What a car's final lap costs it: its place altogether, or so many laps."""
    if rules.must_be_running and not stand.finished:
        return True, 0
    if not rules.final_lap_limits:
        return False, 0
    if not stand.finished:
        return True, 0
    cost: int | None = 0
    for limit, laps in rules.final_lap_limits:
        if stand.last_lap is not None and stand.last_lap > limit:
            cost = laps
    return cost is None, cost or 0


def refuse_late_and_short(race: Race, order: list[Line]) -> None:
    """Mark the cars that did not go far enough, or came home too late, to be classified.

    How far is enough depends on the winner, of the race or of the class: the first car that
    nothing else keeps from being classified.
    """
    rules = race.rulebook
    eligible = [line for line in order if not line.refused]
    if not eligible or not (rules.classified_from or rules.finish_window):
        return
    winner_at = eligible[0].at
    winners_laps: dict[str | None, int] = {}
    for line in eligible:
        name = line.car.classes[0] if rules.classified_in_class and line.car.classes else None
        needed = int(winners_laps.setdefault(name, line.laps) * rules.classified_from + 1e-9)
        if rules.classified_from and (line.laps < needed or not line.laps):
            line.refused = True
        if (
            rules.finish_window is not None
            and race.finished_at is not None
            and winner_at is not None
            and (line.at is None or line.at - winner_at > rules.finish_window)
        ):
            line.refused = True


def dropped(placed: list[Line], taken: Mapping[EntryId, Taken]) -> None:
    """Move cars back by their penalty places, the last of them first, to last place at most."""
    for line in [line for line in placed if taken.get(line.car.entry, NOTHING).positions][::-1]:
        place = placed.index(line)
        placed.remove(line)
        placed.insert(place + taken[line.car.entry].positions, line)
        line.shares_place = False


def result(
    race: Race, taken: Mapping[EntryId, Taken], line: Line, position: int | None
) -> Classified:
    """A line of the classification, with the outcome of the car's race."""
    car = line.car
    if disqualified(taken, line):
        outcome = Outcome.DSQ
    elif not car.started:
        outcome = Outcome.DNS
    elif car.retired is not None and car.finished_at is None:
        outcome = Outcome.DNF
    elif line.refused and race.finished_at is not None:
        outcome = Outcome.NC
    else:
        outcome = Outcome.RUNNING
    return Classified(
        position=position,
        car=car,
        laps=line.laps,
        time=None if line.at is None else RaceTime(race_time(race, line.at)),
        outcome=outcome,
        tied=line.tied,
    )


def margin_of_victory(lines: list[Classified], under_caution: bool) -> RaceTime | None:
    """From the winner to the second at the line, in microseconds; None under caution or in laps."""
    if under_caution or len(lines) < 2:
        return None
    first, second = lines[0], lines[1]
    if first.time is None or second.time is None or first.laps != second.laps:
        return None
    return RaceTime(second.time - first.time)
