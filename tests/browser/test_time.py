"""One clock for the whole page: back, on, playing, late, and by link."""

import re

import pytest

from tests.browser.races import KANSAS, ROAD
from tests.browser.visits import SIZES, Visits
from tests.e2e.programs import Program

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.mark.parametrize("width", SIZES)
async def test_a_link_shows_the_race_as_it_was_at_that_lap(
    over: Program, visits: Visits, width: int
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=80", width) as visit:
        await visit.reads("footer.time .where", "Lap 80")
        # At the end of the first stage, which car 11 won.
        assert (await visit.order())[0] == "11"
        assert await visit.page.locator("header .laps b").inner_text() == "80"
        assert await visit.page.get_by_text("Checkered").count() == 0
        await visit.picture("lap-80")
        assert await visit.violations() == []


async def test_keys_go_through_the_race_lap_by_lap_and_from_incident_to_incident(
    over: Program, visits: Visits
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100") as visit:
        await visit.reads("footer.time .where", "Lap 100")
        await visit.press("ArrowRight", "ArrowRight")
        await visit.reads("footer.time .where", "Lap 102")
        await visit.page.wait_for_url(re.compile(r"lap=102$"))
        await visit.press("ArrowLeft")
        await visit.reads("footer.time .where", "Lap 101")
        # The second stage ends on lap 165; then two cars meet in turn 2.
        await visit.press("n", "n")
        await visit.reads("footer.time .where", "Lap 17[456]")
        await visit.page.get_by_role("heading", name="Contact").first.wait_for()
        await visit.press("p")
        await visit.reads("footer.time .where", "Lap 165")


@pytest.mark.parametrize("width", SIZES)
async def test_the_past_plays_at_the_speed_one_likes(
    over: Program, visits: Visits, width: int
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=10", width) as visit:
        await visit.reads("footer.time .where", "Lap 10")
        await visit.page.get_by_label("Speed", exact=True).select_option("50")
        await visit.page.get_by_role("button", name="Play").click()
        await visit.reads("footer.time .where", r"Lap (1[3-9]|[2-9]\d|\d{3})")
        await visit.page.get_by_role("button", name="Pause").click()
        await visit.paused()
        # To the second: playing, it would be two seconds on with the next tick.
        where = visit.page.locator("footer.time .where")
        there = await where.inner_text()
        await visit.picture("paused")
        assert await where.inner_text() == there


async def test_the_bar_is_a_slider_for_mouse_and_keyboard(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=0") as visit:
        bar = visit.page.get_by_role("slider", name="Moment of the race")
        await bar.focus()
        await visit.press("PageUp", "PageUp", "ArrowLeft")
        await visit.reads("footer.time .where", "Lap 19")
        assert "Lap 19, Green" in (await bar.get_attribute("aria-valuetext") or "")
        box = await bar.bounding_box()
        assert box is not None
        await visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await visit.reads("footer.time .where", r"Lap 1[0-9]\d")
        await visit.press("End")
        await visit.reads("footer.time .where", "at the end")


@pytest.mark.shared
async def test_a_formula_one_race_goes_through_its_safety_car(
    over: Program, visits: Visits
) -> None:
    async with visits.at(f"{over.page}/race/{ROAD}?lap=20") as visit:
        await visit.reads("footer.time .where", "Lap 20")
        vettel = await visit.order()
        assert vettel[0] == "5"
        await visit.press("n")
        await visit.reads("footer.time .where", "Lap (?!20\\b)")
        assert await visit.lap() > 20
