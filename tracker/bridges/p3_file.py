"""What a decoder said, kept by a bridge or by somebody else, as a recording.

Frames come as the bytes themselves, or as hexadecimal digits: one to a line as `tracker bridge p3`
keeps them, or as other people's programs write them, with spaces, `0x`, commas, words before them,
or as the dump of a file.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from tracker.bridges.converted import Converted, in_order
from tracker.bridges.files import LINE_END, content, decoded
from tracker.bridges.p3 import P3, Plan
from tracker.bridges.p3_entries import Entries
from tracker.bridges.p3_frames import Frames
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.timing import Crossing, SourceStatus

KEPT = re.compile(r"(?:\d{1,17} )?(?:[0-9A-Fa-f]{2})+")
"""A line as our bridge keeps it: the microsecond of arrival, if it is known, and a frame."""
PAIR = r"(?:0[xX]|\\x)?[0-9A-Fa-f]{2}"
BETWEEN = r"[\s,:;_\-]*"
FRAME = re.compile(
    rf"(?:0[xX]|\\x)?8[eE](?:{BETWEEN}{PAIR}){{8,4000}}?{BETWEEN}(?:0[xX]|\\x)?8[fF]"
)
PLACE = re.compile(r"[0-9A-Fa-f]{4,10}:?[ \t]+")
"""What a line of a dump begins with: where in the file its bytes are."""
BYTES = re.compile(r"(?:[0-9A-Fa-f]{2}\s*){1,64}")
DIGITS = re.compile(r"(?:0[xX]|\\x)?([0-9A-Fa-f]{2})")


def convert(path: Path, plan: Plan, entries: Entries | None = None) -> Converted:
    """A capture of frames in any of these forms; raises `RecordingRefused`."""
    decoders = P3(plan, entries)
    reports = list(heard(content(path), decoders))
    if not any(isinstance(report.data, Crossing) for report in reports):
        counted = ", ".join(f"{count} × {what}" for what, count in decoders.skipped.most_common(3))
        raise RecordingRefused(
            path, None, "holds no passing: want P3 frames, such as 8e02…8f, as bytes or in "
            f"hexadecimal digits{f'; left out: {counted}' if counted else ''}",
        )  # fmt: skip
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


def heard(raw: bytes, decoders: P3) -> Iterator[Report]:
    """What the frames of a file say, in their order."""
    if b"\x8e\x02" in raw:
        for frame in Frames(decoders.skipped).cut(raw):
            yield from decoders.hear(frame)
        return
    lines = [line.strip() for line in LINE_END.split(decoded(raw))]
    if (dumped := dump(lines)) is not None:
        for frame in Frames(decoders.skipped).cut(dumped):
            yield from decoders.hear(frame)
        return
    across = [digits(frame[0]) for frame in FRAME.finditer("\n".join(lines))]
    if len(across) > sum(len(FRAME.findall(line)) for line in lines):
        lines = across  # frames that begin on one line and end on another
    for line in lines:
        if line.startswith("#connected"):
            yield from decoders.connected()
        elif line and not line.startswith("#"):
            found = [digits(frame[0]) for frame in FRAME.finditer(line)]
            if len(found) < 2 and KEPT.fullmatch(line):
                found = [line]
            for frame in found or [line]:
                yield from decoders.hear(frame)


def dump(lines: list[str]) -> bytes | None:
    """The bytes of a file that was dumped; None where a line in ten is not of a dump."""
    rows = [row(line) for line in lines if line and line != "*"]
    known = [one for one in rows if one is not None]
    return b"".join(known) if known and len(known) * 10 >= len(rows) * 9 else None


def row(line: str) -> bytes | None:
    """The bytes in a line of a dump, without its place before and its letters after them."""
    place = PLACE.match(line)
    if place is None:
        return None
    rest = line[place.end() :].rstrip()
    barred = rest.endswith("|") and ":" not in place[0]
    told = rest.partition("|" if barred else "  ")[0].strip()
    return bytes.fromhex(told) if BYTES.fullmatch(told) else None


def digits(told: str) -> str:
    """The digits alone."""
    return "".join(DIGITS.findall(told)).lower()
