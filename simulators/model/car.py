"""One car of a simulated race: what it is, and how it stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

NOBODY_KNOWS = 10**9


def nothing(at: int) -> None:
    """Nothing, for a car that has not been told yet what to do."""


class Where(Enum):
    """Where a car is."""

    TRACK = "track"
    PIT_ROAD = "pit road"
    OUT = "out"
    HOME = "home"


@dataclass(slots=True, eq=False)
class Car:
    """A car; times in microseconds of the race, pace in seconds over a lap."""

    entry: str
    number: int
    """Its place in the entry list, for what must be decided one way or the other."""
    drivers: tuple[str, ...]
    team: str
    make: str
    class_name: str | None
    slower_s: float
    """Than the best possible car, as it is today."""
    drop_s: float
    driver_slower_s: tuple[float, ...]
    stall: float
    """Where it stops on pit road, as a share of its length."""

    starting_position: int = 0
    where: Where = Where.TRACK
    driver: int = 0
    started: bool = False
    laps: int = 0
    loop: int = 0
    """The last loop crossed on the track; 0 is the line."""
    at: int = 0
    """When it was crossed."""
    crossed_line_at: int = 0
    place: float = 0.0
    """Where it was last seen, pit road included: loops from the line, and halves."""
    place_at: int = 0
    arrival: int = 0
    """When the next crossing is due."""
    next: Callable[[int], None] | None = None
    """What happens then."""
    comes: Callable[[int], None] = field(default=nothing)
    """What happens when it comes to the next loop of the track."""
    turn: int = 0
    """Which of its plans is the valid one: an old one is not carried out."""
    lap_s: float = 0.0
    """What this lap would take alone."""
    noise_s: float = 0.0
    tyres: int = 0
    """Laps on them."""
    tyres_slower_s: float = 0.0
    fuel: float = 0.0
    """Laps it still lasts."""
    stop_in: int = NOBODY_KNOWS
    """Green laps until the stop it has planned."""
    damage_s: float = 0.0
    mend_s: float = 0.0
    """Seconds in the pits that its damage needs."""
    told_out: bool = False
    """Race control has said that it is out."""
    breaking: bool = False
    """About to retire on pit road."""
    through: bool = False
    """Has to drive through pit road once."""
    penalty: int | None = None
    """The number of the penalty it has to serve."""
    tail: bool = False
    """Has to restart from the tail."""
    hurt: bool = False
    """In the incident that brought this caution out."""
    sector: int | None = None
    """The stretch of track it is on, among the cars of that stretch."""
    behind: int = 0
    """Whole laps behind the pace car."""
    stopped_under: int = 0
    """The last caution under which it stopped."""
    laps_down: int = 0
    """Behind the leader, at its own last crossing of the line."""
