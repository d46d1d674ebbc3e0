"""Charts of the race: read by eye, by keyboard, as a table, and taken away as files."""

import csv
import io
import re
import struct
from typing import Any

import pytest

from tests.browser.races import CLASSES, KANSAS, PRIX, ROAD
from tests.browser.visits import SIZES, Visit, Visits
from tests.e2e.programs import Program

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

CHARTS = ("Position by lap", "Gap to the leader", "Lap times", "Stints and stops")

INK = """async bytes => {
  const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""
"""How many colors a picture has."""


async def opened(visit: Visit, where: str) -> None:
    """The charts, once they are drawn at a moment."""
    await visit.reads("footer.time .where", where)
    await visit.page.get_by_role("tab", name="Charts").click()
    await visit.page.locator("section.plot canvas").first.wait_for()


async def taken(visit: Visit, button: str) -> tuple[str, bytes]:
    """The file that a button hands out, and its name."""
    async with visit.page.expect_download() as download:
        await visit.page.get_by_role("button", name=button).click()
    file = await download.value
    path = await file.path()
    return file.suggested_filename, path.read_bytes()


async def lap_chart(visit: Visit) -> Any:
    return (await visit.told("lap-chart"))["cars"]


@pytest.mark.parametrize("width", SIZES)
async def test_four_charts_fit_every_screen(over: Program, visits: Visits, width: int) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=150", width) as visit:
        await opened(visit, "Lap 150")
        for chart in CHARTS:
            await visit.page.get_by_role("heading", name=chart).wait_for()
        assert await visit.fits()
        assert await visit.violations() == []
        await visit.picture("kansas")
        if width == 1440:
            await visit.page.get_by_role("button", name="Wide").click()
            await visit.page.get_by_role("button", name="Table of lap times").wait_for()
            await visit.picture("wide")
            assert await visit.page.locator("section.order").count() == 0


@pytest.mark.parametrize("race", [PRIX, CLASSES, pytest.param(ROAD, marks=pytest.mark.shared)])
async def test_charts_of_road_races(over: Program, visits: Visits, race: str) -> None:
    async with visits.at(f"{over.page}/race/{race}?lap=10", 820) as visit:
        await opened(visit, "Lap 10")
        cars = await lap_chart(visit)
        name, content = await taken(visit, "CSV, a spreadsheet of position by lap")
        assert name == f"{race}-position-lap-10.csv"
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        # A column for every car, a row for every lap so far and none later.
        assert [int(row["Lap"]) for row in rows] == list(range(11))
        assert len(rows[0]) == 1 + len(cars)
        assert "1" in rows[10].values()
        await visit.picture(race)


async def test_a_spreadsheet_holds_what_the_server_says(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{PRIX}?lap=9") as visit:
        await opened(visit, "Lap 9")
        cars = await lap_chart(visit)
        _, content = await taken(visit, "CSV, a spreadsheet of lap times")
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert len(rows[0]) == 1 + len(cars)
        for car in cars.values():
            began, ended = car["completed_at"][4:6]
            name = next(name for name in rows[5] if name.split()[0] == car["car"])
            assert float(rows[5][name]) == (ended - began) / 1e6


async def test_a_stint_is_of_who_drove_it(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{CLASSES}?lap=18") as visit:
        await opened(visit, "Lap 18")
        cars = {car["car"]: car for car in (await lap_chart(visit)).values()}
        await visit.page.get_by_role("button", name="All cars").click()
        _, content = await taken(visit, "CSV, a spreadsheet of stints and stops")
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        for row in rows:
            turns = [
                turn["driver"]
                for turn in cars[row["Car"]]["drivers"]
                if turn["lap"] <= int(row["From lap"])
            ]
            assert row["Driver"].split(", ")[0] == turns[-1]
        # One took over from another on the way, and is named in the bar and in what is read out.
        changed = {row["Car"] for row in rows if row["Driver"] != cars[row["Car"]]["driver"]}
        assert changed
        assert len({row["Driver"] for row in rows if row["Car"] in changed}) > len(changed)
        picked = visit.page.locator("section.plot").filter(has_text="Stints and stops")
        await picked.get_by_text(re.compile(r"laps?, [A-Z]")).first.wait_for()
        await visit.picture("drivers")


async def test_a_picture_is_a_picture(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=150") as visit:
        await opened(visit, "Lap 150")
        name, content = await taken(visit, "PNG, a picture of position by lap")
        assert name == f"{KANSAS}-position-lap-150.png"
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        # Twice as sharp as a screen, as large on a phone as anywhere.
        assert int.from_bytes(content[16:20], "big") == 1800
        visit.artifact("position").write_bytes(content)
        width, height = struct.unpack(">II", content[16:24])
        assert width > 350
        assert height > 250
        assert await visit.page.evaluate(INK, list(content)) > 20


async def test_the_keyboard_reads_a_chart_and_goes_to_a_lap(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100") as visit:
        await opened(visit, "Lap 100")
        leader = (await visit.order())[0]
        chart = visit.page.get_by_role("application", name="Position by lap, chart")
        await chart.focus()
        await visit.press("ArrowLeft", "ArrowLeft", "ArrowDown")
        said = visit.page.locator("section.plot").first.locator("[aria-live=polite]")
        assert (await said.inner_text()).startswith("Lap 98, car ")
        assert "position" in await said.inner_text()
        # All charts read the same lap.
        readings = await visit.page.locator("section.plot .reading > b").all_inner_texts()
        assert readings == ["Lap 98"] * 4
        await visit.press("Enter")
        await visit.reads("footer.time .where", "Lap 98")
        assert leader in await visit.order()


async def test_a_click_shows_the_race_at_that_lap(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100") as visit:
        await opened(visit, "Lap 100")
        chart = visit.page.get_by_role("application", name="Lap times, chart")
        # What nobody sees is not drawn.
        await chart.scroll_into_view_if_needed()
        await chart.locator("canvas").wait_for()
        await chart.click()
        await visit.reads("footer.time .where", "Lap [3-6][0-9]")
        there = await visit.lap()
        # What is drawn ends there too.
        await visit.page.get_by_role("button", name="Table of position by lap").click()
        rows = visit.page.get_by_role("region", name="Position by lap, up to lap").locator(
            "tbody th"
        )
        assert int((await rows.all_inner_texts())[-1]) == there


async def test_cars_are_picked_by_number(over: Program, visits: Visits) -> None:
    async with visits.at(f"{over.page}/race/{KANSAS}?lap=100", 390) as visit:
        await opened(visit, "Lap 100")
        await visit.page.get_by_role("button", name="Cars 5").click()
        panel = visit.page.get_by_role("group", name="Cars to draw in full")
        await panel.get_by_role("button", name="None").click()
        await panel.get_by_label("Number or name").fill("8")
        await panel.get_by_label("Number or name").press("Enter")
        await panel.get_by_role("button", name="Done").click()
        await visit.page.get_by_role("button", name="Cars 1").wait_for()
        read = (
            await visit.page.locator("section.plot")
            .first.locator(".reading span")
            .all_inner_texts()
        )
        assert [text.split()[0] for text in read if text.strip()] == ["8"]
        assert await visit.fits()
