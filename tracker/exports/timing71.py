"""A race as a replay for Timing71: a zip of key frames and of what changed each second.

Written from the published description of the format (manifest, state, frames named by the second
they are of). The replay shows the race as it is known now, corrections in place; what arrived late
is where it belongs.
"""

import json
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tracker.exports.changes import Shorter, changes
from tracker.exports.frames import MOST_MESSAGES, Teller
from tracker.feed.envelope import FedEvent, SessionSetupEvent, UnknownEvent
from tracker.feed.translate import translate
from tracker.live.picture_of_race import picture
from tracker.racing.events import UNTIMED, Filed
from tracker.racing.fold import Fold
from tracker.racing.race import Race

SECOND = 1_000_000
KEY_FRAME_EVERY = 60
"""Frames from one whole state to the next: who seeks applies no more changes than this."""

NOON_S = 12 * 3600
"""Where no event says what time of day it was, the race began at noon."""


@dataclass(slots=True)
class Written:
    """What an export has written."""

    frames: int = 0
    key_frames: int = 0
    seconds: int = 0
    """From the first frame to the last."""
    manifest: Mapping[str, Any] = field(default_factory=dict)


def write(
    events: Sequence[FedEvent | UnknownEvent],
    path: Path,
    told: Callable[[float], None] = lambda _: None,
) -> Written:
    """Write a replay, whole or not at all; `told` hears which share of the race is done."""
    written = Written()
    beside = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
            put_frames(packed, events, written, told)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return written


def put_frames(
    packed: zipfile.ZipFile,
    events: Sequence[FedEvent | UnknownEvent],
    written: Written,
    told: Callable[[float], None],
) -> None:
    """Every frame in its turn; only the one before is kept."""
    filed = in_their_places(events)
    zero = unix_zero(events, filed)
    before: Mapping[str, Any] | None = None
    teller: Teller | None = None
    for second, race, share in by_second(filed):
        if teller is None:
            teller = Teller(zero, any(item.classes for item in race.cars.values()))
        shown = teller.state(second, picture(race))
        changed = None if written.frames % KEY_FRAME_EVERY == 0 else difference(before, shown)
        name = f"{max(0, zero + second):011}{'' if changed is None else 'i'}.json"
        put(packed, name, shown if changed is None else changed)
        written.frames += 1
        written.key_frames += changed is None
        before = shown
        written.seconds += second - (teller.second if teller.second is not None else second)
        teller.second = second
        told(share)
        written.manifest = teller.manifest(race)
    put(packed, "manifest.json", written.manifest)


def difference(before: Mapping[str, Any] | None, shown: Mapping[str, Any]) -> dict[str, Any] | None:
    """A frame of what changed; None where only a whole one will do."""
    if before is None:
        return None
    try:
        told = {key: list(changes(before[key], shown[key])) for key in ("cars", "session")}
    except Shorter:
        return None
    return {**told, "messages": new_messages(before, shown), "highlight": shown["highlight"]}


def new_messages(before: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Any]:
    """Messages that the frame before did not have; the newest stand first."""
    count = shown["said"] - before["said"]
    return list(shown["messages"][: min(count, MOST_MESSAGES)])


def put(packed: zipfile.ZipFile, name: str, value: Mapping[str, Any]) -> None:
    """A document in the zip; without a time stamp, so that the same race makes the same bytes."""
    kept = {key: said for key, said in value.items() if key != "said"}
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(entry, json.dumps(kept, ensure_ascii=False, separators=(",", ":")))


def in_their_places(events: Iterable[FedEvent | UnknownEvent]) -> list[Filed]:
    """The events in the order of the fold; a repeat of source and id counts once."""
    seen: set[tuple[str, str]] = set()
    placed = []
    for event in events:
        item = None if (event.source, event.id) in seen else translate(event)
        seen.add((event.source, event.id))
        if item is not None:
            placed.append(item)
    return sorted(placed, key=lambda item: item[:4])


def by_second(filed: Sequence[Filed]) -> Iterator[tuple[int, Race, float]]:
    """The race at the end of each second in which something happened; and the share that is done.

    Seconds of the timing clock. What has no time is there from the first.
    """
    fold = Fold()
    timed = [item for item in filed if item.at != UNTIMED]
    for item in filed[: len(filed) - len(timed)]:
        fold.take(item)
    for place, item in enumerate(timed):
        fold.take(item)
        second = math.ceil(item.at / SECOND)
        following = timed[place + 1] if place + 1 < len(timed) else None
        if following is None or math.ceil(following.at / SECOND) > second:
            yield second, fold.result(), (place + 1) / len(timed)


def unix_zero(events: Sequence[FedEvent | UnknownEvent], filed: Sequence[Filed]) -> int:
    """The Unix second in which the timing clock stood at zero.

    By the first event that tells both times; else by the day of the race, at noon for the first.
    """
    for event in events:
        at = getattr(getattr(event, "data", None), "t_us", None)
        if event.time is not None and isinstance(at, int):
            try:
                moment = datetime.fromisoformat(event.time)
            except ValueError:
                continue
            return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()) - at // SECOND
    setups = [event.data for event in events if isinstance(event, SessionSetupEvent)]
    day = datetime(2000, 1, 1, tzinfo=UTC)
    if setups:
        day = datetime(setups[0].season, 1, 1, tzinfo=UTC)
        if setups[0].date is not None:
            day = datetime.fromisoformat(setups[0].date).replace(tzinfo=UTC)
    first = next((item.at for item in filed if item.at != UNTIMED), 0)
    return int(day.timestamp()) + NOON_S - first // SECOND
