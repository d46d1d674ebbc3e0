"""Laps in columns: what charts are drawn from says the same as the laps themselves."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from tests.racing.story import Story, at, story
from tests.racing.test_always import any_races
from tracker.live.lap_chart import SLOW_FLAGS, CarCharted, charted, runs
from tracker.racing.events import CarEntered, DriverChanged
from tracker.racing.laps import laps_of
from tracker.racing.vocabulary import EntryId


def chart(told: Story, after: int | None = None) -> dict[str, CarCharted]:
    columns = from_json(to_json(charted(told.race, after)))
    return {entry: CarCharted.model_validate(car) for entry, car in columns.items()}


def under(car: CarCharted) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for slow in car.slow:
        for lap in range(slow.first, slow.last + 1):
            found.setdefault(lap, set()).add(slow.flag)
    return found


@given(any_races)
@settings(max_examples=80, deadline=None)
def test_the_columns_are_the_laps(told: Story) -> None:
    race = told.race
    for entry, shown in chart(told).items():
        car = race.cars[EntryId(entry)]
        laps = laps_of(race, car)
        assert shown.completed_at[1:] == [lap.completed_at - (race.green_at or 0) for lap in laps]
        assert shown.position[1:] == [lap.position for lap in laps]
        slow = {lap.number: {flag for flag in lap.flags if flag in SLOW_FLAGS} for lap in laps}
        assert under(shown) == {lap: flags for lap, flags in slow.items() if flags}
        estimated = [lap for a, b in shown.estimated for lap in range(a, b + 1)]
        assert [lap for lap in estimated if lap] == [lap.number for lap in laps if lap.estimated]


@given(any_races, st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_what_follows_a_lap_is_what_was_missing(told: Story, after: int) -> None:
    """Who has the laps up to one and asks for those after it has them all."""
    late = chart(told, after)
    for entry, whole in chart(told).items():
        assert late[entry].first == after + 1
        joined = whole.completed_at[: after + 1] + late[entry].completed_at
        assert joined == whole.completed_at
        assert whole.position[: after + 1] + late[entry].position == whole.position
        assert under(late[entry]) == {
            lap: flags for lap, flags in under(whole).items() if lap > after
        }
        assert late[entry].pit == whole.pit
        assert late[entry].drivers == whole.drivers


def test_stops_are_told_with_what_is_known_of_them() -> None:
    told = story("24", "5").green().lap("24", 30.0).lap("5", 31.0)
    told.caution(40.0).lap("24", 55.0, loop="pit-in").lap("24", 95.5, loop="pit-out")
    told.lap("5", 56.0, loop="pit-in")
    cars = chart(told)
    (done,), (lasting,) = cars["24"].pit, cars["5"].pit
    assert (done.lap, done.at, done.time_on_pit_road, done.caution) == (
        2, 55_000_000, 40_500_000, 1,
    )  # fmt: skip
    assert lasting.time_on_pit_road is None


def test_runs_leave_out_no_hole() -> None:
    assert runs([]) == []
    assert runs([3, 4, 5, 9]) == [(3, 5), (9, 9)]
    assert runs([1, 3]) == [(1, 1), (3, 3)]


def test_drivers_are_told_with_the_lap_on_which_they_took_over() -> None:
    told = story("24").told(entered("24", "Ann")).green()
    told.laps("24", 30, 60).told(DriverChanged(EntryId("24"), at(65), "Bo")).laps("24", 100, 130)
    told.told(DriverChanged(EntryId("24"), at(131), "Bo"))
    told.told(DriverChanged(EntryId("24"), at(140), "Ann"))
    shown = chart(told)["24"]
    assert [(turn.driver, turn.at, turn.lap) for turn in shown.drivers] == [
        ("Ann", None, 1),
        ("Bo", at(65), 3),
        ("Ann", at(140), 5),
    ]
    assert shown.driver == "Ann"


def test_who_started_may_be_named_late() -> None:
    """The entry list is of the start, whenever it is told; who took over since still drives."""
    told = story("24").told(entered("24", "Ann")).green().laps("24", 30)
    told.told(DriverChanged(EntryId("24"), at(35), "Bo")).told(entered("24", "Anna"))
    assert [turn.driver for turn in chart(told)["24"].drivers] == ["Anna", "Bo"]


def entered(car: str, driver: str) -> CarEntered:
    return CarEntered(EntryId(car), car, driver)
