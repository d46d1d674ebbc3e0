"""What a decoder said, kept by a bridge or by somebody else, as a recording."""

from pathlib import Path

from tracker.bridges.converted import Converted, in_order
from tracker.bridges.files import lines_of
from tracker.bridges.p3 import P3, Plan
from tracker.bridges.p3_entries import Entries
from tracker.errors import RecordingRefused
from tracker.feed.timing import Crossing, SourceStatus


def convert(path: Path, plan: Plan, entries: Entries | None = None) -> Converted:
    """A capture of frames, each a line of hexadecimal digits; raises `RecordingRefused`."""
    decoders = P3(plan, entries)
    reports = []
    for line in lines_of(path):
        if line.startswith("#connected"):
            reports += decoders.connected()
        elif line.strip() and not line.startswith("#"):
            reports += decoders.hear(line.strip())
    if not any(isinstance(report.data, Crossing) for report in reports):
        raise RecordingRefused(path, None, "holds no passing: want P3 frames, such as 8e02…8f")
    return Converted(
        in_order(report for report in reports if not isinstance(report.data, SourceStatus)),
        [f"{count} × {what}" for what, count in sorted(decoders.skipped.items())],
        [
            problem
            for report in reports
            if isinstance(report.data, SourceStatus)
            for problem in report.data.problems
        ],
    )
