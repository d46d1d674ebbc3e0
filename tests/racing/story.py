"""A little language for telling races in tests: who crosses the line when, and what is shown.

race = story("24", "5").green().lap("24", 30.0).lap("5", 30.2).race
"""

from dataclasses import dataclass, field
from typing import Self

from tracker.racing.events import (
    CarEntered,
    CarRetired,
    Corrected,
    Crossing,
    Filed,
    FlagShown,
    GridSet,
    PenaltyGiven,
    RaceAnnounced,
    RaceEnded,
    RaceEvent,
    ResultDeclared,
    ReviewChanged,
    StagePlan,
    filed,
)
from tracker.racing.fold import fold
from tracker.racing.race import Race
from tracker.racing.running_order import running_order
from tracker.racing.vocabulary import START_FINISH, EntryId, Flag, LoopId, RaceTime


def at(seconds: float) -> RaceTime:
    """Seconds as the timing clock counts them."""
    return RaceTime(round(seconds * 1_000_000))


@dataclass
class Story:
    """Events told so far, and the race they make."""

    filed: list[Filed] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def told(self, event: RaceEvent, id: str | None = None, source: str = "timing") -> Self:
        """Tell any event."""
        number = self.counts[source] = self.counts.get(source, 0) + 1
        self.filed.append(filed(source, number, id or f"{source}/{number}", event))
        return self

    def green(self, seconds: float = 0.0) -> Self:
        return self.flag(Flag.GREEN, seconds)

    def flag(self, flag: Flag, seconds: float, **more: object) -> Self:
        shown = FlagShown(at(seconds), flag, **more)  # type: ignore[arg-type]
        return self.told(shown, source="control")

    def caution(self, seconds: float, *reasons: str) -> Self:
        return self.flag(Flag.CAUTION, seconds, reasons=reasons)

    def lap(self, car: str, seconds: float, loop: str = START_FINISH, **more: object) -> Self:
        """A car crosses the line (or another loop)."""
        crossing = Crossing(EntryId(car), LoopId(loop), at(seconds), **more)  # type: ignore[arg-type]
        return self.told(crossing, id=f"{car}@{seconds}")

    def laps(self, car: str, *times: float) -> Self:
        """A car crosses the line at each of these times."""
        for seconds in times:
            self.lap(car, seconds)
        return self

    def retires(self, car: str, seconds: float, cause: str = "accident") -> Self:
        return self.told(CarRetired(EntryId(car), at(seconds), cause), source="control")

    def penalty(
        self,
        car: str,
        seconds: float,
        kind: str,
        amount: int | None = None,
        number: int = 1,
        status: str = "applied",
    ) -> Self:
        given = PenaltyGiven(at(seconds), number, EntryId(car), kind, amount, status)
        return self.told(given, source="control")

    def correct(self, op: str, seconds: float, target: str | None = None, **new: object) -> Self:
        correction = Corrected(
            at(seconds),
            op,
            ("timing", target) if target else None,
            **new,  # type: ignore[arg-type]
        )
        return self.told(correction, source="control")

    def closes_review(self, seconds: float, basis: str = "photo") -> Self:
        return self.told(ReviewChanged(at(seconds), False, (), basis), source="control")

    def declares(self, seconds: float, official: bool = False) -> Self:
        return self.told(ResultDeclared(at(seconds), official), source="control")

    def ends(self, seconds: float, lap: int | None = None) -> Self:
        return self.told(RaceEnded(at(seconds), lap), source="control")

    @property
    def race(self) -> Race:
        return fold(self.filed)


def story(
    *cars: str,
    laps: int | None = 10,
    rulebook: str = "nascar-cup/2024",
    rolling: bool = True,
    stages: tuple[tuple[int, int], ...] = (),
) -> Story:
    """A race between these cars, gridded in this order; a rolling start opens lap 1 at the line.

    Each car then has its opening crossing 0.1 s behind the one ahead.
    """
    told = Story()
    told.told(
        RaceAnnounced(
            "Test 10",
            "Test Series",
            2024,
            rulebook,
            "Test Oval",
            scheduled_laps=laps,
            stages=tuple(StagePlan(number, lap) for number, lap in stages),
            first_crossing_opens_lap=rolling,
        ),
        source="control",
    )
    for car in cars:
        told.told(CarEntered(EntryId(car), car, f"Driver {car}"), source="control")
    grid = tuple((EntryId(car), place) for place, car in enumerate(cars, start=1))
    told.told(GridSet(grid), source="control")
    if rolling:
        for place, car in enumerate(cars):
            told.lap(car, 0.1 * place + 0.000001)
    return told


def order(race: Race) -> list[str]:
    """The running order, as car numbers."""
    return [str(car.entry) for car in running_order(race)]
