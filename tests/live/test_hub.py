"""Who is told what: in step, behind, come back, at another epoch, in another race."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.live.pictures import OTHER, RACE, RecordingViewer, incident, picture, results
from tracker.errors import RequestRefused
from tracker.live import wire
from tracker.live.channel import PATIENCE, Answer
from tracker.live.hub import Hub
from tracker.live.picture import Picture
from tracker.live.ring import RING_SIZE
from tracker.live.viewer import Follower, Step


def hub_with(shown: Picture | None = None, version: int = 10) -> Hub:
    """A hub with one race on the air."""
    hub = Hub()
    hub.publish(RACE, "e1", version, shown or picture())
    return hub


def watching(hub: Hub, race: str = RACE) -> RecordingViewer:
    """A viewer in step, its snapshot already looked at."""
    viewer = RecordingViewer()
    assert hub.watch(viewer, race) is Answer.SNAPSHOT
    viewer.sent.clear()
    return viewer


def test_a_new_viewer_gets_the_whole_picture() -> None:
    hub = hub_with(picture(12, incidents=[incident(1)]))
    viewer = RecordingViewer()
    hub.watch(viewer, RACE)
    [snapshot] = viewer.take()
    assert (snapshot["type"], snapshot["epoch"], snapshot["version"]) == ("snapshot", "e1", 10)
    assert list(snapshot["rows"]) == ["24", "5", "9"]
    assert list(snapshot["incidents"]) == ["1"]


def test_viewers_in_step_get_one_and_the_same_message() -> None:
    """Encoded once: the very object, not an equal one."""
    hub = hub_with()
    first, second = watching(hub), watching(hub)
    hub.publish(RACE, "e1", 11, picture(1))
    assert first.sent[0] is second.sent[0]
    [update] = first.take()
    assert (update["follows"], update["version"], update["state"]["lap"]) == (10, 11, 1)


def test_a_new_version_without_visible_change_is_told_too() -> None:
    hub = hub_with()
    viewer = watching(hub)
    hub.publish(RACE, "e1", 12, picture())
    [update] = viewer.take()
    assert (update["follows"], update["version"]) == (10, 12)
    assert update["state"] == update["rows"] == {}


def test_the_same_version_again_is_silence() -> None:
    hub = hub_with()
    viewer = watching(hub)
    hub.publish(RACE, "e1", 10, picture())
    assert viewer.take() == []


def test_incidents_and_results_come_before_the_update_that_moves_the_version() -> None:
    hub = hub_with()
    viewer = watching(hub)
    hub.publish(RACE, "e1", 15, picture(1, incidents=[incident(1)], result=results()))
    sent = viewer.take()
    assert [message["type"] for message in sent] == ["incident", "results", "update"]
    assert [message["follows"] for message in sent] == [10, 10, 10]
    assert [message["version"] for message in sent] == [10, 10, 15]


def test_a_viewer_cut_off_after_an_incident_gets_it_again() -> None:
    hub = hub_with()
    viewer = watching(hub)
    follower = Follower(RACE)
    hub.watch(viewer, RACE)
    follower.feed(viewer.take()[0])
    after = picture(1, incidents=[incident(1)])
    hub.publish(RACE, "e1", 15, after)
    told = viewer.take()[0]
    assert follower.feed(told) is Step.CHANGED
    hub.leave(viewer)

    again = RecordingViewer()
    assert hub.watch(again, RACE, follower.epoch, follower.version) is Answer.UPDATE
    sent = again.take()
    assert [message["type"] for message in sent] == ["incident", "update"]
    for message in sent:
        follower.feed(message)
    assert follower.picture == after


def test_who_missed_nothing_gets_a_beat() -> None:
    hub = hub_with()
    viewer = RecordingViewer()
    assert hub.watch(viewer, RACE, "e1", 10) is Answer.NOTHING_MISSED
    assert [(m["type"], m["version"]) for m in viewer.take()] == [("beat", 10)]


def test_who_comes_back_gets_what_was_missed_squashed() -> None:
    hub = hub_with()
    for lap in range(1, 6):
        hub.publish(RACE, "e1", 10 + lap, picture(lap))
    viewer = RecordingViewer()
    assert hub.watch(viewer, RACE, "e1", 12) is Answer.UPDATE
    [update] = viewer.take()
    assert (update["follows"], update["version"], update["state"]["lap"]) == (12, 15, 5)


@pytest.mark.parametrize(
    ("epoch", "version"),
    [("e0", 10), ("e1", 9), ("e1", 99), ("e1", None), (None, 10), (None, None)],
)
def test_who_cannot_be_brought_up_to_date_gets_a_snapshot(
    epoch: str | None, version: int | None
) -> None:
    viewer = RecordingViewer()
    assert hub_with().watch(viewer, RACE, epoch, version) is Answer.SNAPSHOT


def test_who_was_away_longer_than_the_ring_gets_a_snapshot() -> None:
    hub = hub_with()
    for lap in range(1, RING_SIZE + 2):
        hub.publish(RACE, "e1", 10 + lap, picture(lap))
    assert hub.watch(RecordingViewer(), RACE, "e1", 10) is Answer.SNAPSHOT
    assert hub.watch(RecordingViewer(), RACE, "e1", 11) is Answer.UPDATE


def test_another_epoch_is_a_snapshot_for_everybody() -> None:
    """The journal was replaced: the same version means something else."""
    hub = hub_with()
    viewer = watching(hub)
    hub.publish(RACE, "e2", 3, picture(7))
    [snapshot] = viewer.take()
    assert (snapshot["type"], snapshot["epoch"], snapshot["version"]) == ("snapshot", "e2", 3)
    assert hub.watch(RecordingViewer(), RACE, "e1", 10) is Answer.SNAPSHOT


def test_an_incident_withdrawn_is_a_snapshot_for_everybody() -> None:
    """No message says "it never happened"."""
    hub = hub_with(picture(incidents=[incident(1)]))
    viewer = watching(hub)
    hub.publish(RACE, "e1", 11, picture())
    [snapshot] = viewer.take()
    assert snapshot["incidents"] == {}
    hub.publish(RACE, "e1", 12, picture(1))
    assert viewer.kinds() == ["update"]
    assert hub.watch(RecordingViewer(), RACE, "e1", 10) is Answer.SNAPSHOT


def test_nobody_waits_for_a_slow_viewer_and_it_gets_one_squashed_update() -> None:
    hub = hub_with()
    slow, fast = watching(hub), watching(hub)
    slow.full = True
    for lap in range(1, 101):
        hub.publish(RACE, "e1", 10 + lap, picture(lap))
        hub.tick(lap / 100)
    assert slow.sent == []
    assert len(fast.take()) == 100
    assert hub.behind == 1

    slow.full = False
    hub.drained(slow)
    [update] = slow.take()
    assert (update["follows"], update["version"], update["state"]["lap"]) == (10, 110, 100)
    hub.publish(RACE, "e1", 111, picture(101))
    assert slow.kinds() == ["update"]


def test_the_tick_serves_a_viewer_that_drained_unnoticed() -> None:
    hub = hub_with()
    slow = watching(hub)
    slow.full = True
    hub.publish(RACE, "e1", 11, picture(1))
    slow.full = False
    hub.tick(0.0)
    assert slow.kinds() == ["update"]


def test_a_slow_viewer_at_another_epoch_gets_a_snapshot() -> None:
    hub = hub_with()
    slow = watching(hub)
    slow.full = True
    hub.publish(RACE, "e1", 11, picture(1))
    hub.publish(RACE, "e2", 11, picture(2))
    slow.full = False
    hub.tick(0.0)
    assert slow.kinds() == ["snapshot"]


def test_who_stays_behind_is_sent_off_with_4008() -> None:
    hub = hub_with()
    slow = watching(hub)
    slow.full = True
    hub.publish(RACE, "e1", 11, picture(1))
    hub.tick(100.0)
    hub.tick(100.0 + PATIENCE - 0.1)
    assert slow.closed == []
    hub.tick(100.0 + PATIENCE)
    assert slow.closed == [wire.CLOSE_BEHIND]
    assert hub.viewers == 0


def test_asking_again_and_again_fills_no_connection() -> None:
    """A viewer that asks and does not read gets no second pile of snapshots."""
    hub = hub_with()
    viewer = watching(hub)
    viewer.full = True
    for _ in range(20):
        assert hub.watch(viewer, RACE) is Answer.LATER
    assert viewer.sent == []
    viewer.full = False
    hub.drained(viewer)
    assert viewer.kinds() == ["snapshot"]


def test_beats_tell_the_age_of_the_news() -> None:
    hub = hub_with()
    viewer = watching(hub)
    hub.tick(50.0)
    hub.beat()
    hub.heard(RACE, 51.0)
    hub.tick(53.5)
    hub.beat()
    never, later = viewer.take()
    assert never["feed_age_ms"] is None
    assert (later["feed_age_ms"], later["version"]) == (2500, 10)


def test_a_race_nobody_knows_is_refused_with_4504() -> None:
    with pytest.raises(RequestRefused) as refused:
        hub_with().watch(RecordingViewer(), "daytona")
    assert refused.value.close_code == wire.CLOSE_NO_SUCH_RACE


def test_who_left_hears_no_more() -> None:
    hub = hub_with()
    gone, stopped = watching(hub), watching(hub)
    hub.leave(gone)
    hub.unwatch(stopped, RACE)
    hub.unwatch(stopped, "daytona")
    hub.publish(RACE, "e1", 11, picture(1))
    assert gone.sent == stopped.sent == []
    assert hub.viewers == 0


def test_a_fault_in_one_race_touches_no_other_and_not_even_itself() -> None:
    hub = hub_with()
    hub.publish(OTHER, "e1", 1, picture())
    viewer, neighbour = watching(hub), watching(hub, OTHER)
    broken = Picture({"lap": object()}, {}, {}, None)
    with pytest.raises(ValueError, match="Unable to serialize"):
        hub.publish(RACE, "e1", 11, broken)
    hub.publish(OTHER, "e1", 2, picture(1))
    hub.publish(RACE, "e1", 12, picture(2))
    assert neighbour.kinds() == ["update"]
    [update] = viewer.take()
    assert (update["follows"], update["version"]) == (10, 12)


@pytest.mark.parametrize(("version", "lap"), [(9, 0), (10, 1)])
def test_a_version_that_goes_back_or_means_two_things_is_our_mistake(
    version: int, lap: int
) -> None:
    hub = hub_with()
    with pytest.raises(AssertionError):
        hub.publish(RACE, "e1", version, picture(lap))
    assert hub.picture(RACE) == picture()


def test_a_snapshot_is_written_down_once_for_each_version() -> None:
    hub = hub_with()
    assert hub.snapshot(RACE) is hub.snapshot(RACE)
    first = hub.snapshot(RACE)
    hub.publish(RACE, "e1", 11, picture(1))
    assert hub.snapshot(RACE) is not first


def test_a_storm_of_viewers_who_come_back_costs_one_answer() -> None:
    hub = hub_with()
    hub.publish(RACE, "e1", 11, picture(1))
    crowd = [RecordingViewer() for _ in range(50)]
    for viewer in crowd:
        hub.watch(viewer, RACE, "e1", 10)
    assert len({id(viewer.sent[0]) for viewer in crowd}) == 1


def test_counts_say_what_was_done() -> None:
    hub = hub_with()
    viewer = watching(hub)
    hub.publish(RACE, "e1", 11, picture(1))
    assert hub.counts.answers == {"snapshot": 1}
    assert hub.counts.sent == {"snapshot": 1, "update": 1}
    assert hub.counts.sent_bytes > sum(len(message.body) for message in viewer.sent)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_every_viewer_converges_whatever_happens_to_it(seed: int) -> None:
    """Slow, cut off, away, at another epoch: once all is calm, everybody has the same picture."""
    chance = random.Random(seed)
    hub, version, epoch = hub_with(), 10, 1
    shown = picture()
    crowd: list[tuple[Follower, RecordingViewer | None]] = [
        (Follower(RACE), None) for _ in range(3)
    ]

    def deliver(follower: Follower, viewer: RecordingViewer, most: int) -> None:
        for message in viewer.take()[:most]:
            if follower.feed(message) is Step.ASK:
                ask(follower, viewer)

    def ask(follower: Follower, viewer: RecordingViewer) -> None:
        request = follower.request()
        epoch, version = request.get("epoch"), request.get("version")
        assert epoch is None or isinstance(epoch, str)
        assert version is None or isinstance(version, int)
        hub.watch(viewer, RACE, epoch, version)

    for _ in range(40):
        index = chance.randrange(len(crowd))
        follower, viewer = crowd[index]
        match chance.randrange(6):
            case 0 | 1:
                version += chance.randint(1, 3)
                cars = ["24", "5", "9", "07"]
                chance.shuffle(cars)
                told = [incident(n, chance.choice("ab")) for n in range(chance.randint(0, 2))]
                shown = picture(version, " ".join(cars[chance.randint(0, 2) :]), told)
                hub.publish(RACE, f"e{epoch}", version, shown)
            case 2:
                viewer = RecordingViewer()
                ask(follower, viewer)
            case 3 if viewer is not None:
                # The connection breaks somewhere among what was sent.
                hub.leave(viewer)
                deliver(follower, viewer, most=chance.randint(0, 3))
                hub.leave(viewer)
                viewer = None
            case 4 if viewer is not None:
                viewer.full = not viewer.full
            case 5 if viewer is not None:
                deliver(follower, viewer, most=1000)
            case _:
                if chance.random() < 0.1:
                    epoch, version = epoch + 1, chance.randint(0, version)
                    hub.publish(RACE, f"e{epoch}", version, shown)
        crowd[index] = follower, viewer

    for follower, viewer in crowd:
        if viewer is None:
            viewer = RecordingViewer()
            ask(follower, viewer)
        viewer.full = False
        hub.tick(0.0)
        hub.beat()
        while viewer.sent:
            deliver(follower, viewer, most=1000)
        assert (follower.epoch, follower.version) == (f"e{epoch}", version)
        assert follower.picture == shown
