"""Tapes: made when a race was published, whoever asks, and how long ago it was known so far."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from pydantic_core import from_json

from simulators.player import in_order
from simulators.scripted import SCRIPTED
from tracker.feed.consumer import Journalled
from tracker.feed.recording import numbered
from tracker.live.lap_chart import LapChart
from tracker.live.packed import Packed
from tracker.live.scoring import LapsShown
from tracker.live.tape import STEP
from tracker.live.timeline import Timeline
from tracker.rooms import Room
from tracker.tapes import LAPS_S, LIVE_S, Tapes

RACE = "kansas-2024"
NOW = 1_800_000_000.0
"""Seconds since 1970."""


def journalled(since: float, share: float = 1.0, pace: float = 20.0) -> list[Journalled]:
    """Kansas 2024, or the first part of it, as it came in from a moment on, faster than it was."""
    events = list(numbered(in_order(SCRIPTED[RACE]()), RACE))
    events = events[: int(len(events) * share)]
    arrived, latest = [], 0
    for offset, event in enumerate(events, start=1):
        latest = max(latest, getattr(event.data, "t_us", None) or 0)
        arrived.append(Journalled(offset, int(since * 1e6 + latest / pace), event))
    return arrived


def room(items: list[Journalled]) -> Room:
    """The race with these events in it."""
    made = Room(RACE)
    for item in items:
        made.receive([item])
    made.settle()
    return made


def read(packed: Packed) -> dict[str, Any]:
    told: dict[str, Any] = from_json(packed.body)
    return told


@pytest.fixture(scope="module")
def midway() -> Room:
    """Half the race, its last event having come at NOW."""
    items = journalled(0.0, share=0.5)
    began = NOW - items[-1].received_at / 1e6
    return room(journalled(began, share=0.5))


def test_how_long_ago_the_race_was_known_so_far(midway: Room) -> None:
    """For who wants to see what the television shows: ten minutes back, twice a second at most."""
    shown = read(Tapes(lambda: NOW + 1).timeline(midway, "e1", 5))
    Timeline.model_validate(shown)
    ages, moments = zip(*shown["recent"], strict=True)
    assert list(ages) == sorted(ages, reverse=True)
    assert list(moments) == sorted(moments)
    assert all(one - other >= 499 for one, other in pairwise(ages))
    assert 1_000 <= ages[-1] < 2_000
    assert max(ages) <= 600_000
    # It was told twenty times as fast as it was.
    told, lasted = moments[-1] - moments[0], (ages[0] - ages[-1]) * 1_000
    assert 19 < told / lasted < 21


def test_a_race_that_is_not_live_is_delayed_by_nobody(midway: Room) -> None:
    shown = read(Tapes(lambda: NOW + LIVE_S + 1).timeline(midway, "e1", 5))
    assert shown["recent"] == []


def test_ages_are_those_of_the_answer_and_not_of_the_first_who_asked(midway: Room) -> None:
    now = NOW + 1

    def clock() -> float:
        return now

    tapes = Tapes(clock)
    first = tapes.timeline(midway, "e1", 5)
    now += 10
    later = tapes.timeline(midway, "e1", 5)
    assert first.etag != later.etag
    assert read(later)["recent"][-1][0] == read(first)["recent"][-1][0] + 10_000
    now += LIVE_S
    assert tapes.timeline(midway, "e1", 5) is tapes.timeline(midway, "e1", 5)


def test_a_lap_is_seen_at_the_step_after_it_was_completed(midway: Room) -> None:
    tapes = Tapes(lambda: NOW)
    laps = read(tapes.timeline(midway, "e1", 5))["laps"]
    seen = [tapes.when(midway, "e1", 5, lap) for lap in range(1, len(laps))]
    assert all(0 <= when - at < STEP for when, at in zip(seen, laps, strict=False))
    edge = tapes.tape(midway, "e1", 5)
    assert tapes.when(midway, "e1", 5, 9_999) == edge.race_time(edge.edge)


def test_a_tape_is_made_once_for_what_was_published(midway: Room) -> None:
    tapes = Tapes(lambda: NOW)
    tape = tapes.tape(midway, "e1", 5)
    assert tapes.tape(midway, "e1", 5) is tape
    assert tapes.tape(midway, "e1", 6) is not tape


@pytest.mark.anyio
async def test_a_lap_chart_of_all_of_kansas_is_less_than_a_hundred_kilobytes() -> None:
    whole, tapes = room(journalled(NOW)), Tapes(lambda: NOW)
    packed = await tapes.lap_chart(whole, "e1", 5, None)
    shown = LapChart.model_validate_json(packed.body)
    assert len(shown.cars) == 38
    assert len(packed.packed) < 100_000
    assert await tapes.lap_chart(whole, "e1", 5, None) is packed
    few = await tapes.lap_chart(whole, "e1", 5, 260)
    assert len(few.packed) < 10_000
    assert len(LapChart.model_validate_json(few.body).cars["5"].completed_at) == 8


@pytest.mark.anyio
async def test_a_correction_says_that_earlier_laps_may_be_others(midway: Room) -> None:
    tapes = Tapes(lambda: NOW)
    before = read(await tapes.lap_chart(midway, "e1", 5, 100))["revision"]
    late = journalled(NOW)[midway.version - 200]
    again = late.event.model_copy(update={"id": "again"})
    midway.receive([Journalled(midway.version + 1, int(NOW * 1e6), again)])
    assert read(await tapes.lap_chart(midway, "e1", 6, 100))["revision"] != before


@pytest.mark.anyio
async def test_every_lap_is_written_once_for_all_who_ask_within_a_second(midway: Room) -> None:
    """And away from everything else: a long race's take a quarter of one."""
    now = NOW
    tapes = Tapes(lambda: now)
    first, *others = await asyncio.gather(*(tapes.laps(midway, "e1", 5) for _ in range(5)))
    assert all(other is first for other in others)
    told = LapsShown.model_validate_json(first.body).laps
    assert told.keys() == midway.race.cars.keys()
    for car in midway.race.cars.values():
        assert [lap.position for lap in told[car.entry]] == car.positions[1:]
        assert [lap.at for lap in told[car.entry]] == [
            at - (midway.race.green_at or 0) for at in car.crossings[1:]
        ]
    assert await tapes.laps(midway, "e1", 6) is first
    assert (await tapes.laps(midway, "e2", 6)).etag != first.etag  # another story, at once
    now += LAPS_S
    assert (await tapes.laps(midway, "e2", 7)).etag != (await tapes.laps(midway, "e1", 7)).etag
