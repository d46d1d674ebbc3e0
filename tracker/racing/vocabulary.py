"""The words of the sport: entries, times, flags, and the states a car and a result can be in."""

from enum import StrEnum
from typing import NewType

EntryId = NewType("EntryId", str)
"""What is scored: the car number unless two cars share one. Text: "07" is not "7"."""

LoopId = NewType("LoopId", str)
"""A timing loop by its short name."""

RaceTime = NewType("RaceTime", int)
"""A moment on the timing clock, or a span of it, in whole microseconds."""

START_FINISH = LoopId("sf")


class Flag(StrEnum):
    """A flag as race control shows it."""

    NONE = "none"
    HOT = "hot"
    GREEN = "green"
    YELLOW_LOCAL = "yellow_local"
    FULL_COURSE_YELLOW = "fcy"
    SAFETY_CAR = "sc"
    VIRTUAL_SAFETY_CAR = "vsc"
    VIRTUAL_SAFETY_CAR_ENDING = "vsc_ending"
    CODE_60 = "code60"
    CAUTION = "caution"
    RED = "red"
    WHITE = "white"
    CHECKERED = "checkered"
    COLD = "cold"
    BLUE = "blue"
    BLACK = "black"
    MEATBALL = "meatball"
    DEBRIS = "debris"


CAUTION_FLAGS = frozenset(
    {
        Flag.CAUTION,
        Flag.SAFETY_CAR,
        Flag.FULL_COURSE_YELLOW,
        Flag.VIRTUAL_SAFETY_CAR,
        Flag.CODE_60,
    }
)
"""Flags that open a caution period for the whole field."""


class LoopKind(StrEnum):
    """What a timing loop is for."""

    START_FINISH = "sf"
    SECTOR = "sector"
    PIT_IN = "pit_in"
    PIT_OUT = "pit_out"
    PIT_START_FINISH = "sf_pit"
    SPEED = "speed"


class Phase(StrEnum):
    """How far the race has come."""

    BEFORE = "before"
    RACING = "racing"
    FINISHED = "finished"


class CarStatus(StrEnum):
    """Where a car stands in its race."""

    GRID = "grid"
    RUNNING = "running"
    RETIRED = "retired"
    FINISHED = "finished"


class Outcome(StrEnum):
    """How a car's race came out."""

    RUNNING = "running"
    DNF = "dnf"
    DNS = "dns"
    DSQ = "dsq"
    NC = "nc"


class ResultStatus(StrEnum):
    """How final a result is. Official is not for ever: it may be amended."""

    UNOFFICIAL = "unofficial"
    PROVISIONAL = "provisional"
    OFFICIAL = "official"
    AMENDED = "amended"
