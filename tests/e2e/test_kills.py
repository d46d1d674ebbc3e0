"""A tracker killed ten times in mid-race, and its broker three times: the board does not know.

`tests/reliability` counts what is journalled. This looks at what people see: the final board is
byte for byte that of a run in which nobody died.
"""

import asyncio
import json
import os
import random
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulators.player import in_order
from simulators.scripted import SCRIPTED
from tests.brokers import KillableNats, until
from tests.e2e.feeding import producer, put
from tests.e2e.programs import Program, tracker
from tracker.feed.envelope import Report

pytestmark = [pytest.mark.anyio, pytest.mark.broker, pytest.mark.timeout(600)]

RACE = "kansas-2024"
AHEAD = 500
"""Events that may wait for a tracker that is dead."""

SEED = int(os.environ.get("KILL_SEED", "20240505"))


async def snapshot(program: Program) -> dict[str, Any] | None:
    """The board as a newcomer gets it; None while there is none."""
    answer = await program.get(f"/api/races/{RACE}")
    return dict(answer.json()) if answer.status_code == 200 else None


async def reaches(program: Program, version: int) -> dict[str, Any]:
    """The board, once it has folded so many events."""
    async with asyncio.timeout(120):
        while True:
            told = await snapshot(program)
            if told is not None and told["version"] >= version:
                return told
            await asyncio.sleep(0.02)


def as_bytes(board: dict[str, Any]) -> bytes:
    """The board without the name of the journal it was folded from."""
    return json.dumps({**board, "epoch": None}, separators=(",", ":")).encode()


async def undisturbed(reports: Sequence[Report], folder: Path) -> dict[str, Any]:
    """The final board of a quiet run."""
    async with (
        KillableNats(folder / "broker", sync="200ms") as broker,
        tracker("serve", "--broker", broker.url, data=folder / "data") as program,
        producer(broker.url, RACE, reports, folder / "outbox") as told,
    ):
        await put(told, reports)
        return await reaches(program, len(reports))


async def killed(reports: Sequence[Report], folder: Path, chance: random.Random) -> dict[str, Any]:
    """The final board of a run in which the tracker dies ten times and the broker three times."""
    deaths = ["tracker"] * 10 + ["broker"] * 3
    chance.shuffle(deaths)
    version = 0
    async with (
        KillableNats(folder / "broker", sync="200ms") as broker,
        producer(broker.url, RACE, reports, folder / "outbox") as told,
    ):
        program: Program
        pace = Pace(told, reports)
        feeding = asyncio.create_task(pace.run())
        running = tracker("serve", "--broker", broker.url, data=folder / "data")
        program = await running.__aenter__()
        try:
            for death in deaths:
                board = await reaches(program, version + chance.randint(50, AHEAD))
                pace.shown = version = board["version"]
                assert version < len(reports), "the race is over before all are dead"
                if death == "broker":
                    await broker.kill()
                    continue
                await program.kill()
                await running.__aexit__(None, None, None)
                running = tracker("serve", "--broker", broker.url, data=folder / "data")
                program = await running.__aenter__()
                assert (await reaches(program, version))["version"] >= version
            pace.free = True
            await feeding
            return await reaches(program, len(reports))
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
            await running.__aexit__(None, None, None)


class Pace:
    """The race at two thousand events a second, and no further ahead of the board than AHEAD.

    So that it is not over before everybody is dead, however slow the machine is.
    """

    def __init__(self, told: Any, reports: Sequence[Report]) -> None:
        self.told = told
        self.reports = reports
        self.shown = 0
        self.free = False

    def may_tell(self, number: int) -> bool:
        return self.free or number <= self.shown + AHEAD

    async def run(self) -> None:
        for start in range(0, len(self.reports), 200):
            await until(partial(self.may_tell, start), within_s=120)
            await put(self.told, self.reports[start : start + 200])
            await asyncio.sleep(0.1)


async def test_the_board_does_not_know_that_anybody_died(tmp_path: Path) -> None:
    """Ten trackers and three brokers die at moments left to chance; nothing shows."""
    print(f"KILL_SEED={SEED}")
    reports = in_order(SCRIPTED[RACE]())
    quiet = await undisturbed(reports, tmp_path / "quiet")
    loud = await killed(reports, tmp_path / "loud", random.Random(SEED))
    assert quiet["version"] == len(reports)
    different = [part for part in quiet if part != "epoch" and loud[part] != quiet[part]]
    assert different == []
    assert as_bytes(loud) == as_bytes(quiet)
