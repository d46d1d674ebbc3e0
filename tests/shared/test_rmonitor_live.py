"""Real captures said again by a server of ours, over a line that breaks: the same boards."""

import random
from itertools import pairwise
from pathlib import Path

import pytest

from tests.bridges.live.bridging import races, running, told
from tests.bridges.live.servers import Server, serving
from tests.brokers import until
from tracker.bridges.live.bridge import Bridge
from tracker.bridges.live.rmonitor import feed
from tracker.bridges.rmonitor_file import runs
from tracker.feed.envelope import FedEvent
from tracker.feed.recording import numbered
from tracker.feed.timing import Crossing
from tracker.racing.classification import classification
from tracker.score import folded

CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "rmonitor"
BREAKS = 6

Board = list[tuple[str, int, int | None]]


def board(events: list[FedEvent]) -> Board:
    """Who is where, or nothing where nobody passed."""
    if not any(isinstance(event.data, Crossing) for event in events):
        return []
    return [(str(line.car.entry), line.laps, line.time) for line in classification(folded(events))]


def converted(path: Path) -> list[Board]:
    """The board of each run of the file."""
    _, found = runs(path)
    boards = [board(list(numbered(reports, "race"))) for reports in found.values()]
    return sorted(filter(None, boards))


async def connected(server: Server, times: int) -> None:
    await until(lambda: server.connections == times, within_s=60)


async def heard(bridge: Bridge, lines: list[bytes]) -> None:
    """Wait until every line was heard, those before a restart included."""
    count = sum(bool(line.strip()) for line in lines)
    await until(lambda: bridge.heard == count, within_s=60)


@pytest.mark.shared
@pytest.mark.timeout(180)
@pytest.mark.anyio
async def test_a_capture_over_a_line_that_breaks(tmp_path: Path) -> None:
    """It breaks in the middle of lines; the server goes on with the line that was cut, and the
    bridge is stopped and started again half way."""
    captures = sorted(CAPTURES.glob("*.txt"))
    if not captures:
        pytest.skip("no RMonitor captures beside the project")
    for path in captures:
        folder = tmp_path / path.stem
        folder.mkdir()
        said = path.read_bytes().splitlines(keepends=True)
        breaks = sorted(random.Random(path.stem).sample(range(1, len(said)), BREAKS))
        half = breaks[BREAKS // 2]
        parts = list(pairwise([0, *breaks, len(said)]))
        async with serving() as server:
            for whole in (
                [part for part in parts if part[1] <= half],
                [part for part in parts if part[1] > half],
            ):
                async with running(feed(server.address), folder) as bridge:
                    for start, end in whole:
                        await connected(server, parts.index((start, end)) + 1)
                        await server.say(b"".join(said[start:end]))
                        await heard(bridge, said[:end])
                        if (start, end) != whole[-1]:
                            await server.say(said[end][: len(said[end]) // 2])
                            await server.hang_up()
                    assert bridge.faults == {}
        live = sorted(filter(None, (board(told(folder, race)) for race in races(folder))))
        assert live == converted(path)
