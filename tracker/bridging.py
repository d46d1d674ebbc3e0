"""Following a live feed: into a broker that is there, or with a tracker and its page."""

import asyncio
import contextlib
import time
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from tracker.app import Tracker, address, page_url
from tracker.bridges.converted import name, slug
from tracker.bridges.live.bridge import Bridge
from tracker.bridges.live.capture import Capture
from tracker.bridges.live.contract import Feed
from tracker.bridges.live.voices import Voices
from tracker.errors import Unavailable
from tracker.journal.lock import only_writer
from tracker.live.server import listen
from tracker.settings import Settings
from tracker.stopping import stopping_on_request

SAY_S = 30.0
"""Where there is no terminal, how the feed is doing is said when that changes, and so often."""
LAST_WORDS_S = 3.0
"""At the end, the broker and the tracker have this long to take what is left; the rest is said
when the bridge is started again."""
FEW = 3
"""Reasons for what was left out, in the line of the terminal."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A feed, the name its races go under, and where what it says is kept."""

    feed: Feed
    race: str
    record: Path | None = None
    browser: bool = False


async def carry(settings: Settings, what: Followed) -> None:
    """Feed a broker that a tracker elsewhere listens to, until stopped."""
    assert settings.broker is not None
    with stopping_on_request():
        async with bridging(settings, what, settings.broker) as bridge:
            say(f"{what.feed.link} → {address(settings.broker)}, kept in {bridge.capture.path}")
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(bridge.run(), name="bridge")
                tasks.create_task(tell(bridge), name="terminal")


async def show(settings: Settings, what: Followed) -> None:
    """Follow a feed with a tracker of our own, and show its races, until stopped."""
    with stopping_on_request(), contextlib.closing(listen(settings.host, settings.port)) as sock:
        async with Tracker.open(settings) as tracker, asyncio.TaskGroup() as tasks:
            running = tasks.create_task(tracker.run(sock), name="tracker")
            try:
                async with (
                    bridging(settings, what, tracker.broker_url) as bridge,
                    asyncio.TaskGroup() as both,
                ):
                    say(page_url(sock))
                    say(f"{what.feed.link}, kept in {bridge.capture.path}")
                    both.create_task(bridge.run(), name="bridge")
                    both.create_task(tell(bridge), name="terminal")
                    if what.browser:
                        both.create_task(open_page(bridge, tracker, page_url(sock)), name="browser")
            finally:
                running.cancel()


@asynccontextmanager
async def bridging(settings: Settings, what: Followed, broker: str) -> AsyncIterator[Bridge]:
    """A bridge with its capture and its outboxes open; they take their leave at the end."""
    name = slug(what.race, what.feed.kind)
    path = what.record or settings.data / "captures" / f"{name}-{what.feed.kind}.txt"
    async with contextlib.AsyncExitStack() as held:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(only_writer(path, "capture"))
        except OSError as error:
            raise Unavailable(f"{path} cannot be written: {error.strerror}") from None
        capture = held.enter_context(Capture(path, what.feed.kind, name))
        voices = await held.enter_async_context(Voices(address(broker), settings.outboxes))
        bridge = Bridge(what.feed, name, voices, capture)
        try:
            yield bridge
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS_S):
                    await voices.drained()
            say(f"ended; heard {bridge.heard}, told {voices.said}, kept in {path}")


async def open_page(bridge: Bridge, tracker: Tracker, page: str) -> None:
    """Open the page when there is a race to look at."""
    await bridge.begun.wait()
    assert bridge.race is not None
    await tracker.on_the_air(bridge.race)
    webbrowser.open(f"{page}race/{bridge.race}")


async def tell(bridge: Bridge) -> None:
    """Say how the feed is doing until cancelled: a line that changes, or lines in a log."""
    console = Console(stderr=True)
    if console.is_terminal:
        with Live(console=console, transient=True, auto_refresh=False) as live:
            while True:
                live.update(line(bridge), refresh=True)
                await asyncio.sleep(0.5)
    said, at = "", 0.0
    while True:
        if bridge.state != said or time.monotonic() - at > SAY_S:
            said, at = bridge.state, time.monotonic()
            say(line(bridge).plain)
        await asyncio.sleep(0.5)


def line(bridge: Bridge) -> Text:
    """How the feed is doing, in one line: heard, told, left out and why."""
    voices, refused = bridge.voices, bridge.refused
    waiting = f", {voices.pending} waiting" if voices.pending else ""
    text = Text.assemble(
        (f" {bridge.state} ", "reverse"),
        f"  {bridge.race or 'no race yet'}  heard {bridge.heard}, told {voices.said}{waiting}",
    )
    if bridge.why:
        text.append(f"  {bridge.why}")
    if bridge.capture.full:
        text.append("  the capture is full: nothing more is kept")
    if refused:
        often = ", ".join(f"{count} × {name(why)}" for why, count in refused.most_common(FEW))
        more = f", {len(refused) - FEW} more reasons" if len(refused) > FEW else ""
        text.append(f"  left out: {often}{more}", "dim")
    return text


def say(sentence: str) -> None:
    """A line for whoever started the bridge."""
    Console(stderr=True, soft_wrap=True).print(sentence, markup=False, highlight=False)
