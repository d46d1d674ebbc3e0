"""Facts of the race itself: the finish, who led, who was first shown the winner, who faded."""

from collections.abc import Iterator
from statistics import fmean

from tracker.racing.race import Race, Restart
from tracker.racing.vocabulary import EntryId, Outcome
from tracker.verdicts.day import Day, Line
from tracker.verdicts.facts import Evidence, Fact, Scope, fact
from tracker.verdicts.form import big_gain_of, outside_of, top_of
from tracker.verdicts.past import Past

PHOTO, CLOSE = 10_000, 100_000
"""Margins, in microseconds: one that breaks hearts, and one that is told."""

DOMINANT = 60
"""Per cent of the laps led that make a win more than a win."""

FADED = 8
"""Places between the average running position and the finish."""


def stake_of(day: Day, position: int | None) -> float:
    """What a place is worth, as a share of a win, by the points the series pays."""
    table = day.rulebook.points.table
    if position is None:
        return 0.0
    if table:
        paid = table[position - 1] if position <= len(table) else day.rulebook.points.beyond
        return float(paid) / float(table[0])
    return max(0.0, 1 - (position - 1) / max(1, day.field_size))


def result_facts(day: Day, line: Line, past: Past) -> Iterator[Fact]:
    """The finish and what went with it."""
    proof = day.finish_evidence(line)
    place = line.position
    if line.outcome is Outcome.DSQ:
        yield fact("dsq", line.entry, "disqualified", [proof, *dsq_evidence(day, line)])
        return
    if place is None:
        return
    best = stake_of(day, place)
    if place == 1:
        second = day.lines[1] if len(day.lines) > 1 else None
        behind = [day.finish_evidence(second)] if second is not None else []
        yield fact(
            "win",
            line.entry,
            place,
            [proof, *behind],
            n=day.field_size,
            strength=99,
            margin_s=seconds(day.margin) if day.margin else None,
            dead_heat=dead_heat(day),
        )
    elif place <= 3 and day.field_size >= 6:
        yield fact(
            "podium", line.entry, place, [proof], n=day.field_size, stake=best, strength=100 - place
        )
    elif place <= top_of(day.field_size):
        kind = "top_five" if place <= 5 else "top_ten"
        yield fact(
            kind, line.entry, place, [proof], n=day.field_size, stake=best, strength=100 - place
        )
    if place == day.field_size and day.field_size > 1:
        yield fact("last", line.entry, place, [proof], n=day.field_size, strength=1)
    elif place > day.field_size / 2:
        yield fact("poor_place", line.entry, place, [proof], n=day.field_size)
    yield from margin_facts(day, line, past, proof)
    multi = len({other.car_class for other in day.lines if other.car_class}) > 1
    if multi and line.class_position == 1 and place > 1:
        members = sum(other.car_class == line.car_class for other in day.lines)
        yield fact(
            "class_win",
            line.entry,
            1,
            [proof],
            n=members,
            strength=99,
            position=place,
            car_class=line.car_class,
        )


def dead_heat(day: Day) -> str | None:
    """Whether nothing parted the first two: the place is shared, or a tie rule gave it."""
    if day.margin != 0:
        return None
    return "shared" if day.lines[1].position == 1 else "by the tie rule"


def seconds(us: int | None) -> str | None:
    """Microseconds as seconds to the millisecond; finer where that would round to nothing."""
    if us is None:
        return None
    text = f"{(us + 500) // 1000 / 1000:.3f}"
    return text if us == 0 or float(text) else f"{us / 1_000_000:.6f}".rstrip("0")


def margin_facts(day: Day, line: Line, past: Past, proof: Evidence) -> Iterator[Fact]:
    """A finish close enough to be a record, or to hurt."""
    margin = day.margin
    if margin is None or line.position not in (1, 2):
        return
    pair = [day.finish_evidence(other) for other in day.lines[:2]]
    if line.position == 1:
        records = past.records_before(day.date)
        if records and margin <= records[0].margin_us:
            first = min(records, key=lambda record: record.date)
            yield fact(
                "record_margin",
                line.entry,
                seconds(margin) or "",
                [
                    *pair,
                    *(
                        Evidence(f"{r.date} {r.track}", f"{seconds(r.margin_us)} s")
                        for r in dict.fromkeys((records[0], first))
                    ),
                ],
                scope=Scope("since", first.date),
                n=len(records),
                strength=1,
                before_s=seconds(records[0].margin_us),
                since=first.date[:4],
                series=day.series,
                equalled="yes" if margin == records[0].margin_us else None,
            )
    elif margin <= CLOSE and not by_disqualification(day):
        yield fact(
            "near_miss" if margin <= PHOTO else "close_loss",
            line.entry,
            seconds(margin) or "",
            pair,
            strength=1,
            share=past.share_of_margin(margin),
            dead_heat=dead_heat(day),
        )


def by_disqualification(day: Day) -> bool:
    """Whether the win was somebody else's: who is second now did not lose it at the line."""
    if day.race is None:
        return False
    out = {line.entry for line in day.lines if line.outcome is Outcome.DSQ}
    return any(published.winner in out for published in day.race.results)


def dsq_evidence(day: Day, line: Line) -> list[Evidence]:
    """The penalties that put a car out of the result."""
    if day.race is None:
        return []
    return [
        Evidence(f"penalty/{penalty.number}", penalty.reason or penalty.kind)
        for penalty in day.race.penalties.values()
        if penalty.entry == line.entry and penalty.kind == "dsq"
    ]


def lead_facts(day: Day, line: Line) -> Iterator[Fact]:
    """Laps led, and what came of them."""
    led, laps = line.laps_led or 0, day.laps or 0
    if not led or not laps:
        return
    share = round(100 * led / laps)
    if line.position == 1 and share >= DOMINANT:
        ref = Evidence(day.ref, f"No. {line.entry} led {led} of {laps} laps")
        proof = [ref, day.finish_evidence(line)]
        yield fact("most_led_won", line.entry, led, proof, n=laps, strength=share)
    if line.position == 1:
        return
    most = max((other.laps_led or 0 for other in day.lines), default=0)
    if led == most and led >= 0.25 * laps and line.outcome is not Outcome.DSQ:
        ref = Evidence(day.ref, f"No. {line.entry} led {led} of {laps} laps")
        yield fact(
            "most_led_lost",
            line.entry,
            led,
            [ref, day.finish_evidence(line)],
            n=laps,
            strength=round(100 * led / laps),
            position=line.position,
            stake=0.5 + led / laps,
        )


def places_facts(day: Day, line: Line) -> Iterator[Fact]:
    """Places made good or lost from the grid."""
    if line.start is None or line.position is None or line.outcome is Outcome.DSQ:
        return
    gained = line.start - line.position
    size = day.field_size
    proof = [
        Evidence(f"grid {line.start}", f"No. {line.entry} started {line.start}"),
        day.finish_evidence(line),
    ]
    big = big_gain_of(size)
    if gained >= big and line.position <= outside_of(size):
        yield fact(
            "gain",
            line.entry,
            gained,
            proof,
            n=size,
            start=line.start,
            position=line.position,
            stake=0.5 + stake_of(day, line.position),
        )
    if -gained >= big and not line.out:
        yield fact(
            "lost_places",
            line.entry,
            -gained,
            proof,
            n=size,
            start=line.start,
            position=line.position,
        )


def lap_facts(day: Day, race: Race, line: Line) -> Iterator[Fact]:
    """What only the laps show: a fade, a lead lost at the last restart, a result overturned."""
    car = race.cars[line.entry]
    places = car.positions[1:]
    if places and line.position is not None and line.outcome is not Outcome.DSQ:
        average = fmean(places)
        faded = line.position - average
        if faded >= FADED and average <= outside_of(day.field_size) and len(places) >= 10:
            yield fact(
                "fade",
                line.entry,
                line.position,
                [
                    Evidence(f"laps 1-{len(places)}", f"average position {average:.1f}"),
                    day.finish_evidence(line),
                ],
                n=len(places),
                strength=round(faded),
                average=f"{average:.1f}",
            )
    restart = final_restart(race)
    if restart is not None and race.finished_at is not None and line.position not in (1, None):
        lap = restart.laps_completed
        if 0 < lap < len(race.leaders) and race.leaders[lap] == line.entry:
            yield fact(
                "lost_final_restart",
                line.entry,
                lap,
                [
                    Evidence(f"lap {lap}", f"No. {line.entry} led the last restart"),
                    day.finish_evidence(line),
                ],
                position=line.position,
                strength=1,
            )
    yield from overturned(day, race, line)


def final_restart(race: Race) -> Restart | None:
    """The last green after a caution or a stoppage; the green that began the race is none."""
    last = race.restart
    if last is None or not last.laps_completed:
        return None
    ends = [caution.closed_at for caution in race.cautions]
    ends += [stoppage.until for stoppage in race.stoppages]
    return last if any(end is not None and end <= last.at for end in ends) else None


def overturned(day: Day, race: Race, line: Line) -> Iterator[Fact]:
    """A win that was published, and taken away."""
    winner = day.lines[0].entry if day.lines else None
    if line.entry == winner or race.finished_at is None:
        return
    was = next((p for p in race.results if p.winner == line.entry), None)
    if was is None:
        return
    lost = next((p for p in race.results if p.rev > was.rev and p.winner != line.entry), None)
    if lost is None:
        return
    yield fact(
        "overturned",
        line.entry,
        "shown first",
        [
            Evidence(f"result/{was.rev}", f"No. {was.winner} first, {was.status.value}"),
            Evidence(f"result/{lost.rev}", f"No. {lost.winner} first: {lost.cause}"),
        ],
        n=len(race.results),
        strength=1,
        by=how(race, line.entry, lost.decided_by),
    )


def how(race: Race, entry: EntryId, decided_by: str | None) -> str:
    """What took a published win away: officials, the photo, or else a review."""
    excluded = any(
        p.entry == entry and p.kind == "dsq" and p.status in ("applied", "served")
        for p in race.penalties.values()
    )
    if excluded:
        return "disqualification"
    punished = any(
        p.entry == entry
        and p.kind in ("time", "laps", "positions")
        and p.status in ("applied", "served")
        for p in race.penalties.values()
    )
    return "penalty" if punished else decided_by or "review"


def stage_facts(day: Day, race: Race, winners: dict[int, EntryId], line: Line) -> Iterator[Fact]:
    """Stages won, where the rulebook scores stages."""
    won = [number for number, winner in winners.items() if winner == line.entry]
    if won and day.rulebook.points.stage:
        ends = {plan.number: plan.end_lap for plan in race.stages}
        yield fact(
            "stage_win",
            line.entry,
            len(won),
            [
                Evidence(f"lap {ends[number]}", f"No. {line.entry} won stage {number}")
                for number in won
            ],
            strength=len(won),
            stages=" and ".join(map(str, won)),
        )
