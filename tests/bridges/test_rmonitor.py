"""RMonitor: `$J` scores, `$G` checks, runs begin without being announced."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.bridges.converted import in_order
from tracker.bridges.live.lines import CONTROL
from tracker.bridges.rmonitor import RMonitor
from tracker.bridges.rmonitor_file import convert
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction, FlagChanged
from tracker.feed.recording import numbered
from tracker.feed.setting import EntryUpsert, SessionSetup
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.score import folded

START = """\
$B,25,"Heat 1"
$A,"1","11",1001,"Ann","Smith","",1
$A,"2","22",1002,"Bea","Jones","",1
$C,1,"Formula Vee"
$E,"TRACKNAME","Old Airfield"
$F,9999,"00:05:00","14:20:20","00:00:00","      "
$F,9999,"00:04:59","14:20:21","00:00:00","Green "
$J,"1","00:00:00.000","00:00:02.061"
$G,1,"1",,"00:00:02.061"
$J,"2","00:00:00.000","00:00:02.217"
$J,"1","00:00:40.000","00:00:42.061"
$G,1,"1",1,"00:00:42.061"
$J,"2","00:00:41.000","00:00:43.217"
"""
FINISH = """\
$J,"1","00:00:40.500","00:01:22.561"
$F,9999,"00:00:00","14:21:43","00:01:23","Finish"
$J,"2","00:00:40.500","00:01:23.717"
"""


def heard(text: str, stream: RMonitor | None = None) -> list[Report]:
    stream = stream or RMonitor()
    return [report for line in text.splitlines() for report in stream.feed(line)]


def race_of(text: str) -> Race:
    return folded(numbered(in_order(heard(text)), "race"))


def test_a_race_from_its_passings() -> None:
    """The first passing opens lap 1; the flag belongs to the leader's passing before it."""
    race = race_of(START + FINISH)
    assert [(line.car.entry, line.laps, line.time) for line in classification(race)] == [
        ("1", 2, 82_561_000),
        ("2", 2, 83_717_000),
    ]
    assert race.finished_at == 82_561_000
    assert race.anomalies == []


def test_the_setting_comes_before_the_green() -> None:
    """Names, classes and the time to go, told once."""
    told = heard(START)
    assert isinstance(told[0].data, SessionSetup)
    assert told[0].data.name == "Heat 1"
    assert told[0].data.track.name == "Old Airfield"
    assert told[0].data.distance.duration_us == 300_000_000
    entry = told[1].data
    assert isinstance(entry, EntryUpsert)
    assert (entry.entry, entry.number, entry.classes) == ("1", "11", ["Formula Vee"])
    assert [type(report.data) for report in told].count(EntryUpsert) == 2


def test_a_passing_that_never_came_is_put_in_from_the_order() -> None:
    """`$G` knows a lap that no `$J` told: an estimated crossing, and a difference with its why."""
    stream = RMonitor()
    told = heard(START + '$G,2,"2",2,"00:01:23.717"\n', stream)
    crossing = told[-1].data
    assert getattr(crossing, "estimated", None) is True
    assert getattr(crossing, "lap", None) == 2
    assert [d.why for d in stream.differences] == ["its passing never came as $J"]
    late = '$J,"2","00:00:40.500","00:01:23.717"'
    assert stream.feed(late) == []  # it came after all


def test_a_passing_taken_back_is_told_and_changes_nothing() -> None:
    """The order is a cross-check."""
    stream = RMonitor()
    heard(START, stream)
    assert stream.feed('$G,1,"1",1,"00:00:02.061"') == []
    assert [d.why for d in stream.differences] == ["the timekeepers took back a later passing"]


def test_another_run_begins_and_the_same_one_does_not() -> None:
    """The name of the run comes again every minute; only another name begins another run."""
    stream = RMonitor()
    heard(START, stream)
    heard('$B,25,"Heat 1"\n', stream)
    assert stream.run == 1
    heard('$B,26,"Heat 2"\n', stream)
    assert stream.run == 2
    told = heard('$F,9999,"00:05:00","23:40:20","00:00:00","Green "\n', stream)
    assert [type(report.data) for report in told] == [
        SessionSetup,
        EntryUpsert,
        EntryUpsert,
        FlagChanged,
    ]
    heard('$I,"23:50:00","12 jan 09"\n$I,"23:50:00","12 jan 09"\n', stream)
    assert (stream.run, stream.competitors, stream.season) == (3, {}, 2009)


def test_a_finish_that_was_taken_back_ends_nothing() -> None:
    """Green after the finish: the checkered flag is deleted, and the race goes on."""
    more = (
        '$F,9999,"00:00:00","14:21:50","00:01:30","Green "\n$J,"1","00:00:40.000","00:02:02.561"\n'
    )
    told = heard(START + FINISH + more)
    assert [r.data.op for r in told if isinstance(r.data, Correction)] == ["delete"]
    race = race_of(START + FINISH + more)
    assert race.finished_at is None
    assert race.cars["1"].laps_completed == 3  # type: ignore[index]  # a text will do


def test_pit_road_by_its_lines() -> None:
    """The time of day is related to the race clock by a passing that both know."""
    told = heard(
        START
        + '$L,"11","T1","SFT","01/27/2009","14:21:43.561"\n$J,"1","00:00:40.500","00:01:22.561"\n'
        + '$L,"11","P3","PIP","01/27/2009","14:22:01.000"\n'
    )
    assert getattr(told[-1].data, "loop", None) == "pit-in"
    assert getattr(told[-1].data, "t_us", None) == 100_000_000
    assert getattr(told[-1].data, "entry", None) == "1"


def test_a_stream_joined_late_knows_the_laps_before_it() -> None:
    """The first passing heard is the sixteenth: the order says so, and the laps are credited."""
    race = race_of(
        '$F,9999,"00:00:00","10:30:00","00:30:00","Green "\n'
        '$G,2,"2",15,"00:29:50.000"\n$J,"1","00:02:00.000","00:30:05.000"\n'
        '$G,1,"1",16,"00:30:05.000"\n$J,"2","00:02:00.000","00:31:50.000"\n'
        '$G,2,"2",16,"00:31:50.000"\n$J,"1","00:02:00.000","00:32:05.000"\n'
    )
    assert {car.entry: car.laps_completed for car in race.cars.values()} == {"1": 17, "2": 16}


def test_lap_one_from_a_standing_start() -> None:
    """The first passing is as late as its lap is long: it completes lap 1."""
    race = race_of(
        '$F,9999,"00:00:00","10:00:00","00:00:00","Green "\n'
        '$J,"1","00:01:05.000","00:01:05.100"\n$G,1,"1",1,"00:01:05.100"\n'
    )
    assert race.cars["1"].laps_completed == 1  # type: ignore[index]  # a text will do


def test_a_corrected_time() -> None:
    """`$COR` retimes the passing it is about."""
    told = heard(START + '$COR,"2","22",1,"00:00:43.217","-00:00:02.000"\n')
    change = told[-1].data
    assert isinstance(change, Correction)
    assert change.target is not None
    assert (change.op, change.target.id) == ("retime", "passing/2/43217000")
    assert change.new is not None
    assert change.new.t_us == 41_217_000


def test_nothing_a_stranger_writes_stops_the_stream() -> None:
    """Unknown records, short ones, sentinels and strange transponders are counted."""
    stream = RMonitor()
    assert heard(
        '$RMX,"race"\n$J\n$J,"1","x","00:59:59.999"\n$J,"Tx339393","00:00:00.000","00:00:05.000"\n'
        '$G,1,"1",,"00:59:59.999"\n$G,1\nhello\n\n$F,1,2,3\n"\n$COR,"9","9",1,"00:00:01","+0"\n',
        stream,
    ) == []  # fmt: skip
    assert stream.skipped == {
        "$RMX": 1,
        "$J with missing or wrong fields": 1,
        "$J without a time": 1,
        "$J of an unknown transponder": 1,
        "$G with missing or wrong fields": 1,
        "not a record": 2,
        "$F with missing or wrong fields": 1,
        "$COR of a passing that was not heard": 1,
    }


RELAY = """\
$RMDTL,""
$RMCA,1610910893000
$A,"1","11",1001,"Ann","Smith","",1
$A,"2","22",1002,"Bea","Jones","",1
$B,25,"Heat 1"
$G,1,"1",{laps},"{total}"
$G,2,"2",,"00:00:02.217"
$RMS,"race"
$RMLT,1,1610909938000
"""
LAPS = [(lap, 2_061 + 40_000 * lap) for lap in range(8)]


def clock(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"00:{minutes:02}:{rest / 1_000:06.3f}"


def passings(laps: Iterable[tuple[int, int]], car: str = "1") -> str:
    return "".join(
        f'$J,"{car}","{clock(40_000 if lap else 0)}","{clock(total)}"\n' for lap, total in laps
    )


def history(laps: Iterable[tuple[int, int]], car: str = "1") -> str:
    return "".join(
        f'$RMHL,"{car}","{lap}","1","00:00:40.000","Green ","{clock(total)}"\n'
        for lap, total in laps
    )


def green(milliseconds: int) -> str:
    return f'$F,9999,"00:04:00","14:20:21","{clock(milliseconds)[:8]}","Green "\n'


def laps_of_car(text: str) -> list[int]:
    """When car 1 completed each of its laps, in milliseconds."""
    (car,) = [car for car in race_of(text).cars.values() if car.entry == "1"]
    return [at // 1_000 for at in car.crossings]


def test_laps_missed_while_away_are_put_in_evenly() -> None:
    """Three laps went by: two are estimates between, the third is where the order has it."""
    text = START + passings(LAPS[2:4]) + RELAY.format(laps=6, total=clock(LAPS[6][1]))
    assert laps_of_car(text) == [total for _, total in LAPS[:7]]
    race = race_of(text)
    (car,) = [car for car in race.cars.values() if car.entry == "1"]
    assert car.estimates == [4, 5, 6]


def test_no_lap_is_put_in_that_nobody_could_have_driven() -> None:
    """The timekeepers count three more than we do, in the time of one: they count otherwise."""
    text = START + passings(LAPS[2:4]) + RELAY.format(laps=6, total=clock(LAPS[4][1]))
    assert laps_of_car(text) == [total for _, total in LAPS[:5]]


def test_the_relay_remembers_what_was_missed() -> None:
    """Its history puts the estimates right; told again it changes nothing."""
    driven = [(lap, total + (700 if lap in (4, 5) else 0)) for lap, total in LAPS]
    away = START + passings(LAPS[2:4]) + RELAY.format(laps=6, total=clock(LAPS[6][1]))
    remembered = history(driven[1:7]) + green(250_000)
    assert laps_of_car(away + remembered) == [total for _, total in driven[:7]]
    stream = RMonitor()
    heard(away + remembered, stream)
    assert heard(remembered, stream) == []


@pytest.mark.parametrize("known_from", [0, 1, 3, 5])
def test_joined_late_with_a_relay_that_remembers(known_from: int) -> None:
    """The laps before are crossings, not a credit; what the relay forgot stays credited."""
    late = RELAY.format(laps=5, total=clock(LAPS[5][1])) + green(203_000) + passings(LAPS[6:])
    text = late + history(LAPS[known_from:8]) + green(290_000)
    (car,) = [car for car in race_of(text).cars.values() if car.entry == "1"]
    assert car.laps_completed == 7
    told = [at // 1_000 for at in car.crossings]
    assert told[max(1, known_from) - 8 :] == [total for _, total in LAPS[max(1, known_from) :]]


def test_a_relay_is_asked_once_for_the_laps_of_who_missed_some() -> None:
    """Only a relay that says it remembers, and again on another connection."""
    stream = RMonitor()
    heard(green(190_000) + passings(LAPS[5:6]), stream)
    assert stream.wanted() == []
    heard(RELAY.format(laps=5, total=clock(LAPS[5][1])), stream)
    assert stream.wanted() == ["1"]
    assert stream.wanted() == []
    stream.connected()
    heard("$RMDTL\n", stream)
    assert stream.wanted() == ["1"]


def test_a_reset_that_is_none() -> None:
    """A relay reached again says `$I` and everything it holds: the same race goes on."""
    stream = RMonitor()
    refresh = '$I,"14:21:00",""\n' + START
    told = heard(START + refresh + FINISH, stream)
    assert stream.run == 1
    assert [report.id for report in told if "entry" in report.id] == [
        report.id for report in heard(START) if "entry" in report.id
    ]
    assert len({(report.source, report.id) for report in told}) == len(told)
    race = folded(numbered(in_order(told), "race"))
    assert [(line.car.entry, line.laps) for line in classification(race)] == [("1", 2), ("2", 2)]


def test_a_reset_with_the_clock_from_the_beginning() -> None:
    """The heat is run again under its own name: another race."""
    stream = RMonitor()
    heard(START + FINISH, stream)
    idle = '$F,9999,"00:05:00","23:30:00","00:00:00","      "\n'
    heard('$I,"23:30:00","12 jan 09"\n$B,25,"Heat 1"\n' + idle + idle + START, stream)
    assert stream.run == 2
    assert set(stream.now.cars) == {"1", "2"}


def test_a_reset_long_after_the_finish() -> None:
    """The clock is idle, and the order is the one that is known: no other race."""
    stream = RMonitor()
    heard(START + FINISH, stream)
    idle = '$F,0,"00:00:00","23:59:00","00:00:00","      "\n'
    final = '$G,1,"1",2,"00:01:22.561"\n$G,2,"2",2,"00:01:23.717"\n'
    told = heard('$I,"23:59:00",""\n$B,25,"Heat 1"\n' + idle + final + idle, stream)
    assert stream.run == 1
    assert [type(report.data) for report in told] == []


def test_a_clock_that_begins_again_without_a_word() -> None:
    """No reset, the same name, and the green at zero: another race all the same."""
    stream = RMonitor()
    heard(START + FINISH + green(1_000) + passings(LAPS[:2]), stream)
    assert stream.run == 2
    assert stream.now.cars["1"].laps == 1


def test_a_track_with_timing_lines_round_the_lap() -> None:
    """`$T` tells where they are, `$L` who was there when."""
    track = (
        '$T,"Long Road","LR","1.00",6,"S01","T1","T2",20000,"S02","T2","TA",20000,'
        '"S03","TA","T1",23360,"LAP","T1","P1",63400,"PIT","P3","P2",9000,"SP1","T2","TA",500\n'
    )
    text = (
        track + START
        + '$L,"11","T1","SFT","01/27/2009","14:21:43.561"\n$J,"1","00:00:40.500","00:01:22.561"\n'
        + '$L,"11","TA","X","01/27/2009","14:22:01.000"\n'
    )  # fmt: skip
    told = heard(text)
    setup = told[0].data
    assert isinstance(setup, SessionSetup)
    assert setup.track.length_m == 1_609
    assert [(loop.id, loop.index, loop.distance_m) for loop in setup.track.loops] == [
        ("sf", 0, None),
        ("t2", 1, 508),
        ("ta", 2, 1_016),
    ]
    assert getattr(told[-1].data, "loop", None) == "ta"
    assert getattr(told[-1].data, "t_us", None) == 100_000_000
    race = race_of(text)
    assert "unknown_loop" not in race.anomaly_counts


def test_a_car_that_the_timekeepers_call_retired() -> None:
    """The IMSA enhancement says it where others have a nationality; and may take it back."""
    for status, kinds in (("Retired", ["Retirement"]), ("Excluded", ["Penalty"])):
        stream = RMonitor()
        heard(START, stream)
        told = heard(f'$COMP,"2","22",1,"Bea","Jones","{status}",""\n', stream)
        assert [type(report.data).__name__ for report in told] == ["EntryUpsert", *kinds][-1:]
        assert heard(f'$COMP,"2","22",1,"Bea","Jones","{status}",""\n', stream) == []
        back = heard('$COMP,"2","22",1,"Bea","Jones","",""\n', stream)
        assert [type(report.data).__name__ for report in back] == kinds


def test_a_session_sorted_by_best_laps_is_no_race() -> None:
    """`$RMS` says how the relay sorts."""
    told = heard('$RMS,"qualifying"\n' + START)
    assert isinstance(told[0].data, SessionSetup)
    assert told[0].data.kind == "qualifying"


CARS = st.sampled_from(["1", "2", "07", "Tx9", "", "x" * 40, "7\u200b"])
TIMES = st.one_of(
    st.integers(0, 300_000).map(clock), st.sampled_from(["", "00:59:59.999", "x", "-1", "1:2:3:4"])
)
COUNTS = st.sampled_from(["", "0", "1", "2", "5", "900", "-1", "x", "9999"])
WORDS = st.one_of(st.sampled_from(["", "Heat 1", "Retired", "Excluded", "qualifying"]), st.text())
RECORDS = st.one_of(
    st.tuples(st.just("$J"), CARS, TIMES, TIMES),
    st.tuples(st.just("$G"), COUNTS, CARS, COUNTS, TIMES),
    st.tuples(
        st.just("$F"), COUNTS, TIMES, TIMES, TIMES,
        st.sampled_from(["Green", "Yellow", "Finish", "Red", "", "Plaid"]),
    ),
    st.tuples(st.just("$A"), CARS, WORDS, WORDS, WORDS, WORDS, WORDS, COUNTS),
    st.tuples(st.just("$COMP"), CARS, WORDS, COUNTS, WORDS, WORDS, WORDS, WORDS),
    st.tuples(st.just("$B"), COUNTS, WORDS),
    st.tuples(st.just("$I"), TIMES, WORDS),
    st.tuples(st.just("$L"), CARS, st.sampled_from(["T1", "T2", "P1", "P2", "P3"]), WORDS, WORDS,
              TIMES),
    st.tuples(st.just("$COR"), CARS, WORDS, COUNTS, TIMES, TIMES.map("-{}".format)),
    st.tuples(st.just("$RMHL"), CARS, COUNTS, COUNTS, TIMES, WORDS, TIMES),
    st.tuples(st.just("$RMS"), WORDS),
    st.tuples(st.just("$RMCA"), COUNTS),
    st.tuples(st.just("$T"), WORDS, WORDS, COUNTS, COUNTS, WORDS, CARS, CARS, COUNTS),
    st.tuples(st.just("$C"), COUNTS, WORDS),
    st.tuples(WORDS, WORDS),
)  # fmt: skip


def lines(records: Iterable[tuple[str, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(
        [CONTROL.sub(" ", value) for value in record] for record in records
    )
    return written.getvalue()


@given(st.lists(RECORDS, max_size=40))
@settings(deadline=None)
def test_whatever_comes_is_read_and_each_event_has_an_id_of_its_own(
    records: list[tuple[str, ...]],
) -> None:
    """Nothing raises, and nothing would be refused by an outbox."""
    stream = RMonitor()
    ids = [
        (stream.run, report.source, report.id)
        for line in lines(records).split("\n")
        for report in stream.feed(line)
    ]
    assert len(set(ids)) == len(ids)
    assert all(len(event) <= 128 and event.isascii() for _, _, event in ids)


def test_a_stream_of_ten_thousand_cars_is_none() -> None:
    """Cars, classes and reasons are bounded, whoever is at the other end."""
    stream = RMonitor()
    for number in range(3_000):
        heard(f'$A,"{number}","{number}",1,"a","b","",1\n$J,"{number}","","00:01:00.000"\n', stream)
        heard(f'$X{number},1\n$C,{number},"x"\n', stream)
    assert len(stream.now.cars) == len(stream.competitors) == 2_000
    assert len(stream.skipped) <= 101


def test_the_run_with_most_passings_is_converted(tmp_path: Path) -> None:
    """A capture may hold several; the others are named, and can be asked for."""
    path = tmp_path / "capture.txt"
    second = '$B,26,"Heat 2"\n$J,"1","00:00:00.000","00:00:02.061"\n'
    path.write_text(START + FINISH + second)
    assert convert(path).left_out == ["run 2 (1 passings): another race"]
    assert len(convert(path, run=2).reports) == 5
    with pytest.raises(RecordingRefused, match=r"has no run 3; there are: 1 \(6 passings\), 2"):
        convert(path, run=3)
    path.write_text("hello\n")
    with pytest.raises(RecordingRefused, match="holds no passing"):
        convert(path)


@pytest.mark.parametrize(
    "kept",
    [
        lambda line: f"2024-05-05 14:20:20,123 INFO < {line}",
        lambda line: f"[14:20:20] {line}",
        lambda line: f"1714996800.1\t{line}",
        lambda line: line.replace(",", ", "),
        lambda line: line.replace(",", ";"),
        lambda line: line[:2].lower() + line[2:],
        lambda line: json.dumps(line + "\r\n"),
        lambda line: f"\x02{line}\x03",
        lambda line: line.replace('"', ""),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_lines_as_somebody_else_kept_them(tmp_path: Path, kept: Any, end: str) -> None:
    """A time before each, blanks, semicolons, JSON, control characters; ended in any way."""
    lines = (START + FINISH).splitlines()
    path = tmp_path / "capture.log"
    path.write_bytes("\n".join(lines).encode())
    right = convert(path)
    path.write_bytes(end.join(kept(line) for line in lines).encode())
    assert [r.data for r in convert(path).reports] == [r.data for r in right.reports]
    assert convert(path).left_out == right.left_out
