"""Server-sent events over real connections."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic_core import from_json

from tests.live.fakes import QUIET, SOON_S, Visit, open_house, until
from tests.live.pictures import RACE, incident, picture
from tracker.live import wire
from tracker.live.stream import position

pytestmark = pytest.mark.anyio


async def events(response: httpx.Response) -> AsyncIterator[dict[str, str]]:
    """Server-sent events as `curl` shows them, read line by line."""
    told: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            told[name] = value
        elif "data" in told:
            yield told
            told = {}
        else:
            told = {}


async def test_a_stream_carries_the_websockets_messages(visit: Visit) -> None:
    async with visit.web.stream("GET", f"/api/races/{RACE}/stream") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        stream = events(response)
        first = await anext(stream)
        assert (first["event"], first["id"]) == ("snapshot", "e1:10")
        visit.hub.publish(RACE, "e1", 15, picture(1, incidents=[incident(1)]))
        second, third = await anext(stream), await anext(stream)
        assert (second["event"], second["id"]) == ("incident", "e1:10")
        assert (third["event"], third["id"]) == ("update", "e1:15")
        for told in (first, second, third):
            wire.SERVER_MESSAGES.validate_json(told["data"])
            assert from_json(told["data"])["type"] == told["event"]


async def test_a_stream_goes_on_where_it_broke_off(visit: Visit) -> None:
    for _ in range(3):
        visit.next_lap()
    headers = {"Last-Event-ID": "e1:11"}
    path = f"/api/races/{RACE}/stream"
    async with visit.web.stream("GET", path, headers=headers) as response:
        told: Any = from_json((await anext(events(response)))["data"])
        assert (told["type"], told["follows"], told["version"]) == ("update", 11, 13)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("e1:11", ("e1", 11)),
        ("a:b:7", ("a:b", 7)),
        (None, (None, None)),
        ("", (None, None)),
        ("e1", (None, None)),
        ("e1:", (None, None)),
        ("e1:-1", (None, None)),
        ("e1:²", (None, None)),
        ("e1:" + "9" * 5000, (None, None)),
    ],
)
def test_an_event_id_names_a_position_or_nothing(text: str | None, named: object) -> None:
    assert position(text) == named


async def test_who_stops_listening_leaves(visit: Visit) -> None:
    async with visit.web.stream("GET", f"/api/races/{RACE}/stream") as response:
        await anext(events(response))
        assert visit.hub.viewers == 1
    await until(lambda: not visit.hub.viewers)


async def test_streams_end_at_shutdown(visit: Visit) -> None:
    async with visit.web.stream("GET", f"/api/races/{RACE}/stream") as response:
        stream = events(response)
        await anext(stream)
        async with asyncio.timeout(SOON_S):
            await visit.stop()
        with pytest.raises(StopAsyncIteration):
            await anext(stream)


async def test_too_many_streams_are_told_of_the_websocket(page: Path) -> None:
    async with open_house(page, replace(QUIET, streams=0)) as visit:
        response = await visit.web.get(f"/api/races/{RACE}/stream")
        assert response.status_code == 503
        assert response.headers["retry-after"] == "10"
        assert "/ws" in response.json()["error"]


async def test_who_takes_nothing_for_long_is_hung_up_on(page: Path) -> None:
    async with open_house(page, replace(QUIET, stalled_s=0.01)) as visit:
        reader, writer = await asyncio.open_connection("127.0.0.1", visit.port, limit=2**24)
        writer.write(f"GET /api/races/{RACE}/stream HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await reader.readuntil(b"event: snapshot")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        while visit.hub.viewers:
            crowded(visit)
            # A task that is woken in every turn of the loop is not cancelled by anyio in any.
            for _ in range(3):
                await asyncio.sleep(0)
        assert visit.hub.counts.sent["snapshot"] >= 1
        writer.transport.abort()


async def test_a_slow_listener_is_brought_up_in_one_step(visit: Visit) -> None:
    """`curl` stopped with ^Z and continued: what piled up is bounded, and nothing is missing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", visit.port, limit=2**24)
    writer.write(f"GET /api/races/{RACE}/stream HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await reader.readuntil(b"event: snapshot")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    while not visit.hub.behind:
        crowded(visit)
        await asyncio.sleep(0)
    sent_when_full = visit.hub.counts.sent_bytes
    for _ in range(300):
        crowded(visit)
        await asyncio.sleep(0)
    assert visit.hub.counts.sent_bytes == sent_when_full
    writer.transport.resume_reading()  # type: ignore[attr-defined]
    await reader.readuntil(f"id: e1:{10 + visit.lap}\n".encode())
    assert visit.hub.counts.conflated == 1
    writer.close()
    await writer.wait_closed()


def crowded(visit: Visit) -> None:
    """A lap after which all forty cars are elsewhere."""
    visit.lap += 1
    cars = [str(car) for car in range(40)]
    order = " ".join(cars if visit.lap % 2 else cars[::-1])
    visit.hub.publish(RACE, "e1", 10 + visit.lap, picture(visit.lap, order))
