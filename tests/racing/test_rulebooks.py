"""Rulebooks say what each series and season decides, and where that comes from."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from itertools import groupby
from pathlib import Path

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


# The tables of docs/rulebooks.md are written by this file: `python -m tests.racing.test_rulebooks`.

PAGE = Path(__file__).parents[2] / "docs" / "rulebooks.md"
BEGIN, END = "<!-- tables -->\n", "<!-- end of tables -->"
SERIES = {
    "nascar-cup": "NASCAR Cup Series",
    "f1": "Formula One",
    "indycar": "IndyCar",
    "imsa": "IMSA WeatherTech",
    "wec": "World Endurance Championship",
    "csbk": "CSBK, a club",
    "kart": "Karts",
    "club": "Any club",
}

Row = tuple[str, str, str, str]
"""A value, what the book says, its source, and how far that can be trusted."""


def value_of(book: Rulebook, name: str) -> object:
    part, _, inner = name.rpartition(".")
    return getattr(getattr(book, part) if part else book, inner)


def shown(value: object) -> str:
    """A value as the page shows it; a million microseconds and more are seconds."""
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return "none"
        case int() | float():
            return f"{value / 1_000_000:g} s" if value >= 1_000_000 else f"{value:g}"
        case tuple() if value and all(one is None or isinstance(one, int) for one in value):
            numbers = [shown(one) for one in value]
            return "-".join(numbers if len(numbers) < 27 else [*numbers[:8], "…", *numbers[-2:]])
        case tuple():
            return "; ".join(shown(one) for one in value) or "none"
        case _ if is_dataclass(value):
            said = {one.name: (getattr(value, one.name), one.default) for one in fields(value)}
            return ", ".join(
                f"{name} {shown(one)}" for name, (one, no) in said.items() if one != no
            )
        case _:
            return str(value)


def rows(book: Rulebook) -> Iterator[Row]:
    for source in book.sources:
        trust = "yes" if source.verified else "**no**"
        note = f" ({source.note})" if source.note else ""
        for name in source.values:
            value = value_of(book, name)
            says = f"{value} µs" if name == "review_threshold" else shown(value)
            yield name, says, source.tag + note, trust
        if not source.values:
            yield "left out", "", source.tag + note, trust


def seasons(years: Iterable[str]) -> str:
    """Years as a reader writes them: 2003–2009, 2012."""
    if not all(year.isdecimal() for year in years):
        return ", ".join(years)
    numbered = enumerate(sorted(map(int, years)))
    runs = [[year for _, year in run] for _, run in groupby(numbered, lambda n: n[1] - n[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def tables() -> str:
    """One table for each series: every value that decides something, by season."""
    lines = []
    for series, title in SERIES.items():
        found: dict[Row, list[str]] = {}
        for id, book in RULEBOOKS.items():
            name, _, season = id.partition("/")
            if name == series:
                for row in rows(book):
                    found.setdefault(row, []).append(season)
        lines += [f"## {title} (`{series}/…`)", ""]
        if not found:
            lines += ["Decides nothing: every starter is placed by laps, and nobody scores.", ""]
            continue
        lines += ["| value | seasons | says | source | verified |", "|---|---|---|---|---|"]
        for (name, says, source, trust), years in sorted(
            found.items(), key=lambda item: (item[0][0] == "left out", item[0][0], item[1])
        ):
            cell = f"`{name}`" if name != "left out" else name
            lines.append(f"| {cell} | {seasons(years)} | {says} | {source} | {trust} |")
        lines.append("")
    return "\n".join(lines)


def test_the_page_about_rulebooks_is_of_today() -> None:
    """After a change to a rulebook, `python -m tests.racing.test_rulebooks` writes its tables."""
    assert {id.partition("/")[0] for id in RULEBOOKS} == set(SERIES)
    page = PAGE.read_text(encoding="utf-8")
    assert page.partition(BEGIN)[2].partition(END)[0] == tables()


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + tables() + END + rest.partition(END)[2], encoding="utf-8")
