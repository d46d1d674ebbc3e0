"""OpenF1, live: rows over MQTT as they come, and over HTTP what came before anybody listened.

MQTT sends each version of a row once, to whoever is there; nobody can ask for it again. So on
every connection, once subscribed, the session's rows are asked for over HTTP too.
"""

import json
from collections import Counter, deque
from collections.abc import Iterable
from typing import Any

from tracker.bridges.converted import name
from tracker.bridges.f1_setting import utc_us
from tracker.bridges.f1_state import Reasons, text
from tracker.bridges.live.contract import Feed, Told
from tracker.bridges.live.rows import Account, Rows
from tracker.bridges.openf1 import READ, OpenF1
from tracker.errors import TrackerError
from tracker.feed.connection import BrokerAddress
from tracker.feed.envelope import Report

BROKER = "mqtts://mqtt.openf1.org:8883"
API = "https://api.openf1.org"
TOPICS = tuple(f"v1/{collection}" for collection in READ)

AT_FIRST = ("drivers", "starting_grid", "race_control", "laps", "pit")
"""Collections of a session that are asked for when it is met, and on every connection."""
AFTERWARDS = ("session_result",)
UNKNOWN = 2_000
"""Rows that wait for their session to be described; then it goes on without a name."""
SESSIONS = 16
"""Sessions kept in mind: one is run; a weekend has five."""


class LiveOpenF1:
    """Rows of every session that comes along, each session a race."""

    def __init__(self) -> None:
        self.sessions: dict[str, OpenF1] = {}
        self.parts: dict[str, str] = {}
        self.meetings: dict[str, Any] = {}
        self.waiting: dict[str, deque[tuple[str, Any]]] = {}
        self.current = ""
        self.strange = Reasons()
        self.wanted: list[str] = []
        self.asked_result: set[str] = set()

    @property
    def refused(self) -> Counter[str]:
        """What was not read, by reason."""
        return sum((one.refused for one in self.sessions.values()), Counter(self.strange))

    def connected(self) -> Iterable[Told]:
        """Rows may have been missed: those of the session are asked for."""
        self.wanted = ["sessions?session_key=latest"]
        if self.current:
            self.want(self.current)
        return ()

    def asks(self) -> list[bytes]:
        """What to ask for over HTTP, each once."""
        wanted, self.wanted = self.wanted, []
        return [one.encode() for one in dict.fromkeys(wanted)]

    def want(self, session: str) -> None:
        """Ask for what is known of a session."""
        self.wanted += [f"{collection}?session_key={session}" for collection in AT_FIRST]

    def hear(self, message: str) -> Iterable[Told]:
        """What one row says: its topic, a space, JSON."""
        topic, _, told = message.partition(" ")
        collection = topic.removeprefix("v1/")
        try:
            row = json.loads(told)
        except (ValueError, RecursionError):
            self.strange.note("not JSON")
            return ()
        if collection not in READ or not isinstance(row, dict):
            self.strange.note("not a row of a collection that is read")
            return ()
        if collection == "meetings":
            return self.meeting(row)
        key = named(row.get("session_key"))
        if key is None:
            self.strange.note(f"{collection}: without a session")
            return ()
        if collection == "sessions":
            return self.session(key, row)
        if key in self.sessions:
            self.current = key
            return self.told(key, self.sessions[key].heard(collection, row))
        return self.wait(key, collection, row)

    def meeting(self, row: dict[str, Any]) -> list[Told]:
        """A weekend: it gives its sessions their name."""
        key = named(row.get("meeting_key"))
        if key is None:
            return []
        self.meetings = {key: row}
        return [
            told
            for session, known in self.sessions.items()
            if any(named(one.get("meeting_key")) == key for one in known.rows["sessions"].values())
            for told in self.told(session, known.heard("meetings", row))
        ]

    def session(self, key: str, row: dict[str, Any]) -> list[Told]:
        """A session is described; what waited for that is told."""
        reports: list[Report] = []
        if key not in self.sessions:
            words = ("country_name", "session_name")
            day = text(row.get("date_start"))[:10]
            self.begin(key, name(" ".join([day, *(text(row.get(word)) for word in words)])))
            meeting = named(row.get("meeting_key"))
            if meeting is not None:
                self.wanted.append(f"meetings?meeting_key={meeting}")
            if meeting in self.meetings:
                reports += self.sessions[key].heard("meetings", self.meetings[meeting])
        reports += self.sessions[key].heard("sessions", row)
        for collection, one in self.waiting.pop(key, ()):
            reports += self.sessions[key].heard(collection, one)
        return self.told(key, reports)

    def begin(self, key: str, called: str) -> None:
        """A session that was not met before."""
        while len(self.sessions) >= SESSIONS:
            oldest = next(iter(self.sessions))
            self.strange.update(self.sessions.pop(oldest).refused)
        self.sessions[key], self.parts[key] = OpenF1(), called
        self.current = key
        self.want(key)

    def wait(self, key: str, collection: str, row: dict[str, Any]) -> list[Told]:
        """A row of a session that nobody has described yet."""
        if key not in self.waiting:
            self.waiting = {key: deque()}
            self.wanted.append(f"sessions?session_key={key}")
        waiting = self.waiting[key]
        waiting.append((collection, row))
        if len(waiting) < UNKNOWN:
            return []
        self.begin(key, f"session {key}")
        dates = (utc_us(one.get("date", one.get("date_start"))) for _, one in waiting)
        self.sessions[key].stream.control.epoch = min(
            (d for d in dates if d is not None), default=0
        )
        return self.told(
            key,
            [
                report
                for where, one in self.waiting.pop(key)
                for report in self.sessions[key].heard(where, one)
            ],
        )

    def told(self, key: str, reports: Iterable[Report]) -> list[Told]:
        """Reports of a session; at its end the result is asked for, once."""
        if self.sessions[key].over and key not in self.asked_result:
            self.asked_result.add(key)
            self.wanted += [f"{collection}?session_key={key}" for collection in AFTERWARDS]
        return [Told(report, self.parts[key]) for report in reports]


def named(key: Any) -> str | None:
    """A session's or a meeting's key as text; None where there is none."""
    if isinstance(key, bool) or not isinstance(key, int | str):
        return None
    told = str(key)
    return told if told.isalnum() and told.isascii() and len(told) <= 20 else None


def feed(broker: str = BROKER, api: str = API) -> Feed:
    """The feed; between sessions it says nothing for days."""
    try:
        address = BrokerAddress.parse(broker)
    except ValueError as error:
        raise TrackerError(str(error)) from None
    link = Rows(address, TOPICS, api, Account.from_environment(api))
    return Feed("openf1", link, LiveOpenF1(), silent_after_s=60.0, lost_after_s=600.0)
