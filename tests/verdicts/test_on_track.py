"""What the laps of a race show: who led the last restart, and who came back from trouble."""

from tests.racing.story import Story, at, story
from tracker.racing.events import IncidentReported, Involvement
from tracker.racing.vocabulary import EntryId
from tracker.verdicts.judge import judge


def said(told: Story) -> set[tuple[str, str]]:
    """Every rule that was told, with its car."""
    verdicts = judge(told.race, k=20)
    return {(str(v.entry), reason.rule) for v in verdicts.verdicts for reason in v.reasons}


def four_cars(told: Story, green_late: float = 0.0) -> Story:
    """A leads four laps of five and is fourth on the last."""
    for lap in range(1, 5):
        for place, car in enumerate("ABCD"):
            told.lap(car, green_late + 30.0 * lap + place)
    for place, car in enumerate("BCDA"):
        told.lap(car, green_late + 150.0 + place)
    return told


def test_the_green_that_began_the_race_is_no_restart() -> None:
    told = four_cars(story(*"ABCD", laps=5).green())
    assert ("A", "most_led_lost") in said(told)
    assert ("A", "lost_final_restart") not in said(told)


def test_a_green_shown_again_is_no_restart() -> None:
    told = four_cars(story(*"ABCD", laps=5).green().green(70.0))
    assert ("A", "lost_final_restart") not in said(told)


def test_a_green_after_a_caution_is_one() -> None:
    told = four_cars(story(*"ABCD", laps=5).green().caution(70.0, "debris").green(100.0))
    assert ("A", "lost_final_restart") in said(told)


FIELD = [str(n) for n in range(1, 21)]


def placed(*places: int) -> Story:
    """Car 5 spins on lap 4 of this race of 20 cars, and completes each lap in one of these places.

    The caution for it ends on lap 6.
    """
    told = story(*FIELD, laps=len(places)).green()
    for lap, place in enumerate(places, start=1):
        order = [car for car in FIELD if car != "5"]
        order.insert(place - 1, "5")
        for n, car in enumerate(order):
            told.lap(car, 60.0 * lap + n)
    spin = IncidentReported(
        at(220.0), 1, 4, "spin", "reported", (Involvement(EntryId("5"), "self", "continued"),),
        caution=1, assigned_by="editor",
    )  # fmt: skip
    return told.told(spin, source="control").caution(221.0, "accident").green(400.0)


def back_from(*places: int) -> int | None:
    """Where car 5 is said to have come back from."""
    reasons = [r for v in judge(placed(*places).race, k=20).verdicts for r in v.reasons]
    found = [r.fact for r in reasons if r.rule == "comeback" and r.fact.entry == "5"]
    return int(found[0].value) if found else None


def test_a_comeback_is_from_the_place_the_incident_cost() -> None:
    assert back_from(5, 5, 5, 19, 18, 17, 15, 12, 9, 6) == 19
    assert back_from(5, 5, 5, 7, 18, 18, 19, 17, 18, 6) == 18


def test_whoever_was_as_far_back_before_comes_back_from_nothing() -> None:
    assert back_from(5, 19, 19, 19, 19, 17, 15, 12, 9, 6) is None


def test_a_place_far_back_long_after_is_no_fault_of_the_incident() -> None:
    assert back_from(5, 5, 5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 19, 19, 15, 6) is None


def test_one_crossing_far_back_while_others_stop_is_no_place_lost() -> None:
    assert back_from(5, 5, 5, 7, 19, 8, 9, 9, 7, 6) is None
