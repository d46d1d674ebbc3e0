"""P3: frames of every shape and none; passings missing, doubled, or by a clock that was set."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bridges.p3_wire import DECODER, NOON, asked, crc, frame, passing, status
from tracker.bridges.converted import in_order
from tracker.bridges.p3 import P3, Plan
from tracker.bridges.p3_decoder import TRIES, runs
from tracker.bridges.p3_entries import Entries
from tracker.bridges.p3_file import convert
from tracker.bridges.p3_frames import RESEND, FrameRefused, Frames, checksum, framed, record
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import FlagChanged
from tracker.feed.recording import numbered
from tracker.feed.setting import EntryUpsert, SessionSetup
from tracker.feed.timing import Crossing, SourceStatus
from tracker.racing.classification import classification
from tracker.score import folded

REAL = (
    "8e02330053c800000100010451680200030473d75600040888f2fab51e830500"
    "0502b20006023400080200008104131804008f"
)
"""A passing as a decoder at a real track said it."""

FIELDS = st.lists(
    st.tuples(st.integers(0, 255), st.integers(0, 2**32 - 1), st.just(4)),
    max_size=12,
    unique_by=lambda field: field[0],
)


def heard(decoders: P3, frames: Iterable[bytes], arrived: Iterable[float] = ()) -> list[Report]:
    """What frames say that came so many seconds after noon; without that, unstamped."""
    stamps = [f"{NOON + round(at * 1e6)} " for at in arrived]
    frames = list(frames)
    stamps += [""] * (len(frames) - len(stamps))
    return [
        report
        for stamp, one in zip(stamps, frames, strict=True)
        for report in decoders.hear(stamp + one.hex())
    ]


def crossings(reports: Iterable[Report]) -> list[tuple[str, float]]:
    """Cars and seconds after noon."""
    return [
        (report.data.entry, (report.data.t_us - NOON) / 1e6)
        for report in reports
        if isinstance(report.data, Crossing)
    ]


def problems(reports: Iterable[Report]) -> list[str]:
    return [
        problem
        for report in reports
        if isinstance(report.data, SourceStatus)
        for problem in report.data.problems
    ]


def test_a_real_frame() -> None:
    """Number, transponder, time, decoder; the checksum is right."""
    told = record(bytes.fromhex(REAL))
    assert told.kind == 1
    assert (told.number(1), told.number(3)) == (157_777, 5_691_251)
    assert told.number(4) == 1_551_542_808_933_000
    assert (told.number(5), told.number(6), told.decoder) == (178, 52, 268_307)


@given(st.binary(min_size=10, max_size=80))
def test_the_checksum_is_the_remainder_bit_by_bit(plain: bytes) -> None:
    zeroed = [*plain]
    zeroed[4] = zeroed[5] = 0
    assert checksum(plain) == crc(zeroed)


@given(st.integers(0, 65_535), FIELDS)
def test_a_frame_says_what_was_put_in_it(kind: int, fields: list[tuple[int, int, int]]) -> None:
    """The same bytes from the test's encoder and from ours; read back they are the same."""
    said = frame(kind, fields)
    values = {tag: number.to_bytes(size, "little") for tag, number, size in fields}
    assert framed(kind, values) == said
    assert said[1:-1].count(0x8E) == said[1:-1].count(0x8F) == 0
    assert record(said).fields == values
    assert record(said).kind == kind


@given(
    st.lists(st.tuples(FIELDS, st.binary(max_size=40)), min_size=1, max_size=5),
    st.lists(st.integers(0, 600), max_size=12),
)
def test_frames_are_found_in_rubbish_however_they_are_cut(
    parts: list[tuple[list[tuple[int, int, int]], bytes]], cuts: list[int]
) -> None:
    """Whatever lies between them and wherever a read ends."""
    wire = b"".join(rubbish + frame(1, fields) for fields, rubbish in parts)
    places = sorted({0, len(wire), *(cut for cut in cuts if cut < len(wire))})
    frames = Frames(Counter())
    found = []
    for start, end in pairwise(places):
        found += frames.cut(wire[start:end])
    wanted = [frame(1, fields).hex() for fields, _ in parts]
    assert [one for one in found if one in wanted] == wanted


def test_frames_are_the_same_byte_by_byte() -> None:
    """As every cut is a cut somewhere."""
    wire = passing(1, 0x8E8F8D8C, 1) + passing(2, 11, 2) + status()
    frames = Frames(Counter())
    found = [one for byte in wire for one in frames.cut(bytes([byte]))]
    assert found == [passing(1, 0x8E8F8D8C, 1).hex(), passing(2, 11, 2).hex(), status().hex()]


@given(st.integers(0, 50), st.integers(0, 7))
def test_no_bit_can_fall_over_unnoticed(byte: int, bit: int) -> None:
    """One bit of a real frame is wrong: it is refused, and nothing else is made of it."""
    broken = bytearray.fromhex(REAL)
    broken[byte] ^= 1 << bit
    with pytest.raises(FrameRefused):
        record(bytes(broken))


@given(st.binary(max_size=200))
def test_rubbish_raises_nothing(rubbish: bytes) -> None:
    """In frames of its own, as hexadecimal digits, and as letters."""
    decoders = P3(Plan())
    for line in Frames(Counter()).cut(b"\x8e" + rubbish + b"\x8f"):
        decoders.hear(line)
    assert decoders.hear(rubbish.hex()) == []
    assert decoders.hear(rubbish.decode("latin-1")) == []
    assert sum(decoders.skipped.values()) >= 2


@given(FIELDS)
def test_a_passing_of_any_fields_raises_nothing(fields: list[tuple[int, int, int]]) -> None:
    """A right checksum and nonsense inside."""
    decoders = P3(Plan())
    told = decoders.hear(frame(1, fields).hex())
    assert isinstance(told[0].data, SessionSetup)


def test_records_that_are_not_read_are_counted_by_what_they_are() -> None:
    """A decoder says more than passings and how it is."""
    decoders = P3(Plan())
    heard(decoders, [frame(kind, []) for kind in (0x03, 0x24, 0x45, 0x1C, 0xFFFF)] + [status()])
    assert decoders.skipped == {
        "a record of the decoder's version": 1,
        "a record of the decoder's time": 1,
        "a record of a first contact": 1,
        "a record of another type": 2,
    }


def test_a_frame_that_does_not_end_takes_no_room() -> None:
    """It is given up, and the next one is heard."""
    refused: Counter[str] = Counter()
    frames = Frames(refused)
    assert frames.cut(b"\x8e" + b"x" * 100_000) == []
    assert frames.frame is None
    assert frames.cut(status()) == [status().hex()]
    assert refused["a frame of more than 2048 bytes"] == 1


def test_a_race_from_transponders() -> None:
    """The first passing is the green; who is not in the table runs under the transponder."""
    entries = Entries()
    entries.add(Path("x"), 1, {"transponder": "1001", "car": "07", "driver": "Ann Smith"})
    decoders = P3(Plan("Club night", laps=2), entries)
    told = heard(
        decoders,
        [
            status(), passing(1, 1001, 0), passing(2, 2002, 0.5), passing(3, 1001, 40),
            passing(4, 2002, 41), passing(5, 1001, 80), passing(6, 2002, 82),
        ],
        [0, 0, 0.5, 40, 41, 80, 82],
    )  # fmt: skip
    setup = told[0].data
    assert isinstance(setup, SessionSetup)
    assert (setup.name, setup.distance.laps, setup.season) == ("Club night", 2, 2025)
    assert [r.data.entry for r in told if isinstance(r.data, EntryUpsert)] == ["07", "2002"]
    assert [r.data.t_us for r in told if isinstance(r.data, FlagChanged)] == [NOON]
    race = folded(numbered(in_order(told), "race"))
    assert [(line.car.entry, line.laps) for line in classification(race)] == [
        ("07", 2),
        ("2002", 2),
    ]
    assert race.finished_at == NOON + 80_000_000
    assert race.anomalies == []


def test_what_was_said_before_is_not_counted_again() -> None:
    """The decoder tells its whole memory again: nothing is new."""
    frames = [passing(number, 1001, number * 40) for number in range(1, 20)]
    decoders = P3(Plan())
    heard(decoders, frames)
    decoders.connected()
    assert heard(decoders, frames) == []
    assert decoders.skipped == {"a passing heard before": 19}


def test_a_hole_is_asked_for_and_filled() -> None:
    """The passings come late and stand where they belong."""
    decoders = P3(Plan())
    told = heard(decoders, [passing(1, 11, 0), passing(2, 22, 1), passing(6, 11, 80)], [0, 1, 80])
    assert asked(b"".join(decoders.asks())) == [(3, 5)]
    assert decoders.asks() == []
    late = [passing(3, 11, 40), passing(4, 22, 41), passing(5, 33, 42)]
    told += heard(decoders, late, [81, 81, 81])
    assert decoders.asks() == []
    race = folded(numbered(told, "race"))
    assert {str(car.entry): len(car.crossings) for car in race.cars.values()} == {
        "11": 3,
        "22": 2,
        "33": 1,
    }


def test_what_never_comes_is_said() -> None:
    """It is asked for again with each status, and in the end somebody is told."""
    decoders = P3(Plan())
    heard(decoders, [passing(1, 11, 0), passing(3, 11, 40), passing(7, 11, 80)])
    told: list[Report] = []
    for _ in range(TRIES):
        assert asked(b"".join(decoders.asks())) == [(2, 2), (4, 6)]
        told += heard(decoders, [status()])
    assert decoders.asks() == []
    assert problems(told) == [
        f"decoder {DECODER}: passing 2 never came",
        f"decoder {DECODER}: passings 4 to 6 never came",
    ]


def test_a_hole_as_wide_as_a_season_is_none() -> None:
    """Nobody asks for a million passings."""
    decoders = P3(Plan())
    told = heard(decoders, [passing(1, 11, 0), passing(900_001, 11, 40)])
    assert decoders.asks() == []
    assert problems(told) == [f"decoder {DECODER}: passings 2 to 900000 never came"]
    assert crossings(told) == [("11", 0), ("11", 40)]


@pytest.mark.parametrize("anew", [True, False])
def test_a_decoder_that_counts_from_one_again(anew: bool) -> None:
    """It was switched off, or its memory was cleared: these are new passings."""
    decoders = P3(Plan())
    told = heard(decoders, [passing(number, 11, number) for number in (50, 51, 52)])
    if anew:
        told += decoders.connected()
    told += heard(decoders, [passing(number, 11, 60 + number) for number in (1, 2, 50)])
    assert [at for _, at in crossings(told)] == [50, 51, 52, 61, 62, 110]
    assert len({report.id for report in told}) == len(told)
    assert asked(b"".join(decoders.asks())) == [(3, 49)]


@pytest.mark.parametrize("step", [-3_600, -45, 3_600, 86_400])
def test_a_clock_that_is_set_moves_nobody(step: float) -> None:
    """From then on the arrival tells how long it was; what is missed before keeps its time."""
    decoders = P3(Plan())
    before = [passing(1, 11, 0), passing(2, 22, 1), passing(4, 22, 41)]
    after = [passing(5, 11, 80 + step), passing(6, 22, 82 + step), passing(7, 11, 120 + step)]
    told = heard(decoders, before + after, [0.2, 1.2, 41.2, 80.2, 82.2, 120.2])
    told += heard(decoders, [passing(3, 11, 40)], [121])
    assert [at for _, at in crossings(told)] == pytest.approx([0, 1, 41, 80, 82, 120, 40])
    assert problems(told) == [f"decoder {DECODER}: its clock was set by {step:+.3f} s"]
    estimated = [r.data.estimated for r in told if isinstance(r.data, Crossing)]
    assert estimated == [False, False, False, True, False, False, False]


@pytest.mark.parametrize("late", [[0, 1, 80, 80, 80], [0, 5, 40, 44, 80], [0, 30, 40, 41, 82]])
def test_a_line_that_is_late_is_no_clock_that_was_set(late: Sequence[float]) -> None:
    """Passings that were held up on their way come in a heap; their times stand."""
    decoders = P3(Plan())
    seconds = [0, 1, 40, 41, 80]
    frames = [passing(number, 11, at) for number, at in enumerate(seconds)]
    assert [at for _, at in crossings(heard(decoders, frames, late))] == seconds


def test_a_clock_set_back_without_any_arrival() -> None:
    """In a capture that nobody stamped: the order is kept, how long it was nobody knows."""
    decoders = P3(Plan())
    told = heard(decoders, [passing(1, 11, 3_600), passing(2, 22, 0), passing(3, 33, 7)])
    times = [at for _, at in crossings(told)]
    assert times == sorted(times)
    assert times[2] - times[1] == pytest.approx(7)


def test_two_decoders_at_two_lines() -> None:
    """Each counts for itself; one at no line is left out and named."""
    plan = Plan(loops={1: "sf", 2: "pit-in", 3: "back-straight"})
    decoders = P3(plan)
    told = heard(
        decoders,
        [
            passing(10, 11, 0, 1), passing(10, 11, 20, 3), passing(10, 11, 30, 2),
            passing(11, 11, 40, 1), passing(10, 11, 41, 4), passing(12, 11, 60, 2),
        ],
    )  # fmt: skip
    setup = told[0].data
    assert isinstance(setup, SessionSetup)
    assert [(loop.id, loop.kind) for loop in setup.track.loops] == [
        ("sf", "sf"),
        ("pit-in", "pit_in"),
        ("back-straight", "sector"),
    ]
    assert [r.data.loop for r in told if isinstance(r.data, Crossing)] == [
        "sf", "back-straight", "pit-in", "sf", "pit-in",
    ]  # fmt: skip
    assert decoders.skipped == {"a passing at a decoder for which no --loop was given": 1}
    (question,) = decoders.asks()
    assert record(question).kind == RESEND
    assert record(question).decoder == 2


def test_the_green_is_not_always_the_first_passing() -> None:
    """Where race control shows it, no passing does."""
    told = heard(P3(Plan(green=False)), [passing(1, 11, 0)])
    assert not any(isinstance(report.data, FlagChanged) for report in told)


def test_who_is_in_the_car(tmp_path: Path) -> None:
    """A kart that changes hands, two transponders in one car, a code instead of a number."""
    path = tmp_path / "entries.csv"
    path.write_text(
        "Transponder; Car; Driver; Class; From; Until\n"
        "1001; 7; Ann Smith; A; ; 2025-05-05T13:00\n"
        "1001; 8; Bea Jones; B; 2025-05-05T13:00; \n"
        "1002; 7; ; ; ; \n"
        "FL-94890; 9; Al; ; ; \n"
    )
    entries = Entries.read(path)
    assert entries.cars["7"].transponders == ["1001", "1002"]
    assert [driver.name for driver in entries.cars["7"].drivers] == ["Ann Smith"]
    assert entries.of(["1001"], NOON) == "7"
    assert entries.of(["1001"], NOON + 3_600_000_000) == "8"
    assert entries.of(["102758186", "fl-94890"], NOON) == "9"
    assert entries.of(["5"], NOON) is None
    same = tmp_path / "entries.json"
    same.write_text('[{"transponder": 1002, "Car": "07"}]')
    assert Entries.read(same).of(["1002"], NOON) == "07"


@pytest.mark.parametrize(
    ("holds", "complaint"),
    [
        ("transponder,car\n", "names no transponder"),
        ("transponder,car\n1,\n", "line 2: wants a transponder and a car in every row"),
        ("transponder,car\n1,7\n1,8\n", "line 3: transponder 1 is in two cars at once"),
        ("transponder,car,from\n1,7,noon\n", "'noon' is no time: want it as 2026-05-10T14:30:00"),
        ("number,name\n1,7\n", "columns missing: car, transponder"),
        (f"transponder,car\n1,{'x' * 40}\n", "entry: String should have at most 32 characters"),
    ],
)
def test_a_table_that_cannot_be(tmp_path: Path, holds: str, complaint: str) -> None:
    path = tmp_path / "entries.csv"
    path.write_text(holds)
    with pytest.raises(RecordingRefused, match=complaint):
        Entries.read(path)


@pytest.mark.parametrize("holds", ["{}", "[7]", "[]", "null", "["])
def test_a_list_that_cannot_be(tmp_path: Path, holds: str) -> None:
    path = tmp_path / "entries.json"
    path.write_text(holds)
    with pytest.raises(RecordingRefused):
        Entries.read(path)


def test_numbers_in_runs() -> None:
    assert list(runs([])) == []
    assert list(runs([5, 1, 2, 9, 3])) == [range(1, 4), range(5, 6), range(9, 10)]


def heat() -> list[bytes]:
    """Two cars over three laps, a byte that has to be escaped among them."""
    return [
        status(),
        *(passing(2 * lap + 1, 1001, 40.0 * lap) for lap in range(4)),
        *(passing(2 * lap + 2, 0x8E8F8D8C, 41.0 * lap + 0.5) for lap in range(4)),
    ]


def lines(form: str, between: str = "\n", before: str = "") -> bytes:
    return between.join(before + one.hex(form) if form else one.hex() for one in heat()).encode()


def dumped(frames: bytes) -> bytes:
    """As the tools of a terminal show a file: the place, sixteen bytes, the same as letters."""
    rows = (frames[at : at + 16] for at in range(0, len(frames), 16))
    return "\n".join(
        f"{at * 16:08x}  {row[:8].hex(' ')}  {row[8:].hex(' ')}  |{'.' * len(row)}|"
        for at, row in enumerate(rows)
    ).encode()


@pytest.mark.parametrize(
    "told",
    [
        b"".join(heat()),
        b"half a frame\x8f" + b"\r\n".join(heat()) + b"\x8e\x02",
        lines(""),
        lines("").upper().replace(b"\n", b"\r\n"),
        lines("").decode().encode("utf-16"),
        lines(" ", before="2025-05-05 12:00:00,000 INFO from 192.168.1.50: "),
        lines("-", between=""),
        b"\n".join(b"0x" + one.hex(" ").replace(" ", ", 0x").encode() for one in heat()),
        b"\n".join(b"data: b'\\x" + one.hex(" ").replace(" ", "\\x").encode() for one in heat()),
        lines("", between=""),
        dumped(b"".join(heat())),
        dumped(b"".join(heat())).replace(b"  |", b" |").replace(b"  ", b" "),
        "\n".join(textwrap.wrap(b"".join(heat()).hex(), 60)).encode(),
        b"\n".join(f"17464464{at:08} {one.hex()}".encode() for at, one in enumerate(heat())),
    ],
)
def test_frames_in_whatever_way_somebody_kept_them(tmp_path: Path, told: bytes) -> None:
    """The bytes, digits in all manners, a dump: the same passings."""
    path = tmp_path / "heat.bin"
    path.write_bytes(told)
    converted = convert(path, Plan("Heat", laps=3))
    seen = [r.data for r in converted.reports if isinstance(r.data, Crossing)]
    assert sorted((one.passing_number, one.entry) for one in seen) == [
        (number, "1001" if number % 2 else str(0x8E8F8D8C)) for number in range(1, 9)
    ]


def test_a_decoder_that_gives_no_checksum_is_believed() -> None:
    """Zero in its place is what some send; a wrong one is refused as ever."""
    said = bytearray(frame(1, [(0x01, 7, 4)]))
    said[4:6] = b"\0\0"
    assert record(bytes(said)).number(0x01) == 7
    said[4:6] = b"\0\1"
    with pytest.raises(FrameRefused, match="wrong checksum"):
        record(bytes(said))


def test_a_file_without_a_passing_says_what_is_in_it(tmp_path: Path) -> None:
    """A decoder that was well all evening, and nobody drove."""
    path = tmp_path / "evening.txt"
    path.write_text(f"{status().hex()}\nnever\nnothing else\n")
    with pytest.raises(RecordingRefused, match=r"no passing.*left out: 2 × a line that is no"):
        convert(path, Plan("Heat"))
