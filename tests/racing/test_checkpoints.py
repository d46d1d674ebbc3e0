"""Folding again from a checkpoint is folding again from the start, only sooner."""

import random
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

import pytest

from tests.racing.story import at, story
from tests.racing.test_rough_races import rough_race, something
from tracker.live.picture_of_race import picture
from tracker.racing import checkpoints, fold
from tracker.racing.checkpoints import EVERY, MOST, Checkpoints
from tracker.racing.desk import ScoringDesk
from tracker.racing.events import Corrected, Crossing, Filed, FlagShown, filed
from tracker.racing.race import Race
from tracker.racing.report import report
from tracker.racing.vocabulary import START_FINISH, EntryId, Flag, RaceTime

NEVER = 10**9


def test_few_are_kept_and_the_later_the_denser() -> None:
    """So that the way from one to the next is never much longer than the way to the end."""
    kept: Checkpoints[None] = Checkpoints()
    for count in range(EVERY, 250_000, EVERY):
        kept.keep(count, (RaceTime(count), "", 0, ""), None)
    counts = [one.count for one in kept.kept]
    assert len(counts) == MOST
    assert counts == sorted(counts)
    back = [250_000, *(250_000 - count for count in counts)]
    assert all(before <= 8 * after for before, after in pairwise(back[:-1]))
    assert back[-1] <= EVERY


def much_corrected(chance: random.Random) -> list[Filed]:
    """A rough race, read by a second clock and from a day ahead, in which much is corrected."""
    told = rough_race(chance)
    cars = sorted({item.event.entry for item in told if isinstance(item.event, Crossing)})
    for number, item in enumerate(list(told)):
        if isinstance(item.event, Crossing) and chance.random() < 0.3:
            late = RaceTime(item.at + chance.choice([-149_000, -1, 0, 1, 50_000, 149_000, 150_000]))
            fine = chance.choice([None, RaceTime(100)])
            again = Crossing(item.event.entry, item.event.loop, late, resolution=fine)
            told.append(filed("photocell", number, f"p/{number}", again))
    if chance.random() < 0.4:
        for number in range(chance.randrange(1, 4)):
            far = Crossing(chance.choice(cars), START_FINISH, at(86_400 + chance.randrange(90)))
            told.append(filed("timing", 900 + number, f"far/{number}", far))
        if chance.random() < 0.3:
            told.append(filed("control", 900, "morning", FlagShown(at(86_410), Flag.GREEN)))
    for number in range(chance.randrange(20)):
        target, near = chance.choice(told), chance.choice(told)
        op = chance.choice(["delete", "delete", "retime", "reassign", "insert", "lap_credit"])
        correction = Corrected(
            RaceTime(max(0, near.at) + chance.choice([0, 1, 1_000_000, 30_000_000])),
            op,
            None if op == "insert" else (target.source, target.id),
            chance.choice(cars),
            new_at=chance.choice([None, RaceTime(max(0, chance.choice(told).at))]),
            laps=1,
        )
        source = chance.choice(["control", "alpha", "zulu"])
        told.append(filed(source, 1_000 + number, f"c/{number}", correction))
        if chance.random() < 0.3:
            told.append(filed("control", 2_000 + number, f"x/{number}", something(chance, cars)))
    return told


def looked_at(told: list[Filed], looks: random.Random) -> list[Any]:
    """What was seen of a race whose events arrived in this order, in bursts."""
    desk, seen = ScoringDesk(), []
    for start in range(0, len(told), 3):
        desk.receive(told[start : start + 3])
        if looks.random() < 0.3:
            seen.append((report(desk.race), picture(desk.race)))
    race = desk.race
    return [*seen, report(race), picture(race), race.corrected, race.decided_by, race.time]


@pytest.mark.parametrize("seed", range(0, 120, 20))
def test_a_race_is_the_same_with_checkpoints_and_without(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty races each, out of order a little and altogether, looked at now and then."""
    for number in range(seed, seed + 20):
        chance = random.Random(number)
        told = much_corrected(chance)
        late = {item: item.at + chance.choice([0, 0, 0, 40_000_000]) for item in told}
        chance.shuffle(told)
        for arrived in (told, sorted(told, key=lambda item: late[item])):
            monkeypatch.setattr(checkpoints, "EVERY", NEVER)
            expected = looked_at(arrived, random.Random(number))
            monkeypatch.setattr(checkpoints, "EVERY", 1 + number % 4)
            assert looked_at(arrived, random.Random(number)) == expected, number


def things_that_change(thing: Any) -> list[int]:
    """Everything inside a race that could become another under somebody who holds it."""
    if is_dataclass(thing) and not isinstance(thing, type):
        inside = [getattr(thing, field.name) for field in fields(thing)]
        frozen = type(thing).__dataclass_params__.frozen  # type: ignore[attr-defined]
        own = [] if frozen else [id(thing)]
    elif isinstance(thing, dict):
        inside, own = list(thing.values()), [id(thing)]
    elif isinstance(thing, (list, set)):
        inside, own = list(thing), [id(thing)]
    else:
        return []
    return [*own, *(found for one in inside for found in things_that_change(one))]


def test_a_copy_of_a_race_shares_nothing_that_changes() -> None:
    """A caution, a stoppage, a pit stop: each is there, and belongs to one race only.

    What is frozen stays as it is, and so does what it holds.
    """
    told = story("1", "2").green().laps("1", 30, 60, 90, 150).laps("2", 31, 61, 91)
    told.lap("1", 95, loop="pit-in").lap("1", 99, loop="pit-out").caution(100, "debris")
    race = told.flag("red", 120).green(140).race  # type: ignore[arg-type]
    again = race.copied()
    assert again == race
    assert race.cautions
    assert race.stoppages
    assert race.cars[EntryId("1")].pit_stops
    shared = set(things_that_change(race)) & set(things_that_change(again))
    assert shared <= within_frozen(race)


def within_frozen(race: Race) -> set[int]:
    """What frozen values hold: an order under caution, say, and who was on which lap in it."""
    orders = [race.frozen, race.final_order, *(one.order for one in race.stoppages)]
    orders += [one.frozen for one in race.cautions]
    found = {id(part) for one in orders if one for part in (one.laps, one.laps_down)}
    return found | ({id(race.restart.order)} if race.restart is not None else set())


@pytest.fixture
def foldings(monkeypatch: pytest.MonkeyPatch) -> list[Filed]:
    """Every event that is folded from now on, as often as it is."""
    folded: list[Filed] = []
    apply = fold.apply

    def counted(race: Race, item: Filed) -> None:
        folded.append(item)
        apply(race, item)

    monkeypatch.setattr(fold, "apply", counted)
    return folded


def test_what_is_late_or_corrected_costs_what_came_since_and_not_the_race(
    foldings: list[Filed],
) -> None:
    """Twenty cars, a hundred laps; every fourth reading comes late, one in twenty is put right."""
    cars = [str(number) for number in range(1, 21)]
    told = story(*cars, laps=200).green()
    for lap in range(1, 101):
        for number, car in enumerate(cars):
            told.lap(car, 30 * lap + number)
            if number == 7:
                told.correct(
                    "retime", 30 * lap + 25, f"7@{30 * lap + 6}", new_at=at(30 * lap + 6.5)
                )
    events = len(told.filed)
    arrived = sorted(told.filed, key=lambda item: item.at + 20_000_000 * (item.sequence % 4 == 0))
    desk = ScoringDesk()
    desk.receive(arrived)
    assert desk.race.corrected
    assert len(foldings) < 12 * events  # were each correction to fold it all again, fifty
    for item in told.lap("1", 3030.2).lap("2", 3030.1).filed[events:]:
        foldings.clear()
        desk.receive([item])
        assert desk.race.time == at(3030.2)
        assert 0 < len(foldings) < 6 * EVERY


def test_what_happens_at_the_very_moment_a_crossing_was_moved_to_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A caution comes after the correction, and has its place before the crossing it moved."""
    told = story("1", "2").green().laps("1", 30, 60).laps("2", 31, 61)
    told.correct("retime", 100, "2@61", new_at=at(100)).caution(100, "debris")
    told.correct("retime", 110, "1@60", new_at=at(61)).laps("1", 130)
    without = told.race
    monkeypatch.setattr(checkpoints, "EVERY", 1)
    assert told.race == without
    assert [caution.opened_at for caution in without.cautions] == [at(100)]
