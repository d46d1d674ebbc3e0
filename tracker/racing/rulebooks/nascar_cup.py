"""NASCAR Cup Series, 2017 (the first season with stages) to 2026."""

from dataclasses import replace

from tracker.racing.rulebooks.rules import (
    MINUTE,
    Bonus,
    PointsRules,
    RedFlagRules,
    Rulebook,
    SeasonRules,
    Source,
)
from tracker.racing.vocabulary import RaceTime

TABLE = (40, *range(35, 0, -1))
"""40, then 37 - P: 35 for second, 1 for 36th and everyone behind."""
WIN_55 = (55, *range(35, 0, -1))
STAGE = tuple(range(10, 0, -1))
SEASON_BONUS = (15, 10, 8, 7, 6, 5, 4, 3, 2, 1)

_BASE = Rulebook(
    "nascar-cup",
    overtime=True,
    free_pass=True,
    tie="laps_led",
    red=RedFlagRules(official_at=0.5),
    points=PointsRules(
        table=TABLE,
        beyond=1,
        stage=STAGE,
        playoff_win=5,
        playoff_stage_win=1,
        disqualified_score=True,
    ),
    season=SeasonRules(
        regular_season=26,
        playoff_places=16,
        winners_first=True,
        season_bonus=SEASON_BONUS,
        playoff_start=2000,
        rounds=(16, 12, 8, 4),
        round_races=3,
    ),
)

_COMMON = (
    Source(("overtime",), "yahoo-ot, ard-ot; held against Kansas 2024 and fall 2025"),
    Source(("review_threshold",), "fox-timing: ±0.0015 s"),
    Source(("tie",), "rule 17.5.1.2.2 as told by sportsrush-tie and acar", verified=False),
    Source(("free_pass",), "wikipedia Free pass, sportskeeda", verified=False),
    Source(
        ("points.table", "points.beyond", "points.stage"),
        "autopian; held against published points of Martinsville 2020, Richmond 2023, "
        "Kansas 2024 and Bristol 2025",
    ),
    Source(("points.redistribute",), "published points of Richmond 2023"),
    Source(("points.disqualified_score",), "dq-pocono"),
    Source(("season.ties",), "general knowledge", verified=False),
)
_PLAYOFFS = (
    Source(
        ("points.playoff_win", "points.playoff_stage_win"),
        "autopian; held against published playoff points of Kansas 2024",
    ),
    Source(
        ("season.playoff_places", "season.winners_first", "season.regular_season",
         "season.rounds", "season.round_races", "season.playoff_start"),
        "autosport-po",
    ),
    Source(("season.season_bonus",), "nbcsports 2025; fan summaries", verified=False),
)  # fmt: skip
_CHASE = (
    Source(
        ("season.playoff_places", "season.winners_first", "season.regular_season",
         "season.seeds", "season.rounds", "season.round_races"),
        "jalopnik 2026-01-13 and two further reports of the announcement",
        verified=False,
    ),
    Source(("points.playoff_win", "points.playoff_stage_win"), "playoff_points_earned 0 in 2026"),
)  # fmt: skip

DAMAGED_VEHICLE_CLOCK = {2017: 5, 2018: 6, 2019: 6, 2020: 6, 2021: 6, 2022: 6, 2023: 7, 2024: 7}
"""Minutes at the start of the season. September 2022 made it 10; Atlanta had 8 in 2023 and 2024."""


def _season(year: int) -> Rulebook:
    """The rulebook of one season."""
    book = replace(_BASE, id=f"nascar-cup/{year}")
    sources: tuple[Source, ...] = _COMMON
    clock = DAMAGED_VEHICLE_CLOCK.get(year)
    if clock is not None:
        book = replace(book, damaged_vehicle_clock=RaceTime(clock * MINUTE))
        sources += (
            Source(
                ("damaged_vehicle_clock",),
                "dvp, dvp-2022, racer 2023",
                verified=year in (2017, 2018, 2023, 2024),
                note="minutes at the start of the season; 10 from September 2022; Atlanta 8",
            ),
        )
    else:
        sources += (
            Source(
                (),
                "the damaged vehicle clock of 2025 and 2026; a car may come back from the garage "
                "since 2025 (rules-2025)",
                verified=False,
            ),
        )
    if year < 2020:
        book = replace(book, red=RedFlagRules(official_at_stage=2))
        sources += (Source(("red.official_at_stage",), "thecheckeredflag, gantdaily"),)
    else:
        sources += (Source(("red.official_at",), "thecheckeredflag, gantdaily"),)
    if year < 2023:
        book = replace(book, season=replace(book.season, winner_within=30))
        sources += (Source(("season.winner_within",), "general knowledge", verified=False),)
    if year >= 2025:
        book = replace(book, points=replace(book.points, bonuses=(Bonus("fastest_lap", (1,)),)))
        sources += (
            Source(
                ("points.bonuses",),
                "lap times and published points of Bristol 2025: the car with the fastest lap has "
                "one point more than its places",
                verified=year == 2025,
                note="that it is for the fastest lap is general knowledge",
            ),
        )
    if year < 2026:
        return replace(book, sources=sources + _PLAYOFFS)
    return replace(
        book,
        points=replace(book.points, table=WIN_55, playoff_win=0, playoff_stage_win=0),
        season=SeasonRules(
            regular_season=26,
            playoff_places=16,
            seeds=(2100, 2075, *range(2065, 1999, -5)),
            rounds=(16,),
            round_races=10,
        ),
        sources=(
            Source(
                ("points.table",),
                "reports of the 2026 announcement; Sonoma 2026: 63 with a stage for the winner",
                verified=False,
            ),
            *(source for source in sources if "points.table" not in source.values),
            Source(("points.beyond", "points.stage"), "as in 2025"),
            *_CHASE,
        ),
    )


BOOKS = tuple(_season(year) for year in range(2017, 2027))
