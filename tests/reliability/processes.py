"""A tracker and a feed as small as can be, each a process that can be killed."""

import argparse
import asyncio
import hashlib
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from tests.reliability.sabotage import HastyConsumer
from tracker.feed.connection import BrokerAddress
from tracker.feed.consumer import Consumer, Journalled
from tracker.feed.envelope import Report
from tracker.feed.producer import Producer
from tracker.feed.timing import Crossing
from tracker.journal import Journal
from tracker.journal.content import content

RACE, SOURCE = "kansas-2024", "timing"


def report(number: int) -> Report:
    """What the timing line says as its n-th word; the same in every run."""
    car, lap = number % 38 + 1, number // 38
    return Report(SOURCE, f"c-{number}", Crossing(entry=str(car), t_us=number * 7_919, lap=lap))


async def tracker(url: str, journal_path: Path, slow_s: float | None) -> None:
    """Listen and journal until killed; with `slow_s`, badly."""
    address = BrokerAddress.parse(url)

    def heard(_: Sequence[Journalled]) -> None:
        pass

    async with Journal.open(journal_path) as journal:
        if slow_s is None:
            await Consumer(address, journal, heard).run()
        else:
            await HastyConsumer(address, journal, heard, slow_s).run()


async def feed(url: str, folder: Path, count: int, rate: float, leash: Path) -> None:
    """Say so many reports at so many a second, from where a killed feed had come to."""
    async with Producer.open(url, RACE, [SOURCE], folder) as producer:
        said = producer.last_sequence(SOURCE)
        loop = asyncio.get_running_loop()
        started, first = loop.time(), said
        while said < count:
            await asyncio.sleep(0.01)
            due = min(allowed(leash), first + int((loop.time() - started) * rate))
            await producer.put(SOURCE, [report(number) for number in range(said + 1, due + 1)])
            said = due
        await producer.drained()


def let_out(leash: Path, reports: int) -> None:
    """Let a feed say so many reports and no more for now, however long it is left alone."""
    leash.parent.mkdir(parents=True, exist_ok=True)
    leash.touch()
    os.truncate(leash, reports)


def allowed(leash: Path) -> int:
    """How many reports a feed may say: the size of a file, which changes in one step."""
    return leash.stat().st_size


def fingerprint(journal_path: Path) -> str:
    """What a journal holds, in the order of the producer's numbers, whatever the way it took."""
    result = hashlib.sha256()
    with sqlite3.connect(f"{journal_path.as_uri()}?mode=ro", uri=True) as database:
        for sequence, name, payload in database.execute(
            "SELECT sequence, id, payload FROM events ORDER BY sequence, id"
        ):
            result.update(repr((sequence, name, sorted(content(payload).items()))).encode())
    database.close()
    return result.hexdigest()


def main() -> None:
    """Be the tracker or the feed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["tracker", "feed"])
    parser.add_argument("url")
    parser.add_argument("path", type=Path)
    parser.add_argument("--slow-s", type=float)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--leash", type=Path)
    given = parser.parse_args()
    if given.role == "tracker":
        asyncio.run(tracker(given.url, given.path, given.slow_s))
    else:
        asyncio.run(feed(given.url, given.path, given.count, given.rate, given.leash))


if __name__ == "__main__":
    main()
