"""How the page looks, and how it is steered: colors, letters, keys, motion; kept by the browser."""

import pytest

from tests.browser.races import KANSAS
from tests.browser.visits import Visits
from tests.e2e.programs import Program

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PALETTES = ("Standard", "Blue and orange", "High contrast", "No colors")

GAIN = "getComputedStyle(document.querySelector('td.places .gain')).color"
PAPER = "getComputedStyle(document.documentElement).backgroundColor"


async def test_every_palette_can_be_read_in_light_and_in_dark(
    over: Program, visits: Visits
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=187") as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 187")
        dialog = page.get_by_role("dialog", name="Settings")
        papers, gains = {}, {}
        for theme in ("Light", "Dark"):
            for palette in PALETTES:
                await page.get_by_role("button", name="Settings").click()
                await dialog.get_by_role("radio", name=theme, exact=True).check()
                await dialog.get_by_role("radio", name=palette, exact=True).check()
                await dialog.get_by_role("button", name="Close").click()
                papers[theme, palette] = await page.evaluate(PAPER)
                gains[theme, palette] = await page.evaluate(GAIN)
                assert await visit.violations("color-contrast") == [], (theme, palette)
                await visit.picture(f"{theme}-{palette}".lower().replace(" ", "-"))
        for palette in PALETTES:
            assert papers["Light", palette] != papers["Dark", palette]
        assert len({gains["Light", palette] for palette in PALETTES}) >= 3


@pytest.mark.parametrize("width", [1440, 390])
async def test_large_letters_fit_and_are_remembered(
    over: Program, visits: Visits, width: int
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100", width) as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 100")
        size = "parseFloat(getComputedStyle(document.querySelector('tbody th.driver')).fontSize)"
        normal = await page.evaluate(size)
        await page.get_by_role("button", name="Settings").click()
        dialog = page.get_by_role("dialog", name="Settings")
        await dialog.get_by_role("radio", name="Large").check()
        await dialog.get_by_role("radio", name="Dark").check()
        assert await visit.violations() == []
        await visit.picture("settings")
        await page.reload()
        await visit.reads("footer.time .where", "Lap 100")
        assert await page.evaluate(size) > normal
        assert await page.locator("html").get_attribute("data-theme") == "dark"
        assert await visit.fits()
        rows = page.locator("tbody tr[data-entry]")
        last, below = rows.nth(2).locator("td.last"), rows.nth(3).locator("th.driver")
        above, under = await last.bounding_box(), await below.bounding_box()
        # Nothing of a car lies over the next.
        assert above is not None
        assert under is not None
        assert above["y"] + above["height"] <= under["y"] + 1
        assert await visit.violations() == []
        await visit.picture("large")


async def test_the_list_of_keys_is_true(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100") as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 100")
        await visit.press("?")
        listed = page.get_by_role("dialog", name="Keys")
        await listed.wait_for()
        keys = set(await listed.locator("kbd").all_inner_texts())
        assert await visit.violations() == []
        await visit.picture("keys")
        await visit.press("Escape")
        tried: set[str] = {"?"}

        async def does(shown: str, key: str, where: str, pattern: str) -> None:
            await visit.press(key)
            await visit.reads(where, pattern)
            tried.add(shown)

        where = "footer.time .where"
        await does("→", "ArrowRight", where, "Lap 101")
        await does("←", "ArrowLeft", where, "Lap 100")
        await does("n", "n", where, "Lap 165")
        await does("p", "p", where, "Lap 80")
        speed = page.get_by_label("Speed", exact=True)
        for key, times in zip("12345", ("1", "2", "5", "10", "50"), strict=True):
            await visit.press(key)
            assert await speed.input_value() == times
            tried.add(key)
        await does("space", " ", ".freshness", "replay 50")
        await visit.press(" ")
        await visit.paused()
        order = await visit.order()
        for shown, key, place in (("↓", "ArrowDown", 0), ("j", "j", 1), ("k", "k", 0)):
            await visit.press(key)
            row = await visit.row(order[place]).get_attribute("class")
            assert "cursor" in (row or ""), shown
            tried.add(shown)
        await visit.press("ArrowDown", "ArrowUp")
        tried.add("↑")
        await visit.press("f")
        await visit.row(order[0]).get_by_role("img", name="followed").wait_for()
        # On a row's button it is the button that enter presses: the same thing.
        await visit.press("Enter")
        await visit.row(order[0]).get_by_text("reference").wait_for()
        await visit.press("Escape")
        await visit.row(order[0]).get_by_text("reference").wait_for(state="detached")
        heads = page.locator("thead th")
        before = await heads.all_inner_texts()
        await visit.press("g")
        assert await heads.all_inner_texts() != before
        tried |= {"f", "Enter", "Escape", "g"}
        await does("l", "l", where, "at the end")
        await visit.press("o")
        await page.get_by_role("dialog", name="Settings").wait_for()
        await visit.press("Escape")
        tried.add("o")
        # The delay is for races that go on, and classes are for races that have some.
        assert keys - tried <= {"d", ",", ".", "<", ">", "c"}
        # Who types or dictates may switch them off.
        await visit.press("?")
        await listed.get_by_label("Single keys do these things").uncheck()
        await visit.press("Escape")
        await visit.press("o")
        assert await page.get_by_role("dialog").count() == 0


async def test_who_wants_no_motion_gets_none(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=85") as visit:
        await visit.reads("footer.time .where", "Lap 85")
        await visit.press("5", " ")
        await visit.reads("footer.time .where", r"Lap (8[7-9]|9|\d{3})")
        moving = await visit.page.evaluate(
            "document.getAnimations().filter(each => each.playState === 'running'"
            " && each.effect.getComputedTiming().duration > 1).length"
        )
        assert moving == 0
