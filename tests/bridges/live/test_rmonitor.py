"""RMonitor live, against a server of ours: lost connections, rubbish, restarts; nothing twice."""

import re
import shutil
from pathlib import Path

import pytest

from tests.bridges.live.bridging import races, running, told
from tests.bridges.live.servers import nobody, serving
from tests.brokers import until
from tracker.bridges.live.bridge import Bridge
from tracker.bridges.live.contract import Feed
from tracker.bridges.live.rmonitor import LiveRMonitor, feed
from tracker.bridges.live.tcp import Tcp
from tracker.bridges.rmonitor_file import convert
from tracker.errors import TrackerError
from tracker.feed.outbox import Outbox
from tracker.feed.recording import numbered
from tracker.feed.timing import Crossing, SourceStatus
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.score import folded

pytestmark = pytest.mark.anyio

STATE = b"""\
$B,25,"Heat 1"\r
$A,"1","11",1001,"Ann","Smith","",1\r
$A,"2","22",1002,"Bea","Jones","",1\r
$C,1,"Formula Vee"\r
$E,"TRACKNAME","Old Airfield"\r
"""
START = b"""\
$F,9999,"00:05:00","14:20:20","00:00:00","      "\r
$F,9999,"00:04:59","14:20:21","00:00:00","Green "\r
$J,"1","00:00:00.000","00:00:02.061"\r
$G,1,"1",,"00:00:02.061"\r
$J,"2","00:00:00.000","00:00:02.217"\r
$J,"1","00:00:40.000","00:00:42.061"\r
$J,"2","00:00:41.000","00:00:43.217"\r
$F,9999,"00:04:16","14:21:04","00:00:43","Green "\r
"""
FINISH = b"""\
$J,"1","00:00:40.500","00:01:22.561"\r
$F,9999,"00:00:00","14:21:43","00:01:23","Finish"\r
$J,"2","00:00:40.500","00:01:23.717"\r
"""
BOARD = [("1", 2, 82_561_000), ("2", 2, 83_717_000)]
RACE = "club-25-heat-1"


def board(race: Race) -> list[tuple[str, int, int | None]]:
    return [(line.car.entry, line.laps, line.time) for line in classification(race)]


def heard(folder: Path, race: str = RACE) -> Race:
    """The race as a tracker would score it from what was promised."""
    return folded(told(folder, race))


def passings(folder: Path, race: str = RACE) -> list[tuple[str, int]]:
    return [
        (event.data.entry, event.data.t_us)
        for event in told(folder, race)
        if isinstance(event.data, Crossing)
    ]


def states(folder: Path, race: str = RACE) -> list[tuple[bool, list[str]]]:
    return [
        (event.data.online, event.data.problems)
        for event in told(folder, race)
        if isinstance(event.data, SourceStatus)
    ]


async def said(bridge: Bridge, lines: int) -> None:
    await until(lambda: bridge.heard >= lines and bridge.state == "connected")


async def test_a_race_from_its_first_line_to_its_flag(tmp_path: Path) -> None:
    """The board told live is the board converted from the capture afterwards."""
    async with serving() as server, running(feed(server.address), tmp_path) as bridge:
        await server.say(STATE, START, FINISH)
        await said(bridge, 16)
        assert bridge.race == RACE
        assert bridge.refused == {}
    assert board(heard(tmp_path)) == BOARD
    converted = numbered(convert(tmp_path / "capture.txt").reports, "race")
    assert board(folded(converted)) == BOARD


@pytest.mark.parametrize("cut", [0, 1, 150, 199, 200, 201, 330, 470, 640, 700])
async def test_the_line_goes_dead_in_the_middle_of_a_line(tmp_path: Path, cut: int) -> None:
    """Half a line is no line. The next connection says it whole, as one that holds the state does:
    what was heard before counts once."""
    wire = STATE + START + FINISH
    async with serving() as server, running(feed(server.address), tmp_path) as bridge:
        await server.say(wire[:cut])
        await until(lambda: bridge.heard >= wire[:cut].count(b"\n"))
        await server.hang_up()
        await until(lambda: server.connections == 2)
        await server.say(wire)
        await said(bridge, wire[:cut].count(b"\n") + 16)
    assert board(heard(tmp_path)) == BOARD
    assert len(passings(tmp_path)) == 6


async def test_rubbish_between_the_lines(tmp_path: Path) -> None:
    """Bytes of another protocol, a line without end, endings of every kind."""
    rubbish = b"\x8e\x02\x00\x33\xff\xfe\r\n" + b"x" * 50_000 + b'\r\n$J,"1\r\n$$$\n\n\r\x00\n'
    async with serving() as server, running(feed(server.address), tmp_path) as bridge:
        await server.say(rubbish, STATE.replace(b"\r\n", b"\n"), rubbish)
        await server.say(START.replace(b"\r\n", b"\r"), rubbish, FINISH, rubbish)
        await said(bridge, 28)
        assert bridge.refused["a line of more than 8192 bytes"] == 4
        assert bridge.refused["not a record"] == 4
    assert board(heard(tmp_path)) == BOARD


async def test_killed_and_started_again(tmp_path: Path) -> None:
    """It knows where it was, connects again, and says nothing twice."""
    async with serving() as server:
        async with running(feed(server.address), tmp_path) as bridge:
            await server.say(STATE, START)
            await said(bridge, 13)
        before = told(tmp_path, RACE)
        async with running(feed(server.address), tmp_path) as bridge:
            await until(lambda: server.connections == 2)
            await server.say(FINISH)
            await said(bridge, 16)
    after = [event for event in told(tmp_path, RACE) if event.source != "bridge"]
    assert [e for e in before if e.source != "bridge"] == [
        event for event in after if event in before
    ]
    assert len({(event.source, event.id) for event in after}) == len(after)
    assert board(heard(tmp_path)) == BOARD


async def test_killed_between_hearing_and_telling(tmp_path: Path) -> None:
    """The capture has it, the outboxes do not: it is told at the start, without a word from the
    feed."""
    heading = b"#capture rmonitor club\n#connected 2026-01-01T00:00:00Z\n"
    (tmp_path / "capture.txt").write_bytes(heading + (STATE + START).replace(b"\r", b""))
    with nobody() as port:
        async with running(feed(f"127.0.0.1:{port}"), tmp_path) as bridge:
            await until(lambda: bridge.state == "lost")
    assert len(passings(tmp_path)) == 4


async def test_what_the_tracker_has_is_not_said_again(tmp_path: Path) -> None:
    """Started again, it goes through what it heard and says only what no outbox ever took."""
    async with serving() as server:
        async with running(feed(server.address), tmp_path) as bridge:
            await server.say(STATE, START)
            await said(bridge, 13)
        for source in ("timing", "race-control"):
            path = tmp_path / "outbox" / RACE / f"{source}.db"
            async with Outbox(path, RACE, source) as outbox:
                await outbox.forget(outbox.last_sequence)
        with (tmp_path / "capture.txt").open("ab") as capture:
            capture.write(FINISH.splitlines()[0] + b"\n")  # killed before it could be told
        async with running(feed(server.address), tmp_path) as bridge:
            await until(lambda: bridge.heard == 14)
    assert passings(tmp_path) == [("1", 82_561_000)]
    assert "race-control" not in {event.source for event in told(tmp_path, RACE)}


async def test_told_from_the_beginning_to_another_tracker(tmp_path: Path) -> None:
    """Without its outboxes it says everything it ever heard, under the same ids."""
    async with serving() as server, running(feed(server.address), tmp_path) as bridge:
        await server.say(STATE, START, FINISH)
        await said(bridge, 16)
    before = [(e.source, e.id, e.data) for e in told(tmp_path, RACE) if e.source != "bridge"]
    shutil.rmtree(tmp_path / "outbox" / RACE)
    with nobody() as port:
        async with running(feed(f"127.0.0.1:{port}"), tmp_path) as bridge:
            await until(lambda: bridge.state == "lost")
    after = [(e.source, e.id, e.data) for e in told(tmp_path, RACE) if e.source != "bridge"]
    assert after == before


async def test_a_stranger_who_hears_the_same_feed_files_nothing_twice(tmp_path: Path) -> None:
    """Another machine, without our memory: the same names and ids, the same content."""
    for folder in (tmp_path / "one", tmp_path / "other"):
        folder.mkdir()
        async with serving() as server, running(feed(server.address), folder) as bridge:
            await server.say(STATE, START, FINISH)
            await said(bridge, 16)
    one, other = (
        [(e.source, e.id, e.data) for e in told(tmp_path / who, RACE) if e.source != "bridge"]
        for who in ("one", "other")
    )
    assert one == other


async def test_how_the_feed_is_doing_is_told(tmp_path: Path) -> None:
    """Connected, silent, lost, and back: once each, in the race that is run."""
    async with serving() as server:
        way = Tcp("127.0.0.1", server.port)
        quick = Feed("rmonitor", way, LiveRMonitor(), silent_after_s=0.1, lost_after_s=0.3)
        async with running(quick, tmp_path) as bridge:
            await server.say(STATE, START)
            await until(lambda: bridge.state == "silent")
            assert bridge.why == f"127.0.0.1:{server.port} says nothing"
            await until(lambda: server.connections == 2)  # taken for dead
            await server.say(FINISH)
            await until(lambda: bridge.state == "connected")
    connected, silent, lost, *_, again = states(tmp_path)
    assert connected == again == (True, [])
    assert silent == (True, [f"silent: 127.0.0.1:{server.port} says nothing"])
    online, (why,) = lost
    assert not online
    assert re.fullmatch(rf"lost: 127\.0\.0\.1:{server.port} said nothing for \d+ s", why)


async def test_nobody_there_and_then_somebody(tmp_path: Path) -> None:
    """A port that refuses is tried again until it does not."""
    with nobody() as port:
        async with running(feed(f"127.0.0.1:{port}"), tmp_path) as bridge:
            await until(lambda: bridge.state == "lost")
            assert "cannot be reached" in bridge.why
            async with serving(port) as server:
                await server.say(STATE, START, FINISH)
                await said(bridge, 16)
    assert board(heard(tmp_path)) == BOARD


async def test_the_next_run_is_another_race(tmp_path: Path) -> None:
    """Each under the name that the stream gives it, however often that is repeated."""
    second = (STATE + START + STATE).replace(b'25,"Heat 1"', b'26,"Final"')
    async with serving() as server, running(feed(server.address), tmp_path) as bridge:
        await server.say(STATE, START, FINISH, second)
        await said(bridge, 34)
        assert bridge.race == "club-26-final"
    assert races(tmp_path) == {"club-25-heat-1", "club-26-final"}
    assert board(heard(tmp_path)) == BOARD
    assert len(passings(tmp_path, "club-26-final")) == 4


async def test_a_stream_that_never_names_its_run(tmp_path: Path) -> None:
    """After a while nobody waits for the name any more."""
    beats = b"".join(
        b'$F,9999,"00:04:00","14:21:04","00:%02d:%02d","Green "\n' % divmod(second, 60)
        for second in range(44, 144)
    )
    async with serving() as server, running(feed(server.address), tmp_path) as bridge:
        await server.say(START, beats)
        await said(bridge, 108)
        assert bridge.race == "club"
    assert len(passings(tmp_path, "club")) == 4


async def test_a_relay_reached_again_in_mid_race(tmp_path: Path) -> None:
    """It says `$I` and its state; laps that went by meanwhile are asked for and put in."""
    relay = b"""\
$RMDTL,""\r
$I,"23:22:30",""\r
$A,"1","11",1001,"Ann","Smith","",1\r
$A,"2","22",1002,"Bea","Jones","",1\r
$B,25,"Heat 1"\r
$C,1,"Formula Vee"\r
$G,1,"1",3,"00:02:02.561"\r
$G,2,"2",3,"00:02:03.717"\r
$RMS,"race"\r
$F,9999,"00:02:56","23:22:24","00:02:04","Green "\r
"""
    remembered = b"""\
$RMHL,"1","2","1","00:00:40.500","Green ","00:01:22.561"\r
$RMHL,"2","2","2","00:00:40.500","Green ","00:01:23.717"\r
$F,9999,"00:02:55","23:22:25","00:02:05","Green "\r
"""
    async with serving() as server, running(feed(server.address), tmp_path) as bridge:
        await server.say(STATE, START)
        await said(bridge, 13)
        await server.hang_up()
        await until(lambda: server.connections == 2)
        await server.say(relay)
        await until(lambda: b"$GET,1\r\n$GET,2\r\n" in server.heard)
        await server.say(remembered)
        await said(bridge, 26)
    race = heard(tmp_path)
    assert races(tmp_path) == {RACE}
    assert {car.entry: [at // 1_000 for at in car.crossings] for car in race.cars.values()} == {
        "1": [2_061, 42_061, 82_561, 122_561],
        "2": [2_217, 43_217, 83_717, 123_717],
    }


@pytest.mark.parametrize("address", ["", ":5000", "host:", "host:x", "host:0", "host:70000"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(TrackerError, match="want HOST or HOST:PORT"):
        feed(address)


def test_an_address_with_and_without_its_port() -> None:
    assert str(feed("timing.local").link) == "timing.local:50000"
    assert str(feed("[::1]").link) == "[::1]:50000"
    assert str(feed("[::1]:4000").link) == "[::1]:4000"


async def test_a_translator_that_fails_loses_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own fault must not stop the race, nor every restart of the bridge."""
    live = LiveRMonitor()
    hear = live.stream.feed

    def failing(line: str) -> list[object]:
        if line.startswith("$C"):
            raise ZeroDivisionError
        return list(hear(line))

    monkeypatch.setattr(live.stream, "feed", failing)
    async with serving() as server:
        way = Tcp("127.0.0.1", server.port)
        async with running(Feed("rmonitor", way, live), tmp_path) as bridge:
            await server.say(STATE, START, FINISH)
            await said(bridge, 16)
            assert bridge.refused == {"our fault: ZeroDivisionError on '$C,1,\"Formul'": 1}
    assert board(heard(tmp_path)) == BOARD
