"""The whole way: a story, a real broker, a tracker, and everybody who can watch it.

A browser, a websocket, a plain MQTT subscriber and `curl` see the same flag, order, result and
verdicts.
"""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from simulators.kansas_2024.cars import FINISH
from simulators.player import in_order, time_of
from simulators.scripted import SCRIPTED
from tests.brokers import Broker
from tests.e2e.feeding import producer, tell
from tests.e2e.programs import ANSWERS_S, Program, tracker
from tracker.bridges.ergast import convert
from tracker.feed.envelope import Report
from tracker.live.viewer import Follower, follow

CHROMIUM = shutil.which("chromium")
MOSQUITTO_SUB = shutil.which("mosquitto_sub")
CURL = shutil.which("curl")
FORMULA_ONE = Path(__file__).parents[3] / "shared" / "data" / "f1"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]


@asynccontextmanager
async def page(url: str) -> AsyncIterator[Any]:
    """A page in a real browser, which must not complain."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        shown = await browser.new_page(viewport={"width": 1440, "height": 900})
        shown.set_default_timeout(ANSWERS_S * 1_000)
        complaints: list[str] = []
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        await shown.goto(url)
        yield shown
        await browser.close()
        assert complaints == []


def plates_on(shown: Any) -> Any:
    """The car numbers of the board, from top to bottom."""
    return shown.locator("table").first.locator("tbody tr td.car")


async def order_on(shown: Any) -> list[str]:
    """The car numbers of the board as they stand in the table."""
    return [text.strip() for text in await plates_on(shown).all_inner_texts()]


async def words_on(shown: Any, text: str) -> None:
    """Wait until the page says so."""
    await shown.get_by_text(text).first.wait_for()


async def settled_order(shown: Any, expected: Sequence[str]) -> list[str]:
    """The order on the page, once it is the expected one, or as it is after a while."""
    order: list[str] = []
    for _ in range(600):
        order = await order_on(shown)
        if order == list(expected):
            break
        await asyncio.sleep(0.05)
    return order


async def heard_by_mosquitto(
    broker: Broker, race: str, stream: str, wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """What Debian's own client hears on a derived topic: retained first, then what is new.

    Returns the first message that is as wanted, or the last one heard in half a minute.
    """
    if MOSQUITTO_SUB is None:
        pytest.skip("mosquitto_sub is not installed (apt-get install mosquitto-clients)")
    process = await asyncio.create_subprocess_exec(
        MOSQUITTO_SUB, "-p", broker.url.rpartition(":")[2], "-h", "127.0.0.1", "-q", "1",
        "-W", "30", "-t", f"racing/v1/{race}/out/{stream}",
        stdout=asyncio.subprocess.PIPE, limit=1_000_000,
    )  # fmt: skip
    assert process.stdout is not None
    heard: dict[str, Any] = {}
    try:
        async for line in process.stdout:
            heard = json.loads(line)
            if wanted(heard):
                break
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return heard


async def heard_by_curl(program: Program, race: str) -> dict[str, Any]:
    """The first message of the stream of server-sent events, as `curl -N` gets it."""
    if CURL is None:
        pytest.skip("curl is not installed (apt-get install curl)")
    process = await asyncio.create_subprocess_exec(
        CURL,
        "-sN",
        f"{program.page}/api/races/{race}/stream",
        stdout=asyncio.subprocess.PIPE,
        limit=1_000_000,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(ANSWERS_S):
            async for line in process.stdout:
                if line.startswith(b"data:"):
                    told = json.loads(line.removeprefix(b"data:"))
                    if told["type"] == "snapshot":
                        return dict(told)
    finally:
        process.kill()
        await process.wait()
    raise AssertionError("the stream ended without a snapshot")


async def as_watched(program: Program, race: str, status: str, version: int) -> Follower:
    """What a websocket viewer holds once so many events are folded; the result has that status."""
    async with asyncio.timeout(ANSWERS_S):
        async for follower in follow(program.socket, race):
            assert follower.version is not None
            if follower.version >= version:
                assert follower.picture is not None
                assert follower.picture.state["result_status"] == status
                return follower
    raise AssertionError("the stream ended")


def by_position(rows: dict[str, Any]) -> list[str]:
    return sorted(rows, key=lambda entry: rows[entry]["position"])


async def everybody_agrees(program: Program, broker: Broker, follower: Follower) -> None:
    """MQTT and curl say what the websocket says: flag, order, result and verdicts."""
    assert follower.picture is not None
    state, rows = follower.picture.state, follower.picture.rows
    race = follower.race
    flag: Any = state["flag"]
    order = by_position(rows)
    results = follower.picture.results

    streamed = await heard_by_curl(program, race)
    assert streamed["state"]["flag"] == flag
    assert by_position(streamed["rows"]) == order
    assert streamed["results"] == results
    assert streamed["verdicts"] == follower.picture.verdicts

    async def heard(stream: str, of: Callable[[dict[str, Any]], object], expected: object) -> None:
        told = await heard_by_mosquitto(broker, race, stream, lambda told: of(told) == expected)
        assert of(told) == expected

    await heard("flag", lambda told: told["flag"], flag["flag"])
    await heard("order", lambda told: [row["entry"] for row in told["order"]], order)
    await heard("results", lambda told: told["results"], results)
    await heard("verdicts", lambda told: told["verdicts"], follower.picture.verdicts)


async def test_kansas_is_seen_before_and_after_the_review(broker: Broker, tmp_path: Path) -> None:
    """Car 17 first by a thousandth, under review: no page names a winner. Then the photo."""
    race = "kansas-2024"
    reports = in_order(SCRIPTED[race]())
    photo = next(
        place for place, report in enumerate(reports) if report.id.startswith("correction")
    )
    settings = ("serve", "--broker", broker.url)
    async with (
        tracker(*settings, data=tmp_path / "data") as program,
        producer(broker.url, race, reports, tmp_path / "outbox") as told,
    ):
        green = next(place for place, report in enumerate(reports) if (time_of(report) or 0) > 0)
        await tell(told, reports[:green])
        async with page(f"{program.page}/race/{race}") as shown:
            await words_on(shown, "Tyler Reddick")
            await plates_on(shown).nth(len(FINISH) - 1).wait_for()
            assert len(await order_on(shown)) == len(FINISH)

            await tell(told, reports[green:photo])
            follower = await as_watched(program, race, "under_review", photo)
            assert follower.picture is not None
            await words_on(shown, "Under review")
            first = ["17", "5", *list(FINISH)[2:]]
            assert await settled_order(shown, first) == first
            assert "Buescher, " not in await shown.inner_text("body")
            assert by_position(follower.picture.rows) == first
            await everybody_agrees(program, broker, follower)
            assert {car: follower.picture.rows[car]["laps_led"] for car in ("5", "17", "11")} == {
                "5": 63,
                "17": 54,
                "11": 71,
            }

            await tell(told, reports[photo:])
            follower = await as_watched(program, race, "official", len(reports))
            assert follower.picture is not None
            assert await settled_order(shown, list(FINISH)) == list(FINISH)
            await words_on(shown, "by 0.001 s")
            assert "Larson" in await shown.inner_text("h2:has-text('0.001')")
            await shown.get_by_role("tab", name="Verdicts").click()
            await words_on(shown, "Chris Buescher loses by a blink")
            judged: Any = follower.picture.verdicts
            assert (judged["status"], judged["withdrawn"]) == ("final", [])
            assert {verdict["entry"] for verdict in judged["verdicts"]} >= {"5", "17", "8"}
            await everybody_agrees(program, broker, follower)
            results: Any = follower.picture.results
            last = results["revisions"][-1]
            assert (last["winner"], last["margin"], last["lead_changes"]) == ("5", 1000, 28)
            assert {car: last["laps_led"][car] for car in ("5", "17", "11")} == {
                "5": 64,
                "17": 53,
                "11": 71,
            }


@pytest.mark.shared
@pytest.mark.skipif(not FORMULA_ONE.exists(), reason="the race data beside the project is not here")
async def test_a_formula_one_race_is_seen_the_same_way(broker: Broker, tmp_path: Path) -> None:
    """Baku 2018, which nobody here wrote: at half distance and at the end."""
    race = "f1-2018-4"
    reports: list[Report] = convert(
        FORMULA_ONE / "lap_times.csv.gz", FORMULA_ONE / "results.csv", 2018, 4
    ).reports
    half = next(place for place, report in enumerate(reports) if report.id.endswith("/26/sf"))
    async with (
        tracker("serve", "--broker", broker.url, data=tmp_path / "data") as program,
        producer(broker.url, race, reports, tmp_path / "outbox") as told,
    ):
        await tell(told, reports[:half])
        async with page(f"{program.page}/race/{race}") as shown:
            await words_on(shown, "Kimi Raikkonen" if "Kimi" in str(reports) else "Raikkonen")
            follower = await as_watched(program, race, "live", half)
            assert follower.picture is not None
            assert follower.picture.state["lap"] == 25
            await everybody_agrees(program, broker, follower)

            await tell(told, reports[half:])
            follower = await as_watched(program, race, "official", len(reports))
            assert follower.picture is not None
            order = by_position(follower.picture.rows)
            assert order[:4] == ["hamilton", "raikkonen", "perez", "vettel"]
            numbers = [str(follower.picture.rows[entry]["car"]) for entry in order]
            assert await settled_order(shown, numbers) == numbers
            await words_on(shown, "by 2.460 s")
            led = {entry: row["laps_led"] for entry, row in follower.picture.rows.items()}
            assert {entry: laps for entry, laps in led.items() if laps} == {
                "vettel": 30,
                "bottas": 18,
                "hamilton": 3,
            }
            await everybody_agrees(program, broker, follower)
