"""A race judged as it is run, held during a review, and judged again when its result changes."""

from pathlib import Path

import pytest

from simulators.player import in_order
from simulators.scripted import SCRIPTED
from tests.racing.story import story as race_of
from tracker.feed.envelope import Report
from tracker.feed.officials import Penalty, ResultDeclared
from tracker.feed.recording import numbered
from tracker.feed.translate import translate
from tracker.journal import Journal
from tracker.judging import JudgesDesk
from tracker.live import wire
from tracker.memory import Memory, history_of, past_race, remember, rows_of, series_of
from tracker.racing.desk import ScoringDesk
from tracker.racing.events import Filed
from tracker.settings import Settings
from tracker.verdicts.history import History, PastRace, Start

RACE = "kansas-2024"
DAY = 24 * 3600 * 1_000_000

HISTORY = History(
    races=(
        PastRace(
            "2024-04-28",
            "Dover",
            "Dover 400",
            2024,
            (Start("5", "Kyle Larson", 1), Start("17", "Chris Buescher", 2)),
        ),
    ),
    series="nascar-cup",
)


def placed(reports: list[Report]) -> list[Filed]:
    """A story as it is folded."""
    told = (translate(event) for event in numbered(reports, RACE))
    return [item for item in told if item is not None]


@pytest.fixture(scope="module")
def story() -> list[Filed]:
    return placed(in_order(SCRIPTED[RACE]()))


def judged(desk: ScoringDesk, judges: JudgesDesk) -> wire.VerdictsShown | None:
    told = judges.look(desk, lambda: None)
    return None if told is None else wire.VerdictsShown.model_validate(told)


def test_verdicts_form_are_held_and_become_final(story: list[Filed]) -> None:
    desk, judges = ScoringDesk(), JudgesDesk()
    seen: list[tuple[str, int]] = []
    for start in range(0, len(story), 100):
        desk.receive(story[start : start + 100])
        told = judged(desk, judges)
        if told is None:
            assert desk.race.laps_completed < 80
        elif (told.status, told.rev) not in seen:
            seen.append((told.status, told.rev))
    assert seen[0] == ("forming", 0)
    assert seen[-1] == ("final", 3)
    desk, judges = ScoringDesk(), JudgesDesk()
    photo = next(place for place, item in enumerate(story) if item.id == "correction/1")
    desk.receive(story[:photo])
    held = judged(desk, judges)
    assert held is not None
    assert held.status == "held"
    assert {verdict.entry for verdict in held.verdicts}.isdisjoint({"5", "17"})


def test_a_disqualification_a_day_later_withdraws_what_is_no_longer_true() -> None:
    """The winner is thrown out: the verdict on him is withdrawn, and the cause is told."""
    reports = in_order(SCRIPTED[RACE]())
    last = reports[-1].data
    assert isinstance(last, ResultDeclared)
    thrown_out = Penalty(
        penalty=9, t_us=last.t_us + DAY, entry="5", kind="dsq", reason="failed inspection"
    )
    reports.append(Report("race-control", "penalty/9", thrown_out))
    desk, judges = ScoringDesk(), JudgesDesk()
    desk.receive(placed(reports))
    told = judged(desk, judges)
    assert told is not None
    assert told.cause is not None
    assert "failed inspection" in told.cause
    winners = [verdict.entry for verdict in told.verdicts if verdict.side == "winner"]
    assert "5" not in winners
    assert ("winner", "5") in [(verdict.side, verdict.entry) for verdict in told.withdrawn]


def test_with_a_result_goes_what_it_was_judged_to_mean() -> None:
    """A lap too many ended the race; without it the race goes on, and nobody has won yet."""
    cars = ("1", "2", "3", "4")
    told = race_of(*cars, laps=10).green()
    for lap in range(1, 10):
        for place, car in enumerate(cars):
            told.lap(car, 30 * lap + place / 2)
    told.lap("2", 296).laps("1", 320).laps("3", 321).laps("4", 322)
    desk, judges = ScoringDesk(), JudgesDesk()
    desk.receive(told.filed)
    first = judged(desk, judges)
    assert first is not None
    assert (first.status, first.rev) == ("provisional", 1)
    assert ("winner", "2") in [(verdict.side, verdict.entry) for verdict in first.verdicts]
    for wrong in ("2@296", "1@320", "3@321", "4@322"):
        told.correct("delete", 330, wrong, reason="the race goes on")
        desk.receive(told.filed[-1:])
    then = judged(desk, judges)
    assert then is not None
    assert (then.status, then.rev, then.cause) == ("forming", 0, "manual: the race goes on")
    assert ("winner", "2") in [(verdict.side, verdict.entry) for verdict in then.withdrawn]


def test_verdicts_are_the_same_after_a_restart(story: list[Filed]) -> None:
    """In bursts or at once: what is judged hangs on the race alone."""
    slow, fast = ScoringDesk(), ScoringDesk()
    judges = JudgesDesk()
    for start in range(0, len(story), 500):
        slow.receive(story[start : start + 500])
        judges.look(slow, lambda: None)
    fast.receive(story)
    assert judges.look(slow, lambda: None) == JudgesDesk().look(fast, lambda: None)


def test_what_is_remembered_comes_back_as_it_was() -> None:
    kept = history_of(rows_of(HISTORY, "nascar-cup"))
    assert kept == {"nascar-cup": HISTORY}


def test_a_race_scored_here_is_history_to_the_next_and_never_to_itself(
    story: list[Filed],
) -> None:
    desk = ScoringDesk()
    desk.receive(story)
    race = desk.race
    assert series_of(race) == "nascar-cup"
    past = past_race(race)
    assert [row.driver for row in past.rows][:2] == ["Kyle Larson", "Chris Buescher"]
    assert len(past.rows) == 38
    memory = Memory({"nascar-cup": HISTORY})
    again = memory.before(race, [race])
    assert again is not None
    assert again.races == HISTORY.races


@pytest.mark.anyio
async def test_history_is_kept_in_the_journal(tmp_path: Path) -> None:
    """Imported twice, it is there once; another series' history is another."""
    table = tmp_path / "results.csv"
    table.write_text(
        "date,race,track,season,driver,finish,car\n"
        "2024-04-28,Dover 400,Dover,2024,Kyle Larson,1,5\n"
        "2024-04-28,Dover 400,Dover,2024,Chris Buescher,2,17\n"
    )
    settings = Settings(data=tmp_path / "data")
    for _ in range(2):
        kept = await remember(settings, table, "nascar-cup")
        assert kept.races == 1
    async with Journal.open(settings.journal) as journal:
        memory = await Memory.read(journal)
    assert list(memory.imported) == ["nascar-cup"]
    (race,) = memory.imported["nascar-cup"].races
    assert [row.driver for row in race.rows] == ["Kyle Larson", "Chris Buescher"]
