"""A tracker's check-up: what keeps it from running is named, with what to do about it."""

import asyncio
import contextlib
import socket
import sqlite3
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from tests.brokers import MOSQUITTO, Mosquitto
from tests.e2e.programs import tracker
from tests.live.pictures import RACE
from tests.test_cli import run
from tracker import checkup
from tracker.checkup import Finding, Look, broker, check_up, folder, journal, port
from tracker.journal import Fact, Journal, Stray
from tracker.settings import Settings

pytestmark = pytest.mark.anyio


def fact(number: int, received_at: int = 1) -> Fact:
    payload = f'{{"id":"c/{number}"}}'.encode()
    return Fact(
        RACE, "timing", f"c/{number}", "", number, "racing.crossing.v1", number, received_at,
        payload, f"racing/v1/{RACE}/in/timing/crossing",
    )  # fmt: skip


async def kept(folder: Path, burst: Iterable[Fact | Stray]) -> Settings:
    """A tracker's folder after it has heard something."""
    settings = Settings(data=folder)
    async with Journal.open(settings.journal) as journal:
        await journal.append(list(burst))
    return settings


def taken() -> socket.socket:
    """A port that somebody else has, and says nothing on."""
    other = socket.socket()
    other.bind(("127.0.0.1", 0))
    other.listen()
    other.settimeout(0.01)
    return other


async def test_nothing_is_wrong_with_a_new_folder(tmp_path: Path) -> None:
    """And none is made: a check-up leaves no trace."""
    settings = Settings(data=tmp_path / "races", port=0)
    found = [finding async for finding in check_up(settings)]
    assert [finding for finding in found if finding.look is Look.ILL] == []
    assert not settings.data.exists()


async def test_a_journal_that_is_whole(tmp_path: Path) -> None:
    found = journal(await kept(tmp_path, map(fact, range(1, 30))))
    assert (found.look, found.text) == (Look.WELL, "29 events of 1 races, 0 packets put aside")


async def test_an_event_that_was_tampered_with_is_found(tmp_path: Path) -> None:
    settings = await kept(tmp_path, map(fact, range(1, 30)))
    with contextlib.closing(sqlite3.connect(settings.journal)) as tampered:
        tampered.execute("UPDATE events SET payload = X'7B7D' WHERE \"offset\" = 7")
        tampered.commit()
    found = journal(settings)
    assert found.look is Look.ILL
    assert "1 events are not what was written" in found.text


async def test_a_file_that_is_no_journal(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    settings.journal.write_bytes(b"rubbish" * 1_000)
    found = journal(settings)
    assert found.look is Look.ILL
    assert "cannot be read" in found.text


async def test_what_was_put_aside_is_mentioned(tmp_path: Path) -> None:
    found = journal(await kept(tmp_path, [Stray("racing/v1/x", "json", "no JSON", b"?", 1)]))
    assert found.look is Look.ODD
    assert "quarantine" in found.mend


async def test_a_clock_that_went_back(tmp_path: Path) -> None:
    """What came last came tomorrow: the times of this race will be wrong by as much."""
    found = journal(await kept(tmp_path, [fact(1, received_at=4_102_444_800_000_000)]))
    assert found.look is Look.ODD
    assert "2100-01-01" in found.text
    assert "clock" in found.mend


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = folder(Settings(data=tmp_path / "file"))
    assert (found.look, found.mend) == (Look.ILL, "name another folder with --data")


@pytest.mark.broker
async def test_a_broker_that_carries_messages(broker_url: str) -> None:
    found = await broker(broker_url)
    assert found.look is Look.WELL
    assert "there and back" in found.text


async def test_a_broker_that_is_away() -> None:
    """Its password is nobody's business."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))  # nobody else gets it meanwhile, and nobody listens
        found = await broker(f"mqtt://someone:secret@127.0.0.1:{other.getsockname()[1]}")
    assert found.look is Look.ILL
    assert "secret" not in f"{found.text}{found.mend}"


@pytest.mark.broker
@pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
async def test_a_broker_that_allows_us_nothing(tmp_path: Path) -> None:
    rules = tmp_path / "nobody.acl"
    rules.write_text("topic write elsewhere\n")
    rules.chmod(0o644)
    async with Mosquitto(tmp_path, f"allow_anonymous true\nacl_file {rules}") as closed:
        found = await broker(closed.url, within_s=0.5)
    assert found.look is Look.ILL


async def test_a_port_that_somebody_else_has(tmp_path: Path) -> None:
    with taken() as other:
        number = other.getsockname()[1]
        found = await asyncio.to_thread(port, Settings(port=number), within_s=0.2)
        assert (found.look, found.mend) == (Look.ILL, "name another with --port")
        ended = await asyncio.to_thread(
            run, "doctor", "--data", str(tmp_path), "--port", str(number)
        )
    assert ended.returncode == 1
    assert "name another with --port" in ended.stdout
    assert "Traceback" not in ended.stderr


@pytest.mark.broker
async def test_a_tracker_that_runs_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in its own folder, while it writes there; and where it takes its time to answer."""
    monkeypatch.setattr(checkup, "port", partial(port, within_s=30.0))
    async with tracker("serve", data=tmp_path) as running:
        settings = Settings(data=tmp_path, port=running.port)

        async def well() -> list[Finding]:
            return [finding async for finding in check_up(settings)]

        looks = {finding.about: finding for finding in await well()}
    assert looks["journal"].look is Look.WELL
    assert "a tracker" in looks["port"].text
