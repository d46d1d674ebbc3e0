"""Following a feed from the command line: what is said, what is held, and how it ends."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.bridges.live.bridging import running
from tests.bridges.live.servers import serving
from tests.bridges.live.test_rmonitor import START, STATE
from tests.brokers import Broker, until
from tracker.bridges.live.bridge import Bridge
from tracker.bridges.live.capture import Capture
from tracker.bridges.live.contract import Feed
from tracker.bridges.live.rmonitor import LiveRMonitor, feed
from tracker.bridges.live.tcp import Tcp
from tracker.bridges.live.voices import Voices
from tracker.bridging import Followed, bridging, carry, line
from tracker.cli import app
from tracker.errors import TrackerError, Unavailable
from tracker.feed.connection import BrokerAddress, Connection
from tracker.feed.topics import status_topic
from tracker.settings import Settings


@pytest.mark.anyio
async def test_how_it_goes_in_one_line(tmp_path: Path) -> None:
    """What was heard, told and left out; a stranger's words are words, not markup."""
    with Capture(tmp_path / "capture.txt", "rmonitor", "club") as capture:
        translator = LiveRMonitor()
        address = BrokerAddress("127.0.0.1", 1)
        what = Feed("rmonitor", Tcp("timing", 50_000), translator)
        bridge = Bridge(what, "club", Voices(address, tmp_path), capture)
        assert line(bridge).plain == " connecting   no race yet  heard 0, told 0"
        bridge.race, bridge.state, bridge.why = "club-1", "silent", "timing says nothing"
        bridge.heard, bridge.voices.said = 7, 5
        translator.stream.tally.skipped = Counter({"[red]$X[/red]": 3, "b": 2, "c": 1, "d": 1})
        assert line(bridge).plain == (
            " silent   club-1  heard 7, told 5  timing says nothing"
            "  left out: 3 × [red]$X[/red], 2 × b, 1 × c, 1 more reasons"
        )


@pytest.mark.anyio
async def test_a_servers_words_do_nothing_to_the_terminal(tmp_path: Path) -> None:
    """A reason may be a stranger's: escapes in it are not carried out, and it is not a page."""
    with Capture(tmp_path / "capture.txt", "rmonitor", "club") as capture:
        what = Feed("rmonitor", Tcp("timing", 50_000), LiveRMonitor())
        voices = Voices(BrokerAddress("127.0.0.1", 1), tmp_path)
        bridge = Bridge(what, "club", voices, capture)
        await bridge.turn("lost", "is refused: 500 \x1b]0;gone\x07" + "!" * 5_000)
        voices.refused["\x1b[2J"] += 1
        shown = line(bridge).plain
        assert shown.isprintable()
        assert len(shown) < 400


@pytest.mark.anyio
async def test_two_bridges_for_one_race_are_one_too_many(tmp_path: Path) -> None:
    """The second one says who holds the capture, and touches nothing."""
    settings = Settings(data=tmp_path, broker="mqtt://127.0.0.1:1")
    what = Followed(feed("127.0.0.1:1"), "club")
    async with bridging(settings, what, "mqtt://127.0.0.1:1"):
        with pytest.raises(Unavailable, match=r"the capture .* is in use by another process"):
            async with bridging(settings, what, "mqtt://127.0.0.1:1"):
                pass


@pytest.mark.anyio
async def test_the_feed_is_kept_where_it_is_wanted(tmp_path: Path) -> None:
    """In a file of one's own, which is then the one to go on with; or nowhere, in a sentence."""
    settings = Settings(data=tmp_path, broker="mqtt://127.0.0.1:1")
    way = feed("127.0.0.1:1")
    kept = tmp_path / "mine" / "saturday.txt"
    async with bridging(settings, Followed(way, "club", kept), "mqtt://127.0.0.1:1"):
        assert kept.read_text() == "#capture rmonitor club\n"
    with pytest.raises(TrackerError, match="mqtt://host:port"):
        async with bridging(settings, Followed(way, "club", kept), "http://x"):
            pass
    nowhere = Path("/proc/saturday.txt")
    with pytest.raises(Unavailable, match=r"/proc/saturday.txt cannot be written: "):
        async with bridging(settings, Followed(way, "club", nowhere), "mqtt://127.0.0.1:1"):
            pass


@pytest.mark.anyio
async def test_asked_to_stop_it_stops_with_everything_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a feed, with a broker that is not there; and goes on afterwards."""
    monkeypatch.setattr("tracker.bridging.LAST_WORDS_S", 0.05)
    settings = Settings(data=tmp_path, broker="mqtt://127.0.0.1:1")
    kept = tmp_path / "captures" / "club-rmonitor.txt"
    async with serving() as server:
        for connection in (1, 2):
            what = Followed(feed(server.address), "club")
            carrying = asyncio.create_task(carry(settings, what))
            await until(lambda wanted=connection: server.connections == wanted)  # type: ignore[misc]
            await server.say(STATE, START)
            await until(
                lambda heard=3 * connection: kept.read_bytes().count(b"$F") == heard  # type: ignore[misc]
            )
            carrying.cancel()
            with pytest.raises(asyncio.CancelledError):
                await carrying
    assert kept.read_text().count("#connected") == 2
    said = capsys.readouterr().err
    assert f"{server.address} → mqtt://127.0.0.1:1, kept in {kept}" in said
    assert "ended; heard " in said


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_silent_feed_is_told_to_whoever_asks_the_broker(
    tmp_path: Path, broker: Broker
) -> None:
    """Retained, beside the events: online, and what is the matter."""
    address = BrokerAddress.parse(broker.url)
    async with serving() as server, Connection(address, "x", clean_session=True) as listener:
        await listener.subscribe(status_topic("club-25-heat-1", "timing"))
        way = Tcp("127.0.0.1", server.port)
        what = Feed("rmonitor", way, LiveRMonitor(), silent_after_s=0.5)
        heard: list[dict[str, object]] = []
        async with running(what, tmp_path, broker=address):
            await server.say(STATE, START)
            while not any(status.get("problems") for status in heard):
                heard += [json.loads(packet.payload) for packet in await listener.burst(10)]
        assert heard[0]["online"] is heard[-1]["online"] is True
        assert heard[-1]["problems"] == [f"silent: {server.address} says nothing"]
        (gone,) = await listener.burst(1)
        assert json.loads(gone.payload)["online"] is False


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["bridge", "rmonitor", "nowhere:"], "want HOST or HOST:PORT"),
        (["bridge", "p3", "host:x"], "want HOST or HOST:PORT"),
        (["bridge", "p3", "host", "--loop", "x=sf"], "want it as 268307=sf"),
        (["bridge", "p3", "host", "--loop", "7=S F"], "want it as 268307=sf"),
    ],
)
def test_what_cannot_be_followed_is_one_sentence(
    tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    ended = CliRunner().invoke(app, [*arguments, "--data", str(tmp_path)])
    assert ended.exit_code != 0
    assert complaint in " ".join(f"{ended.output} {ended.exception}".split())
