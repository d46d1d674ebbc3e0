"""What viewers are shown of a race: every field in its shape, at every point of the race."""

import pytest

from simulators.scripted import SCRIPTED
from tests.racing.story import at, story
from tests.racing.test_finish import flag_told_by_mistake
from tracker.feed.recording import numbered
from tracker.feed.translate import translate
from tracker.live import wire
from tracker.live.picture import Picture
from tracker.live.picture_of_race import picture
from tracker.racing.desk import ScoringDesk
from tracker.racing.events import CarEntered, DriverChanged
from tracker.racing.vocabulary import EntryId, Flag


def check(shown: Picture) -> None:
    """The picture has the shapes of the wire, no field missing and none too many."""
    assert wire.State.model_validate(shown.state).model_dump() == shown.state
    for row in shown.rows.values():
        assert wire.Row.model_validate(row).model_dump() == row
    for incident in shown.incidents.values():
        assert wire.IncidentShown.model_validate(incident).model_dump() == incident
    if shown.results is not None:
        assert wire.ResultsShown.model_validate(shown.results).model_dump() == shown.results
    positions = [row["position"] for row in shown.rows.values()]
    assert positions == list(range(1, len(positions) + 1))


@pytest.mark.parametrize("name", sorted(SCRIPTED))
def test_a_whole_race_is_shown_in_the_shapes_of_the_wire(name: str) -> None:
    """From the empty desk to the official result, in steps of two hundred events."""
    desk = ScoringDesk()
    check(picture(desk.race))
    events = [translate(event) for event in numbered(SCRIPTED[name](), name)]
    for start in range(0, len(events), 200):
        desk.receive([item for item in events[start : start + 200] if item is not None])
        check(picture(desk.race))
    assert picture(desk.race).state["result_status"] == "official"


def test_nobody_is_shown_as_winner_while_the_finish_is_under_review() -> None:
    """After the last car is home and before the photo is read: no stage winner, no verdict."""
    desk = ScoringDesk()
    seen = False
    for event in numbered(SCRIPTED["kansas-2024"](), "kansas-2024"):
        item = translate(event)
        if item is None:
            continue
        desk.receive([item])
        if desk.race.finished_at is not None:
            shown = picture(desk.race)
            assert shown.results is not None
            if shown.results["status"] == "under_review":
                seen = True
                stages = shown.state["stages"]
                assert isinstance(stages, list)
                assert stages[-1]["winner"] is None
                told = wire.ResultsShown.model_validate(shown.results)
                places = {line.entry: line.position for line in told.classification}
                reviewed = set(told.review)
                assert reviewed
                # It is under review because timing cannot tell, and how far it can is said.
                margin = told.revisions[-1].margin if told.revisions else None
                assert margin is None or 0 <= margin <= told.timing_error
                assert {entry for entry in reviewed if places[entry] is not None} == set()
                assert 3 in places.values()
                # The board goes on showing the order at the line.
                assert {shown.rows[entry]["position"] for entry in reviewed} == {1, 2}
    assert seen
    final = wire.ResultsShown.model_validate(picture(desk.race).results)
    assert [line.position for line in final.classification[:2]] == [1, 2]
    # What was shown ahead stays in the history, by a status that says it is no winner.
    first = final.revisions[0]
    assert (first.status, first.winner) == ("under_review", "17")


def test_the_board_says_that_a_result_was_withdrawn_and_why() -> None:
    """While the race goes on; and beside the result, once there is one again."""
    told = flag_told_by_mistake()
    desk = ScoringDesk()
    desk.receive(told.filed[:-1])
    shown = picture(desk.race)
    assert shown.results is not None
    assert shown.state["withdrawn"] is None
    desk.receive(told.filed[-1:])
    shown = picture(desk.race)
    check(shown)
    withdrawn = {
        "rev": 1,
        "winner": "1",
        "at": 95_000_000,
        "cause": "manual: no flag was shown",
    }
    assert (shown.results, shown.state["result_status"]) == (None, "live")
    assert shown.state["withdrawn"] == withdrawn
    count = len(told.filed)
    told.flag(Flag.CHECKERED, 100).laps("1", 120).laps("2", 121)
    desk.receive(told.filed[count:])
    shown = picture(desk.race)
    check(shown)
    assert shown.state["withdrawn"] is None
    results = wire.ResultsShown.model_validate(shown.results)
    assert [one.rev for one in results.revisions] == [2]
    assert [one.rev for one in results.withdrawn] == [1]


def test_a_result_names_all_who_drove_a_car_and_nobody_twice() -> None:
    told = story("24", laps=4).told(CarEntered(EntryId("24"), "24", "Ann")).green()
    for driver, seconds in (("Bo", 35), ("Ann", 65), ("Cy", 95)):
        told.laps("24", seconds - 5).told(DriverChanged(EntryId("24"), at(seconds), driver))
    shown = picture(told.laps("24", 120).race)
    check(shown)
    assert shown.results is not None
    (line,) = wire.ResultsShown.model_validate(shown.results).classification
    assert line.drivers == ["Ann", "Bo", "Cy"]
    assert shown.rows["24"]["driver"] == "Cy"
