"""The report on captures: a file is known by what is in it, and a wrong order is a missed bar."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks import captures
from simulators.scripted import SCRIPTED
from tests.bridges.f1_stream import Story
from tests.bridges.live.nascar_race import SMALL
from tests.bridges.nascar_files import OFFSETS, document, saved, steady
from tests.bridges.openf1_rows import described, final, told
from tests.bridges.p3_wire import passing
from tests.bridges.test_alkamel import LAPS, RESULTS
from tracker.bridges.live.kinds import kind
from tracker.cli import app
from tracker.errors import RecordingRefused
from tracker.feed.recording import numbered, write

RMONITOR = '$B,25,"Heat 1"\r\n$J,"1","00:00:00.000","00:00:02.061"\r\n'


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


FILES = {
    "lap-times": as_json(document(steady(), OFFSETS, tell_offsets=True)),
    "live-feed": b"https://example.org/\n" + as_json(SMALL.board(100)) + b"\nSource: somewhere",
    "live-flag-data": as_json({"FlagStates": [{"flag_state": 1, "elapsed_time": 0.0}]}),
    "live-pit-data": as_json([{"vehicle_number": "5", "pit_in_race_time": 1.0}]),
    "weekend-feed": b"\xef\xbb\xbf" + as_json({"weekend_race": [{}]}),
    "nascar-points": as_json([{"points_position": 1}]),
    "alkamel-laps": gzip.compress(LAPS.encode()),
    "alkamel-results": RESULTS.encode(),
    "rmonitor": RMONITOR.encode(),
    "f1-laps": b"season,round,gp,date,driverId,lap,position,time,ms\n",
    "f1-results": b"season,round,driverId,position,positionText,number,laps,status,ms\n",
    "table": "Startnummer\tRunde\tRundenzeit\r\n5\t1\t30\r\n".encode("utf-16"),
    "p3": passing(1, 1001, 0.0) + passing(2, 1001, 40.0),
    "openf1": as_json(final([*described(), *told()])["laps"]),
    "f1-answers": as_json({"MRData": {"RaceTable": {"Races": []}}}),
    "f1-live": b"['TimingData', {'Lines': {}}, '2024-05-05T13:00:00Z']\n",
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_is_known_by_what_is_in_it(tmp_path: Path, what: str) -> None:
    """Whatever it is called, packed or not."""
    path = tmp_path / "capture.bin"
    path.write_bytes(FILES[what])
    assert kind(path) == what


@pytest.mark.parametrize("content", [b"", b"{", b"[1,2]", b"hello, world", b"\x00" * 99, b"null"])
def test_what_is_nothing_we_know_is_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    assert kind(path) is None


def report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *paths: Path
) -> tuple[int, str]:
    """What the command prints, and how it ends."""
    monkeypatch.setattr("sys.argv", ["captures", *map(str, paths)])
    ended = captures.main()
    return ended, capsys.readouterr().out


def test_each_capture_is_held_against_its_own_truth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of NASCAR, Al Kamel and ours, in one folder; what it knows nothing of is named."""
    saved(tmp_path / "a.json", document(steady(), OFFSETS, tell_offsets=False))
    saved(tmp_path / "b.json", SMALL.board(100))
    saved(tmp_path / "c.json", SMALL.board(130))
    (tmp_path / "d.csv").write_text(LAPS)
    write(tmp_path / "e.gz", list(numbered(SCRIPTED["kansas-2024"](), "kansas"))[:2_000])
    (tmp_path / "f.txt").write_text("nothing of ours")
    (tmp_path / "g.json").write_text('{"laps": [{"Number": "5", "La')
    ended, said = report(monkeypatch, capsys, tmp_path)
    assert ended == 0, said
    assert "NASCAR lap times: a.json" in said
    assert "NASCAR live: race 77, 2 looks" in said
    assert "Al Kamel: d.csv" in said
    assert "Recording: e.gz" in said
    assert f"not read: {tmp_path / 'f.txt'}: of no kind that we know" in said
    assert f"not read: {tmp_path / 'g.json'}: is not JSON: " in said
    assert said.count("speed") >= 4
    assert "4 of 4 captures, no bars missed" in said


@pytest.mark.parametrize(
    "spoil",
    [
        lambda board: board["vehicles"][0].update(running_position=1),
        lambda board: board["vehicles"][0].update(laps_completed=2),
    ],
)
def test_another_order_than_the_captures_own_is_a_missed_bar(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[dict[str, Any]], None],
) -> None:
    """A truth that is spoilt is not what the tracker makes of it, and the report says where."""
    saved(tmp_path / "b.json", SMALL.board(100))
    last = SMALL.board(130)
    spoil(last)
    saved(tmp_path / "c.json", last)
    ended, said = report(monkeypatch, capsys, tmp_path)
    assert ended == 1
    assert "NO  " in said


def test_a_mistake_of_ours_costs_one_capture_and_not_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is a missed bar, told as ours; what comes after is looked at."""
    (tmp_path / "a.csv").write_text(LAPS)
    (tmp_path / "b.csv").write_text("car,lap,time\n5,1,30\n")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(captures, "alkamel", broken)
    ended, said = report(monkeypatch, capsys, tmp_path)
    assert ended == 1
    assert "NO  a mistake of ours" in said
    assert "Table: b.csv" in said
    assert "2 of 2 captures, 1 bars missed" in said


def test_what_was_fetched_and_what_decoders_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """OpenF1's collections of a folder are one race, held against their result; a decoder's
    passings against their numbers.
    """
    found = final([*described(), *told()])
    result = [
        {"driver_number": int(car), "position": place, "dnf": False}
        for place, car in enumerate(Story().order(4), start=1)
    ]
    for name, rows in (found | {"session_result": result}).items():
        (tmp_path / f"{name}.json").write_bytes(as_json(rows))
    heat = [passing(number, 1001, 40.0 * number) for number in (1, 2, 4)]
    (tmp_path / "heat.bin").write_bytes(b"".join(heat))
    ended, said = report(monkeypatch, capsys, tmp_path)
    assert ended == 0, said
    assert "order as in the result" in said
    assert "decoders, numbers that never came                        1, 1" in said
    assert "2 of 2 captures" in said


@pytest.mark.parametrize(
    ("what", "command", "says"),
    [
        ("rmonitor", "csv", "it looks like lines of RMonitor: tracker convert rmonitor FILE"),
        ("p3", "rmonitor", "tracker convert p3 FILE"),
        ("openf1", "nascar", "tracker convert openf1 FILE"),
        ("alkamel-results", "alkamel", "tracker convert alkamel LAPS --results FILE"),
        ("weekend-feed", "nascar", "tracker convert nascar LAPS --weekend FILE"),
        ("table", "f1-live", "tracker convert csv FILE"),
        ("rmonitor", "capture", "tracker convert rmonitor FILE"),
    ],
)
def test_a_file_given_to_the_wrong_command_is_shown_the_right_one(
    tmp_path: Path, what: str, command: str, says: str
) -> None:
    """By what is in it."""
    path = tmp_path / "file.txt"
    path.write_bytes(FILES[what])
    output = str(tmp_path / "race.jsonl")
    ended = CliRunner().invoke(app, ["convert", command, str(path), "-o", output])
    assert isinstance(ended.exception, RecordingRefused)
    assert says in str(ended.exception)
