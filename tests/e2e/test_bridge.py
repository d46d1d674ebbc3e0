"""`tracker bridge` as its users run it: one line, a foreign feed, and the race on the page."""

from pathlib import Path

import pytest

from tests.bridges.live.servers import serving
from tests.bridges.live.test_rmonitor import FINISH, START, STATE
from tests.bridges.p3_wire import asked, passing, status
from tests.brokers import until
from tests.e2e.programs import Program, tracker

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def board(program: Program, race: str) -> list[tuple[str, int]]:
    """The running order on the page, or nothing where there is no such race yet."""
    answer = await program.get(f"/api/races/{race}")
    if answer.status_code == 404:
        return []
    rows = sorted(answer.json()["rows"].values(), key=lambda row: row["position"])
    return [(row["car"], row["laps_completed"]) for row in rows]


async def shows(program: Program, race: str, order: list[tuple[str, int]]) -> None:
    """Wait until the page has this order."""

    async def there() -> bool:
        return await board(program, race) == order

    await until(there)


async def test_here_is_my_timing_computer_show_me_the_race(tmp_path: Path) -> None:
    """Killed in the middle and started again: the board is that of the whole race."""
    race = "club-25-heat-1"
    async with serving() as server:
        command = ("bridge", "rmonitor", server.address, "--race", "club", "--no-browser")
        async with tracker(*command, data=tmp_path) as program:
            await server.say(STATE, START)
            await shows(program, race, [("11", 1), ("22", 1)])
            await program.kill()
        async with tracker(*command, data=tmp_path) as program:
            await until(lambda: server.connections == 2)
            await server.say(STATE, FINISH)
            await shows(program, race, [("11", 2), ("22", 2)])


async def test_a_decoder_and_nothing_else(tmp_path: Path) -> None:
    """Transponders, a table of who wears them, and a distance: a race with a winner."""
    entries = tmp_path / "entries.csv"
    entries.write_text("transponder,car,driver\n11,07,Ann Smith\n22,7,Bea Jones\n")
    async with serving() as server:
        command = (
            "bridge", "p3", server.address, "--race", "heat-1", "--entries", str(entries),
            "--laps", "2", "--title", "Heat 1", "--no-browser",
        )  # fmt: skip
        async with tracker(*command, data=tmp_path / "data") as program:
            await server.say(status(), passing(1, 11, 0), passing(2, 22, 1), passing(3, 33, 2))
            await shows(program, "heat-1", [("07", 0), ("7", 0), ("33", 0)])
            await program.kill()
        async with tracker(*command, data=tmp_path / "data") as program:
            await until(lambda: server.connections == 2)
            await server.say(*(passing(n, 11 * (n % 3 or 3), 40 * (n // 3)) for n in range(6, 11)))
            await until(lambda: asked(server.heard) == [(4, 5)])
            await server.say(passing(4, 11, 40), passing(5, 22, 41))
            await shows(program, "heat-1", [("07", 2), ("7", 2), ("33", 2)])
