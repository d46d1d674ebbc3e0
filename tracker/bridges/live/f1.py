"""Formula 1 live timing over SignalR Core: each session of the feed is a race, named by the feed.

The token that some topics want comes from the environment, and is never written down.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tracker.bridges.converted import name
from tracker.bridges.f1 import TOPICS, LiveTiming
from tracker.bridges.f1_setting import WHICH, scheduled_start, utc_us
from tracker.bridges.f1_state import Reasons, part, text
from tracker.bridges.live.contract import Feed, Told
from tracker.bridges.live.signalr import SignalR
from tracker.errors import TrackerError
from tracker.feed.envelope import Report

ADDRESS = "https://livetiming.formula1.com/signalrcore"
TOKEN = "TRACKER_F1_TOKEN"  # noqa: S105 - the name of a variable, not what is in it
"""The environment variable with the F1TV token, for who has one."""
FEED, ANSWER, PING, GOODBYE = 1, 3, 6, 7
"""Types of a SignalR record: the hub calls `feed`; it answers; it is there; it hangs up."""


class LiveFormula1:
    """The feed, which goes from session to session without a word."""

    def __init__(self) -> None:
        self.stream = LiveTiming()
        self.part = ""
        self.begun = False
        self.past: Counter[str] = Counter()
        """What sessions before this one refused."""
        self.strange = Reasons()
        self.waiting: dict[str, Any] | None = None
        """A full state whose time is not known yet."""

    @property
    def refused(self) -> Counter[str]:
        """What was not read, by reason."""
        return self.past + self.strange + self.stream.refused

    def connected(self) -> Iterable[Told]:
        """The full state comes next."""
        self.waiting = None
        return ()

    def asks(self) -> list[bytes]:
        """Nothing is asked: every connection begins with everything."""
        return []

    def hear(self, message: str) -> Iterable[Told]:
        """What one record says."""
        try:
            record = json.loads(message)
        except (ValueError, RecursionError):
            self.strange.note("not JSON")
            return ()
        kind = part(record, "type")
        if kind == FEED and part(record, "target") == "feed":
            return self.fed(part(record, "arguments"))
        if kind == ANSWER and isinstance(part(record, "result"), dict):
            return self.state(record["result"])
        if kind not in (PING, GOODBYE):
            self.strange.note("a record of another kind")
        return ()

    def state(self, topics: dict[str, Any]) -> Iterable[Told]:
        """The full state; where it does not say when, it waits for a message that does."""
        utc = utc_us(part(topics, "Heartbeat", "Utc"))
        if utc is None:
            self.waiting = topics
            return ()
        self.waiting = None
        self.begin(topics.get("SessionInfo"), utc)
        return self.told(self.stream.whole(topics, self.clock(utc)))

    def fed(self, arguments: Any) -> Iterable[Told]:
        """One message of one topic."""
        if not isinstance(arguments, list) or len(arguments) < 2:
            self.strange.note("a message without its topic")
            return ()
        topic, data = text(arguments[0]), arguments[1]
        utc = utc_us(arguments[2]) if len(arguments) > 2 else None
        if utc is None:
            self.strange.note("a message without its time")
            return ()
        reports: list[Report] = []
        if self.waiting is not None:
            state, self.waiting = self.waiting, None
            self.begin(state.get("SessionInfo"), utc)
            reports += self.stream.whole(state, self.clock(utc))
        if topic == "SessionInfo":
            before = self.told(reports)
            self.begin(data, utc)
            return [*before, *self.told(self.stream.heard(topic, data, self.clock(utc)))]
        return self.told([*reports, *self.stream.heard(topic, data, self.clock(utc))])

    def clock(self, utc: int) -> int:
        """A moment on the session's clock, which is zero at its scheduled start."""
        return utc - (self.stream.control.epoch or 0)

    def begin(self, session: Any, utc: int) -> None:
        """A session that is another one begins with nothing known."""
        known = self.stream.state.get("SessionInfo")
        told = {key: value for key in WHICH if (value := part(session, key)) is not None}
        if self.begun and all(part(known, key) == value for key, value in told.items()):
            return
        if self.begun:
            self.past, self.strange = self.refused, Reasons()
            self.stream = LiveTiming()
        self.begun = True
        self.part = called(session)
        start = scheduled_start(session)
        self.stream.control.epoch = utc if start is None else start

    def told(self, reports: Iterable[Report]) -> list[Told]:
        """Reports of this session."""
        return [Told(report, self.part) for report in reports]


def called(session: Any) -> str:
    """What a session is called: `2018-04-29 Azerbaijan Grand Prix Race`."""
    words = (
        text(part(session, "StartDate"))[:10],
        text(part(session, "Meeting", "Name")),
        text(part(session, "Name")),
    )
    return name(" ".join(word for word in words if word))


def token() -> str | None:
    """The token from the environment; an empty one is none."""
    told = os.environ.get(TOKEN, "").strip()
    if not (told.isascii() and told.isprintable()) or " " in told:
        raise TrackerError(f"{TOKEN} holds characters that no token has: copy it again")
    return told or None


def feed(address: str = ADDRESS) -> Feed:
    """The feed; a heartbeat comes about every quarter of a minute, as do the hub's pings."""
    token()  # one that cannot be one is refused before anything is begun
    link = SignalR(address, [list(TOPICS)], token)
    return Feed("f1", link, LiveFormula1(), silent_after_s=40.0, lost_after_s=90.0)
