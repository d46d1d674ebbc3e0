"""What every viewer must do with messages, and coming back."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic_core import from_json

from tests.live.fakes import Visit, open_house
from tests.live.pictures import OTHER, RACE, incident, picture
from tracker.errors import RequestRefused
from tracker.live import messages
from tracker.live.changes import compare
from tracker.live.picture import Picture
from tracker.live.viewer import Follower, Step, follow


def snapshot(version: int, shown: Picture, epoch: str = "e1") -> dict[str, Any]:
    return cast("dict[str, Any]", from_json(messages.snapshot(RACE, epoch, version, shown).body))


def told(
    follows: int, version: int, before: Picture, after: Picture, epoch: str = "e1"
) -> list[dict[str, Any]]:
    sent = messages.told(RACE, epoch, follows, version, compare(before, after))
    return [from_json(message.body) for message in sent]


def beat(version: int) -> dict[str, Any]:
    return {"type": "beat", "race": RACE, "version": version, "feed_age_ms": 1200}


def following(version: int = 10) -> Follower:
    """A viewer in step."""
    follower = Follower(RACE)
    follower.feed(snapshot(version, picture()))
    return follower


def test_a_viewer_without_a_picture_asks_for_all_of_it() -> None:
    assert Follower(RACE).request() == {"type": "watch", "race": RACE}


def test_a_viewer_with_a_picture_asks_from_there() -> None:
    request = following().request()
    assert request == {"type": "watch", "race": RACE, "epoch": "e1", "version": 10}


def test_changes_that_follow_are_applied() -> None:
    follower, after = following(), picture(1, "5 24", [incident(1)])
    steps = [follower.feed(message) for message in told(10, 14, picture(), after)]
    assert steps == [Step.CHANGED, Step.CHANGED]
    assert (follower.version, follower.picture) == (14, after)


@pytest.mark.parametrize(("follows", "epoch"), [(9, "e1"), (11, "e1"), (10, "e2")])
def test_a_change_that_does_not_follow_is_left_alone(follows: int, epoch: str) -> None:
    """Old but true is better than new but wrong."""
    follower = following()
    [update] = told(follows, 20, picture(), picture(1), epoch)
    assert follower.feed(update) is Step.ASK
    assert (follower.version, follower.picture) == (10, picture())


def test_one_question_is_enough_for_everything_that_does_not_fit() -> None:
    follower = following()
    [late] = told(12, 13, picture(), picture(1))
    assert follower.feed(late) is Step.ASK
    follower.request()
    assert follower.feed(late) is Step.NOTHING
    assert follower.feed(snapshot(13, picture(1))) is Step.CHANGED
    assert follower.feed(late) is Step.ASK


def test_a_beat_of_another_version_tells_that_something_was_missed() -> None:
    follower = following()
    assert follower.feed(beat(10)) is Step.NOTHING
    assert follower.feed_age_ms == 1200
    assert follower.feed(beat(11)) is Step.ASK


def test_other_races_and_other_messages_are_none_of_its_business() -> None:
    follower = following()
    assert follower.feed(snapshot(11, picture()) | {"race": OTHER}) is Step.NOTHING
    assert follower.feed({"type": "hello", "races": []}) is Step.NOTHING
    assert follower.feed({"type": "pong", "race": RACE}) is Step.NOTHING


@pytest.mark.anyio
async def test_following_a_race(visit: Visit) -> None:
    async with aclosing(cast("Any", follow(visit.ws, RACE))) as race:
        assert (await anext(race)).picture == picture()
        visit.next_lap()
        assert (await anext(race)).picture == picture(1)


@pytest.mark.anyio
async def test_coming_back_to_a_server_that_was_away(page: Path) -> None:
    """Nothing is missed, and what was not missed is not sent again."""
    race: AsyncIterator[Follower]
    async with open_house(page) as first:
        race = follow(first.ws, RACE, chance=lambda: 0)
        follower = await anext(race)
        port = first.port
    async with open_house(page, port=port) as second:
        second.next_lap()
        second.next_lap()
        follower = await anext(race)
        assert (follower.version, follower.picture) == (12, picture(2))
        assert second.hub.counts.answers == {"update": 1}
        await cast("Any", race).aclose()


@pytest.mark.anyio
async def test_staying_away_where_there_is_no_such_race(visit: Visit) -> None:
    with pytest.raises(RequestRefused, match="there is no race 'daytona'"):
        await anext(follow(visit.ws, "daytona"))
