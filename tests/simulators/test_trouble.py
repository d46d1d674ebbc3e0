"""Trouble on purpose: the final board is the truth whenever the truth arrived.

Where it did not, the tracker says what is wrong and makes nothing up. Every failure names its race,
its trouble and its seed, which make it again.
"""

from collections import Counter
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from simulators.model.parameters import Scenario
from simulators.model.presets import ENDURANCE, KANSAS, ROAD
from simulators.scripted import kansas_2024
from simulators.trouble.said import RUBBISH
from simulators.trouble.spec import ORDER
from simulators.trouble.troubled import KINDS
from tests.simulators.simulated import run
from tests.simulators.troubling import Told, board, everything, told, trouble
from tracker.feed.envelope import FedEvent
from tracker.feed.recording import numbered
from tracker.feed.timing import Crossing
from tracker.racing.race import Race

DISTANCES: dict[str, Scenario] = {
    "oval": replace(
        KANSAS,
        distance=replace(KANSAS.distance, laps=14, stages=(4, 9)),
        entries=replace(KANSAS.entries, cars=8, skill_scale_s=0.9),
        cautions=replace(KANSAS.cautions, hazard=0.015),
        pits=replace(KANSAS.pits, tank_laps=7, speeding=0.1),
    ),
    "road": replace(
        ROAD,
        distance=replace(ROAD.distance, laps=7),
        entries=replace(ROAD.entries, cars=8),
        cautions=replace(ROAD.cautions, hazard=0.08),
    ),
    "endurance": replace(
        ENDURANCE,
        distance=replace(ENDURANCE.distance, duration_s=1_500.0),
        entries=replace(ENDURANCE.entries, cars=10),
    ),
}
"""A race of each kind, short enough for many seeds."""

ON_THE_WAY = ("rubbish", "loss", "reorder", "delay", "silent", "restart", "duplicates")
"""Troubles that change nothing of what is said: then not one word of the board may differ."""

MORE = (
    "duplicates=1,loss=0.5,delay=10m",
    "silent=5m@10%,silent=1m@80%,restart@lap3,reorder=1",
    "contradict=0.5,wrong-decoder=0.5,clock-step=-1m@95%",
    "clock-step=-2h@lap2,rubbish=0.5,delay",
    "clock-step=+1h@90%,restart@95%",
)
"""More of it than anybody has on one day."""


@cache
def events(kind: str, seed: int) -> tuple[FedEvent, ...]:
    """A race of a kind as it is told."""
    reports = kansas_2024() if kind == "kansas-2024" else iter(run(DISTANCES[kind], seed)[0])
    return tuple(numbered(reports, kind))


@cache
def truth(kind: str, seed: int) -> Race:
    """The same race, untroubled."""
    return told(trouble(events(kind, seed), "delay=0s", 0).packets).race


def troubled(kind: str, line: str, seed: int) -> tuple[Told, Counter[str]]:
    """What a tracker makes of a race with trouble, and what the trouble was."""
    made = trouble(events(kind, seed), line, seed)
    return told(made.packets, Random(f"{line}/{seed}")), made.done


@pytest.mark.parametrize("kind", DISTANCES)
@pytest.mark.parametrize("line", [*ORDER, "everything", *MORE])
def test_the_final_board_is_the_truth_whenever_the_truth_arrived(kind: str, line: str) -> None:
    names = {part.partition("=")[0].partition("@")[0] for part in line.split(",")}
    for seed in (1, 2):
        ours, done = troubled(kind, line, seed)
        where = f"{kind}, --seed {seed} --trouble {line}"
        assert board(ours.race) == board(truth(kind, seed)), where
        if names <= set(ON_THE_WAY):
            assert everything(ours.race) == everything(truth(kind, seed)), where
        assert done, where


def test_kansas_comes_through_all_of_it() -> None:
    """The real race with its photo finish: 10,600 events, a third of them in trouble."""
    ours, done = troubled("kansas-2024", "everything", 5)
    assert board(ours.race) == board(truth("kansas-2024", 5))
    assert done.total() > 3_000


def coming(line: str, seed: int) -> list[tuple[int, str, bytes]]:
    """What comes of an oval race, and when."""
    made = trouble(events("oval", 1), line, seed)
    return [(it.at, it.topic, it.bytes()) for it in made.packets]


def test_trouble_does_what_it_says() -> None:
    """Each kind alone leaves its mark on the stream, and another seed leaves it elsewhere."""
    plain = coming("delay=0s", 1)
    for name in KINDS:
        one, same, other = (coming(name, seed) for seed in (1, 1, 2))
        assert one == same, name
        assert one != plain, name
        if name not in ("clock-step", "silent", "restart"):
            assert one != other, name


def test_another_trouble_does_not_move_the_ones_there_are() -> None:
    lost = trouble(events("road", 1), "loss", 3)
    both = trouble(events("road", 1), "loss,duplicates", 3)
    assert {it.name: it.at for it in lost.packets}.items() <= {
        (it.name, it.at) for it in both.packets
    }


def test_rubbish_is_put_aside_with_its_reason_and_nothing_else_is() -> None:
    made = trouble(events("oval", 2), "rubbish=0.5", 2)
    ours = told(made.packets)
    assert ours.aside.total() == made.done.total()
    assert made.done.keys() == {f"rubbish: {name}" for name in RUBBISH}
    assert set(ours.aside) == {"json", "invalid", "size", "mismatch"}
    assert everything(ours.race) == everything(truth("oval", 2))


def test_what_is_said_twice_under_one_id_stands_as_it_was_first_said() -> None:
    ours, done = troubled("oval", "contradict=0.3", 3)
    assert ours.aside == {"id_conflict": done["said otherwise under the same id"]}


def test_a_producer_without_memory_repeats_itself_and_nothing_counts_twice() -> None:
    ours, done = troubled("endurance", "restart@90%", 1)
    assert ours.repeats == done["said again after a restart"] > 100


# ------------------------------------------------------- where the truth does not arrive


def laps(race: Race) -> dict[str, int]:
    """Laps that each car is known to have driven, after its flag too."""
    return {
        str(entry): car.laps_completed + len(car.laps_after_finish)
        for entry, car in race.cars.items()
    }


def last_reading(kind: str, seed: int, entry: str) -> tuple[str, str]:
    """The last crossing of the line that a car made."""
    return [
        (event.source, event.id)
        for event in events(kind, seed)
        if isinstance(event.data, Crossing)
        and event.data.entry == entry
        and event.data.loop == "sf"
    ][-1]


def named(race: Race) -> set[str]:
    """Cars of which the scoring says that something is wrong."""
    return {str(odd.entry) for odd in race.anomalies if odd.entry is not None}


@pytest.mark.parametrize("kind", DISTANCES)
@pytest.mark.parametrize(
    "line", ["loss=0.1:for-good", "silent=4m@40%:for-good", "wrong-decoder=0.1:for-good"]
)
def test_a_car_whose_laps_are_not_the_truth_is_named(kind: str, line: str) -> None:
    """Readings that never came, or came for another car: laps are not made up, and it is said.

    Only a car that was never read again cannot be: nothing was ever heard that contradicts.
    """
    differ = 0
    for seed in range(1, 6):
        made = trouble(events(kind, seed), line, seed)
        assert not made.truth_arrives
        race = told(made.packets).race
        right = truth(kind, seed)
        heard = {it.name for it in made.packets}
        ours, theirs = laps(race), laps(right)
        for entry in ours:
            if ours[entry] != theirs[entry] and last_reading(kind, seed, entry) in heard:
                differ += 1
                assert entry in named(race), f"{kind}, --seed {seed} --trouble {line}, {entry}"
            if "wrong" not in line:
                assert ours[entry] <= theirs[entry]
    assert differ


@pytest.mark.parametrize("kind", DISTANCES)
def test_a_clock_that_is_never_set_right_makes_no_laps(kind: str) -> None:
    """Three seconds off, everybody's laps are what they were; a day off, nobody gets one by it."""
    for step in ("+3s", "-3s"):
        assert laps(troubled(kind, f"clock-step={step}:for-good", 2)[0].race) == laps(
            truth(kind, 2)
        )
    jumped = laps(troubled(kind, "clock-step=+24h:for-good", 2)[0].race)
    assert all(jumped[entry] <= driven for entry, driven in laps(truth(kind, 2)).items())


def test_a_contradiction_nobody_settles_is_in_quarantine_or_among_the_anomalies() -> None:
    for seed in range(1, 5):
        ours, done = troubled("oval", "contradict=0.1:for-good", seed)
        assert ours.aside["id_conflict"] == done["said otherwise under the same id"]
        wrong = done["read wrongly by a backup"]
        assert ours.race.anomaly_counts["second_reading"] >= 0.9 * wrong > 0
