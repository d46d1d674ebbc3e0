"""A built page in small, and servers that serve it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live.fakes import Visit, open_house

PAGE = {
    "index.html": "<!doctype html><title>Race tracker</title>"
    '<script type="module" src="/assets/index-C0FFEE.js"></script>',
    "favicon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "assets/index-C0FFEE.js": "console.log(1)",
    "assets/long-C0FFEE.js": "console.log(1)\n" * 100,
    "docs/swagger-ui-bundle.js": "function SwaggerUIBundle() {}",
    "docs/swagger-ui.css": "body {}",
}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Wider than elsewhere, for the server that stands."""
    return "asyncio"


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the page's build leaves it, and beside it a file that is none of its own."""
    around = tmp_path_factory.mktemp("around")
    folder = around / "page"
    for name, text in PAGE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (around / "secret").write_text("not for the stand")
    (folder / "assets" / "link").symlink_to(around / "secret")
    return folder


@pytest.fixture
async def visit(page: Path, anyio_backend: str) -> AsyncIterator[Visit]:
    """A server of the test's own, with one race on the air."""
    async with open_house(page) as running:
        yield running


@pytest.fixture(scope="module")
async def standing(page: Path, anyio_backend: str) -> AsyncIterator[Visit]:
    """A server that is only looked at, and so may serve several tests."""
    async with open_house(page) as running:
        yield running
