"""Showing a race: which race a run is, and what is left to tell."""

import asyncio
import contextlib
import socket
from pathlib import Path

import pytest

from simulators.player import Player
from tests.brokers import Broker, until
from tracker import showing
from tracker.app import Tracker
from tracker.errors import Unavailable
from tracker.feed.decode import decode_payload
from tracker.feed.envelope import Report
from tracker.feed.officials import FlagChanged
from tracker.feed.outbox import Outbox
from tracker.feed.recording import numbered, write
from tracker.feed.timing import Crossing
from tracker.journal.told import events_told
from tracker.settings import Settings
from tracker.showing import Show, Shows, beginning, feed, forget_told, show, story


def test_a_run_after_a_crash_goes_on_and_a_new_one_stands_beside(tmp_path: Path) -> None:
    book = Shows(tmp_path / "shows.json")
    assert book.race_for("kansas", []) == ("kansas", False)
    book.began("kansas", "kansas")
    assert book.race_for("kansas", ["kansas"]) == ("kansas", True)
    book.over("kansas")
    assert book.race_for("kansas", ["kansas", "kansas-2"]) == ("kansas-3", False)


def test_a_file_that_says_nonsense_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "shows.json"
    for nonsense in ("[]", "7", "{", ""):
        path.write_text(nonsense)
        assert Shows(path).begun() == {}


def test_a_race_shown_again_keeps_a_name_that_fits_a_topic(tmp_path: Path) -> None:
    book = Shows(tmp_path / "shows.json")
    long = "x" * 64
    second, _ = book.race_for(long, [long])
    third, _ = book.race_for(long, [long, second])
    assert (second, third) == ("x" * 62 + "-2", "x" * 62 + "-3")


@pytest.mark.anyio
async def test_what_is_being_told_is_not_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "outbox" / "kansas"
    async with Outbox(folder / "timing.db", "kansas", "timing"):
        with pytest.raises(Unavailable, match="in use"):
            forget_told(folder)
    forget_told(folder)
    assert not folder.exists()
    forget_told(folder)


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_race_told_to_its_end_says_so(tmp_path: Path, broker: Broker) -> None:
    """Only `--fresh` tells it again; until then a second run ends with a sentence."""
    settings = Settings(data=tmp_path / "data", broker=broker.url)
    recording = tmp_path / "race.jsonl"
    recording.write_text(
        '{"specversion":"1.0","type":"racing.crossing.v1","race":"club","source":"timing",'
        '"id":"1","epoch":"e","sequence":1,"data":{"entry":"5","loop":"sf","t_us":1}}\n'
    )
    folder = settings.outboxes / "club"
    async with Outbox(folder / "timing.db", "club", "timing") as outbox:
        await outbox.put(story(str(recording))[1])
        await outbox.forget(1)
    with pytest.raises(Unavailable, match="told to its end before; --fresh"):
        await feed(settings, Show(str(recording)))


@pytest.mark.anyio
@pytest.mark.parametrize("ours", [True, False])
async def test_only_who_ends_it_on_purpose_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ours: bool
) -> None:
    """A tracker that fails cancels the show as Ctrl-C does, and is not taken for it."""
    settings = Settings(data=tmp_path, port=0)
    book = Shows(tmp_path / "shows.json")
    begun = asyncio.Event()

    async def run(tracker: Tracker, sock: socket.socket) -> None:
        await until(lambda: bool(book.begun()))
        begun.set()
        if ours:
            raise ZeroDivisionError
        await asyncio.Event().wait()

    monkeypatch.setattr(Tracker, "run", run)
    showing = asyncio.create_task(show(settings, Show("kansas-2024")))
    await begun.wait()
    if ours:
        with pytest.raises(ExceptionGroup):
            await showing
    else:
        showing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await showing
    assert book.begun() == ({"kansas-2024": "kansas-2024"} if ours else {})


def club(folder: Path, laps: int = 5) -> Path:
    """Two cars, laps of thirty seconds."""
    reports = [
        Report("race-control", "green", FlagChanged(flag="green", t_us=0)),
        *(
            Report("timing", f"{car}/{lap}", Crossing(entry=car, t_us=lap * 30_000_000 + late))
            for lap in range(laps + 1)
            for car, late in (("5", 0), ("17", 900_000))
        ),
    ]
    path = folder / "club.jsonl.gz"
    write(path, numbered(reports, "club"))
    return path


def ids(data: Path, race: str) -> list[str]:
    """What a journal holds of a race."""
    return [decode_payload("", said).id for said in events_told(data / "journal.db", race)]


@pytest.mark.anyio
@pytest.mark.broker
@pytest.mark.parametrize("loop", [False, True])
async def test_again_is_a_race_of_its_own_beside_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loop: bool
) -> None:
    """Sent back with the arrows, or in a loop: what was told of the first stays as it was told."""
    begun: list[Player] = []

    async def terminal(player: Player, line: object) -> None:
        begun.append(player)
        if len(begun) == 1 and not loop:
            await until(lambda: player.over and len(player.laps) == 6)
            player.back()
            player.back()
        await asyncio.Event().wait()

    monkeypatch.setattr(showing, "control", terminal)
    monkeypatch.setattr(showing, "GRID_S", 0.0)
    monkeypatch.setattr(showing, "END_S", 0.0)
    settings = Settings(data=tmp_path / "data", port=0, broker_sync="200ms")
    recording = club(tmp_path)
    told = len(story(str(recording))[1])
    playing = asyncio.create_task(show(settings, Show(str(recording), 1000.0, loop=loop)))

    def twice() -> bool:
        return len(begun) == 2 and begun[1].over and len(ids(settings.data, "club-2")) == told

    await until(twice)
    playing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await playing
    assert sorted(ids(settings.data, "club")) == sorted(ids(settings.data, "club-2"))


@pytest.mark.anyio
async def test_it_begins_where_it_is_asked_to(tmp_path: Path) -> None:
    reports = story(str(club(tmp_path)))[1]
    for wanted, moment in (
        (Show("club"), None),
        (Show("club", from_lap=0), 0),
        (Show("club", from_lap=3), 90_000_000),
        (Show("club", from_time=61_000_000), 61_000_000),
    ):
        assert beginning(wanted, reports) == moment
    with pytest.raises(Unavailable, match="club has 5 laps"):
        beginning(Show("club", from_lap=6), reports)
    with pytest.raises(Unavailable, match="club has 0 laps"):
        beginning(Show("club", from_lap=1), reports[:1])
