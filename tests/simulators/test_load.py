"""Many simulated races at once: in their turns, run as they are told, heard by a real tracker."""

import asyncio
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import pytest

from tests.brokers import Broker, KillableNats, until
from tests.feed.test_consumer import Heard, listening
from tests.simulators.simulated import ROAD_RACE, run, scored
from tracker.feed.connection import BrokerAddress
from tracker.feed.consumer import Consumer
from tracker.feed.envelope import FedEvent
from tracker.journal import Journal
from tracker.score import folded
from tracker.simulating.load import BEFORE, interleaved, load
from tracker.simulating.making import name_of

SHORT = replace(
    ROAD_RACE,
    distance=replace(ROAD_RACE.distance, laps=12),
    entries=replace(ROAD_RACE.entries, cars=6),
)
SEEDS = range(5, 11)


def test_each_event_in_its_turn() -> None:
    """Every race is set before the first begins; then all go on together."""
    events = list(islice(interleaved(SHORT, range(40)), 2_000))
    assert all(one.at <= two.at for one, two in pairwise(events))
    begun = [event for event in events if event.at > BEFORE]
    assert begun
    assert len({event.topic.split("/")[2] for event in begun}) == 40


def test_a_race_is_run_no_further_than_it_is_told() -> None:
    """A thousand races of ten thousand laps take no longer to begin than short ones."""
    endless = replace(SHORT, distance=replace(SHORT.distance, laps=10_000))
    events = list(islice(interleaved(endless, range(100)), 3_000))
    assert len(events) == 3_000
    assert max(event.at for event in events) < 120e6


@pytest.mark.anyio
async def test_a_tracker_hears_every_race_whole(broker: Broker, tmp_path: Path) -> None:
    heard = Heard()
    address = BrokerAddress.parse(broker.url)
    async with (
        Journal.open(tmp_path / "journal.db") as journal,
        listening(Consumer(address, journal, heard)),
    ):
        told = load(SHORT, SEEDS, None)
        await told.feed(address, "simulator-test")
        tally = told.tally
        await until(lambda: len(heard.ids) == tally.said)
        assert tally.heard == tally.said
    assert "6 races" in str(tally)
    for seed in SEEDS:
        name = name_of(SHORT, seed)
        events = [
            one.event
            for burst in heard.bursts
            for one in burst
            if one.event.race == name and isinstance(one.event, FedEvent)
        ]
        reports, truth = run(SHORT, seed)
        assert [event.id for event in events] == [report.id for report in reports]
        assert folded(events).lap_orders == truth.lap_orders == scored(reports).lap_orders


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_broker_that_dies_is_called_again(tmp_path: Path) -> None:
    """What it had not confirmed is said once more, and counts once."""
    heard = Heard()
    async with KillableNats(tmp_path / "nats", sync="always") as broker:
        address = BrokerAddress.parse(broker.url)
        async with (
            Journal.open(tmp_path / "journal.db") as journal,
            listening(Consumer(address, journal, heard)),
        ):
            told = load(SHORT, SEEDS, None)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(told.feed(address, "simulator-test"))
                await until(lambda: told.tally.said > 0)
                await broker.kill()
            await until(lambda: len(heard.ids) == told.tally.said)
    assert told.tally.said == sum(len(run(SHORT, seed)[0]) for seed in SEEDS)
