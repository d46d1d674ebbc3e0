"""NASCAR live against captured documents: few looks at a race, and the race they were looks at."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.held_against.nascar_live import documents, follow
from tracker.bridges.live.nascar_documents import kind_of
from tracker.racing.classification import classification
from tracker.racing.running_order import running_order
from tracker.racing.stages import stage_results
from tracker.racing.statistics import lead_changes, leaders

DATA = Path(__file__).parents[3] / "shared" / "data" / "nascar"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the race data beside the project is not here"),
]


def read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8-sig")
    return json.JSONDecoder().raw_decode(text, text.index("{"))[0]


@pytest.mark.parametrize("past", [True, False])
def test_a_race_looked_at_four_times_comes_out_as_its_weekend_feed_has_it(past: bool) -> None:
    """With the lap times, every lap; without, the leaders, which the board itself carries."""
    folder = DATA / "race4973"
    looks = [(of, path) for of, path in documents(folder) if past or of != "lap-times"]
    race, _ = follow(looks)
    weekend = read(next(path for of, path in looks if of == "weekend-feed"))["weekend_race"][0]
    wanted = [row["car_number"] for row in
              sorted(weekend["results"], key=lambda row: row["finishing_position"])]  # fmt: skip
    assert [line.car.entry for line in classification(race)] == wanted
    assert [(one.first_lap, one.last_lap) for one in race.cautions] == [
        (row["start_lap"], row["end_lap"]) for row in weekend["caution_segments"]
    ]
    led = {
        lap: row["car_number"]
        for row in weekend["race_leaders"]
        for lap in range(max(1, row["start_lap"]), row["end_lap"] + 1)
    }
    other = {lap for lap, car in led.items() if race.leaders[lap] != car}
    # Its lap file has other leaders on three laps, and two of them never led at the line.
    assert other == ({11, 119, 134} if past else set())
    if past:
        for row in weekend["stage_results"]:
            scoring = sorted(row["results"], key=lambda one: one["finishing_position"])
            assert list(stage_results(race)[row["stage_number"] - 1].order)[: len(scoring)] == [
                one["car_number"] for one in scoring
            ]
    else:
        assert lead_changes(race) == weekend["number_of_lead_changes"]
        assert leaders(race) == weekend["number_of_leaders"]


def test_a_board_with_text_behind_it_is_the_board(tmp_path: Path) -> None:
    """One look, in mid-race: the order, and the leaders of every lap until then."""
    path = DATA / "captures2023" / "live-feed.json"
    assert kind_of(path) == "live-feed"
    race, _ = follow([("live-feed", path)])
    told = read(path)
    wanted = sorted(told["vehicles"], key=lambda row: row["running_position"])
    assert [car.entry for car in running_order(race)] == [row["vehicle_number"] for row in wanted]
    assert lead_changes(race) == told["number_of_lead_changes"]
    assert leaders(race) == told["number_of_leaders"]
    assert race.anomalies == []
