"""How the race is told: each thing that happens as the report a producer would make of it."""

from collections.abc import Iterator, Sequence

from simulators.model.car import Car
from simulators.model.chance import us
from simulators.model.incidents import Part
from simulators.model.parameters import Scenario
from simulators.model.running import Running
from tracker.feed.envelope import Report
from tracker.feed.officials import (
    Checkered,
    FlagChanged,
    FlagName,
    Incident,
    Involvement,
    Location,
    Penalty,
    Reason,
    ResultDeclared,
    ResultReview,
    Retirement,
)
from tracker.feed.setting import (
    Distance,
    Driver,
    EntryUpsert,
    GridSet,
    GridSlot,
    Loop,
    SessionSetup,
    StagePlan,
    Track,
)
from tracker.feed.timing import Crossing, DriverChange
from tracker.feed.values import Payload

TIMING = "timing"
RACE_CONTROL = "race-control"
LINE = "sf"
PIT_IN, PIT_OUT = "pit-in", "pit-out"


def loop_name(loop: int) -> str:
    """The name of a loop on the track: the line, then t1, t2 and so on."""
    return f"t{loop}" if loop else LINE


def setting(scenario: Scenario, grid: Sequence[Car]) -> Iterator[Report]:
    """The race as announced, the entry list and the starting grid."""
    track, distance, told = scenario.track, scenario.distance, scenario.told
    places = len(track.loops)
    loops = [
        Loop(id=LINE, index=0, kind="sf", distance_m=0),
        Loop(id=PIT_OUT, index=1, kind="pit_out"),
        *(
            Loop(
                id=loop_name(n),
                index=n + 1,
                kind="sector",
                distance_m=round(share * track.length_m),
            )
            for n, share in enumerate(track.loops, 1)
        ),
        Loop(id=PIT_IN, index=places + 2, kind="pit_in"),
    ]  # fmt: skip
    laps = distance.laps
    ends = (*distance.stages, laps) if distance.stages and laps else ()
    duration = None if distance.duration_s is None else us(distance.duration_s)
    setup = SessionSetup(
        name=told.name,
        series=told.series,
        season=told.season,
        rulebook=told.rulebook,
        track=Track(id=track.id, name=track.name, length_m=track.length_m, kind=track.kind,
                    loops=loops),
        distance=Distance(laps=laps, duration_us=duration),
        stages=[StagePlan(number=n, end_lap=lap) for n, lap in enumerate(ends, 1)],
        start=told.start,
        first_crossing="opens_lap" if told.start == "rolling" else "completes_lap",
    )  # fmt: skip
    yield Report(RACE_CONTROL, "setup/1", setup)
    for car in sorted(grid, key=lambda car: car.number):
        entry = EntryUpsert(
            entry=car.entry,
            drivers=[Driver(name=name) for name in car.drivers],
            team=car.team,
            make=car.make,
            classes=[car.class_name] if car.class_name is not None else [],
        )
        yield Report(RACE_CONTROL, f"entry/{car.entry}", entry)
    slots = [GridSlot(entry=car.entry, starting_position=car.starting_position) for car in grid]
    yield Report(RACE_CONTROL, "grid/1", GridSet(grid=slots))


def tell(run: Running, source: str, name: str, data: Payload) -> None:
    """Say it."""
    run.told.append(Report(source, name, data))


def tell_crossing(run: Running, car: Car, loop: str, at: int, pit: bool = False) -> None:
    """A car crossed a loop; at the line that completes a lap."""
    lap = car.laps if loop == LINE else None
    data = Crossing(entry=car.entry, loop=loop, t_us=at, lap=lap, pit=pit)
    tell(run, TIMING, f"crossing/{car.entry}/{car.laps}/{loop}", data)


def tell_flag(
    run: Running,
    flag: FlagName,
    at: int,
    *,
    caution: int | None = None,
    reasons: Sequence[Reason] = (),
    beneficiary: str | None = None,
    pit_road_open: bool | None = None,
    text: str | None = None,
) -> None:
    """A flag is shown to the whole field."""
    run.flags += 1
    data = FlagChanged(
        flag=flag,
        t_us=at,
        lap=run.leader_laps,
        caution=caution,
        reasons=list(reasons),
        beneficiary=beneficiary,
        pit_road_open=pit_road_open,
        text=text,
    )
    tell(run, RACE_CONTROL, f"flag/{run.flags}", data)


def tell_incident(
    run: Running, at: int, accident: bool, place: str, parts: Sequence[Part], caution: int | None
) -> str:
    """An incident, and who was in it; whose fault it was nobody says. Returns it in words."""
    run.incidents += 1
    numbers = ", ".join(part.car.entry for part in parts)
    text = f"{'Nos.' if len(parts) > 1 else 'No.'} {numbers} Incident {place}"
    involved = [
        Involvement(
            entry=part.car.entry,
            damage="heavy" if part.out else "light" if part.mend_s else "none",
            outcome="dnf" if part.out else "continued",
        )
        for part in parts
    ]
    data = Incident(
        incident=run.incidents,
        t_us=at,
        lap=run.leader_laps + 1,
        kind="spin" if not accident else "contact" if len(parts) > 1 else "wall",
        location=Location(text=place),
        involved=involved,
        caution=caution,
        text=text,
    )
    tell(run, RACE_CONTROL, f"incident/{run.incidents}", data)
    return text


def tell_retirement(run: Running, car: Car, accident: bool, at: int) -> None:
    """A car is out of the race."""
    data = Retirement(
        entry=car.entry,
        t_us=at,
        lap=car.laps,
        cause="accident" if accident else "mechanical",
        text="Accident" if accident else "Mechanical",
    )
    tell(run, RACE_CONTROL, f"retirement/{car.entry}", data)


def tell_penalty(run: Running, car: Car, number: int, tail: bool, served: bool, at: int) -> None:
    """A car was too fast on pit road: to the tail of the field, or once more through pit road."""
    data = Penalty(
        penalty=number,
        t_us=at,
        entry=car.entry,
        kind="tail" if tail else "drive_through",
        status="served" if served else "applied",
        reason="Speeding on pit road",
    )
    tell(run, RACE_CONTROL, f"penalty/{number}/{'served' if served else 'applied'}", data)


def tell_driver(run: Running, car: Car, previous: str, at: int) -> None:
    """Another driver took the wheel."""
    data = DriverChange(entry=car.entry, t_us=at, driver=car.drivers[car.driver], previous=previous)
    tell(run, TIMING, f"driver/{car.entry}/{car.laps}", data)


def tell_end(run: Running, at: int) -> None:
    """Race control ends a race that nobody is left to finish."""
    tell(run, RACE_CONTROL, "checkered/1", Checkered(t_us=at, lap=run.leader_laps))


def tell_review(run: Running, cars: Sequence[Car], opened: bool, at: int) -> None:
    """The picture of a close finish is read, and says what the transponders said."""
    data = ResultReview(
        t_us=at,
        status="open" if opened else "closed",
        entries=[car.entry for car in cars],
        basis=None if opened else "photo",
    )
    tell(run, RACE_CONTROL, f"review/1/{'open' if opened else 'closed'}", data)


def tell_result(run: Running, official: bool, at: int) -> None:
    """The result is declared."""
    data = ResultDeclared(t_us=at, status="official" if official else "provisional")
    tell(run, RACE_CONTROL, f"result/{data.status}", data)
