"""Races in which everything happens at once: officials contradict each other, and correct it.

A seeded source makes them (the seed is in the test's name); what is true is that nothing raises,
and that neither the order of arrival nor looking at the race in between changes what it is.
"""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.racing.story import at
from tracker.live.picture_of_race import picture
from tracker.racing.desk import ScoringDesk
from tracker.racing.events import (
    CarEntered,
    CarRetired,
    CarWithdrawn,
    Corrected,
    Crossing,
    Filed,
    FlagShown,
    GridSet,
    IncidentReported,
    Involvement,
    PenaltyGiven,
    PitEntered,
    PitLeft,
    RaceAnnounced,
    RaceEnded,
    RaceEvent,
    ResultDeclared,
    ReviewChanged,
    StagePlan,
    filed,
)
from tracker.racing.report import report
from tracker.racing.vocabulary import START_FINISH, EntryId, Flag

BOOKS = ("nascar-cup/2024", "f1/2024", "club/any", "imsa/2024", "wec/2024", "indycar/2024")


def rough_race(chance: random.Random) -> list[Filed]:
    """A short race with up to eight things out of the ordinary."""
    cars = [EntryId(str(number)) for number in range(1, chance.randrange(2, 6))]
    told: list[Filed] = []
    counts: Counter[str] = Counter()

    def tell(event: RaceEvent, source: str = "control", id: str | None = None) -> None:
        counts[source] += 1
        told.append(filed(source, counts[source], id or f"{source}/{counts[source]}", event))

    laps = chance.choice([None, 2, 4, 6])
    tell(
        RaceAnnounced(
            "R", "S", 2024, chance.choice(BOOKS), "T",
            scheduled_laps=laps,
            duration=at(100) if laps is None and chance.random() < 0.6 else None,
            stages=(StagePlan(1, 2), StagePlan(2, 6)) if chance.random() < 0.4 else (),
            first_crossing_opens_lap=chance.random() < 0.5,
        )
    )  # fmt: skip
    if chance.random() < 0.8:
        tell(GridSet(tuple((car, place) for place, car in enumerate(cars, 1))))
    for car in cars:
        classes = (chance.choice("AB"),) if chance.random() < 0.5 else ()
        tell(CarEntered(car, car, f"Driver {car}", classes=classes))
    tell(FlagShown(at(0), Flag.GREEN))
    for car in cars:
        now = int(car) / 10
        for lap in range(8):
            number = chance.choice([None, lap])
            tell(Crossing(car, START_FINISH, at(round(now, 1)), number), "timing", f"{car}/{lap}")
            now += 20 + chance.randrange(3) * chance.choice([0, 1, 10])
    for _ in range(chance.randrange(9)):
        tell(something(chance, [*cars, EntryId("99")]))
    return told


def something(chance: random.Random, cars: list[EntryId]) -> RaceEvent:
    """Anything that may happen, sense or not."""
    now, then = at(chance.randrange(260)), at(chance.randrange(260))
    car = chance.choice(cars)
    target = ("timing", f"{chance.choice(cars)}/{chance.randrange(8)}")
    flags = [Flag.CAUTION, Flag.GREEN, Flag.RED, Flag.CHECKERED, Flag.WHITE, Flag.GREEN]
    kinds: list[Callable[[], RaceEvent]] = [
        lambda: FlagShown(now, chance.choice(flags)),
        lambda: CarWithdrawn(car),
        lambda: CarRetired(car, now, "accident", back=chance.random() < 0.3),
        lambda: PenaltyGiven(
            now,
            chance.randrange(3),
            car,
            chance.choice(["laps", "time", "positions", "dsq"]),
            chance.choice([1, 2, 5_000_000]),
            "applied",
        ),
        lambda: RaceEnded(now, chance.choice([None, 1, 2, 3, 9])),
        lambda: ReviewChanged(now, chance.random() < 0.5, basis=chance.choice([None, "photo"])),
        lambda: ResultDeclared(now, chance.random() < 0.5),
        lambda: Corrected(
            now, chance.choice(["delete", "retime", "reassign"]), target, car, new_at=then
        ),
        lambda: Corrected(now, "insert", entry=car, new_at=then),
        lambda: Corrected(now, "lap_credit", entry=car, laps=chance.choice([-1, 1, 2])),
        lambda: IncidentReported(
            now, 1, 2, "spin", "confirmed", (Involvement(car, "self", "dnf"),)
        ),
        lambda: PitEntered(car, now),
        lambda: PitLeft(car, now),
    ]
    return chance.choice(kinds)()


@pytest.mark.parametrize("seed", range(0, 300, 20))
def test_neither_arrival_nor_looking_changes_a_race(seed: int) -> None:
    """Twenty races each: at once, one by one with a look after each event, and shuffled."""
    for number in range(seed, seed + 20):
        chance = random.Random(number)
        told = rough_race(chance)
        whole, piecemeal, shuffled = ScoringDesk(), ScoringDesk(), ScoringDesk()
        whole.receive(told)
        for item in sorted(told, key=lambda item: item[:4]):
            piecemeal.receive([item])
            picture(piecemeal.race)
        chance.shuffle(told)
        for start in range(0, len(told), 3):
            shuffled.receive(told[start : start + 3])
        expected = report(whole.race), picture(whole.race)
        assert (report(piecemeal.race), picture(piecemeal.race)) == expected, number
        assert (report(shuffled.race), picture(shuffled.race)) == expected, number
