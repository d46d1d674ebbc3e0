"""IndyCar Series, 2016 to 2026."""

from dataclasses import replace

from tracker.racing.rulebooks.rules import Bonus, PointsRules, Rulebook, Source

TABLE = (50, 40, 35, 32, 30, 28, 26, 24, 22, *range(20, 4, -1))
"""To 5 for 25th."""

_BASE = Rulebook(
    "indycar",
    points=PointsRules(
        table=TABLE,
        beyond=5,
        bonuses=(Bonus("pole", (1,)), Bonus("lap_led", (1,)), Bonus("most_laps_led", (2,))),
    ),
    sources=(
        Source(("points.table", "points.beyond", "points.bonuses"), "indypts", verified=False),
        Source(("season.ties",), "general knowledge", verified=False),
        Source(
            (),
            "Indianapolis 500: qualifying points and, to 2022, double points are not in this book",
            verified=False,
        ),
    ),
)

BOOKS = tuple(replace(_BASE, id=f"indycar/{year}") for year in range(2016, 2027))
