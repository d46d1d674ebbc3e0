"""Al Kamel's table as it grows: whatever the looks see of it, the last board is the converted."""

import asyncio
import contextlib
import gzip
import random
import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bridges.live.bridging import running, told
from tests.bridges.live.web import Page, site
from tests.bridges.test_alkamel import HEAD, LAPS
from tests.brokers import until
from tracker.bridges.alkamel import convert
from tracker.bridges.live.alkamel import LiveAlKamel, feed
from tracker.bridges.live.contract import FeedLost
from tracker.bridges.live.growing import Growing, Looked
from tracker.errors import TrackerError
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction
from tracker.feed.recording import numbered
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.report import order_by_lap
from tracker.score import folded

Board = tuple[list[tuple[str, int, int | None]], dict[str, list[str]], list[tuple[str, int]]]


def board(race: Race) -> Board:
    """Everything that should be the same: the result, every lap, the flags, the stops."""
    return (
        [(line.car.entry, line.laps, line.time) for line in classification(race)],
        order_by_lap(race),
        [(shown.flag.value, shown.at) for shown in race.flags_shown],
    )


def converted(path: Path) -> Board:
    return board(folded(numbered(convert(path).reports, "race")))


def look(live: LiveAlKamel, looked: Looked, content: str) -> list[Report]:
    """One look at a table that says this."""
    looked.compare(content.encode())
    ready, looked.ready = looked.ready, []
    return [one.report for line in ready for one in live.hear(line)]


def followed(contents: Sequence[str]) -> list[Report]:
    """What looks at a table say, one after the other."""
    live, looked = LiveAlKamel("laps"), Looked(Growing("laps.csv", 1.0))
    return [report for content in contents for report in look(live, looked, content)]


def rows(chance: random.Random) -> list[str]:
    """A race of three cars, grouped by car, with pit stops, driver changes, cautions and a finish;
    made up."""
    found = []
    flags = [(0, "GF"), (chance.randrange(150, 400) * 1_000, "FCY"), (480_000, "GF")]
    for car in ("7", "07", "10"):
        at, driver, box = 0, "Ann", False
        lap = 0
        while at < 900_000:
            lap += 1
            time = chance.randrange(90_000, 100_000) + (30_000 if box else 0)
            at += time
            flag = "FF" if at >= 900_000 else [code for since, code in flags if since <= at][-1]
            pit = f"0:{30 + chance.random() * 3:06.3f}" if box else ""
            box = chance.random() < 0.2 and flag != "FF"
            driver = chance.choice(["Ann", "Bo"]) if pit else driver
            found.append(
                f"{car},{lap},{clock(time)},{'B' if box else ''},{clock(at)},"
                f"{clock(50_000_000 + at)},,,,{driver},{pit},GT,X,M,{flag},"
            )
    return found


def clock(ms: int) -> str:
    """As the table writes a time."""
    minutes, rest = divmod(ms, 60_000)
    if minutes < 60:
        return f"{minutes}:{rest / 1000:06.3f}"
    return f"{minutes // 60 % 24}:{minutes % 60:02}:{rest / 1000:06.3f}"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_however_it_grows_the_last_board_is_the_converted(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Rows come late, in any order, half written, wrong at first, and now and then not at all."""
    chance = random.Random(seed)
    final = rows(chance)
    path = tmp_path_factory.getbasetemp() / "laps.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in final))
    there: list[str] = []
    contents = []
    waiting = list(final)
    while waiting:
        for _ in range(chance.randrange(1, 8)):
            if waiting:
                there.append(waiting.pop(chance.randrange(min(6, len(waiting)))))
        shown = sorted(there, key=final.index)
        if chance.random() < 0.3:
            wrong = chance.randrange(len(shown))
            cells = shown[wrong].split(",")
            cells[2] = clock(chance.randrange(60_000, 200_000))
            shown[wrong] = ",".join(cells)
        text = HEAD + "".join(f"{row}\n" for row in shown)
        if waiting and chance.random() < 0.4:
            text += waiting[0][: chance.randrange(1, len(waiting[0]))]
        contents.append("" if chance.random() < 0.1 else text)
    contents.append(path.read_text())
    reports = followed(contents)
    assert board(folded(numbered(reports, "race"))) == converted(path)
    names = Counter((one.source, one.id) for one in reports)
    assert max(names.values()) == 1


def test_a_table_that_only_grows_is_told_without_a_correction() -> None:
    lines = LAPS.removeprefix(HEAD).splitlines()
    order = sorted(lines, key=lambda line: line.split(",")[1])  # lap for lap
    contents = [HEAD + "\n".join(order[:n]) + "\n" for n in range(1, len(order) + 1)]
    reports = followed(contents)
    assert [one for one in reports if isinstance(one.data, Correction)] == []


def test_half_a_line_is_not_believed_until_it_stays() -> None:
    """Its last cell may be half a flag, or half a time."""
    live, looked = LiveAlKamel("laps"), Looked(Growing("laps.csv", 1.0))
    first, second, *_ = LAPS.removeprefix(HEAD).splitlines()
    assert look(live, looked, f"{HEAD}{first}\n{second[:-4]}")
    assert sum(len(laps) for laps in live.rows.values()) == 1
    assert look(live, looked, f"{HEAD}{first}\n{second}\n")
    assert live.rows["10"][2].flag == "FCY"


def test_a_heading_in_other_clothes_is_a_heading() -> None:
    """Semicolons, other columns between, an address before it."""
    lines = [line.rstrip(",").split(",") for line in LAPS.lstrip("\ufeff").splitlines()]
    other = "\n".join(";".join([*cells[:2], "x", *cells[2:]]) for cells in lines)
    other = other.replace("LAP_NUMBER;x", "LAP_NUMBER;KPH")
    reports = followed([f"https://example.org/laps.csv\n{other}\n"])
    race = folded(numbered(reports, "race"))
    assert [line.car.entry for line in classification(race)] == ["10", "5", "05"]


def test_a_table_of_another_kind_says_nothing_and_is_counted() -> None:
    live, looked = LiveAlKamel("laps"), Looked(Growing("laps.csv", 1.0))
    assert look(live, looked, "car,lap,time\n5,1,30.0\n") == []
    assert sum(live.refused.values()) == 2


@pytest.mark.anyio
async def test_a_file_is_read_when_it_changed_and_its_last_line_when_it_stays(
    tmp_path: Path,
) -> None:
    path = tmp_path / "laps.csv"
    path.write_text("a\nb")
    async with Growing(str(path), 0.01).connect() as looking:
        assert await looking.more() == ["*", "+a", "."]
        assert await looking.more() == ["+b", "."]
        path.write_bytes(gzip.compress(b"a\nb\nc\na\n"))
        assert await looking.more() == ["+a", "+c", "."]
        path.write_text("b\nc\n")
        assert await looking.more() == ["-a", "-a", "."]
        path.unlink()
        with pytest.raises(FeedLost, match="cannot be read: no such file"):
            await looking.more()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(TrackerError, match="neither a file nor"):
        Growing("ftp://example.org/laps.csv", 1.0)


@pytest.mark.anyio
@pytest.mark.parametrize("by_web", [False, True])
async def test_through_a_kill_and_a_row_written_again_while_nobody_looked(
    tmp_path: Path, by_web: bool
) -> None:
    """From a file as from a web server: what the last table says is what is told in the end."""
    path = tmp_path / "laps.csv"
    lines = LAPS.removeprefix(HEAD).splitlines()
    slower = [line.replace("3,2:45.000,,6:15.000,00:03:15", "3,2:44.000,,6:14.000,00:03:14")
              for line in lines]  # fmt: skip
    assert slower != lines

    async with site() as shown:

        def show(said: Sequence[str]) -> None:
            text = HEAD + "\n".join(said) + "\n"
            path.write_text(text)
            shown.pages["/laps.csv"] = Page(text.encode())

        where = f"{shown.url}/laps.csv" if by_web else str(path)

        def seen() -> Board:
            with contextlib.suppress(sqlite3.OperationalError, IndexError, ValueError):
                return board(folded(told(tmp_path, "sunday")))
            return [], {}, []

        show(lines[:4])
        async with running(feed(where, "laps", every_s=0.01), tmp_path, "sunday"):
            await until(lambda: len(seen()[0]) == 2)
            show(lines)
            await until(lambda: seen() == converted(path))
        show(slower)
        async with running(feed(where, "laps", every_s=0.01), tmp_path, "sunday"):
            await until(lambda: seen() == converted(path))
        await asyncio.sleep(0)
    assert [entry for entry, _, _ in seen()[0]] == ["10", "5", "05"]
