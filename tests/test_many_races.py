"""More races than there is time for: those that are watched come first, the others in turn."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.brokers import until
from tracker.app import Tracker
from tracker.feed.consumer import Journalled
from tracker.feed.envelope import Report
from tracker.feed.timing import Crossing
from tracker.journal import Journal
from tracker.live.messages import Message
from tracker.settings import Settings

pytestmark = pytest.mark.anyio

RACES = [f"club-{number}" for number in range(6)]


class Fan:
    """Somebody who watches one race."""

    def send(self, messages: Sequence[Message]) -> None:
        pass

    def buffered(self) -> int:
        return 0

    def close(self, code: int, reason: str) -> None:
        raise AssertionError(reason)


def crossing(race: str, number: int) -> Journalled:
    report = Report("timing", str(number), Crossing(entry="5", loop="sf", t_us=number * 30_000_000))
    return Journalled(number, 1_700_000_000_000_000, report.event(race, "a", number))


async def test_races_that_nobody_watches_wait_their_turn(tmp_path: Path) -> None:
    """Each takes as long to show as there is time for all; nobody is left out for ever."""
    async with Journal.open(tmp_path / "journal.db") as journal:
        settings = Settings(data=tmp_path, beat_s=0.02)
        tracker = Tracker(settings, journal, "mqtt://127.0.0.1:1")
        for race in RACES:
            tracker.receive([crossing(race, 1)])
        tracker.hub.watch(Fan(), RACES[-1])
        shown: list[str] = []
        slow = tracker.publish

        def publish(race: str) -> None:
            slow(race)
            shown.append(race)
            if not tracker.watched(race):
                deadline = asyncio.get_running_loop().time() + settings.beat_s
                while asyncio.get_running_loop().time() < deadline:
                    pass

        tracker.publish = publish  # type: ignore[method-assign]
        for race in RACES:
            tracker.receive([crossing(race, 2)])
        beating = asyncio.create_task(tracker.publish_on_the_beat())
        await until(lambda: len(shown) >= 2)
        assert shown[0] == RACES[-1]
        assert len(shown) < len(RACES)
        # Those shown have news again at once, and still everybody gets a turn.
        for race in shown:
            tracker.receive([crossing(race, 3)])
        await until(lambda: set(shown) == set(RACES))
        beating.cancel()
