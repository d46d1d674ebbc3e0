"""The standings around Kansas 2024 as they were published."""

import json
import unicodedata
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tracker.racing.playoffs import playoffs, settled
from tracker.racing.points import RacePoints, points_of
from tracker.racing.rulebook import rulebook
from tracker.racing.standings import Season, after, standings
from tracker.score import folded, scripted

DATA = Path(__file__).parents[3] / "shared" / "data"
CUP = rulebook("nascar-cup/2024").season
PART_TIME = {"jimmie johnson", "kaz grala", "derek kraus"}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the race data beside the project is not here"),
]


def plain(name: str) -> str:
    """A name as every file would spell it."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return letters.removesuffix(" iii").replace("john h. nem", "john hunter nem").replace(".", "")


@cache
def published() -> list[dict[str, Any]]:
    data = json.loads((DATA / "kansas2024" / "kansas2024.json").read_text())
    rows: list[dict[str, Any]] = data["standings"]["rows"]
    return rows


@cache
def before() -> tuple[Season, ...]:
    """Points as published after Dover, places from the results of eleven races."""
    season = json.loads((DATA / "history" / "season2024.json").read_text())
    places = defaultdict(list)
    for race in season["races"][:11]:
        for row in race["results"]:
            if row["finish"]:
                places[plain(row["driver"])].append(row["finish"])
    return tuple(
        Season(
            row["driver"],
            row["after_race_11_dover"],
            tuple(places[row["driver"]]),
            full_time=row["driver"] not in PART_TIME,
        )
        for row in published()
    )


@cache
def kansas() -> RacePoints:
    points = points_of(folded(scripted("kansas-2024")))
    return replace(
        points,
        scores=tuple(replace(score, driver=plain(score.driver or "")) for score in points.scores),
    )


def test_points_and_places_after_kansas() -> None:
    """Every driver's points, and every official position; two were not given one."""
    table = {line.driver: line for line in standings(CUP, after(before(), kansas()))}
    for row in published():
        line = table[row["driver"]]
        assert line.points == row["after_race_12_kansas"], row["driver"]
        if row["official_position_after_kansas"]:
            assert line.position == row["official_position_after_kansas"], row["driver"]


def test_the_cut_line_before_and_after() -> None:
    """Buescher's place on points is Keselowski's; Logano falls below, 18 points short."""
    then = playoffs(CUP, standings(CUP, before()))
    now = playoffs(CUP, standings(CUP, after(before(), kansas())))
    assert then is not None
    assert now is not None
    assert (then.last_in, then.cut_line, then.first_out) == ("chris buescher", 265, "bubba wallace")
    assert (now.last_in, now.cut_line, now.first_out) == ("brad keselowski", 287, "bubba wallace")
    chances = now.by_driver
    assert chances["bubba wallace"].to_cut_line == -4
    assert chances["joey logano"].to_cut_line == -18
    assert chances["chris buescher"].to_cut_line == 29
    winners = {chance.driver for chance in now.chances if chance.on == "win"}
    assert winners == {
        "denny hamlin", "william byron", "christopher bell", "chase elliott", "tyler reddick",
        "daniel suarez", "kyle larson",
    }  # fmt: skip
    assert {(one.kind, one.driver) for one in settled(then, now)} == {
        ("climbed_above", "brad keselowski"),
        ("fell_below", "joey logano"),
    }
