"""The command line as a person or an init system meets it: exit codes, and one sentence."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.e2e.programs import tracker


def run(*arguments: str, within_s: float = 30.0) -> subprocess.CompletedProcess[str]:
    """`tracker …`, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tracker", *arguments],
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
        env={**os.environ, "COLUMNS": "80"},
    )


@pytest.mark.anyio
@pytest.mark.broker
async def test_asked_to_stop_it_sends_viewers_home(tmp_path: Path) -> None:
    """SIGTERM closes like Ctrl-C: 4001, come back later; and the exit code says what it was."""
    async with tracker("serve", data=tmp_path) as serving:
        async with connect(serving.socket) as viewer:
            await viewer.recv()
            serving.process.send_signal(signal.SIGTERM)
            await viewer.wait_closed()
            assert viewer.close_code == 4001
        assert await asyncio.wait_for(serving.process.wait(), 10) == 143
    assert "Traceback" not in "".join(serving.said)


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_demo_asked_to_stop_ends_without_a_traceback(tmp_path: Path) -> None:
    async with tracker("demo", "--no-browser", data=tmp_path) as demo:
        demo.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(demo.process.wait(), 15) == 143
    assert "Traceback" not in "".join(demo.said)


def test_a_complaint_is_one_line_for_a_pipe(tmp_path: Path) -> None:
    missing = tmp_path / ("long" * 40) / "race.jsonl"
    ended = run("score", str(missing))
    assert ended.returncode == 1
    assert ended.stderr.startswith("tracker: ")
    assert ended.stderr.count("\n") == 1
