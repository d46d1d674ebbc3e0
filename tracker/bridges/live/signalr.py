"""The way to a SignalR Core hub: negotiate over HTTP, then a websocket of records.

A record is JSON ended by the byte 0x1E; several may come in one message of the websocket, and one
may come in several. After the handshake we subscribe, and the answer is the full state. Both
sides say a ping every so often. Nothing is sent again after a loss: a new connection begins with
a new full state. (Microsoft, ASP.NET Core: SignalR hub and transport protocols.)
"""

import asyncio
import contextlib
import json
import re
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tracker.bridges.live.contract import FeedLost
from tracker.errors import TrackerError

END = "\x1e"
PING = '{"type":6}' + END
PING_EVERY_S = 15.0
"""As the hub's own clients do; it lets go of one that is silent for thirty seconds."""
ANSWER_S = 10.0
"""A hub that has not answered by then will not."""
GOODBYE_S = 2.0
LARGEST = 32 * 1024 * 1024
"""Characters of a record, at most. The full state of a whole race is some hundreds of thousands."""
LARGEST_ANSWER = 65_536
"""Bytes of an answer to the negotiation, at most; it has some hundreds."""
WAITING = 64
"""Messages of the websocket that wait to be read; then the hub's sending waits."""
LINE_BREAK = re.compile(r"[\r\n\u2028\u2029]")


class NoRedirect(HTTPRedirectHandler):
    """Nobody is followed elsewhere: what we were given to show a hub is for that hub."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """No other request."""


class Records:
    """Cuts messages of the websocket into records; what has no end is given up."""

    def __init__(self, refused: Counter[str], largest: int = LARGEST) -> None:
        self.refused = refused
        self.largest = largest
        self.rest: list[str] = []
        self.size = 0

    def cut(self, message: str) -> list[str]:
        """The records that end in a message, each as one line of text."""
        *ended, rest = message.split(END)
        if not ended:
            self.keep(rest)
            return []
        ended[0] = "".join([*self.rest, ended[0]])
        self.rest, self.size = [], 0
        self.keep(rest)
        return [LINE_BREAK.sub(" ", record) for record in ended if record.strip()]

    def keep(self, rest: str) -> None:
        """The beginning of a record; one too long is counted, and what follows is no record."""
        self.size += len(rest)
        if self.size > self.largest:
            self.refused[f"a record of more than {self.largest} characters"] += 1
            self.rest, self.size = [], 0
        elif rest:
            self.rest.append(rest)


class SignalR:
    """The way to a hub at `https://host/path`; `token` is asked for each time, never shown."""

    def __init__(
        self, url: str, subscription: Sequence[Any], token: Callable[[], str | None]
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise TrackerError(f"{url!r} is no address of a hub: want https://HOST/PATH")
        self.url = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        self.host = parts.netloc
        self.subscription = list(subscription)
        self.token = token
        self.refused: Counter[str] = Counter()

    def __str__(self) -> str:
        return self.host

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Hub"]:
        """Connect once; raises `FeedLost`."""
        token = self.token()
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        connection, cookies = await asyncio.to_thread(self.negotiate, headers)
        if cookies:
            headers["Cookie"] = cookies
        address = f"ws{self.url.removeprefix('http')}?id={quote(connection, safe='')}"
        try:
            async with connect(
                address,
                additional_headers=headers,
                open_timeout=ANSWER_S,
                close_timeout=GOODBYE_S,
                ping_interval=None,  # the hub has pings of its own
                max_size=LARGEST,
                max_queue=WAITING,
            ) as websocket:
                hub = Hub(self, websocket)
                async with asyncio.timeout(ANSWER_S):
                    await hub.shake_hands()
                await hub.subscribe(self.subscription)
                pinging = asyncio.create_task(hub.keep_pinging(), name=f"pings to {self}")
                try:
                    yield hub
                finally:
                    pinging.cancel()
                    await asyncio.wait({pinging})
        except TimeoutError:
            raise FeedLost(f"{self} does not answer") from None
        except (OSError, WebSocketException) as error:
            raise FeedLost(f"{self} cannot be reached: {why(error)}") from None

    def negotiate(self, headers: dict[str, str]) -> tuple[str, str]:
        """The token of a new connection, and the cookies that lead to the same machine again."""
        jar: dict[str, str] = {}
        # The first request is for the cookie of the balancer; a hub without one may refuse it.
        with contextlib.suppress(FeedLost):
            self.request("OPTIONS", headers, jar)
        answer = self.request("POST", headers, jar)
        try:
            told = json.loads(answer)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise FeedLost(f"{self} answered the negotiation with something else than JSON")
        if "url" in told:
            raise FeedLost(f"{self} sends us to another hub, which is not followed")
        connection = told.get("connectionToken") or told.get("connectionId")
        if not isinstance(connection, str) or told.get("error"):
            raise FeedLost(f"{self} refuses a connection")
        return connection, "; ".join(f"{name}={value}" for name, value in jar.items())

    def request(self, method: str, headers: dict[str, str], jar: dict[str, str]) -> bytes:
        """One request of the negotiation, its cookies added to the jar; raises `FeedLost`."""
        sent = dict(headers)
        if jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        request = Request(  # noqa: S310 - the scheme was looked at
            f"{self.url}/negotiate?negotiateVersion=1",
            data=b"" if method == "POST" else None,
            method=method,
            headers=sent,
        )
        try:
            with build_opener(NoRedirect).open(request, timeout=ANSWER_S) as answer:
                for cookie in answer.headers.get_all("Set-Cookie") or ():
                    name, equals, value = cookie.partition(";")[0].strip().partition("=")
                    if equals and len(jar) < 20 and len(cookie) < 4_096:
                        jar[name] = value
                body: bytes = answer.read(LARGEST_ANSWER)
                return body
        except HTTPError as error:
            with error:
                if error.code in (401, 403):
                    raise FeedLost(
                        f"{self} does not let us in ({error.code}): it wants a token, or another"
                    ) from None
                raise FeedLost(f"{self} answered the negotiation with {error.code}") from None
        except (URLError, OSError, HTTPException, ssl.SSLError) as error:
            told = error.reason if isinstance(error, URLError) else error
            raise FeedLost(f"{self} cannot be reached: {why(told)}") from None


class Hub:
    """One connection."""

    def __init__(self, link: SignalR, websocket: ClientConnection) -> None:
        self.link = link
        self.websocket = websocket
        self.records = Records(link.refused)
        self.early: list[str] = []
        """Records that came with the answer to the handshake."""

    async def shake_hands(self) -> None:
        """Agree on JSON; raises `FeedLost` where the hub does not."""
        await self.websocket.send('{"protocol":"json","version":1}' + END)
        while not self.early:
            self.early = self.records.cut(await self.text())
        answer = record(self.early.pop(0))
        if answer is None or answer.get("error"):
            raise FeedLost(f"{self.link} does not take the handshake")

    async def subscribe(self, subscription: Sequence[Any]) -> None:
        """Ask for the full state and for what changes in it."""
        ask = {"type": 1, "invocationId": "1", "target": "Subscribe", "arguments": subscription}
        await self.websocket.send(json.dumps(ask) + END)

    async def keep_pinging(self) -> None:
        """Say that we are there, until the connection is gone."""
        with contextlib.suppress(WebSocketException, OSError):
            while True:
                await asyncio.sleep(PING_EVERY_S)
                await self.websocket.send(PING)

    async def text(self) -> str:
        """The next message of the websocket; bytes are no message of this protocol."""
        try:
            while True:
                message = await self.websocket.recv()
                if isinstance(message, str):
                    return message
                self.link.refused["a binary message"] += 1
        except WebSocketException as error:
            raise FeedLost(f"{self.link} hung up: {why(error)}") from None

    async def more(self) -> list[str]:
        """The next records, at least one; raises `FeedLost` when the hub says goodbye."""
        records, self.early = self.early, []
        while not records:
            records = self.records.cut(await self.text())
        for one in records:
            # Only short ones: a goodbye or a refusal is; the full state is not read twice.
            told = record(one) if len(one) < 1_024 else None
            if told is not None and told.get("type") == 7:
                if len(records) > 1:
                    break  # what came before it is heard first; the hub then hangs up
                raise FeedLost(f"{self.link} ended the connection")
            if told is not None and told.get("type") == 3 and told.get("error"):
                raise FeedLost(f"{self.link} refuses the subscription")
        return records

    async def ask(self, what: bytes) -> None:
        """Nothing more is asked of a hub."""


def record(text: str) -> dict[str, Any] | None:
    """A record as an object; None where it is none."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def why(error: object) -> str:
    """Why, in few words."""
    told = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(told).partition("\n")[0][:120].lower()
