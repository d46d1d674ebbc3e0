"""NASCAR races from the lap-times document, with the weekend feed and others where they are given.

Since 2025 lap 1 is timed from each car's own crossing, so the laps do not add up to the order.
The published running position is then the truth and the crossings are worked out from it. Where
lap 0 says when each car crossed the line after the green, as in 2022, the sums are the crossings,
and it is the positions that show which laps are wrong. Either way what was worked out is marked
`estimated`, and what was not believed is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.bridges.converted import (
    RACE_CONTROL,
    TIMING,
    Converted,
    in_id,
    in_order,
    name,
    refusing,
    said,
    slug,
)
from tracker.bridges.decided import (
    TO_REVIEW,
    Decision,
    declared,
    laps_counted,
    penalties,
    places_lost,
)
from tracker.bridges.doubts import AGREEING, agreement, believed, doubted, sums
from tracker.bridges.fitting import Runner, fitted, shared_places
from tracker.bridges.nascar_extras import Extras, extras
from tracker.bridges.nascar_flags import flag_reports
from tracker.bridges.nascar_laps import LapTimes, lap_times
from tracker.bridges.nascar_weekend import (
    CUP,
    SERIES,
    Finisher,
    Weekend,
    of_another_race,
    weekend,
)
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import Checkered, Retirement
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
from tracker.feed.timing import Crossing, PitIn, PitOut

ACCIDENTS = ("accident", "crash", "dvp", "damage")


@dataclass(frozen=True, slots=True)
class Worked:
    """When each car completed each lap, and from which lap on that is estimated."""

    times: dict[str, list[int]]
    estimated_from: dict[str, int]


def convert(
    laps: Path,
    weekend_feed: Path | None = None,
    more: Sequence[Path] = (),
    title: str | None = None,
) -> Converted:
    """The race as reports in time order; raises `RecordingRefused` where a file is another."""
    converted = Converted()
    told = lap_times(laps, converted)
    laps_told = {one.entry: len(one.laps) for one in told.runners}
    known = Weekend() if weekend_feed is None else weekend(weekend_feed, converted, laps_told)
    besides = Extras()
    for path in more:
        extras(path, besides, converted)
    if why := of_another_race(known.results, laps_told):
        raise RecordingRefused(weekend_feed, None, f"is of another race: {why}")
    known.title = title or known.title or laps.name.partition(".")[0].replace("_", " ")
    with refusing(laps):
        converted.reports = in_order(reports_of(laps, told, known, besides, converted))
    return converted


def reports_of(
    laps: Path, told: LapTimes, known: Weekend, besides: Extras, converted: Converted
) -> list[Report]:
    """Everything the files say, in no order."""
    worked = crossings(told, converted)
    official = known.results or besides.results
    reports = list(setting(laps, told, known, official))
    reports += crossing_reports(told.runners, worked)
    length = max(len(times) for times in worked.times.values())
    leader = [
        min(times[lap] for times in worked.times.values() if len(times) > lap)
        for lap in range(length)
    ]
    reports += flag_reports(
        leader, told.flags, known.cautions, besides.cautions, converted, known.series == CUP
    )
    if known.series == CUP or known.scheduled not in (None, length - 1):
        # Overtime, or a race cut short: it ended where the file does, whatever was announced.
        over = Checkered(t_us=leader[-1] + 1, lap=length - 1)
        reports.append(Report(RACE_CONTROL, "checkered", over))
    reports += pit_reports(besides, told, converted)
    reports += retired(official, worked.times)
    home = max(times[-1] for times in worked.times.values())
    decided = decisions(official, told, worked.times, converted)
    if official:
        reports += declared(home, decided)
    else:  # a lap file has final places, and nobody who declares them
        reports += penalties(decided, home + TO_REVIEW)
    return reports


def crossings(told: LapTimes, converted: Converted) -> Worked:
    """When each car crossed the line: summed where that is possible, else from the order."""
    notes: list[str] = []
    summed = told.offsets
    doubts = doubted(told.runners, notes, summed)
    runners = believed(told.runners, doubts)
    if summed and agreement(runners) < AGREEING:
        converted.odd.append("the starts of lap 0 do not make the laps add up to the places")
        summed, notes = False, []
        for one in told.runners:
            one.offset = None
        doubts = doubted(told.runners, notes, summed)
        runners = believed(told.runners, doubts)
    converted.odd += notes
    if not summed:
        return Worked(fitted(runners, converted.odd), {one.entry: 0 for one in runners})
    for lap in range(1, max(len(one.positions) for one in runners)):
        for place, entries in shared_places(runners, lap).items():
            converted.odd.append(f"lap {lap}: place {place} is shared by cars {', '.join(entries)}")
    converted.odd += [
        f"car {one.entry}: its start is not told, and taken for the green"
        for one in runners
        if one.offset is None
    ]
    return Worked(sums(runners), {entry: min(found) for entry, found in doubts.items()})


def setting(
    path: Path, told: LapTimes, known: Weekend, official: Sequence[Finisher]
) -> Iterator[Report]:
    """The race, its entry list and its grid."""
    laps = max(len(one.laps) for one in told.runners)
    season = known.season or next(
        (int(word) for word in known.title.split() if word.isdecimal() and 1948 < int(word) < 2200),
        2000,
    )
    track = name(known.track or known.title)
    setup = said(
        path,
        None,
        SessionSetup,
        name=name(known.title),
        series=SERIES.get(known.series or 0, "NASCAR"),
        season=season,
        date=known.date,
        rulebook=f"nascar-cup/{season}" if known.series == CUP else "club/any",
        track=Track(id=slug(track), name=track,
                    loops=[Loop(id="sf", index=0, kind="sf")]),
        distance=Distance(laps=known.scheduled or laps),
        stages=[StagePlan(number=n, end_lap=lap) for n, lap in enumerate(known.stages, 1)],
        start="rolling",
        first_crossing="opens_lap",
        resolution_us=1_000,
    )  # fmt: skip
    yield Report(RACE_CONTROL, "setup", setup)
    listed = {row.entry: row for row in official}
    for entry in dict.fromkeys([*told.names, *listed]):
        row = listed.get(entry)
        driver = told.names.get(entry) or (row.driver if row else "")
        make = (row.make if row else "") or told.makes.get(entry, "")
        yield Report(
            RACE_CONTROL,
            f"entry/{in_id(entry)}",
            said(
                path,
                None,
                EntryUpsert,
                entry=entry,
                drivers=[Driver(name=name(driver))] if driver else [],
                team=name(row.team) or None if row else None,
                make=name(make) or None,
            ),
        )
    grid: dict[str, int] = {row.entry: row.start for row in official if row.start}
    for one in told.runners:
        place = one.positions[0]
        if one.entry not in grid and place:
            grid[one.entry] = place
    slots = [
        GridSlot(entry=entry, starting_position=place)
        for place, entry in enumerate(sorted(grid, key=lambda entry: grid[entry]), start=1)
    ]
    yield Report(RACE_CONTROL, "grid", GridSet(grid=slots))


def crossing_reports(runners: Sequence[Runner], worked: Worked) -> list[Report]:
    """Every crossing of the line, in the order of time; lap 0 is the one that opens lap 1.

    What the clock cannot tell apart stands as published.
    """
    placed: list[tuple[int, int, Report]] = []
    for one in runners:
        estimated_from = worked.estimated_from.get(one.entry)
        for lap, at in enumerate(worked.times[one.entry]):
            crossing = Crossing(
                entry=one.entry,
                t_us=at,
                lap=lap,
                lap_time_us=one.laps[lap - 1] if lap else None,
                estimated=estimated_from is not None and lap >= estimated_from,
                resolution_us=1_000,
            )
            report = Report(TIMING, f"crossing/{in_id(one.entry)}/{lap}/sf", crossing)
            placed.append((at, one.positions[lap] or len(runners), report))
    return [report for _, _, report in sorted(placed, key=lambda row: row[:2])]


def pit_reports(besides: Extras, told: LapTimes, converted: Converted) -> Iterator[Report]:
    """Pit road entered and left, on the race's clock, which the crossings only come near."""
    for number, stop in enumerate(besides.stops, start=1):
        if stop.entry not in told.names:
            converted.left_out.append(f"a pit stop of car {stop.entry}, which has no laps")
            continue
        car = f"{in_id(stop.entry)}/{number}"
        yield Report(
            TIMING,
            f"pit-in/{car}",
            PitIn(entry=stop.entry, t_us=stop.came_in, lap=stop.lap, estimated=True),
        )
        yield Report(
            TIMING,
            f"pit-out/{car}",
            PitOut(entry=stop.entry, t_us=stop.went_out, estimated=True),
        )


def retired(official: Sequence[Finisher], times: dict[str, list[int]]) -> Iterator[Report]:
    """Cars that the result says were out of the race, and of what."""
    for row in official:
        if row.running or row.disqualified or row.entry not in times:
            continue
        status = row.status.casefold()
        yield Report(
            RACE_CONTROL,
            f"retirement/{in_id(row.entry)}",
            Retirement(
                entry=row.entry,
                t_us=times[row.entry][-1] + 1,
                lap=len(times[row.entry]) - 1,
                cause="dvp"
                if "dvp" in status
                else "accident"
                if any(word in status for word in ACCIDENTS)
                else "mechanical",
                text=name(row.status),
            ),
        )


def decisions(
    official: Sequence[Finisher], told: LapTimes, times: dict[str, list[int]], converted: Converted
) -> list[Decision]:
    """What the result, or the final places in the lap file, decided beyond the laps."""
    decided: list[Decision] = []
    laps = {entry: len(crossed) - 1 for entry, crossed in times.items()}
    out = {row.entry for row in official if row.disqualified}
    for row in official:
        if row.disqualified:
            decided.append(Decision(row.entry, "dsq", None, "disqualified, from the result"))
        if row.entry in laps and row.laps is not None:
            counted = laps_counted(row.entry, row.laps, laps[row.entry])
            laps[row.entry] = row.laps
            converted.odd += [f"car {one.entry}: {one.reason}" for one in counted]
            decided += counted
    places = {row.entry: row.position for row in official if row.position} or told.final
    placed = [entry for entry in times if entry in places and entry not in out]
    timed = sorted(placed, key=lambda entry: (-laps[entry], times[entry][-1]))
    lost = places_lost(timed, sorted(placed, key=lambda entry: places[entry]))
    converted.odd += [
        f"car {one.entry}: set back {one.amount} places in the result, why is not told"
        for one in lost
    ]
    return decided + lost
