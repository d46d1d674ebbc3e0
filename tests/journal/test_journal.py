"""What happened, durably: each event once, in order, whatever goes wrong."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.errors import Unavailable
from tracker.journal import Fact, Fate, Journal, Numbering, Outcome, Stray, Watermark
from tracker.journal import journal as journal_module
from tracker.journal.content import same_content
from tracker.journal.examined import examined

pytestmark = pytest.mark.anyio


def fact(
    number: int, *, race: str = "kansas", epoch: str = "e", name: str = "", lap: int | None = None
) -> Fact:
    """The n-th event of a race; `lap` is what it says."""
    said = {
        "id": name or f"c-{number}",
        "epoch": epoch,
        "sequence": number,
        "data": {"lap": number if lap is None else lap},
    }
    payload = json.dumps(said).encode()
    topic = f"racing/v1/{race}/in/timing/crossing"
    return Fact(
        race, "timing", str(said["id"]), epoch, number, "t", number, 1000 + number, payload, topic
    )


async def offsets(journal: Journal, race: str | None = None, after: int = 0) -> list[int]:
    return [entry.offset async for entry in journal.events(race, after)]


async def test_events_come_back_in_order_race_by_race(tmp_path: Path) -> None:
    """Offsets count all races; each race reads its own."""
    async with Journal.open(tmp_path / "journal.db") as journal:
        await journal.append([fact(1), fact(1, race="talladega"), fact(2)])
        assert await journal.races() == ["kansas", "talladega"]
        assert await offsets(journal, "kansas") == [1, 3]
        assert await offsets(journal, "kansas", after=1) == [3]
        assert await offsets(journal) == [1, 2, 3]
        assert (await journal.counts()).events == 3
        assert (await journal.counts("kansas")).events == 2
        (first,) = [entry async for entry in journal.events("talladega")]
        assert (first.id, first.payload) == ("c-1", fact(1, race="talladega").payload)


async def test_reading_page_by_page_misses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what is written while somebody reads."""
    monkeypatch.setattr(journal_module, "PAGE", 3)
    async with Journal.open(tmp_path / "journal.db") as journal:
        await journal.append([fact(number) for number in range(1, 8)])
        seen = []
        async for entry in journal.events("kansas"):
            if entry.offset == 2:
                await journal.append([fact(8)])
            seen.append(entry.offset)
        assert seen == list(range(1, 9))


async def test_a_repeat_ends_here(tmp_path: Path) -> None:
    """In one burst or the next; the fate tells where the first one is."""
    async with Journal.open(tmp_path / "journal.db") as journal:
        appended = await journal.append([fact(1), fact(1), fact(2)])
        assert appended.fates == [
            Fate(Outcome.ACCEPTED, 1),
            Fate(Outcome.DUPLICATE, 1),
            Fate(Outcome.ACCEPTED, 2),
        ]
        again = await journal.append([fact(2)])
        assert again.fates == [Fate(Outcome.DUPLICATE, 2)]
        assert again.watermarks == [Watermark("kansas", "timing", "e", 2)]
        assert await offsets(journal) == [1, 2]


async def test_the_same_words_under_a_new_number_are_a_repeat(tmp_path: Path) -> None:
    """A producer that lost its outbox says everything again, numbered anew."""
    async with Journal.open(tmp_path / "journal.db") as journal:
        await journal.append([fact(1), fact(2)])
        later = [fact(1, epoch="new", name="c-2", lap=2), fact(2, epoch="new", name="c-1", lap=1)]
        appended = await journal.append(later)
        assert [fate.outcome for fate in appended.fates] == [Outcome.DUPLICATE] * 2
        assert appended.watermarks == [Watermark("kansas", "timing", "new", 2)]


async def test_other_words_under_the_same_id_are_put_aside(tmp_path: Path) -> None:
    """The first stands; the second is kept for whoever has to sort it out, and acknowledged."""
    async with Journal.open(tmp_path / "journal.db") as journal:
        await journal.append([fact(1)])
        appended = await journal.append([fact(2, name="c-1", lap=99)])
        assert appended.fates == [Fate(Outcome.CONFLICT)]
        assert appended.watermarks == [Watermark("kansas", "timing", "e", 2)]
        (aside,) = await journal.quarantine()
        assert aside.kind == "id_conflict"
        assert "offset 1" in aside.reason
        assert b"99" in aside.payload
        assert [entry.payload async for entry in journal.events()] == [fact(1).payload]


async def test_the_watermark_waits_at_a_hole(tmp_path: Path) -> None:
    """1, 2, 4 reaches 2; with 3 it reaches 4; and so it is found again."""
    path = tmp_path / "journal.db"
    async with Journal.open(path) as journal:
        appended = await journal.append([fact(1), fact(2), fact(4)])
        assert appended.watermarks == [Watermark("kansas", "timing", "e", 2)]
    async with Journal.open(path) as journal:
        assert journal.watermarks() == [Watermark("kansas", "timing", "e", 2)]
        appended = await journal.append([fact(3), fact(4)])  # it says again from the hole on
        assert appended.watermarks == [Watermark("kansas", "timing", "e", 4)]
        assert journal.watermark("kansas", "timing") == appended.watermarks[0]
        assert journal.watermark("kansas", "nobody") is None


async def test_a_stray_with_a_number_counts_as_heard(tmp_path: Path) -> None:
    """Or its producer would say it for ever."""
    async with Journal.open(tmp_path / "journal.db") as journal:
        stray = Stray("t", "invalid", "why", b"{}", 5, Numbering("kansas", "timing", "e", 1))
        appended = await journal.append([stray, fact(2)])
        assert [fate.outcome for fate in appended.fates] == [Outcome.QUARANTINED, Outcome.ACCEPTED]
        assert appended.watermarks == [Watermark("kansas", "timing", "e", 2)]


async def test_the_quarantine_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger can fill neither the rows nor a row, and half a character is no obstacle."""
    monkeypatch.setattr(journal_module, "QUARANTINE_ROWS", 5)
    async with Journal.open(tmp_path / "journal.db") as journal:
        for number in range(12):
            await journal.append(
                [Stray("\udcff" + "t" * 10_000, "topic", "r" * 10_000, b"p" * 10_000, number)]
            )
        kept = await journal.quarantine()
        assert [row.received_at for row in kept] == [11, 10, 9, 8, 7]
        assert len(kept[0].payload) == journal_module.QUARANTINE_BYTES
        assert max(len(kept[0].topic), len(kept[0].reason)) < 1000
        assert (await journal.counts()).quarantined == 5


async def test_opened_again_it_is_the_same_journal_in_a_later_epoch(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal.db"
    async with Journal.open(path) as journal:
        identity, epoch = journal.id, journal.engine_epoch
        await journal.append([fact(1)])
    async with Journal.open(path) as journal:
        assert (journal.id, journal.engine_epoch, journal.offset) == (identity, epoch + 1, 1)
        assert (await journal.append([fact(2)])).fates == [Fate(Outcome.ACCEPTED, 2)]
    async with Journal.open(tmp_path / "other.db") as journal:
        assert journal.id != identity


async def test_it_is_written_so_that_a_power_cut_takes_nothing(tmp_path: Path) -> None:
    """WAL, FULL, strict tables, and every step of their making on record."""
    async with Journal.open(tmp_path / "journal.db") as journal:
        assert await journal._fetch("PRAGMA journal_mode") == [("wal",)]
        assert await journal._fetch("PRAGMA synchronous") == [(2,)]
        steps = await journal._read("SELECT name FROM migrations ORDER BY applied_at")
        assert steps == [("first tables",), ("history",)]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await journal._read("DELETE FROM events")


async def test_one_writer(tmp_path: Path) -> None:
    """A second tracker is refused in words; when the first is killed, the next one may."""
    path = tmp_path / "journal.db"
    holder = (
        "import asyncio, sys; from pathlib import Path; from tracker.journal import Journal\n"
        "async def main():\n"
        "    async with Journal.open(Path(sys.argv[1])):\n"
        "        print('open', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(  # noqa: ASYNC220 - one line of it is read, at once
        [sys.executable, "-c", holder, str(path)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(Unavailable, match=f"in use by another process \\({other.pid}\\)"):
            async with Journal.open(path):
                pass
        other.kill()
    async with Journal.open(path) as journal:
        assert journal.engine_epoch == 2


async def test_cancelled_in_the_middle_it_is_written_and_the_next_one_too(tmp_path: Path) -> None:
    """Who gives up waiting leaves no transaction open."""
    async with Journal.open(tmp_path / "journal.db") as journal:
        for wait in range(12):
            burst = [fact(number) for number in range(wait * 50 + 1, wait * 50 + 51)]
            writing = asyncio.create_task(journal.append(burst))
            for _ in range(wait):
                await asyncio.sleep(0)
            writing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await writing
        written = (await journal.append([fact(10_000)])).fates
        assert written[0].outcome is Outcome.ACCEPTED
        assert await offsets(journal) == list(range(1, 1 + journal.offset))
        assert journal.offset >= 11 * 50 + 1


async def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """Refused whole, and taken whole when there is room again."""
    async with Journal.open(tmp_path / "journal.db") as journal:
        await journal.append([fact(1)])
        ((pages,),) = await journal._fetch("PRAGMA page_count")
        await journal._fetch(f"PRAGMA max_page_count = {pages + 1}")
        burst = [fact(number) for number in range(2, 400)]
        for _ in range(2):
            with pytest.raises(Unavailable, match="cannot be written: database or disk is full"):
                await journal.append(burst)
        assert journal.offset == 1
        assert await offsets(journal) == [1]
        assert journal.watermarks() == [Watermark("kansas", "timing", "e", 1)]
        await journal._fetch(f"PRAGMA max_page_count = {pages + 1000}")
        appended = await journal.append(burst)
        assert {fate.outcome for fate in appended.fates} == {Outcome.ACCEPTED}
        assert appended.watermarks == [Watermark("kansas", "timing", "e", 399)]


async def test_what_is_no_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_text("the quick brown fox jumps over the lazy dog\n" * 100)
    with pytest.raises(Unavailable, match="cannot be opened: file is not a database"):
        async with Journal.open(path):
            pass


async def test_a_journal_from_the_future_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with Journal.open(path):
        pass
    with closing(sqlite3.connect(path)) as database:
        database.execute("INSERT INTO migrations VALUES ('time travel', 0)")
        database.commit()
    with pytest.raises(Unavailable, match="written by a later version"):
        async with Journal.open(path):
            pass


async def test_damage_is_found(tmp_path: Path) -> None:
    """A bit that flipped in a row, and a row that vanished."""
    path = tmp_path / "journal.db"
    async with Journal.open(path) as journal:
        await journal.append([fact(number) for number in range(1, 6)])
        assert examined(path).damaged == 0
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE events SET payload = x'00' WHERE \"offset\" = 2")
        database.execute('DELETE FROM events WHERE "offset" = 4')
        database.commit()
    assert examined(path).damaged == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(st.lists(st.lists(st.integers(1, 12), max_size=8), max_size=6))
def test_however_they_come_each_is_there_once(bursts: list[list[int]]) -> None:
    """In any order, in any bursts, with any repeats."""

    async def story() -> None:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            async with Journal.open(Path(folder) / "journal.db") as journal:
                for burst in bursts:
                    await journal.append([fact(number) for number in burst])
                names = [entry.id async for entry in journal.events()]
                said = dict.fromkeys(f"c-{number}" for burst in bursts for number in burst)
                assert names == list(said)
                assert await offsets(journal) == list(range(1, len(said) + 1))

    asyncio.run(story())


def test_the_same_content_however_it_is_written() -> None:
    one = b'{"id": "a", "epoch": "x", "sequence": 1, "time": "now", "data": {"a": 1, "b": 2}}'
    other = b'{"data":{"b":2,"a":1},"sequence":7,"id":"a"}'
    assert same_content(one, other)
    assert not same_content(one, other.replace(b"2", b"3"))
    assert not same_content(b"[" * 100_000, one)
    assert same_content(b"not json", b"not json")
