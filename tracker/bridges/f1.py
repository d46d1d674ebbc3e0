"""Formula 1 live timing: topics and their patches become reports.

`heard` takes one message of one topic; `whole` takes the full state that begins every connection,
and says only what is new in it. Nothing here listens: the stream comes from a file or from a
bridge. Times are microseconds of the stream's own clock, which the caller keeps.

The crossings come from `f1_line`, flags and sentences from `f1_control`, the entry list and the
grid from `f1_setting`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from statistics import median
from typing import Any

from tracker.bridges.converted import RACE_CONTROL, TIMING, in_id
from tracker.bridges.f1_control import RaceControl
from tracker.bridges.f1_crossing import crossing, retimed
from tracker.bridges.f1_laps import LineCrossing
from tracker.bridges.f1_line import FinishLine
from tracker.bridges.f1_setting import announced, entered, gridded, timed_cars, utc_us
from tracker.bridges.f1_state import (
    Reasons,
    cars,
    gap_us,
    items,
    leaders_lap,
    merged,
    part,
    text,
    topic_of,
    unpacked,
)
from tracker.bridges.files import microseconds, whole
from tracker.feed.envelope import Report
from tracker.feed.officials import (
    Checkered,
    ResultDeclared,
    Retirement,
)
from tracker.feed.setting import Clock, GridSet
from tracker.feed.timing import PitIn, PitOut, Sector

TOPICS = (
    "Heartbeat", "ExtrapolatedClock", "TimingAppData", "TrackStatus", "SessionStatus",
    "DriverList", "RaceControlMessages", "SessionInfo", "SessionData", "LapCount", "TimingData",
)  # fmt: skip
"""What is read, and so what a bridge subscribes to."""

SCENE = ("SessionInfo", "LapCount", "DriverList", "TimingAppData")
"""Topics that set the scene."""

JUST_BEFORE = 3_000_000
"""The end of a session is told within this of the crossing that ended it."""
GRACE = 60_000_000
"""After the end, how long the leader may take to the line before the race was cut short."""
FIRST_LAP = 120_000_000
"""What stands for lap 1 where the start was not told."""
LAP = 90_000_000
"""What stands for a lap where none was timed yet."""
MOST_CARS = 200
"""Cars in a session, at most; no grid had a fifth of that."""


class LiveTiming:
    """The stream so far."""

    def __init__(self, epoch: int | None = None) -> None:
        self.state: dict[str, Any] = {}
        self.line = FinishLine()
        self.control = RaceControl(epoch)
        self.messages = Reasons()
        """Messages heard, by topic."""
        self.refused = Reasons()
        """Messages that could not be read, by topic and why."""
        self.told: dict[str, str] = {}
        self.pit_in: dict[str, int] = {}
        """Cars on pit road, and since when."""
        self.out: dict[str, int] = {}
        """How often each car was told to be out of the race, or back in it."""
        self.sectors: Counter[str] = Counter()
        self.clock_runs: bool | None = None
        self.ended = False

    def heard(self, topic: str, data: Any, at: int) -> list[Report]:
        """What one message says; never raises on what a stranger wrote."""
        known, packed = topic_of(topic)
        self.messages.note(known)
        reports: list[Report] = []
        if known not in TOPICS:
            return reports
        try:
            if packed:
                data = unpacked(text(data))
            if not isinstance(data, dict):
                raise ValueError(f"not an object but {type(data).__name__}")
            self.state[known] = merged(self.state.get(known), data)
            for report in chain(self.waited(at), self.said(known, data, at)):
                reports.append(report)
        except (ValueError, RecursionError) as error:
            why = str(error).partition("\n")[0][:80] or type(error).__name__
            self.refused.note(f"{known}: {why}")
        return reports

    def whole(self, topics: Any, at: int) -> list[Report]:
        """The full state that begins a connection: only what is new in it is told.

        Laps that were counted while nobody listened are told as far as their times are known.
        """
        if not isinstance(topics, dict):
            self.refused.note("full state: not an object")
            return []
        told = {topic_of(topic)[0]: data for topic, data in topics.items()}
        before = dict(timed_cars(self.state))
        timing = told.pop("TimingData", None)
        for topic in ("SessionInfo", "LapCount", "DriverList", "TimingAppData", "SessionData"):
            if isinstance(told.get(topic), dict):
                self.state[topic] = told[topic]
        if isinstance(timing, dict) and not before:
            self.state["TimingData"] = timing
        reports = [
            report
            for topic in (
                "TrackStatus",
                "SessionStatus",
                "RaceControlMessages",
                "ExtrapolatedClock",
            )
            if topic in told
            for report in self.heard(topic, told[topic], at)
        ]
        try:
            for report in chain(self.scene(), self.caught_up(before, timing, at), self.waited(at)):
                reports.append(report)
        except (ValueError, RecursionError) as error:
            self.refused.note(f"full state: {str(error).partition(chr(10))[0][:80]}")
        return reports

    def said(self, topic: str, data: Any, at: int) -> Iterator[Report]:
        """What a message that is merged already says."""
        match topic:
            case "TimingData":
                yield from self.timing(data, at)
            case "TrackStatus":
                yield from self.control.track_status(text(part(data, "Status")), at)
            case "SessionStatus":
                yield from self.session(text(part(data, "Status")), at)
            case "RaceControlMessages":
                yield from self.control.messages(part(data, "Messages"), at)
            case "ExtrapolatedClock":
                yield from self.clock(at)
            case _ if topic in SCENE and self.ready() and sets_scene(topic, data):
                yield from self.scene()

    def ready(self) -> bool:
        """Whether enough is known to announce the race once, rather than piece by piece."""
        return "SessionInfo" in self.state and ("LapCount" in self.state or bool(self.told))

    def scene(self) -> Iterator[Report]:
        """The race, its cars and its grid, where that is new."""
        grid = gridded(self.state) if self.line.started_at is None else None
        reports = [announced(self.state), *entered(self.state), *([grid] if grid else [])]
        for report in reports:
            kind, _, rest = report.id.partition("/")
            about = f"{kind}/{rest.rpartition('/')[0]}"
            if isinstance(report.data, GridSet) and self.line.leaders:
                continue
            if self.told.get(about) != report.id:
                self.told[about] = report.id
                yield report

    def session(self, status: str, at: int) -> Iterator[Report]:
        """The session began, or ended."""
        if status == "Started" and self.line.started_at is None:
            yield from self.scene()
            at = self.started(at)
            self.line.started_at = at
        yield from self.control.session(status, at)
        if status in ("Finalised", "Ends"):
            yield from self.end(at)

    def started(self, at: int) -> int:
        """When the race was started: now, unless it was before anybody listened."""
        epoch = self.control.epoch
        for _, entry in items(part(self.state.get("SessionData"), "StatusSeries")):
            utc = utc_us(entry.get("Utc"))
            if entry.get("SessionStatus") == "Started" and utc is not None and epoch is not None:
                return min(at, utc - epoch)
        lines = [one for _, one in timed_cars(self.state)]
        laps = max((whole(one.get("NumberOfLaps")) or 0 for one in lines), default=0)
        times = [microseconds(text(part(one, "LastLapTime", "Value"))) for one in lines]
        usual = median([spent for spent in times if spent] or [LAP])
        return at - int(usual) * laps - (int(usual) // 2 if laps else 0)

    def timing(self, data: Any, at: int) -> Iterator[Report]:
        """What the timing says of the cars it names."""
        for entry, patch in cars(part(data, "Lines")):
            if entry not in self.line.cars and len(self.line.cars) >= MOST_CARS:
                self.refused.note(f"a car beyond {MOST_CARS}")
                continue
            gap = gap_us(patch.get("GapToLeader"))
            if gap is not None:
                yield from self.crossed(self.line.gap_told(entry, gap, at), at)
            leads = leaders_lap(patch.get("GapToLeader"))
            if leads is not None:
                self.line.leads_told(entry, leads)
            laps = whole(patch.get("NumberOfLaps"))
            if laps is not None:
                yield from self.crossed(self.line.counted(entry, laps, at), at)
            lap_time = microseconds(text(part(patch, "LastLapTime", "Value")))
            if lap_time is not None:
                yield from self.crossed(self.line.timed(entry, lap_time, at), at)
            yield from self.sector_times(entry, patch, at)
            yield from self.pit_road(entry, patch, at)
            yield from self.out_of_race(entry, at)

    def caught_up(
        self, before: dict[str, dict[str, Any]], timing: Any, at: int
    ) -> Iterator[Report]:
        """The timing of a full state: what happened while nobody listened, and no more."""
        if not isinstance(timing, dict):
            return
        self.messages["TimingData"] += 1
        self.state["TimingData"] = timing
        now = dict(timed_cars(self.state))
        order = sorted(now, key=lambda entry: whole(now[entry].get("Position")) or len(now))
        order = order[:MOST_CARS]
        for place, entry in enumerate(order):
            one, known = now[entry], before.get(entry)
            laps = whole(one.get("NumberOfLaps")) or 0
            lap_time = microseconds(text(part(one, "LastLapTime", "Value")))
            car = self.line.car(entry)
            if known is None and not car.crossings:
                if laps and self.line.started_at is not None:
                    then = at - 1_000_000 + place * 1_000
                    yield from self.crossed(self.line.joined(entry, laps, then), at)
            else:
                last = microseconds(text(part(known, "LastLapTime", "Value")))
                same = lap_time is None or lap_time == last
                had = car.laps
                if laps > had:
                    lost = car.waiting is not None and laps > car.waiting[0]
                    yield from self.crossed(
                        self.line.counted(entry, laps, at, stale=same or lost), at
                    )
                if lap_time is not None and not same and had <= laps <= had + 1:
                    yield from self.crossed(self.line.timed(entry, lap_time, at), at)
            yield from self.pit_road(entry, one, at)
            yield from self.out_of_race(entry, at)

    def waited(self, at: int) -> Iterator[Report]:
        """What the passing of time decides."""
        yield from self.crossed(self.line.by(at), at)
        fell = self.control.flag_fell_at
        if fell is None or not self.line.leaders:
            return
        last = self.line.leaders[-1]
        if self.control.over and at - last.at >= 0 and fell - last.at <= JUST_BEFORE:
            yield self.control.checkered(last.at)

    def crossed(self, crossings: Iterable[LineCrossing], now: int) -> Iterator[Report]:
        """Crossings as reports; those told before as corrections of themselves."""
        for one in crossings:
            if self.line.started_at is None:
                self.line.started_at = one.at - FIRST_LAP
                note = "estimated: the start was not told"
                yield from self.scene()
                self.control.started_at = self.line.started_at
                yield self.control.shown("green", self.line.started_at, note)
            if one.times_told > 1:
                yield retimed(one, now)
                continue
            since = self.pit_in.get(one.entry)
            yield crossing(one, on_pit_road=since is not None and since <= one.at)
            fell = self.control.flag_fell_at
            leads = self.line.leaders[-1] is one
            if fell is not None and leads and one.at >= fell - JUST_BEFORE:
                yield self.control.checkered(one.at)

    def sector_times(self, entry: str, patch: dict[str, Any], at: int) -> Iterator[Report]:
        """How long a sector took; the last one belongs to the lap that it ends."""
        for place, sector in items(patch.get("Sectors")):
            spent = microseconds(text(sector.get("Value")))
            if spent is None or place >= 64 or self.line.started_at is None:
                continue
            car = self.line.car(entry)
            ends = place == 2 and car.waiting is None
            lap = car.laps if ends and car.laps else car.laps + 1
            id_ = f"sector/{in_id(entry)}/{lap}/{place + 1}"
            self.sectors[id_] += 1
            if self.sectors[id_] > 1:
                id_ += f"/{self.sectors[id_]}"
            told = Sector(entry=entry, t_us=at, lap=lap, sector=place + 1, time_us=spent)
            yield Report(TIMING, id_, told)

    def pit_road(self, entry: str, patch: dict[str, Any], at: int) -> Iterator[Report]:
        """A car came to pit road, or left it; during the race only."""
        inside = patch.get("InPit")
        if not isinstance(inside, bool) or inside == (entry in self.pit_in):
            return
        laps = self.line.car(entry).laps
        if inside:
            self.pit_in[entry] = at
        else:
            del self.pit_in[entry]
        if self.line.started_at is None or self.control.over:
            return
        car = f"{in_id(entry)}/{laps}/{at}"
        if inside:
            told = PitIn(entry=entry, t_us=at, lap=laps, estimated=True)
            yield Report(TIMING, f"pit-in/{car}", told)
            return
        yield Report(
            TIMING, f"pit-out/{car}", PitOut(entry=entry, t_us=at, lap=laps, estimated=True)
        )
        yield from self.control.served(entry, at, f"taken as served at the stop after lap {laps}")

    def out_of_race(self, entry: str, at: int) -> Iterator[Report]:
        """A car stopped or retired, or is back: either can be taken back."""
        one = part(self.state.get("TimingData"), "Lines", entry)
        retired = part(one, "Retired") is True
        out = retired or part(one, "Stopped") is True
        if out == bool(self.out.get(entry, 0) % 2) or self.line.started_at is None:
            return
        self.out[entry] = self.out.get(entry, 0) + 1
        said = Retirement(
            entry=entry,
            t_us=at,
            lap=self.line.car(entry).laps,
            text=("retired" if retired else "stopped") if out else "goes on",
            back=not out,
        )
        yield Report(RACE_CONTROL, f"retirement/{in_id(entry)}/{self.out[entry]}", said)

    def clock(self, at: int) -> Iterator[Report]:
        """The session clock began to run, or was stopped."""
        told = self.state.get("ExtrapolatedClock")
        runs, left = part(told, "Extrapolating"), microseconds(text(part(told, "Remaining")))
        if isinstance(runs, bool) and runs != self.clock_runs:
            self.clock_runs = runs
            said = Clock(t_us=at, remaining_us=left, running=runs)
            yield Report(TIMING, f"clock/{at}", said)

    def end(self, at: int) -> Iterator[Report]:
        """Nothing more will come: what waits is told; a race short of its distance is ended."""
        yield from self.crossed(self.line.by(at + GRACE), at)
        if self.ended or self.control.started_at is None or not self.control.over:
            return
        self.ended = True
        laps = len(self.line.leaders)
        distance = whole(part(self.state.get("LapCount"), "TotalLaps"))
        under_red = self.control.flag == "red"
        if self.control.flag != "checkered" and laps and not under_red:
            yield self.control.checkered(self.line.leaders[-1].at)
        if under_red or (distance is not None and 0 < laps < distance):
            over = Checkered(t_us=at, lap=None if under_red else laps)
            yield Report(RACE_CONTROL, f"checkered/{laps}", over)
        said = ResultDeclared(t_us=at + 1, status="provisional", text="session finalised")
        yield Report(RACE_CONTROL, "result/provisional", said)


def sets_scene(topic: str, data: dict[str, Any]) -> bool:
    """Whether a patch may change the setting: most of them are about places and tires."""
    match topic:
        case "DriverList":
            return any(patch.keys() - {"Line"} for _, patch in cars(data))
        case "TimingAppData":
            return any("GridPos" in patch for _, patch in cars(data.get("Lines")))
        case _:
            return True
