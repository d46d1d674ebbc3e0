"""NASCAR's documents by what is in them: a folder of everything is a race."""

from pathlib import Path
from typing import Any

import pytest

from tests.bridges.live.nascar_race import SMALL
from tests.bridges.nascar_files import OFFSETS, document, saved, steady
from tracker.bridges.live.nascar_documents import convert
from tracker.errors import RecordingRefused
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.running_order import running_order
from tracker.score import folded


def race_of(*paths: Path) -> Race:
    return folded(numbered(convert(paths).reports, "race"))


def weekend(laps: int, name: str = "Evening 400") -> dict[str, Any]:
    """A result in which every car ran so many laps."""
    results = [
        {"car_number": str(car), "finishing_position": place, "laps_completed": laps}
        for place, car in enumerate(range(1, 6), start=1)
    ]
    return {"weekend_race": [{"race_name": name, "series_id": 2, "results": results}]}


def test_a_folder_is_the_race_of_its_lap_times(tmp_path: Path) -> None:
    """With the weekend feed of that race; what is of another, or tells nothing more, is named."""
    saved(tmp_path / "a.json", weekend(300, "Another 400"))
    saved(tmp_path / "b.json", document(steady(), OFFSETS, tell_offsets=True))
    saved(tmp_path / "c.json", weekend(12))
    saved(tmp_path / "d.json", SMALL.board(100))
    saved(tmp_path / "e.json", {"what": "is this"})
    converted = convert([tmp_path])
    race = folded(numbered(converted.reports, "race"))
    assert race.announced is not None
    assert race.announced.name == "Evening 400"
    assert len(classification(race)) == 5
    assert converted.left_out == [
        "a.json: of another race, or a second weekend feed",
        "d.json: a look at the live feed, not read",
    ]


def test_looks_at_the_live_feed_are_a_race_as_the_bridge_would_tell_it(tmp_path: Path) -> None:
    """In the order of the race, whatever they are called."""
    saved(tmp_path / "b.json", SMALL.board(100))
    saved(tmp_path / "a.json", SMALL.board(130))
    race = race_of(tmp_path / "b.json", tmp_path / "a.json")
    board = sorted(SMALL.board(130)["vehicles"], key=lambda row: row["running_position"])
    assert [str(car.entry) for car in running_order(race)] == [
        str(row["vehicle_number"]).strip() for row in board
    ]


def test_a_weekend_feed_of_another_race_is_refused_where_it_was_named(tmp_path: Path) -> None:
    """Or its result would be this one's."""
    laps = saved(tmp_path / "laps.json", document(steady(), OFFSETS, tell_offsets=True))
    other = saved(tmp_path / "weekend.json", weekend(300))
    with pytest.raises(RecordingRefused, match="is of another race: 0 of its 5 cars have as many"):
        convert([laps], other)
    with pytest.raises(RecordingRefused, match="is of another race"):
        convert([laps, other])


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ([weekend(12)], "a.json is a weekend feed"),
        ([{"what": "is this"}], "a.json is nothing of NASCAR"),
        ([document(steady(), OFFSETS, tell_offsets=True)] * 2, "several races: name one of"),
        ([], "there is no document"),
        ([{"vehicles": []}], "no lap in the looks at the live feed"),
    ],
)
def test_what_is_no_race_says_what_it_is(tmp_path: Path, told: list[Any], complaint: str) -> None:
    """And what is wanted."""
    for name, one in zip("ab", told, strict=False):
        saved(tmp_path / f"{name}.json", one)
    with pytest.raises(RecordingRefused, match=complaint):
        convert([tmp_path])


def test_of_two_races_of_a_weekend_that_of_the_laps_is_taken(tmp_path: Path) -> None:
    """As where two duels are driven on one evening."""
    laps = saved(tmp_path / "laps.json", document(steady(), OFFSETS, tell_offsets=True))
    races = [*weekend(60, "First duel")["weekend_race"], *weekend(12, "Second")["weekend_race"]]
    both = saved(tmp_path / "weekend.json", {"weekend_race": races})
    converted = convert([laps], both)
    race = folded(numbered(converted.reports, "race"))
    assert race.announced is not None
    assert race.announced.name == "Second"
    assert "weekend.json: 2 races, number 2, 'Second', is taken" in converted.odd
