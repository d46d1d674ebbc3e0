"""Who watches the past: each from a moment on, at a speed, and never piled up."""

from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import from_json
from websockets.asyncio.client import connect

from tests.live.fakes import FakeScoring, Visit, told, until
from tests.live.pictures import RACE, RecordingViewer, picture
from tests.playing import tape_of, then, unjudged
from tests.racing.story import Story
from tests.test_playback import mistaken
from tracker.errors import RequestRefused
from tracker.live import replays, wire
from tracker.live.channel import PATIENCE
from tracker.live.hub import Hub
from tracker.live.packed import Packed
from tracker.live.replays import Replays
from tracker.live.strips import Strip
from tracker.live.viewer import Follower, Step

pytestmark = pytest.mark.anyio

SECOND = 1_000_000


class Stand:
    """A race of five laps so far, its present at e1:10, and a clock that the test moves."""

    def __init__(self, story: Story | None = None, most: int = 10) -> None:
        self.now = 100.0
        self.hub = Hub()
        self.hub.publish(RACE, "e1", 10, picture(5))
        self.scoring = FakeScoring()
        self.story = story or told()
        self.happens(self.story)
        self.replays = Replays(self.hub, self.scoring, most, lambda: self.now)

    def happens(self, story: Story, *, live: bool = True) -> None:
        """The race goes on, or something is told late."""
        self.scoring.taped = tape_of(story.filed, live=live)

    async def ready(self) -> None:
        """Wait until everybody has what it is to be shown."""
        await until(lambda: not self.replays.looking_up)

    async def comes(self, speed: float = 1, **at: int) -> RecordingViewer:
        """A viewer who watches from a moment on."""
        viewer = RecordingViewer()
        self.replays.watch(viewer, RACE, wire.At(**at), speed)
        await self.ready()
        return viewer

    async def later(self, seconds: float) -> None:
        """Time passes, and everybody is shown what has come since."""
        self.now += seconds
        self.replays.tick()
        await self.ready()


async def test_the_past_has_its_moment_and_an_epoch_of_its_own() -> None:
    stand = Stand()
    viewer = await stand.comes(lap=2)
    [snapshot] = viewer.take()
    assert (snapshot["type"], snapshot["moment"], snapshot["state"]["lap"]) == (
        "snapshot", 60 * SECOND, 2,
    )  # fmt: skip
    assert snapshot["epoch"] == "e1/past"
    assert stand.hub.viewers == 0
    await stand.later(1.0)
    [update] = viewer.take()
    assert update["follows"] == snapshot["version"]
    assert 60 * SECOND < update["moment"] <= 61 * SECOND


async def test_it_goes_at_the_speed_asked_for() -> None:
    stand = Stand()
    slow, fast = await stand.comes(time=0, speed=0.5), await stand.comes(time=0, speed=10)
    still = await stand.comes(time=61 * SECOND, speed=0)
    for viewer in (slow, fast, still):
        viewer.take()
    await stand.later(10)
    stand.replays.beat()
    assert [viewer.take()[-1]["moment"] for viewer in (slow, fast, still)] == [
        5 * SECOND, 100 * SECOND, 61 * SECOND,
    ]  # fmt: skip


@given(
    st.integers(-5, 150),
    st.floats(0, 50),
    st.lists(st.tuples(st.floats(0, 20), st.booleans()), min_size=1, max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_speed_and_the_connection_what_is_seen_is_what_was(
    start: int, speed: float, going: list[tuple[float, bool]]
) -> None:
    """In one piece or in many, across minutes, behind or in step: the race as it was then."""

    async def watched() -> None:
        stand, follower = Stand(), Follower(RACE)
        tape = stand.scoring.taped
        viewer = await stand.comes(time=start * SECOND, speed=speed)
        for seconds, full in [(0.0, False), *going]:
            viewer.full = full
            await stand.later(seconds)
            if viewer.closed:
                assert viewer.full
                return
            stand.replays.beat()
            for message in viewer.take():
                assert follower.feed(message) is not Step.ASK
            if follower.epoch == "e1":
                assert stand.replays.viewers == 0
                return
            assert follower.picture is not None
            if not full:
                [replay] = stand.replays._replays.values()
                assert replay.place is not None
                assert unjudged(follower.picture) == then(
                    stand.story.filed, tape, replay.place.moment
                )

    anyio.run(watched)


async def test_who_catches_up_goes_on_live() -> None:
    stand = Stand()
    viewer = await stand.comes(time=140 * SECOND, speed=5)
    viewer.take()
    await stand.later(3)
    [snapshot] = viewer.take()
    assert (snapshot["epoch"], snapshot["version"]) == ("e1", 10)
    assert "moment" not in snapshot
    assert (stand.replays.viewers, stand.hub.viewers) == (0, 1)
    stand.hub.publish(RACE, "e1", 11, picture(6))
    assert viewer.kinds() == ["update"]


async def test_who_is_full_gets_one_piece_once_there_is_room() -> None:
    stand = Stand()
    viewer = await stand.comes(time=0)
    viewer.take()
    viewer.full = True
    for _ in range(5):
        await stand.later(1.9)
        assert viewer.take() == []
    viewer.full = False
    await stand.later(81)
    *_, update = told = viewer.take()
    assert [message["type"] for message in told] == ["verdicts", "update"]
    assert update["state"]["lap"] == 3


async def test_who_stays_full_is_sent_off() -> None:
    stand = Stand()
    viewer = await stand.comes(time=0)
    viewer.full = True
    await stand.later(1)
    await stand.later(PATIENCE)
    assert viewer.closed == [wire.CLOSE_BEHIND]
    assert stand.replays.viewers == 0


async def test_a_race_that_goes_on_is_followed_at_a_distance() -> None:
    """Ten seconds behind: the minute that is growing is asked for again as it grows."""
    stand, viewer = Stand(told(3)), RecordingViewer()
    follower = Follower(RACE)
    stand.replays.watch(viewer, RACE, wire.At(time=80 * SECOND), 1)
    await stand.ready()
    for lap in range(4, 8):
        stand.story = told(lap)
        stand.happens(stand.story)
        await stand.later(30)
        for message in viewer.take():
            assert follower.feed(message) is Step.CHANGED
        assert follower.picture is not None
        assert follower.epoch == "e1/past"
        moment = (80 + 30 * (lap - 3)) * SECOND
        assert unjudged(follower.picture) == then(stand.story.filed, stand.scoring.taped, moment)


async def test_what_is_told_late_of_a_minute_is_seen_by_who_stands_in_it() -> None:
    stand = Stand()
    viewer = await stand.comes(time=62 * SECOND, speed=0)
    follower = Follower(RACE)
    [snapshot] = viewer.take()
    follower.feed(snapshot)
    stand.happens(stand.story.retires("5", 61.5))
    await stand.later(1)
    for message in viewer.take():
        assert follower.feed(message) is Step.CHANGED
    assert follower.picture is not None
    assert follower.picture.rows["5"]["status"] == "retired"


@pytest.mark.parametrize("steps", [1, 5, 40])
async def test_an_incident_that_was_none_goes_whatever_the_steps(steps: int) -> None:
    """No message withdraws one: a whole picture comes, alone or for all that was passed."""
    stand = Stand(mistaken())
    viewer, follower = await stand.comes(time=25 * SECOND), Follower(RACE)
    shown: list[bool] = []
    for _ in range(steps + 1):
        for message in viewer.take():
            assert follower.feed(message) is Step.CHANGED
        assert follower.picture is not None
        shown.append(bool(follower.picture.incidents))
        await stand.later(30 / steps)
    assert (shown[0], shown[-1]) == (True, False)
    assert follower.picture is not None
    assert unjudged(follower.picture) == then(stand.story.filed, stand.scoring.taped, 55 * SECOND)


async def test_there_is_room_for_so_many() -> None:
    stand = Stand(most=1)
    viewer = await stand.comes(time=0)
    with pytest.raises(RequestRefused) as refused:
        await stand.comes(time=0)
    assert refused.value.close_code == wire.CLOSE_BEHIND
    stand.replays.watch(viewer, RACE, wire.At(lap=3), 1)
    stand.replays.leave(viewer)
    assert stand.replays.viewers == 0
    await stand.comes(time=0)


async def test_a_fault_sends_one_viewer_off_and_no_other() -> None:
    stand = Stand()
    well = await stand.comes(time=0)
    whole = stand.scoring.taped
    stand.scoring.taped = tape_of([])
    stand.scoring.fault_in_segment = ZeroDivisionError()
    ill = RecordingViewer()
    stand.replays.watch(ill, RACE, wire.At(time=120 * SECOND), 1)
    await stand.ready()
    stand.scoring.fault_in_segment, stand.scoring.taped = None, whole
    assert ill.closed == [wire.CLOSE_BEHIND]
    await stand.later(31)
    assert 1 in [message["state"].get("lap") for message in well.take()]


# ------------------------------------------------------------------ over real connections


async def heard(connection: Any) -> Any:
    text = await connection.recv()
    wire.SERVER_MESSAGES.validate_json(text)
    return from_json(text)


async def test_rewind_while_live_and_back(visit: Visit) -> None:
    """Live, then the third lap, then live again."""
    async with connect(visit.ws) as viewer:
        await heard(viewer)
        live = f'{{"type":"watch","race":"{RACE}"}}'
        await viewer.send(live)
        assert (await heard(viewer))["epoch"] == "e1"
        await viewer.send(live[:-1] + ',"at":{"lap":3},"speed":0}')
        past = await heard(viewer)
        assert (past["epoch"], past["state"]["lap"]) == ("e1/past", 3)
        visit.next_lap()
        await viewer.send(live[:-1] + ',"at":{"time":30000000},"speed":5}')
        past = await heard(viewer)
        assert (past["type"], past["state"]["lap"]) == ("snapshot", 1)
        assert (await heard(viewer))["epoch"] == "e1/past"
        await viewer.send(live)
        while (message := await heard(viewer))["epoch"] != "e1":
            pass
        assert (message["type"], message["version"]) == ("snapshot", 11)


@pytest.mark.parametrize(
    "asked",
    [
        '"at":{}',
        '"at":{"lap":1,"time":5}',
        '"at":{"lap":-1}',
        '"at":{"lap":1.5}',
        '"at":{"lap":1},"speed":51',
        '"at":{"lap":1},"speed":-1',
        '"at":{"lap":1},"speed":NaN',
        '"at":7',
    ],
)
async def test_a_moment_that_makes_no_sense_is_refused(standing: Visit, asked: str) -> None:
    async with connect(standing.ws) as viewer:
        await heard(viewer)
        await viewer.send(f'{{"type":"watch","race":"{RACE}",{asked}}}')
        refused = await heard(viewer)
        assert (refused["type"], refused["code"]) == ("error", wire.CLOSE_BAD_MESSAGE)


async def test_one_picture_of_a_moment(standing: Visit) -> None:
    response = await standing.web.get(f"/api/races/{RACE}?lap=3")
    shown = response.json()
    wire.SERVER_MESSAGES.validate_json(response.content)
    assert (shown["state"]["lap"], shown["moment"]) == (3, 90 * SECOND)
    tag = {"If-None-Match": response.headers["etag"]}
    again = await standing.web.get(f"/api/races/{RACE}?time={90 * SECOND}", headers=tag)
    assert again.status_code == 304
    both = await standing.web.get(f"/api/races/{RACE}?lap=3&time=5")
    assert both.status_code == 422
    assert "one way" in both.json()["error"]


async def test_the_past_as_server_sent_events(standing: Visit) -> None:
    path = f"/api/races/{RACE}/stream?lap=4&speed=50"
    epochs: list[str] = []
    async with standing.web.stream("GET", path) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                wire.SERVER_MESSAGES.validate_json(line[6:])
                epochs.append(from_json(line[6:])["epoch"])
                if epochs[-1] == "e1":
                    break
    assert epochs[0] == "e1/past"
    await until(lambda: standing.hub.viewers == 0)


async def test_viewers_in_more_minutes_than_are_kept_open_open_each_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else hundreds of them, each in a minute of its own, would leave time for nothing else."""
    monkeypatch.setattr(replays, "MOST_STRIPS", 1)
    opened: list[int] = []
    opening = Strip.opened

    def counted(packed: Packed) -> Strip:
        strip = opening(packed)
        opened.append(strip.index)
        return strip

    monkeypatch.setattr(Strip, "opened", counted)
    stand = Stand()
    viewers = [await stand.comes(time=minute * 60 * SECOND + 1) for minute in range(3)]
    for _ in range(5):
        await stand.later(1.0)
    assert opened == [0, 1, 2]
    assert [viewer.take()[0]["moment"] for viewer in viewers] == [1, 60_000_001, 120_000_001]
