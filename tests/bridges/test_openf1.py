"""OpenF1's rows: the same race as the live timing's, whatever order its versions come in."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bridges.f1_stream import Story
from tests.bridges.openf1_rows import NAMES, Rows, control, described, final, told
from tracker.bridges.converted import in_order
from tracker.bridges.openf1 import READ, OpenF1
from tracker.feed.envelope import Report
from tracker.feed.officials import FlagChanged, Penalty
from tracker.feed.recording import numbered
from tracker.feed.setting import EntryUpsert, SessionSetup
from tracker.feed.timing import Crossing, PitStop
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.report import order_by_lap
from tracker.score import folded

STORY = Story()


def heard(rows: Rows, stream: OpenF1 | None = None) -> list[Report]:
    stream = stream or OpenF1()
    return [report for collection, row in rows for report in stream.heard(collection, row)]


def race_of(rows: Rows) -> Race:
    return folded(numbered(in_order(heard(rows)), "race"))


def board(race: Race) -> list[tuple[str, int]]:
    return [(str(line.car.entry), line.laps) for line in classification(race)]


RIGHT = [(car, 4) for car in STORY.order(4)]


def test_a_race_from_its_rows() -> None:
    """Order of every lap, flags, the stop; the penalty was served at it."""
    race = race_of([*described(), *told()])
    assert board(race) == RIGHT
    orders = [order for lap, order in order_by_lap(race).items() if lap != "0"]
    assert orders == [STORY.order(lap) for lap in range(1, 5)]
    assert race.finished_at is not None
    assert [one.flag.value for one in race.flags_shown] == ["green", "sc", "green", "checkered"]
    (penalty,) = race.penalties.values()
    assert (penalty.entry, penalty.status, penalty.amount) == ("63", "served", None)
    assert race.announced is not None
    assert (race.announced.name, race.announced.season) == ("Evening Grand Prix", 2024)


def test_gaps_at_the_line_tie_the_cars_to_the_millisecond() -> None:
    """As in the live timing they were made from."""
    reports = heard([*described(), *told()])
    crossings = {
        (one.data.entry, one.data.lap): one.data
        for one in reports
        if isinstance(one.data, Crossing)
    }
    ends = {car: STORY.crossings()[car, 4] for car in STORY.laps}
    race = race_of([*described(), *told()])
    first = classification(race)[0].time
    assert first is not None
    found = {str(one.car.entry): (one.time or 0) - first for one in classification(race)}
    assert found == {car: at - min(ends.values()) for car, at in ends.items()}
    assert not crossings["44", 4].estimated


@given(st.integers(0, 2**32))
def test_versions_may_come_in_any_order(seed: int) -> None:
    """Rows overtake each other on the way; the largest `_id` of an object is what it says."""
    rows = told()
    chance = random.Random(seed)
    near = sorted(enumerate(rows), key=lambda one: one[0] + chance.uniform(0, 8))
    race = race_of([*described(), *(row for _, row in near)])
    assert board(race) == RIGHT


def test_rows_told_again_say_nothing_new() -> None:
    """Over HTTP, or because an older version comes after the newer one."""
    stream = OpenF1()
    rows = [*described(), *told()]
    heard(rows, stream)
    again: Rows = [(name, row) for name, rows_ in final(rows).items() for row in rows_]
    assert [r.id for r in heard([one for one in again if one[0] != "intervals"], stream)] == []
    older = [(name, row) for name, row in rows if name == "laps"][:8]
    assert heard(older, stream) == []


@pytest.mark.parametrize("gone", [(5, 12), (15, 30), (30, 45)])
def test_what_was_missed_is_asked_for(gone: tuple[int, int]) -> None:
    """Rows lost in a disconnection come over HTTP afterwards: the board is the undisturbed one."""
    rows = told()
    before, after = rows[: gone[0]], rows[gone[1] :]
    asked: Rows = [
        (name, row) for name, some in final(rows[: gone[1]]).items() for row in some
        if name != "intervals"
    ]  # fmt: skip
    assert board(race_of([*described(), *before, *asked, *after])) == RIGHT


def test_a_lap_that_never_came_is_passed_over() -> None:
    """Two complete laps after it say that it was driven."""
    rows = [(name, row) for name, row in told() if not (
        name == "laps" and row["driver_number"] == 16 and row["lap_number"] == 2)]  # fmt: skip
    assert dict(board(race_of([*described(), *rows])))["16"] == 4


def test_a_virtual_safety_car_a_red_flag_and_a_disqualification() -> None:
    """What only sentences tell of the track; what only the result tells of a car."""
    more = [
        control(140_000_000, "VIRTUAL SAFETY CAR DEPLOYED", "SafetyCar"),
        control(150_000_000, "VIRTUAL SAFETY CAR ENDING", "SafetyCar"),
        control(155_000_000, "GREEN", "Flag", flag="GREEN", scope="Track"),
        control(160_000_000, "RED FLAG", "Flag", flag="RED", scope="Track"),
        control(170_000_000, "GREEN LIGHT", "Flag", flag="GREEN", scope="Track"),
        ("session_result", NAMES | {"driver_number": 44, "dsq": True, "dnf": False}),
    ]
    reports = heard([*described(), *told(), *more])
    early = heard([*described(), *told()[:6], *more])
    assert [one.data.flag for one in early if isinstance(one.data, FlagChanged)] == [
        "green", "vsc", "vsc_ending", "green", "red", "green",
    ]  # fmt: skip
    assert [one.data.kind for one in reports if isinstance(one.data, Penalty)][-1] == "dsq"
    assert len([one for one in reports if isinstance(one.data, PitStop)]) == 1
    assert len([one for one in reports if isinstance(one.data, EntryUpsert)]) == 4
    assert len([one for one in reports if isinstance(one.data, SessionSetup)]) == 2


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
ROW: Any = st.dictionaries(
    st.sampled_from(["driver_number", "lap_number", "lap_duration", "date_start", "date", "_id",
                     "_key", "message", "category", "flag", "scope", "sector", "gap_to_leader",
                     "position", "lane_duration", "dnf", "dsq", "full_name", "session_name"]),
    JSON | st.sampled_from([44, 1, "2024-05-05T13:00:00+00:00", "SafetyCar", "Flag"]),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from([*READ, "weather"]), ROW | JSON), max_size=15))
def test_nothing_a_stranger_says_stops_the_rows(rubbish: Rows) -> None:
    """Reports that can be events, or a counted refusal."""
    stream = OpenF1()
    heard([*described(), *told()[:9]], stream)
    for collection, row in rubbish:
        for report in stream.heard(collection, row):
            report.event("race", "epoch", 1)
