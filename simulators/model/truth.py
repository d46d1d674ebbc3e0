"""What the simulator itself knows of the race: counted while it is run, by nobody's scoring."""

from dataclasses import dataclass, field

from simulators.model.car import Car, Where


@dataclass(slots=True)
class Yellow:
    """A caution as it was run."""

    number: int
    flag: str
    opened_at: int
    first_lap: int
    reasons: tuple[str, ...]
    beneficiary: str | None
    last_lap: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A car at the end of its race."""

    entry: str
    laps: int
    at: int
    """When it last completed a lap, in microseconds since the green."""
    class_name: str | None
    out: bool


@dataclass(slots=True)
class Truth:
    """The race as it was run; cars by their entries, laps by their numbers."""

    lap_orders: list[list[str]] = field(default_factory=lambda: [[]])
    """Who completed lap k, in order; index 0 is the grid."""
    leaders: list[str] = field(default_factory=list)
    """Who completed lap k first; index 0 is the pole."""
    cautions: list[Yellow] = field(default_factory=list)
    stages: dict[int, list[str]] = field(default_factory=dict)
    """The order at the end of a stage, by its last lap."""
    stages_under_yellow: set[int] = field(default_factory=set)
    finish_lap: int | None = None
    finished_at: int | None = None
    under_yellow: bool = False
    order: list[Finished] = field(default_factory=list)
    overtime_attempts: int = 0
    stops: int = 0
    incidents: int = 0

    @property
    def laps_led(self) -> dict[str, int]:
        """Laps led, of those who led any."""
        led: dict[str, int] = {}
        for entry in self.leaders[1:]:
            led[entry] = led.get(entry, 0) + 1
        return led

    @property
    def lead_changes(self) -> int:
        """How often another car completed a lap first than had the lap before; lap 0 counts."""
        return sum(one != other for one, other in zip(self.leaders, self.leaders[1:], strict=False))


def by_laps(cars: list[Car]) -> list[Car]:
    """The cars in order of finish: laps, then when the last was completed."""
    return sorted(
        cars,
        key=lambda car: (not car.started, -car.laps, car.crossed_line_at, car.starting_position),
    )


def finished(cars: list[Car], since: int) -> list[Finished]:
    """The cars in this order, as they finished; times since the green."""
    return [
        Finished(
            car.entry,
            car.laps,
            car.crossed_line_at - since,
            car.class_name,
            car.where is not Where.HOME,
        )
        for car in cars
    ]
