"""Formula One World Championship, 1996 to 2026."""

from dataclasses import replace

from tracker.racing.rulebooks.rules import (
    Bonus,
    PointsRules,
    RedFlagRules,
    Reduced,
    Rulebook,
    Source,
)

SIX = (10, 6, 4, 3, 2, 1)
EIGHT = (10, 8, 6, 5, 4, 3, 2, 1)
TEN = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
SPRINT = (8, 7, 6, 5, 4, 3, 2, 1)

HALF = (Reduced(0.75, share=0.5),)
BY_QUARTERS = (
    Reduced(0.25, (6, 4, 3, 2, 1)),
    Reduced(0.50, (13, 10, 8, 6, 5, 4, 3, 2, 1)),
    Reduced(0.75, (19, 14, 12, 9, 8, 6, 5, 3, 2, 1)),
)

_BASE = Rulebook(
    "f1",
    classified_from=0.9,
    red=RedFlagRules(order="lap_back", laps_back=1, clock_stops=False),
)

_COMMON = (
    Source(("classified_from",), "f1cfa", note="rounded down: general knowledge"),
    Source(("red.order", "red.laps_back"), "f1cfa", note="the end of the penultimate lap before"),
    Source(("red.clock_stops",), "published race times of 2021 include the stoppages"),
    Source(("season.ties",), "f1pts: most wins, then seconds, and so on"),
)

HELD_AGAINST = (2003, 2008, 2012, 2016, 2018, 2021)
"""Seasons whose published points of every race the table gives."""


def _season(year: int) -> Rulebook:
    """The rulebook of one season."""
    table = SIX if year < 2003 else EIGHT if year < 2010 else TEN
    bonuses: tuple[Bonus, ...] = ()
    sprint: tuple[float, ...] = ()
    sources: tuple[Source, ...] = _COMMON
    if year in HELD_AGAINST:
        sources += (Source(("points.table",), f"published results of {year}"),)
    elif 2019 <= year <= 2024:
        sources += (Source(("points.table",), "f1pts"),)
    else:
        sources += (Source(("points.table",), "general knowledge", verified=False),)
    if 2019 <= year <= 2024:
        bonuses = (Bonus("fastest_lap", (1,), top=10, least_distance=0.5),)
        sources += (Source(("points.bonuses",), "f1pts; published results of 2021"),)
    if year == 2021:
        sprint = (3, 2, 1)
        sources += (Source(("points.sprint",), "myspeed.in 2022-02-15"),)
    elif year >= 2022:
        sprint = SPRINT
        sources += (Source(("points.sprint",), "f1pts"),)
    if year >= 2022:
        reduced: tuple[Reduced, ...] = BY_QUARTERS
        green = True
        sources += (
            Source(
                ("points.reduced", "points.minimum_laps", "points.minimum_laps_green"),
                "formula1.com, changes approved by the F1 Commission on 14 February 2022",
                verified=year == 2022,
                note="announced for 2022; later seasons are taken to be the same",
            ),
        )
    else:
        reduced, green = HALF, False
        sources += (
            Source(
                ("points.reduced",),
                "f1newbie; published results of Belgium 2021",
                verified=year == 2021,
            ),
            Source(("points.minimum_laps",), "f1newbie", verified=False),
        )
    if year == 2014:
        sources += (
            Source((), "the last race of 2014 scored double: not in this book", verified=False),
        )
    return replace(
        _BASE,
        id=f"f1/{year}",
        points=PointsRules(
            table=table,
            sprint=sprint,
            bonuses=bonuses,
            reduced=reduced,
            minimum_laps=2,
            minimum_laps_green=green,
        ),
        sources=sources,
    )


BOOKS = tuple(_season(year) for year in range(1996, 2027))
