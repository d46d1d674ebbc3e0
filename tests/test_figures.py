"""The feed's figures, as Prometheus reads them."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from tests.e2e.programs import tracker
from tracker.feed.connection import BrokerAddress
from tracker.feed.consumer import Consumer
from tracker.figures import FeedFigures
from tracker.journal import Journal
from tracker.live.hub import Hub
from tracker.outputs import Outputs
from tracker.rooms import Room, ScoringRoom


def test_what_became_of_the_feed_is_counted() -> None:
    """Accepted, heard before, put aside and why; and types that nobody here knows."""
    address = BrokerAddress.parse("mqtt://127.0.0.1")
    consumer = Consumer(address, cast("Journal", SimpleNamespace()), lambda burst: None)
    consumer.counts.update(accepted=5, duplicate=2, conflict=1, quarantined=3, connections=2)
    room = ScoringRoom()
    room.rooms["club"] = Room("club", unknown=4)
    registry = CollectorRegistry()
    registry.register(FeedFigures(consumer, room, Outputs(address, Hub(), 1)))
    figures = generate_latest(registry).decode()
    for line in (
        "racetracker_mqtt_connected 0.0",
        "racetracker_mqtt_reconnects_total 1.0",
        "racetracker_events_accepted_total 5.0",
        "racetracker_events_duplicate_total 2.0",
        'racetracker_events_quarantined_total{reason="id_conflict"} 1.0',
        'racetracker_events_quarantined_total{reason="refused"} 3.0',
        "racetracker_events_unknown_total 4.0",
    ):
        assert line in figures


@pytest.mark.anyio
@pytest.mark.broker
async def test_the_trackers_own_ear_is_no_viewer(tmp_path: Path) -> None:
    """A race on the air, told to MQTT by the tracker itself, and nobody watches."""
    on_the_air = ("racetracker_races 1.0", "racetracker_mqtt_out_connected 1.0")
    async with (
        tracker("demo", "--no-browser", data=tmp_path) as demo,
        httpx.AsyncClient(timeout=60.0) as web,
    ):
        figures = ""
        while not all(line in figures for line in on_the_air):
            figures = (await web.get(f"{demo.page}/metrics")).text
    assert "racetracker_viewers 0.0" in figures
    assert "racetracker_events_accepted_total" in figures
