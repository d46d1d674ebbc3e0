"""Who may import whom: the rooms of the house and the doors between them."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MAY_IMPORT: dict[str, set[str]] = {
    "tracker/racing": {"tracker.racing"},
    "tracker/verdicts": {"tracker.racing", "tracker.verdicts"},
    "tracker/live/shapes.py": {"tracker.feed.values", "pydantic"},
    "tracker/live/wire.py": {"tracker.feed.values", "tracker.live.shapes", "pydantic"},
    "tracker/bridges": {"tracker.bridges", "tracker.feed", "tracker.errors", "websockets"},
    "simulators": {"simulators", "tracker.feed", "tracker.errors", "scipy", "numpy"},
}
"""What a room may import beside the standard library."""

MAY_NOT_IMPORT: dict[str, set[str]] = {
    "tracker/feed": {"tracker.live", "tracker.app", "tracker.cli", "simulators", "fastapi"},
    "tracker/journal": {"tracker.live", "tracker.racing", "tracker.app", "aiomqtt"},
    "tracker/broker": {"tracker.live", "tracker.racing", "tracker.app", "tracker.journal"},
    "tracker/live/hub.py": {"socket", "asyncio", "websockets", "uvicorn", "fastapi", "time"},
    "tracker/live/channel.py": {"socket", "asyncio", "websockets", "uvicorn", "fastapi", "time"},
    "tracker/live": {"tracker.app", "tracker.cli", "tracker.journal", "aiomqtt"},
}
"""What a room must not know."""

NO_WAITING_NO_CLOCK = {"asyncio", "time", "datetime", "random", "os", "socket", "threading"}


def files(room: str) -> list[Path]:
    path = ROOT / room
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield node.module


def within(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in names)


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_it_may(room: str) -> None:
    found = files(room)
    assert found
    for path in found:
        for module in imports(path):
            standard = module.split(".")[0] in sys.stdlib_module_names
            assert standard or within(module, MAY_IMPORT[room]), f"{path} imports {module}"


@pytest.mark.parametrize("room", sorted(MAY_NOT_IMPORT))
def test_a_room_does_not_know_what_it_must_not(room: str) -> None:
    for path in files(room):
        for module in imports(path):
            assert not within(module, MAY_NOT_IMPORT[room]), f"{path} imports {module}"


def test_translators_have_no_connections() -> None:
    """Files and feeds are understood in one place and reached in another, `live`."""
    for path in sorted((ROOT / "tracker/bridges").glob("*.py")):
        for module in imports(path):
            assert not within(
                module, {"asyncio", "socket", "websockets", "tracker.bridges.live"}
            ), f"{path} imports {module}"


@pytest.mark.parametrize("room", ["tracker/racing", "tracker/verdicts"])
def test_the_sport_has_no_clock_and_does_not_wait(room: str) -> None:
    for path in files(room):
        for module in imports(path):
            assert not within(module, NO_WAITING_NO_CLOCK), f"{path} imports {module}"
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), f"{path} waits"
