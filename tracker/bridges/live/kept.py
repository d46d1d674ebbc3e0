"""What a bridge has kept of a feed, as a recording: the same translator hears it once more."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tracker.bridges.converted import Converted, in_order
from tracker.bridges.live.alkamel import LiveAlKamel
from tracker.bridges.live.capture import CONNECTED, HEADING
from tracker.bridges.live.contract import Translator
from tracker.bridges.live.nascar import LiveNascar
from tracker.bridges.live.openf1 import LiveOpenF1
from tracker.bridges.live.rmonitor import LiveRMonitor
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.timing import Crossing

TRANSLATORS: Mapping[str, Callable[[str, int], Translator]] = {
    "rmonitor": lambda title, season: LiveRMonitor(season),
    "nascar": lambda title, season: LiveNascar(season),
    "alkamel": lambda title, season: LiveAlKamel(title),
    "openf1": lambda title, season: LiveOpenF1(),
}
"""Who understands a capture, by the kind it says it is; given a title and a season."""


def convert(
    path: Path, part: str | None = None, season: int = 2000, title: str | None = None
) -> Converted:
    """One race of a capture: that asked for, else the one with the most crossings.

    Raises `RecordingRefused` where the file is no capture, or holds no such race.
    """
    lines = said(path)
    kind, race = heading(path, next(lines, ""))
    translator = TRANSLATORS[kind](title or race, season)
    parts: dict[str, list[Report]] = {}
    for line in lines:
        told = translator.connected() if line.startswith(CONNECTED) else translator.hear(line)
        for one in told:
            parts.setdefault(one.part, []).append(one.report)
    laps = {
        name: sum(isinstance(report.data, Crossing) for report in reports)
        for name, reports in parts.items()
    }
    if not parts or (part is not None and part not in parts):
        counted = ", ".join(f"{name or race!r} ({count} crossings)" for name, count in laps.items())
        what = "no race" if part is None else f"no race {part!r}"
        raise RecordingRefused(path, None, f"holds {what}; there are: {counted or 'none'}")
    chosen = part if part is not None else max(laps, key=lambda name: laps[name])
    converted = Converted(in_order(parts[chosen]))
    refused: Counter[str] = translator.refused
    converted.left_out += [f"{count} × {why}" for why, count in sorted(refused.items())]
    converted.left_out += [
        f"race {name!r} ({count} crossings): another race"
        for name, count in laps.items()
        if name != chosen
    ]
    return converted


def heading(path: Path, line: str) -> tuple[str, str]:
    """The kind of feed and the name of the race; raises `RecordingRefused`."""
    word, _, rest = line.partition(" ")
    kind, _, race = rest.partition(" ")
    if word != HEADING or not race:
        raise RecordingRefused(path, 1, "is no capture of a bridge: want `#capture KIND RACE`")
    if kind not in TRANSLATORS:
        raise RecordingRefused(
            path, 1, f"is a capture of {kind}, which has a command of its own, or none; "
            f"here: {', '.join(TRANSLATORS)}"
        )  # fmt: skip
    return kind, race


def said(path: Path) -> Iterator[str]:
    """The lines of a capture; one that a crash left half written is left out."""
    try:
        with path.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    yield line[:-1].decode("utf-8", "replace")
    except OSError as error:
        raise RecordingRefused(path, None, f"cannot be read: {error.strerror}") from None
