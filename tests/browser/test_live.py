"""A race that goes on while one looks: back and on again, late on purpose, cut off, from afar."""

import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from simulators.player import in_order
from simulators.scripted import SCRIPTED
from tests.brokers import made
from tests.browser import races
from tests.browser.races import EVIL, KANSAS, MARKUP
from tests.browser.visits import Visits
from tests.e2e.feeding import producer, tell
from tests.e2e.programs import Program, kept_port, tracker
from tracker.feed.envelope import Report
from tracker.feed.producer import Producer

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

LOST = "WebSocket|ERR_|Failed to load|Failed to fetch"
"""What a browser says of a server that is gone."""


@dataclass
class Feed:
    """A race that is told as far as a test likes."""

    program: Program
    producer: Producer
    reports: list[Report]
    told: int = 0
    page: str = field(init=False)
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.page = f"{self.program.page}/race/{KANSAS}"

    async def until_lap(self, lap: int) -> None:
        """Tell the race up to the first car that completes a lap."""
        ends = f"/{lap}/sf"
        to = 1 + next(at for at, each in enumerate(self.reports) if each.id.endswith(ends))
        await tell(self.producer, self.reports[self.told : to])
        self.told = max(self.told, to)


@pytest.fixture
async def live(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Feed]:
    """Kansas 2024, at first up to lap 10."""
    reports = in_order(SCRIPTED[KANSAS]())
    async with (
        made("nats", tmp_path) as broker,
        tracker("serve", "--broker", broker.url, data=tmp_path / "data") as program,
        producer(broker.url, KANSAS, reports, tmp_path / "outbox") as source,
    ):
        feed = Feed(program, source, reports)
        await feed.until_lap(10)
        yield feed


@pytest.mark.broker
@pytest.mark.parametrize("width", [1440, 390])
async def test_one_goes_back_while_the_race_goes_on(live: Feed, visits: Visits, width: int) -> None:
    async with visits.at(live.page, width) as visit:
        page = visit.page
        where = "footer.time .where"
        await visit.reads(where, "Lap 10.*at live")
        # Twenty seconds may have passed since that lap, where a browser takes long to open a page.
        await live.until_lap(11)
        await visit.reads(where, "Lap 11.*at live")
        await visit.reads(".freshness", "live")
        bar = page.get_by_role("slider", name="Moment of the race")

        async def known(laps: int) -> None:
            """Wait until the bar has heard of so many laps; before that there is no way to them."""
            await page.wait_for_function(
                "([bar, laps]) => Number(bar.getAttribute('aria-valuemax')) >= laps",
                arg=[await bar.element_handle(), laps],
            )

        await known(10)
        await page.get_by_role("button", name="One lap back").click()
        await page.get_by_role("button", name="One lap back").click()
        there = int(await bar.get_attribute("aria-valuenow") or 0)
        assert there == 9
        await visit.reads(where, f"Lap {there}\\b")
        await visit.reads("header .laps b", f"^{there}$")
        order = await visit.order()
        await live.until_lap(14)
        # The bar hears of it; what is shown stays.
        await known(14)
        assert await visit.lap() == there
        assert await visit.order() == order
        assert await visit.violations() == []
        await visit.picture("rewound")
        await page.get_by_role("button", name="Live", exact=True).click()
        await visit.reads(where, "Lap 14.*at live")
        await live.until_lap(16)
        await visit.reads(where, "Lap 16.*at live")
        # Silence: after twenty seconds by the visitor's own watch. The tracker stands still
        # meanwhile, for its next beat would say how young the news is.
        with live.program.standing_still():
            now = await page.evaluate("Date.now()")
            await page.clock.set_system_time(now + 30_000)
            await visit.reads(".freshness", "stale")
            await page.get_by_text("Nothing heard from the track").first.wait_for()
            await visit.picture("stale")


@pytest.mark.broker
async def test_the_page_waits_for_the_television(live: Feed, visits: Visits) -> None:
    async with visits.at(live.page) as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 10.*at live")
        await page.get_by_role("button", name="Sync to TV").click()
        panel = page.get_by_role("dialog", name="Match a television")
        line = panel.get_by_role("listitem").filter(has_text="Leader completes lap 10")
        await line.wait_for()
        assert await visit.violations() == []
        await visit.picture("sync")
        behind = panel.locator("output")

        async def seconds() -> float:
            return float((await behind.inner_text()).split()[0])

        assert await seconds() == 0
        await panel.get_by_role("button", name="+5", exact=True).click()
        await panel.get_by_role("button", name="+0.5", exact=True).click()
        assert await seconds() == 5.5
        await panel.get_by_role("button", name="−0.5", exact=True).click()
        assert await seconds() == 5
        await visit.reads(".freshness", r"delayed 5\.0 s")
        await line.get_by_role("button", name="Now").click()
        # That lap was told since the race began to be told, and the panel rounds.
        assert 0 < await seconds() <= time.monotonic() - live.began + 0.1
        await panel.get_by_role("button", name="Close").click()
        await visit.press("<")
        await visit.press("l")
        await visit.reads("footer.time .where", "at live")


async def test_a_server_that_comes_back_is_found_again(
    finished: Path, visits: Visits, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = races.copied(finished, tmp_path_factory)
    with kept_port() as port:
        async with (
            tracker("serve", data=data, port=port) as program,
            visits.at(f"{program.page}/race/{KANSAS}", 390, meant=LOST) as visit,
        ):
            await visit.reads("header .freshness", "complete")
            order = visit.page.get_by_role("tab", name="Order")
            await order.click()
            before = await visit.order()
            await program.kill()
            await visit.reads("header .freshness", "reconnecting")
            await visit.page.get_by_text("Connection lost, trying again.").first.wait_for()
            assert await visit.order() == before
            await visit.picture("cut-off")
            async with tracker("serve", data=data, port=port):
                await visit.reads("header .freshness", "complete")
                assert await visit.page.get_by_text("Connection lost").count() == 0
                assert await visit.order() == before


async def test_names_are_words_and_never_markup(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{MARKUP}?lap=6") as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 6")
        assert EVIL in await page.locator("tbody th.driver").first.inner_text()
        for tab in ("Charts", "Finish", "Verdicts", "Incidents"):
            if await page.get_by_role("tab", name=tab).count():
                await page.get_by_role("tab", name=tab).click()
        await page.goto(f"{over.page}/race/{MARKUP}/summary")
        await visit.reads("main", "Bobby")
        await page.goto(over.page)
        await visit.reads("main", "Bobby")
        assert await page.locator("img, main script").count() == 0
        assert await page.title() != "1"


async def test_the_page_keeps_to_its_own_policy(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100", strict=True) as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 100")
        for tab in ("Charts", "Finish", "Verdicts", "Incidents"):
            await page.get_by_role("tab", name=tab).click()
        for key in ("?", "o"):
            await visit.press(key)
            await page.get_by_role("dialog").wait_for()
            await visit.press("Escape")
        for view in ("finish", "summary", "wall", "overlay"):
            await page.goto(f"{over.page}/race/{KANSAS}/{view}")
            await visit.reads("main", "Larson")


async def test_no_script_of_others_is_run(over: Program, visits: Visits) -> None:
    refused = "Content Security Policy"
    async with visits.at(over.page, strict=True, meant=refused) as visit:
        await visit.page.get_by_text("AdventHealth 400").first.wait_for()
        title = await visit.page.title()
        await visit.page.evaluate(
            "() => { const script = document.createElement('script');"
            " script.textContent = 'document.title = 1'; document.body.append(script); }"
        )
        assert await visit.page.title() == title


def own_address() -> str | None:
    """This machine's address where a phone would find it; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(asked.getsockname()[0])
    return None if address.startswith("127.") else address


async def test_a_phone_on_the_same_network_sees_it_all(
    finished: Path, visits: Visits, tmp_path_factory: pytest.TempPathFactory
) -> None:
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but its own loopback")
    data = races.copied(finished, tmp_path_factory)
    async with tracker("serve", "--host", "0.0.0.0", data=data) as program:  # noqa: S104
        url = f"http://{address}:{program.port}/race/{KANSAS}?lap=100"
        # Without https browsers leave that header out of account, and say so.
        async with visits.at(url, 390, meant="Cross-Origin-Opener-Policy") as visit:
            page = visit.page
            await visit.reads("footer.time .where", "Lap 100")
            # Plain http is no place for a clipboard.
            assert await page.evaluate("navigator.clipboard === undefined")
            await page.get_by_role("button", name="Share").first.click()
            share = page.get_by_role("dialog", name="Share")
            await share.get_by_role("button", name="Copy link").first.click()
            await visit.reads("dialog [role=status]", "Copied|Select the link and copy it")
            link = await share.get_by_label("This moment").input_value()
            assert link == url
            assert await visit.violations() == []
