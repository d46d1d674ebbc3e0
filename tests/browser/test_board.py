"""The running order, set up by its reader: columns, cars to follow, cars to compare with."""

import re

import pytest

from tests.browser.races import CLASSES, KANSAS, PRIX
from tests.browser.visits import SIZES, Visit, Visits
from tests.e2e.programs import Program

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

RACES = (KANSAS, PRIX, CLASSES)


async def heads(visit: Visit) -> list[str]:
    """The heads of the columns, from left to right."""
    return [head.strip() for head in await visit.page.get_by_role("columnheader").all_inner_texts()]


@pytest.mark.parametrize("race", RACES)
async def test_a_phone_shows_every_part_without_scrolling_sideways(
    over: Program, visits: Visits, race: str
) -> None:
    async with visits.at(f"{over.page}/race/{race}?lap=11", 390) as visit:
        await visit.reads("footer.time .where", "Lap 11")
        row = visit.page.locator("table tbody tr[data-entry]").first
        name, last = row.locator("th.driver"), row.locator("td.last")
        above, below = await name.bounding_box(), await last.bounding_box()
        # Each car has two lines.
        assert above is not None
        assert below is not None
        assert below["y"] >= above["y"] + above["height"] - 1
        for part in ("Incidents", "Charts", "Finish", "Verdicts"):
            tab = visit.page.get_by_role("tab", name=part)
            if not await tab.count():
                continue
            await tab.click()
            await (
                visit.page.get_by_role("tabpanel", name=part)
                .or_(visit.page.get_by_role("region", name=part))
                .first.wait_for()
            )
            assert await visit.fits(), part
        await visit.page.get_by_role("tab", name="Order").click()
        await visit.picture(f"order-{race}")


@pytest.mark.parametrize("width", [1440, 820])
async def test_columns_are_picked_and_remembered(over: Program, visits: Visits, width: int) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100", width) as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 100")
        await page.get_by_role("button", name="Columns").click()
        picker = page.get_by_role("dialog", name="Columns")
        await picker.get_by_label("Team", exact=True).check()
        await picker.get_by_label("Best lap", exact=True).uncheck()
        assert await visit.violations() == []
        await visit.picture("columns")
        await visit.press("Escape")
        if width == 1440:
            assert "Team" in await heads(visit)
            assert "Best" not in await heads(visit)
            await page.reload()
            await visit.reads("footer.time .where", "Lap 100")
            assert "Team" in await heads(visit)
            await page.get_by_role("button", name="Columns").click()
            await picker.get_by_role("button", name="Those of the page").click()
            await visit.press("Escape")
            assert "Best" in await heads(visit)
        assert await visit.fits()


@pytest.mark.parametrize("width", [1440, 390])
async def test_gap_or_interval_comes_first(over: Program, visits: Visits, width: int) -> None:
    async with visits.at(f"{over.page}/race/{PRIX}?lap=8", width) as visit:
        await visit.reads("footer.time .where", "Lap 8")

        async def first() -> list[str]:
            cells = visit.page.locator("td.gap:visible, td.interval:visible")
            return [(await cells.nth(place).get_attribute("class") or "") for place in (0, 1)]

        before = await first()
        # Where there is room for both, only a key changes their order.
        button = visit.page.get_by_role("button", name="Gap first")
        if width >= 740:
            await visit.press("g")
        else:
            assert await button.get_attribute("aria-pressed") == "false"
            await button.click()
            assert await button.get_attribute("aria-pressed") == "true"
        after = await first()
        assert before != after
        assert "interval" in before[0]
        assert "gap" in after[0]
        await visit.press("g")
        assert await first() == before


async def test_a_car_is_followed_by_key_and_found_again_after_loading(
    over: Program, visits: Visits
) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100") as visit:
        await visit.reads("footer.time .where", "Lap 100")
        order = await visit.order()
        await visit.press("ArrowDown", "ArrowDown", "ArrowDown", "f")
        star = visit.row(order[2]).get_by_role("img", name="followed")
        await star.wait_for()
        await visit.page.reload()
        await star.wait_for()
        assert await visit.page.get_by_role("img", name="followed").count() == 1


@pytest.mark.parametrize("width", SIZES)
async def test_any_car_can_be_compared_with(over: Program, visits: Visits, width: int) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=120", width) as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 120")
        order = await visit.order()
        fifth = order[4]
        await visit.row(fifth).click()
        if width >= 740:
            await visit.row(fifth).get_by_text("reference").wait_for()
            assert f"To {fifth}" in await heads(visit)
            # Those ahead of it have a minus, those behind a plus.
            assert (await visit.row(order[3]).locator("td.to").inner_text()).startswith(("−", "~−"))
            beside = page.get_by_role("complementary", name=re.compile(rf"^{fifth} "))
        else:
            beside = page.get_by_role("dialog", name=re.compile(rf"^{fifth} "))
        await beside.get_by_text(f"Behind {order[3]}").wait_for()
        bars = beside.get_by_role("img", name=re.compile(r"from .* to .* s over \d+ laps"))
        await bars.first.wait_for()
        assert await bars.first.locator("rect").count() >= 5
        assert await visit.violations() == []
        await visit.picture("compare")
        if width >= 740:
            await visit.press("Enter")
            await page.get_by_role("dialog", name=re.compile(rf"^{fifth} ")).wait_for()
        laps = page.get_by_role("dialog").locator("table tbody tr")
        await laps.first.wait_for()
        # Nothing later than the moment that is shown.
        assert (await laps.first.locator("th").inner_text()) in ("119", "120")
        assert await visit.violations() == []
        await visit.picture("laps-of-a-car")
        await page.get_by_role("dialog").get_by_role("button", name="Close").click()
        if width >= 740:
            await visit.press("Escape")
            assert f"To {fifth}" not in await heads(visit)


async def test_a_car_is_found_by_its_whole_number(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100", 390) as visit:
        page = visit.page
        await visit.reads("footer.time .where", "Lap 100")
        find = page.get_by_label("Jump to car")
        last = (await visit.order())[-1]
        await find.fill(last)
        row = visit.row(last)
        assert "marked" in (await row.get_attribute("class") or "")
        assert await page.locator("tr.marked").count() == 1
        await page.wait_for_function(
            "row => { const box = row.getBoundingClientRect();"
            " return box.top >= 0 && box.bottom <= innerHeight; }",
            arg=await row.element_handle(),
        )
        await find.fill("404")
        await page.get_by_text("no such car").wait_for(state="attached")
        assert await page.locator("tr.marked").count() == 0


async def test_places_gained_say_why_and_laps_say_which_way(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=200") as visit:
        await visit.reads("footer.time .where", "Lap 200")
        said = await visit.page.locator("td.places").all_text_contents()
        told = [re.search(r"\d+ places? (gained|lost) (by|on) \w+", text) for text in said]
        assert {found[1] for found in told if found} == {"gained", "lost"}
        # Since the start, in a column of its own.
        assert any(
            re.search(r"\d+\s*[+−]\d+", text)
            for text in await visit.page.locator("td.start").all_inner_texts()
        )
        await visit.at("lap=150", "Lap 150")
        trends = visit.page.get_by_role(
            "img", name=re.compile("(gaining on|losing to|holding) the leader")
        )
        assert await trends.count() > 20
        # Most of Kansas was worked out, which is said once and marked in every cell.
        await visit.page.get_by_text("~ estimated, not timed").first.wait_for()
        assert await visit.page.locator("td.gap .estimated").count() > 20


async def test_a_penalty_stands_until_it_is_served(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{PRIX}?lap=1") as visit:
        log = (await visit.told("control"))["entries"]
        told = [line for line in log if line["kind"] == "penalty" and line["number"] == 1]
        applied, served = (line["at"] / 1e6 for line in told)
        car = told[0]["entries"][0]
        state = visit.row(car).locator("td.state")
        await visit.at(f"t={applied - 1}")
        assert "penalty" not in await state.inner_text()
        await visit.at(f"t={applied + 1}")
        await visit.page.wait_for_function(
            "cell => /drive-through/.test(cell.innerText)", arg=await state.element_handle()
        )
        await visit.picture("penalty")
        await visit.at(f"t={served + 1}")
        await visit.page.wait_for_function(
            "cell => !/drive-through/.test(cell.innerText)", arg=await state.element_handle()
        )


async def test_a_car_on_pit_road_says_so_until_it_leaves(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{PRIX}?lap=12") as visit:
        cars = (await visit.told("lap-chart"))["cars"].values()
        stops = [
            (stop["at"] / 1e6, (stop["at"] + stop["time_on_pit_road"]) / 1e6, car["car"])
            for car in cars
            for stop in car["pit"]
            if stop["time_on_pit_road"] is not None
        ]
        # When the most cars stop, they stop together.
        moment = sorted(stops)[len(stops) // 2][0] + 1
        await visit.at(f"t={moment}")
        # Others are told there that they were too fast on it.
        pit = visit.page.locator("tr:has(td.state .chip:text-is('pit road')) td.car")
        there = {text.strip() for text in await pit.all_inner_texts()}
        assert there == {car for came, left, car in stops if came < moment < left}
        assert len(there) > 1
        await visit.press("5", " ")
        for car in there:
            await visit.page.wait_for_function(
                "cell => cell.querySelector('.chip')?.innerText !== 'pit road'",
                arg=await visit.row(car).locator("td.state").element_handle(),
            )
            assert int(await visit.row(car).locator("td.pit .stops").inner_text()) >= 1


@pytest.mark.parametrize("width", SIZES)
async def test_classes_race_among_themselves(over: Program, visits: Visits, width: int) -> None:
    async with visits.at(f"{over.page}/race/{CLASSES}?lap=9", width) as visit:
        await visit.reads("footer.time .where", "Lap 9")
        mixed = await visit.order()
        await visit.page.get_by_role("button", name="By class").click()
        heads = visit.page.get_by_role("rowheader", name=re.compile(r", \d+ cars$"))
        names = [(text.strip()) for text in await heads.all_inner_texts()]
        assert sorted(names) == ["GTD, 10 cars", "GTP, 6 cars", "LMP2, 6 cars"]
        grouped = await visit.order()
        assert sorted(grouped) == sorted(mixed)
        for group in range(3):
            body = visit.page.locator("table").first.locator("tbody").nth(group)
            places = await body.locator("td.position").all_inner_texts()
            assert [int(place) for place in places] == list(range(1, len(places) + 1))
            assert "Leader" in await body.locator("tr[data-entry]").first.inner_text()
        assert await visit.fits()
        assert await visit.violations() == []
        await visit.picture("by-class")
        await visit.press("c")
        assert await visit.order() == mixed
