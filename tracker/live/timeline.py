"""The race along a line: what a bar to rewind it with shows.

How far it has come, its laps, flags, incidents, changes of the lead, stages and results, each with
its moment; and how many events each segment of it holds, so that whoever has a segment knows
whether it has become another.
"""

from collections.abc import Sequence
from itertools import pairwise

from pydantic import ConfigDict, Field

from tracker.feed.values import EntryId, Slug
from tracker.live.picture_of_race import race_time
from tracker.live.tape import SEGMENT, STEP, Tape
from tracker.live.wire import RaceTime, Span, Wire
from tracker.racing.race import CautionPeriod, Race
from tracker.racing.vocabulary import EntryId as Entry
from tracker.racing.vocabulary import RaceTime as ClockTime


class FlagPeriod(Wire):
    """A flag, and how long it was shown."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    flag: str
    from_: RaceTime = Field(alias="from")
    to: RaceTime | None = Field(description="null while it is shown")
    lap: int = Field(description="laps the leader had completed")
    caution: int | None = Field(description="number of the caution period")
    reasons: list[str]


class IncidentMark(Wire):
    """When something happened; what it was is among the race's incidents."""

    number: int
    at: RaceTime
    lap: int = Field(description="lap in progress")
    kind: str


class LeadChange(Wire):
    """Another car completed a lap first."""

    at: RaceTime
    lap: int
    entry: EntryId
    cause: str | None = Field(
        description="why the car that led before does not: pit, retirement, or track"
    )


class StageMark(Wire):
    """A stage and when it ended."""

    number: int
    lap: int = Field(description="the lap that ends it")
    at: RaceTime | None


class ResultMark(Wire):
    """When a result was published."""

    rev: int
    status: str
    at: RaceTime


class Timeline(Wire):
    """A race along a line."""

    race: Slug
    epoch: str
    version: int = Field(description="journal offset folded last")
    start: RaceTime = Field(description="the first event with a time; usually before the green")
    edge: RaceTime = Field(description="as far as the race can be played now")
    segment: Span = Field(description="length of a segment of `past/{index}`")
    step: Span = Field(
        description="the grid of its frames, from `start`: what happened is seen at the next step"
    )
    events: list[int] = Field(
        description="for each segment, events by its end; with the same number it is the same"
    )
    finished_at: RaceTime | None
    laps: list[RaceTime] = Field(description="when the leader completed lap 1, 2, 3, …")
    flags: list[FlagPeriod]
    incidents: list[IncidentMark]
    lead_changes: list[LeadChange]
    stages: list[StageMark]
    results: list[ResultMark]
    recent: list[tuple[int, RaceTime]] = Field(
        description="how many milliseconds ago the race was first known up to a time, oldest "
        "first, over the last ten minutes; empty when it is not live"
    )


def timeline(
    name: str,
    epoch: str,
    version: int,
    race: Race,
    tape: Tape,
    arrivals: Sequence[tuple[int, ClockTime]] = (),
) -> Timeline:
    """A race along a line; `arrivals` are ages in milliseconds and moments of the timing clock."""
    return Timeline(
        race=name,
        epoch=epoch,
        version=version,
        start=tape.race_time(tape.start),
        edge=tape.race_time(tape.edge),
        segment=SEGMENT,
        step=STEP,
        events=[tape.events_by(index) for index in range(tape.segments)],
        finished_at=race_time(race, race.finished_at),
        laps=[tape.race_time(at) for at in race.leader_crossings[1:]],
        flags=flags_of(race, tape),
        incidents=[
            IncidentMark(
                number=incident.number,
                at=tape.race_time(incident.at),
                lap=incident.lap,
                kind=incident.kind,
            )
            for incident in sorted(race.incidents.values(), key=lambda told: (told.at, told.number))
        ],
        lead_changes=lead_changes_of(race, tape),
        stages=[
            StageMark(number=stage.number, lap=stage.end_lap, at=lap_at(race, tape, stage.end_lap))
            for stage in race.stages
        ],
        results=[
            ResultMark(
                rev=published.rev,
                status="withdrawn"
                if published.withdrawn is not None
                else "under_review"
                if published.review
                else published.status.value,
                at=tape.race_time(published.at),
            )
            for published in race.publications
        ],
        recent=[(age, tape.race_time(at)) for age, at in arrivals],
    )


def flags_of(race: Race, tape: Tape) -> list[FlagPeriod]:
    """The flags one after the other; one that is told again with another reason stays one."""
    runs = [[shown] for shown in race.flags_shown[:1]]
    for before, shown in pairwise(race.flags_shown):
        if shown.flag is before.flag:
            runs[-1].append(shown)
        else:
            runs.append([shown])
    periods = []
    for place, run in enumerate(runs):
        first = run[0]
        caution = caution_at(race, first.at)
        told = caution.reasons if caution else [reason for shown in run for reason in shown.reasons]
        periods.append(
            FlagPeriod(
                flag=first.flag.value,
                from_=tape.race_time(first.at),
                to=tape.race_time(runs[place + 1][0].at) if place + 1 < len(runs) else None,
                lap=laps_completed_at(race, first.at),
                caution=caution.number if caution else None,
                reasons=list(dict.fromkeys(told)),
            )
        )
    return periods


def caution_at(race: Race, at: ClockTime) -> CautionPeriod | None:
    """The caution period that a moment belongs to."""
    for caution in race.cautions:
        if caution.opened_at <= at and (caution.closed_at is None or at < caution.closed_at):
            return caution
    return None


def laps_completed_at(race: Race, at: ClockTime) -> int:
    """Laps the leader had completed by a moment."""
    return max(0, sum(crossed <= at for crossed in race.leader_crossings) - 1)


def lap_at(race: Race, tape: Tape, lap: int) -> RaceTime | None:
    """When the leader completed a lap."""
    if not 0 < lap < len(race.leader_crossings):
        return None
    return tape.race_time(race.leader_crossings[lap])


def lead_changes_of(race: Race, tape: Tape) -> list[LeadChange]:
    """Every lap completed first by another car than the lap before; lap 0 is the pole car's."""
    return [
        LeadChange(
            at=tape.race_time(race.leader_crossings[lap]),
            lap=lap,
            entry=after,
            cause=cause_of_change(race, before, lap),
        )
        for lap, (before, after) in enumerate(pairwise(race.leaders), start=1)
        if before != after
    ]


def cause_of_change(race: Race, before: Entry, lap: int) -> str | None:
    """Why the car that led the lap before does not lead this one; None where it is not known.

    It went out or came to pit road while this lap was run; else it was passed on the track.
    """
    car = race.cars.get(before)
    if car is None:
        return None
    began, ended = race.leader_crossings[lap - 1], race.leader_crossings[lap]
    if car.retired is not None and car.retired.at <= ended:
        return "retirement"
    for stop in car.pit_stops:
        came = stop.entered if stop.entered is not None else stop.left
        if came is not None and came <= ended and (stop.left is None or stop.left >= began):
            return "pit"
    return "track"
