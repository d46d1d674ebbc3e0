"""Simulated races beside real ones, and the measures by which they are compared."""

import pytest

from simulators.kansas_2024.story import reports
from simulators.model.presets import KANSAS
from tests.simulators.simulated import ROAD_RACE, scored
from tracker.simulating.calibration import REAL, Row, at, races, rows
from tracker.simulating.measures import NAMES, measured


def test_a_real_race_is_measured_as_it_was() -> None:
    """Kansas 2024: seven cautions for 43 laps, 31 on the lead lap, two out, in overtime."""
    found = measured(scored(list(reports())))
    assert found.race_time_s == pytest.approx(11_442, abs=1)
    assert (found.cautions, found.caution_laps) == (7, 43)
    assert (found.on_lead_lap, found.retired, found.overtime) == (31, 2, 1.0)
    assert (found.lead_changes, found.leaders) == (28, 10)
    assert found.best_lap_s == pytest.approx(30.097, abs=0.001)


def test_every_measure_has_its_real_range_and_every_range_a_measure() -> None:
    assert {real.measure for real in REAL} == set(NAMES)
    assert all(real.least < real.most and real.source for real in REAL)


def test_a_mean_outside_the_real_range_does_not_fit() -> None:
    real = REAL[1]
    assert not Row(real, real.least - 0.1, 0.0, 99.0).fits
    assert Row(real, real.least, 0.0, 99.0).fits
    assert not Row(real, real.most + 0.1, 0.0, 99.0).fits


def test_shares_of_sorted_values_are_interpolated() -> None:
    assert at([0.0, 10.0], 0.05) == pytest.approx(0.5)
    assert at([3.0], 0.95) == 3.0


def test_a_few_seeds_are_measured_the_same_in_one_process_and_in_two() -> None:
    alone = list(races(ROAD_RACE, range(3)))
    assert list(races(ROAD_RACE, range(3), processes=2)) == alone
    assert [row.real.measure for row in rows(alone)] == [
        real.measure
        for real in REAL
        if any(getattr(one, real.measure) is not None for one in alone)
    ]


def test_a_race_at_kansas_is_one_that_could_have_been() -> None:
    """One seed proves no calibration; it does prove that the scale is right."""
    (one,) = races(KANSAS, [1])
    assert one.race_time_s is not None
    assert 9_000 < one.race_time_s < 16_000
    assert 2 <= one.cautions <= 20
    assert one.steady_moves is not None
    assert 0.1 < one.steady_moves < 0.8
