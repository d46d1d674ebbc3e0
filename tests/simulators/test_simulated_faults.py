"""A bad day for the timing system changes nothing of the race, once it is all told."""

from collections import Counter

import pytest

from simulators.model.faults import with_faults
from simulators.model.parameters import Scenario
from simulators.model.race import SimulatedRace
from tests.simulators.simulated import OVAL, SIX_HOURS, run, scored
from tracker.feed.officials import Correction
from tracker.racing.classification import classification


@pytest.mark.parametrize("scenario", [OVAL, SIX_HOURS])
@pytest.mark.parametrize("seed", [0, 1])
def test_read_twice_late_or_not_at_all(scenario: Scenario, seed: int) -> None:
    clean, truth = run(scenario, seed)
    told = list(with_faults(clean, seed))
    assert told == list(with_faults(SimulatedRace(scenario, seed).reports(), seed)), "same faults"
    assert sum(report.id.endswith("/again") for report in told) > 5
    assert sum(isinstance(report.data, Correction) for report in told) > 0
    times = [report.data.t_us for report in told if hasattr(report.data, "t_us")]
    assert times != sorted(times), "some come late"
    race = scored(told)
    assert race.lap_orders == truth.lap_orders
    assert race.leaders == truth.leaders
    placed = [line.car.entry for line in classification(race) if line.position is not None]
    assert placed == [car.entry for car in truth.order][: len(placed)]
    assert Counter(race.anomaly_counts)["second_reading"] > 5
