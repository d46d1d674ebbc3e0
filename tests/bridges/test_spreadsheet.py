"""A spreadsheet with car, lap and time is enough for a race."""

from pathlib import Path

import pytest

from tracker.bridges.converted import Converted, with_decisions
from tracker.bridges.spreadsheet import convert
from tracker.errors import RecordingRefused
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.score import folded


def race_of(converted: Converted) -> Race:
    return folded(numbered(converted.reports, "race"))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "club-evening.csv"
    path.write_text(text)
    return path


LAPS = "car,lap,time\n7,1,1:11.5\n7,2,70.25\n7,3,1:10\n8,1,71.6\n8,2,70\n8,3,1:10.100\n"


def test_car_lap_and_time_are_enough(tmp_path: Path) -> None:
    """Laps add up; who has done most laps first has won."""
    race = race_of(convert(written(tmp_path, LAPS)))
    assert [(line.car.entry, line.laps, line.time) for line in classification(race)] == [
        ("8", 3, 211_700_000),
        ("7", 3, 211_750_000),
    ]
    assert race.finished_at == 211_700_000
    assert race.anomalies == []


def test_names_and_classes_are_taken_where_they_are(tmp_path: Path) -> None:
    """Columns in any order, headings in any case, cars with names no id could hold."""
    text = "Time;LAP;Car;Driver;Class\n71;1;Nº 7;Zoë;GT\n72;1;8;;\n"
    race = race_of(convert(written(tmp_path, text)))
    car = classification(race)[0].car
    assert (car.entry, car.driver, car.classes) == ("Nº 7", "Zoë", ("GT",))


def test_positions_decide_where_they_are_written(tmp_path: Path) -> None:
    """The sums say car 8; the positions say car 7."""
    text = LAPS.replace("time", "time,position").replace("1:10\n", "1:10,1\n")
    text = text.replace("1:10.100\n", "1:10.100,2\n")
    converted = convert(written(tmp_path, text))
    assert [line.car.entry for line in classification(race_of(converted))] == ["7", "8"]


@pytest.mark.parametrize(
    "text",
    [
        "Startnummer;Runde;Rundenzeit\r\n7;1;1:11,5\r\n8;1;1:11,6\r\n",
        "sep=;\nKart Nr.;Lap #;Lap Time (s)\n7;1;71,5\n8;1;71,6\n",
        "Evening at the hill\n\nNo.\tLap\tTime of Day\tLap Time\n"
        "7\t1\t20:01\t1'11.5\n8\t1\t20:01\t71.6s\n",
        "Driver,Pos,Tour,Temps\n7,1,1.0,1.11.500\n8,2,2.0,\n8,2,1.0,1:11:600\n",
        "Numéro;Tour;Temps\n7;1;1'11\"500\n8;1;1'11\"600\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_headings_and_times_of_other_tongues_and_programs(
    tmp_path: Path, text: str, encoding: str
) -> None:
    """As a person would read them, saved in whatever encoding."""
    path = tmp_path / "evening.csv"
    path.write_bytes(text.encode(encoding))
    lines = classification(race_of(convert(path)))
    assert [(line.car.entry, line.time) for line in lines] == [("7", 71_500_000), ("8", 71_600_000)]


def test_a_mark_of_quotation_out_of_place_costs_nothing_but_itself(tmp_path: Path) -> None:
    """An inch in a driver's name swallows no row; two lines in a cell are one."""
    text = (
        'car,lap,time,driver\n7,1,70,Ben "5" Low\n8,1,71,6" Sue\n9,1,72,"Al\nof Hill"\n10,1,73,"x\n'
    )
    lines = classification(race_of(convert(written(tmp_path, text))))
    assert [line.car.entry for line in lines] == ["7", "8", "9", "10"]
    assert lines[2].car.driver == "Al of Hill"


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Bad rows, doubled rows and laps after a hole are left out, and each is told."""
    text = LAPS + "8,3,1:10\n9,one,70\n,1,70\n9,1,never\n7,5,70\n"
    converted = convert(written(tmp_path, text))
    assert converted.left_out == [
        "line 8: car 8 has a lap 3 already",
        "line 9: no lap number: 'one'",
        "line 10: no car",
        "line 11: no time: 'never'",
        "car 7: 1 laps from lap 5 left out, lap 4 is missing",
    ]


def test_a_table_without_a_lap_is_refused(tmp_path: Path) -> None:
    """What and how to mend it."""
    with pytest.raises(RecordingRefused, match="want columns car, lap, time"):
        convert(written(tmp_path, "car,lap,time\n"))


def test_a_car_that_cannot_be_an_entry_is_left_out(tmp_path: Path) -> None:
    """An entry is at most 32 characters long; where no other is there, that is what is said."""
    row = f"{'7' * 40},1,70\n"
    with pytest.raises(RecordingRefused, match="entry: String should have at most 32"):
        convert(written(tmp_path, f"car,lap,time\n{row}"))
    converted = convert(written(tmp_path, LAPS + row))
    assert converted.left_out == ["line 8: no car: entry: String should have at most 32 characters"]


def test_a_heading_of_something_else_is_shown(tmp_path: Path) -> None:
    """What is missing, and what stands there."""
    with pytest.raises(RecordingRefused, match="columns missing: lap; the heading reads 'car,time"):
        convert(written(tmp_path, "car,time,speed\n7,71,8\n"))
    with pytest.raises(RecordingRefused, match="columns missing: car; the heading reads 'lap,time"):
        convert(written(tmp_path, "lap,time,gap\n1,71,8\n"))


def test_decisions_are_added_from_a_file(tmp_path: Path) -> None:
    """A disqualification that the lap times cannot know."""
    decisions = tmp_path / "decisions.jsonl"
    decisions.write_text(
        '{"type":"racing.penalty.v1","source":"stewards","id":"1","race":"any",'
        '"data":{"penalty":1,"t_us":900000000,"entry":"8","kind":"dsq","reason":"fuel"}}\n'
    )
    converted = with_decisions(convert(written(tmp_path, LAPS)), decisions)
    lines = classification(race_of(converted))
    assert [(line.car.entry, line.outcome.value) for line in lines] == [
        ("7", "running"),
        ("8", "dsq"),
    ]
    with pytest.raises(RecordingRefused, match="is told by the imported file already"):
        with_decisions(converted, decisions)


def test_times_as_a_spreadsheet_keeps_them_are_shares_of_a_day(tmp_path: Path) -> None:
    """A column without a format: 71.5 s are 0.00083 of a day."""
    text = "car;lap;time\n7;1;0,000827546296\n7;2;0,000813078704\n8;1;8.28703703703704E-04\n"
    converted = convert(written(tmp_path, text))
    lines = classification(race_of(converted))
    times = [(line.car.entry, line.time) for line in lines]
    assert times == [("7", 141_750_000), ("8", 71_600_000)]
    assert converted.odd == ["the times are taken for shares of a day: no lap is so short"]


@pytest.mark.parametrize(
    ("begins", "mend"),
    [
        (b"PK\x03\x04\x14\x00", "save the sheet as CSV"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"\xfd7zXZ\x00", "packed with xz: unpack it"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", "a web page: what its download gives"),
    ],
)
def test_what_has_to_be_opened_first_is_named(tmp_path: Path, begins: bytes, mend: str) -> None:
    """A workbook, a document, an archive, the page instead of the file."""
    path = tmp_path / "evening.csv"
    path.write_bytes(begins + b"car,lap,time\n7,1,70\n")
    with pytest.raises(RecordingRefused, match=mend):
        convert(path)


@pytest.mark.parametrize(
    "text",
    [
        "Runde;Ann;Bob\n1;1:11,5;1:11,6\n2;70,25;70\n3;1:10;1:10,1\n",
        "Evening\n\nLap,Ann,Bob,\n1,71.5,71.6,\n2,70.25,70,\n3,70,70.1,\n",
        "Driver\tLap 1\tLap 2\tLap 3\nAnn\t71.5\t70.25\t70\nBob\t71.6\t70\t70.1\n",
        "Car;1;2;3\nAnn;71,5;70,25;70\nBob;71,6;70;70,1\n",
    ],
)
def test_a_column_or_a_row_for_each_car(tmp_path: Path, text: str) -> None:
    """As one writes laps down by hand."""
    lines = classification(race_of(convert(written(tmp_path, text))))
    assert [(line.car.entry, line.laps, line.time) for line in lines] == [
        ("Bob", 3, 211_700_000),
        ("Ann", 3, 211_750_000),
    ]
