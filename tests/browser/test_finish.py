"""The end of a race: the photo, what the review changed, verdicts that prove themselves."""

import re
import struct

import pytest

from tests.browser.races import CLASSES, KANSAS, PRIX, ROAD
from tests.browser.visits import SIZES, Visits
from tests.e2e.programs import Program

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.mark.parametrize("width", SIZES)
async def test_a_photo_finish_is_drawn_and_explained(
    over: Program, visits: Visits, width: int
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}", width) as visit:
        await visit.reads("main", "Larson")
        page = visit.page
        if width == 1440:
            await page.get_by_role("link", name="Finish", exact=True).click()
        drawn = page.get_by_role("img", name=re.compile("17 Buescher"))
        await drawn.first.wait_for()
        assert "0.001 s" in await page.inner_text("main")
        await page.get_by_role("heading", name="What the review changed").wait_for()
        changed = page.get_by_role("table").filter(has_text="Laps led, 5").first
        said = await changed.inner_text()
        # Who was first at the line, and the laps led that hang on it.
        assert "Laps led, 5" in said
        assert "63" in said
        assert "64" in said
        assert "Lead changes" in said
        assert await visit.fits()
        assert await visit.violations() == []
        await visit.picture("kansas")
        await page.get_by_role("heading", name="Verdict").first.scroll_into_view_if_needed()
        await visit.picture("verdicts")


async def test_evidence_leads_to_what_it_names(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}") as visit:
        await visit.reads("main", "Larson")
        page = visit.page
        await page.get_by_role("link", name="Finish", exact=True).click()
        card = page.get_by_role("article").filter(has_text="by a blink")
        proofs = card.get_by_role("list", name="Evidence").get_by_role("button")
        await proofs.first.wait_for()
        crossing = proofs.filter(has_text=re.compile(r"^crossing 17, lap 268")).first
        await crossing.click()
        await visit.reads("footer.time .where", "Lap 26[78]")
        await page.locator("tr[data-entry]").first.wait_for()
        assert (await visit.order())[0] in ("5", "17")
        await visit.picture("evidence")


@pytest.mark.parametrize("race", [PRIX, CLASSES, pytest.param(ROAD, marks=pytest.mark.shared)])
async def test_every_kind_of_race_has_a_finish(over: Program, visits: Visits, race: str) -> None:
    async with visits.at(f"{over.page}/race/{race}", 820) as visit:
        result = await visit.told("results")
        await visit.reads("main", "Official")
        winner = result["classification"][0]["entry"]
        await visit.page.get_by_role("tab", name="Order").click()
        assert (await visit.order())[0] == (await visit.told("lap-chart"))["cars"][winner]["car"]
        await visit.page.get_by_role("tab", name="Finish").click()
        assert await visit.fits()
        assert await visit.violations() == []
        await visit.picture(race)


@pytest.mark.parametrize("width", SIZES)
async def test_a_summary_tells_the_race_and_leads_into_it(
    over: Program, visits: Visits, width: int
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}/summary", width) as visit:
        page = visit.page
        await page.get_by_role("heading", name="Key moments").wait_for()
        assert await page.get_by_role("region", name="Every car").locator("tbody tr").count() == 38
        assert await visit.fits()
        assert await visit.violations() == []
        await visit.picture("summary")
        await page.get_by_role("link", name=re.compile("^lap 176")).click()
        await visit.reads("footer.time .where", "Lap 17[4-6]")


async def test_a_summary_asks_before_it_tells(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}/summary", 390, seen=False) as visit:
        await visit.page.get_by_role("heading", name="This page tells who won").wait_for()
        assert "Larson" not in await visit.page.inner_text("body")
        await visit.page.get_by_role("button", name="Show it").click()
        await visit.reads("main", "Larson")


@pytest.mark.parametrize("size", [("Wide", 1200, 630), ("Phone", 1080, 1920)])
async def test_a_result_is_shared_as_a_link_and_an_image(
    over: Program, visits: Visits, size: tuple[str, int, int]
) -> None:
    name, width, height = size
    async with visits.at(f"{over.page}/race/{KANSAS}/summary", 390) as visit:
        page = visit.page
        await page.get_by_role("button", name="Share").click()
        share = page.get_by_role("dialog", name="Share")
        link = await share.get_by_label("The result").input_value()
        assert link == f"{over.page}/race/{KANSAS}/summary"
        assert await visit.violations() == []
        async with page.expect_download() as download:
            await share.get_by_role("button", name=name).click()
        file = await download.value
        path = await file.path()
        content = path.read_bytes()
        assert struct.unpack(">II", content[16:24]) == (width, height)
        assert len(content) > 20_000
        path.rename(visit.artifact(f"poster-{name.lower()}"))
        await visit.picture("share")


async def test_a_link_to_a_moment_opens_that_moment_and_tells_no_more(
    over: Program, visits: Visits
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=120") as visit:
        await visit.reads("footer.time .where", "Lap 120")
        await visit.page.get_by_role("button", name="Share").first.click()
        share = visit.page.get_by_role("dialog", name="Share")
        link = await share.get_by_label("This moment").input_value()
        assert link == f"{over.page}/race/{KANSAS}?lap=120"
        await visit.page.goto(link)
        await visit.reads("footer.time .where", "Lap 120")


async def test_paper_gets_the_result_and_nothing_to_press(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}/summary") as visit:
        page = visit.page
        await page.get_by_role("heading", name="Key moments").wait_for()
        await page.emulate_media(media="print")
        # Evidence stays as what it says.
        controls = page.locator(":is(button, input, select, nav):visible:not(.proofs *)")
        assert await controls.count() == 0
        assert await page.locator("footer.time:visible").count() == 0
        assert "Larson" in await page.inner_text("main")
        paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
        await visit.picture("print")
