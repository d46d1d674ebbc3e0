"""The past is what the events up to then make, whichever way one comes to it."""

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.scripted import SCRIPTED
from tests.playing import RACE, cuts, read, seen, tape_of, then, unjudged
from tests.racing.story import Story, at, story
from tests.racing.test_always import any_races, races
from tests.racing.test_rough_races import rough_race
from tracker.feed.recording import numbered
from tracker.feed.translate import translate
from tracker.judging import JudgesDesk, consequences_of
from tracker.live.picture import Picture
from tracker.live.picture_of_race import picture
from tracker.live.tape import MOST_SEGMENTS, SEGMENT, STEP, Tape, taped
from tracker.playback import COSTLY_STEP, Player
from tracker.racing.desk import ScoringDesk
from tracker.racing.events import Crossing, Filed, IncidentReported
from tracker.racing.vocabulary import EntryId, Flag, LoopId, RaceTime


def placed(events: Sequence[Filed]) -> list[Filed]:
    return sorted(events, key=lambda item: item[:4])


def every_step(told: Sequence[dict[str, Any]], tape: Tape) -> Iterator[tuple[int, Picture]]:
    """What a viewer holds at every step of the grid, a frame there or not."""
    for segment in told:
        moments = seen(segment)
        steps = range(segment["from"], min(segment["to"], tape.race_time(tape.edge)) + 1, STEP)
        for step in steps:
            yield step, [shown for moment, shown in moments if moment <= step][-1]


def holds(events: Sequence[Filed]) -> None:
    """At every moment of every segment a viewer holds what was true then."""
    tape = tape_of(events)
    told = cuts(tape)
    for segment in told:
        for moment, shown in seen(segment):
            assert unjudged(shown) == then(tape.events, tape, moment)
        # and the end of a segment is the beginning of the next, so nothing was left out
        assert unjudged(seen(segment)[-1][1]) == then(tape.events, tape, segment["to"])
    assert [segment["events"] for segment in told] == [
        tape.events_by(index) for index in range(tape.segments)
    ]
    assert told[-1]["events"] == len(tape.events)


@given(any_races)
@settings(max_examples=60, deadline=None)
def test_every_moment_is_what_the_events_until_then_make(told: Story) -> None:
    holds(told.filed)


@pytest.mark.parametrize("seed", range(60))
def test_so_it_is_with_corrections_reviews_and_contradictions(seed: int) -> None:
    holds(rough_race(random.Random(seed)))


@given(races())
@settings(max_examples=10, deadline=None)
def test_where_there_is_no_frame_nothing_has_changed(told: Story) -> None:
    tape = tape_of(told.filed)
    true: dict[int, Picture] = {}
    for step, shown in every_step(cuts(tape), tape):
        known = sum(item.at - tape.green_at <= step for item in tape.events)
        if known not in true:
            true[known] = then(tape.events, tape, step)
        assert unjudged(shown) == true[known]


@given(any_races, st.data())
@settings(max_examples=40, deadline=None)
def test_who_jumps_to_a_moment_sees_what_they_see_who_played_there(
    told: Story, data: st.DataObject
) -> None:
    tape = tape_of(told.filed)
    index = data.draw(st.integers(0, tape.segments - 1))
    assert read(Player(RACE, "e1", None).cut(tape, index)) == cuts(tape)[index]


@given(any_races, st.data())
@settings(max_examples=40, deadline=None)
def test_a_player_that_goes_on_with_a_growing_race_is_as_good_as_a_new_one(
    told: Story, data: st.DataObject
) -> None:
    """Events arrive, in order or late; a player that could play on plays what a new one plays."""
    arrived = data.draw(st.permutations(told.filed)) if data.draw(st.booleans()) else told.filed
    arrived = arrived if data.draw(st.booleans()) else placed(arrived)
    player = Player(RACE, "e1", None)
    for count in sorted(data.draw(st.lists(st.integers(1, len(arrived)), max_size=4))):
        tape = tape_of(arrived[:count], live=True)
        index = tape.segments - 1
        if not player.can_play(tape, index):
            player = Player(RACE, "e1", None)
        assert read(player.cut(tape, index)) == read(Player(RACE, "e1", None).cut(tape, index))


def twice_read() -> Story:
    """A minute in which every passing is read by two sources, one finer than the other."""
    told = story("24", "5", laps=9).green()
    for tenth in range(1, 600):
        car, now = ("24", "5")[tenth % 2], tenth / 10
        told.lap(car, now, loop="pit-in", resolution=RaceTime(10_000))
        finer = Crossing(EntryId(car), LoopId("pit-in"), at(now + 0.01), resolution=RaceTime(1))
        told.told(finer, source="photocell")
    return told


def test_a_race_read_by_two_sources_is_looked_at_less_often_and_ends_the_same() -> None:
    """Where every look means folding again, a minute is not worth two hundred of them."""
    told = twice_read()
    tape = tape_of(told.filed)
    (segment,) = cuts(tape)
    moments = [frame["at"] for frame in segment["frames"]]
    assert len(moments) < SEGMENT / COSTLY_STEP + 5
    holds(told.filed)


def test_a_look_at_what_was_the_edge_is_no_part_of_what_is_played_on() -> None:
    """A race that is seldom looked at grows within its minute, and is cut as if it had not."""
    events = placed(twice_read().filed)
    player = Player(RACE, "e1", None)
    for count in (100, 411, 722):
        tape = tape_of(events[:count], live=True)
        assert player.can_play(tape, 0)
        assert read(player.cut(tape, 0)) == read(Player(RACE, "e1", None).cut(tape, 0))
    # Where nothing more happened in it, it was not the edge alone that was looked at.
    after = tape_of([*events, *story("24").lap("24", 90.0).filed[-1:]])
    assert read(player.cut(after, 0)) == read(Player(RACE, "e1", None).cut(after, 0))


def mistaken() -> Story:
    """An incident that was none: it is reported, and withdrawn half a minute later."""
    told = story("24", "5", laps=4, rolling=False).green()
    spin = IncidentReported(at(20), 1, 1, "spin", "confirmed", ())
    told.told(spin, id="spin", source="timing").laps("24", 30).laps("5", 31)
    told.correct("delete", 40.0, "spin")
    for second in range(41, 52):
        told.lap("24", second, loop="pit-in").lap("24", second + 0.4, loop="pit-out")
    return told.laps("24", 60).laps("5", 61)


def test_an_incident_that_was_none_is_gone_from_then_on() -> None:
    told = mistaken()
    first, _ = cuts(tape_of(told.filed))
    kinds = [message["type"] for frame in first["frames"] for message in frame["messages"]]
    assert kinds.count("snapshot") == 1
    assert [bool(shown.incidents) for _, shown in seen(first)].count(True) > 1
    assert not seen(first)[-1][1].incidents
    holds(told.filed)


def test_while_cars_are_racing_a_player_plays_on() -> None:
    """Lap by lap; only what comes late makes it begin again."""
    told = story("24", "5", laps=9).green()
    player = Player(RACE, "e1", None)
    for lap in range(1, 7):
        told.lap("24", 30.0 * lap).lap("5", 30.0 * lap + 0.6)
        tape = tape_of(told.filed, live=True)
        assert player.can_play(tape, tape.segments - 1)
        player.cut(tape, tape.segments - 1)
    told.retires("5", 100.0)
    tape = tape_of(told.filed, live=True)
    assert not player.can_play(tape, tape.segments - 1)


# ------------------------------------------------------------------ Kansas 2024


@pytest.fixture(scope="module")
def kansas() -> list[Filed]:
    name = "kansas-2024"
    events = (translate(event) for event in numbered(SCRIPTED[name](), name))
    return placed([item for item in events if item is not None])


@pytest.fixture(scope="module")
def tape(kansas: list[Filed]) -> Tape:
    return tape_of(kansas)


@pytest.fixture(scope="module")
def played(tape: Tape) -> list[dict[str, object]]:
    return cuts(tape)


def live_picture(events: Sequence[Filed]) -> Picture:
    """What viewers hold of a race that has just been scored live, verdicts and all."""
    desk, judges = ScoringDesk(), JudgesDesk()
    desk.receive(events)
    verdicts = judges.look(desk, lambda: None)
    return picture(desk.race, verdicts, consequences_of(desk.race))


def test_the_last_moment_of_the_past_is_the_present(
    kansas: list[Filed], played: list[dict[str, object]]
) -> None:
    """Board, incidents, result and verdicts: the past leads to where the live race stands."""
    _, last = seen(played[-1])[-1]
    present = live_picture(kansas)
    assert unjudged(last) == unjudged(present)
    assert last.results is not None
    assert last.results["status"] == "official"
    assert last.verdicts == present.verdicts
    assert last.verdicts is not None
    assert last.verdicts["status"] == "final"


def test_verdicts_are_shown_as_they_were(played: list[dict[str, object]]) -> None:
    """They form, are held while the photo is looked at, and become final."""
    statuses: list[str | None] = []
    for segment in played:
        for _, shown in seen(segment):
            status = None if shown.verdicts is None else str(shown.verdicts["status"])
            if not statuses or statuses[-1] != status:
                statuses.append(status)
    assert statuses == [None, "forming", "held", "provisional", "final"]


def test_one_segment_leads_to_the_next(played: list[dict[str, object]]) -> None:
    for before, after in pairwise(played):
        assert before["to"] == after["from"]
        moments, begins = seen(before), seen(after)
        assert moments[-1][1] == begins[0][1]


# ------------------------------------------------------------------ the tape


def test_a_race_nobody_has_timed_yet_has_one_empty_segment() -> None:
    told = story("24", "5", rolling=False)
    tape = tape_of(told.filed)
    assert (tape.segments, tape.start, tape.edge) == (1, 0, 0)
    (segment,) = cuts(tape)
    assert segment["frames"] == []
    assert segment["snapshot"]["rows"].keys() == {"24", "5"}
    empty = taped([], None, live=False, finished=False, faults=0)
    assert cuts(empty)[0]["events"] == 0


def test_a_clock_that_says_1970_does_not_make_the_race_half_a_century_long() -> None:
    now = 1_700_000_000.0
    told = story("24", "5", rolling=False).flag(Flag.HOT, 5.0)
    told.flag(Flag.HOT, now - 60).green(now).lap("24", now + 30).lap("5", now + 31)
    tape = tape_of(told.filed)
    assert tape.race_time(tape.start) == -60_000_000
    assert tape.segments == 2
    holds(told.filed)


def test_what_officials_decide_a_month_later_is_in_the_last_segment() -> None:
    told = story("24", "5", laps=2).green().laps("24", 30, 60).laps("5", 31, 61)
    told.penalty("24", 30 * 86_400.0, "dsq").declares(31 * 86_400.0, official=True)
    tape = tape_of(told.filed)
    assert tape.segments == MOST_SEGMENTS
    last = read(Player(RACE, "e1", None).cut(tape, tape.segments - 1))
    assert last["to"] == tape.race_time(tape.edge)
    assert last["events"] == len(told.filed)
    for moment, shown in seen(last):
        assert unjudged(shown) == then(told.filed, tape, moment)
    assert seen(last)[-1][1].rows["24"]["status"] == "dsq"


def test_the_end_of_a_minute_is_the_beginning_of_the_next() -> None:
    """A race that stands at a full minute has that moment in a segment of its own."""
    told = story("24", "5", rolling=False).green().lap("24", 60.0).lap("5", 120.0)
    tape = tape_of(told.filed)
    assert tape.segments == 3
    segments = cuts(tape)
    assert [segment["complete"] for segment in segments] == [True, True, True]
    assert segments[2]["from"] == tape.race_time(tape.edge) == 120_000_000
    assert unjudged(seen(segments[2])[0][1]) == then(told.filed, tape, 120_000_000)


def test_the_last_moment_is_not_after_the_edge() -> None:
    told = story("24", "5", laps=2).green().laps("24", 30, 60).laps("5", 31, 61.111)
    tape = tape_of(told.filed)
    segment = cuts(tape)[-1]
    assert segment["frames"][-1]["at"] == 61_111_000 == tape.race_time(tape.edge)


def test_the_step_under_way_is_on_tape_once_it_is_over() -> None:
    """While cars are racing, at most a quarter of a second is missing; afterwards nothing is."""
    told = story("24", "5", laps=2).green().laps("24", 30.0, 60.0)
    racing = tape_of(told.lap("5", 30.61).filed[:-1], live=True)
    assert racing.edge % STEP == racing.start % STEP
    assert len(racing.events) == len(told.filed) - 1
    live = tape_of(story("24").green().lap("24", 30.1).filed, live=True)
    assert live.edge == live.start + (RaceTime(30_100_000) - live.start) // STEP * STEP
    assert not live.is_complete(0)
    assert tape_of(told.filed).is_complete(1)
    assert SEGMENT % STEP == 0
