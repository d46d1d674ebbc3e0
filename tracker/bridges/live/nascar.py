"""NASCAR live, from its public JSON: successive looks at a board become what happened between them.

The live feed alone is enough. The list of flags says when and why, the pit data when cars came and
went, the weekend feed what the race is and how it came out; the lap times, asked for when we come
late, what happened before. Only races are told; practice and qualifying are not.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.bridges.converted import (
    RACE_CONTROL,
    TIMING,
    Converted,
    in_id,
    name,
)
from tracker.bridges.decided import Decision, declared
from tracker.bridges.live.contract import Feed, Told
from tracker.bridges.live.nascar_board import MOST_LAPS, RACE, Board, Stop, Vehicle, board, pit_stop
from tracker.bridges.live.nascar_flags import FLAGS, Flags
from tracker.bridges.live.nascar_laps import Laps, lap_times_by_car
from tracker.bridges.live.nascar_scene import Scene
from tracker.bridges.live.polling import Polling
from tracker.bridges.nascar_flags import periods
from tracker.bridges.nascar_laps import LapTimes, lap_times_told
from tracker.bridges.nascar_weekend import Weekend, reasons, rows, weekend_told
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.officials import FlagChanged, FlagName, Retirement
from tracker.feed.timing import PitIn, PitOut

OUT = 3
"""Status of a car that is out of the race."""
LATE = 2
"""Laps completed when we first look, from which on the past is asked for."""
WAIT = 3
"""Documents for which we wait for the past; without it, it is estimated."""
STALE = 10
"""Documents that are older than one before, in a row, after which the clock has begun again."""
SAME_STOP = 5_000_000
"""Within which two sources tell of one visit to pit road."""
BOARD_EVERY_S, PITS_EVERY_S, RESULT_EVERY_S = 5.0, 15, 120
"""How often documents are looked at. A lap of the shortest track takes twenty seconds."""
SITE = "https://cf.nascar.com"


class LiveNascar:
    """Follows one feed through its races."""

    def __init__(self, season: int, codes: Mapping[int, FlagName] = FLAGS) -> None:
        self.season = season
        self.codes = codes
        self.refused: Counter[str] = Counter()
        self.race: Running | None = None
        self.runs: Counter[int] = Counter()
        """How often each race began: a clock that begins again is another race."""
        self.over: set[tuple[int, int]] = set()
        """Races and runs that another followed."""
        self.left: Running | None = None
        """The one that the present one followed."""
        self.stale = 0
        self.wanted: list[dict[str, Any]] = []

    def connected(self) -> Iterable[Told]:
        """Between looks nothing more is lost than ever; what was asked is asked again."""
        if self.race is not None:
            self.wanted = self.race.asks()
        return ()

    def asks(self) -> list[bytes]:
        """Documents to look at: a path, and how often; each is asked once a connection."""
        wanted, self.wanted = self.wanted, []
        return [json.dumps(one).encode() for one in wanted]

    def hear(self, message: str) -> Iterable[Told]:
        """What one document says; a message is its kind and the document, on one line."""
        kind, _, text = message.partition(" ")
        told = self.document(kind, text)
        if kind == "live-feed":
            shown = board(told, self.refused)
            if shown is None or not self.follows(shown):
                return []
            assert self.race is not None
            reports = self.race.look(shown)
            self.wanted += self.race.asks_now()
        elif self.race is None:
            self.refused[f"{kind}: before any race"[:80]] += 1
            return []
        else:
            reports = self.race.read(kind, told)
        return [Told(report, self.race.part) for report in reports]

    def document(self, kind: str, text: str) -> Any:
        """The JSON in a message; what stands before and after it is passed over."""
        starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
        try:
            return json.JSONDecoder().raw_decode(text, min(starts))[0] if starts else None
        except (ValueError, RecursionError):
            self.refused[f"{kind}: half a document"[:80]] += 1
            return None

    def follows(self, shown: Board) -> bool:
        """Whether a document is newer than the one before, of this race or of a new one."""
        if shown.kind not in (None, RACE):
            self.refused["live-feed: practice or qualifying, which is not told"] += 1
            return False
        key, race = (shown.race, shown.run), self.race
        if race is None or race.key != key:
            if key in self.over:
                # Not every server of theirs knows of the new race yet; but where none speaks of it
                # any more, that was no race, and the one before goes on.
                self.refused["live-feed: of a race that another followed"] += 1
                self.stale += 1
                if race is None or self.left is None or self.left.key != key or self.stale < STALE:
                    return False
                self.over ^= {key, race.key}
                self.stale, self.race, self.left = 0, self.left, race
                return True
            self.begin(shown)
            return True
        if race.shown is not None and shown.elapsed < race.shown.elapsed:
            self.stale += 1
            self.refused["live-feed: older than one before"] += 1
            if self.stale < STALE:
                return False
            self.begin(shown)
        self.stale = 0
        return True

    def begin(self, shown: Board) -> None:
        """Another race."""
        if self.race is not None and self.race.key != (shown.race, shown.run):
            self.over.add(self.race.key)
            self.left = self.race
        self.stale = 0
        self.runs[shown.race] += 1
        times = self.runs[shown.race]
        part = f"{shown.race}" if times == 1 else f"{shown.race}-{times}"
        self.race = Running(part, self.season, self.codes, self.refused)


class Running:
    """One race, as far as it was looked at."""

    def __init__(
        self, part: str, season: int, codes: Mapping[int, FlagName], refused: Counter[str]
    ) -> None:
        self.part = part
        self.scene = Scene(season)
        self.refused = refused
        self.shown: Board | None = None
        self.first: Board | None = None
        self.waited = 0
        self.past_told = False
        """Whether the laps before our first look are told, or there are none."""
        self.flags_known = False
        """Whether the cautions before our first look are told."""
        self.laps = Laps(refused)
        self.flags = Flags(codes, refused)
        self.past = LapTimes()
        self.stops: dict[str, list[Stop]] = {}
        self.out: dict[str, bool] = {}
        self.declared: set[str] = set()

    @property
    def key(self) -> tuple[int, int]:
        """Which race and run of it."""
        assert self.first is not None
        return self.first.race, self.first.run

    # What to ask of the feed.

    def path(self, what: str) -> str:
        """Where a document of this race is."""
        assert self.shown is not None
        year = self.shown.season or self.scene.weekend.season or self.scene.season
        return f"/cacher/{year}/{self.shown.series}/{self.shown.race}/{what}.json"

    def asks(self) -> list[dict[str, Any]]:
        """Everything we want to know of this race."""
        if self.shown is None:
            return []
        pits = f"/cacher/live/series_{self.shown.series}/{self.shown.race}/live-pit-data.json"
        wanted = [
            {"of": "live-pit-data", "path": pits, "every": PITS_EVERY_S},
            {"of": "weekend-feed", "path": self.path("weekend-feed"), "every": RESULT_EVERY_S},
        ]
        if not self.past_told:
            wanted.append({"of": "lap-times", "path": self.path("lap-times"), "every": 0})
        return wanted

    def asks_now(self) -> list[dict[str, Any]]:
        """The same, when the race has just begun for us."""
        return self.asks() if self.shown is self.first else []

    # The board.

    def look(self, shown: Board) -> list[Report]:
        """What one more look at the board says."""
        if self.first is None:
            self.first = shown
            self.past_told = shown.lap < LATE
        self.shown = shown
        reports = [*self.scene.shown(shown)]
        if not self.past_told:
            self.waited += 1
            if self.waited <= WAIT:
                return reports
            self.past_told = True
            self.refused["lap-times: none, so what was before our first look is estimated"] += 1
        return [*reports, *self.happened(shown)]

    def happened(self, shown: Board) -> Iterator[Report]:
        """Laps, flags, pit road, who is out."""
        crossings = self.laps.follow(shown)
        yield from self.flags.follow(shown, self.laps.led_at)
        yield from crossings
        for one in shown.vehicles:
            yield from self.pits(one.entry, one.stops)
            yield from self.retired(one, shown)
        yield from self.result()

    def pits(self, entry: str, stops: Iterable[Stop]) -> Iterator[Report]:
        """Pit road entered and left, whichever source tells it first."""
        known = self.stops.setdefault(entry, [])
        for stop in stops:
            place = next(
                (
                    n
                    for n, other in enumerate(known)
                    if abs(other.came_in - stop.came_in) < SAME_STOP
                ),
                None,
            )
            id = f"{in_id(entry)}/{(stop if place is None else known[place]).came_in // 1_000}"
            if place is None:
                known.append(Stop(stop.came_in, None, stop.lap))
                place = len(known) - 1
                lap = stop.lap if stop.lap is not None and 0 <= stop.lap <= 10_000 else None
                came = PitIn(entry=entry, t_us=stop.came_in, lap=lap)
                yield Report(TIMING, f"pit-in/{id}", came)
            if known[place].went_out is None and stop.went_out is not None:
                known[place] = Stop(known[place].came_in, stop.went_out, stop.lap)
                yield Report(TIMING, f"pit-out/{id}", PitOut(entry=entry, t_us=stop.went_out))

    def retired(self, one: Vehicle, shown: Board) -> Iterator[Report]:
        """Cars that are out of the race, and those that came back after all."""
        out = one.status == OUT
        if out == self.out.get(one.entry, False) or self.flags.over or not self.flags.green:
            return
        self.out[one.entry] = out
        last = self.laps.cars[one.entry].at or 0
        yield Report(
            RACE_CONTROL,
            self.scene.again(f"retirement/{in_id(one.entry)}"),
            Retirement(
                entry=one.entry,
                t_us=last + 1 if shown is self.first else max(shown.elapsed, last + 1),
                lap=one.laps,
                back=not out,
            ),
        )

    # Other documents.

    def read(self, kind: str, told: Any) -> list[Report]:
        """What another document says."""
        if kind == "live-flag-data":
            return list(self.flags.read(told, self.shown, list(self.scene.entries))) if told else []
        if kind == "live-pit-data":
            return [
                report
                for row in rows({"": told}, "")
                if (entry := str(row.get("vehicle_number") or "").strip()) in self.scene.entries
                and (
                    stop := pit_stop(
                        row.get("pit_in_race_time"),
                        row.get("pit_out_race_time"),
                        row.get("lap_count"),
                    )
                )
                for report in self.pits(entry, [stop])
            ]
        converted = Converted()
        where = Path(kind)
        try:
            if kind == "weekend-feed":
                return self.known(weekend_told(told, where, converted))
            if kind == "lap-times":
                return self.remembered(lap_times_told(told, where, converted))
        except RecordingRefused as refused:
            self.refused[str(refused)[:100]] += 1
            return self.remembered(LapTimes()) if kind == "lap-times" else []
        self.refused[f"{kind}: no document we know"[:80]] += 1
        return []

    def known(self, weekend: Weekend) -> list[Report]:
        """The race as announced; and its result, once there is one."""
        assert self.shown is not None
        self.scene.weekend = believable(weekend)
        reports = list(self.scene.shown(self.shown))
        if self.past_told:
            reports += [*self.flags_before(), *self.result()]
        return reports

    def remembered(self, past: LapTimes) -> list[Report]:
        """The laps before our first look; then what the looks since then say."""
        if self.past_told:
            return []
        assert self.shown is not None
        self.past, self.past_told = past, True
        self.laps.known = lap_times_by_car([(one.entry, one.laps) for one in past.runners])
        reports = list(self.happened(self.shown))
        return [*reports, *self.flags_before()]

    def flags_before(self) -> Iterator[Report]:
        """Cautions before our first look, by the lap: for want of a list of flags; once."""
        assert self.first is not None
        if self.flags.listed or self.flags_known:
            return
        # Lap files put cautions a lap off, by another in other seasons: official ones come first.
        for one in self.scene.weekend.cautions or periods(self.past.flags, self.first.lap):
            opened = self.laps.led_at(one.first_lap - 1), self.laps.led_at(one.first_lap)
            if one.first_lap >= self.first.lap or None in opened:
                continue
            at = sum(at or 0 for at in opened) // 2
            self.flags_known = True
            flag: FlagName = "caution" if one.flag == 2 else "red"
            text = "estimated: known by the lap only"
            told = FlagChanged(
                flag=flag,
                t_us=at,
                lap=one.first_lap - 1,
                reasons=reasons(one.comment),
                beneficiary=name(one.beneficiary, 32) or None,
                text=name(one.comment, 500) or text,
            )
            yield Report(RACE_CONTROL, f"flag/{flag}/lap-{one.first_lap}", told)
            ended = None if one.last_lap is None else self.laps.led_at(one.last_lap)
            if ended is not None:
                green = FlagChanged(flag="green", t_us=ended + 1_000, lap=one.last_lap, text=text)
                yield Report(RACE_CONTROL, f"flag/green/lap-{one.last_lap}", green)

    def result(self) -> Iterator[Report]:
        """The result as the officials declare it: provisional, and official after inspection."""
        shown = self.shown
        won = any(row.position == 1 and row.laps for row in self.scene.weekend.results)
        if shown is None or not self.flags.over or not won:
            return
        decided = [
            Decision(row.entry, "dsq", None, "disqualified, from the result")
            for row in self.scene.weekend.results
            if row.disqualified and row.entry in self.laps.cars
        ]
        for report in declared(shown.elapsed, decided):
            if report.id in self.declared:
                continue
            if report.id == "result/official" and not self.scene.weekend.inspected:
                continue
            self.declared.add(report.id)
            yield report


def believable(told: Weekend) -> Weekend:
    """A weekend feed without what no race has: years, lengths and days that cannot be."""
    try:
        date = told.date and f"{datetime.fromisoformat(told.date):%Y-%m-%d}"
    except ValueError:
        date = None
    scheduled = told.scheduled if told.scheduled and 0 < told.scheduled <= MOST_LAPS else None
    season = told.season if told.season and 1948 < told.season < 2200 else None
    stages = told.stages if all(0 < end <= MOST_LAPS for end in told.stages) else []
    return replace(told, season=season, date=date, scheduled=scheduled, stages=stages)


def feed(
    site: str = SITE,
    series: int | None = None,
    season: int = 2000,
    codes: Mapping[int, FlagName] = FLAGS,
    every_s: float = BOARD_EVERY_S,
) -> Feed:
    """The feed of a series, or of whichever race is on; quiet for hours where there is none."""
    folder = f"/live/feeds/series_{series}" if series else "/live/feeds"
    link = Polling(
        site,
        {
            "live-feed": (f"{folder}/live-feed.json", every_s),
            "live-flag-data": (f"{folder}/live-flag-data.json", every_s * 2),
        },
    )
    return Feed("nascar", link, LiveNascar(season, codes), silent_after_s=60, lost_after_s=3_600)
