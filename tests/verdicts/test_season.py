"""Standings, playoffs, classes: spoken of only where a series has them and they are known."""

from dataclasses import replace
from functools import cache

from tests.racing.story import Story, story
from tests.verdicts.past import at
from tests.verdicts.past import race as past_race
from tracker.racing.events import CarEntered, IncidentReported, Involvement, RaceAnnounced
from tracker.racing.race import Race
from tracker.racing.standings import Season
from tracker.racing.vocabulary import EntryId, Flag, RaceTime
from tracker.verdicts.day import day_of
from tracker.verdicts.english_counts import proof
from tracker.verdicts.facts import Fact
from tracker.verdicts.history import History, PublishedStandings
from tracker.verdicts.judge import Verdicts, facts_of, judge
from tracker.verdicts.past import Past, past_of

CARS = tuple(str(n) for n in range(1, 21))


def dated(told: Story, **more: object) -> Story:
    """The same race, on a day, as the second of its season."""
    first = told.filed[0].event
    assert isinstance(first, RaceAnnounced)
    announced = replace(first, date="2024-05-05", round=2, **more)  # type: ignore[arg-type]
    told.filed[0] = told.filed[0]._replace(event=announced)
    return told


def run(told: Story, laps: int = 10) -> Race:
    """Everyone runs to the flag in the order of the grid."""
    told.green()
    for place, car in enumerate(CARS):
        told.laps(car, *(30.0 * lap + 0.2 * place for lap in range(1, laps + 1)))
    told.flag(Flag.CHECKERED, 30.0 * laps + 0.01)
    return told.declares(30.0 * laps + 600, official=True).race


@cache
def simple() -> Race:
    return run(dated(story(*CARS)))


def of(race: Race, past: Past, car: str) -> dict[str, Fact]:
    return {fact.kind: fact for fact in facts_of(day_of(race), past)[EntryId(car)]}


def points(**drivers: int) -> PublishedStandings:
    """Published standings: every driver 100, those named otherwise."""
    rows = {f"Driver {car}": 100 - int(car) for car in CARS}
    rows |= {f"Driver {name[1:]}": value for name, value in drivers.items()}
    return PublishedStandings("2024-04-28", tuple(Season(name, n) for name, n in rows.items()))


def known(*tables: PublishedStandings) -> History:
    return History((past_race("2024-04-28", *at(5, "Driver 2")),), standings=tables)


def test_published_standings_tell_who_moved() -> None:
    past = past_of(known(points(c1=60)), "2024-05-05")
    up = of(simple(), past, "1")["standings_up"]
    assert (up.value, up["before"]) == (18, 20)
    assert "standings 2024-04-28" in proof(up)[0]


def test_without_them_nothing_is_said_of_the_standings() -> None:
    verdicts = judge(simple(), known())
    assert {"standings_up", "cut_line_down"} <= {skip.rule for skip in verdicts.skipped}
    assert not any("standings" in r.text for v in verdicts.verdicts for r in v.reasons)


def test_a_win_locks_a_driver_in_and_puts_another_below_the_line() -> None:
    past = past_of(known(points(c1=60)), "2024-05-05")
    assert "clinched" in of(simple(), past, "1")
    fell = [car for car in CARS if "cut_line_down" in of(simple(), past, car)]
    assert len(fell) == 1


def test_second_and_winless_a_win_would_have_locked_in() -> None:
    assert "clinch_missed" in of(simple(), past_of(known(), "2024-05-05"), "2")


def test_second_with_a_win_already_misses_nothing() -> None:
    history = History((past_race("2024-04-28", "Driver 2"),))
    assert "clinch_missed" not in of(simple(), past_of(history, "2024-05-05"), "2")


def test_where_there_are_no_playoffs_nobody_misses_them() -> None:
    race = run(dated(story(*CARS, rulebook="f1/2021")))
    assert "clinch_missed" not in of(race, past_of(known(), "2024-05-05"), "2")
    skipped = {skip.rule for skip in judge(race, known()).skipped}
    assert not skipped & {"cut_line_up", "clinched", "stage_win"}


def test_a_class_is_won_from_behind() -> None:
    told = dated(story(*CARS, rulebook="imsa/2024"))
    for car in CARS:
        name = "GTP" if int(car) <= 10 else "GTD"
        entered = CarEntered(EntryId(car), car, f"Driver {car}", classes=(name,))
        told.told(entered, source="control")
    verdicts: Verdicts = judge(run(told))
    winner = next(v for v in verdicts.verdicts if v.entry == "11")
    assert winner.side == "winner"
    assert "won the GTD class, eleventh overall" in winner.text
    assert winner.text.startswith("No. 11 ")  # drivers share such a car


def test_nobody_is_blamed_by_a_machine() -> None:
    """An incident inferred from lap times names no culprit; an editor's does."""
    for by, blamed in (("inferred", False), ("editor", True)):
        told = dated(story(*CARS))
        told.green()
        involved = (Involvement(EntryId("3"), "victim", "dnf"),
                    Involvement(EntryId("4"), "instigator", "continued"))  # fmt: skip
        happened = IncidentReported(
            RaceTime(45_000_000), 1, 2, "contact", "reported", involved, assigned_by=by
        )
        told.told(happened, source="control").retires("3", 50.0)
        for place, car in enumerate(CARS):
            laps = 1 if car == "3" else 10
            told.laps(car, *(30.0 * lap + 0.2 * place for lap in range(1, laps + 1)))
        told.flag(Flag.CHECKERED, 300.01)
        race = told.declares(900.0, official=True).race
        out = of(race, Past(), "3")["out"]
        assert (out.get("by") == "4") is blamed
        assert ("instigator" in of(race, Past(), "4")) is blamed


def test_a_dead_heat_is_called_one() -> None:
    """Two cars at one time share the win where the rulebook says so."""
    told = dated(story(*CARS, rulebook="club/any")).green()
    for place, car in enumerate(CARS):
        behind = 0.2 * max(1, place)
        told.laps(car, *(30.0 * lap + behind for lap in range(1, 11)))
    told.flag(Flag.CHECKERED, 300.01).closes_review(400.0)
    race = told.declares(900.0, official=True).race
    verdicts = judge(race)
    assert [v.text for v in verdicts.verdicts if v.entry in ("1", "2")]
    assert all("dead heat" in v.text for v in verdicts.verdicts if v.entry in ("1", "2"))
