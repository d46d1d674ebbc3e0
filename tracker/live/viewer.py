"""A viewer in Python: what `tracker watch` runs on, and the rule that the page follows too."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from enum import Enum
from typing import Any

from pydantic_core import from_json, to_json
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from tracker.errors import RequestRefused
from tracker.live.changes import Change, apply
from tracker.live.picture import Picture

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds between attempts to come back, doubling; a random part of them is waited, so that ten
thousand viewers who lost the server in the same moment do not find it again in the same moment."""
STAY_AWAY = range(4500, 5000)
"""Close codes after which coming back would end in the same way."""


class Step(Enum):
    """What a message did to the picture."""

    CHANGED = "changed"
    NOTHING = "nothing"
    ASK = "ask"
    """The message does not fit: say `watch` again."""


class Follower:
    """What a viewer holds of one race, message by message. No connection, no clock."""

    def __init__(self, race: str) -> None:
        self.race = race
        self.epoch: str | None = None
        self.version: int | None = None
        self.picture: Picture | None = None
        self.feed_age_ms: int | None = None
        self._asked = False

    def request(self) -> dict[str, object]:
        """The `watch` to say now."""
        self._asked = True
        asked: dict[str, object] = {"type": "watch", "race": self.race}
        if self.picture is not None:
            asked |= {"epoch": self.epoch, "version": self.version}
        return asked

    def feed(self, message: dict[str, Any]) -> Step:
        """Take a message.

        A change that does not follow the version held is left alone: until it has asked once and
        been answered, the viewer keeps what it has, which is old but was true.
        """
        if message.get("race") != self.race:
            return Step.NOTHING
        match message["type"]:
            case "snapshot":
                self._asked = False
                self.epoch, self.version = message["epoch"], message["version"]
                self.picture = Picture(
                    message["state"],
                    message["rows"],
                    message["incidents"],
                    message["results"],
                    message["verdicts"],
                )
                return Step.CHANGED
            case "update" | "incident" | "results" | "verdicts":
                if self.picture is None or self._position != (message["epoch"], message["follows"]):
                    return self._ask()
                self.picture = apply(self.picture, change(message))
                self.version = message["version"]
                if message["type"] == "update":
                    self._asked = False
                return Step.CHANGED
            case "beat":
                # A beat is only sent to who is in step, so any question has been answered.
                self._asked = False
                self.feed_age_ms = message["feed_age_ms"]
                return Step.NOTHING if message["version"] == self.version else self._ask()
        return Step.NOTHING

    @property
    def _position(self) -> tuple[str | None, int | None]:
        return self.epoch, self.version

    def _ask(self) -> Step:
        """Ask, but only once for all the messages that do not fit before the answer comes."""
        return Step.NOTHING if self._asked else Step.ASK


def change(message: dict[str, Any]) -> Change:
    """The change that a message tells."""
    match message["type"]:
        case "incident":
            incident = message["incident"]
            return Change(incidents={str(incident["number"]): incident})
        case "results":
            return Change(results_changed=True, results=message["results"])
        case "verdicts":
            return Change(verdicts_changed=True, verdicts=message["verdicts"])
    return Change(state=message["state"], rows=message["rows"], gone=frozenset(message["gone"]))


async def follow(
    url: str, race: str, chance: Callable[[], float] = random.random
) -> AsyncIterator[Follower]:
    """A race as it happens: the same follower again, each time its picture has changed.

    `url` is the websocket's, `ws://host:port/ws`. Comes back for as long as the server may be
    there again; raises RequestRefused where it says to stay away.
    """
    follower = Follower(race)
    wait = FIRST_WAIT
    while True:
        try:
            async with connect(url, compression=None, max_size=None) as connection:
                await connection.send(asked(follower))
                while True:
                    step = follower.feed(from_json(await connection.recv()))
                    if step is Step.ASK:
                        await connection.send(asked(follower))
                    elif step is Step.CHANGED:
                        wait = FIRST_WAIT
                        yield follower
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code in STAY_AWAY:
                raise RequestRefused(closed.rcvd.reason, closed.rcvd.code) from None
        except InvalidStatus as refused:
            if refused.response.status_code < 500:
                body = bytes(refused.response.body or b"").decode(errors="replace").strip()
                raise RequestRefused(body or str(refused)) from None
        except (OSError, WebSocketException):
            pass
        await asyncio.sleep(wait * chance())
        wait = min(2 * wait, LONGEST_WAIT)


def asked(follower: Follower) -> str:
    """The `watch` to say now, as JSON."""
    return to_json(follower.request()).decode()
