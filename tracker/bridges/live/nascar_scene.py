"""What NASCAR's feed says of a race before it is run: where, how long, who, from which place.

Told again where it becomes known better: the stages one by one, or all of them by the weekend feed.
"""

from collections import Counter
from collections.abc import Iterator

from tracker.bridges.converted import RACE_CONTROL, TIMING, in_id, name, slug
from tracker.bridges.live.nascar_board import Board, Vehicle
from tracker.bridges.nascar_weekend import CUP, SERIES, Weekend
from tracker.feed.envelope import Report
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
from tracker.feed.timing import DriverChange


class Scene:
    """The race, its entry list and its grid, as they were told last."""

    def __init__(self, season: int) -> None:
        self.season = season
        self.weekend = Weekend()
        self.entries: dict[str, tuple[str, str, str]] = {}
        """Driver, make and team of each car."""
        self.setup: SessionSetup | None = None
        self.grid: list[GridSlot] = []
        self.stages: dict[int, int] = {}
        self.told: Counter[str] = Counter()
        """How often each thing was told that may be told again."""

    def shown(self, shown: Board) -> Iterator[Report]:
        """The race, its entry list and its grid, where they are new or other than told."""
        if shown.stage is not None:
            self.stages[shown.stage[0]] = shown.stage[1]
        setup = self.announced(shown)
        if setup != self.setup:
            self.setup = setup
            yield Report(RACE_CONTROL, self.again("setup"), setup)
        for one in shown.vehicles:
            yield from self.entered(one, shown)
        if shown.lap > 0 and self.grid:
            return
        grid = sorted(
            (one for one in shown.vehicles if one.start),
            key=lambda one: (one.start or 0, one.place),
        )
        slots = [
            GridSlot(entry=one.entry, starting_position=place)
            for place, one in enumerate(grid, start=1)
        ]
        if slots and slots != self.grid:
            self.grid = slots
            yield Report(RACE_CONTROL, self.again("grid"), GridSet(grid=slots))

    def again(self, what: str) -> str:
        """An id for something that may be told again."""
        self.told[what] += 1
        return what if self.told[what] == 1 else f"{what}/{self.told[what]}"

    def announced(self, shown: Board) -> SessionSetup:
        """The race as far as it is known."""
        known = self.weekend
        series = shown.series or known.series or 0
        season = known.season or shown.season or self.season
        track = name(shown.track or known.track or shown.title) or "track"
        ends = dict(enumerate(known.stages, start=1)) or self.stages
        # A Cup race is as long as announced, and its rulebook knows of overtime; of others, only
        # the feed knows how long they have become.
        cup = series == CUP
        laps = (known.scheduled if cup else None) or shown.laps or known.scheduled or None
        if cup and self.setup is not None and self.setup.distance.laps and not known.scheduled:
            laps = self.setup.distance.laps
        return SessionSetup(
            name=name(known.title or shown.title) or "race",
            series=SERIES.get(series, "NASCAR"),
            season=season,
            date=known.date,
            rulebook=f"nascar-cup/{season}" if cup else "club/any",
            track=Track(
                id=slug(track), name=track, kind="oval", length_m=shown.track_length_m,
                loops=[Loop(id="sf", index=0, kind="sf")],
            ),
            distance=Distance(laps=laps),
            stages=[StagePlan(number=n, end_lap=lap) for n, lap in sorted(ends.items())],
            start="rolling",
            first_crossing="opens_lap",
            resolution_us=1_000,
        )  # fmt: skip

    def entered(self, one: Vehicle, shown: Board) -> Iterator[Report]:
        """A car on the entry list; another driver in it, once the race is on, is a change."""
        team = next((row.team for row in self.weekend.results if row.entry == one.entry), "")
        who, make = name(one.driver), name(one.make)
        known = self.entries.get(one.entry)
        if known is not None and known[0] and who and known[0] != who and shown.lap > 0:
            yield Report(
                TIMING,
                f"driver/{in_id(one.entry)}/{shown.elapsed // 1_000}",
                DriverChange(entry=one.entry, t_us=shown.elapsed, driver=who, previous=known[0]),
            )
        elif known != (who, make, team):
            yield Report(
                RACE_CONTROL,
                self.again(f"entry/{in_id(one.entry)}"),
                EntryUpsert(
                    entry=one.entry,
                    drivers=[Driver(name=who)] if who else [],
                    team=name(team) or None,
                    make=make or None,
                ),
            )
        self.entries[one.entry] = (who or (known[0] if known else ""), make, team)
