"""The whole way with all the trouble there is: a broker, a tracker, and viewers who must agree."""

import asyncio
import os
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from simulators.trouble.spec import troubles
from tests.brokers import Broker, until
from tests.e2e.programs import tracker
from tests.simulators.test_trouble import events, truth
from tests.simulators.troubling import KEPT
from tracker.errors import Unavailable
from tracker.feed.connection import BrokerAddress
from tracker.journal.aside import put_aside
from tracker.live.picture_of_race import picture
from tracker.live.viewer import follow
from tracker.racing.race import Race
from tracker.simulating.load import Load, troubled_race
from tracker.simulating.viewers import Viewers, races_at

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


def listens(page: str) -> bool:
    """Whether the tracker hears its broker: it keeps for nobody what was said before."""
    try:
        with urlopen(f"{page}/readyz", timeout=5) as answer:  # noqa: S310 - our own page
            return bool(answer.status == 200)
    except HTTPError:
        return False


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
        await until(lambda: asyncio.to_thread(listens, program.page))
        feeding = asyncio.create_task(
            feed.feed(BrokerAddress.parse(broker.url), f"trouble-{os.getpid()}")
        )
        await until(lambda: on_the_air(program.socket))
        watched = Viewers(program.socket, [made.race], 20)
        watching = asyncio.create_task(watched.watch(None))
        expected = board(truth("oval", 1))
        async with asyncio.timeout(60):
            await feeding
            async for follower in follow(program.socket, made.race):
                assert follower.picture is not None
                if rows_of(follower.picture.rows) == expected:
                    break
            final = (follower.race, follower.epoch, follower.version)
            await until(lambda: final in watched.boards.versions)
            await until(lambda: watched.boards.versions[final].viewers == 20)  # type: ignore[index]
        watching.cancel()
        await asyncio.wait({watching})
    assert watched.agree
    assert watched.boards.compared > 19
    kinds = {row.kind for row in put_aside(tmp_path / "journal.db", 1_000)}
    assert {"id_conflict", "json", "invalid", "mismatch"} <= kinds
