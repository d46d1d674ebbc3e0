"""The log of race control: what was told, in order, in one list."""

from tests.racing.story import Story, at
from tests.racing.test_finish import flag_told_by_mistake
from tracker.live.control import control_log
from tracker.racing.events import ControlSaid, IncidentReported, Involvement, PenaltyGiven
from tracker.racing.race import MOST_TOLD
from tracker.racing.vocabulary import EntryId, Flag


def spin(phase: str, seconds: float) -> IncidentReported:
    part = Involvement(EntryId("8"), "self", "continued")
    return IncidentReported(at(seconds), 1, 2, "spin", phase, (part,), location="turn 2")


def penalty(status: str, seconds: float) -> PenaltyGiven:
    return PenaltyGiven(at(seconds), 7, EntryId("5"), "drive_through", None, status, "speeding")


def test_what_officials_told_stands_in_one_list_in_its_order() -> None:
    story = Story().green(0).laps("5", 30, 60).laps("8", 31, 61)
    story.told(spin("confirmed", 65), source="control").caution(66, "spin")
    story.told(ControlSaid(at(70), "PIT LANE OPEN", entries=()), source="control")
    log = control_log("x", story.race)
    assert [(line.kind, line.what, line.lap) for line in log.entries] == [
        ("flag", "green", 0),
        ("incident", "spin", 1),
        ("flag", "caution", 1),
        ("message", "", 1),
    ]
    assert log.entries[1].location == "turn 2"
    assert log.entries[3].text == "PIT LANE OPEN"
    assert [line.severity for line in log.entries] == ["note", "warning", "warning", "note"]


def test_a_penalty_is_told_at_every_step_though_only_the_last_counts() -> None:
    story = Story().green(0).laps("5", 30, 60)
    for status, seconds in (("investigating", 40), ("applied", 50), ("served", 58)):
        story.told(penalty(status, seconds), source="control")
    told = [line for line in control_log("x", story.race).entries if line.kind == "penalty"]
    assert [line.status for line in told] == ["investigating", "applied", "served"]
    assert [line.severity for line in told] == ["warning", "warning", "note"]
    assert {line.number for line in told} == {7}
    assert {line.text for line in told} == {"speeding"}


def test_a_message_that_speaks_of_a_flag_changes_no_flag() -> None:
    story = Story().green(0).laps("5", 30)
    said = ControlSaid(at(35), "BLUE FLAG FOR CAR 5", "note", (EntryId("5"),), Flag.RED)
    story.told(said, source="control")
    assert story.race.flag.flag is Flag.GREEN
    assert control_log("x", story.race).entries[-1].what == "red"


def test_times_are_race_time() -> None:
    story = Story().flag(Flag.HOT, 10).green(100).laps("5", 130)
    assert [line.at for line in control_log("x", story.race).entries] == [-90_000_000, 0]


def test_a_feed_that_never_stops_talking_fills_no_memory() -> None:
    story = Story().green(0)
    for number in range(MOST_TOLD + 50):
        story.told(ControlSaid(at(1 + number / 1000), "again"), source="control")
    assert len(control_log("x", story.race).entries) == MOST_TOLD


def test_a_result_that_was_withdrawn_stays_in_the_log_and_so_does_why() -> None:
    entries = control_log("x", flag_told_by_mistake().race).entries
    told = [(line.what, line.number, line.text) for line in entries if line.kind == "result"]
    assert told == [
        ("published", 1, "checkered flag"),
        ("withdrawn", 1, "manual: no flag was shown"),
    ]
