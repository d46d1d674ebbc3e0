"""The race as the feed told it: every report of timing and of race control, in time order."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from simulators.kansas_2024.cars import FINISH
from simulators.kansas_2024.crossings import crossings
from simulators.kansas_2024.entries import CARS, GRID
from simulators.kansas_2024.incidents import (
    INCIDENTS,
    PENALISED,
    PENALISED_AFTER_LAP,
    PENALTY,
    Incident,
)
from simulators.kansas_2024.pit_stops import PIT_STOPS, Stop
from simulators.kansas_2024.race import (
    CAUTIONS,
    DATE,
    FIRST_SHOWN_WINNER,
    LAPS_RUN,
    LEADER_OF_LAP,
    NAME,
    PHOTO_MARGIN_MS,
    ROUND,
    SCHEDULED_LAPS,
    STAGE_ENDS,
    TRACK,
    TRACK_LENGTH_M,
    WINNER,
)
from tracker.feed.envelope import Report
from tracker.feed.officials import (
    Correction,
    FlagChanged,
    Involvement,
    Location,
    Penalty,
    Replacement,
    ResultDeclared,
    ResultReview,
    Retirement,
    Target,
)
from tracker.feed.officials import Incident as IncidentReport
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
from tracker.feed.timing import Crossing
from tracker.feed.values import Payload

TIMING = "timing"
RACE_CONTROL = "race-control"

MS = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND

# Timing is to the millisecond.
RESOLUTION_US = MS

# A stage's end is called at once, an incident after a look; the green falls in the restart zone.
STAGE_YELLOW_AFTER = 2 * SECOND
YELLOW_AFTER_INCIDENT = 1_500 * MS
GREEN_BEFORE_LINE = 1_500 * MS
FLAG_AFTER_LEADER = 2 * MS

# After the finish.
REVIEW_OPENED = 1 * MINUTE
PHOTO_READ = 6 * MINUTE
PROVISIONAL = PHOTO_READ + 2 * SECOND
OFFICIAL = 95 * MINUTE

OUT_AFTER_CRASH = 3 * MINUTE


class Told(NamedTuple):
    """A report, and when it was made."""

    t_us: int
    report: Report


def reports() -> Iterator[Report]:
    """All that the two sources said, the setting first, then by time of race."""
    yield from setting()
    told = [*timed(), *flags(), *incidents(), *decisions()]
    told.sort(key=lambda one: (one.t_us, one.report.source))
    yield from map(attrgetter("report"), told)


def crossing_id(car: str, lap: int, loop: str) -> str:
    """The name of a crossing: by car, laps completed and loop."""
    return f"crossing/{car}/{lap}/{loop}"


def crossing_us(car: str, lap: int) -> int:
    """When a car completed a lap, as first scored."""
    return crossings()[car, lap] * MS


def leader_us(lap: int) -> int:
    """When the leader completed a lap, as first scored."""
    return crossing_us(LEADER_OF_LAP[lap], lap)


def control(t_us: int, name: str, data: Payload) -> Told:
    """What race control says."""
    return Told(t_us, Report(RACE_CONTROL, name, data))


def setting() -> Iterator[Report]:
    """The race as announced, the entry list and the starting grid."""
    setup = SessionSetup(
        name=NAME,
        series="NASCAR Cup Series",
        season=int(DATE[:4]),
        round=ROUND,
        date=DATE,
        rulebook="nascar-cup/2024",
        track=Track(
            id="kansas",
            name=TRACK,
            length_m=round(TRACK_LENGTH_M),
            kind="oval",
            loops=[
                Loop(id="sf", index=0, kind="sf"),
                Loop(id="pit-out", index=1, kind="pit_out"),
                Loop(id="pit-in", index=2, kind="pit_in"),
            ],
        ),
        distance=Distance(laps=SCHEDULED_LAPS),
        stages=[StagePlan(number=n, end_lap=lap) for n, lap in enumerate(STAGE_ENDS, 1)],
        start="rolling",
        first_crossing="opens_lap",
        resolution_us=RESOLUTION_US,
    )
    yield Report(RACE_CONTROL, "setup/1", setup)
    for car in CARS:
        driver = Driver(name=car.driver, eligible=car.scores_points)
        entry = EntryUpsert(entry=car.number, drivers=[driver], team=car.team, make=car.make)
        yield Report(RACE_CONTROL, f"entry/{car.number}", entry)
    grid = [GridSlot(entry=car, starting_position=place) for place, car in enumerate(GRID, 1)]
    yield Report(RACE_CONTROL, "grid/1", GridSet(grid=grid))


def timed() -> Iterator[Told]:
    """Every crossing of start/finish and of the two ends of pit road."""
    for car, finish in FINISH.items():
        on_pit_road = {stop.laps_completed + 1 for stop in PIT_STOPS[car]}
        for lap in range(finish.laps + 1):
            # What is known is where a car's race ended; the rest is worked out.
            known = lap == finish.laps
            yield crossed(car, lap, "sf", crossing_us(car, lap), lap in on_pit_road, not known)
        for stop in PIT_STOPS[car]:
            yield from pitted(car, stop)


def pitted(car: str, stop: Stop) -> Iterator[Told]:
    """A car enters pit road and leaves it."""
    yield crossed(car, stop.laps_completed, "pit-in", stop.entered_ms * MS, True, False)
    yield crossed(car, stop.laps_completed, "pit-out", stop.left_ms * MS, True, False)


def crossed(car: str, lap: int, loop: str, t_us: int, pit: bool, estimated: bool) -> Told:
    """A car crosses a loop; only at start/finish does that complete a lap."""
    data = Crossing(
        entry=car,
        loop=loop,
        t_us=t_us,
        lap=lap if loop == "sf" else None,
        pit=pit,
        estimated=estimated,
        resolution_us=RESOLUTION_US,
    )
    return Told(t_us, Report(TIMING, crossing_id(car, lap, loop), data))


def flags() -> Iterator[Told]:
    """Green, seven times yellow and green again, white and checkered."""
    shown = [FlagChanged(flag="green", t_us=0, lap=0)]
    for caution in CAUTIONS:
        shown.append(
            FlagChanged(
                flag="caution",
                t_us=yellow_us(caution.number),
                lap=caution.after_lap,
                caution=caution.number,
                reasons=list(caution.reasons),
                beneficiary=caution.beneficiary,
                text=caution.text,
            )
        )
        green_us = leader_us(caution.last_lap + 1) - GREEN_BEFORE_LINE
        shown.append(FlagChanged(flag="green", t_us=green_us, lap=caution.last_lap))
    white_us = leader_us(LAPS_RUN - 1) + FLAG_AFTER_LEADER
    shown.append(FlagChanged(flag="white", t_us=white_us, lap=LAPS_RUN - 1))
    checkered_us = leader_us(LAPS_RUN) + FLAG_AFTER_LEADER
    shown.append(FlagChanged(flag="checkered", t_us=checkered_us, lap=LAPS_RUN))
    for number, flag in enumerate(shown, 1):
        yield control(flag.t_us, f"flag/{number}", flag)


def yellow_us(caution: int) -> int:
    """When a yellow was shown: after the incident it was shown for, or at a stage's end."""
    for incident in INCIDENTS:
        if incident.caution == caution:
            return incident_us(incident) + YELLOW_AFTER_INCIDENT
    return leader_us(CAUTIONS[caution - 1].after_lap) + STAGE_YELLOW_AFTER


def incident_us(incident: Incident) -> int:
    """When an incident happened: some way into the lap of the car around which it did."""
    first = incident.parts[0]
    return crossing_us(first.car, first.laps) + incident.seconds * SECOND


def incidents() -> Iterator[Told]:
    """Five incidents, and the two cars that were out after them."""
    for number, incident in enumerate(INCIDENTS, 1):
        t_us = incident_us(incident)
        involved = [
            Involvement(entry=part.car, role=part.role, outcome=part.outcome)
            for part in incident.parts
        ]
        data = IncidentReport(
            incident=number,
            t_us=t_us,
            lap=incident.after_lap + 1,
            kind=incident.kind,
            location=Location(text=incident.place, turn=incident.turn),
            involved=involved,
            caution=incident.caution,
            assigned_by="editor",
            text=incident.text,
        )
        yield control(t_us, f"incident/{number}", data)
        for part in incident.parts:
            if part.outcome == "dnf":
                yield retired(part.car, t_us)


def retired(car: str, crashed_us: int) -> Told:
    """A car is out: some minutes after it crashed, or when it has left pit road for good."""
    last_seen = [stop.left_ms * MS + SECOND for stop in PIT_STOPS[car][-1:]]
    t_us = max(crashed_us + OUT_AFTER_CRASH, *last_seen)
    laps = FINISH[car].laps
    out = Retirement(entry=car, t_us=t_us, lap=laps, cause="accident", text="Accident")
    return control(t_us, f"retirement/{car}", out)


def decisions() -> Iterator[Told]:
    """A penalty; and after the finish, the photo."""
    stop = next(s for s in PIT_STOPS[PENALISED] if s.laps_completed == PENALISED_AFTER_LAP)
    penalty_us = stop.left_ms * MS + 30 * SECOND
    penalty = Penalty(penalty=1, t_us=penalty_us, entry=PENALISED, kind="tail", reason=PENALTY)
    yield control(penalty_us, "penalty/1", penalty)

    finish_us = crossing_us(FIRST_SHOWN_WINNER, LAPS_RUN)
    pair = [FIRST_SHOWN_WINNER, WINNER]
    t_us = finish_us + REVIEW_OPENED
    opened = ResultReview(
        t_us=t_us, status="open", entries=pair, text="Photo finish: the picture is being read"
    )
    yield control(t_us, "review/1/open", opened)
    t_us = finish_us + PHOTO_READ
    correction = Correction(
        t_us=t_us,
        op="retime",
        target=Target(source=TIMING, id=crossing_id(WINNER, LAPS_RUN, "sf")),
        new=Replacement(t_us=finish_us - PHOTO_MARGIN_MS * MS),
        basis="photo",
        authority="race_control",
        reason=f"No. {WINNER} crossed 0.001 s before No. {FIRST_SHOWN_WINNER}",
    )
    yield control(t_us, "correction/1", correction)
    t_us = finish_us + PROVISIONAL
    yield control(t_us, "result/provisional", ResultDeclared(t_us=t_us, status="provisional"))
    t_us = finish_us + OFFICIAL
    yield control(t_us, "result/official", ResultDeclared(t_us=t_us, status="official"))
