"""Only a race has winners and losers: other sessions, and what may be one, are not judged."""

from dataclasses import replace

import pytest

from tests.racing.story import Story, story
from tracker.racing.events import RaceAnnounced
from tracker.racing.vocabulary import Flag
from tracker.verdicts.judge import Verdicts, judge


def session(kind: str = "race", laps: int | None = 5) -> Story:
    """Three cars go round five times."""
    told = story(*"ABC", laps=laps)
    first = told.filed[0]
    assert isinstance(first.event, RaceAnnounced)
    told.filed[0] = first._replace(event=replace(first.event, kind=kind))
    told.green()
    for lap in range(1, 6):
        for place, car in enumerate("ABC"):
            told.lap(car, 30.0 * lap + place)
    return told


def why_not(verdicts: Verdicts) -> str:
    """The one thing that was missing for any verdict."""
    assert (verdicts.verdicts, verdicts.also_considered) == ((), ())
    (skip,) = verdicts.skipped
    return skip.missing


def test_a_race_is_judged() -> None:
    assert judge(session().race).verdicts


@pytest.mark.parametrize("kind", ["practice", "qualifying"])
def test_other_sessions_are_not(kind: str) -> None:
    told = session(kind).flag(Flag.CHECKERED, 149.0)
    assert kind in why_not(judge(told.race))


def test_without_a_distance_or_a_checkered_flag_nobody_knows_that_it_is_a_race() -> None:
    told = session(laps=None)
    assert "no distance" in why_not(judge(told.race))
    assert judge(told.flag(Flag.CHECKERED, 149.0).race).verdicts


def test_before_anything_is_announced_nothing_is_judged() -> None:
    assert "no distance" in why_not(judge(Story().green().race))
