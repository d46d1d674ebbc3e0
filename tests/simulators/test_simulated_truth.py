"""What the simulator knows of its race, the tracker finds out from the feed."""

from dataclasses import replace

import pytest

from simulators.model.parameters import Scenario
from simulators.model.truth import Truth
from tests.simulators.simulated import OVAL, ROAD_RACE, SIX_HOURS, run, scored
from tracker.racing.classes import class_winner
from tracker.racing.classification import classification
from tracker.racing.free_pass import beneficiary
from tracker.racing.race import Race
from tracker.racing.stages import stage_results
from tracker.racing.statistics import laps_led, lead_changes

KINDS = {"oval": OVAL, "road": ROAD_RACE, "endurance": SIX_HOURS}
RACES = [
    *(("oval", seed) for seed in range(7)),
    *(("road", seed) for seed in range(8)),
    *(("endurance", seed) for seed in range(3)),
]


@pytest.fixture(scope="module")
def told() -> dict[tuple[str, int], tuple[Scenario, Truth, Race]]:
    """Every race of this story, as it was run and as it was scored."""
    races = {}
    for kind, seed in RACES:
        reports, truth = run(KINDS[kind], seed)
        races[kind, seed] = KINDS[kind], truth, scored(reports)
    return races


SCORING = 10
"""Cars that score at the end of a stage."""

Told = dict[tuple[str, int], tuple[Scenario, Truth, Race]]


@pytest.mark.parametrize(("kind", "seed"), RACES)
def test_order_of_every_lap_and_of_the_finish(told: Told, kind: str, seed: int) -> None:
    _, truth, race = told[kind, seed]
    assert race.lap_orders == truth.lap_orders
    assert race.finished_at == truth.finished_at
    assert race.ended_under_caution is truth.under_yellow
    placed = [line for line in classification(race) if line.position is not None]
    assert placed
    assert [(line.car.entry, line.laps) for line in placed] == [
        (car.entry, car.laps) for car in truth.order[: len(placed)]
    ]


@pytest.mark.parametrize(("kind", "seed"), RACES)
def test_who_led(told: Told, kind: str, seed: int) -> None:
    _, truth, race = told[kind, seed]
    assert race.leaders == truth.leaders
    assert laps_led(race) == truth.laps_led
    assert lead_changes(race) == truth.lead_changes


@pytest.mark.parametrize(("kind", "seed"), RACES)
def test_cautions_stages_and_overtime(told: Told, kind: str, seed: int) -> None:
    scenario, truth, race = told[kind, seed]
    assert [
        (one.number, one.flag.value, one.opened_at, one.first_lap, one.last_lap, one.reasons)
        for one in race.cautions
    ] == [
        (one.number, one.flag, one.opened_at, one.first_lap, one.last_lap, one.reasons)
        for one in truth.cautions
    ]
    for stage in stage_results(race):
        order = truth.stages[stage.end_lap]
        if stage.end_lap in truth.stages_under_yellow:
            # The cars of the incident fall back between two loops, where the feed does not see it.
            fell_back = in_the_incident(race, stage.end_lap)
            found = [entry for entry in stage.order if entry not in fell_back]
            order = [entry for entry in order if entry not in fell_back]
            assert found[:SCORING] == order[:SCORING]
        else:
            assert list(stage.order) == order
    assert race.overtime_attempt == truth.overtime_attempts
    if scenario.distance.laps is not None:
        assert race.finish_lap == truth.finish_lap


def in_the_incident(race: Race, lap: int) -> set[str]:
    """The cars in the incidents of the caution under which a lap was completed."""
    (number,) = (
        one.number
        for one in race.cautions
        if one.first_lap <= lap <= (one.last_lap or race.laps_completed)
    )
    return {
        part.entry
        for incident in race.incidents.values()
        if incident.caution == number
        for part in incident.involved
    }


@pytest.mark.parametrize("seed", range(7))
def test_the_free_pass_is_worked_out_as_race_control_gave_it(told: Told, seed: int) -> None:
    _, truth, race = told["oval", seed]
    for scored_one, run_one in zip(race.cautions, truth.cautions, strict=True):
        if race.final_order is not None and run_one is truth.cautions[-1]:
            continue  # the race is over: nobody gets a lap back
        found = beneficiary(race, scored_one)
        assert (found.entry if found is not None else None) == run_one.beneficiary


@pytest.mark.parametrize("seed", range(3))
def test_the_winner_of_each_class(told: Told, seed: int) -> None:
    scenario, truth, race = told["endurance", seed]
    lines = classification(race)
    for one in scenario.entries.classes:
        winner = class_winner(lines, one.name)
        assert winner is not None
        assert winner.car.entry == next(
            car.entry for car in truth.order if car.class_name == one.name
        )


def test_nothing_that_is_told_is_odd(told: Told) -> None:
    assert {key: dict(race.anomaly_counts) for key, (*_, race) in told.items()} == {
        key: {} for key in RACES
    }


def test_these_races_have_everything_in_them(told: Told) -> None:
    """A story that lacks what it is to prove would prove nothing."""
    truths = {kind: [told[key][1] for key in RACES if key[0] == kind] for kind in KINDS}
    ovals = truths["oval"]
    assert any(truth.overtime_attempts for truth in ovals)
    assert any(truth.under_yellow for truth in ovals)
    assert any(truth.stages_under_yellow for truth in ovals)
    assert any(one.beneficiary for truth in ovals for one in truth.cautions)
    flags = {one.flag for truth in truths["road"] for one in truth.cautions}
    assert flags == {"sc", "vsc"}
    assert any(truth.cautions for truth in truths["endurance"])
    assert any(car.out for truths_ in truths.values() for truth in truths_ for car in truth.order)
    drivers = [race for (kind, _), (_, _, race) in told.items() if kind == "endurance"]
    assert any(
        car.driver is not None and stop.left is not None
        for race in drivers
        for car in race.cars.values()
        for stop in car.pit_stops
    )


def test_a_race_to_time_does_not_wait_for_a_leader_who_has_stopped() -> None:
    """Few cars far apart, and machinery that does not last: some have led to the end from the pits.

    Others end with nobody left: then the result is that of the last lap anybody completed.
    """
    waited = ended_early = 0
    time_s = 2400.0
    scenario = replace(
        SIX_HOURS,
        distance=replace(SIX_HOURS.distance, duration_s=time_s),
        entries=replace(SIX_HOURS.entries, cars=4, skill_scale_s=6.0),
        attrition=replace(SIX_HOURS.attrition, mechanical=0.04),
    )
    for seed in range(30):
        reports, truth = run(scenario, seed)
        race = scored(reports)
        assert race.finished_at == truth.finished_at
        lines = classification(race)
        assert lines[0].car.entry == truth.order[0].entry
        if truth.finished_at is None or truth.finished_at < time_s * 1e6:
            ended_early += 1
            continue
        assert race.lap_orders == truth.lap_orders
        assert [line.car.entry for line in lines] == [car.entry for car in truth.order]
        waited += truth.order[0].out
    assert waited
    assert ended_early
