"""Ergast: sums of laps, what stewards decided after the race, flags that only name a lap."""

from pathlib import Path

import pytest

from tracker.bridges.ergast import convert
from tracker.errors import RecordingRefused
from tracker.feed.officials import FlagChanged
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.racing.report import report
from tracker.score import folded

RESULTS = """\
season,round,gp,date,position,positionText,number,driverId,constructorId,grid,laps,status,ms
2018,1,são-test-grand-prix,2018-03-25,1,1,44,ann,x,1,8,Finished,{ann}
2018,1,são-test-grand-prix,2018-03-25,2,2,5,bob,y,2,8,Finished,{bob}
2018,1,são-test-grand-prix,2018-03-25,3,3,7,cat,y,3,7,+1 Lap,
2018,1,são-test-grand-prix,2018-03-25,4,4,8,dan,z,4,7,+1 Lap,
2018,1,são-test-grand-prix,2018-03-25,5,D,9,eve,z,5,8,Disqualified,
"""


def files(
    tmp_path: Path, laps: dict[str, list[int]], ann: int = 0, bob: int = 0
) -> tuple[Path, Path]:
    """Lap times in milliseconds by driver, with the places they add up to."""
    sums = {(d, n): sum(t[: n + 1]) for d, t in laps.items() for n in range(len(t))}
    rows = ["season,round,driverId,lap,position,ms"]
    for driver, times in laps.items():
        for n, ms in enumerate(times):
            place = sorted(s for (_, lap), s in sums.items() if lap == n).index(sums[driver, n]) + 1
            rows.append(f"2018,1,{driver},{n + 1},{place},{ms}")
    paths = tmp_path / "lap_times.csv", tmp_path / "results.csv"
    paths[0].write_text("\n".join(rows))
    paths[1].write_text(RESULTS.format(ann=ann or sum(laps["ann"]), bob=bob or sum(laps["bob"])))
    return paths


def laps(ms: int = 90_000) -> dict[str, list[int]]:
    return {
        "ann": [ms] * 8,
        "bob": [ms - 100] * 8,
        "cat": [ms + 16_000] * 7,
        "dan": [ms + 15_000] * 7,
        "eve": [ms + 200] * 8,
    }


def test_what_the_result_decided_is_told_as_far_as_it_shows(tmp_path: Path) -> None:
    """Five seconds for bob show in his time, eve's disqualification in her line; dan, a lap down,
    is behind cat and nothing says why.
    """
    converted = convert(*files(tmp_path, laps(), bob=8 * 89_900 + 5_000), 2018, 1)
    race = folded(numbered(converted.reports, "race"))
    assert [line.car.entry for line in classification(race)] == ["ann", "bob", "cat", "dan", "eve"]
    given = [(p.entry, p.kind, p.amount) for p in race.penalties.values()]
    assert sorted(given, key=str) == [
        ("bob", "time", 5_000_000),
        ("dan", "positions", 1),
        ("eve", "dsq", None),
    ]
    assert converted.odd == ["dan: 1 places lost by a decision that is not in the data"]


def test_equal_sums_stand_as_the_officials_placed_them(tmp_path: Path) -> None:
    """The clock cannot tell them apart; the places can."""
    times = laps()
    times["bob"] = times["ann"]
    paths = files(tmp_path, times)
    text = paths[0].read_text().replace(",bob,", ",BOB,").replace(",ann,", ",bob,")
    placed = [
        line.replace(",1,90000", ",2,90000") if ",bob," in line else line
        for line in text.replace(",BOB,", ",ann,").splitlines()
    ]
    paths[0].write_text("\n".join(placed))
    order = report(folded(numbered(convert(*paths, 2018, 1).reports, "race")))["order_by_lap"]
    assert order["8"][:2] == ["ann", "bob"]


def test_flags_that_name_a_lap_are_put_where_the_leader_was(tmp_path: Path) -> None:
    """A safety car by its slow laps; a red flag by the lap that stood still; stops by their lap."""
    times = {d: [*t[:2], 150_000, 150_000, *t[4:]] for d, t in laps().items()}
    times = {d: [*t[:5], 1_500_000, *t[6:]] for d, t in times.items()}
    safety = tmp_path / "safety_cars.csv"
    safety.write_text(
        "Race,Cause,Deployed,Retreated,FullLaps\n2018 São Test Grand Prix,Debris,2,5.0,2\n"
        "2017 São Test Grand Prix,Debris,1,5.0,2\n2018 São Test Grand Prix,Rain,30,,\n"
    )
    red = tmp_path / "red_flags.csv"
    red.write_text(
        "Race,Lap,Resumed,Incident,Excluded\n2018 São Test Grand Prix,6,R,Rain.,\n"
        "2018 São Test Grand Prix,1,R,Fog.,\n"
    )
    stops = tmp_path / "pit_stops.csv"
    stops.write_text(
        "season,round,driverId,stop,lap,ms\n2018,1,cat,1,3,25000\n2018,1,zoe,1,3,25000\n"
    )
    converted = convert(*files(tmp_path, times), 2018, 1, stops, safety, red)
    race = folded(numbered(converted.reports, "race"))
    assert [(c.first_lap, c.last_lap) for c in race.cautions] == [(2, 4)]
    flags = [r.data.flag for r in converted.reports if isinstance(r.data, FlagChanged)]
    assert flags == ["green", "sc", "green", "red", "green"]
    assert [s.time_on_pit_road for s in race.cars["cat"].pit_stops] == [25_000_000]  # type: ignore[index]  # a text will do
    assert converted.left_out == [
        "zoe: stop 1 on lap 3 left out",
        "red flag of lap 1: no lap of the leader shows it",
        "safety car of lap 30: after the last lap",
    ]
    assert [line.laps for line in classification(race)] == [8, 8, 7, 7, 8]


def test_a_race_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Said in a sentence."""
    with pytest.raises(RecordingRefused, match="holds no race 2019/1"):
        convert(*files(tmp_path, laps()), 2019, 1)
