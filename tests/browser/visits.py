"""Looking at pages as people do: at three widths, by mouse, by finger and by keyboard."""

import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
ROOT = Path(__file__).parents[2]
ARTIFACTS = Path(os.environ.get("TRACKER_ARTIFACTS", ROOT / "artifacts"))
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

SIZES = {1440: (1440, 900), 820: (820, 1180), 390: (390, 844)}
"""A laptop, a tablet held upright, a phone."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SOON_MS = 30_000
"""Twice as long as the page itself ever waits, between two attempts to reach a server."""

HELD = "race-tracker"
"""Where the page keeps what a visitor likes."""


class Visits:
    """A browser, and what its pages complained of."""

    def __init__(self, browser: Any, module: str) -> None:
        self.browser = browser
        self.module = module

    @asynccontextmanager
    async def at(
        self,
        url: str,
        width: int = 1440,
        *,
        seen: bool = True,
        strict: bool = False,
        meant: str = "^$",
        **likes: object,
    ) -> AsyncIterator["Visit"]:
        """A visitor at an address, who likes things some way; the page must not complain.

        `seen` is a visitor who wants no secrets kept of races that are over; `strict` one whose
        browser keeps to the page's policy (axe cannot come along then). Complaints that match
        `meant` are what the test is about.
        """
        size = dict(
            zip(("width", "height"), SIZES.get(width, (width, width * 9 // 16)), strict=True)
        )
        # The page's policy lets no script in but its own, and axe is somebody else's.
        context = await self.browser.new_context(
            viewport=size, has_touch=width < 500, bypass_csp=not strict, reduced_motion="reduce"
        )
        kept = {"noSpoilers": not seen, **likes}
        await context.add_init_script(
            f"if (localStorage.getItem('{HELD}') === null)"
            f" localStorage.setItem('{HELD}', JSON.stringify({javascript(kept)}))"
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda told: complaints.append(told.text) if told.type == "error" else None,
        )
        await page.goto(url)
        yield Visit(page, f"{self.module}-{width}")
        await context.close()
        unmeant = [said for said in complaints if not re.search(meant, said)]
        assert not unmeant, unmeant


def javascript(value: object) -> str:
    """A value as JavaScript writes it."""
    return json.dumps(value)


class Visit:
    """One page, and what one does there."""

    def __init__(self, page: Any, name: str) -> None:
        self.page = page
        self.name = name
        page.set_default_timeout(SOON_MS)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def reads(self, where: str, pattern: str) -> str:
        """Wait until the first such element matches; what it says then."""
        found = self.page.locator(where).first
        await self.page.wait_for_function(
            "([where, pattern]) => new RegExp(pattern, 's').test("
            "document.querySelector(where)?.innerText ?? '')",
            arg=[where, pattern],
        )
        return str(await found.inner_text())

    async def paused(self) -> None:
        """Wait until the page stands still: it says so, and what it had asked for is drawn."""
        await self.reads(".freshness", "paused")
        await self.reads("footer.time .where", "^[^…]*$")
        await self.page.evaluate("() => new Promise(drawn => requestAnimationFrame(drawn))")

    async def fetched(self, path: str) -> None:
        """Wait until the page has what the server says under an address that ends so."""
        await self.page.wait_for_function(
            "path => performance.getEntriesByType('resource').some(each =>"
            " new URL(each.name).pathname.endsWith(path) && each.responseEnd > 0)",
            arg=path,
        )

    async def order(self) -> list[str]:
        """The car numbers of the board, from top to bottom."""
        plates = self.page.locator("table").first.locator("tbody tr td.car")
        return [text.strip() for text in await plates.all_inner_texts()]

    async def lap(self) -> int:
        """The lap that is shown."""
        found = re.search(r"Lap (\d+)", await self.page.locator("footer.time .where").inner_text())
        assert found is not None
        return int(found[1])

    async def at(self, where: str, moment: str = "Lap") -> None:
        """Go to a moment (`lap=12`, `t=600`) and wait until it is shown."""
        await self.page.goto(f"{self.page.url.partition('?')[0]}?{where}")
        await self.reads("footer.time .where", moment)
        await self.reads(".freshness", "paused|replay")

    def row(self, car: str) -> Any:
        """A car's row on the board, by its number."""
        return self.page.locator("table").first.locator(f"tbody tr:has(td.car :text-is('{car}'))")

    async def fits(self) -> bool:
        """Whether nothing makes the page scroll sideways."""
        return bool(await self.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"))

    async def told(self, path: str) -> Any:
        """What the server says under an address of the race that is shown."""
        answer = await self.page.request.get(
            re.sub(r"/race/([^/?]+).*", rf"/api/races/\1/{path}", self.page.url)
        )
        return await answer.json()

    def artifact(self, name: str) -> Path:
        """Where a picture for people to look at is kept."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        return ARTIFACTS / f"{self.name}-{name}.png"

    async def picture(self, name: str) -> None:
        """Keep a screenshot for people to look at."""
        await self.page.screenshot(path=self.artifact(name))

    async def violations(self, *only: str) -> list[tuple[str, list[str]]]:
        """What axe finds wrong for people who see or move otherwise; nothing, it is hoped.

        `only` names the rules to ask, where the others have been asked of the same page.
        """
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await self.page.evaluate(
            "rules => axe.run({runOnly: rules, resultTypes: ['violations']})", list(only) or RULES
        )
        return [
            (str(rule["id"]), [str(node["target"]) for node in rule["nodes"]])
            for rule in found["violations"]
        ]
