"""Sports cars: IMSA WeatherTech (2021 to 2026) and the World Endurance Championship (2018 on)."""

from dataclasses import replace

from tracker.racing.rulebooks.rules import (
    HOUR,
    MINUTE,
    Bonus,
    Longer,
    PointsRules,
    RedFlagRules,
    Rulebook,
    Source,
)
from tracker.racing.vocabulary import RaceTime

IMSA_TABLE = (350, 320, 300, 280, 260, *range(250, 0, -10))
"""Ten less for each place from sixth, to 10 for 30th."""

_IMSA = Rulebook(
    "imsa",
    points=PointsRules(
        table=IMSA_TABLE,
        beyond=10,
        bonuses=(Bonus("qualifying", tuple(points // 10 for points in IMSA_TABLE)),),
        class_scoped=True,
    ),
    sources=(
        Source(("points.table", "points.bonuses", "points.class_scoped"), "imsa", verified=False),
        Source(("points.beyond",), "general knowledge", verified=False),
        Source(
            ("classified_from",),
            "imsa gridguy: 70 % of the class winner in some years; not applied: results of 2022, "
            "2023 and 2024 place cars that ran less",
            verified=False,
        ),
    ),
)

_WEC = Rulebook(
    "wec",
    classified_from=0.7,
    final_lap_limits=(
        (RaceTime(6 * MINUTE), 1),
        (RaceTime(7 * MINUTE), 2),
        (RaceTime(8 * MINUTE), 4),
        (RaceTime(10 * MINUTE), 8),
        (RaceTime(15 * MINUTE), None),
    ),
    red=RedFlagRules(clock_stops=False),
    points=PointsRules(
        table=(25, 18, 15, 12, 10, 8, 6, 4, 2, 1),
        bonuses=(Bonus("pole", (1,)),),
        longer=(Longer(RaceTime(8 * HOUR), 1.5), Longer(RaceTime(24 * HOUR), 2.0)),
        class_scoped=True,
    ),
    sources=(
        Source(("classified_from",), "wec127"),
        Source(
            ("final_lap_limits",),
            "r/wec, a fan summary; Le Mans differs",
            verified=False,
        ),
        Source(("red.clock_stops",), "wec122"),
        Source(
            ("points.table", "points.bonuses", "points.longer", "points.class_scoped"),
            "general knowledge",
            verified=False,
            note="half a point beyond tenth in older seasons is not in this book",
        ),
    ),
)

BOOKS = (
    *(replace(_IMSA, id=f"imsa/{year}") for year in range(2021, 2027)),
    *(replace(_WEC, id=f"wec/{year}") for year in range(2018, 2027)),
)
