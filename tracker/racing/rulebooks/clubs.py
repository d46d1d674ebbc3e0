"""Clubs: what is assumed of any, one with a book of its own, and karts."""

from tracker.racing.rulebooks.rules import (
    MINUTE,
    SECOND,
    Bonus,
    PointsRules,
    RedFlagRules,
    Rulebook,
    Source,
)
from tracker.racing.vocabulary import RaceTime

CLUB = Rulebook("club/any")
"""What is assumed of a race whose rulebook we do not have: every starter is placed by laps."""

CSBK = Rulebook(
    "csbk/any",
    classified_from=0.7,
    must_be_running=True,
    finish_window=RaceTime(3 * MINUTE),
    points=PointsRules(
        table=(50, 42, 37, 32, 29, 27, 25, 23, 21, 19, 17, 15, 13, 12, 10, 8, 6, 4, 2, 1),
        bonuses=(Bonus("qualifying", (4, 3, 2, 1)), Bonus("most_laps_led", (2,))),
    ),
    sources=(
        Source(
            ("classified_from", "must_be_running", "finish_window", "points.table",
             "points.bonuses"),
            "csbk",
        ),
    ),
)  # fmt: skip
"""A club that classifies by two conditions: the share of the distance, and the time to finish."""

KART = Rulebook(
    "kart/any",
    minimum_lap=RaceTime(10 * SECOND),
    red=RedFlagRules(order="lap_back", laps_back=1, official_at=0.75),
    sources=(
        Source(("minimum_lap",), "p3: a public kart script", verified=False),
        Source(
            ("red.official_at", "red.order", "red.laps_back"),
            "ukkart",
            verified=False,
            note="one lap back or two, as the clerk of the course decides",
        ),
    ),
)
"""Karts: no points, because every club has its own."""

BOOKS = (CLUB, CSBK, KART)
