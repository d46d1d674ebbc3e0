"""The race as a whole: its distance, its leaders and its cautions."""

from typing import Literal, NamedTuple

Reason = Literal["accident", "spin", "stage"]

RACE = "nascar-cup-2024-12"
NAME = "AdventHealth 400"
DATE = "2024-05-05"
ROUND = 12
TRACK = "Kansas Speedway"
TRACK_LENGTH_M = 2414.016  # 1.5 miles
SCHEDULED_LAPS = 267
LAPS_RUN = 268
STAGE_ENDS = (80, 165, 267)

HALF_DISTANCE = 134
CLOSING_LAP = 241  # about a tenth from the end

# By how much timing first showed car 17 ahead, and by how much the photo put car 5 ahead.
PHOTO_MARGIN_MS = 1
FIRST_SHOWN_WINNER = "17"
WINNER = "5"


class Led(NamedTuple):
    """Laps led on end, first and last included."""

    first: int
    last: int
    car: str


class Caution(NamedTuple):
    """A caution: the yellow is shown when the leader has completed `after_lap` laps.

    The laps up to and including `last_lap` are run under it; the green falls during the next
    one, just before the leader reaches the line.
    """

    number: int
    after_lap: int
    last_lap: int
    reasons: tuple[Reason, ...]
    text: str
    beneficiary: str | None


# As first scored: the photo finish then gave lap 268 to car 5.
LEADERS: tuple[Led, ...] = (
    Led(1, 1, "20"),
    Led(2, 32, "1"),
    Led(33, 35, "20"),
    Led(36, 41, "16"),
    Led(42, 43, "1"),
    Led(44, 44, "5"),
    Led(45, 50, "1"),
    Led(51, 62, "5"),
    Led(63, 64, "11"),
    Led(65, 65, "5"),
    Led(66, 83, "11"),
    Led(84, 87, "1"),
    Led(88, 88, "20"),
    Led(89, 118, "5"),
    Led(119, 125, "45"),
    Led(126, 168, "17"),
    Led(169, 183, "5"),
    Led(184, 197, "8"),
    Led(198, 201, "5"),
    Led(202, 205, "38"),
    Led(206, 207, "11"),
    Led(208, 214, "17"),
    Led(215, 227, "11"),
    Led(228, 228, "17"),
    Led(229, 262, "11"),
    Led(263, 263, "6"),
    Led(264, 265, "11"),
    Led(266, 268, "17"),
)

CAUTIONS: tuple[Caution, ...] = (
    Caution(1, 80, 87, ("stage",), "Stage 1 Conclusion", "41"),
    Caution(2, 165, 172, ("stage",), "Stage 2 Conclusion", "14"),
    Caution(3, 175, 182, ("accident",), "Nos. 7, 31, 33, 84 Incident Turn 2", "42"),
    Caution(4, 184, 189, ("accident",), "Nos. 2, 11, 23, 34 Incident Backstretch", "99"),
    Caution(5, 191, 196, ("spin",), "No. 21 Spin Backstretch", None),
    Caution(6, 197, 204, ("accident",), "Nos. 14, 22 Spin Frontstretch", "43"),
    Caution(7, 260, 265, ("spin",), "No. 8 Spin Turn 2", "23"),
)

LEADER_OF_LAP: dict[int, str] = {
    lap: led.car for led in LEADERS for lap in range(led.first, led.last + 1)
}
