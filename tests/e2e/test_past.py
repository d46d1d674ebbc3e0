"""The past of a real race, from a tracker as it runs: it ends where the present is."""

import asyncio
import contextlib
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic_core import from_json
from websockets.asyncio.client import connect

from simulators.player import in_order
from simulators.scripted import SCRIPTED
from tests.brokers import Broker
from tests.e2e.programs import ANSWERS_S
from tracker.app import Tracker
from tracker.feed.consumer import Journalled
from tracker.feed.recording import numbered
from tracker.live.lap_chart import LapChart
from tracker.live.segments import Segment
from tracker.live.server import listen
from tracker.live.timeline import Timeline
from tracker.live.viewer import Follower, Step
from tracker.settings import Settings

RACE = "kansas-2024"

pytestmark = [pytest.mark.anyio, pytest.mark.broker, pytest.mark.timeout(300)]


async def test_the_last_frame_of_the_past_is_the_live_picture(
    tmp_path: Path, broker: Broker
) -> None:
    """Kansas 2024: board, incidents, result and verdicts, over HTTP and over the websocket."""
    events = numbered(in_order(SCRIPTED[RACE]()), RACE)
    burst = [Journalled(offset, 0, event) for offset, event in enumerate(events, start=1)]
    sock = listen("127.0.0.1", 0)
    port = sock.getsockname()[1]
    settings = Settings(data=tmp_path / "data", broker=broker.url)
    async with AsyncExitStack() as stack:
        stack.enter_context(contextlib.closing(sock))
        tracker = await stack.enter_async_context(Tracker.open(settings))
        running = asyncio.create_task(tracker.run(sock))
        tracker.receive(burst)
        races = f"http://127.0.0.1:{port}/api/races"
        async with httpx.AsyncClient(base_url=races, timeout=ANSWERS_S) as web:
            live = (await web.get(f"/{RACE}")).json()
            timeline = Timeline.model_validate_json((await web.get(f"/{RACE}/timeline")).content)
            last = await web.get(f"/{RACE}/past/{len(timeline.events) - 1}")
            assert (await web.get(f"/{RACE}/past/{len(timeline.events)}")).status_code == 404
            chart = LapChart.model_validate_json((await web.get(f"/{RACE}/lap-chart")).content)
            lap = (await web.get(f"/{RACE}?lap=132")).json()
        Segment.model_validate_json(last.content)
        assert last.headers["content-encoding"] == "gzip"
        assert played(last.json()) == held(live)
        assert len(timeline.laps) == live["state"]["lap"] == 268
        assert len(chart.cars["5"].completed_at) == 269
        assert timeline.laps[131] <= lap["moment"] < timeline.laps[131] + timeline.step
        assert lap["state"]["lap"] == 132
        # To the offset of the last event of all, which leads into the present.
        async with connect(f"ws://127.0.0.1:{port}/ws") as viewer:
            await viewer.recv()
            at = f'{{"version":{len(burst)}}}'
            await viewer.send(f'{{"type":"watch","race":"{RACE}","at":{at},"speed":0}}')
            past = from_json(await viewer.recv())
            assert past["epoch"] == live["epoch"] + "/past"
            assert held(past) == held(live)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def played(segment: dict[str, Any]) -> dict[str, Any]:
    """What a viewer holds at the end of a segment."""
    follower = Follower(RACE)
    assert follower.feed(segment["snapshot"]) is Step.CHANGED
    for frame in segment["frames"]:
        for message in frame["messages"]:
            assert follower.feed(message) is Step.CHANGED
    shown = follower.picture
    assert shown is not None
    return {
        "state": shown.state,
        "rows": shown.rows,
        "incidents": shown.incidents,
        "results": shown.results,
        "verdicts": shown.verdicts,
    }


def held(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The picture in a snapshot."""
    return {part: snapshot[part] for part in ("state", "rows", "incidents", "results", "verdicts")}
