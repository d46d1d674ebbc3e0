"""A load of viewers: it notices the one who was told something else, and says how late they are."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from tests.brokers import until
from tests.test_cli import run
from tracker.errors import Refused, RequestRefused, Unavailable
from tracker.live.picture import Picture
from tracker.simulating.boards import Boards, Hand, fingerprint
from tracker.simulating.viewers import Viewers, allowed, races_at

pytestmark = pytest.mark.anyio


def snapshot(lap: int) -> dict[str, Any]:
    return {
        "type": "snapshot", "race": "r", "epoch": "e", "version": 7, "state": {"lap": lap},
        "rows": {"5": {"position": 1}}, "incidents": {}, "results": None, "verdicts": None,
    }  # fmt: skip


HELLO = {"type": "hello", "races": [{"race": "r", "live": True}, {"race": "old", "live": False}]}


@asynccontextmanager
async def server(say: Callable[[int], list[dict[str, Any]] | int]) -> AsyncIterator[str]:
    """A tracker that tells its nth viewer what we like; a number closes the connection so."""
    asked = 0

    async def serve_one(connection: ServerConnection) -> None:
        nonlocal asked
        await connection.send(json.dumps(HELLO))
        async for _ in connection:
            asked += 1
            told = say(asked)
            if isinstance(told, int):
                await connection.close(told, "go away")
                return
            for message in told:
                await connection.send(json.dumps(message))

    async with serve(serve_one, "127.0.0.1", 0) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/ws"


async def watched(url: str, viewers: int, enough: Callable[[Viewers], bool]) -> Viewers:
    """Viewers, once they have seen enough."""
    them = Viewers(url, ["r"], viewers)
    watching = asyncio.create_task(them.watch(None))
    await until(lambda: enough(them) or watching.done())
    watching.cancel()
    await asyncio.wait({watching})
    return them


async def test_viewers_of_an_honest_tracker_agree() -> None:
    async with server(lambda nth: [snapshot(3)]) as url:
        them = await watched(url, 5, lambda them: them.boards.compared >= 4)
    assert them.agree
    assert them.report()["versions_shared"] == 1


async def test_one_who_was_told_another_board_is_noticed() -> None:
    async with server(lambda nth: [snapshot(4 if nth == 3 else 3)]) as url:
        them = await watched(url, 5, lambda them: them.boards.compared >= 4)
    assert not them.agree
    assert them.boards.differ == [("r", "e", 7)]


async def test_a_change_that_does_not_fit_is_asked_about_and_counted() -> None:
    update = {"type": "update", "race": "r", "epoch": "e", "follows": 8, "version": 9,
              "state": {}, "rows": {}, "gone": []}  # fmt: skip
    async with server(lambda nth: [snapshot(3), update] if nth == 1 else [snapshot(3)]) as url:
        them = await watched(url, 1, lambda them: them.counts["snapshots"] == 2)
    assert them.counts["asked again"] == 1
    assert them.agree


async def test_who_is_closed_for_being_behind_comes_back_and_who_is_sent_away_does_not() -> None:
    async with server(lambda nth: 4008 if nth == 1 else [snapshot(3)]) as url:
        them = await watched(url, 1, lambda them: them.boards.versions != {})
    assert them.report()["closed_behind"] == 1
    async with server(lambda nth: 4504) as url:
        with pytest.raises(ExceptionGroup) as refused:
            await Viewers(url, ["r"], 2).watch(5)
        assert refused.value.subgroup(RequestRefused)


async def test_without_a_race_those_on_the_air_are_watched() -> None:
    async with server(lambda nth: []) as url:
        assert await races_at(url) == ["r"]
    with pytest.raises(Unavailable, match="no tracker answers"):
        await races_at(url)


def test_a_fingerprint_knows_values_and_not_the_order_of_keys() -> None:
    one = Picture({"a": 1, "b": 2}, {"5": {"x": 1}, "07": {"x": 2}}, {}, None)
    same = Picture({"b": 2, "a": 1}, {"07": {"x": 2}, "5": {"x": 1}}, {}, None)
    moved = Picture({"a": 1, "b": 2}, {"5": {"x": 2}, "07": {"x": 1}}, {}, None)
    hand = Hand()
    assert hand.fingerprint(one) == hand.fingerprint(same) == Hand().fingerprint(one)
    assert hand.fingerprint(moved) != Hand().fingerprint(one)
    assert fingerprint({"7": 1}) != fingerprint({"7": "1"})


def test_delays_count_from_the_first_who_held_a_version() -> None:
    boards = Boards()
    for number in range(101):
        boards.hold(("r", "e", 1), 10.0 + number / 1000, told=True)
    boards.hold(("r", "e", 1), 99.0, told=False)
    assert (boards.percentile(0.5), boards.percentile(0.99)) == (50, 99)
    assert Boards().percentile(0.5) is None


def test_a_board_is_compared_once_a_second_and_each_in_the_end() -> None:
    boards = Boards()
    looked = [boards.hold(("r", "e", at), at / 10, told=True) for at in range(25)]
    assert [at for at, look in enumerate(looked) if look] == [0, 10, 20]
    assert boards.hold(("r", "e", 10), 2.5, told=True)
    assert not boards.hold(("r", "e", 11), 2.5, told=True)
    for board in (b"one", b"one", b"other"):
        boards.compare(("r", "e", 11), board)
    assert (boards.compared, boards.differ) == (2, [("r", "e", 11)])


def test_another_machine_is_left_in_peace_unless_it_is_said_to_be_meant() -> None:
    for url in ("http://localhost:8000", "http://127.0.0.1:8000", "ws://[::1]:1/ws"):
        allowed(url, anywhere=False)
    for url in ("http://example.org", "http://127.example.org", "http://10.0.0.1:8000"):
        with pytest.raises(Refused, match="not this machine"):
            allowed(url, anywhere=False)
        allowed(url, anywhere=True)


def test_a_load_on_nothing_ends_with_a_sentence() -> None:
    ended = run("load", "http://127.0.0.1:1", "--viewers", "2", "--seconds", "1")
    assert ended.returncode == 1
    assert ended.stderr.startswith("tracker: no tracker answers at ws://127.0.0.1:1/ws")
    assert len(ended.stderr.splitlines()) == 1
