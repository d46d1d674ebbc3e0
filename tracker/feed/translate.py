"""From the feed's events to the sport's: the only place that knows both."""

from tracker.feed import envelope, officials, setting, timing
from tracker.racing import events
from tracker.racing.events import Filed
from tracker.racing.vocabulary import EntryId, Flag, LoopId, LoopKind, RaceTime


def translate(event: envelope.FedEvent | envelope.UnknownEvent) -> Filed | None:
    """The event in its place in the fold; None for what does not touch the race."""
    if isinstance(event, envelope.UnknownEvent):
        return None
    data = event.data
    if isinstance(data, timing.Crossing):  # first, being nearly all there is
        at = RaceTime(data.t_us)
        fine = data.resolution_us
        crossing = events.Crossing(
            EntryId(data.entry),
            LoopId(data.loop),
            at,
            data.lap,
            data.pit,
            data.estimated,
            None if fine is None else RaceTime(fine),
        )
        return Filed(at, event.source, event.sequence, event.id, crossing)
    told = meaning(data)
    return None if told is None else events.filed(event.source, event.sequence, event.id, told)


def meaning(data: object) -> events.RaceEvent | None:
    """What a payload says, in the sport's words."""
    match data:
        case setting.SessionSetup():
            return announced(data)
        case setting.EntryUpsert():
            driver = data.drivers[0] if data.drivers else None
            return events.CarEntered(
                entry=EntryId(data.entry),
                number=data.number or data.entry,
                driver=driver.name if driver else None,
                team=data.team,
                make=data.make,
                classes=tuple(data.classes),
                eligible=driver.eligible if driver else True,
            )
        case setting.EntryRemove():
            return events.CarWithdrawn(EntryId(data.entry))
        case setting.GridSet():
            return events.GridSet(
                tuple((EntryId(slot.entry), slot.starting_position) for slot in data.grid),
                tuple(EntryId(entry) for entry in data.to_the_rear),
            )
        case setting.Clock():
            return events.ClockShown(RaceTime(data.t_us), data.running)
        case timing.PitIn():
            return events.PitEntered(EntryId(data.entry), RaceTime(data.t_us), data.estimated)
        case timing.PitOut():
            return events.PitLeft(EntryId(data.entry), RaceTime(data.t_us), data.estimated)
        case timing.PitStop():
            spent = data.time_on_pit_road_us
            return events.PitStopTold(
                EntryId(data.entry),
                RaceTime(data.t_us),
                data.lap,
                None if spent is None else RaceTime(spent),
            )
        case timing.DriverChange():
            return events.DriverChanged(EntryId(data.entry), RaceTime(data.t_us), data.driver)
        case _:
            return decision(data)


def decision(data: object) -> events.RaceEvent | None:
    """What race control says, in the sport's words."""
    match data:
        case officials.FlagChanged() if data.scope == "track":
            return events.FlagShown(
                at=RaceTime(data.t_us),
                flag=Flag(data.flag),
                caution=data.caution,
                reasons=tuple(data.reasons),
                beneficiary=None if data.beneficiary is None else EntryId(data.beneficiary),
                text=data.text,
                pit_road_open=data.pit_road_open,
            )
        case officials.Incident():
            return events.IncidentReported(
                at=RaceTime(data.t_us),
                number=data.incident,
                lap=data.lap,
                kind=data.kind,
                phase=data.phase,
                involved=tuple(
                    events.Involvement(EntryId(car.entry), car.role, car.outcome)
                    for car in data.involved
                ),
                location=data.location.text if data.location else None,
                caution=data.caution,
                assigned_by=data.assigned_by,
                text=data.text,
            )
        case officials.Penalty():
            return events.PenaltyGiven(
                at=RaceTime(data.t_us),
                number=data.penalty,
                entry=EntryId(data.entry),
                kind=data.kind,
                amount=data.amount,
                status=data.status,
                reason=data.reason,
            )
        case officials.ControlMessage():
            return events.ControlSaid(
                at=RaceTime(data.t_us),
                text=data.text,
                severity=data.severity,
                entries=tuple(EntryId(entry) for entry in data.entries),
                flag=None if data.flag is None else Flag(data.flag),
            )
        case officials.Retirement():
            return events.CarRetired(
                EntryId(data.entry), RaceTime(data.t_us), data.cause, data.text, data.back
            )
        case officials.Checkered():
            return events.RaceEnded(RaceTime(data.t_us), data.lap)
        case officials.ResultReview():
            return events.ReviewChanged(
                at=RaceTime(data.t_us),
                open=data.status == "open",
                entries=tuple(EntryId(entry) for entry in data.entries),
                basis=data.basis,
                text=data.text,
            )
        case officials.ResultDeclared():
            return events.ResultDeclared(RaceTime(data.t_us), data.status == "official", data.text)
        case officials.Correction():
            return corrected(data)
        case _:
            return None


def announced(data: setting.SessionSetup) -> events.RaceAnnounced:
    """The race as announced."""
    spent = data.distance.duration_us
    return events.RaceAnnounced(
        name=data.name,
        series=data.series,
        season=data.season,
        rulebook=data.rulebook,
        track=data.track.name,
        track_length_m=data.track.length_m,
        kind=data.kind,
        date=data.date,
        round=data.round,
        scheduled_laps=data.distance.laps,
        duration=None if spent is None else RaceTime(spent),
        stages=tuple(events.StagePlan(stage.number, stage.end_lap) for stage in data.stages),
        loops=tuple(
            events.Loop(LoopId(loop.id), loop.index, LoopKind(loop.kind), loop.distance_m)
            for loop in data.track.loops
        ),
        first_crossing_opens_lap=data.first_crossing == "opens_lap",
        resolution=RaceTime(max(1, data.resolution_us)),
    )


def corrected(data: officials.Correction) -> events.Corrected:
    """A correction; where its new values say nothing, they change nothing."""
    new = data.new or officials.Replacement()
    return events.Corrected(
        at=RaceTime(data.t_us),
        op=data.op,
        target=(data.target.source, data.target.id) if data.target else None,
        entry=None if new.entry is None else EntryId(new.entry),
        loop=None if new.loop is None else LoopId(new.loop),
        new_at=None if new.t_us is None else RaceTime(new.t_us),
        lap=new.lap,
        laps=new.laps,
        basis=data.basis,
        reason=data.reason,
    )
