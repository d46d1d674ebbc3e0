"""Al Kamel: several classes, pit road and flags at the line, decisions found in the result."""

from pathlib import Path

import pytest

from tracker.bridges.alkamel import convert
from tracker.errors import RecordingRefused
from tracker.feed.officials import FlagChanged
from tracker.feed.recording import numbered
from tracker.feed.timing import Crossing, DriverChange, PitIn, PitOut
from tracker.racing.classification import classification
from tracker.score import folded

HEAD = (
    "\ufeffNUMBER, LAP_NUMBER, LAP_TIME, CROSSING_FINISH_LINE_IN_PIT, ELAPSED, HOUR,"
    "S1_LARGE,S2_LARGE,S3_LARGE,DRIVER_NAME,PIT_TIME,CLASS,TEAM,MANUFACTURER,FLAG_AT_FL,\n"
)
LAPS = HEAD + (
    "10,1,1:40.000,,1:40.000,23:58:40.000,0:30.000,0:30.000,0:40.000,A,,GTP,X,M,GF,\n"
    "10,2,1:40.000,B,3:20.000,00:00:20.000,0:30.000,0:30.000,0:40.000,A,,GTP,X,M,FCY,\n"
    "10,3,2:40.000,,6:00.000,00:03:00.000,,0:30.000,0:40.000,B,0:01:00.000,GTP,X,M,FF,\n"
    "5,1,1:45.000,,1:45.000,23:58:45.000,,,,C,,GT,Y,N,GF,\n"
    "5,2,1:45.000,,3:30.000,00:00:30.000,,,,C,,GT,Y,N,FCY,\n"
    "5,3,2:45.000,,6:15.000,00:03:15.000,,,,C,,GT,Y,N,FF,\n"
    "05,1,1:46.000,,1:46.000,23:58:46.000,,,,D,,GT,Z,N,GF,\n"
    "05,2,1:46.000,,3:32.000,00:00:32.000,,,,D,,GT,Z,N,FCY,\n"
    "05,3,2:48.000,,6:20.000,00:03:20.000,,,,D,,GT,Z,N,FF,\n"
)
RESULTS = (
    "POSITION,NUMBER,STATUS,LAPS,TOTAL_TIME,TEAM,CLASS,VEHICLE,DRIVER1_FIRSTNAME,DRIVER1_SECONDNAME\n"
    "1,10,Classified,3,6:00.000,X,GTP,M 1,,\n"
    "2,05,Classified,3,6:20.000,Z,GT,N 1,,\n"
    "3,5,Classified,3,6:25.000,Y,GT,N 1,,\n"
    ",77,Not started,0,,W,GT,N 1,Ann,Other\n"
)


def files(tmp_path: Path, laps: str = LAPS, results: str = RESULTS) -> tuple[Path, Path]:
    both = tmp_path / "laps.csv", tmp_path / "results.csv"
    both[0].write_text(laps)
    both[1].write_text(results)
    return both


def test_the_result_comes_out_with_what_it_decided(tmp_path: Path) -> None:
    """Car 5 was second on the road; ten seconds make it third. Car 77 did not start."""
    race = folded(numbered(convert(*files(tmp_path)).reports, "race"))
    assert [(line.car.entry, line.laps, line.outcome.value) for line in classification(race)] == [
        ("10", 3, "running"),
        ("05", 3, "running"),
        ("5", 3, "running"),
        ("77", 0, "dns"),
    ]
    assert [(p.entry, p.kind, p.amount) for p in race.penalties.values()] == [
        ("5", "time", 10_000_000)
    ]
    assert race.cars["5"].classes == ("GT",)  # type: ignore[index]  # a text will do
    assert race.finished_at == 360_000_000


def test_places_lost_without_a_time_are_places(tmp_path: Path) -> None:
    """Put to the foot of its class with its time as it was."""
    results = RESULTS.replace("6:25.000", "6:15.000")
    race = folded(numbered(convert(*files(tmp_path, results=results)).reports, "race"))
    assert [line.car.entry for line in classification(race)] == ["10", "05", "5", "77"]
    assert [(p.entry, p.kind, p.amount) for p in race.penalties.values()] == [("5", "positions", 1)]
    # The last car is home before anybody declares anything.
    assert [r.status.value for r in race.publications][-1] == "official"


def test_pit_road_driver_and_flags_are_told_as_far_as_the_line_knows(tmp_path: Path) -> None:
    """All estimated: the file says what was at the line, not when it began."""
    said = [report.data for report in convert(*files(tmp_path)).reports]
    assert [(f.flag, f.t_us) for f in said if isinstance(f, FlagChanged)] == [
        ("green", 0),
        ("fcy", 200_000_000),
        ("checkered", 360_000_000),
    ]
    pits = [(p.t_us, p.estimated) for p in said if isinstance(p, PitIn | PitOut)]
    assert pits == [(199_999_999, True), (259_999_999, True)]
    change = next(c for c in said if isinstance(c, DriverChange))
    assert (change.entry, change.previous, change.driver) == ("10", "A", "B")


def test_what_is_odd_is_told(tmp_path: Path) -> None:
    """A lap jumped over, a clock that disagrees, a lap told twice, a flag nobody knows."""
    laps = LAPS.replace("5,2,1:45.000,,3:30.000,00:00:30.000,,,,C,,GT,Y,N,FCY,\n", "", 1)
    laps = laps.replace("05,3,2:48.000,,6:20.000", "05,3,2:48.000,,9:20.000").replace(
        ",GF,", ",XX,"
    )
    laps += "10,3,2:40.000,,6:00.000,00:03:00.000,,,,B,,GTP,X,M,FF,\n7,one,1:00,,,,,,,,,,,,\n"
    converted = convert(files(tmp_path, laps)[0])
    assert converted.odd == [
        "line 9: car 05 lap 3: time of day and elapsed time differ",
        "line 6: car 5 goes from lap 1 to 3: estimated between",
        "line 4: car 10 lap 3 lacks a sector",
    ]
    assert converted.left_out == [
        "line 11: no lap of a car: ['7', 'one', '1:00', '']",
        "line 10: car 10 has a lap 3 already",
        "3 rows under a flag 'XX' that is not known",
    ]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """No lap, no race."""
    with pytest.raises(RecordingRefused, match="holds no lap"):
        convert(files(tmp_path, HEAD)[0])


def test_what_is_driven_after_the_flag_is_not_scored(tmp_path: Path) -> None:
    """A lap home, under a flag that is still out: the result counts without it, and so do we."""
    home = "10,4,2:00.000,,8:00.000,00:05:00.000,,,,B,,GTP,X,M,FF,\n"
    converted = convert(*files(tmp_path, LAPS + home))
    assert converted.odd == ["line 4: car 10 lap 3 lacks a sector"]
    lines = classification(folded(numbered(converted.reports, "race")))
    assert [(line.car.entry, line.laps) for line in lines][:2] == [("10", 3), ("05", 3)]


def test_a_race_without_a_checkered_flag_ends_with_its_last_lap(tmp_path: Path) -> None:
    """Older files tell no flags: the result is what the laps say."""
    converted = convert(*files(tmp_path, LAPS.replace(",FF,", ",,")))
    assert "no checkered flag in the file: the race ends with its last lap" in converted.odd
    race = folded(numbered(converted.reports, "race"))
    assert race.finished_at == 360_000_000
    assert [line.car.entry for line in classification(race)] == ["10", "05", "5", "77"]


def test_a_race_longer_than_a_day(tmp_path: Path) -> None:
    """Semicolons, and a time of day that comes round again; elapsed time is missing once."""
    rows = [HEAD.replace(",", ";").replace("\n", "") + "\n"]
    for lap in range(1, 31):
        at = lap * 3600
        hour = f"{(at + 12 * 3600) // 3600 % 24:02}:00:00.000"
        elapsed = "" if lap == 27 else f"{lap}:00:00.000"
        flag = "FF" if lap == 30 else "GF"
        rows.append(f"8;{lap};1:00:00.000;;{elapsed};{hour};;;;A;;HY;T;M;{flag};\n")
    race = folded(numbered(convert(files(tmp_path, "".join(rows))[0]).reports, "race"))
    assert race.finished_at == 30 * 3_600_000_000
    assert race.cars["8"].laps_completed == 30  # type: ignore[index]  # a text will do


def without(*columns: str) -> str:
    """The table without some of its columns."""
    rows = [row.split(",") for row in LAPS.splitlines()]
    gone = {number for number, name in enumerate(rows[0]) if name.strip() in columns}
    return "\n".join(
        ";".join(cell for number, cell in enumerate(row) if number not in gone) for row in rows
    )


@pytest.mark.parametrize("gone", [["HOUR"], ["ELAPSED"], ["HOUR", "ELAPSED"]])
def test_either_clock_will_do_and_the_laps_alone(tmp_path: Path, gone: list[str]) -> None:
    """Time since the start, time of day through midnight, or the sums."""
    right = folded(numbered(convert(*files(tmp_path)).reports, "race"))
    race = folded(numbered(convert(*files(tmp_path, without(*gone))).reports, "race"))
    told = [(line.car.entry, line.laps, line.time) for line in classification(race)]
    assert told == [(line.car.entry, line.laps, line.time) for line in classification(right)]


def test_a_lap_without_its_time_has_that_between_its_crossings(tmp_path: Path) -> None:
    """The clocks tell it."""
    laps = LAPS.replace("10,2,1:40.000,B", "10,2,,B")
    converted = convert(*files(tmp_path, laps))
    lap = [r.data for r in converted.reports if r.id == "crossing/10/2/sf"]
    assert [(one.lap_time_us, one.t_us) for one in lap if isinstance(one, Crossing)] == [
        (100_000_000, 200_000_000)
    ]
    assert converted.left_out == []


def test_the_result_of_another_race_is_refused(tmp_path: Path) -> None:
    """Or every car would be given the laps of another day."""
    results = RESULTS.replace("Classified,3,", "Classified,148,")
    with pytest.raises(RecordingRefused, match="of another race: 0 of its 3 cars have as many"):
        convert(*files(tmp_path, results=results))


def test_a_result_may_leave_out_what_it_decides(tmp_path: Path) -> None:
    """Places and laps are enough; why car 5 is third is then not known."""
    results = "\n".join(
        ",".join(cell for n, cell in enumerate(row.split(",")) if n not in (2, 4))
        for row in RESULTS.splitlines()
    )
    race = folded(numbered(convert(*files(tmp_path, results=results)).reports, "race"))
    assert [line.car.entry for line in classification(race)][:3] == ["10", "05", "5"]
