"""A race under way: everything its parts share, and the calendar of what happens next."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from simulators.model.car import Car, Where
from simulators.model.chance import Chance
from simulators.model.pace_car import PaceCar
from simulators.model.parameters import Scenario
from simulators.model.truth import Truth
from tracker.feed.envelope import Report

Plan = Callable[[int], None]
"""What is to happen at a moment, which it is told."""


@dataclass(slots=True)
class Running:
    """The race so far, and what is due."""

    scenario: Scenario
    chance: Chance
    cars: list[Car]
    """In their order on the grid."""
    truth: Truth
    keep: bool = True
    """Whether the truth is to remember every lap; a thousand races at once do without."""

    calendar: list[tuple[int, int, Plan | Car, int]] = field(default_factory=list)
    """What is due, first to last: when, in which order of what is due then, and what: a plan, or
    a car that arrives, unless it is in another turn by then."""
    planned: int = 0
    told: list[Report] = field(default_factory=list)
    """Reports of what has just happened, not yet handed on."""

    phase: str = "green"
    """`green`, `caution`, `slow` (a slow zone everywhere), or `over`."""
    leader_laps: int = 0
    leader: Car | None = None
    """The car that completed the last lap first."""
    finish_lap: int | None = None
    """The lap the race ends with; None when it is run to time, or held open by a caution."""
    finished_at: int | None = None
    final_order: list[Car] | None = None
    """The order in which the race was ended by a caution on its last lap."""
    loops: int = 1
    """Loops of a lap on the track, the line included."""
    shares: tuple[float, ...] = (1.0,)
    """Of the time of a lap, what it takes from each loop to the next."""
    stretches: list[list[Car]] = field(default_factory=list)
    """The cars between each loop and the next, first to arrive first."""
    left_at: list[int] = field(default_factory=list)
    """When each loop was last crossed."""
    cold_until: int = 0
    """Leader's laps up to which the field counts as just restarted."""
    green_since: int = 0
    """Laps of the leader when it last took the green."""
    stage_open: dict[int, dict[int, tuple[int, int, Car, bool]]] = field(default_factory=dict)
    """Stages that ended under green, and how each car, by its number, stood at the end of them:
    laps, when the last was completed, the car, and whether it has come to the line since."""

    caution: int = 0
    """Number of the last caution."""
    caution_ends: int = 0
    """Lap of the leader at the end of which the field is lined up."""
    pits_open: bool = True
    lined_up: bool = False
    """Everybody has been sent to the place in which he restarts."""
    one_to_go: bool = False
    to_wave: list[Car] = field(default_factory=list)
    """Lapped cars ahead of the leader, to be sent round at one to go."""
    green_planned: bool = False
    frozen: list[Car] = field(default_factory=list)
    """The order in which the last yellow found the cars."""
    favoured: Car | None = None
    """Gets its lap back when the pits open."""
    queue: list[Car] = field(default_factory=list)
    """The cars behind the pace car, in their places."""
    pace_car: PaceCar | None = None
    pit_exit_round: int = -1
    last_out: Car | None = None
    """The last car that came out of the pits while the pace car was on that round."""

    penalties: int = 0
    flags: int = 0
    incidents: int = 0

    def plan(self, at: int, what: Plan) -> None:
        """Let something happen at a moment; of two at one moment the first planned is first."""
        self.planned += 1
        heapq.heappush(self.calendar, (at, self.planned, what, 0))

    def go(self, car: Car, what: Plan) -> None:
        """Let something happen when the car arrives, unless it has other plans by then."""
        car.next = what
        self.replan(car)

    def replan(self, car: Car) -> None:
        """The car arrives at another time than was planned."""
        car.turn += 1
        self.planned += 1
        heapq.heappush(self.calendar, (car.arrival, self.planned, car, car.turn))

    def happen(self) -> int:
        """Let the next thing in the calendar happen, if it is still planned; returns when."""
        at, _, what, turn = heapq.heappop(self.calendar)
        if not isinstance(what, Car):
            what(at)
        elif what.turn == turn and what.next is not None:
            what.next(at)
        return at

    def share(self, loop: int) -> float:
        """Of the time of a lap, what it takes from a loop to the next."""
        return self.shares[loop]

    def progress(self, car: Car) -> int:
        """Loops crossed since the start."""
        return car.laps * self.loops + car.loop

    def on_track(self) -> Iterator[Car]:
        """The cars that are going round."""
        return (car for car in self.cars if car.where is Where.TRACK)

    def leave(self, car: Car) -> None:
        """The car is no longer on its stretch of track."""
        if car.sector is not None:
            self.stretches[car.sector].remove(car)
            car.sector = None

    def enter(self, car: Car, sector: int) -> None:
        """The car is on this stretch of track, due at its end at its arrival."""
        cars = self.stretches[sector]
        place = len(cars)
        while place and cars[place - 1].arrival > car.arrival:
            place -= 1
        cars.insert(place, car)
        car.sector = sector
