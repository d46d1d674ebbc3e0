"""Rulebooks say what each series and season decides, and where that comes from."""

from dataclasses import fields

import pytest

from tracker.racing.rulebook import CLUB, RULEBOOKS, rulebook
from tracker.racing.rulebooks.rules import PointsRules, RedFlagRules, Rulebook, SeasonRules

PARTS = {"red": RedFlagRules(), "points": PointsRules(), "season": SeasonRules()}


def decided(book: Rulebook) -> set[str]:
    """The values in which a book differs from deciding nothing."""
    found = set()
    for field in fields(Rulebook):
        if field.name in PARTS:
            part, default = getattr(book, field.name), PARTS[field.name]
            found |= {
                f"{field.name}.{inner.name}"
                for inner in fields(part)
                if getattr(part, inner.name) != getattr(default, inner.name)
            }
        elif field.name not in ("id", "sources") and getattr(book, field.name) != field.default:
            found.add(field.name)
    return found


@pytest.mark.parametrize("id", sorted(RULEBOOKS))
def test_every_value_has_its_source(id: str) -> None:
    """Nothing is decided that does not say on whose word."""
    book = RULEBOOKS[id]
    assert {value for value in decided(book) if book.source(value) is None} == set()


@pytest.mark.parametrize("id", sorted(RULEBOOKS))
def test_every_source_names_a_value(id: str) -> None:
    """A source that misspells its value would vouch for nothing."""
    book = RULEBOOKS[id]
    for source in book.sources:
        for value in source.values:
            part, _, inner = value.rpartition(".")
            assert hasattr(getattr(book, part) if part else book, inner), value


def test_a_series_changes_with_the_season() -> None:
    """Three seasons of Formula One, three tables; the Cup of 2026 pays 55 for a win."""
    assert [rulebook(f"f1/{year}").points.table[0] for year in (1996, 2003, 2012)] == [10, 10, 25]
    assert [rulebook(f"f1/{year}").points.table[1] for year in (1996, 2003, 2012)] == [6, 8, 18]
    assert [bool(rulebook(f"f1/{year}").points.bonuses) for year in (2018, 2019, 2024, 2025)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [rulebook(f"nascar-cup/{year}").points.table[0] for year in (2025, 2026)] == [40, 55]
    assert rulebook("nascar-cup/2026").points.playoff_win == 0
    assert not rulebook("nascar-cup/2026").season.winners_first


def test_a_book_for_any_season_stands_in_for_one() -> None:
    """A club writes its own name and year on the entry form."""
    assert rulebook("csbk/2024").id == "csbk/2024"
    assert rulebook("csbk/2024").points == rulebook("csbk/any").points


def test_a_race_without_a_book_is_placed_by_laps() -> None:
    """The club's book, under the name that was asked for."""
    unknown = rulebook("village-fete/2031")
    assert unknown.id == "village-fete/2031"
    assert unknown.points == CLUB.points == PointsRules()


def test_what_could_not_be_confirmed_says_so() -> None:
    """The ties of the Cup are general knowledge; its table was held against real races."""
    cup = rulebook("nascar-cup/2024")
    assert "season.ties" in cup.unverified
    assert "points.table" not in cup.unverified
    assert "points.reduced" in rulebook("f1/2024").unverified
