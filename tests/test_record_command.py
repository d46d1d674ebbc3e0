"""`tracker record` as a person meets it: from a journal, from a broker, killed in the middle."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulators.scripted import SCRIPTED
from tests.brokers import Broker, until
from tracker.feed.connection import BrokerAddress, Connection
from tracker.feed.envelope import Report, encode, short_type
from tracker.feed.recording import numbered, read
from tracker.feed.timing import Crossing
from tracker.feed.topics import event_topic
from tracker.journal import Fact, Journal

EVENTS = list(numbered(SCRIPTED["kansas-2024"](), "kansas-2024"))[:3_000]
FACTS = [
    Fact(
        event.race, event.source, event.id, event.epoch, event.sequence, event.type,
        getattr(event.data, "t_us", None), 0, encode(event),
        event_topic(event.race, event.source, short_type(event)),
    )
    for event in EVENTS
]  # fmt: skip


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """`tracker record …`, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tracker", "record", *map(str, arguments)],
        capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip


@pytest.mark.anyio
async def test_a_journal_is_recorded_while_a_tracker_writes_it(tmp_path: Path) -> None:
    """More than one page of it, in the order in which it was heard, and nothing of other races."""
    wanted = tmp_path / "race.jsonl.gz"
    async with Journal.open(tmp_path / "journal.db") as journal:
        await journal.append(FACTS)
        await journal.append([FACTS[0]._replace(race="other")])
        ended = await asyncio.to_thread(
            run, "--data", tmp_path, "--race", "kansas-2024", "-o", wanted
        )
    assert ended.returncode == 0, ended.stderr
    assert "3000 events of kansas-2024 in" in ended.stderr
    assert list(read(wanted)) == EVENTS


@pytest.mark.anyio
async def test_a_race_that_the_journal_does_not_know_is_named_with_those_it_does(
    tmp_path: Path,
) -> None:
    async with Journal.open(tmp_path / "journal.db") as journal:
        await journal.append(FACTS[:1])
        ended = await asyncio.to_thread(
            run, "--data", tmp_path, "--race", "indy", "-o", tmp_path / "race.jsonl"
        )
    assert ended.returncode == 1
    assert "knows no race 'indy'; it knows kansas-2024" in ended.stderr
    assert "race.jsonl" not in " ".join(os.listdir(tmp_path))


@pytest.mark.anyio
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_a_recording_outlives_its_recorder(
    tmp_path: Path, broker: Broker, how: signal.Signals
) -> None:
    """Ended in order it says what it did; killed it says nothing, and the file is as good."""
    path = tmp_path / "race.jsonl.gz"
    recorder = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tracker", "record", "--broker", broker.url, "--race", "club",
        "-o", str(path), stderr=asyncio.subprocess.PIPE,
        # Whoever runs the tests in the background ignores Ctrl-C, and so would all that is started.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    said = list(
        numbered(
            (Report("timing", f"c/{n}", Crossing(entry="5", t_us=n)) for n in range(99)), "club"
        )
    )
    async with Connection(BrokerAddress.parse(broker.url), "feed", clean_session=True) as feed:

        async def recorded() -> bool:
            # Said again and again, for nobody keeps it until the recorder listens.
            for event in said:
                topic = event_topic("club", event.source, short_type(event))
                feed.publish(topic, encode(event))
            return await asyncio.to_thread(path.exists) and len(list(read(path))) == len(said)

        await until(recorded, within_s=40, every_s=0.2)
    recorder.send_signal(how)
    _, told = await recorder.communicate()
    # It may have begun to listen in the middle of them.
    assert sorted(event.id for event in read(path)) == sorted(event.id for event in said)
    if how is signal.SIGINT:
        assert "99 events of club recorded in" in told.decode()
        assert b"Traceback" not in told
