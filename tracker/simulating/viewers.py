"""Many viewers of one tracker at once: each a real one, and all must see the same board.

They live in this process and share its one loop with the comparing, so the delays are those of a
machine that does both: take them as an upper bound, and ratios rather than absolutes.
"""

import asyncio
import contextlib
import ipaddress
import random
import resource
import time
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from pydantic_core import from_json
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from tracker.errors import Refused, RequestRefused, Unavailable
from tracker.live.viewer import FIRST_WAIT, LONGEST_WAIT, STAY_AWAY, Follower, Step, asked
from tracker.live.wire import CLOSE_BEHIND
from tracker.simulating.boards import Boards, Hand, Version

HANDSHAKES = 50
"""Connections being opened at once: more only queue at the server, and time out."""

PATIENCE_S = 10.0
"""For a connection to be opened, or for the list of races."""

FILES_LEFT = 64
"""Files that this process needs beside its connections."""


def allowed(url: str, *, anywhere: bool) -> None:
    """Refuse a load on a machine that is not this one, unless that is said to be meant."""
    host = urlsplit(url).hostname or ""
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    if host != "localhost" and not anywhere:
        raise Refused(
            f"{host} is not this machine: a load is an attack on whoever does not expect it; "
            "--anywhere if it is yours"
        )


def room_for(viewers: int) -> None:
    """Make sure that this process may open so many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = viewers + FILES_LEFT
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise Unavailable(
            f"{viewers} viewers need {needed} open files and the system allows {hard}: "
            "raise it with ulimit -n, or take fewer"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


async def races_at(url: str) -> list[str]:
    """The races that a tracker has on the air; all it has, where none is live."""
    try:
        async with asyncio.timeout(PATIENCE_S), connect(url, compression=None) as connection:
            hello = from_json(await connection.recv())
    except (OSError, TimeoutError, WebSocketException) as error:
        raise Unavailable(f"no tracker answers at {url}: {error}") from None
    listed = hello["races"]
    live = [race["race"] for race in listed if race["live"]]
    found = live or [race["race"] for race in listed]
    if not found:
        raise Unavailable(f"the tracker at {url} has no race yet")
    return found


class Viewers:
    """So many viewers of some races, and what they saw."""

    def __init__(self, url: str, races: Sequence[str], viewers: int) -> None:
        self.url = url
        self.races = list(races)
        self.count = viewers
        self.boards = Boards()
        self.counts: Counter[str] = Counter()
        """Messages, bytes, connections and what went wrong with them."""
        self.watching = 0
        """Viewers that hold a board now."""
        self.began = time.monotonic()
        self.took = 0.0
        self._whole: dict[Follower, Hand] = {}
        """Viewers whose picture is that of their version, and not one on the way to the next."""
        self._handshakes = asyncio.Semaphore(HANDSHAKES)

    async def watch(self, seconds: float | None) -> None:
        """Watch for so long, or until cancelled; `RequestRefused` where the tracker will not."""
        self.began = time.monotonic()
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as viewers:
                for number in range(self.count):
                    race = self.races[number % len(self.races)]
                    viewers.create_task(self._view(race), name=f"viewer {number}")
        except TimeoutError:
            pass
        finally:
            self.took = time.monotonic() - self.began
            for follower, hand in self._whole.items():
                self._compare(follower, hand)  # what they hold in the end

    async def _view(self, race: str) -> None:
        """One viewer, over as many connections as it takes."""
        follower, hand, wait = Follower(race), Hand(), FIRST_WAIT
        while True:
            try:
                async with contextlib.AsyncExitStack() as stack:
                    async with self._handshakes:
                        connection = await stack.enter_async_context(
                            connect(self.url, compression=None, max_size=None,
                                    open_timeout=PATIENCE_S)
                        )  # fmt: skip
                    self.counts["connections"] += 1
                    wait = FIRST_WAIT
                    await self._listen(connection, follower, hand)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd is not None else None
                if closed.rcvd is not None and code in STAY_AWAY:
                    raise RequestRefused(closed.rcvd.reason, closed.rcvd.code) from None
                self.counts["behind" if code == CLOSE_BEHIND else "cut off"] += 1
            except InvalidStatus:
                self.counts["turned away"] += 1
            except (OSError, WebSocketException):
                self.counts["not reached"] += 1
            await asyncio.sleep(wait * random.random())  # noqa: S311  # spreads, and guards nothing
            wait = min(2 * wait, LONGEST_WAIT)

    async def _listen(self, connection: ClientConnection, follower: Follower, hand: Hand) -> None:
        """Follow one connection; every version that is held is compared."""
        self.watching += 1
        answer_due = True
        try:
            await connection.send(asked(follower))
            while True:
                message = await connection.recv(decode=False)
                now = time.monotonic()
                self.counts["messages"] += 1
                self.counts["bytes"] += len(message)
                said = from_json(message)
                kind = said["type"]
                step = follower.feed(said)
                if step is Step.ASK:
                    self.counts["asked again"] += 1
                    answer_due = True
                    await connection.send(asked(follower))
                elif step is Step.CHANGED and kind in ("snapshot", "update"):
                    # Incidents, results and verdicts come before the update that they belong to.
                    self.counts["snapshots"] += kind == "snapshot"
                    if self.boards.hold(held_by(follower), now, told=not answer_due):
                        self._compare(follower, hand)
                    self._whole[follower] = hand
                    answer_due = False
                elif step is Step.CHANGED:
                    self._whole.pop(follower, None)
                elif kind == "beat" and said.get("race") == follower.race:
                    answer_due = False
        finally:
            self.watching -= 1

    def _compare(self, follower: Follower, hand: Hand) -> None:
        """Look at all of a viewer's board."""
        assert follower.picture is not None
        self.boards.compare(held_by(follower), hand.fingerprint(follower.picture))

    @property
    def agree(self) -> bool:
        """Whether every two viewers that held the same version held the same board."""
        return not self.boards.differences

    def progress(self) -> str:
        """How it goes, in a line."""
        return (
            f"{self.watching} of {self.count} viewers, {self.counts['messages']:,} messages, "
            f"{len(self.boards.versions) + self.boards.forgotten:,} versions, "
            f"{self.boards.differences} differ"
        )

    def report(self) -> dict[str, object]:
        """What was found, in plain values."""
        counts, boards = self.counts, self.boards
        return {
            "viewers": self.count,
            "races": len(self.races),
            "seconds": round(self.took, 1),
            "versions": len(boards.versions) + boards.forgotten,
            "versions_shared": boards.shared,
            "boards_compared": boards.compared,
            "boards_differing": boards.differences,
            "differing": [
                {"race": race, "epoch": epoch, "version": version}
                for race, epoch, version in boards.differ
            ],
            "delay_p50_ms": boards.percentile(0.5),
            "delay_p99_ms": boards.percentile(0.99),
            "deliveries_timed": boards.delays.total(),
            "messages": counts["messages"],
            "bytes": counts["bytes"],
            "connections": counts["connections"],
            "snapshots": counts["snapshots"],
            "asked_again": counts["asked again"],
            "closed_behind": counts["behind"],
            "cut_off": counts["cut off"],
            "turned_away": counts["turned away"],
            "not_reached": counts["not reached"],
        }


def held_by(follower: Follower) -> Version:
    """The version that a viewer holds."""
    assert follower.epoch is not None
    assert follower.version is not None
    return (follower.race, follower.epoch, follower.version)
