"""What is true of every race, however it is told."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.racing.story import Story, at, order, story
from tests.racing.test_loops import oval
from tracker.racing.classes import class_places, class_winner, classes, in_class
from tracker.racing.classification import classification, classify_as_if_checkered
from tracker.racing.desk import ScoringDesk
from tracker.racing.events import CarEntered, Crossing, Filed
from tracker.racing.fold import fold
from tracker.racing.race import Race
from tracker.racing.report import report
from tracker.racing.running_order import gap_to_leader, order_by_crossings, running_order
from tracker.racing.vocabulary import EntryId, Flag, LoopId, RaceTime

CARS = ("24", "5", "9", "07", "7")


LOOP_IDS = ("sf", "l1", "l2", "l3")


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
    return with_trouble(draw, told)


@st.composite
def races_with_loops(draw: st.DrawFn) -> Story:
    """The same on a track with loops, two classes, a pit road and a second source of readings."""
    told = oval(*CARS, laps=draw(st.integers(3, 6)))
    for car in CARS:
        names = ("GTP",) if CARS.index(car) % 2 else ("GTD", "GTD Pro")
        told.told(CarEntered(EntryId(car), car, classes=names), source="control")
        now = 0.2 * CARS.index(car) + 0.1
        for lap in range(draw(st.integers(1, 6))):
            for loop in LOOP_IDS[not lap :]:
                now += draw(st.integers(5_000, 15_000)) / 1000
                if draw(st.integers(0, 12)):
                    told.lap(car, now, loop=loop, resolution=at(0.001))
                if draw(st.integers(0, 6)) == 0:
                    late = draw(st.integers(-149, 149)) / 1000
                    fine = RaceTime(draw(st.sampled_from((100, 10_000))))
                    again = Crossing(EntryId(car), LoopId(loop), at(now + late), resolution=fine)
                    told.told(again, source="photocell")
            if draw(st.integers(0, 4)) == 0:
                told.lap(car, now + 1, loop="pit-in").lap(car, now + 4, loop="pit-out")
                now += 4
    if draw(st.integers(0, 4)) == 0:
        told.lap(draw(st.sampled_from(CARS)), 90_000)
    return with_trouble(draw, told)


def with_trouble(draw: st.DrawFn, told: Story) -> Story:
    """Perhaps a caution, a stoppage, a retirement, a penalty and a result."""
    if draw(st.booleans()):
        began = draw(st.integers(30, 200))
        told.caution(began + 0.5, "debris").green(began + draw(st.integers(20, 120)) + 0.25)
    if draw(st.integers(0, 3)) == 0:
        told.flag(Flag.RED, draw(st.integers(30, 200)) + 0.75)
        if draw(st.booleans()):
            told.green(350)
        else:
            told.ends(500)
    if draw(st.booleans()):
        told.retires(draw(st.sampled_from(CARS)), draw(st.integers(50, 300)) + 0.125)
    if draw(st.integers(0, 3)) == 0:
        kind = draw(st.sampled_from(("time", "laps", "positions", "dsq")))
        told.penalty(draw(st.sampled_from(CARS)), 550, kind, draw(st.integers(0, 3)))
    if draw(st.booleans()):
        told.declares(600, official=draw(st.booleans()))
    return told


any_races = st.one_of(races(), races_with_loops())


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[Story, list[list[Filed]]]:
    """A race and the bursts, in any order, in which its events arrive."""
    told = draw(any_races)
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


@given(any_races)
def test_everyone_has_one_place_and_laps_never_increase_down_the_order(told: Story) -> None:
    race = told.race
    assert sorted(car.entry for car in running_order(race)) == sorted(CARS)
    by_crossings = order_by_crossings(race)
    laps = [car.laps_completed for car in by_crossings if car.crossings]
    assert laps == sorted(laps, reverse=True)


@given(any_races)
def test_on_one_lap_the_gap_to_the_leader_never_decreases_down_the_order(told: Story) -> None:
    """At the line lap by lap; and live, at whatever loop cars of one lap were last seen."""
    race = told.race
    for lap, entries in enumerate(race.lap_orders):
        crossed = [race.cars[entry].crossings[lap : lap + 1] for entry in entries]
        if lap and not race.closed:
            assert crossed == sorted(crossed)
    order = order_by_crossings(race)
    if order[0].laps_completed and order[0].progress.is_integer():
        assert gap_to_leader(race, order[0]) in (0, None)
    for ahead, behind in pairwise(order):
        # Not on pit road: there the last loop both crossed is behind them.
        if (
            behind.progress == ahead.progress
            and behind.progress.is_integer()
            and behind.laps_completed == ahead.laps_completed
        ):
            first, second = gap_to_leader(race, ahead), gap_to_leader(race, behind)
            if first is not None and second is not None:
                assert first <= second


@given(races_with_loops())
def test_class_places_are_places_among_the_cars_of_the_class(told: Story) -> None:
    order = running_order(told.race)
    for name in classes(order):
        members = in_class(order, name)
        places = class_places(order, name)
        assert [place.position for place in places] == list(range(1, len(members) + 1))
        assert {place.leader.entry for place in places} == {members[0].entry}
    lines = classification(told.race)
    for name in ("GTP", "GTD"):
        winner = class_winner(lines, name)
        if winner is not None:
            ahead = [line.car for line in lines[: lines.index(winner)]]
            assert not in_class(ahead, name) or winner.position is None


@given(any_races)
def test_every_car_stands_once_in_the_classification(told: Story) -> None:
    """Places count up from one; those without a place come last."""
    lines = classification(told.race)
    assert sorted(line.car.entry for line in lines) == sorted(CARS)
    placed = [line.position for line in lines if line.position is not None]
    assert placed == sorted(placed)
    assert [line.position for line in lines][len(placed) :] == [None] * (len(lines) - len(placed))


@given(any_races)
def test_to_finish_at_the_last_lap_is_to_finish(told: Story) -> None:
    """Had the flag fallen where it fell, the result is the result."""
    race = told.race
    lap = race.finish_lap
    if race.finished_at is None or lap is None or race.closed or race.final_order is not None:
        return
    again = [line.car.entry for line in classify_as_if_checkered(race, lap)]
    assert again == [line.car.entry for line in classification(race)]


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


@st.composite
def plain_races_with_loops(draw: st.DrawFn) -> Story:
    """Cars go round and are seen everywhere, and nothing else happens."""
    told = oval(*CARS, laps=draw(st.integers(1, 4)))
    for car in CARS:
        now = 0.2 * CARS.index(car) + 0.1
        for place in range(1, draw(st.integers(1, 20))):
            now += draw(st.integers(5_000, 15_000)) / 1000
            told.lap(car, now, loop=LOOP_IDS[place % 4])
    return told


@given(plain_races_with_loops(), st.integers(0, 100))
@settings(max_examples=200)
def test_with_loops_clever_equals_naive(told: Story, share: int) -> None:
    """Who has come by most often is ahead; of those who came by as often, who came first.

    At any point of the race, until the winner is home.
    """
    readings = [item for item in told.filed if isinstance(item.event, Crossing)]
    until = readings[0].at + (readings[-1].at - readings[0].at) * share // 100
    told.filed = [item for item in told.filed if item.at <= until]
    race = told.race
    seen: dict[str, list[int]] = {car: [] for car in CARS}
    for item in sorted(told.filed, key=lambda item: item[:4]):
        if isinstance(item.event, Crossing):
            seen[item.event.entry].append(item.at)
    if race.finished_at is None:
        naive = sorted(CARS, key=lambda car: (-len(seen[car]), seen[car][-1:], CARS.index(car)))
        assert order(race) == naive


@given(any_races, st.sampled_from(CARS), st.sampled_from(("sf", "pit-in", "pit-out")))
def test_a_phantom_added_and_deleted_leaves_no_trace(told: Story, car: str, loop: str) -> None:
    """Deleting a crossing that never was restores everything but the note of it."""
    before = state(told.race)
    told.lap(car, 77.7777, loop=loop)
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
