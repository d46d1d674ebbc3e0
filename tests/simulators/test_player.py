"""The player: laps forward are told at once, laps back ask for the race to be told again."""

import asyncio
from collections.abc import Sequence

import pytest

from simulators.player import MOST_AT_ONCE, SETTLED_S, Player
from tests.brokers import until
from tracker.feed.envelope import Report
from tracker.feed.timing import Crossing

SECOND = 1_000_000
LAPS = [lap * 30 * SECOND for lap in range(11)]
REPORTS = [
    Report("timing", f"c/{number}", Crossing(entry="5", t_us=at))
    for number, at in enumerate(range(0, 301 * SECOND, SECOND // 10))
]


class Told:
    """A player over a race of ten laps, what it told, and a clock that we move."""

    def __init__(self, speed: float = 1.0) -> None:
        self.reports: list[Report] = []
        self.now = 0.0
        self.player = Player(REPORTS, self.tell, speed, lambda: self.now)
        self.player.laps = LAPS

    async def tell(self, source: str, reports: Sequence[Report]) -> None:
        self.reports += reports

    def settled(self) -> None:
        self.now += SETTLED_S
        self.player.settle(self.now)


def test_a_key_goes_to_the_end_of_the_lap_and_more_keys_go_further() -> None:
    told = Told()
    player = told.player
    player.race_time = LAPS[3] + 10 * SECOND
    player.forward()
    assert player.target == LAPS[4]
    player.forward()
    player.back()
    player.forward()
    assert player.lap_at(player.target or 0) == 5
    player.settle(told.now)
    assert player.race_time < LAPS[4], "not before nobody strikes another key"
    told.settled()
    assert player.race_time == LAPS[5]
    assert player.again is None


def test_back_is_to_the_beginning_of_the_lap_and_then_to_those_before() -> None:
    """What was told stays told: the player says from where it is to be told again."""
    told = Told()
    player = told.player
    player.race_time = LAPS[3] + 10 * SECOND
    for began in (LAPS[3], LAPS[2], LAPS[1], LAPS[0], LAPS[0]):
        player.back()
        assert player.target == began
    told.settled()
    assert player.again == LAPS[0]
    assert player.race_time == LAPS[3] + 10 * SECOND


def test_just_after_the_line_back_means_the_lap_before() -> None:
    """At fifty times the speed a finger is two laps late."""
    told = Told(speed=10.0)
    told.player.race_time = LAPS[3] + 9 * SECOND
    told.player.back()
    assert told.player.target == LAPS[2]


def test_there_is_nothing_beyond_the_last_lap_nor_without_laps() -> None:
    told = Told()
    told.player.race_time = LAPS[10] + 1
    told.player.forward()
    assert told.player.target is None
    told.player.laps = ()
    told.player.forward()
    told.player.back()
    assert told.player.target is None


@pytest.mark.anyio
async def test_forward_tells_all_that_lies_between_while_it_stands_still() -> None:
    """Paused, in pieces that no transaction minds, in order, each report once."""
    told = Told()
    told.player.paused = True
    playing = asyncio.create_task(told.player.play())
    for _ in range(9):
        told.player.forward()
    told.now += SETTLED_S
    wanted = [report.id for report in REPORTS if report.data.t_us <= LAPS[9]]  # type: ignore[attr-defined]  # crossings all
    assert len(wanted) > MOST_AT_ONCE
    await until(lambda: len(told.reports) >= len(wanted))
    assert [report.id for report in told.reports] == wanted
    told.player.back()
    told.now += SETTLED_S
    await playing
    assert told.player.again == LAPS[8]


@pytest.mark.anyio
async def test_a_race_that_is_over_can_be_sent_back() -> None:
    told = Told(speed=1000.0)
    told.player.race_time = LAPS[10] + SECOND
    await told.player.play()
    assert told.player.over
    waiting = asyncio.create_task(told.player.sent_back())
    told.player.back()
    told.now += SETTLED_S
    assert await waiting == told.player.laps[10]
