"""What happened: cards, the log of race control, and news for who asked to be told."""

import re
from typing import Any

import pytest

from tests.browser.races import KANSAS, PRIX, ROAD
from tests.browser.visits import SIZES, Visit, Visits
from tests.e2e.programs import Program

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

LASTING = """() => {
  const later = window.setTimeout;
  window.setTimeout = (run, ms, ...more) => (ms > 10_000 ? 0 : later(run, ms, ...more));
}"""
HELD_UP = """() => {
  const until = performance.now() + 1_200;
  while (performance.now() < until);
}"""


async def opened(visit: Visit, where: str, log: bool = False) -> None:
    """What happened, up to a moment; as cards, or as the log has it."""
    await visit.reads("footer.time .where", where)
    await visit.page.get_by_role("tab", name="Incidents").click()
    if log:
        await visit.page.get_by_role("button", name="Race control").click()
    where = "section.control ol li" if log else "article"
    await visit.page.locator(where).first.wait_for()


@pytest.mark.parametrize("width", SIZES)
async def test_an_incident_names_its_cars_their_roles_and_who_says_so(
    over: Program, visits: Visits, width: int
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=190", width) as visit:
        await opened(visit, "Lap 190")
        cards = visit.page.get_by_role("article")
        # Turn 2 and the back straight; what comes later is not told.
        assert await cards.count() == 2
        first = cards.last
        said = await first.inner_text()
        assert "Contact" in said
        assert "turn 2" in said
        assert re.search(r"candidate|confirmed|updated|cleared", said)
        assert {"84", "7"} <= set(re.findall(r"\d+", said))
        assert re.search(r"Roles by race control|Roles by an editor|Roles inferred", said)
        await first.get_by_text("Evidence").click()
        await first.locator(".proofs button").first.wait_for()
        assert await visit.fits()
        assert await visit.violations() == []
        await visit.picture("cards")
        # From a little before it happened.
        await first.get_by_title("Watch it happen").click()
        await visit.reads("footer.time .where", "Lap 17[3-5]")


@pytest.mark.parametrize("width", [1440, 390])
async def test_the_log_is_read_by_kind_severity_and_car_and_leads_to_each_moment(
    over: Program, visits: Visits, width: int
) -> None:
    async with visits.at(f"{over.page}/race/{PRIX}?lap=19", width) as visit:
        await opened(visit, "Lap 19", log=True)
        log = visit.page.locator("section.control ol li")
        all_lines = await log.count()
        kind = visit.page.get_by_role("combobox", name="Kind")
        await kind.select_option(label="Penalties")
        lines = await log.all_inner_texts()
        assert 0 < len(lines) < all_lines
        assert all("Penalty" in line for line in lines)
        # The latest first.
        laps = [int(re.match(r"\d+", line.strip())[0]) for line in lines]  # type: ignore[index]
        assert laps == sorted(laps, reverse=True)
        number = (await log.first.locator(".plate").inner_text()).strip()
        await visit.page.get_by_label("Cars no.").fill(number)
        one = await log.all_inner_texts()
        assert 0 < len(one) < len(lines)
        await kind.select_option(label="Everything")
        await visit.page.get_by_label("Cars no.").fill("")
        await visit.page.get_by_role("combobox", name="How grave").select_option(label="Warnings")
        assert 0 < await log.count() < all_lines
        assert await visit.violations() == []
        await visit.picture("log")
        await log.last.get_by_role("button").click()
        await visit.reads("footer.time .where", "Lap 10")
        assert await visit.fits()


@pytest.mark.shared
async def test_a_real_safety_car_is_in_the_log(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{ROAD}?lap=50") as visit:
        await opened(visit, "Lap 50", log=True)
        await visit.page.get_by_role("combobox", name="Kind").select_option(label="Flags")
        said = await visit.page.locator("section.control").inner_text()
        assert "Safety car" in said


async def test_who_asks_is_told_of_a_caution_as_it_comes(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?t=2550") as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 79")
        await page.get_by_role("button", name="Settings").click()
        settings = page.get_by_role("dialog", name="Settings")
        await settings.get_by_label("Flags", exact=True).check()
        await settings.get_by_label("Flags: sound").check()
        await settings.get_by_label("Lead changes", exact=True).check()
        assert await visit.violations() == []
        await visit.picture("settings")
        await settings.get_by_role("button", name="Close").click()
        news = page.get_by_role("log", name="News")
        # What has been is no news.
        await visit.fetched("/control")
        assert await news.locator("p").count() == 0
        # What is told goes by itself after a while: here it stays, however long we look at it.
        await page.evaluate(LASTING)
        await visit.press("5")
        await page.get_by_role("button", name="Play").click()
        # A page that is held up has the race a lap further on at its next look, and tells the same.
        await page.evaluate(HELD_UP)
        await news.get_by_text("Caution 1").wait_for()
        await page.get_by_role("button", name="Pause").click()
        await visit.picture("told")
        assert await visit.violations() == []
        told = news.locator("p", has_text="Caution 1")
        await told.get_by_role("button", name="Dismiss").click()
        await told.wait_for(state="detached")


async def test_nobody_is_told_of_other_cars_than_those_followed(
    over: Program, visits: Visits
) -> None:
    likes: dict[str, Any] = {
        "alerts": {"penalty": {"on": True, "sound": True, "only": "followed", "least": "note"}},
        "followed": {"Simulated Grand Prix": ["2"]},
    }
    async with visits.at(f"{over.page}/race/{PRIX}?lap=14", 390, **likes) as visit:
        await visit.reads("footer.time .where", "Lap 14")
        await visit.fetched("/control")
        await visit.page.get_by_label("Speed", exact=True).select_option("50")
        await visit.page.get_by_role("button", name="Play").click()
        news = visit.page.get_by_role("log", name="News")
        # Car 14 has its penalty a minute earlier.
        await news.get_by_text("No. 2").first.wait_for()
        await visit.page.get_by_role("button", name="Pause").click()
        assert await news.get_by_text("No. 14").count() == 0
        assert await visit.fits()
        await visit.picture("told")
