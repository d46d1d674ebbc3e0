"""P3 live, against a decoder of ours: holes that it fills, halves of frames, restarts."""

from pathlib import Path

import pytest

from tests.bridges.live.bridging import running, told
from tests.bridges.live.servers import Server, serving
from tests.bridges.p3_wire import asked, passing, status
from tests.brokers import until
from tracker.bridges.live.p3 import feed
from tracker.bridges.p3 import Plan
from tracker.bridges.p3_file import convert
from tracker.errors import RecordingRefused
from tracker.feed.recording import numbered
from tracker.feed.timing import Crossing
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.score import folded

pytestmark = pytest.mark.anyio

PLAN = Plan("Club night", laps=3)
RACE = [
    passing(number, transponder, seconds)
    for number, (seconds, transponder) in enumerate(
        sorted(
            (lap * lap_time + start, transponder)
            for transponder, (start, lap_time) in {11: (0, 40), 22: (0.5, 41), 33: (1, 43)}.items()
            for lap in range(4)
        ),
        start=157_777,
    )
]
BOARD = [("11", 3), ("22", 3), ("33", 3)]


def board(race: Race) -> list[tuple[str, int]]:
    return [(str(line.car.entry), line.laps) for line in classification(race)]


def numbers(folder: Path) -> list[int | None]:
    return [
        event.data.passing_number
        for event in told(folder, "club")
        if isinstance(event.data, Crossing)
    ]


async def resend(server: Server, times: int) -> None:
    """Wait for so many questions, and say what the last one asked for."""
    await until(lambda: len(asked(server.heard)) >= times)
    first, last = asked(server.heard)[times - 1]
    await server.say(b"".join(RACE[first - 157_777 : last - 157_777 + 1]))


async def test_a_race_with_a_hole_that_the_decoder_fills(tmp_path: Path) -> None:
    """Three passings are lost on the way; the decoder has them still."""
    async with serving() as server, running(feed(server.address, PLAN), tmp_path) as bridge:
        await server.say(status(), *RACE[:4], *RACE[7:], status())
        await resend(server, 1)
        await until(lambda: bridge.heard == 14)
        assert bridge.refused == {}
    assert board(folded(told(tmp_path, "club"))) == BOARD
    converted = convert(tmp_path / "capture.txt", PLAN)
    assert board(folded(numbered(converted.reports, "race"))) == BOARD


@pytest.mark.parametrize("cut", range(1, 60, 7))
async def test_the_line_goes_dead_in_the_middle_of_a_frame(tmp_path: Path, cut: int) -> None:
    """What passed meanwhile is asked for on the next connection."""
    wire = b"".join(RACE)
    whole = next(n for n in range(len(RACE)) if len(b"".join(RACE[: n + 1])) > 200 + cut)
    async with serving() as server, running(feed(server.address, PLAN), tmp_path) as bridge:
        await server.say(wire[: 200 + cut])
        await until(lambda: bridge.heard == whole)
        await server.hang_up()
        await until(lambda: server.connections == 2)
        await server.say(b"half a frame \x02\x33\x8f", *RACE[8:])
        await resend(server, 1)
        await until(lambda: bridge.heard == len(RACE))
    assert board(folded(told(tmp_path, "club"))) == BOARD
    assert len(numbers(tmp_path)) == len(set(numbers(tmp_path))) == len(RACE)


async def test_killed_with_a_question_open(tmp_path: Path) -> None:
    """Started again it still knows what is missing, and asks once more."""
    async with serving() as server:
        async with running(feed(server.address, PLAN), tmp_path) as bridge:
            await server.say(*RACE[:3], *RACE[5:7])
            await until(lambda: len(asked(server.heard)) == 1 and bridge.heard == 5)
        async with running(feed(server.address, PLAN), tmp_path) as bridge:
            await resend(server, 2)
            await server.say(*RACE[7:], *RACE)
            await until(lambda: bridge.heard == len(RACE) * 2)
    assert board(folded(told(tmp_path, "club"))) == BOARD
    assert len(numbers(tmp_path)) == len(set(numbers(tmp_path))) == len(RACE)


def test_a_capture_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "capture.txt"
    path.write_text("8e02\nhello\n")
    with pytest.raises(RecordingRefused, match="holds no passing"):
        convert(path, PLAN)
