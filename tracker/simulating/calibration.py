"""Simulated races at Kansas against real ones: every measure, its real range, and whether it fits.

A measure fits where its mean over the seeds lies within what real races measured.
"""

import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from statistics import mean

from simulators.model.parameters import Scenario
from simulators.model.race import SimulatedRace
from tracker.feed.recording import numbered
from tracker.score import folded
from tracker.simulating.measures import Measured, measured


@dataclass(frozen=True, slots=True)
class Real:
    """What real races at Kansas measured."""

    measure: str
    words: str
    least: float
    most: float
    source: str
    digits: int = 1


REAL = (
    Real("race_time_s", "race time, s", 11_113, 11_442, "2025 spring and 2024 spring", 0),
    Real("cautions", "cautions", 7, 11, "2023 spring to 2025 spring: 11, 9, 7, 7"),
    Real("caution_laps", "caution laps", 37, 43, "2025 spring and 2024 spring"),
    Real("lead_changes", "lead changes at the line", 16, 37, "2025: 16, 2024: 28, 2023: 37"),
    Real("retired", "cars retired", 2, 7, "eight races 2022 to 2025: 2, 2, 3, 3, 2, 5, 7, 5"),
    Real("overtime", "share of races in overtime", 0.13, 0.65,
         "5 of 14 races 2019 to 2025, with its 95 % interval", 2),
    Real("on_lead_lap", "finishers on the lead lap", 16, 32, "2014 to 2024: 13 to 32"),
    Real("leaders", "leaders", 9, 15, "2022 to 2025"),
    Real("steady_moves", "places moved a lap in a long run", 0.31, 0.43,
         "2025 spring, counted in three ways; its single runs 0.12 to 0.77", 2),
    Real("restart_moves", "places moved on the lap of a restart", 0.61, 1.29,
         "2025 spring, six restarts; their mean 0.89", 2),
    Real("best_lap_s", "best lap of the race, s", 30.10, 30.29, "2024 spring and 2025 spring", 2),
    Real("lap_spread_s", "pace between cars, s (sd)", 0.19, 0.34,
         "2024 and 2025 spring, means of green laps", 2),
)  # fmt: skip
"""The last two are not in the table of the prototype; they keep the others from being bent."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measure over many seeds, beside the real one."""

    real: Real
    mean: float
    low: float
    high: float
    """The fifth and the ninety-fifth of a hundred."""

    @property
    def fits(self) -> bool:
        """Whether the mean lies within the real range."""
        return self.real.least <= self.mean <= self.real.most


def rows(races: Iterable[Measured]) -> list[Row]:
    """Every measure of the table, from the races that were measured."""
    told = list(races)
    found = []
    for real in REAL:
        values = sorted(
            value for race in told if (value := getattr(race, real.measure)) is not None
        )
        if values:
            found.append(Row(real, mean(values), at(values, 0.05), at(values, 0.95)))
    return found


def at(values: list[float], share: float) -> float:
    """The value below which this share of the sorted values lies, interpolated."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def one_race(scenario: Scenario, seed: int) -> Measured:
    """Run a race, have the tracker score it, and measure what it scored."""
    reports = SimulatedRace(scenario, seed, keep=False).reports()
    return measured(folded(numbered(reports, "simulated")))


def races(scenario: Scenario, seeds: Iterable[int], processes: int = 1) -> Iterator[Measured]:
    """Every seed's race, measured, in the order of the seeds; on so many processors."""
    if processes <= 1:
        yield from map(partial(one_race, scenario), seeds)
        return
    with ExitStack() as held:
        pool = held.enter_context(
            ProcessPoolExecutor(processes, get_context("spawn"), initializer=leave_ctrl_c)
        )
        held.callback(pool.shutdown, wait=True, cancel_futures=True)
        left = iter(seeds)
        # Two races waiting for each processor keep it busy; a Ctrl-C waits for no more than that.
        running = [pool.submit(one_race, scenario, seed) for seed in islice(left, 2 * processes)]
        while running:
            yield running.pop(0).result()
            running.extend(pool.submit(one_race, scenario, seed) for seed in islice(left, 1))


def leave_ctrl_c() -> None:
    """Ctrl-C is for the one who asked, who then stops the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def processors() -> int:
    """Processors we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
