"""The way to rows that come over MQTT as they are made, and over HTTP when asked for.

Both may want a token, which is got for a user name and a password and lasts an hour. Neither is
shown or written down.
"""

import asyncio
import json
import os
import re
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, build_opener
from uuid import uuid4

from tracker.bridges.live.contract import FeedLost
from tracker.bridges.live.signalr import NoRedirect, why
from tracker.errors import TrackerError
from tracker.feed.connection import BrokerAddress, Connection, ConnectionLost

USER, PASSWORD, TOKEN = "TRACKER_OPENF1_USER", "TRACKER_OPENF1_PASSWORD", "TRACKER_OPENF1_TOKEN"
"""Environment variables: a user name and a password, or a token that was got otherwise."""
ANSWER_S = 30.0
"""The laps of a whole race take some seconds to be gathered."""
LARGEST = 64 * 1024 * 1024
"""Bytes of an answer, at most; the laps of a race are one hundredth of it."""
LARGEST_ROW = 32 * 1024
"""Bytes of a row over MQTT, at most; a lap with its mini-sectors has one thousand."""
AT_ONCE = 500
AGAIN_S = 30.0
"""Where nobody answered, it is asked again after this time."""
EARLY_S = 300.0
"""A token is renewed so long before it ends."""
LASTS_S = 3_600.0
"""What a token lasts where its giver does not say."""
LINE_BREAK = re.compile(r"[\r\n\u2028\u2029]")


@dataclass(slots=True)
class Account:
    """Who we are to the feed; nobody, where nothing is given."""

    api: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    given: str | None = field(default=None, repr=False)
    """A token that was got otherwise."""
    _token: str | None = field(default=None, repr=False)
    _until: float = 0.0

    @classmethod
    def from_environment(cls, api: str) -> "Account":
        """What the environment says; raises `TrackerError` for half of it."""
        user, password, token = (os.environ.get(key, "").strip() for key in (USER, PASSWORD, TOKEN))
        if bool(user) != bool(password):
            raise TrackerError(f"{USER} and {PASSWORD} want each other: one of them is not set")
        if not (token.isascii() and token.isprintable()):
            raise TrackerError(f"{TOKEN} holds characters that no token has: copy it again")
        return cls(api, user or None, password or None, token or None)

    def token(self) -> str | None:
        """A token that is good for a while; asks for one where it has to. Raises `FeedLost`."""
        if self.user is None or self.password is None:
            return self.given
        if self._token is None or time.monotonic() > self._until:
            told = answered(
                f"{self.api}/token",
                None,
                urlencode({"username": self.user, "password": self.password}),
            )
            token = told.get("access_token") if isinstance(told, dict) else None
            if not isinstance(token, str) or not token.isascii() or not token.isprintable():
                raise FeedLost(f"{urlsplit(self.api).netloc} gives no token")
            try:
                lasts = float(told.get("expires_in", LASTS_S))
            except (TypeError, ValueError):
                lasts = LASTS_S
            self._token, self._until = token, time.monotonic() + max(30.0, lasts - EARLY_S)
        return self._token

    def forget(self) -> None:
        """The token was not taken: the next one is asked for."""
        self._token = None


class Rows:
    """The way: a broker with its topics, an address for HTTP, and who we are."""

    def __init__(
        self, broker: BrokerAddress, topics: Sequence[str], api: str, account: Account
    ) -> None:
        parts = urlsplit(api)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise TrackerError(f"{api!r} is no address: want https://HOST")
        self.broker = broker
        self.topics = tuple(topics)
        self.api = api.rstrip("/")
        self.account = account
        self.refused: Counter[str] = Counter()

    def __str__(self) -> str:
        return str(self.broker)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Listening"]:
        """Connect once; raises `FeedLost`."""
        token = await asyncio.to_thread(self.account.token)
        broker = self.broker
        if token is not None and broker.password is None:
            # Any user name will do, as long as there is one.
            broker = replace(broker, user=broker.user or self.account.user or "tracker",
                             password=token)  # fmt: skip
        try:
            async with Connection(
                broker, f"tracker-bridge-{uuid4().hex[:12]}", clean_session=True
            ) as connection:
                for topic in self.topics:
                    await connection.subscribe(topic, qos=0)
                yield Listening(self, connection)
        except ConnectionLost as lost:
            self.account.forget()  # it may have run out: that is how a broker says so
            raise FeedLost(str(lost)) from None


class Listening:
    """One connection."""

    def __init__(self, link: Rows, connection: Connection) -> None:
        self.link = link
        self.connection = connection
        self.answers: deque[str] = deque()
        """Rows that were asked for."""
        self.later: list[tuple[float, bytes]] = []
        """What nobody answered, and when to ask again."""

    async def more(self) -> list[str]:
        """The next rows, at least one, each its topic and its JSON; raises `FeedLost`."""
        while True:
            if self.later:
                await self.ask_again()
            if self.answers:
                return [self.answers.popleft() for _ in range(min(AT_ONCE, len(self.answers)))]
            try:
                packets = await self.connection.burst(AT_ONCE)
            except ConnectionLost as lost:
                raise FeedLost(str(lost)) from None
            rows = []
            for packet in packets:
                if len(packet.payload) > LARGEST_ROW:
                    self.link.refused[f"a row of more than {LARGEST_ROW} bytes"] += 1
                    continue
                told = packet.payload.decode("utf-8", "replace")
                rows.append(LINE_BREAK.sub(" ", f"{packet.topic} {told}"))
            if rows:
                return rows

    async def ask(self, what: bytes) -> None:
        """Ask for rows over HTTP: `laps?session_key=9165`; they come with the next.

        Where nobody answers, the rows over MQTT go on, and it is asked again after a while.
        """
        query = what.decode()
        collection = query.partition("?")[0]
        try:
            token = await asyncio.to_thread(self.link.account.token)
            told = await asyncio.to_thread(answered, f"{self.link.api}/v1/{query}", token)
        except FeedLost as lost:
            self.link.refused[f"asking for {collection}: {lost}"] += 1
            self.later.append((time.monotonic() + AGAIN_S, what))
            return
        if not isinstance(told, list):
            self.link.refused[f"no rows of {collection} over HTTP"] += 1
            return
        self.answers += [f"v1/{collection} {json.dumps(row)}" for row in told]

    async def ask_again(self) -> None:
        """Ask once more for what nobody answered."""
        now = time.monotonic()
        due = [what for at, what in self.later if at <= now]
        self.later = [one for one in self.later if one[0] > now]
        for what in due:
            await self.ask(what)


def answered(url: str, token: str | None, form: str | None = None) -> Any:
    """The JSON that an address answers with; None where it has nothing. Raises `FeedLost`."""
    host = urlsplit(url).netloc
    request = Request(  # noqa: S310 - the scheme was looked at
        url,
        data=None if form is None else form.encode(),
        headers={"Accept": "application/json"}
        | ({} if token is None else {"Authorization": f"Bearer {token}"}),
    )
    try:
        with build_opener(NoRedirect).open(request, timeout=ANSWER_S) as answer:
            body: bytes = answer.read(LARGEST + 1)
    except HTTPError as error:
        with error:
            if error.code in (401, 403):
                raise FeedLost(f"{host} does not let us in ({error.code})") from None
            if error.code in (400, 404, 422):
                return None  # it has no such rows
            raise FeedLost(f"{host} answered with {error.code}") from None
    except (URLError, OSError, HTTPException) as error:
        told = error.reason if isinstance(error, URLError) else error
        raise FeedLost(f"{host} cannot be reached: {why(told)}") from None
    if len(body) > LARGEST:
        raise FeedLost(f"{host} answered with more than {LARGEST >> 20} MiB")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise FeedLost(f"{host} answered with something else than JSON") from None
