"""The command line as a person or an init system meets it: exit codes, and one sentence."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.e2e.programs import tracker
from tests.live.fakes import open_house
from tests.live.pictures import RACE, picture
from tracker.journal import Journal, Stray

ENDS_S = 60.0
"""For what takes two seconds where nothing else runs."""


def run(*arguments: str, within_s: float = 120.0) -> subprocess.CompletedProcess[str]:
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
        assert await asyncio.wait_for(serving.process.wait(), ENDS_S) == 143
    assert "Traceback" not in "".join(serving.said)


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_demo_asked_to_stop_ends_without_a_traceback(tmp_path: Path) -> None:
    async with tracker("demo", "--no-browser", data=tmp_path) as demo:
        demo.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(demo.process.wait(), ENDS_S) == 143
    assert "Traceback" not in "".join(demo.said)


def test_a_complaint_is_one_line_for_a_pipe(tmp_path: Path) -> None:
    missing = tmp_path / ("long" * 40) / "race.jsonl"
    ended = run("score", str(missing))
    assert ended.returncode == 1
    assert ended.stderr.startswith("tracker: ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.anyio
async def test_what_was_put_aside_is_listed_while_a_tracker_writes(tmp_path: Path) -> None:
    """Newest first, a line each, and a stranger's text cannot begin another."""
    strays = [
        Stray("racing/v1/a/in/b/c", "malformed", "no JSON", b"{", 1_715_000_000_000_000),
        Stray("racing/\x1b[2J", "topic", "two\nlines", b"", 1_715_000_001_000_000),
    ]
    async with Journal.open(tmp_path / "journal.db") as journal:
        await journal.append(strays)
        listed = await asyncio.to_thread(run, "quarantine", "--data", str(tmp_path))
        newest = await asyncio.to_thread(run, "quarantine", "--data", str(tmp_path), "--limit=1")
    assert listed.returncode == 0, listed.stderr
    first, second = listed.stdout.splitlines()
    assert first == "2024-05-06 12:53:21Z  racing/\\x1b[2J  topic  two\\nlines"
    assert second == "2024-05-06 12:53:20Z  racing/v1/a/in/b/c  malformed  no JSON"
    assert newest.stdout.splitlines() == [first]


def test_a_quarantine_without_a_journal_names_the_option(tmp_path: Path) -> None:
    ended = run("quarantine", "--data", str(tmp_path))
    assert ended.returncode == 1
    assert "--data" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    laps = tmp_path / "laps.csv"
    laps.write_text("car,lap,time\n5,1,30.0\n5,2,30.1\n")
    ended = run("convert", "csv", str(laps), "-o", "/proc/x.jsonl")
    assert ended.returncode == 1
    assert ended.stderr.startswith("tracker: /proc/x.jsonl cannot be written: ")
    assert ended.stderr.count("\n") == 1


def test_a_port_that_cannot_be_is_refused() -> None:
    ended = run("serve", "--port", "99999")
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


@pytest.mark.anyio
async def test_a_viewer_of_nobody_is_told_so_once() -> None:
    """It goes on trying, for a tracker may be on its way."""
    watching = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tracker", "watch", "http://localhost:1", "x",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert watching.stderr is not None
    said = await asyncio.wait_for(watching.stderr.readline(), ENDS_S)
    assert said == b"cannot reach http://localhost:1; trying again\n"
    assert watching.returncode is None
    watching.kill()
    assert await watching.stderr.read() == b""
    await watching.wait()


@pytest.mark.anyio
async def test_who_reads_only_the_head_of_it_ends_it_in_peace(tmp_path: Path) -> None:
    """`tracker watch … | head`: nobody reads on, and nobody is shown a traceback."""
    (tmp_path / "index.html").write_text("<!doctype html>")
    read, write = os.pipe()
    os.close(read)
    async with open_house(tmp_path) as visit:
        shown = picture(1)
        over = replace(shown, state={**shown.state, "result_status": "official"})
        visit.hub.publish(RACE, "e1", 11, over)
        url = f"http://127.0.0.1:{visit.port}"
        watching = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tracker", "watch", url, RACE,
            stdout=write, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        os.close(write)
        _, said = await asyncio.wait_for(watching.communicate(), ENDS_S)
    assert (watching.returncode, said) == (0, b"")
