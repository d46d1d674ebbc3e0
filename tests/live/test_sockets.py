"""Websockets over real connections: who is let in, what is said, how it ends."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from tests.live.fakes import QUIET, SOON_S, Visit, open_house
from tests.live.pictures import RACE, picture
from tracker.live import wire
from tracker.live.limits import Limits
from tracker.live.sockets import same_origin

pytestmark = pytest.mark.anyio

WATCH = f'{{"type":"watch","race":"{RACE}"}}'


async def heard(connection: ClientConnection) -> Any:
    """The next message; every message is one that the wire knows."""
    text = await connection.recv()
    wire.SERVER_MESSAGES.validate_json(text)
    return from_json(text)


async def goodbye(connection: ClientConnection) -> tuple[int | None, str | None]:
    """How the server closed the connection, whatever it still had to say before."""
    with suppress(ConnectionClosed):
        while True:
            await connection.recv()
    return connection.close_code, connection.close_reason


async def test_hello_then_a_snapshot_then_updates(visit: Visit) -> None:
    async with connect(visit.ws) as viewer:
        hello = await heard(viewer)
        assert (hello["type"], hello["protocol"]) == ("hello", wire.PROTOCOL)
        assert [race["race"] for race in hello["races"]] == [RACE]
        await viewer.send(WATCH)
        assert (await heard(viewer))["type"] == "snapshot"
        visit.next_lap()
        update = await heard(viewer)
        assert (update["type"], update["follows"], update["version"]) == ("update", 10, 11)


async def test_who_comes_back_gets_what_was_missed(visit: Visit) -> None:
    for _ in range(3):
        visit.next_lap()
    async with connect(visit.ws) as viewer:
        await heard(viewer)
        await viewer.send(f'{{"type":"watch","race":"{RACE}","epoch":"e1","version":11}}')
        update = await heard(viewer)
        assert (update["follows"], update["version"], update["state"]["lap"]) == (11, 13, 3)


async def test_a_ping_is_answered_and_unwatch_ends_the_news(visit: Visit) -> None:
    async with connect(visit.ws) as viewer:
        await heard(viewer)
        await viewer.send(WATCH)
        await heard(viewer)
        await viewer.send(f'{{"type":"unwatch","race":"{RACE}"}}')
        await viewer.send('{"type":"ping"}')
        assert await heard(viewer) == {"type": "pong"}
        visit.next_lap()
        await viewer.send('{"type":"ping"}')
        assert await heard(viewer) == {"type": "pong"}


async def test_beats_come_by_themselves(page: Path) -> None:
    limits = replace(Limits(), beat_s=0.02, tick_s=0.01)
    async with open_house(page, limits) as visit, connect(visit.ws) as viewer:
        await heard(viewer)
        await viewer.send(WATCH)
        await heard(viewer)
        beat = await heard(viewer)
        assert (beat["type"], beat["race"], beat["version"]) == ("beat", RACE, 10)


@pytest.mark.parametrize(
    "text",
    [
        "rubbish",
        "",
        "[]",
        "null",
        "[" * 4000,
        '{"type":"shout"}',
        '{"type":"watch"}',
        '{"type":"watch","race":"Kansas!"}',
        '{"type":"watch","race":"kansas","version":"10"}',
        '{"type":"watch","race":"kansas","version":1e400}',
        '{"type":"watch","race":"kansas","version":-1}',
        '{"type":"watch","race":"kansas","more":1}',
        '{"type":"ping"} {"type":"ping"}',
        b'{"type":"ping"}',
    ],
)
async def test_a_message_that_makes_no_sense_is_4501(standing: Visit, text: str | bytes) -> None:
    async with connect(standing.ws) as viewer:
        await heard(viewer)
        await viewer.send(text)
        error = await heard(viewer)
        assert (error["type"], error["code"]) == ("error", wire.CLOSE_BAD_MESSAGE)
        assert error["reason"]
        code, reason = await goodbye(viewer)
        assert code == wire.CLOSE_BAD_MESSAGE
        assert reason


async def test_an_unknown_race_is_4504(standing: Visit) -> None:
    async with connect(standing.ws) as viewer:
        await heard(viewer)
        await viewer.send('{"type":"watch","race":"daytona"}')
        assert (await heard(viewer))["code"] == wire.CLOSE_NO_SUCH_RACE
        assert (await goodbye(viewer))[0] == wire.CLOSE_NO_SUCH_RACE


async def test_a_message_too_large_is_1009(standing: Visit) -> None:
    async with connect(standing.ws) as viewer:
        await viewer.send("x" * 4097)
        assert (await goodbye(viewer))[0] == 1009


async def test_a_flood_of_messages_is_4501(standing: Visit) -> None:
    async with connect(standing.ws) as viewer:
        with suppress(ConnectionClosed):
            # A machine that stands still in between earns it twenty more, and not hundreds.
            for _ in range(400):
                await viewer.send('{"type":"ping"}')
        code, reason = await goodbye(viewer)
        assert (code, reason) == (4501, "more than 10 messages a second")


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1", "file://"],
)
async def test_another_sites_page_is_not_let_in(standing: Visit, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(standing.ws, origin=Origin(origin)):
            pass
    response = refused.value.response
    assert response.status_code == 403
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in response.headers


async def test_the_servers_own_page_is_let_in(standing: Visit) -> None:
    async with connect(standing.ws, origin=Origin(f"http://127.0.0.1:{standing.port}")) as viewer:
        assert (await heard(viewer))["type"] == "hello"
        assert viewer.response is not None
        assert "Server" not in viewer.response.headers


@pytest.mark.parametrize(
    ("origins", "hosts", "same"),
    [
        ([], ["tracker.example"], True),
        (["https://tracker.example"], ["tracker.example"], True),
        (["http://192.168.1.7:8000"], ["192.168.1.7:8000"], True),
        (["http://[::1]:8000"], ["[::1]:8000"], True),
        (["HTTP://tracker.example"], ["tracker.example"], False),
        (["http://Tracker.example"], ["tracker.EXAMPLE"], True),
        (["http://tracker.example:8000"], ["tracker.example"], False),
        (["http://tracker.example/"], ["tracker.example"], False),
        (["http://a", "http://a"], ["a"], False),
        (["http://a"], ["a", "b"], False),
        (["http://"], [], False),
        (["ftp://a"], ["a"], False),
        ([""], [""], False),
    ],
)
def test_an_origin_must_be_the_host(origins: list[str], hosts: list[str], same: bool) -> None:
    assert same_origin(origins, hosts) is same


async def test_there_are_no_websockets_but_at_ws(standing: Visit) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://127.0.0.1:{standing.port}/api/races"):
            pass
    assert refused.value.response.status_code == 404


async def test_a_full_stand_says_come_back_later(page: Path) -> None:
    limits = replace(QUIET, connections=1)
    async with open_house(page, limits) as visit, connect(visit.ws) as first:
        await heard(first)
        with pytest.raises(InvalidStatus) as refused:
            async with connect(visit.ws):
                pass
        assert refused.value.response.status_code == 503
        assert refused.value.response.headers["Retry-After"] == "10"


async def test_at_shutdown_everybody_is_told_to_come_back(visit: Visit) -> None:
    async with connect(visit.ws) as watching, connect(visit.ws) as idle:
        await heard(watching)
        await heard(idle)
        await watching.send(WATCH)
        await heard(watching)
        async with asyncio.timeout(SOON_S):
            await visit.stop()
        assert (await goodbye(watching))[0] == wire.CLOSE_SHUTDOWN
        assert (await goodbye(idle))[0] == wire.CLOSE_SHUTDOWN
    with pytest.raises(OSError, match="Connect call failed"):
        async with connect(visit.ws):
            pass


async def test_shutdown_does_not_wait_for_a_viewer_that_is_not_there(page: Path) -> None:
    """It neither reads nor closes: after the deadline it is hung up on."""
    limits = replace(QUIET, close_s=0.1)
    async with (
        open_house(page, limits) as visit,
        connect(visit.ws, close_timeout=0) as viewer,
    ):
        await heard(viewer)
        viewer.transport.pause_reading()
        async with asyncio.timeout(SOON_S):
            await visit.stop()
        assert visit.task.done()
        assert visit.hub.viewers == 0
        viewer.transport.abort()


def tell_much(visit: Visit) -> None:
    """Publish a lap with much to say, so that buffers fill."""
    visit.lap += 1
    cars = [f"{car}" for car in range(40)]
    flip = cars if visit.lap % 2 else cars[::-1]
    visit.hub.publish(RACE, "e1", 10 + visit.lap, picture(visit.lap, " ".join(flip)))


async def test_a_slow_reader_costs_no_memory_and_is_brought_up_in_one_step(visit: Visit) -> None:
    """It stops reading, the race goes on, it reads again: everything arrives, squashed."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", visit.port))
    async with connect(visit.ws, sock=sock, max_size=None, max_queue=None) as slow:
        await heard(slow)
        await slow.send(WATCH)
        await heard(slow)
        slow.transport.pause_reading()
        while not visit.hub.behind:
            tell_much(visit)
            await asyncio.sleep(0)
        sent_when_full = visit.hub.counts.sent_bytes
        for _ in range(500):
            tell_much(visit)
            await asyncio.sleep(0)
        assert visit.hub.counts.sent_bytes == sent_when_full
        last = 10 + visit.lap

        slow.transport.resume_reading()
        follows = []
        version = None
        while version != last:
            message = await heard(slow)
            if message["type"] in ("update", "snapshot"):
                version = message["version"]
                follows.append(message.get("follows"))
        assert len(follows) < visit.lap - 500 + 2
        assert visit.hub.counts.conflated == 1
        figures = (await visit.web.get("/metrics")).text
        assert "racetracker_ws_conflated_total 1.0" in figures


async def test_who_stays_behind_is_closed_with_4008(page: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("tracker.live.channel.PATIENCE", 0.05)
    limits = replace(Limits(), tick_s=0.01, close_s=0.1)
    async with open_house(page, limits) as visit, connect(visit.ws, max_queue=None) as slow:
        await heard(slow)
        await slow.send(WATCH)
        await heard(slow)
        slow.transport.pause_reading()
        while visit.hub.viewers:  # the kernel may still take some; so go on until it is full
            tell_much(visit)
            await asyncio.sleep(0)
        assert visit.hub.counts.given_up == 1
        while "racetracker_ws_clients 0.0" not in (await visit.web.get("/metrics")).text:
            pass
        slow.transport.abort()


async def test_who_connects_and_says_nothing_is_hung_up_on(page: Path) -> None:
    limits = replace(QUIET, request_s=0.02)
    async with open_house(page, limits) as visit:
        reader, writer = await asyncio.open_connection("127.0.0.1", visit.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        with suppress(ConnectionResetError):
            await writer.wait_closed()


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        (b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n", b"GET / HTTP/1.1\r\nX-Slow: "),
        (b"GET /healthz HTTP/1.1\r\nHost: here\r\nContent-Length: 99999\r\n\r\n", b""),
    ],
    ids=["the next request", "a body nobody asked for"],
)
async def test_nor_is_who_was_answered_once_waited_for_without_end(
    page: Path, first: bytes, drip: bytes
) -> None:
    """Byte by byte, a few thousand of them would keep everybody else out."""
    limits = replace(QUIET)
    async with open_house(page, limits) as visit:
        reader, writer = await asyncio.open_connection("127.0.0.1", visit.port)
        with suppress(ConnectionError):
            for asked in (first, first) if drip else (first,):  # two whole ones are answered
                writer.write(asked)
                assert b"200 OK" in await reader.readuntil(b'"ok":true}')
            # Time is short only now: a machine that stands still for a moment does not answer
            # within a twentieth of a second.
            object.__setattr__(limits, "request_s", 0.05)
            writer.write(drip)
            ended = asyncio.create_task(reader.read())
            while not ended.done():
                writer.write(b"x")
                await asyncio.wait({ended}, timeout=0.005)
            assert await ended == b""
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_our_own_mistake_ends_one_connection_and_no_other(visit: Visit) -> None:
    visit.scoring.fault = ZeroDivisionError("in hello")
    async with connect(visit.ws) as unlucky:
        assert (await goodbye(unlucky))[0] == 1006
    visit.scoring.fault = None
    async with connect(visit.ws) as viewer:
        assert (await heard(viewer))["type"] == "hello"


async def test_a_handshake_that_is_none_gets_an_answer(standing: Visit) -> None:
    """An upgrade without a key: refused, and the server goes on."""
    response = await standing.web.get(
        "/ws", headers={"Connection": "Upgrade", "Upgrade": "websocket"}
    )
    assert response.status_code == 400
    async with connect(standing.ws) as viewer:
        assert (await heard(viewer))["type"] == "hello"
