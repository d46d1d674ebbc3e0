"""What the page costs a browser: bytes, time to the first board, time and memory of updates.

A race of sixty cars is scored as always and shown ten times a second, each time with four more
crossings, to Chromium on the same machine. Every figure has its bar; one that is missed is said,
and the exit status is 1.

    python -m benchmarks.page                  # heap over 10,000 updates; four minutes
    python -m benchmarks.page --updates 2000   # a shorter look
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import tracing
from tracker.app import Tracker
from tracker.feed.consumer import Journalled
from tracker.feed.envelope import FedEvent, Report
from tracker.feed.officials import FlagChanged
from tracker.feed.setting import Distance, Driver, EntryUpsert, GridSet, GridSlot, SessionSetup
from tracker.feed.setting import Track as TrackSet
from tracker.feed.timing import Crossing
from tracker.journal import Journal
from tracker.live.server import listen
from tracker.live.server import serve as serve_viewers
from tracker.settings import Settings

RACE = "sixty-cars"
CARS, LAP_S = 60, 30.0
AT_ONCE = 4
"""Crossings in one update: sixty cars, thirty seconds a lap, told at twenty times their speed."""

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
LOADS = 5
WATCHED_S = 20.0
FRAME_MS = 17
"""A bar of our own: more than a frame of a screen would be felt in scrolling, and in a phone's
battery over three hours."""
RESTYLED = 300
"""Another: all of the board is some 1,500 elements, and a few rows change."""
WARM = 400
"""Updates before the heap is first measured: whatever is made once has been made by then."""

PAINTED = """
new MutationObserver((_, seen) => {
  if (document.querySelector("tbody tr") === null) return;
  seen.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => (window.painted = performance.now())));
}).observe(document, { childList: true, subtree: true });
window.long = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.long.push([task.startTime, task.duration]);
}).observe({ type: "longtask", buffered: true });
"""


@dataclass(frozen=True)
class Figure:
    """One measured figure and its bar."""

    name: str
    value: float
    bar: float
    unit: str

    @property
    def held(self) -> bool:
        return self.value <= self.bar

    def __str__(self) -> str:
        verdict = "" if self.held else f"   MISSED by {self.value - self.bar:.2f}"
        return f"{self.name:<58}{self.value:>9.2f} {self.unit:<4} (at most {self.bar:g}){verdict}"


# ------------------------------------------------------------------ the race


def reports() -> Iterator[Report]:
    """Sixty cars round and round, none quite as fast as the next, for ever."""
    chance = Random(60)
    yield Report(
        "control",
        "setup",
        SessionSetup(
            session=RACE,
            kind="race",
            name="Sixty Cars",
            series="Benchmark",
            season=2024,
            rulebook="club/any",
            track=TrackSet(id="oval", name="Oval", length_m=2400),
            distance=Distance(laps=5_000),
        ),
    )
    numbers = [str(number) for number in range(1, CARS + 1)]
    for number in numbers:
        driver = Driver(id=f"d{number}", name=f"Driver Number {number}")
        yield Report(
            "control",
            f"entry/{number}",
            EntryUpsert(entry=number, number=number, drivers=[driver], team="Team", make="Ford"),
        )
    slots = [
        GridSlot(entry=number, starting_position=place)
        for place, number in enumerate(numbers, start=1)
    ]
    yield Report("control", "grid", GridSet(grid=slots))
    yield Report("control", "green", FlagChanged(flag="green", t_us=0))
    due = {number: 0.1 + 0.4 * place for place, number in enumerate(numbers)}
    crossed = dict.fromkeys(numbers, 0)
    while True:
        number = min(due, key=lambda number: due[number])
        at = round(due[number] * 1_000_000)
        crossed[number] += 1
        yield Report(
            "timing",
            f"{number}/{crossed[number]}",
            Crossing(entry=number, loop="sf", t_us=at),
        )
        due[number] += LAP_S + chance.gauss(0, 0.25)


def events() -> Iterator[FedEvent]:
    """The race as numbered events."""
    for sequence, report in enumerate(reports(), start=1):
        yield report.event(RACE, "benchmark", sequence)


async def show(conversation: Connection) -> None:
    """Score and show the race; a number heard is updates to make a second, 0 is none."""
    with tempfile.TemporaryDirectory() as folder:
        async with Journal.open(Path(folder) / "journal.db") as journal:
            # No broker is asked: what the journal takes is put in by hand.
            tracker = Tracker(Settings(data=Path(folder)), journal, "mqtt://127.0.0.1:1")
            sock = listen("127.0.0.1", 0)
            serving = asyncio.create_task(serve_viewers(tracker.hub, tracker, sock))
            told, offset, rate = events(), 0, 10.0
            now = asyncio.get_running_loop().time

            def update(crossings: int) -> None:
                nonlocal offset
                burst = []
                for _ in range(crossings):
                    offset += 1
                    burst.append(Journalled(offset, 1_700_000_000_000_000, next(told)))
                tracker.receive(burst)
                tracker.publish(RACE)

            update(CARS + 3 + CARS)
            conversation.send(sock.getsockname()[1])
            due, made = now(), 0
            while True:
                while conversation.poll():
                    heard = conversation.recv()
                    if heard is None:
                        serving.cancel()
                        await asyncio.gather(serving, return_exceptions=True)
                        return
                    if heard == "made?":
                        conversation.send(made)
                    else:
                        rate, due = float(heard), now()
                if rate > 0:
                    update(AT_ONCE)
                    made += 1
                    due += 1 / rate
                await asyncio.sleep(max(0.0, due - now()) if rate > 0 else 0.05)


def shown(conversation: Connection) -> None:
    """A process of its own, so that the browser has a core to itself."""
    asyncio.run(show(conversation))


@contextlib.contextmanager
def race() -> Iterator[tuple[str, Connection]]:
    """The race on the air: its address, and what its updates are steered by."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=shown, args=(theirs,))
    process.start()
    theirs.close()  # with it gone, a process that dies is noticed at once
    try:
        yield f"http://localhost:{ours.recv()}/race/{RACE}", ours
    finally:
        with contextlib.suppress(OSError):
            ours.send(None)
        process.join(10)
        if process.is_alive():
            process.kill()


# ------------------------------------------------------------------ the browser


async def opened(browser: Any, url: str) -> tuple[Any, Any, dict[str, int]]:
    """A page as a newcomer gets it, with nothing in its cache, and its files in bytes as sent."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    await context.add_init_script(PAINTED)
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("Network.enable")
    sizes: dict[str, int] = {}

    def received(told: Any) -> None:
        response = told["response"]
        headers = {name.lower(): value for name, value in response["headers"].items()}
        sizes[response["url"]] = int(headers.get("content-length", 0))

    cdp.on("Network.responseReceived", received)
    await page.goto(url)
    # As a function: the page's policy lets nothing be evaluated from a text.
    await page.wait_for_function("() => window.painted !== undefined")
    return page, cdp, sizes


async def first_boards(browser: Any, url: str) -> list[Figure]:
    """Bytes of script, and the time from navigation to the first board on the screen."""
    times, scripts, entry = [], 0, 0
    for _ in range(LOADS):
        page, _, sizes = await opened(browser, url)
        times.append(await page.evaluate("window.painted"))
        first = dict(sizes)
        await page.wait_for_timeout(1_500)  # whatever it loads unasked is loaded by then
        scripts = sum(size for name, size in sizes.items() if name.endswith(".js"))
        entry = sum(size for name, size in first.items() if name.endswith(".js"))
        await page.context.close()
    return [
        Figure("script for the first board, as sent (brotli)", entry / 1000, 40, "kB"),
        Figure("script that loads by itself, that included", scripts / 1000, 40, "kB"),
        Figure("navigation to first board painted, median", statistics.median(times), 1000, "ms"),
        Figure("navigation to first board painted, worst", max(times), 1000, "ms"),
    ]


async def updates(browser: Any, url: str, steer: Connection) -> list[Figure]:
    """Scripting per update while sixty cars go round, at ten updates a second."""
    steer.send(10)
    page, _, _ = await opened(browser, url)
    await page.wait_for_timeout(3_000)
    await page.evaluate("window.long.length = 0")
    await browser.start_tracing(page=page, categories=["devtools.timeline", "toplevel", "v8", "-*"])
    await page.wait_for_timeout(WATCHED_S * 1000)
    trace = json.loads(await browser.stop_tracing())
    long = await page.evaluate("window.long")
    await page.context.close()
    told = trace["traceEvents"]
    spent, worked, anew = tracing.scripting(told), tracing.tasks(told), tracing.restyled(told)
    return [
        Figure("scripting per update, median", statistics.median(spent), 4, "ms"),
        Figure("scripting per update, 99th of a hundred", quantile(spent, 0.99), 50, "ms"),
        Figure(
            "all work per update, drawing included", sum(worked) / (10 * WATCHED_S), FRAME_MS, "ms"
        ),
        Figure("elements styled anew at once, 9th of ten", quantile(anew, 0.9), RESTYLED, ""),
        Figure("longest task, in the thread's own time", max(worked, default=0.0), 50, "ms"),
        Figure("longest task on the wall clock, others' load included", waited(long), 50, "ms"),
    ]


def waited(long: list[tuple[float, float]]) -> float:
    """The longest task that the browser itself reported as long, in milliseconds."""
    return max((duration for _, duration in long), default=0.0)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of them lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def heap(browser: Any, url: str, steer: Connection, wanted: int) -> list[Figure]:
    """How much more the page holds after so many updates than before them."""
    steer.send(50)
    page, cdp, _ = await opened(browser, url)
    await until_made(steer, WARM)
    before = await held(cdp)
    start = made(steer)
    await until_made(steer, start + wanted)
    after = await held(cdp)
    await page.context.close()
    return [Figure(f"heap growth over {wanted} updates", (after - before) / 1e6, 2, "MB")]


def made(steer: Connection) -> int:
    """Updates made so far."""
    steer.send("made?")
    return int(steer.recv())


async def until_made(steer: Connection, wanted: int) -> None:
    """Wait for so many updates."""
    missing = wanted - made(steer)
    if missing > 0:
        await asyncio.sleep(missing / 50)
        await until_made(steer, wanted)


async def held(cdp: Any) -> float:
    """Bytes in use on the heap, rubbish collected."""
    for _ in range(3):
        await cdp.send("HeapProfiler.collectGarbage")
    used = await cdp.send("Runtime.getHeapUsage")
    return float(used["usedSize"])


async def measured(wanted: int) -> list[Figure]:
    """Every figure."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        figures = []
        with race() as (url, steer):
            figures += await first_boards(browser, url)
            figures += await updates(browser, url, steer)
            figures += await heap(browser, url, steer, wanted)
        await browser.close()
    return figures


def main() -> None:
    """Measure, print, and fail where a bar is missed."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--updates", type=int, default=10_000, help="updates for the heap")
    figures = asyncio.run(measured(arguments.parse_args().updates))
    for figure in figures:
        print(figure)
    sys.exit(0 if all(figure.held for figure in figures) else 1)


if __name__ == "__main__":
    main()
