"""What is true of every race, however it is told."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.racing.story import Story, at, order, story
from tracker.racing.desk import ScoringDesk
from tracker.racing.events import Crossing, Filed
from tracker.racing.fold import fold
from tracker.racing.race import Race
from tracker.racing.report import report
from tracker.racing.running_order import gap_to_leader, order_by_crossings, running_order
from tracker.racing.vocabulary import EntryId, Flag

CARS = ("24", "5", "9", "07", "7")


@st.composite
def races(draw: st.DrawFn) -> Story:
    """A race of a few cars over a few laps, with a caution, a retirement and second readings."""
    told = story(*CARS, laps=draw(st.integers(3, 8))).green()
    for car in CARS:
        now = 0.2 * CARS.index(car) + 0.1
        for _ in range(draw(st.integers(0, 9))):
            now += draw(st.integers(20_000, 60_000)) / 1000
            told.lap(car, now)
            if draw(st.integers(0, 9)) == 0:
                told.lap(car, now + 0.3)
    if draw(st.booleans()):
        began = draw(st.integers(30, 200))
        told.caution(began + 0.5, "debris").green(began + draw(st.integers(20, 120)) + 0.25)
    if draw(st.booleans()):
        told.retires(draw(st.sampled_from(CARS)), draw(st.integers(50, 300)) + 0.125)
    if draw(st.booleans()):
        told.declares(600, official=draw(st.booleans()))
    return told


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[Story, list[list[Filed]]]:
    """A race and the bursts, in any order, in which its events arrive."""
    told = draw(races())
    shuffled = draw(st.permutations(told.filed))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    edges = [0, *cuts, len(shuffled)]
    return told, [shuffled[a:b] for a, b in pairwise(edges)]


@given(arrivals())
@settings(max_examples=150)
def test_the_order_of_arrival_changes_nothing(told: tuple[Story, list[list[Filed]]]) -> None:
    """In pieces and in disorder, or at once and in order: the same race, to the last field."""
    story, bursts = told
    desk = ScoringDesk()
    for burst in bursts:
        desk.receive(burst)
    assert desk.race == story.race
    assert report(desk.race) == report(story.race)


@given(races())
def test_positions_are_one_to_n_and_laps_down_never_decrease_down_the_order(told: Story) -> None:
    race = told.race
    cars = order_by_crossings(race)
    assert sorted(car.entry for car in cars) == sorted(CARS)
    laps = [car.laps_completed for car in cars if car.crossings]
    assert laps == sorted(laps, reverse=True)


@given(races())
def test_within_a_lap_the_gap_to_the_leader_never_decreases(told: Story) -> None:
    race = told.race
    for entries in race.lap_orders[1:]:
        times = [race.cars[entry].crossings for entry in entries]
        lap = race.lap_orders.index(entries)
        crossed = [crossings[lap] for crossings in times]
        assert crossed == sorted(crossed)
    leader = order_by_crossings(race)[0]
    if leader.laps_completed:
        assert gap_to_leader(race, leader) in (0, None)


def brute_force(told: Story) -> list[str]:
    """The order at the end, by a scorer that knows nothing but its list of crossings."""
    seen: dict[str, list[int]] = {car: [] for car in CARS}
    best: int | None = None
    green: int | None = None
    flag, since = "", 0
    finish: int | None = None
    distance = next(
        e.event.scheduled_laps for e in told.filed if hasattr(e.event, "scheduled_laps")
    )
    done: set[str] = set()
    for item in sorted(told.filed, key=lambda item: item[:4]):
        event = item.event
        if getattr(event, "flag", None) is not None:
            flag, since = str(event.flag), event.at  # type: ignore[union-attr]
            green = event.at if green is None else green  # type: ignore[union-attr]
        if not isinstance(event, Crossing) or green is None or event.entry in done:
            continue
        times = seen[event.entry]
        shortest = max(5_000_000, int(best * 0.6) if best else 0)
        if times and event.at - times[-1] < shortest:
            continue
        if times and flag == "green" and since <= times[-1]:
            best = min(best or 10**15, event.at - times[-1])
        times.append(event.at)
        if finish is None and len(times) - 1 == distance:
            finish = event.at
        if finish is not None and len(times) > 1:
            done.add(event.entry)
    started = sorted(
        (car for car in CARS if seen[car]), key=lambda c: (1 - len(seen[c]), seen[c][-1], c)
    )
    return started + [car for car in CARS if not seen[car]]


@st.composite
def plain_races(draw: st.DrawFn) -> Story:
    """A race without cautions, so that it ends with its distance."""
    told = story(*CARS, laps=draw(st.integers(2, 6))).green()
    for car in CARS:
        now = 0.2 * CARS.index(car) + 0.1
        for _ in range(draw(st.integers(0, 9))):
            now += draw(st.integers(3_000, 60_000)) / 1000
            told.lap(car, now)
    return told


@given(plain_races())
@settings(max_examples=200)
def test_clever_equals_naive(told: Story) -> None:
    """The running order is what a brute-force scorer makes of the list of crossings."""
    assert order(told.race) == brute_force(told)


@given(races(), st.sampled_from(CARS))
def test_a_phantom_added_and_deleted_leaves_no_trace(told: Story, car: str) -> None:
    """Deleting a crossing that never was restores everything but the note of it."""
    before = state(told.race)
    told.lap(car, 77.7777)
    told.correct("delete", 5, f"{car}@77.7777")
    assert state(told.race) == before


def state(race: Race) -> dict[str, object]:
    """What a race says, without the list of oddities."""
    return {key: value for key, value in report(race).items() if key != "anomalies"}


def test_the_empty_race_is_a_race() -> None:
    race = fold([])
    assert running_order(race) == []
    assert race.flag.flag is Flag.NONE
    assert EntryId("5") not in race.cars
    assert at(1) == 1_000_000
