"""What a phone has to fetch before it sees the board."""

import re

import pytest

from tracker.live.built_page import BUILT

MOST = 40_000
"""Bytes of JavaScript, in brotli, that the page loads by itself: all but what is asked for."""


def loaded() -> set[str]:
    """The scripts that the page names, and those that they import at once."""
    waiting = re.findall(
        r'(?:src|href)="/assets/([\w.-]+\.js)"', (BUILT / "index.html").read_text()
    )
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        code = (BUILT / "assets" / name).read_text()
        waiting += re.findall(r'(?:from|import)\s*"\./([\w.-]+\.js)"', code)
    return found


@pytest.mark.skipif(not BUILT.is_dir(), reason="the page is not built (pip install -e .)")
def test_the_page_stays_small() -> None:
    """Charts, finish, windows and the past come when they are asked for; the board at once."""
    sizes = {name: (BUILT / "assets" / f"{name}.br").stat().st_size for name in loaded()}
    assert sum(sizes.values()) <= MOST, sizes
    assert sum(sizes.values()) > MOST / 4, "these cannot be all"
