"""Recording a race from a broker: every event once, as it came, on disk before it is acknowledged.

The recorder hears what the tracker hears and keeps the packet as it was sent, fields it does not
know included. What is no event is counted with its reason, and not recorded.
"""

import asyncio
import contextlib
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tracker.errors import PacketRejected, RecordingRefused, Unavailable
from tracker.feed.connection import (
    BrokerAddress,
    Connection,
    ConnectionLost,
    Packet,
    stay_connected,
)
from tracker.feed.decode import decode
from tracker.feed.recording import RecordingFile, part_of, read_lines
from tracker.feed.topics import ROOT, slug

MAX_BURST = 1_000
"""Packets written before they are acknowledged, at most: as many as the tracker takes at once."""

REASONS = 100
"""Different reasons for refusing a packet that are kept; a stranger could think of more."""

FORGETTING_S = 5.0
"""For the broker to forget us when we end; one that is not there has nothing to forget."""


@dataclass(slots=True)
class Tally:
    """What a recorder has done so far."""

    race: str
    path: Path
    events: int = 0
    before: int = 0
    """Events that the file held already."""
    repeated: int = 0
    sources: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """Packets that are no events, by why."""
    connections: int = 0

    def __str__(self) -> str:
        who = ", ".join(f"{source} {count}" for source, count in sorted(self.sources.items()))
        told = f"{self.events} events of {self.race} recorded in {self.path}"
        told += f" ({who})" if who else ""
        if self.before:
            told += f"; it held {self.before} before"
        if self.repeated:
            told += f"; {self.repeated} heard again and not written twice"
        if self.refused:
            told += f"; {self.refused.total()} packets refused"
        return told


class Recorder:
    """Writes what is heard of a race into a recording, each event once.

    Use it as `with`. Raises `Unavailable` where the file is not to be had, and `RecordingRefused`
    where it goes on with a file that holds something else.
    """

    def __init__(self, path: Path, race: str, *, append: bool = False) -> None:
        self.tally = Tally(slug(race), path)
        self._names: set[bytes] = set()
        """Fingerprints of what is recorded: some 60 bytes an event, 60 MB for a million."""
        self._file = self._opened(append)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # What a full disk does not take now was never acknowledged.
        with contextlib.suppress(OSError), self._file:
            self._file.flush()
        if not self.tally.events and not self.tally.before:
            self.tally.path.unlink(missing_ok=True)

    def hear(self, packets: Sequence[Packet]) -> None:
        """Record a burst; when this returns a kill loses nothing of it. Raises `Unavailable`."""
        try:
            self._hear(packets)
        except OSError as error:
            raise Unavailable(f"{self.tally.path} cannot be written: {error.strerror}") from None

    def _hear(self, packets: Sequence[Packet]) -> None:
        for packet in packets:
            if packet.retained:
                self._refuse("events must not be retained")
                continue
            try:
                event = decode(packet.topic, packet.payload)
            except PacketRejected as refused:
                self._refuse(f"{refused.kind}: {refused.reason}")
                continue
            name = fingerprint(event.source, event.id)
            if name in self._names:
                self.tally.repeated += 1
                continue
            self._names.add(name)
            self._file.write(packet.payload)
            self.tally.events += 1
            self.tally.sources[event.source] += 1
        self._file.flush()

    def _refuse(self, why: str) -> None:
        if why not in self.tally.refused and len(self.tally.refused) >= REASONS:
            why = "other reasons"
        self.tally.refused[why] += 1

    def _opened(self, append: bool) -> RecordingFile:
        path = self.tally.path
        try:
            if not path.exists():
                return RecordingFile(path)
            if not append:
                raise Unavailable(f"{path} is there already; --append goes on with it")
            beside = part_of(path)
            file = RecordingFile(beside)
            try:
                self._take_over(file)
            except BaseException:
                with file:
                    beside.unlink()
                raise
            beside.replace(path)
            return file
        except OSError as error:
            raise Unavailable(f"{path} cannot be written: {error.strerror}") from None

    def _take_over(self, file: RecordingFile) -> None:
        """Copy what was recorded before: the end of a recording that was cut off takes no more."""
        for number, (line, event) in enumerate(read_lines(self.tally.path), start=1):
            if event.race != self.tally.race:
                raise RecordingRefused(
                    self.tally.path, number, f"is of {event.race}, not of {self.tally.race}"
                )
            name = fingerprint(event.source, event.id)
            if name not in self._names:
                self._names.add(name)
                file.write(line)
                self.tally.before += 1
        file.flush()


def fingerprint(source: str, id: str) -> bytes:
    """What names an event, in few bytes."""
    return hashlib.blake2b(f"{source} {id}".encode(), digest_size=16).digest()


async def record(
    broker: BrokerAddress, recorder: Recorder, told: Callable[[Tally], None] = lambda _: None
) -> None:
    """Record from a broker until cancelled, over broken connections; `told` hears of each burst.

    The broker keeps what comes while we are away, as long as it likes, because our session there
    is named after the file; when we end in order, it is asked to forget us.
    """
    tally = recorder.tally
    named = hashlib.blake2b(str(tally.path.resolve()).encode(), digest_size=6).hexdigest()
    identifier = f"recorder-{named}"

    async def listen(connection: Connection) -> None:
        await connection.subscribe(f"{ROOT}/{tally.race}/in/+/+")
        tally.connections += 1
        told(tally)
        while True:
            packets = await connection.burst(MAX_BURST)
            recorder.hear(packets)
            connection.acknowledge(packets)
            told(tally)

    try:
        await stay_connected(lambda: Connection(broker, identifier), listen)
    finally:
        with contextlib.suppress(ConnectionLost, TimeoutError):
            async with asyncio.timeout(FORGETTING_S):
                async with Connection(broker, identifier, clean_session=True):
                    pass
