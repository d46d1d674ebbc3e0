"""What a bridge has to say, race by race and source by source, each with an outbox of its own."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tracker.errors import ReportRefused
from tracker.feed.connection import BrokerAddress
from tracker.feed.envelope import Report
from tracker.feed.outbox import Outbox
from tracker.feed.producer import Speaker

MOST_RACES = 4
"""Races whose outboxes stay open: one is run, and earlier ones may have something left to say."""


@dataclass(slots=True)
class Voice:
    """One source of one race."""

    outbox: Outbox
    speaker: Speaker
    speaking: asyncio.Task[None]
    open: AsyncExitStack
    taken: int
    """Reports that it took before, and that are told once more while the past is gone through."""


@dataclass(slots=True)
class Voices:
    """Every source of every race that a bridge tells of. Use it as `async with`."""

    broker: BrokerAddress
    folder: Path
    said: int = 0
    """Reports put."""
    refused: Counter[str] = field(default_factory=Counter)
    _voices: dict[tuple[str, str], Voice] = field(default_factory=dict)
    _group: asyncio.TaskGroup = field(default_factory=asyncio.TaskGroup)
    _problems: tuple[str, ...] = ()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for key in list(self._voices):
            await self._close(key)
        if isinstance(error, asyncio.CancelledError):
            await self._group.__aexit__(kind, error, trace)
        else:
            await self._group.__aexit__(None, None, None)

    @property
    def pending(self) -> int:
        """Reports that the tracker has not yet in its journal."""
        return sum(voice.outbox.pending for voice in self._voices.values())

    async def drained(self) -> None:
        """Wait until the tracker has everything in its journal."""
        for voice in list(self._voices.values()):
            await voice.speaker.drained()

    def trouble(self, problems: Sequence[str]) -> None:
        """What is wrong with the feed, in the retained status of every source."""
        self._problems = tuple(problems)
        for voice in self._voices.values():
            voice.speaker.trouble(self._problems)

    async def put(self, race: str, reports: Iterable[Report], *, again: bool = False) -> None:
        """Promise to deliver these; `again` goes through a past that may have been told before.

        What an outbox will not take is counted, and the rest is put.
        """
        by_source: dict[str, list[Report]] = defaultdict(list)
        for report in reports:
            by_source[report.source].append(report)
        for source, theirs in by_source.items():
            voice = self._voices.get((race, source)) or await self._open(race, source)
            if again:
                before = min(voice.taken, len(theirs))
                voice.taken -= before
                del theirs[:before]
            await self._put(voice, theirs)

    async def _put(self, voice: Voice, reports: Sequence[Report]) -> None:
        if not reports:
            return
        try:
            await voice.outbox.put(reports)
        except ReportRefused as refused:
            if len(reports) == 1:
                self.refused[f"not deliverable: {refused}"[:100]] += 1
                return
            for report in reports:
                await self._put(voice, [report])
        else:
            self.said += len(reports)
            voice.speaker.wake()

    async def _open(self, race: str, source: str) -> Voice:
        stack = AsyncExitStack()
        path = self.folder / race / f"{source}.db"
        outbox = await stack.enter_async_context(Outbox(path, race, source))
        speaker = Speaker(self.broker, outbox)
        speaker.trouble(self._problems)
        speaking = self._group.create_task(speaker.run(), name=f"speaker {race} {source}")
        voice = Voice(outbox, speaker, speaking, stack, outbox.last_sequence)
        self._voices[race, source] = voice
        await self._let_go(race)
        return voice

    async def _let_go(self, current: str) -> None:
        """Close the outboxes of races that are over and told, the oldest first."""
        races = list(dict.fromkeys(race for race, _ in self._voices))
        for race in races[:-MOST_RACES]:
            theirs = [key for key in self._voices if key[0] == race]
            if race != current and not any(self._voices[key].outbox.pending for key in theirs):
                for key in theirs:
                    await self._close(key)

    async def _close(self, key: tuple[str, str]) -> None:
        voice = self._voices.pop(key)
        voice.speaking.cancel()
        await asyncio.wait({voice.speaking})
        await voice.open.aclose()
