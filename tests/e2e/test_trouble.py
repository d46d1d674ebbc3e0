"""The whole way with all the trouble there is: a broker, a tracker, and viewers who must agree."""

import asyncio
import os
from pathlib import Path

import pytest

from simulators.trouble.spec import troubles
from tests.brokers import Broker, until
from tests.e2e.programs import Program, tracker
from tests.simulators.test_trouble import events, truth
from tests.simulators.troubling import KEPT
from tracker.errors import Unavailable
from tracker.feed.connection import BrokerAddress
from tracker.journal.aside import put_aside
from tracker.live.picture_of_race import picture
from tracker.racing.race import Race
from tracker.simulating.load import Load, troubled_race
from tracker.simulating.viewers import Viewers, races_at

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]


async def listens(program: Program) -> bool:
    """Whether the tracker hears its broker: it keeps for nobody what was said before."""
    return (await program.get("/readyz")).status_code == 200


async def on_the_air(url: str) -> bool:
    """Whether the tracker has heard of a race."""
    try:
        return bool(await races_at(url))
    except Unavailable:
        return False


def rows_of(rows: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """What of a board has to be the truth."""
    return {entry: {name: row[name] for name in KEPT if name in row} for entry, row in rows.items()}


def board(race: Race) -> dict[str, dict[str, object]]:
    """The board that the truth makes."""
    return rows_of(picture(race).rows)


async def test_viewers_see_the_truth_in_the_end_and_all_the_same(
    broker: Broker, tmp_path: Path
) -> None:
    made, packets = troubled_race(events("oval", 1), troubles("everything,rubbish=0.05"), 1)
    assert made.truth_arrives
    feed = Load([made.race], packets, 2_000.0, counted=False)
    async with tracker("serve", "--broker", broker.url, data=tmp_path) as program:
        await until(lambda: listens(program))
        feeding = asyncio.create_task(
            feed.feed(BrokerAddress.parse(broker.url), f"trouble-{os.getpid()}")
        )
        await until(lambda: on_the_air(program.socket))
        watched = Viewers(program.socket, [made.race], 20)
        watching = asyncio.create_task(watched.watch(None))
        expected = board(truth("oval", 1))
        await feeding

        async def all_see_the_truth() -> bool:
            # The board as it is now, for the truth may stand there before the last event has come.
            told = (await program.get(f"/api/races/{made.race}")).json()
            held = watched.boards.versions.get((made.race, told["epoch"], told["version"]))
            return rows_of(told["rows"]) == expected and held is not None and held.viewers == 20

        await until(all_see_the_truth, within_s=60)
        watching.cancel()
        await asyncio.wait({watching})
    assert watched.agree
    assert watched.boards.compared > 19
    kinds = {row.kind for row in put_aside(tmp_path / "journal.db", 1_000)}
    assert {"id_conflict", "json", "invalid", "mismatch"} <= kinds
