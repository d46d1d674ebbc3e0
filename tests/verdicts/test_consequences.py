"""What came of an incident: who was out, who lost laps and places, who got a lap back."""

from functools import cache

from tracker.racing.race import Race
from tracker.score import folded, scripted
from tracker.verdicts.consequences import consequences, of_penalties
from tracker.verdicts.english_counts import proof
from tracker.verdicts.proof import numbers, numbers_of


@cache
def race() -> Race:
    return folded(scripted("kansas-2024"))


def test_contact_ends_a_race_and_gives_another_car_its_lap_back() -> None:
    first = consequences(race())[1]
    assert "Car 84 was out of the race after contact from car 7" in first.text
    assert "the caution took seven laps" in first.text
    assert "car 42 got a lap back by the free pass" in first.text


def test_a_spin_costs_ten_places() -> None:
    assert "Car 8 fell from fifth to 15th" in consequences(race())[5].text


def test_a_penalty_costs_what_it_cost_by_the_restart() -> None:
    assert "fell" in of_penalties(race())[1].text


def test_every_number_is_a_number_of_its_evidence() -> None:
    told = [*consequences(race()).values(), *of_penalties(race()).values()]
    assert len(told) == 6
    for one in told:
        held = numbers_of(item for fact in one.facts for item in proof(fact))
        held |= {float(fact.entry) for fact in one.facts}
        assert numbers(one.text) <= held | {1.0}


def test_nobody_is_blamed_on_hearsay() -> None:
    """An incident inferred from a flag's comment names no culprit."""
    from dataclasses import replace

    heard = folded(scripted("kansas-2024"))
    heard.incidents = {n: replace(i, assigned_by="inferred") for n, i in heard.incidents.items()}
    assert "contact from" not in consequences(heard)[1].text
