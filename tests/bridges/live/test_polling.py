"""Looking at documents behind a web server: politely, and whatever it does."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Mapping
from itertools import count

import pytest

from tests.bridges.live.servers import nobody
from tests.bridges.live.web import Page, Site, site
from tests.brokers import until
from tracker.bridges.live import polling
from tracker.bridges.live.contract import FeedLost
from tracker.bridges.live.growing import Growing
from tracker.bridges.live.polling import Looking, Polling
from tracker.errors import TrackerError

DOCUMENTS: Mapping[str, tuple[str, float]] = {"board": ("/board.json", 0.01)}
WITH_FLAGS: Mapping[str, tuple[str, float]] = {**DOCUMENTS, "flags": ("/flags.json", 0.01)}


async def looked(shown: Site, documents: Mapping[str, tuple[str, float]] = DOCUMENTS) -> list[str]:
    """What one look says."""
    async with Polling(shown.url, documents).connect() as looking:
        return await asyncio.wait_for(looking.more(), 10)


@pytest.mark.anyio
async def test_a_document_is_told_once_until_it_changes() -> None:
    """Asked for with its mark; a server that does not know marks is found out by what it says."""
    async with site(board=b'\xef\xbb\xbf{ "lap" :\n 1 }') as shown:
        async with Polling(shown.url, DOCUMENTS).connect() as looking:
            assert await looking.more() == ['board {"lap":1}']
            waiting = asyncio.create_task(looking.more())
            await until(lambda: shown.unchanged["/board.json"] >= 3)
            shown.pages["/board.json"] = Page(b'{"lap":1}', headers={"ETag": "another"})
            asked = shown.asked["/board.json"]
            await until(lambda: shown.asked["/board.json"] >= asked + 3)
            assert not waiting.done()
            shown.pages["/board.json"] = Page(b'{"lap":2}', packed=True)
            assert await asyncio.wait_for(waiting, 10) == ['board {"lap":2}']
        assert "race-tracker" in shown.headers["user-agent"]
        assert shown.headers["user-agent"].startswith("Mozilla/5.0")


@pytest.mark.anyio
@pytest.mark.parametrize("nothing", [b"", b"null", b"\xef\xbb\xbfnull\n", b"{}", b"[]"])
async def test_a_server_without_a_race_says_nothing(nothing: bytes) -> None:
    async with (
        site(board=b'{"lap":1}', flags=nothing) as shown,
        Polling(shown.url, WITH_FLAGS).connect() as looking,
    ):
        assert await looking.more() == ['board {"lap":1}']
        waiting = asyncio.create_task(looking.more())
        await until(lambda: shown.asked["/board.json"] >= 4)
        assert not waiting.done()
        waiting.cancel()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(b"", "403 Forbidden"), "is refused: 403 Forbidden"),
        (Page(b"{}", "500 Internal Server Error"), "is refused: 500"),
        (Page(b'{"lap":1}', half=True), "came in half"),
        (Page(b"", "302 Found", {"Location": "http://elsewhere.example/"}), "we do not follow"),
        (Page(b"no gzip", headers={"Content-Encoding": "gzip"}), "packed, and broken"),
        (Page(b"x" * 2_000), "is larger than"),
        (Page(b"", hangs=True), "does not come"),
    ],
)
async def test_trouble_with_the_first_document_is_a_lost_feed(
    page: Page, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says why, in words; the frame tries again, more and more slowly."""
    if page.hangs:
        monkeypatch.setattr(polling, "TIMEOUT_S", 0.2)
    monkeypatch.setattr(polling, "LARGEST", 1_000)
    async with site() as shown:
        shown.pages["/board.json"] = page
        with pytest.raises(FeedLost, match=why):
            await looked(shown)


@pytest.mark.anyio
async def test_trouble_with_another_document_is_counted_and_it_is_asked_for_less() -> None:
    """By a clock that goes on with every look at it: a look that takes long is not one less."""
    ticks = count()
    async with site(board=b'{"lap":1}') as shown:
        shown.pages["/flags.json"] = Page(b"", "500 Internal Server Error")
        link = Polling(shown.url, WITH_FLAGS)
        async with link.connect() as looking:
            looking.clock = lambda: next(ticks) * 0.002
            assert await looking.more() == ['board {"lap":1}']
            waiting = asyncio.create_task(looking.more())
            await until(lambda: shown.asked["/board.json"] >= 15)
            assert 0 < shown.asked["/flags.json"] < 8
            shown.pages["/flags.json"] = Page(b'[{"flag":1}]')
            assert await asyncio.wait_for(waiting, 10) == ['flags [{"flag":1}]']
        assert sum(link.refused.values()) >= 1


@pytest.mark.anyio
async def test_half_a_document_that_its_server_thinks_whole_is_handed_on() -> None:
    """What it is worth is for whoever understands the feed to say."""
    async with site(board=b'{"lap":') as shown:
        assert await looked(shown) == ['board {"lap":']


@pytest.mark.anyio
async def test_what_is_wanted_once_is_fetched_once_and_missed_in_words() -> None:
    async with site(board=b'{"lap":1}', laps=b"[1]") as shown:
        link = Polling(shown.url, {"board": ("/board.json", 3600.0)})
        async with link.connect() as looking:
            await looking.more()
            for of in ("laps", "none"):
                wanted = {"of": of, "path": f"/{of}.json", "every": 0}
                await looking.ask(json.dumps(wanted).encode())
            assert await looking.more() == ["laps [1]", "none null"]
            assert list(link.documents) == ["board"]


@pytest.mark.anyio
async def test_nobody_is_there() -> None:
    with nobody() as port, pytest.raises(FeedLost, match=r"board does not come: .*refused"):
        await looked(Site(port=port))


@pytest.mark.parametrize("url", ["ftp://x", "cf.nascar.com", "file:///etc/passwd", "https://"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(TrackerError, match="want https"):
        Polling(url, DOCUMENTS)


def test_a_password_in_the_address_is_not_shown() -> None:
    assert str(Polling("https://me:secret@example.org/x", DOCUMENTS)) == "https://example.org"


@pytest.mark.parametrize(
    "url", ["ftp://me:secret@example.org", "https://me:sec/ret@example.org", "http://me:secret@[:"]
)
def test_nor_is_the_password_of_an_address_that_is_none(url: str) -> None:
    """One with a slash in it makes another address of the rest."""
    for made in (lambda: Polling(url, DOCUMENTS), lambda: Growing(url, 1.0)):
        with pytest.raises(TrackerError) as refused:
            made()
        assert "me:" not in str(refused.value)
        assert "ret" not in str(refused.value)


@pytest.mark.anyio
async def test_a_password_in_the_address_is_given_to_the_server_and_to_nobody_else() -> None:
    """Why the feed is lost stands in a retained status for everybody."""
    async with site(board=b'{"lap":1}') as shown:
        with_password = shown.url.replace("//", "//me:s%C3%A9cret@")
        async with Polling(with_password, DOCUMENTS).connect() as looking:
            assert await asyncio.wait_for(looking.more(), 10) == ['board {"lap":1}']
        told = base64.b64decode(shown.headers["authorization"].removeprefix("Basic ")).decode()
        assert told == "me:sécret"
        shown.pages["/board.json"] = Page(b"", "401 Unauthorized")
        with pytest.raises(FeedLost) as lost:
            async with Polling(with_password, DOCUMENTS).connect() as looking:
                await looking.more()
        assert "cret" not in str(lost.value)


@pytest.mark.anyio
async def test_half_a_character_in_a_document_ends_nothing() -> None:
    """JSON can name one; a capture could not be written with it."""
    async with site(board=b'{"leader":"\\ud83c"}') as shown:
        assert await looked(shown) == ['board {"leader":"?"}']


@pytest.mark.anyio
async def test_giving_up_waiting_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame gives up now and then, to say that the feed is silent."""
    async with site(board=b'{"lap":1}', flags=b"[1]") as shown:
        link = Polling(shown.url, WITH_FLAGS)
        looking = Looking(link)
        heard: list[str] = []
        for given_up in count():
            # Ever later, for nobody knows how long a look takes here.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.0005 * 1.1**given_up):
                    heard += await looking.more()
            if len(heard) >= 2:
                break
        assert sorted(heard) == ['board {"lap":1}', "flags [1]"]
