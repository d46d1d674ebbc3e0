"""Ergast: sums of laps, what stewards decided after the race, flags that only name a lap."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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


def order_of(paths: tuple[Path, Path]) -> list[str]:
    race = folded(numbered(convert(*paths, 2018, 1).reports, "race"))
    return [f"{line.car.entry} {line.laps} {line.time}" for line in classification(race)]


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def written(path: Path, rows: Sequence[Mapping[str, object]], **shape: str) -> Path:
    """Rows as a table."""
    with path.open("w", newline="", encoding=shape.pop("encoding", "utf-8")) as file:
        table = csv.DictWriter(file, list(rows[0]), extrasaction="ignore", **shape)  # type: ignore[arg-type]
        table.writeheader()
        table.writerows(rows)
    return path


def answers(tmp_path: Path, paths: tuple[Path, Path]) -> tuple[Path, Path]:
    """The same race as the service answers: laps in overlapping pages of ten, and a result."""

    def page(key: str, rows: object) -> str:
        race = {"season": "2018", "round": "1", "raceName": "São Test Grand Prix", key: rows}
        return json.dumps({"MRData": {"RaceTable": {"Races": [race]}}})

    pages = tmp_path / "pages"
    pages.mkdir()
    laps = rows_of(paths[0])
    for at in range(0, len(laps), 10):
        timings = [
            {"number": row["lap"], "Timings": [
                {"driverId": row["driverId"], "position": row["position"],
                 "time": f"{int(row['ms']) // 60_000}:{int(row['ms']) % 60_000 / 1e3:06.3f}"}]}
            for row in laps[at : at + 12]
        ]  # fmt: skip
        (pages / f"{at:03}.json").write_text(page("Laps", timings))
    results = [
        {key: row[key] for key in ("number", "positionText", "grid", "laps", "status")}
        | {"Driver": {"driverId": row["driverId"]}, "Constructor": {"constructorId": "x"}}
        | ({"Time": {"millis": row["ms"]}} if row["ms"] else {})
        for row in rows_of(paths[1])
    ]
    (tmp_path / "results.json").write_text(page("Results", results))
    return pages, tmp_path / "results.json"


def database(tmp_path: Path, paths: tuple[Path, Path]) -> tuple[Path, Path]:
    """The same race as a dump of the database has it: by numbers, which other tables explain."""
    folder = tmp_path / "dump"
    folder.mkdir()
    numbers = {row["driverId"]: str(800 + n) for n, row in enumerate(rows_of(paths[1]))}
    statuses = {row["status"]: str(n) for n, row in enumerate(rows_of(paths[1]))}
    written(folder / "races.csv", [
        {"raceId": "9", "year": "2018", "round": "1", "name": "São Test Grand Prix",
         "date": "2018-03-25"},
    ])  # fmt: skip
    written(
        folder / "drivers.csv",
        [{"driverId": number, "driverRef": name} for name, number in numbers.items()],
    )
    written(folder / "status.csv", [{"statusId": n, "status": s} for s, n in statuses.items()])
    results = written(folder / "results.csv", [
        {"resultId": n, "raceId": "9", "driverId": numbers[row["driverId"]],
         "number": row["number"], "grid": row["grid"], "positionText": row["positionText"],
         "laps": row["laps"], "time": "", "milliseconds": row["ms"] or "\\N",
         "statusId": statuses[row["status"]]}
        for n, row in enumerate(rows_of(paths[1]))
    ])  # fmt: skip
    laps = [
        {"raceId": "9", "driverId": numbers[row["driverId"]], "lap": row["lap"],
         "position": row["position"], "time": "-", "milliseconds": row["ms"]}
        for row in rows_of(paths[0])
    ]  # fmt: skip
    another = [row | {"raceId": "8", "milliseconds": "1"} for row in laps]
    return written(folder / "lap_times.csv", [*another, *laps]), results


def windows(tmp_path: Path, paths: tuple[Path, Path]) -> tuple[Path, Path]:
    """The same tables, saved again by somebody's spreadsheet."""
    return (
        written(tmp_path / "a.csv", rows_of(paths[0]), delimiter=";",
                encoding="utf-16"),
        written(tmp_path / "b.csv", rows_of(paths[1]), delimiter="\t"),
    )  # fmt: skip


@pytest.mark.parametrize("told", [answers, database, windows])
def test_a_race_is_the_same_in_every_shape_it_is_handed_on_in(tmp_path: Path, told: Any) -> None:
    """Pages of the service's JSON, a dump of its database, a table saved by a spreadsheet."""
    paths = files(tmp_path, laps(), bob=8 * 89_900 + 5_000)
    assert order_of(told(tmp_path, paths)) == order_of(paths)


def test_a_dump_without_its_names_says_what_is_missing(tmp_path: Path) -> None:
    """Numbers alone say nothing: the table that explains them is asked for by name."""
    dump = database(tmp_path, files(tmp_path, laps()))
    (tmp_path / "dump" / "drivers.csv").unlink()
    with pytest.raises(RecordingRefused, match=r"put the drivers\.csv of the same database"):
        convert(*dump, 2018, 1)


def test_a_row_that_cannot_be_read_is_named_and_the_race_is_told(tmp_path: Path) -> None:
    """A time that is none, a lap twice, a driver without a name, a grid in words."""
    paths = files(tmp_path, laps())
    table = paths[0].read_text().replace("2018,1,dan,7,4,105000", "2018,1,dan,7,4,slow")
    paths[0].write_text(f"{table}\n2018,1,ann,3,1,90000\n2018,1,,3,1,90000\n")
    paths[1].write_text(paths[1].read_text().replace(",cat,y,3,", ",cat,y,third,"))
    converted = convert(*paths, 2018, 1)
    assert converted.left_out == [
        "lap times, line 41: no lap of a driver: '', lap '3'",
        "ann: lap 3 is there twice left out",
        "dan: lap 7 without a time left out",
    ]
    assert "cat: grid of the result is no number: 'third'" in converted.odd
    assert [line.split()[0] for line in order_of(paths)] == ["ann", "bob", "cat", "dan", "eve"]
