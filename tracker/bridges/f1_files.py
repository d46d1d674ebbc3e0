"""Recorded Formula 1 live timing as a recording of ours; four forms of it are known.

- The archive: a folder with a file for each topic, `TimingData.jsonStream`, whose lines are a
  time since the recording began, followed by JSON.
- `subscribe.json`, the full state, and `live.jsonl` (or `live.txt`), a message to a line, with
  its type, its JSON and its time; as undercut-f1 writes them.
- One file of `[topic, data, time]` to a line, as Fast-F1 writes it: in JSON, or as Python prints
  lists, which is read as literals and never run.
- What our own bridge keeps: the hub's records as they came. Of several sessions in one file, the
  one with most messages is taken.

All is known here, so crossings stand where everything that was told puts them: nothing is retimed.
"""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.bridges.converted import Converted, in_order
from tracker.bridges.f1 import TOPICS, LiveTiming
from tracker.bridges.f1_crossing import crossing, crossing_id
from tracker.bridges.f1_setting import WHICH, scheduled_start, utc_us
from tracker.bridges.f1_state import part, topic_of
from tracker.bridges.files import content, document, lines_of, microseconds
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction
from tracker.feed.setting import SessionSetup
from tracker.feed.timing import Crossing

STAMPED = re.compile(r"\ufeff?(\d{1,3}:\d\d:\d\d(?:\.\d+)?)(.*)", re.DOTALL)
STREAM = ".jsonStream"
"""What the archive calls the file of a topic."""
MARKS = "\ufeff \t\x00"
LONGEST_LINE = 4 * 1024 * 1024
"""Characters of a line, at most; a full state of everything is a tenth of that."""


WHOLE = ""
"""Stands for the topic of a full state."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a recorded stream."""

    at: int
    topic: str
    data: Any


@dataclass(slots=True)
class Recorded:
    """A recorded stream: what began it, what followed, what could not be read."""

    messages: list[Message] = field(default_factory=list)
    began: Any = None
    """The full state, where the recording has one."""
    epoch: int | None = None
    lines: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Lines that are no message, by file and why."""
    unread: Counter[str] = field(default_factory=Counter)
    """Messages of topics that say nothing of the race: counted, and not looked into."""


def convert(path: Path) -> Converted:
    """The session as reports in time order; raises `RecordingRefused` where it is another thing."""
    stream, reports, recorded = translated(path)
    converted = Converted(in_order(settled(stream, reports)))
    converted.left_out += [f"{count} × {what}" for what, count in sorted(recorded.refused.items())]
    for counted in (stream.refused, stream.control.unread, stream.line.unread):
        converted.left_out += [f"{count} × {what}" for what, count in sorted(counted.items())]
    unread = recorded.unread + Counter(
        {topic: n for topic, n in stream.messages.items() if topic not in TOPICS}
    )
    converted.left_out += [
        f"{count} × {topic}: nothing more of the race in it"
        for topic, count in sorted(unread.items())
    ]
    converted.odd += stream.line.odd
    return converted


def title(converted: Converted) -> str:
    """What the session may be called: `f1 2018 Azerbaijan Grand Prix`."""
    for report in converted.reports:
        if isinstance(report.data, SessionSetup):
            return f"f1 {report.data.season} {report.data.name}"
    return "f1"


def translated(path: Path) -> tuple[LiveTiming, list[Report], Recorded]:
    """The stream with everything heard, what it said in the order it said it, and the recording."""
    recorded = read(path)
    stream = LiveTiming(recorded.epoch)
    reports: list[Report] = []
    if recorded.began is not None:
        first = recorded.messages[0].at if recorded.messages else 0
        reports += stream.whole(recorded.began, first)
    for message in recorded.messages:
        if message.topic == WHOLE:
            reports += stream.whole(message.data, message.at)
        else:
            reports += stream.heard(message.topic, message.data, message.at)
    reports += stream.end(recorded.messages[-1].at if recorded.messages else 0)
    if not any(isinstance(report.data, Crossing) for report in reports):
        raise RecordingRefused(path, None, "nobody completed a lap: want TimingData of a race")
    return stream, reports, recorded


def settled(stream: LiveTiming, reports: list[Report]) -> Iterator[Report]:
    """The reports with every crossing at the time it was found to have in the end."""
    last = {crossing_id(one): one for car in stream.line.cars.values() for one in car.crossings}
    for report in reports:
        if isinstance(report.data, Crossing):
            yield crossing(last[report.id], report.data.pit)
        elif not (isinstance(report.data, Correction) and report.data.op == "retime"):
            yield report


def read(path: Path) -> Recorded:
    """The messages of a recorded stream in the order they came."""
    if path.is_file() and STREAM not in path.name:
        return lists(path)
    path = path.parent if path.is_file() else path  # one topic of many, which lie beside it
    if streams := streams_in(path):
        return archive(streams)
    if (path / "subscribe.json").is_file():
        return snapshot_and_lines(path)
    below = sorted({one.parent for one in path.glob("*/*.jsonStream*")})
    races = [one for one in below if one.name.endswith("_Race")]
    if len(races) == 1 or len(below) == 1:
        return archive(streams_in((races or below)[0]))
    there = f"; of its folders name one: {', '.join(map(str, below[:6]))}" if below else ""
    raise RecordingRefused(
        path, None, f"holds neither *.jsonStream nor subscribe.json with live.jsonl{there}"
    )


def streams_in(folder: Path) -> list[Path]:
    """The topics of a folder, packed or not."""
    return [one for ending in ("", ".gz") for one in sorted(folder.glob(f"*{STREAM}{ending}"))]


def archive(streams: list[Path]) -> Recorded:
    """A file for each topic."""
    recorded = Recorded()
    found: list[tuple[int, int, Message]] = []
    topics = {file.name.removesuffix(".gz").removesuffix(".jsonStream") for file in streams}
    for file in streams:
        topic = file.name.removesuffix(".gz").removesuffix(".jsonStream")
        known = topic_of(topic)[0]
        if known not in TOPICS or (known != topic and known in topics):
            # Telemetry, weather; or what another topic tells under its newer name as well.
            recorded.unread[topic.removesuffix(".z")] += lines_in(file)
            continue
        # The timing last: what is told at the same moment sets the scene for it.
        rank = len(TOPICS) if known == "TimingData" else TOPICS[::-1].index(known)
        before: set[str] = set()
        for number, line in enumerate(lines_of(file), start=1):
            if not line.strip(MARKS):
                continue
            recorded.lines += 1
            if (said := line.strip(MARKS)) in before:
                refuse(recorded, file, number, "told before, to the letter")
                continue
            before.add(said)
            stamped = STAMPED.fullmatch(line)
            at = microseconds(stamped.group(1)) if stamped else None
            if stamped is None or at is None:
                refuse(recorded, file, number, "no time stamp")
                continue
            data = parsed(recorded, file, number, stamped.group(2))
            if data is not None:
                found.append((at, rank, Message(at, topic, data)))
    found.sort(key=lambda row: row[:2])
    recorded.messages = [message for _, _, message in found]
    return recorded


def lines_in(file: Path) -> int:
    """How many messages a topic has that is not read; telemetry is the bulk of an archive."""
    try:
        return sum(bool(line.strip()) for line in content(file).split(b"\n"))
    except RecordingRefused:
        return 1  # too large even to be counted, and nothing of the race in it


def snapshot_and_lines(folder: Path) -> Recorded:
    """A full state, and the messages after it."""
    began = document(folder / "subscribe.json")
    began = part(began, "R") or part(began, "result") or began
    recorded = Recorded(began=began)
    recorded.epoch = scheduled_start(part(began, "SessionInfo")) or 0
    file = next((folder / n for n in ("live.jsonl", "live.txt") if (folder / n).is_file()), None)
    if file is None:
        raise RecordingRefused(folder, None, "holds subscribe.json and no live.jsonl")
    for number, line in enumerate(lines_of(file), start=1):
        if not line.strip():
            continue
        recorded.lines += 1
        told = parsed(recorded, file, number, line)
        if not isinstance(told, dict):
            if told is not None:
                refuse(recorded, file, number, "not an object")
            continue
        fields = {key.casefold(): value for key, value in told.items()}
        add(recorded, file, number, fields.get("type"), fields.get("json"), fields.get("datetime"))
    return recorded


def lists(file: Path) -> Recorded:
    """One file: a topic, its data and a time to a line, or a hub's record."""
    recorded = Recorded(epoch=0)
    for number, line in enumerate(lines_of(file), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        recorded.lines += 1
        told = parsed(recorded, file, number, line.strip(), literal=True)
        if isinstance(told, dict) and told.get("type") == 1:
            told = told.get("arguments")
        if isinstance(told, list) and len(told) >= 3:
            add(recorded, file, number, *told[:3])
        elif isinstance(part(told, "result"), dict):
            state = told["result"]
            add(recorded, file, number, WHOLE, state, part(state, "Heartbeat", "Utc"))
        elif told is not None and part(told, "type") not in (3, 6, 7):
            refuse(recorded, file, number, "not a topic, its data and a time")
    if not recorded.messages:
        raise RecordingRefused(file, None, "holds no message: want [topic, data, time] to a line")
    most = max(sessions(recorded.messages), key=len)
    if len(most) < len(recorded.messages):
        others = len(recorded.messages) - len(most)
        recorded.refused[f"{file.name}: a message of another session"] = others
    info = next(filter(None, map(described, most)), None)
    recorded.epoch = scheduled_start(info) or most[0].at
    recorded.messages = [Message(m.at - recorded.epoch, m.topic, m.data) for m in most]
    return recorded


def described(message: Message) -> Any:
    """The session as a message describes it; None where it does not."""
    if message.topic == WHOLE:
        return part(message.data, "SessionInfo")
    return message.data if message.topic == "SessionInfo" else None


def sessions(messages: list[Message]) -> list[list[Message]]:
    """The messages of each session: another begins where another is described."""
    found: list[list[Message]] = [[]]
    known: dict[str, Any] = {}
    for message in messages:
        told = {key: part(described(message), key) for key in WHICH}
        told = {key: value for key, value in told.items() if value is not None}
        if any(known.get(key, value) != value for key, value in told.items()):
            found.append([])
            known = {}
        known |= told
        found[-1].append(message)
    return found


def add(recorded: Recorded, file: Path, number: int, topic: Any, data: Any, time: Any) -> None:
    """A message with its moment in UTC."""
    at = utc_us(time)
    if not isinstance(topic, str) or at is None:
        # A full state may have no time of its own.
        if isinstance(topic, str) and recorded.messages:
            at = recorded.messages[-1].at + (recorded.epoch or 0)
        else:
            refuse(recorded, file, number, "no topic or no time")
            return
    recorded.messages.append(Message(at - (recorded.epoch or 0), topic, data))


def parsed(recorded: Recorded, file: Path, number: int, told: str, literal: bool = False) -> Any:
    """The JSON of a line; None, and the line counted, where it is none."""
    if len(told) > LONGEST_LINE:
        refuse(recorded, file, number, "a line too long")
        return None
    try:
        return json.loads(told)
    except (ValueError, RecursionError):
        pass
    if literal:
        try:
            return ast.literal_eval(told)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            pass
    refuse(recorded, file, number, "not JSON")
    return None


def refuse(recorded: Recorded, file: Path, number: int, why: str) -> None:
    """Count a line that is no message."""
    recorded.refused[f"{file.name}: {why}"] += 1
