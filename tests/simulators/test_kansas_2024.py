"""The scripted race tells what happened at Kansas, counted here without the tracker's help."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest

from simulators.kansas_2024 import cars, entries, incidents, pit_stops, race
from simulators.kansas_2024.crossings import as_json, crossings
from simulators.kansas_2024.solve import contradicted
from simulators.kansas_2024.solver.review import positions, review
from simulators.kansas_2024.story import RACE_CONTROL, TIMING, leader_us, reports
from tracker.feed.envelope import Report
from tracker.feed.officials import (
    Correction,
    FlagChanged,
    Incident,
    Penalty,
    ResultDeclared,
    ResultReview,
    Retirement,
)
from tracker.feed.setting import EntryUpsert, GridSet, SessionSetup
from tracker.feed.timing import Crossing

SHARED = Path(__file__).parents[3] / "shared" / "data" / "kansas2024"
LAPS = range(1, race.LAPS_RUN + 1)

Times = Mapping[str, list[int]]


@cache
def told() -> tuple[Report, ...]:
    """The whole story."""
    return tuple(reports())


def said(payload: type[Any]) -> list[Any]:
    """What was said of one kind, in order."""
    return [report.data for report in told() if isinstance(report.data, payload)]


@cache
def completed(*, reviewed: bool) -> Times:
    """When each car completed each lap, counted from its crossings; index 0 opens lap 1."""
    retimed = {c.target.id: c.new.t_us for c in said(Correction)} if reviewed else {}
    times = defaultdict(list)
    for report in told():
        if isinstance(report.data, Crossing) and report.data.loop == "sf":
            times[report.data.entry].append(retimed.get(report.id, report.data.t_us))
    return times


def order(lap: int, *, reviewed: bool = False) -> list[str]:
    """The cars in the order in which they completed a lap, then those that never did."""
    times = completed(reviewed=reviewed)

    def key(car: str) -> tuple[int, int]:
        last = min(lap, len(times[car]) - 1)
        return -last, times[car][last]

    return sorted(times, key=key)


def leaders(*, reviewed: bool) -> list[str]:
    """Who led each lap."""
    return [order(lap, reviewed=reviewed)[0] for lap in LAPS]


def laps_down(car: str, lap: int) -> int:
    """Whole laps behind the leader when a car completed a lap."""
    times = completed(reviewed=False)
    at = times[car][lap]
    return sum(min(t[k] for t in times.values() if len(t) > k) <= at for k in LAPS) - lap


def stops() -> dict[str, list[tuple[int, int]]]:
    """Pit road entered and left, by car."""
    ends: dict[tuple[str, str], list[int]] = defaultdict(list)
    for crossing in said(Crossing):
        ends[crossing.entry, crossing.loop].append(crossing.t_us)
    return {
        car: list(zip(ends[car, "pit-in"], ends[car, "pit-out"], strict=True))
        for car in entries.GRID
    }


def test_the_setting_comes_first_and_then_time_runs_forward() -> None:
    """Setup, entries and grid have no time; nothing after them goes back in it."""
    kinds = [type(report.data) for report in told()]
    assert kinds[:40] == [SessionSetup, *[EntryUpsert] * 38, GridSet]
    moments = [report.data.t_us for report in told()[40:]]  # type: ignore[attr-defined]
    assert moments == sorted(moments)
    assert moments[0] == 0


def test_every_report_has_its_own_name() -> None:
    """The same story twice is the same story: ids repeat nowhere, and are the same each time."""
    ids = [(report.source, report.id) for report in told()]
    assert len(set(ids)) == len(ids)
    assert tuple(reports()) == told()
    assert {source for source, _ in ids} == {TIMING, RACE_CONTROL}
    assert (TIMING, "crossing/5/268/sf") in ids


def test_the_leader_of_every_lap() -> None:
    """Ten cars lead; the photo takes the last lap from car 17 and gives it to car 5."""
    first_scored = leaders(reviewed=False)
    assert first_scored == [race.LEADER_OF_LAP[lap] for lap in LAPS]
    corrected = leaders(reviewed=True)
    assert corrected == [*first_scored[:-1], "5"]
    assert Counter(first_scored)["5"] == 63
    assert Counter(first_scored)["17"] == 54
    assert Counter(corrected) == {
        "20": 5, "1": 43, "16": 6, "5": 64, "11": 71,
        "45": 7, "17": 53, "8": 14, "38": 4, "6": 1,
    }  # fmt: skip
    assert [len(list(groupby(led))) - 1 for led in (first_scored, corrected)] == [27, 28]


def test_the_order_at_the_stage_ends_and_at_the_finish() -> None:
    """All 38 cars at laps 80 and 165, and the official result after the photo."""
    assert tuple(order(80)) == cars.STAGE_1
    assert tuple(order(165)) == cars.STAGE_2
    assert order(268)[:3] == ["17", "5", "9"]
    assert order(268, reviewed=True) == list(cars.FINISH)


def test_stage_order_is_the_same_when_cars_stop_at_the_flag() -> None:
    """Each car's stage ends with its first crossing at or after the winner's."""
    times = completed(reviewed=False)
    for stage_end, expected in ((80, cars.STAGE_1), (165, cars.STAGE_2)):
        flag = min(times[car][stage_end] for car in expected)
        finished = {}
        for car in expected:
            lap = next(lap for lap, at in enumerate(times[car]) if at >= flag)
            finished[car] = (-lap, times[car][lap])
        assert sorted(finished, key=finished.__getitem__) == list(expected)


def test_laps_completed_and_gaps_at_the_finish() -> None:
    """31 cars on the lead lap, each as far behind the winner as the results say."""
    times = completed(reviewed=True)
    assert {car: len(t) - 1 for car, t in times.items()} == {
        car: finish.laps for car, finish in cars.FINISH.items()
    }
    assert sum(len(t) - 1 == 268 for t in times.values()) == 31
    for car, finish in cars.FINISH.items():
        assert times[car][-1] == finish.last_crossing_ms * 1000
    as_shown = completed(reviewed=False)
    assert as_shown["5"][-1] - as_shown["17"][-1] == 1000
    assert times["17"][-1] - times["5"][-1] == 1000


@pytest.mark.parametrize("reviewed", [False, True])
def test_no_one_crosses_the_line_twice_after_the_winner(reviewed: bool) -> None:
    """The first crossing at or after the winner's ends a car's race."""
    times = completed(reviewed=reviewed)
    won = min(t[268] for t in times.values() if len(t) > 268)
    for t in times.values():
        assert sum(at >= won for at in t) <= 1
        assert all(at < won for at in t[:-1])


def test_laps_last_as_long_as_laps_do() -> None:
    """No lap below the car's best, which it sets when it did; two cars never at once."""
    for car, t in completed(reviewed=False).items():
        took = [after - before for before, after in pairwise(t)]
        best = round(cars.PACE[car].best_lap * 1e6)
        assert min(took) == best
        assert took.index(best) + 1 == cars.PACE[car].best_lap_number
        assert took.count(best) == 1
    for lap in range(269):
        at = [t[lap] for t in completed(reviewed=False).values() if len(t) > lap]
        assert len(set(at)) == len(at)


def test_green_laps_are_believable() -> None:
    """Away from cautions and stops, no lap takes much longer than a slow one."""
    slow = {
        lap
        for caution in race.CAUTIONS
        for lap in range(caution.after_lap + 1, caution.last_lap + 2)
    }
    times = completed(reviewed=False)
    for car, t in times.items():
        pitted = {stop.laps_completed for stop in pit_stops.PIT_STOPS[car]}
        for lap, (before, after) in enumerate(pairwise(t), 1):
            away = {lap - 1, lap - 2}.isdisjoint(pitted)
            green = {lap + down for down in range(7)}.isdisjoint(slow)
            if away and green:
                assert 30_000_000 < after - before < 36_000_000, (car, lap)


def test_every_stop_at_its_time_with_its_lap() -> None:
    """254 stops; each but the last of car 2 completes a lap on pit road."""
    times = completed(reviewed=False)
    found = stops()
    assert sum(map(len, found.values())) == 254
    for car, known in pit_stops.PIT_STOPS.items():
        assert found[car] == [(stop.entered_ms * 1000, stop.left_ms * 1000) for stop in known]
        for stop in known:
            entered, left = stop.entered_ms * 1000, stop.left_ms * 1000
            assert sum(at < entered for at in times[car]) - 1 == stop.laps_completed
            assert sum(leader_us(lap) <= entered for lap in LAPS) == stop.leader_laps
            crossed = sum(entered < at < left for at in times[car])
            assert crossed == (0 if (car, stop.laps_completed) == ("2", 184) else 1)


def test_the_cautions_are_as_long_as_they_were() -> None:
    """Seven cautions, 43 laps: each yellow after a lap of the leader, each green a lap early."""
    flags = said(FlagChanged)
    assert [flag.flag for flag in flags] == [
        "green",
        *["caution", "green"] * 7,
        "white",
        "checkered",
    ]
    laps = []
    for yellow, green, known in zip(flags[1:15:2], flags[2:15:2], race.CAUTIONS, strict=True):
        under = [lap for lap in LAPS if yellow.t_us < leader_us(lap) < green.t_us]
        assert (under[0], under[-1]) == (known.after_lap + 1, known.last_lap)
        assert (yellow.lap, yellow.caution) == (known.after_lap, known.number)
        assert yellow.beneficiary == known.beneficiary
        laps.append(len(under))
    assert laps == [7, 7, 7, 5, 5, 7, 5]
    assert leader_us(267) < flags[-2].t_us < leader_us(268) < flags[-1].t_us


def test_the_free_pass_goes_to_the_first_car_a_lap_down() -> None:
    """Whoever gets it was a lap down when the yellow came, and ahead of all others who were."""
    flags = {flag.caution: flag.t_us for flag in said(FlagChanged) if flag.flag == "caution"}
    times = completed(reviewed=False)
    for caution in race.CAUTIONS:
        if caution.beneficiary is None:
            continue
        seen = {car: sum(at <= flags[caution.number] for at in t) - 1 for car, t in times.items()}
        down = [
            car
            for car in order(caution.after_lap)
            if laps_down(car, seen[car]) >= 1 and cars.FINISH[car].laps >= caution.after_lap
        ]
        assert down[0] == caution.beneficiary, caution.number
        restart = caution.last_lap + 1
        assert laps_down(caution.beneficiary, restart + 1) == 0


def test_car_23_is_the_first_car_a_lap_down_at_lap_260() -> None:
    """The 23 cars before it are on the lead lap; all after it are not."""
    at_260 = order(260)
    place = at_260.index("23")
    assert place == 23
    assert all(laps_down(car, 260) == 0 for car in at_260[:place])
    running = [car for car in at_260[place:] if cars.FINISH[car].laps >= 261]
    assert all(laps_down(car, 259) >= 1 for car in running)


def test_car_8_falls_to_23rd_when_it_spins() -> None:
    """It comes round last of the lead lap, and is never lower."""
    places = [order(lap).index("8") + 1 for lap in LAPS]
    assert places[261 - 1] == 23
    assert max(places) == 23


def test_who_was_in_what() -> None:
    """Five incidents on the leader's lap in progress; cars 84 and 2 are out after two of them."""
    flags = {flag.caution: flag.t_us for flag in said(FlagChanged) if flag.flag == "caution"}
    reported = said(Incident)
    assert [one.lap for one in reported] == [176, 185, 192, 198, 261]
    for one, known in zip(reported, incidents.INCIDENTS, strict=True):
        assert leader_us(one.lap - 1) < one.t_us < flags[one.caution] < leader_us(one.lap)
        assert [part.entry for part in one.involved] == [part.car for part in known.parts]
    out = {retired.entry: retired.lap for retired in said(Retirement)}
    assert out == {"84": 175, "2": 184}
    assert [(penalty.entry, penalty.kind) for penalty in said(Penalty)] == [("17", "tail")]


def test_the_photo_decides() -> None:
    """Review opened, crossing retimed, result provisional (which ends the review), official."""
    after = [report.id for report in told() if report.source == RACE_CONTROL][-4:]
    assert after == [
        "review/1/open",
        "correction/1",
        "result/provisional",
        "result/official",
    ]
    correction = said(Correction)[0]
    assert (correction.op, correction.basis, correction.authority) == (
        "retime", "photo", "race_control",
    )  # fmt: skip
    assert (correction.target.source, correction.target.id) == (TIMING, "crossing/5/268/sf")
    assert [one.status for one in said(ResultReview)] == ["open"]
    assert [one.status for one in said(ResultDeclared)] == ["provisional", "official"]


def test_what_was_worked_out_says_so() -> None:
    """Pit road and each car's last crossing were timed; no other crossing was published."""
    for crossing in said(Crossing):
        last = crossing.loop == "sf" and crossing.lap == cars.FINISH[crossing.entry].laps
        assert crossing.estimated != (crossing.loop != "sf" or last)


def test_running_positions_are_close_to_those_published() -> None:
    """What the facts do not fix is still near what is told of every car's race."""
    closeness = review(positions(crossings()))
    assert closeness.average_error < 0.02
    assert closeness.worst_average_error < 0.06
    assert closeness.middle == closeness.closing == 38
    assert closeness.best >= 36
    assert closeness.worst >= 37


def test_the_solved_file_is_written_as_it_is_read() -> None:
    """No digit is lost between the solver and the story."""
    text = Path(race.__file__).with_name("crossings.json").read_text(encoding="utf-8")
    assert as_json(crossings()) == text


def test_no_fact_is_contradicted() -> None:
    """What the solver was told to respect, it did, to the millisecond; a nudge would show."""
    assert contradicted(crossings()) == 0
    nudged = {**crossings(), ("11", 80): crossings()["1", 80]}
    assert contradicted(nudged) > 0


@cache
def shared(name: str) -> Any:
    """A file of real race data beside the project."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"no race data at {path}")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.shared
def test_the_scenario_is_the_race_that_was_run() -> None:
    """Every number written down in the scenario is the number in the data it came from."""
    data = shared("kansas2024.json")
    rows = data["results"]["rows"]
    for row in rows:
        car, pace = row["car"], row["pace"]
        laps, elapsed = row["laps"], round(row["elapsed_s"] * 1000)
        assert cars.FINISH[car] == (row["finish"], laps, elapsed)
        assert cars.STAGE_1[row["stage1_finish"] - 1] == car
        assert cars.STAGE_2[row["stage2_finish"] - 1] == car
        assert cars.RAN[car] == (
            row["avg_running_position"],
            row["best_pos"],
            row["worst_pos"],
            row["mid_race_pos"],
            row["closing_pos_pre_finish"],
            row["top15_laps"],
        )
        best = row["best_lap"], row["best_lap_time_s"]
        rest = pace["fast5_avg"], pace["fast20_avg"], pace["green_median"]
        assert cars.PACE[car] == (*best, *rest)
        if not row["diff_laps"]:
            assert elapsed - cars.FINISH["5"].last_crossing_ms == row["diff_time_ms"]
    grid = sorted(rows, key=lambda row: row["start"])
    assert [
        (car.number, car.driver, car.team, car.make, not car.scores_points) for car in entries.CARS
    ] == [
        (r["car"], r["driver"], r["team"], r["manufacturer"], r["points_ineligible"]) for r in grid
    ]
    known: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for row in data["pit_stops"]["rows"]:
        if row["in_time_s"]:
            at = round(row["in_time_s"] * 1000), round(row["out_time_s"] * 1000)
            known[row["car"]].append((row["lap"], row["leader_lap"], *at))
    assert {car: [tuple(stop) for stop in s] for car, s in pit_stops.PIT_STOPS.items()} == known


@pytest.mark.shared
def test_leaders_and_cautions_are_those_of_the_data() -> None:
    """Before the photo and after it, with the free passes."""
    data = shared("kansas2024.json")
    for block, reviewed in (("as_first_scored", False), ("as_corrected", True)):
        expected = [
            row["car"]
            for row in data["leaders"][block]
            for _ in range(row["start"], row["end"] + 1)
        ]
        assert leaders(reviewed=reviewed) == expected
    assert [(c.number, c.after_lap, c.last_lap, c.text, c.beneficiary) for c in race.CAUTIONS] == [
        (
            row["no"],
            row["yellow_shown_after_leader_lap"],
            row["last_yellow_lap"],
            row["reason"],
            row["free_pass_car"],
        )
        for row in data["cautions"]["rows"]
    ]


@pytest.mark.shared
def test_incidents_are_those_of_the_data() -> None:
    """The same cars in the same parts, by whatever order they are named."""
    for known, told_here in zip(
        shared("incidents.json")["incidents"], incidents.INCIDENTS, strict=True
    ):
        assert (known["caution"], known["lap"] - 1) == (told_here.caution, told_here.after_lap)
        assert (known["kind"], known["location"]) == (told_here.kind, told_here.place)
        parts = {(one["car"], one["role"], one["outcome"]) for one in known["involved"]}
        assert parts == {(p.car, p.role, p.outcome) for p in told_here.parts}
