"""What lies along a race, as a bar to rewind it with needs it."""

from itertools import pairwise

from hypothesis import given, settings
from pydantic_core import from_json

from tests.playing import tape_of
from tests.racing.story import Story, at, story
from tests.racing.test_always import any_races
from tracker.live.picture_of_race import picture
from tracker.live.timeline import FlagPeriod, Timeline, timeline
from tracker.racing.events import IncidentReported, Involvement
from tracker.racing.vocabulary import EntryId, Flag


def told_of(told: Story) -> Timeline:
    return timeline("kansas", "e1", 7, told.race, tape_of(told.filed))


def flags(shown: Timeline) -> list[tuple[str, int, int | None]]:
    return [(flag.flag, flag.from_, flag.to) for flag in shown.flags]


def test_a_race_that_nobody_has_timed() -> None:
    shown = told_of(story("24", "5", rolling=False))
    assert (shown.start, shown.edge, shown.finished_at) == (0, 0, None)
    assert shown.events == [4]
    assert shown.laps == []
    assert shown.flags == []
    assert shown.lead_changes == []


def test_race_time_counts_from_the_green() -> None:
    """What came before it is negative, and a green that came later moves everything."""
    told = story("24", "5", laps=2, rolling=False).flag(Flag.HOT, 940.0)
    assert told_of(told).start == 940_000_000
    told.green(1000.0).lap("24", 1030.0)
    shown = told_of(told)
    assert (shown.start, shown.edge, shown.laps) == (-60_000_000, 30_000_000, [30_000_000])
    assert flags(shown) == [("hot", -60_000_000, 0), ("green", 0, None)]


def test_a_flag_told_again_with_another_reason_is_one_flag() -> None:
    told = story("24", "5").green().laps("24", 30, 60)
    told.caution(65, "spin").caution(66, "debris").green(120)
    caution = told_of(told).flags[1]
    assert caution == FlagPeriod(
        flag="caution", from_=65_000_000, to=120_000_000, lap=2, caution=1,
        reasons=["spin", "debris"],
    )  # fmt: skip
    assert "from" in from_json(told_of(told).model_dump_json(by_alias=True))["flags"][0]


def test_the_lead_changes_hands_for_a_reason() -> None:
    """On the track, by a stop, and because the leader is out."""
    told = story("24", "5", "9", laps=9).green()
    told.laps("24", 30.0).laps("5", 30.1).laps("9", 30.2)
    told.laps("5", 60.0).laps("24", 60.1).laps("9", 60.2)
    told.lap("5", 88.0, loop="pit-in")
    told.laps("24", 90.0).laps("9", 90.2)
    told.lap("5", 110.0, loop="pit-out")
    told.retires("24", 100.0).laps("9", 120.0)
    changes = told_of(told).lead_changes
    assert [(change.lap, change.entry, change.cause) for change in changes] == [
        (2, "5", "track"),
        (3, "24", "pit"),
        (4, "9", "retirement"),
    ]
    assert [change.at for change in changes] == [60_000_000, 90_000_000, 120_000_000]


def test_stages_incidents_and_results_have_their_moments() -> None:
    told = story("24", "5", laps=3, stages=((1, 2), (2, 3))).green()
    spin = (Involvement(EntryId("5"), "spun", "continued"),)
    told.told(IncidentReported(at(40), 2, 2, "spin", "confirmed", spin), source="control")
    told.told(IncidentReported(at(35), 1, 2, "contact", "confirmed", ()), source="control")
    told.laps("24", 30, 60, 90).laps("5", 31, 61, 91).declares(150).declares(200, official=True)
    shown = told_of(told)
    assert [(stage.number, stage.lap, stage.at) for stage in shown.stages] == [
        (1, 2, 60_000_000),
        (2, 3, 90_000_000),
    ]
    assert [(mark.number, mark.at) for mark in shown.incidents] == [
        (1, 35_000_000),
        (2, 40_000_000),
    ]
    assert [(mark.status, mark.at) for mark in shown.results][-1] == ("official", 200_000_000)
    assert shown.finished_at == 90_000_000


@given(any_races)
@settings(max_examples=60, deadline=None)
def test_the_line_and_the_picture_tell_the_same_race(told: Story) -> None:
    shown, board = told_of(told), picture(told.race)
    assert len(shown.laps) == board.state["lap"]
    assert shown.laps == sorted(shown.laps)
    assert len(shown.lead_changes) == board.state["lead_changes"]
    assert shown.events == sorted(shown.events)
    assert shown.events[-1] == len(tape_of(told.filed).events)
    assert (shown.edge - shown.start) // shown.segment + 1 == len(shown.events)
    for before, after in pairwise(shown.flags):
        assert before.to == after.from_
