"""A feed that is looked at: documents behind a web server, each fetched as often as it is worth.

Asked for politely: only what changed (ETag, Last-Modified), never more often than said, and less
and less often where the server has nothing or trouble. A document that has not changed is no news.
"""

import asyncio
import base64
import gzip
import hashlib
import json
import re
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tracker.bridges.live.contract import FeedLost
from tracker.bridges.live.lines import written
from tracker.errors import TrackerError

TIMEOUT_S = 8.0
"""A server that has not answered by then does not answer."""
LARGEST = 16 * 1024 * 1024
"""Bytes of a document, unpacked, at most: eight times the largest seen."""
CHUNK = 64 * 1024
BACK_OFF = 20
"""Times its pace at which a document in trouble is asked for again, at the slowest."""
AGENT = "Mozilla/5.0 (compatible; race-tracker)"
"""Some servers refuse whoever is no browser; we say who we are all the same."""
PATH = re.compile(r"/[A-Za-z0-9._/-]{1,200}")


class Answer(NamedTuple):
    """What a server said; the body is None where nothing changed."""

    status: int
    body: bytes | None
    etag: str | None
    modified: str | None


@dataclass(slots=True)
class Document:
    """A document and how often to look at it; 0 is once."""

    of: str
    url: str
    every_s: float
    due: float = 0.0
    etag: str | None = None
    modified: str | None = None
    seen: bytes = b""
    """Fingerprint of what it said last."""
    troubles: int = 0


class Polling:
    """The way to a feed by looking at its documents; the first is the one without which it is lost.

    `fetch` gets a document; tests may bring their own.
    """

    def __init__(self, url: str, first: Mapping[str, tuple[str, float]]) -> None:
        parts = web_address(url)
        if parts is None:
            raise TrackerError(f"{shown(url)!r} is no address of a feed: want https://HOST")
        self.base = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        self.named = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "", "", ""))
        self.refused: Counter[str] = Counter()
        self.documents = {
            of: Document(of, self.base + path, every) for of, (path, every) in first.items()
        }

    def __str__(self) -> str:
        return self.named

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Looking"]:
        """Begin to look; what the server said before, it need not say again."""
        for document in self.documents.values():
            document.due = 0.0
        yield Looking(self)


@dataclass(slots=True)
class Looking:
    """Looks at each document when it is due."""

    link: Polling
    clock: Callable[[], float] = time.monotonic
    ready: list[str] = field(default_factory=list)

    async def more(self) -> list[str]:
        """Documents that say something new, at least one, each on a line with its kind before it.

        Raises `FeedLost` where the first of them cannot be had.
        """
        documents = self.link.documents
        while True:
            now = self.clock()
            for document in list(documents.values()):
                if document.due <= now:
                    await self.look(document)
            if self.ready:
                ready, self.ready = self.ready, []
                return ready
            due = min(document.due for document in documents.values())
            await asyncio.sleep(max(0.0, due - self.clock()))

    async def look(self, document: Document) -> None:
        """Fetch one document; what is new is ready to be told."""
        essential = next(iter(self.link.documents)) == document.of
        try:
            answer = await asyncio.to_thread(fetch, document.url, document.etag, document.modified)
        except FeedLost as lost:
            if essential:
                document.due = self.clock() + document.every_s
                raise FeedLost(f"{self.link}: {document.of} {lost}") from None
            self.link.refused[f"{document.of} {lost}"[:100]] += 1
            self.again(document, trouble=True)
            return
        text = said(answer)
        if text is not None:
            mark = hashlib.blake2b(text.encode(), digest_size=8).digest()
            if mark != document.seen:
                document.seen = mark
                self.ready.append(f"{document.of} {text}")
        document.etag, document.modified = answer.etag, answer.modified
        self.again(document, trouble=answer.body == b"")

    def again(self, document: Document, *, trouble: bool) -> None:
        """When to look again; a document wanted once is done with, had or not."""
        if not document.every_s:
            del self.link.documents[document.of]
            if trouble:
                self.ready.append(f"{document.of} null")  # whoever asked must not wait for it
            return
        document.troubles = document.troubles + 1 if trouble else 0
        pause = min(2**document.troubles, BACK_OFF)
        document.due = self.clock() + document.every_s * pause

    async def ask(self, what: bytes) -> None:
        """Look at one more document: `{"of", "path", "every"}`."""
        wanted: dict[str, Any] = json.loads(what)
        of, path, every = str(wanted["of"]), str(wanted["path"]), float(wanted["every"])
        assert PATH.fullmatch(path), path
        assert ".." not in path, path
        url = self.link.base + path
        known = self.link.documents.get(of)
        if known is None or known.url != url:
            self.link.documents[of] = Document(of, url, every)


def shown(url: str) -> str:
    """An address as it may be shown: without the user name and the password in it."""
    return re.sub(r"(?<=//).*@", "", url)


def web_address(url: str) -> SplitResult | None:
    """The parts of an http or https address; None where it is none."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if fits else None


def known_as(url: str) -> str | None:
    """Who an address says we are, as a request says it; None where it says nothing."""
    parts = urlsplit(url)
    if parts.username is None and parts.password is None:
        return None
    said = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return f"Basic {base64.b64encode(said.encode()).decode()}"


class SameSite(HTTPRedirectHandler):
    """Follows a server to another page of its own, and to no other server."""

    def redirect_request(
        self, req: Request, fp: Any, code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        """The request for the page it moved to."""
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            fp.close()
            raise FeedLost(f"sends us on to {urlsplit(newurl).hostname}, where we do not follow")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def fetch(url: str, etag: str | None, modified: str | None) -> Answer:
    """One document, if it changed; raises `FeedLost` with the reason, in a sentence's end."""
    headers = {"User-Agent": AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    if who := known_as(url):
        headers["Authorization"] = who
    until = time.monotonic() + TIMEOUT_S
    try:
        request = Request(shown(url), headers=headers)  # noqa: S310 - http or https, see `Polling`
        with build_opener(SameSite()).open(request, timeout=TIMEOUT_S) as answer:
            body = b""
            while chunk := answer.read1(CHUNK):
                body += chunk
                if len(body) > LARGEST:
                    raise FeedLost(f"is larger than {LARGEST >> 20} MiB")
                if time.monotonic() > until:
                    raise FeedLost(f"did not come whole in {TIMEOUT_S:g} s")
            length = answer.headers.get("Content-Length")
            if length is not None and length.isdecimal() and len(body) < int(length):
                raise FeedLost("came in half")
            if answer.headers.get("Content-Encoding") == "gzip":
                body = unpacked(body)
            return Answer(
                answer.status, body, answer.headers.get("ETag"), answer.headers.get("Last-Modified")
            )
    except HTTPError as error:
        with error:
            if error.code == 304:
                return Answer(304, None, etag, modified)
            raise FeedLost(f"is refused: {error.code} {error.reason}") from None
    except TimeoutError:
        raise FeedLost("does not come: no answer") from None
    except URLError as error:
        why = error.reason if isinstance(error.reason, str) else str(error.reason).lower()
        raise FeedLost(f"does not come: {why}") from None
    except (OSError, HTTPException) as error:
        raise FeedLost(f"does not come: {str(error).lower() or type(error).__name__}") from None


def unpacked(body: bytes) -> bytes:
    """A packed body, no larger than it may be; raises `FeedLost`."""
    try:
        whole = zlib.decompressobj(wbits=31).decompress(body, LARGEST + 1)
    except (zlib.error, gzip.BadGzipFile):
        raise FeedLost("is packed, and broken") from None
    if len(whole) > LARGEST:
        raise FeedLost(f"is larger than {LARGEST >> 20} MiB")
    return whole


def said(answer: Answer) -> str | None:
    """The document on one line, without the spaces that lay it out; None where it says nothing.

    A server that has no race answers 200 with `null`, or with nothing.
    """
    if answer.body is None:
        return None
    text = written(answer.body.removeprefix(b"\xef\xbb\xbf")).strip()
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return text or None  # with something before or after it, or half of one
    if not told:
        return None
    # JSON can name half of a character, which no text can hold and no line be written with.
    line = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return line.encode(errors="replace").decode()
