"""Rewinding: everybody asks, it is cut once, and the live race does not stand still meanwhile."""

import asyncio
import threading

import pytest

from tests.playing import tape_of
from tests.racing.story import Story, story
from tracker import rewinding
from tracker.errors import Unavailable
from tracker.live.packed import Packed
from tracker.live.tape import Tape
from tracker.racing.events import filed
from tracker.racing.vocabulary import RaceTime
from tracker.rewinding import Closing, Rewinding

pytestmark = pytest.mark.anyio


def race(minutes: int = 3) -> Story:
    """Two cars, half a minute a lap."""
    told = story("24", "5", laps=2 * minutes).green()
    for lap in range(1, 2 * minutes + 1):
        told.lap("24", 30.0 * lap).lap("5", 30.0 * lap + 0.6)
    return told


class Clock:
    """Time, as the test tells it."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


async def ask(past: Rewinding, tape: Tape, index: int, epoch: str = "e1") -> Packed | None:
    return await past.segment("kansas", epoch, tape, index, None, None)


async def test_a_segment_is_cut_once_for_all_who_ask() -> None:
    past, tape = Rewinding(), tape_of(race().filed)
    answers = await asyncio.gather(*(ask(past, tape, 1) for _ in range(500)))
    assert past.cut == 1
    assert len({id(answer) for answer in answers}) == 1
    assert await ask(past, tape, 1) is answers[0]
    past.close()


async def test_who_stops_waiting_does_not_stop_the_others() -> None:
    past, tape = Rewinding(), tape_of(race().filed)
    leaves = asyncio.ensure_future(ask(past, tape, 0))
    stays = asyncio.ensure_future(ask(past, tape, 0))
    await asyncio.sleep(0)
    leaves.cancel()
    assert await stays is not None
    assert past.cut == 1
    past.close()


async def test_a_late_event_makes_other_segments_of_its_minute_and_those_after() -> None:
    past, before = Rewinding(), race()
    was = [await ask(past, tape_of(before.filed), index) for index in range(3)]
    after = tape_of(before.retires("5", 75.0).filed)
    now = [await ask(past, after, index) for index in range(3)]
    tags = [(one.etag, other.etag) for one, other in zip(was, now, strict=True) if one and other]
    assert [one == other for one, other in tags] == [True, False, False]
    past.close()


async def test_a_segment_that_grows_is_cut_once_a_second_at_most() -> None:
    clock = Clock()
    past, story = Rewinding(clock), race(5)
    so_far = [item for item in story.filed if item.at <= 90_000_000]
    first = await ask(past, tape_of(so_far, live=True), 1)
    grown = tape_of([*so_far, *story.retires("5", 97.0).filed[-1:]], live=True)
    assert await ask(past, grown, 1) is first
    clock.now += rewinding.GROWING_S
    assert await ask(past, grown, 1) is not first
    past.close()


async def test_beyond_the_edge_there_is_nothing() -> None:
    past, tape = Rewinding(), tape_of(race().filed)
    assert tape.segments == 4
    assert await ask(past, tape, 4) is None
    assert await ask(past, tape, -1) is None
    past.close()


async def test_what_is_kept_is_bounded_and_the_oldest_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    past, tape = Rewinding(), tape_of(race().filed)
    first = await ask(past, tape, 0)
    assert first is not None
    monkeypatch.setattr(rewinding, "MOST_BYTES", int(len(first.packed) * 2.5))
    for index in (1, 0, 2, 3):
        await ask(past, tape, index)
    assert past.cut == 4
    assert await ask(past, tape, 3)
    assert past.cut == 4
    await ask(past, tape, 1)
    assert past.cut == 5
    past.close()


async def test_who_comes_when_too_many_wait_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewinding, "MOST_WAITING", 2)
    past, tape = Rewinding(), tape_of(race().filed)
    asked = [asyncio.ensure_future(ask(past, tape, index)) for index in range(3)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(answer, Unavailable) for answer in done] == [False, False, True]
    past.close()


async def test_a_race_that_cannot_be_played_is_one_readers_trouble() -> None:
    """A fault comes out where it was asked for, and the next who asks is answered."""
    past, tape = Rewinding(), tape_of(race().filed)
    nothing = filed("timing", 99, "99", None)  # type: ignore[arg-type]
    broken = Tape((nothing, *tape.events), RaceTime(0), tape.start, tape.edge, growing=False)
    with pytest.raises(AssertionError):
        await ask(past, broken, 0)
    assert await ask(past, tape, 0) is not None
    past.close()


async def test_nobody_waits_for_what_is_cut_when_the_tracker_ends() -> None:
    ended = threading.Event()

    def clock() -> float:
        """The thread looks at it before it begins, and that is when the tracker ends."""
        ended.wait()
        return 0.0

    past, tape = Rewinding(clock), tape_of(race().filed)
    asked = [asyncio.ensure_future(ask(past, tape, index)) for index in (2, 1)]
    await asyncio.sleep(0)
    past.close()
    ended.set()
    ends = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(end, (Closing, asyncio.CancelledError)) for end in ends)
    assert past.cut == 0
