"""Nothing is lost and nothing is told twice, whoever dies, whenever.

And the other way round: without the precautions the same story loses events. If it did not, these
tests would prove nothing.
"""

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.brokers import Broker, another, until
from tests.reliability.processes import RACE, SOURCE, allowed, fingerprint, let_out, report
from tracker.feed.connection import BrokerAddress, Connection
from tracker.feed.envelope import encode
from tracker.feed.topics import event_topic

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

EVENTS = 16_000
RATE = 2_500.0
"""Events a second that the feed makes."""

SEED = int(os.environ.get("KILL_SEED", "20240505"))


class Victim:
    """A process of ours that is started, killed and started again."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.reliability.processes", *self.arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def end(self) -> int:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        return await self.process.wait()

    async def kill(self) -> None:
        assert await self.end() == -signal.SIGKILL, "it had ended before it was killed"
        await self.start()


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Victim]:
    """A process, for as long as it is needed."""
    victim = Victim(*arguments)
    await victim.start()
    try:
        yield victim
    finally:
        await victim.end()


def journalled(journal: Path) -> int:
    """How many events the journal holds now, read from beside the tracker."""
    with contextlib.suppress(sqlite3.Error):
        database = sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)
        with contextlib.closing(database):
            (count,) = database.execute('SELECT ifnull(max("offset"), 0) FROM events').fetchone()
            return int(count)
    return 0


async def some_more(journal: Path, chance: random.Random) -> None:
    """Wait until the journal has grown by a few hundred events, and then for a moment.

    It must grow after each death: who is killed before it has done anything proves nothing.
    """
    count = journalled(journal) + chance.randint(20, 400)
    await until(lambda: journalled(journal) >= min(count, EVENTS), within_s=90)
    await asyncio.sleep(chance.uniform(0, 0.04))


async def settled(journal: Path, for_s: float = 3.0) -> int:
    """How many events the journal holds once it grows no more.

    Nothing announces that what is lost will not come; nats-server sends again after two seconds.
    """
    loop = asyncio.get_running_loop()
    count, since = journalled(journal), loop.time()

    def quiet() -> bool:
        nonlocal count, since
        if count != (count := journalled(journal)):
            since = loop.time()
        return loop.time() - since > for_s

    await until(quiet, within_s=90)
    return count


async def tell(broker: Broker, folder: Path, chance: random.Random | None) -> Path:
    """The whole story, told undisturbed, or with everyone killed at moments left to chance."""
    journal, leash = folder / "journal.db", folder / "leash"
    let_out(leash, 0)
    async with (
        running("tracker", broker.url, str(journal)) as tracker,
        running(
            "feed", broker.url, str(folder / "outbox"), f"--count={EVENTS}", f"--rate={RATE}",
            f"--leash={leash}",
        ) as feed,
    ):  # fmt: skip
        if chance is not None:
            victims = [tracker.kill] * 10 + [broker.kill] * 3 + [feed.kill] * 2
            chance.shuffle(victims)
            for number, kill in enumerate(victims, start=1):
                # Whoever is left alone for long must not tell all before all are dead.
                let_out(leash, EVENTS * number // (len(victims) + 1))
                await some_more(journal, chance)
                assert journalled(journal) < EVENTS
                await kill()
        let_out(leash, EVENTS)
        assert feed.process is not None
        async with asyncio.timeout(90):
            assert await feed.process.wait() == 0
    return journal


def assert_whole(journal: Path) -> None:
    """Every event once, the producer's numbers and the journal's without a hole."""
    everything = list(range(1, EVENTS + 1))
    with contextlib.closing(sqlite3.connect(journal)) as database:
        rows = database.execute('SELECT "offset", sequence, id FROM events').fetchall()
    assert sorted(offset for offset, _, _ in rows) == everything
    assert sorted(sequence for _, sequence, _ in rows) == everything
    assert {name for _, _, name in rows} == {report(number).id for number in everything}


async def test_nothing_is_lost_when_everyone_is_killed(broker: Broker, tmp_path: Path) -> None:
    """Ten trackers, three brokers and two feeds die; the journal is that of a quiet day."""
    print(f"KILL_SEED={SEED}")
    quiet = await tell(broker, tmp_path / "quiet", None)
    assert_whole(quiet)
    async with another(broker, tmp_path / "second") as fresh:
        loud = await tell(fresh, tmp_path / "loud", random.Random(SEED))
    assert_whole(loud)
    assert fingerprint(loud) == fingerprint(quiet)


async def test_without_precautions_events_are_lost(broker: Broker, tmp_path: Path) -> None:
    """Acknowledged on arrival, written later, said only once: five deaths cost events."""
    print(f"KILL_SEED={SEED}")
    chance = random.Random(SEED)
    journal, leash = tmp_path / "journal.db", tmp_path / "leash"
    let_out(leash, 0)
    async with running("tracker", broker.url, str(journal), "--slow-s=0.05") as tracker:
        await until(lambda: subscribed(broker, journal))
        speaking = asyncio.create_task(say_once(broker.url, EVENTS, leash))
        for number in range(1, 6):
            let_out(leash, EVENTS * number // 6)
            await some_more(journal, chance)
            await tracker.kill()
        let_out(leash, EVENTS)
        await speaking
        seen = await settled(journal)
    lost = EVENTS + 1 - seen  # one was said to see whether the tracker hears
    print(f"lost {lost} of {EVENTS}")
    assert lost > 0


async def say_once(url: str, events: int, leash: Path) -> None:
    """A feed without an outbox: says each thing once, and believes the broker."""
    loop = asyncio.get_running_loop()
    async with Connection(BrokerAddress.parse(url), "careless-feed") as connection:
        started, said = loop.time(), 0
        while said < events or connection.in_flight:
            await asyncio.sleep(0.01)
            due = min(allowed(leash), int((loop.time() - started) * RATE))
            for number in range(said + 1, due + 1):
                event = report(number).event(RACE, "careless", number)
                connection.publish(event_topic(RACE, SOURCE, "crossing"), encode(event))
            said = due


async def subscribed(broker: Broker, journal: Path) -> bool:
    """Whether the tracker hears: what was said before that would be lost by anyone."""
    async with Connection(BrokerAddress.parse(broker.url), "prober", clean_session=True) as prober:
        event = report(0).event(RACE, "", 0)
        prober.publish(event_topic(RACE, SOURCE, "crossing"), encode(event))
        await asyncio.sleep(0.05)
    return journalled(journal) > 0
