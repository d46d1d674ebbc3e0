"""Viewers of the past: they play segments by the ordinary rule, and remember what they saw."""

import gzip
from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json, to_json

from tracker.judging import consequences_of
from tracker.live.picture import Picture
from tracker.live.picture_of_race import picture
from tracker.live.segments import Segment
from tracker.live.tape import Tape, taped
from tracker.live.viewer import Follower, Step
from tracker.playback import Cut, Player
from tracker.racing.ahead import parted
from tracker.racing.events import Filed
from tracker.racing.fold import fold

RACE = "kansas"


def tape_of(events: Sequence[Filed], *, live: bool = False) -> Tape:
    """The tape of a race of which these events have arrived."""
    race = fold(events)
    believed, _ = parted(sorted(events, key=lambda item: item[:4]))
    return taped(
        believed, race.green_at, live=live, finished=race.finished_at is not None, faults=0
    )


def read(cut: Cut) -> dict[str, Any]:
    """A segment as a viewer gets it, which is as the contract says."""
    body = gzip.decompress(cut.packed)
    Segment.model_validate_json(body)
    segment: dict[str, Any] = from_json(body)
    return segment


def cuts(tape: Tape, player: Player | None = None) -> list[dict[str, Any]]:
    """All segments of a tape, one after the other."""
    player = player or Player(RACE, "e1", None)
    return [read(player.cut(tape, index)) for index in range(tape.segments)]


def seen(segment: dict[str, Any]) -> list[tuple[int, Picture]]:
    """What a viewer holds at each moment of a segment; every message must apply."""
    follower = Follower(RACE)
    assert follower.feed(segment["snapshot"]) is Step.CHANGED
    assert follower.picture is not None
    moments = [(segment["from"], follower.picture)]
    for frame in segment["frames"]:
        for message in frame["messages"]:
            assert follower.feed(message) is Step.CHANGED
        assert segment["from"] < frame["at"] <= segment["to"]
        assert moments[-1][0] < frame["at"]
        moments.append((frame["at"], follower.picture))
    return moments


def then(events: Sequence[Filed], tape: Tape, moment: int) -> Picture:
    """The race as it is when nothing that happened after a moment is known; unjudged."""
    race = fold([item for item in events if item.at - tape.green_at <= moment])
    return unjudged(picture(race, None, consequences_of(race)))


def unjudged(shown: Picture) -> Picture:
    """A picture without the verdicts, as JSON has it."""
    return Picture(
        from_json(to_json(shown.state)),
        from_json(to_json(shown.rows)),
        from_json(to_json(shown.incidents)),
        from_json(to_json(shown.results)),
    )
