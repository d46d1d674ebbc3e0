"""`tracker demo`, from the grid to the official result, as a viewer sees it."""

from pathlib import Path
from typing import Any

import pytest

from simulators.kansas_2024.cars import FINISH
from tests.brokers import until
from tests.e2e.programs import Program, tracker
from tracker.live.picture import Picture
from tracker.live.viewer import Follower, follow

pytestmark = [pytest.mark.anyio, pytest.mark.broker, pytest.mark.timeout(600)]


async def watch_until_official(socket: str, race: str) -> tuple[Follower, list[dict[str, Any]]]:
    """Follow a race by its updates alone; the follower, and every result it was told."""
    results: list[dict[str, Any]] = []
    async for follower in follow(socket, race):
        assert follower.picture is not None
        told: Any = follower.picture.results
        if told is not None and (not results or told != results[-1]):
            results.append(told)
        if follower.picture.state["result_status"] == "official":
            return follower, results
    raise AssertionError("the stream ended")


async def snapshot(program: Program, race: str) -> tuple[int, Picture]:
    told = (await program.get(f"/api/races/{race}")).raise_for_status().json()
    return told["version"], Picture(
        told["state"], told["rows"], told["incidents"], told["results"], told["verdicts"]
    )


async def test_from_the_grid_to_the_official_result(tmp_path: Path) -> None:
    """A viewer that saw every update ends with the board of a fresh snapshot; all 38 places,
    laps led and lead changes are the official ones, before and after the review."""
    async with tracker("demo", "--speed", "1000", "--no-browser", data=tmp_path) as demo:
        follower, results = await watch_until_official(demo.socket, "kansas-2024")
        version, fresh = await snapshot(demo, "kansas-2024")
        while follower.version != version:  # the last update may still be on its way
            follower, _ = await watch_until_official(demo.socket, "kansas-2024")
            version, fresh = await snapshot(demo, "kansas-2024")
    assert follower.picture == fresh

    order = sorted(fresh.rows, key=lambda entry: int(str(fresh.rows[entry]["position"])))
    assert order == list(FINISH)
    assert [fresh.rows[entry]["laps_completed"] for entry in order] == [
        FINISH[entry].laps for entry in order
    ]
    assert results[-1]["status"] == "official"
    first, *_, last = results[-1]["revisions"]
    assert (first["winner"], first["margin"], first["lead_changes"]) == ("17", 1000, 27)
    assert [first["laps_led"][car] for car in ("5", "17")] == [63, 54]
    assert (last["winner"], last["margin"], last["lead_changes"]) == ("5", 1000, 28)
    assert [last["laps_led"][car] for car in ("5", "17")] == [64, 53]
    assert first["status"] == "under_review"


async def test_a_second_run_is_a_new_race_and_a_crash_goes_on(tmp_path: Path) -> None:
    """Killed in mid-race, the next run goes on with the same race, and its end is the official
    one; ended on purpose, the next run is a race beside it; `--fresh` forgets both."""
    demo = ("demo", "--speed", "1000", "--no-browser")
    # Slower, so that it is not over when we are held up before the kill: it lasts a minute.
    async with tracker("demo", "--speed", "200", "--no-browser", data=tmp_path) as first:
        async for follower in follow(first.socket, "kansas-2024"):
            assert follower.picture is not None
            if int(str(follower.picture.state["lap"])) >= 10:
                break
        await first.kill()
    async with tracker(*demo, data=tmp_path) as second:
        follower, _ = await watch_until_official(second.socket, "kansas-2024")
    assert follower.picture is not None
    assert follower.picture.rows["5"]["position"] == 1
    assert follower.picture.rows["5"]["laps_led"] == 64
    async with tracker(*demo, data=tmp_path) as third:
        await lists(third, ["kansas-2024-2", "kansas-2024"])
    async with tracker(*demo, "--fresh", data=tmp_path) as fourth:
        await lists(fourth, ["kansas-2024"])


async def lists(program: Program, races: list[str]) -> None:
    """Wait until these are the races, the one that is about to start or has started first."""

    async def listed() -> bool:
        told = (await program.get("/api/races")).json()
        return [race["race"] for race in told] == races

    await until(listed)


async def test_the_port_that_is_taken_is_named(tmp_path: Path) -> None:
    async with tracker("serve", data=tmp_path / "one") as first:
        with pytest.raises(AssertionError, match="is taken by another program"):
            async with tracker("serve", data=tmp_path / "two", port=first.port):
                pass
