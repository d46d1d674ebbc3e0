"""What a live feed must bring with it: a way to its messages, and somebody who understands them."""

from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from tracker.errors import TrackerError
from tracker.feed.envelope import Report


class FeedLost(TrackerError):
    """The feed is not there, or no longer; the bridge goes on trying."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a translator says, and which of the feed's races it is about.

    `part` is empty for a feed that carries one race; otherwise it comes from what the feed says,
    so that whoever hears the same feed gives the race the same name.
    """

    report: Report
    part: str = ""


class Translator(Protocol):
    """Understands a feed. Pure: the same messages give the same reports, whenever they come.

    Ids come from what the feed says, so that a feed that repeats its history says nothing new.
    """

    @property
    def refused(self) -> Counter[str]:
        """How many messages, or parts of one, said nothing to us, by reason."""

    def connected(self) -> Iterable[Told]:
        """A new connection: what comes next may repeat what was, and something may be missing."""

    def hear(self, message: str) -> Iterable[Told]:
        """What one message says; never raises on what a stranger wrote."""

    def asks(self) -> list[bytes]:
        """What to ask of the feed now, such as passings that were missed; each is asked once."""


class Talk(Protocol):
    """A connection to a feed."""

    async def more(self) -> list[str]:
        """The next messages, at least one, each a line of text; raises `FeedLost` at the end.

        Giving up waiting loses nothing.
        """

    async def ask(self, what: bytes) -> None:
        """Say something to the feed; raises `FeedLost`."""


class Link(Protocol):
    """A way to a feed; `str` of it is what a person would call it, without secrets."""

    @property
    def refused(self) -> Counter[str]:
        """What came and was no message, by reason."""

    def connect(self) -> AbstractAsyncContextManager[Talk]:
        """Connect once; raises `FeedLost`."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A live feed: what kind it is, the way to it, and who understands it."""

    kind: str
    link: Link
    translator: Translator
    silent_after_s: float = 10.0
    """A feed that says nothing for this long is silent: it has less to say than it should."""
    lost_after_s: float = 30.0
    """A connection that says nothing for this long is taken for dead, and made anew."""
