"""Races that have been: found, opened, set side by side; and the pages for other screens."""

import re

import pytest

from tests.browser.races import CLASSES, KANSAS, NIGHTS, PRIX
from tests.browser.visits import SIZES, Visits
from tests.e2e.programs import Program

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.mark.parametrize("width", SIZES)
async def test_a_race_is_found_and_opened_at_a_lap(
    over: Program, visits: Visits, width: int
) -> None:
    async with visits.at(over.page, width) as visit:
        page = visit.page
        races = page.locator("main li")
        await races.first.wait_for()
        everything = await races.count()
        find = page.get_by_role("searchbox", name="Search by name, series, track or year")
        await find.fill("sprint KANSAS")
        assert await races.count() == len(NIGHTS) < everything
        await find.fill("no such thing")
        await page.get_by_text("No race is called that.").wait_for()
        await find.fill("grand prix hill")
        assert await races.count() == 1
        assert await visit.fits()
        assert await visit.violations() == []
        await visit.picture("list")
        await races.get_by_role("textbox", name="Lap").fill("7")
        await races.get_by_role("button", name="Go").click()
        await visit.reads("footer.time .where", "Lap 7")
        assert page.url.endswith(f"/race/{PRIX}?lap=7")
        await page.go_back()
        await races.first.wait_for()


@pytest.mark.parametrize("width", SIZES)
async def test_two_races_are_set_side_by_side(over: Program, visits: Visits, width: int) -> None:
    async with visits.at(over.page, width) as visit:
        page = visit.page
        for night in ("Night One Sprint", "Night Two Sprint"):
            await page.get_by_role("checkbox", name=f"Compare {night}").check()
        await page.get_by_role("link", name="Compare these two").click()
        figures = page.get_by_role("table", name="In figures")
        await figures.wait_for()
        said = await figures.inner_text()
        for one in ("Winner", "Margin of victory", "Cautions", "Lead changes"):
            assert one in said
        assert await visit.fits()
        assert await visit.violations() == []
        await visit.picture("compare")


async def test_a_comparison_asks_before_it_tells(over: Program, visits: Visits) -> None:
    pair = f"{over.page}/compare/{KANSAS},{PRIX}"
    async with visits.at(pair, seen=False) as visit:
        await visit.page.get_by_text("This page tells both results.").wait_for()
        assert "Larson" not in await visit.page.inner_text("body")
        await visit.page.get_by_role("button", name="Show them").click()
        await visit.reads("main", "Larson")


async def test_a_comparison_with_nothing_says_so(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/compare/{KANSAS}") as visit:
        await visit.reads("[role=alert]", "This race could not be found.")


async def test_an_overlay_lies_on_nothing_and_shows_what_its_address_asks(
    over: Program, visits: Visits
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}/overlay") as visit:
        page = visit.page
        rows = page.locator("main li")
        await rows.first.wait_for()
        assert await rows.count() == 10
        for on in ("documentElement", "body"):
            paper = await page.evaluate(f"getComputedStyle(document.{on}).backgroundColor")
            assert paper == "rgba(0, 0, 0, 0)"
        await page.goto(f"{over.page}/race/{KANSAS}/overlay?cars=5,17&side=right&flag=off")
        await rows.first.wait_for()
        said = await rows.all_inner_texts()
        assert [re.findall(r"\d+", text)[:2] for text in said] == [["1", "5"], ["2", "17"]]
        assert await page.get_by_text("Checkered").count() == 0
        box = await page.get_by_role("main").bounding_box()
        assert box is not None
        assert box["x"] > 720
        assert await visit.violations() == []
        await page.screenshot(path=visit.artifact("overlay"), omit_background=True)


@pytest.mark.parametrize(("race", "cars"), [(KANSAS, 38), (CLASSES, 22)])
async def test_a_wall_shows_every_car_at_once(
    over: Program, visits: Visits, race: str, cars: int
) -> None:
    async with visits.at(f"{over.page}/race/{race}/wall", 1920) as visit:
        rows = visit.page.locator("main tbody tr")
        await rows.first.wait_for()
        assert await rows.count() == cars
        assert await visit.fits()
        last = await rows.last.bounding_box()
        assert last is not None
        assert last["y"] + last["height"] <= 1080 + 1
        assert await visit.violations() == []
        await visit.picture(f"wall-{race}")
