"""Keys at the terminal, on a terminal of the test's own."""

import asyncio
import os
import pty
import sys

import pytest

from simulators.player import Player
from tests.brokers import until
from tracker.console import keys

pytestmark = pytest.mark.anyio


async def never(source: str, reports: object) -> None:
    raise AssertionError


async def let_go(terminal: int) -> None:
    """Whoever listened to a terminal that is gone has been told so, and listens no more."""
    for _ in range(3):
        await asyncio.sleep(0)
    assert not asyncio.get_running_loop().remove_reader(terminal)


async def test_keys_struck_in_one_go_all_count_and_a_dead_terminal_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two faster and a pause; then the terminal is gone, and the loop does not spin on it."""
    master, slave = pty.openpty()
    player = Player([], never, 20.0)
    with os.fdopen(slave) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with keys(player):
            os.write(master, b"++ ")
            await until(lambda: player.paused)
            assert player.speed == 100.0
            os.close(master)
            await let_go(slave)


async def test_arrows_go_laps_and_other_keys_that_a_terminal_sends_do_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Right twice and left, in both spellings; up, down and a letter between them; a pause."""
    master, slave = pty.openpty()
    player = Player([], never, 20.0)
    player.laps = [0, 30_000_000, 60_000_000]
    with os.fdopen(slave) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with keys(player):
            os.write(master, b"\x1b[C\x1b[A\x1bOCx\x1b[D\x1b[B ")
            await until(lambda: player.paused)
            assert player.target == 30_000_000
            os.close(master)
            await let_go(slave)
