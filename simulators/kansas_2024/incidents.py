"""What happened on the track, who was in it and how; and what race control made of it.

Roles are the judgement of those who wrote about the race, not of officials.
"""

from typing import Literal, NamedTuple

Role = Literal["instigator", "contact", "victim", "collected", "self"]
Outcome = Literal["continued", "dnf"]


class Part(NamedTuple):
    """A car's part in an incident, and the laps it had completed."""

    car: str
    laps: int
    role: Role
    outcome: Outcome = "continued"


class Incident(NamedTuple):
    """An incident on the lap after `after_lap` of the leader; it brought out a caution.

    The first car named is the one around which it happened, `seconds` after that car had last
    crossed start/finish.
    """

    after_lap: int
    caution: int
    kind: Literal["contact", "spin"]
    place: str
    turn: int | None
    seconds: int
    parts: tuple[Part, ...]
    text: str


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        175, 3, "contact", "turn 2", 2, 9,
        (
            Part("84", 175, "victim", "dnf"),
            Part("7", 175, "instigator"),
            Part("31", 174, "collected"),
            Part("33", 174, "collected"),
        ),
        "No. 84 checks up for smoke ahead, is hit by No. 7 and hits the outside wall hard; "
        "Nos. 31 and 33 are collected",
    ),
    Incident(
        184, 4, "contact", "backstretch", None, 14,
        (
            Part("2", 184, "victim", "dnf"),
            Part("20", 184, "contact"),
            Part("11", 184, "contact"),
            Part("23", 184, "collected"),
            Part("34", 184, "collected"),
        ),
        "Nos. 20 and 11 make contact; No. 2 hits the wall and comes down into Nos. 23 and 34",
    ),
    Incident(
        191, 5, "spin", "backstretch", None, 14,
        (Part("21", 190, "self"),),
        "No. 21 spins",
    ),
    Incident(
        197, 6, "spin", "frontstretch", None, 3,
        (Part("22", 197, "self"), Part("14", 197, "contact")),
        "No. 22 spins with No. 14",
    ),
    Incident(
        260, 7, "spin", "turn 2", 2, 9,
        (Part("8", 260, "self"),),
        "No. 8 cuts a right rear tire and spins",
    ),
)  # fmt: skip

# At the second stage break the stage winner's crew was over the wall too soon: to the tail.
PENALISED = "17"
PENALISED_AFTER_LAP = 168
PENALTY = "crew over the wall too soon"
