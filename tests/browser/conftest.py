"""A browser, and a tracker with races in it, for every module of browser tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser import races
from tests.browser.visits import CHROMIUM, FLAGS, Visits
from tests.e2e.programs import Program, tracker


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One loop for a module, so that its browser and its tracker last as long."""
    return "asyncio"


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a tracker that has heard every race from the first event to the last."""
    return races.journalled(tmp_path_factory.mktemp("finished"), *races.every())


@pytest.fixture(scope="module")
async def over(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A tracker with races that are over."""
    async with tracker("serve", data=races.copied(finished, tmp_path_factory)) as program:
        yield program


@pytest.fixture(scope="module")
async def visits(request: pytest.FixtureRequest) -> AsyncIterator[Visits]:
    """Whatever looks at pages."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield Visits(browser, request.module.__name__.rpartition("test_")[2])
        await browser.close()


@pytest.fixture(autouse=True)
def real(request: pytest.FixtureRequest) -> None:
    """A test marked `shared` is skipped where the data of real races is not."""
    if request.node.get_closest_marker("shared") and not races.FORMULA_ONE.exists():
        pytest.skip("the race data beside the project is not here")
