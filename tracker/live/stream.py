"""Viewers on server-sent events: the websocket's messages, for `curl` and `EventSource`."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence

from tracker.live.channel import DRAINED
from tracker.live.hub import Hub
from tracker.live.messages import Message

RETRY = b"retry: 2000\n\n"


def event(message: Message) -> bytes:
    """A message as a server-sent event; its id is what `Last-Event-ID` gives back."""
    named = f"event: {message.type}\n"
    if message.position is not None:
        named += f"id: {message.position}\n"
    return named.encode() + b"data: " + message.body + b"\n\n"


def position(last_event_id: str | None) -> tuple[str | None, int | None]:
    """The epoch and version that an id names; none where it names none."""
    epoch, separator, version = (last_event_id or "").rpartition(":")
    if not separator or not version.isascii() or not version.isdigit() or len(version) > 16:
        return None, None
    return epoch, int(version)


class StreamViewer:
    """A viewer on a stream of events.

    What is handed over waits here until the connection takes it; the hub hands over no more than
    to a websocket that is as full.
    """

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._closed = False
        self._news = asyncio.Event()

    def send(self, messages: Sequence[Message]) -> None:
        """Put these in the queue."""
        for message in messages:
            piece = message.form(event)
            self._waiting.append(piece)
            self._bytes += len(piece)
        self._news.set()

    def buffered(self) -> int:
        """Bytes in the queue."""
        return self._bytes

    def close(self, code: int, reason: str) -> None:
        """End the stream, which has no codes: the other end comes back with the id it has."""
        self._closed = True
        self._waiting.clear()
        self._bytes = 0
        self._news.set()

    async def events(self, hub: Hub) -> AsyncIterator[bytes]:
        """What is to be written, as it comes; ends when the viewer is closed."""
        try:
            yield RETRY
            while not self._closed:
                if not self._waiting:
                    self._news.clear()
                    await self._news.wait()
                    continue
                piece = self._waiting.popleft()
                yield piece
                self._bytes = max(0, self._bytes - len(piece))
                if self._bytes <= DRAINED:
                    hub.drained(self)
        finally:
            hub.leave(self)
