"""Replays for Timing71: whoever applies the changes second by second has every state whole.

The reader here is written from the description of the format, and knows nothing of our writer.
"""

import json
import re
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.scripted import SCRIPTED
from tracker.exports.changes import Shorter, changes
from tracker.exports.timing71 import KEY_FRAME_EVERY, by_second, in_their_places, write
from tracker.feed.envelope import FedEvent, Report
from tracker.feed.officials import FlagChanged, Incident, Involvement
from tracker.feed.recording import numbered
from tracker.feed.setting import Distance, Driver, EntryUpsert, SessionSetup, Track
from tracker.feed.timing import Crossing, DriverChange, PitIn, PitOut

FRAME = re.compile(r"([0-9]{5,11})(i?)\.json")
SECOND = 1_000_000


def patched(told: list[Any], state: Any) -> Any:
    """A state with changes applied."""
    state = deepcopy(state)
    for word, path, change in told:
        keys = path.split(".") if isinstance(path, str) else list(path)
        keys = [key for key in keys if key != ""]
        place = state
        for key in keys[:-1] if word == "change" else keys:
            place = place[key]
        if word == "change":
            assert place[keys[-1]] == change[0]
            place[keys[-1]] = change[1]
        else:
            for key, value in change:
                if word == "remove":
                    del place[key]
                elif isinstance(place, list):
                    assert key == len(place)
                    place.append(value)
                else:
                    place[key] = value
    return state


def states(path: Path) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
    """The manifest, and the state at every second that has a frame."""
    with zipfile.ZipFile(path) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        names = sorted(name for name in packed.namelist() if name != "manifest.json")
        found: dict[int, dict[str, Any]] = {}
        state: dict[str, Any] = {}
        for name in names:
            matched = FRAME.fullmatch(name)
            assert matched is not None, name
            told = json.loads(packed.read(name))
            if matched[2]:
                state = {
                    "cars": patched(told["cars"], state["cars"]),
                    "session": patched(told["session"], state["session"]),
                    "messages": (told["messages"] + state["messages"])[:100],
                    "highlight": told["highlight"],
                }
            else:
                state = told
            found[int(matched[1])] = state
    return manifest, found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=3), JSON), st.dictionaries(st.text(max_size=3), JSON))
def test_changes_make_the_one_state_the_other(one: Mapping[str, Any], other: Any) -> None:
    """Whatever the states are, unless a list grew shorter."""
    try:
        told = json.loads(json.dumps(list(changes(one, other))))
    except Shorter:
        return
    if all(key not in json.dumps([one, other]) for key in ('""', ".")):
        assert patched(told, one) == other


def race() -> list[FedEvent]:
    """Two cars, a stop, a caution and an incident."""
    at = {"5": 0, "17": 400_000}
    reports = [
        Report(
            "race-control",
            "setup",
            SessionSetup(
                name="Evening cup", series="Club", season=2024, date="2024-05-06",
                track=Track(id="oval", name="Oval"), distance=Distance(laps=4),
            ),
        ),
        *(
            Report("race-control", car, EntryUpsert(entry=car, drivers=[Driver(name=driver)]))
            for car, driver in (("5", "Ann"), ("17", "Bo"))
        ),
        Report("race-control", "green", FlagChanged(flag="green", t_us=0)),
        Report("timing", "in", PitIn(entry="17", t_us=50 * SECOND)),
        Report("timing", "out", PitOut(entry="17", t_us=55 * SECOND)),
        Report("timing", "cy", DriverChange(entry="17", t_us=54 * SECOND, driver="Cy")),
        Report("race-control", "yellow", FlagChanged(flag="caution", t_us=70 * SECOND)),
        Report(
            "race-control",
            "spin",
            Incident(incident=1, t_us=70 * SECOND, lap=3, involved=[Involvement(entry="17")],
                     text="No. 17 spins"),
        ),
        Report("race-control", "again", FlagChanged(flag="green", t_us=85 * SECOND)),
        *(
            Report("timing", f"{car}/{lap}", Crossing(entry=car, t_us=lap * 30 * SECOND + late))
            for car, late in at.items()
            for lap in range(5)
        ),
    ]  # fmt: skip
    return list(numbered(reports, "club"))


def test_what_a_viewer_sees(tmp_path: Path) -> None:
    """Columns by the manifest, cars in order, times in seconds, messages newest first."""
    path = tmp_path / "race.zip"
    write(race(), path)
    manifest, found = states(path)
    assert (manifest["version"], manifest["name"]) == (1, "Club")
    columns = [one[0] for one in manifest["colSpec"]]
    assert "Class" not in columns
    noon = 1_714_996_800  # 2024-05-06 12:00 UTC
    assert min(found) == noon
    lap_two = dict(zip(columns, found[noon + 60]["cars"][0], strict=True))
    assert lap_two | {"Team": "", "Car": ""} == {
        "Num": "5", "State": "RUN", "Team": "", "Driver": "Ann", "Car": "", "Laps": 2,
        "Gap": "", "Int": "", "Last": [30.0, "sb"], "Best": [30.0, "sb"], "Pits": 0,
    }  # fmt: skip
    second = dict(zip(columns, found[noon + 61]["cars"][1], strict=True))
    assert (second["Gap"], second["Driver"], second["Pits"]) == (0.4, "Cy", 1)
    assert dict(zip(columns, found[noon + 50]["cars"][1], strict=True))["State"] == "PIT"
    assert found[noon + 70]["session"]["flagState"] == "caution"
    assert found[noon + 121]["session"]["flagState"] == "green"
    assert [row[1] for row in found[noon + 121]["cars"]] == ["FIN", "FIN"]
    said = [message[2] for message in found[noon + 121]["messages"]]
    assert said == [
        "Green flag",
        "No. 17 spins",
        "Caution flag",
        "#17 (Cy) has left pit road",
        "#17 driver change (Bo to Cy)",
        "#17 (Bo) has come to pit road",
    ]


@pytest.mark.parametrize("story", ["club", "kansas-2024"])
def test_every_second_comes_out_whole(tmp_path: Path, story: str) -> None:
    """Applied change by change, the board is at every second that of the race then."""
    events = race() if story == "club" else list(numbered(SCRIPTED[story](), story))[:1_500]
    path = tmp_path / "race.zip"
    written = write(events, path)
    manifest, found = states(path)
    assert len(found) == written.frames
    assert written.key_frames >= 1 + (written.frames - 1) // KEY_FRAME_EVERY
    laps, number = ([one[0] for one in manifest["colSpec"]].index(name) for name in ("Laps", "Num"))
    truth = [
        {car.number: car.laps_completed for car in race.cars.values()}
        for _, race, _ in by_second(in_their_places(events))
    ]
    # The fold moves on, so what it was is asked for in a second run.
    assert len(truth) == len(found)
    for state, wanted in zip(found.values(), truth, strict=True):
        assert {row[number]: row[laps] for row in state["cars"]} == wanted
        assert len(state["messages"]) <= 100


def test_the_same_race_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write(race(), tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2
