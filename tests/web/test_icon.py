"""Every document names an icon, so that no browser asks for a /favicon.ico that is not there."""

from pathlib import Path

from tracker.live.built_page import Page


def html(page: Page, path: str = "/docs") -> str:
    """A document as it is served."""
    asset = page.get(path)
    assert asset is not None
    return asset.body.decode()


def test_the_documentation_names_the_icon_of_the_page(tmp_path: Path) -> None:
    for file in ("index.html", "docs/swagger-ui-bundle.js", "assets/icon-DBYRGDb2.svg"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("", encoding="utf-8")
    page = Page(tmp_path)
    assert 'rel="icon" href="/assets/icon-DBYRGDb2.svg"' in html(page)
    assert page.get("/assets/icon-DBYRGDb2.svg") is not None


def test_what_is_not_built_names_an_empty_icon(tmp_path: Path) -> None:
    page = Page(tmp_path)
    assert 'rel="icon" href="data:,"' in html(page)
    assert b'rel="icon" href="data:,"' in page.index.body
