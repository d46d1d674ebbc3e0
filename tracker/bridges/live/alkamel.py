"""Al Kamel's analysis of laps while it grows: every look at it, until the race is what it says.

The rows are understood as `tracker convert alkamel` understands them, and what they say is told as
it becomes known. A row that was written again, or a flag that somebody is found to have seen
earlier, is put right by a correction, so that in the end the race is the converted one.
"""

import csv
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tracker.bridges.alkamel import (
    COLUMNS,
    Row,
    car_timed,
    flag_reports,
    in_words,
    lap_reports,
    lap_row,
    setting,
    start_of,
)
from tracker.bridges.converted import RACE_CONTROL, SETTING, Converted, name
from tracker.bridges.live.contract import Feed, Told
from tracker.bridges.live.growing import Growing
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction, Target

Key = tuple[str, str]
"""The source of something told, and its name."""

MOST_REASONS = 500
"""Different remarks on rows that are kept; a file of another kind has one for each."""


class Corrected:
    """Tells reports once, and what they have become where they have become another."""

    def __init__(self) -> None:
        self.told: dict[Key, Report] = {}
        """By source and the name of what is told: the report as it was told last."""
        self.times: Counter[Key] = Counter()

    def tell(self, wanted: Mapping[Key, Report], now: int) -> list[Report]:
        """What makes true what is wanted, of things that these are all there is to say."""
        said: list[Report] = []
        for key, report in wanted.items():
            known = self.told.get(key)
            if known is not None and known.data == report.data:
                continue
            if known is not None and not isinstance(report.data, SETTING):
                said.append(self.struck(key, known, now))
            self.times[key] += 1
            times = self.times[key]
            id = report.id if times == 1 else f"{report.id}~{times}"
            self.told[key] = Report(report.source, id, report.data)
            said.append(self.told[key])
        return said

    def untell(self, keys: Iterable[Key], now: int) -> list[Report]:
        """Strike out what is no longer so."""
        return [self.struck(key, self.told.pop(key), now) for key in keys]

    def struck(self, key: Key, known: Report, now: int) -> Report:
        """The correction that takes a report back."""
        return Report(
            RACE_CONTROL,
            f"correction/{known.source}/{known.id}",
            Correction(
                t_us=now,
                op="delete",
                target=Target(source=known.source, id=known.id),
                authority="scorer",
                reason="the table says otherwise now",
            ),
        )


class LiveAlKamel:
    """Follows one table through its race."""

    def __init__(self, title: str, rulebook: str = "club/any") -> None:
        self.title = title
        self.rulebook = rulebook
        self.refused: Counter[str] = Counter()
        self.columns: list[str] = []
        self.separator = ","
        self.passed = 0
        self.lines: dict[tuple[str, int], list[str]] = {}
        """The lines of each lap of each car, in the order in which they came."""
        self.rows: dict[str, dict[int, Row]] = {}
        self.whole: set[str] | None = None
        """The lines of a look that says everything, while it lasts."""
        self.changed: dict[str, int] = {}
        """Cars with something new, and the first lap that it is about."""
        self.start: int | None = None
        self.cars: dict[str, list[Row]] = {}
        """The laps of each car, with the moment each ended."""
        self.corrected = Corrected()
        self.of_car: dict[str, dict[Key, int]] = {}
        """What is told of each car, with the lap it is about."""
        self.flags: set[Key] = set()

    def connected(self) -> Iterable[Told]:
        """The table is read anew, and says again what it said."""
        return ()

    def asks(self) -> list[bytes]:
        """Nothing is asked."""
        return []

    def hear(self, message: str) -> Iterable[Told]:
        """A line that is new or gone; at the end of a look, what is different now."""
        kind, line = message[:1], message[1:]
        if kind == "*":
            self.whole = set()
        elif kind == "+":
            if self.whole is not None:
                self.whole.add(line)
            self.add(line)
        elif kind == "-":
            self.take_away(line)
        elif kind == ".":
            self.end_of_look()
            return [Told(report) for report in self.different()] if self.changed else []
        return []

    def end_of_look(self) -> None:
        """Where everything was said, what was not said is gone: it went while nobody looked."""
        if self.whole is None:
            return
        known = [line for lines in self.lines.values() for line in lines]
        for line in known:
            if line not in self.whole:
                self.take_away(line)
        self.whole = None

    def add(self, line: str) -> None:
        """A line of the table: its heading, or a lap of a car."""
        heading = self.heading(line)
        if heading is not None:
            self.columns, self.separator = heading
            return
        row = self.row(line)
        if row is None:
            return
        lines = self.lines.setdefault((row.entry, row.lap), [])
        if line in lines:
            return
        lines.append(line)
        if lines[0] == line:
            self.put(row)

    def take_away(self, line: str) -> None:
        """A line that is gone. Where another says the lap, that counts; a lap is not unsaid."""
        row = self.row(line)
        lines = self.lines.get((row.entry, row.lap), []) if row is not None else []
        if row is None or line not in lines or len(lines) < 2:
            return
        lines.remove(line)
        other = self.row(lines[0])
        assert other is not None
        self.put(other)

    def put(self, row: Row) -> None:
        """A lap as it is told now."""
        self.rows.setdefault(row.entry, {})[row.lap] = row
        self.changed[row.entry] = min(row.lap, self.changed.get(row.entry, row.lap))

    def heading(self, line: str) -> tuple[list[str], str] | None:
        """The columns and what separates them, where a line is a heading; None where it is not."""
        separator = ";" if line.count(";") > line.count(",") else ","
        columns = [one.strip(" \ufeff\t").casefold() for one in cells(line, separator)]
        wanted = {column.casefold() for column in COLUMNS}
        return (columns, separator) if wanted <= set(columns) else None

    def row(self, line: str) -> Row | None:
        """A lap of a car; None where a line is none, or comes before the heading."""
        if not self.columns:
            self.note("before the heading")
            return None
        values = [value.strip() for value in cells(line, self.separator)]
        values += [""] * (len(self.columns) - len(values))
        converted = Converted()
        row = lap_row(0, dict(zip(self.columns, values, strict=False)), converted)
        for one in converted.left_out:
            self.note(one)
        return row

    def different(self) -> list[Report]:
        """What the changed cars, and the flags, now say that was not told, or otherwise."""
        changed, self.changed = self.changed, {}
        start = start_of([row for laps in self.rows.values() for row in laps.values()])
        if start != self.start:
            self.start, changed = start, dict.fromkeys(self.rows, 1)
        converted = Converted()
        for entry in changed:
            self.cars[entry] = car_timed(self.rows[entry].values(), start, converted)
            if not self.cars[entry]:
                del self.cars[entry]
        if not self.cars:
            return []
        now = max(rows[-1].at for rows in self.cars.values())
        said = self.scene()
        for entry in sorted(changed.keys() & self.cars.keys()):
            said += self.laps_of(entry, changed[entry], now, converted)
        by_time = sorted(
            (row for _, rows in sorted(self.cars.items()) for row in rows), key=lambda row: row.at
        )
        flags = {(one.source, one.id): one for one in flag_reports(by_time, converted)}
        said += self.corrected.untell(sorted(self.flags - flags.keys()), now)
        said += self.corrected.tell(flags, now)
        self.flags = set(flags)
        for note in (*converted.left_out, *converted.odd):
            self.note(note)
        return sorted(said, key=in_time)

    def laps_of(self, entry: str, first: int, now: int, converted: Converted) -> list[Report]:
        """What a car's laps say from one on; a lap hangs on the one before it, and no other."""
        rows = self.cars[entry]
        place = bisect_left(rows, first, key=lambda row: row.lap)
        while place and rows[place - 1].estimated:
            place -= 1
        since = min(first, rows[place].lap) if place < len(rows) else first
        wanted: dict[Key, Report] = {}
        laps: dict[Key, int] = {}
        for at in range(place, len(rows)):
            for report in lap_reports(rows[at], rows[at - 1] if at else None, converted):
                key = report.source, report.id
                wanted[key], laps[key] = report, rows[at].lap
        known = self.of_car.setdefault(entry, {})
        gone = sorted(key for key, lap in known.items() if lap >= since and key not in wanted)
        for key in gone:
            del known[key]
        known.update(laps)
        return [*self.corrected.untell(gone, now), *self.corrected.tell(wanted, now)]

    def scene(self) -> list[Report]:
        """The race and its entry list, where they are new or other than told."""
        try:
            cars = dict(sorted(self.cars.items()))
            reports = list(setting(Path(self.title), self.title, self.rulebook, cars, ()))
        except RecordingRefused as refused:
            self.note(str(refused))
            return []
        return self.corrected.tell({(one.source, one.id): one for one in reports}, 0)

    def note(self, text: str) -> None:
        """Count what was left out or odd, without the number of its line."""
        what = text.partition(": ")[2] if text.startswith("line ") else text
        if what not in self.refused and len(self.refused) >= MOST_REASONS:
            what = "other rows"
        self.refused[what[:100]] += 1


def in_time(report: Report) -> tuple[bool, int]:
    """Where a report stands among others: the scene first, then by time."""
    at = getattr(report.data, "t_us", None)
    return at is not None, at or 0


def cells(line: str, separator: str) -> Sequence[str]:
    """The cells of a line; none where it cannot be read as a row."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def feed(
    where: str, title: str | None = None, rulebook: str = "club/any", every_s: float = 5.0
) -> Feed:
    """The table at a path or an address; a slow lap of a long track takes minutes."""
    link = Growing(where, every_s)
    called = name(title or in_words(Path(link.named.rpartition("/")[2])))
    return Feed("alkamel", link, LiveAlKamel(called, rulebook), silent_after_s=300,
                lost_after_s=86_400)  # fmt: skip
