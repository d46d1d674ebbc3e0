"""A captured RMonitor stream as a recording: the run asked for, or the one most was heard of."""

import csv
import io
import re
from pathlib import Path

from tracker.bridges.converted import Converted, in_order
from tracker.bridges.files import lines_of
from tracker.bridges.rmonitor import RMonitor
from tracker.bridges.rmonitor_heard import NO_SEASON
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.timing import Crossing

LONGEST_PREFIX = 200
RECORD = re.compile(r"(\$[A-Za-z]{1,6}) *([,;])")
ENDED = re.compile(r"""(?:[\x00-\x1f]|\\r|\\n|(?<=\\n)["'])+$""")
"""What may stand after a record: control characters, or the end of a line as JSON writes it."""


def runs(path: Path, season: int = NO_SEASON) -> tuple[RMonitor, dict[int, list[Report]]]:
    """Every run of a capture with its reports, and the translator after the last line."""
    stream = RMonitor(season)
    found: dict[int, list[Report]] = {}
    for line in lines_of(path):
        reports = stream.feed(plain(line))
        if reports:
            found.setdefault(stream.run, []).extend(reports)
    if reports := stream.end():
        found.setdefault(stream.run, []).extend(reports)
    return stream, found


def plain(line: str) -> str:
    """A line as the stream sent it, without what a program that kept it put around.

    A time or words before it, quotation marks of JSON, control characters, blanks, semicolons.
    """
    if line.startswith("#") or (found := RECORD.search(line, 0, LONGEST_PREFIX)) is None:
        return line
    if found.start() == 0 and found[2] == "," and found[1].isupper() and ", " not in line:
        return line
    told = line[found.start() :].replace('\\"', '"')
    told = ENDED.sub("", told)
    cells = next(csv.reader([told], delimiter=found[2], skipinitialspace=True), [])
    kept = io.StringIO()
    csv.writer(kept, lineterminator="").writerow([cells[0].strip().upper(), *cells[1:]])
    return kept.getvalue()


def convert(path: Path, run: int | None = None, season: int = NO_SEASON) -> Converted:
    """One run of a capture; raises `RecordingRefused` where nobody passed."""
    stream, found = runs(path, season)
    passings = {
        number: sum(isinstance(report.data, Crossing) for report in reports)
        for number, reports in found.items()
    }
    heard = [number for number, count in passings.items() if count]
    if not heard:
        raise RecordingRefused(path, None, "holds no passing: want RMonitor records such as $J")
    chosen = run if run is not None else max(heard, key=lambda number: passings[number])
    if chosen not in found:
        counted = ", ".join(f"{number} ({passings[number]} passings)" for number in heard)
        raise RecordingRefused(path, None, f"has no run {chosen}; there are: {counted}")
    converted = Converted(in_order(found[chosen]))
    converted.left_out += [f"{count} × {what}" for what, count in sorted(stream.skipped.items())]
    converted.left_out += [
        f"run {number} ({passings[number]} passings): another race"
        for number in heard
        if number != chosen
    ]
    converted.odd += [
        f"line {one.line}: $G has car {one.entry} at {one.told / 1e6:.3f} s, $J "
        f"{'nothing' if one.heard is None else f'{one.heard / 1e6:.3f} s'}: {one.why}"
        for one in stream.differences
        if one.run == chosen
    ]
    return converted
