"""What a producer promised to say survives until the tracker has it."""

import asyncio
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from tracker.errors import ReportRefused, Unavailable
from tracker.feed.decode import decode
from tracker.feed.envelope import MAX_PACKET, Report
from tracker.feed.outbox import Outbox
from tracker.feed.setting import Driver, EntryUpsert
from tracker.feed.timing import Crossing

pytestmark = pytest.mark.anyio


def crossing(number: int, lap: int = 1, source: str = "timing") -> Report:
    return Report(source, f"c-{number}", Crossing(entry="24", t_us=number, lap=lap))


def crossings(numbers: Iterable[int]) -> list[Report]:
    return [crossing(number) for number in numbers]


async def test_what_was_put_is_there_in_order_and_can_be_decoded(tmp_path: Path) -> None:
    async with Outbox(tmp_path / "outbox.db", "kansas", "timing") as outbox:
        await outbox.put(crossings([7, 8, 9]))
        waiting = await outbox.after(1, 10)
        assert [row.sequence for row in waiting] == [2, 3]
        assert [row.sequence for row in await outbox.after(0, 2)] == [1, 2]
        event = decode(waiting[0].topic, waiting[0].packet)
        assert (event.id, event.epoch, event.sequence) == ("c-8", outbox.epoch, 2)


async def test_it_survives_and_goes_on_counting(tmp_path: Path) -> None:
    """Also when everything was forgotten before."""
    path = tmp_path / "outbox.db"
    async with Outbox(path, "kansas", "timing") as outbox:
        epoch = outbox.epoch
        await outbox.put(crossings([1, 2, 3]))
        await outbox.forget(2)
        assert outbox.pending == 1
    async with Outbox(path, "kansas", "timing") as outbox:
        assert (outbox.epoch, outbox.last_sequence, outbox.forgotten) == (epoch, 3, 2)
        await outbox.forget(99)
        assert (outbox.pending, outbox.forgotten) == (0, 3)
    async with Outbox(path, "kansas", "timing") as outbox:
        assert (outbox.pending, outbox.last_sequence, outbox.forgotten) == (0, 3, 3)
        await outbox.put([crossing(4)])
        assert [row.sequence for row in await outbox.after(0, 10)] == [4]


async def test_the_same_report_is_put_once(tmp_path: Path) -> None:
    async with Outbox(tmp_path / "outbox.db", "kansas", "timing") as outbox:
        await outbox.put(crossings([1, 1, 2]))
        await outbox.put(crossings([2, 3]))
        assert outbox.last_sequence == 3


async def test_two_stories_under_one_id_are_refused(tmp_path: Path) -> None:
    """And nothing of that call is promised; what others put at the same time is."""
    async with Outbox(tmp_path / "outbox.db", "kansas", "timing") as outbox:
        await outbox.put([crossing(1)])
        good, bad = await asyncio.gather(
            outbox.put([crossing(2)]),
            outbox.put([crossing(3), crossing(1, lap=2)]),
            return_exceptions=True,
        )
        assert good is None
        assert isinstance(bad, ReportRefused)
        assert [b"c-3" in row.packet for row in await outbox.after(0, 10)] == [False, False]


async def test_what_no_broker_would_carry_is_refused(tmp_path: Path) -> None:
    """One large packet would be sent, and refused, for ever."""
    drivers = [Driver(name="ö" * 120, id="é" * 120) for _ in range(12)]

    def entry(classes: int) -> Report:
        return Report(
            "timing",
            f"e-{classes}",
            EntryUpsert(entry="24", drivers=drivers, classes=["x" * 100] * min(classes, 8)),
        )

    async with Outbox(tmp_path / "outbox.db", "kansas", "timing") as outbox:
        await outbox.put([entry(8)])
        huge = entry(8).data.model_copy(update={"team": "t" * MAX_PACKET})
        with pytest.raises(ReportRefused, match="at most 65536 can be delivered"):
            await outbox.put([crossing(1), Report("timing", "huge", huge)])
        with pytest.raises(ReportRefused, match="takes nothing of"):
            await outbox.put([crossing(1, source="officials")])
        assert outbox.last_sequence == 1


async def test_one_that_just_fits_is_measured_and_not_guessed(tmp_path: Path) -> None:
    """The limit is on the packet as it travels, its number included."""

    def sized(extra: int) -> Report:
        entry = EntryUpsert(entry="24", team="")
        return Report("timing", "e", entry.model_copy(update={"team": "t" * extra}))

    async with Outbox(tmp_path / "outbox.db", "kansas", "timing") as outbox:
        room = MAX_PACKET - outbox.size(sized(0))
        assert outbox.size(sized(room)) == MAX_PACKET
        outbox.check(sized(room))
        with pytest.raises(ReportRefused):
            outbox.check(sized(room + 1))


async def test_many_puts_at_once_share_a_write(tmp_path: Path) -> None:
    """A hundred callers wait for two or three disk flushes, not for a hundred."""
    async with Outbox(tmp_path / "outbox.db", "kansas", "timing") as outbox:
        writes = []
        insert = outbox._insert

        def counted(reports: list[Report]) -> None:
            writes.append(len(reports))
            insert(reports)

        outbox._insert = counted  # type: ignore[assignment, method-assign]
        await asyncio.gather(*(outbox.put([crossing(number)]) for number in range(100)))
        assert sum(writes) == outbox.last_sequence == 100
        assert len(writes) < 10


async def test_a_full_disk_promises_nothing(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    async with Outbox(path, "kansas", "timing") as outbox:
        await outbox.put([crossing(1)])
        assert outbox._database is not None
        database = outbox._database
        (pages,) = await outbox._run(lambda: database.execute("PRAGMA page_count").fetchone())
        await outbox._run(lambda: database.execute(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(Unavailable, match="cannot be written: database or disk is full"):
            await outbox.put(crossings(range(2, 500)))
        assert (outbox.last_sequence, len(await outbox.after(0, 1000))) == (1, 1)


async def test_numbering_begins_again_for_a_tracker_that_lost_everything(tmp_path: Path) -> None:
    async with Outbox(tmp_path / "outbox.db", "kansas", "timing") as outbox:
        await outbox.put(crossings([1, 2, 3]))
        await outbox.forget(1)
        before = outbox.epoch
        await outbox.begin_again()
        assert outbox.epoch != before
        assert (outbox.last_sequence, outbox.forgotten) == (2, 0)
        events = [decode(row.topic, row.packet) for row in await outbox.after(0, 10)]
        assert [(event.id, event.sequence) for event in events] == [("c-2", 1), ("c-3", 2)]
        assert {event.epoch for event in events} == {outbox.epoch}
        await outbox.put([crossing(4)])
        assert outbox.last_sequence == 3


async def test_one_producer_numbers(tmp_path: Path) -> None:
    """Two with one outbox would give one number to two reports."""
    async with Outbox(tmp_path / "outbox.db", "kansas", "timing"):
        with pytest.raises(Unavailable, match=r"outbox\.db is in use by another process"):
            async with Outbox(tmp_path / "outbox.db", "kansas", "timing"):
                pass


async def test_an_outbox_is_for_one_source_of_one_race(tmp_path: Path) -> None:
    async with Outbox(tmp_path / "outbox.db", "kansas", "timing"):
        pass
    with pytest.raises(Unavailable, match="is that of timing in kansas"):
        async with Outbox(tmp_path / "outbox.db", "talladega", "timing"):
            pass
    (tmp_path / "broken.db").write_text("no outbox " * 1000)
    with pytest.raises(Unavailable, match="cannot be opened"):
        async with Outbox(tmp_path / "broken.db", "kansas", "timing"):
            pass


async def test_who_gives_up_waiting_has_promised_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    async with Outbox(path, "kansas", "timing") as outbox:
        putting = asyncio.create_task(outbox.put([crossing(1)]))
        await asyncio.sleep(0)
        putting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await putting
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT packet FROM pending").fetchall()
    assert [json.loads(packet)["id"] for (packet,) in rows] == ["c-1"]
