"""A bridge at work: keeps what the feed says, has it translated, and sees that it is heard.

It may be killed at any moment. What it heard lies in the capture and what it told in outboxes, so
it goes on where it was: it reads the capture, says what the outboxes have not taken, and connects.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Literal

from tracker.bridges.converted import name, slug
from tracker.bridges.live.capture import CONNECTED, Capture
from tracker.bridges.live.contract import Feed, FeedLost, Talk, Told
from tracker.bridges.live.voices import Voices
from tracker.feed.envelope import Report
from tracker.feed.timing import SourceStatus

SOURCE = "bridge"
"""Who tells how the feed itself is doing."""
PAUSE_S = (0.5, 30.0)
"""Before connecting again: at most the first, doubled with each failure up to the second."""
AT_ONCE = 500
"""Lines of the past gone through before something else gets its turn."""
LONGEST_RACE = 64
LONGEST_WHY = 200

State = Literal["connecting", "connected", "silent", "lost"]


class Bridge:
    """Carries one feed's races to a broker, until cancelled."""

    def __init__(
        self,
        feed: Feed,
        race: str,
        voices: Voices,
        capture: Capture,
        pause_s: tuple[float, float] = PAUSE_S,
    ) -> None:
        self.feed = feed
        self.name = slug(race, feed.kind)
        self.voices = voices
        self.capture = capture
        self.pause_s = pause_s
        self.race: str | None = None
        """The race told of last."""
        self.state: State = "connecting"
        self.why = ""
        """Why the feed is silent or lost."""
        self.heard = 0
        """Messages heard and dealt with, those of the past included."""
        self.faults: Counter[str] = Counter()
        """Messages that our own translator failed on."""
        self.begun = asyncio.Event()
        """There is a race to look at."""

    @property
    def refused(self) -> Counter[str]:
        """What was heard and not told, by reason."""
        feed = self.feed
        return feed.link.refused + feed.translator.refused + self.voices.refused + self.faults

    @property
    def problems(self) -> list[str]:
        """What is wrong with the feed now, in words."""
        return [name(f"{self.state}: {self.why}")] if self.why else []

    async def run(self) -> None:
        """Go through the past, then listen for ever: over lost connections and silent feeds."""
        await self.catch_up()
        shortest, longest = self.pause_s
        ceiling = shortest
        while True:
            heard = self.heard
            try:
                async with self.feed.link.connect() as talk:
                    await self.listen(talk)
            except FeedLost as lost:
                await self.turn("lost", str(lost))
            ceiling = shortest if self.heard > heard else min(longest, ceiling * 2)
            # Jitter, because a hundred bridges that lost the same relay should not all return
            # at once.
            await asyncio.sleep(random.uniform(0, ceiling))  # noqa: S311 - jitter, not a secret

    async def catch_up(self) -> None:
        """Read what was heard before; say what was never said."""
        lines = self.capture.lines()
        while burst := list(islice(lines, AT_ONCE)):
            told: list[Told] = []
            for line in burst:
                told += self.translated(line)
            await self.tell(told, again=True)
            self.heard += sum(not line.startswith(CONNECTED) for line in burst)
            await asyncio.sleep(0)
        self.feed.translator.asks()  # asked of a connection that is gone

    async def listen(self, talk: Talk) -> None:
        """Hear one connection out; raises `FeedLost`."""
        began = f"{CONNECTED} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self.capture.write([began])
        await self.tell(self.translated(began))
        await self.ask(talk)
        quiet_since = time.monotonic()
        while True:
            try:
                async with asyncio.timeout(self.feed.silent_after_s):
                    messages = await talk.more()
            except TimeoutError:
                silent_s = time.monotonic() - quiet_since
                if self.state == "silent" and silent_s >= self.feed.lost_after_s:
                    raise FeedLost(f"{self.feed.link} said nothing for {silent_s:.0f} s") from None
                await self.turn("silent", f"{self.feed.link} says nothing")
                await self.ask(talk)
                continue
            quiet_since = time.monotonic()
            # First kept, then translated, then promised: killed at any point, nothing is missing.
            self.capture.write(messages)
            told: list[Told] = []
            for message in messages:
                told += self.translated(message)
            await self.tell(told)
            self.heard += len(messages)
            await self.turn("connected")
            await self.ask(talk)

    async def ask(self, talk: Talk) -> None:
        """Ask the feed for what the translator misses."""
        for what in self.feed.translator.asks():
            await talk.ask(what)

    def translated(self, line: str) -> list[Told]:
        """What a line says; where our own translator fails on it, the race goes on without it."""
        try:
            if line.startswith(CONNECTED):
                return list(self.feed.translator.connected())
            return list(self.feed.translator.hear(line))
        except Exception as fault:
            self.faults[f"our fault: {type(fault).__name__} on {line[:12]!r}"] += 1
            return []

    async def tell(self, told: Iterable[Told], *, again: bool = False) -> None:
        """Promise reports, each to its race."""
        for part, theirs in groupby(told, key=lambda one: one.part):
            race = race_id(self.name, part)
            await self.voices.put(race, [one.report for one in theirs], again=again)
            if race != self.race:
                self.race = race
                self.begun.set()
                if not again and self.state == "connected":
                    await self.tell_state()

    async def turn(self, state: State, why: str = "") -> None:
        """The feed is doing otherwise than before: say so, once.

        Why may be a server's own words, which are shown in a terminal: they are text, and short.
        """
        why = name(why, LONGEST_WHY)
        if state == self.state:
            self.why = why
            return
        self.state, self.why = state, why
        self.voices.trouble(self.problems)
        await self.tell_state()

    async def tell_state(self) -> None:
        """How the feed is doing, as an event of the race that is run."""
        if self.race is None:
            return
        status = SourceStatus(online=self.state != "lost", problems=self.problems)
        at = datetime.now(UTC)
        await self.voices.put(
            self.race, [Report(SOURCE, f"{self.state}/{at:%Y-%m-%dT%H:%M:%S.%fZ}", status)]
        )


def race_id(name: str, part: str) -> str:
    """The race's name in topics: the bridge's name, and which of the feed's races it is."""
    if not part:
        return name
    return f"{name}-{slug(part, 'x')}"[:LONGEST_RACE].strip("-")
