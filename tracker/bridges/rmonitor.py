"""RMonitor (MYLAPS Orbits, Race-Monitor relays): lines of a timing stream become reports.

`$J` is the passing and the only thing that scores. `$G`, the timekeepers' own order, checks it: a
passing that never came as `$J` is put in at the time `$G` has, as an estimate; where the
timekeepers took one back, that is told and changes nothing here. `$F` comes once a second and
dates the flags, never the order.

The protocol has no sessions, no numbering and no end. A new `$B` or an `$I` begins a new run, and
each run is a race of its own: look at `run` after each line. What was entered stays entered over
a `$B`; an `$I` clears everything.
"""

import csv
from collections import Counter
from hashlib import sha256

from tracker.bridges.converted import RACE_CONTROL, TIMING, in_id, name, said, slug
from tracker.bridges.files import microseconds, whole
from tracker.bridges.rmonitor_heard import (
    FLAGS,
    HEARTBEAT,
    NO_SEASON,
    NO_TIME,
    PIT_LOOPS,
    RACING,
    UNKNOWN_TRANSPONDER,
    UNLIMITED,
    Competitor,
    Difference,
    Passings,
)
from tracker.feed.envelope import Report
from tracker.feed.officials import (
    Checkered,
    Correction,
    FlagChanged,
    FlagName,
    Replacement,
    Target,
)
from tracker.feed.setting import Distance, Driver, EntryUpsert, SessionSetup, Track
from tracker.feed.timing import Crossing
from tracker.feed.values import Payload


class RMonitor:
    """The stream so far. Feed it line by line; `run` says which run the answer belongs to."""

    def __init__(self, season: int = NO_SEASON) -> None:
        self.season = season
        self.line = 0
        self.run = 1
        self.run_number: str | None = None
        self.description = ""
        self.track = ""
        self.competitors: dict[str, Competitor] = {}
        self.classes: dict[str, str] = {}
        self.skipped: Counter[str] = Counter()
        """Records not read, by name; bad ones by name and why."""
        self.checked = 0
        self.differences: list[Difference] = []
        self.begin()

    def begin(self) -> None:
        """A run begins: nobody has passed, no flag is out."""
        self.cars: dict[str, Passings] = {}
        self.flag: FlagName = "none"
        self.race_time = 0
        self.started = False
        self.told: dict[str, object] = {}
        self.distance = Distance()
        self.finish_id: str | None = None
        self.finish_at = 0
        self.ids: Counter[str] = Counter()
        self.day_offset: int | None = None
        self.seen_at_line: tuple[str, int] | None = None
        self.last_passing: tuple[int, int] = (0, 0)
        """Laps and race time of the passing that led the race last."""

    def feed(self, line: str) -> list[Report]:
        """What one line says; never raises on what a stranger wrote."""
        self.line += 1
        try:
            record = next(csv.reader([line.strip("\ufeff \t\r\n\x00")]), [])
        except csv.Error:
            self.skipped["unreadable"] += 1
            return []
        if not record:
            return []
        values = [value.strip() for value in record[1:]]
        try:
            match record[0]:
                case "$J":
                    return self.passing(*values[:3])
                case "$G":
                    return self.order(*values[:4])
                case "$F":
                    return self.heartbeat(*values[:5])
                case "$A":
                    return self.competitor(*values[:7])
                case "$COMP":
                    return self.competitor_more(*values[:6])
                case "$L":
                    return self.line_crossing(*values[:5])
                case "$COR":
                    return self.correction(*values[:5])
                case "$B":
                    return self.new_run(*values[:2])
                case "$C":
                    self.classes[values[0]] = values[1]
                case "$E" if values[0] == "TRACKNAME":
                    self.track = values[1]
                    return self.setting() if self.started else []
                case "$I":
                    self.reset(*values[1:2])
                case "$E" | "$H":
                    pass  # track length without its unit; best laps, which the laps show
                case kind:
                    self.skipped[kind if kind.startswith("$") else "not a record"] += 1
        except (TypeError, IndexError, ValueError):
            self.skipped[f"{record[0]} with missing or wrong fields"] += 1
        return []

    def new_run(self, number: str, description: str = "") -> list[Report]:
        """A run is named; another name than before begins another run."""
        if self.run_number is not None and (number, description) != (
            self.run_number,
            self.description,
        ):
            self.run += 1
            self.begin()
        self.run_number, self.description = number, description
        return self.setting() if self.started else []

    def reset(self, date: str = "") -> None:
        """Everything begins again; one who resets twice means it once."""
        self.year(date)
        if self.cars or self.competitors or self.started:
            self.run += 1
            self.begin()
        self.competitors, self.classes, self.run_number = {}, {}, None

    def year(self, date: str) -> None:
        """The season, from a date such as `01/27/2009` or `27 Jan 09`, once one is told."""
        year = whole(date.replace("/", " ").rpartition(" ")[2])
        if self.season == NO_SEASON and year is not None and 0 <= year < 2200:
            self.season = year if year > 1900 else 2000 + year % 100

    def dated(self, kind: str, at: int) -> str:
        """The id of an event by its time, which a stream that is heard again repeats."""
        event = f"{kind}/{at}"
        self.ids[event] += 1
        times = self.ids[event]
        return event if times == 1 else f"{event}/{times}"

    def worded(self, kind: str, said: Payload) -> str:
        """The id of one more state of a thing without a time: which one, and what it says."""
        self.ids[kind] += 1
        words = sha256(said.model_dump_json().encode()).hexdigest()[:8]
        return f"{kind}/{self.ids[kind]}-{words}"

    def setting(self) -> list[Report]:
        """The race and its entry list, as far as they are new."""
        title = name(self.description) or f"run {self.run}"
        track = name(self.track) or "track"
        setup = said(
            "RMonitor", self.line, SessionSetup,
            name=title, series="RMonitor timing", season=self.season,
            track=Track(id=slug(track), name=track), distance=self.distance,
            resolution_us=1_000,
        )  # fmt: skip
        reports = []
        if self.told.get("") != setup:
            self.told[""] = setup
            reports.append(Report(RACE_CONTROL, self.worded("setup", setup), setup))
        for entry in self.competitors:
            reports += self.entered(entry)
        return reports

    def entered(self, entry: str) -> list[Report]:
        """A car on the entry list, where that is new."""
        known = self.competitors[entry]
        driver = name(f"{known.first} {known.last}")
        class_ = name(self.classes.get(known.class_, known.class_))
        upsert = said(
            "RMonitor", self.line, EntryUpsert,
            entry=entry, number=known.number or entry,
            drivers=[Driver(name=driver)] if driver else [],
            make=name(known.extra) or None,
            classes=[class_] if class_ else [],
            transponders=[known.transponder] if known.transponder else [],
        )  # fmt: skip
        if self.told.get(entry) == upsert:
            return []
        self.told[entry] = upsert
        return [Report(RACE_CONTROL, self.worded(f"entry/{in_id(entry)}", upsert), upsert)]

    def competitor(
        self, entry: str, number: str, transponder: str = "", first: str = "", last: str = "",
        extra: str = "", class_: str = "",
    ) -> list[Report]:  # fmt: skip
        """`$A`: someone entered, or something new about one who is."""
        if not 0 < len(entry) <= 32:
            raise ValueError(entry)
        self.competitors[entry] = Competitor(number[:32], first, last, extra, class_, transponder)
        return self.entered(entry) if self.started else []

    def competitor_more(
        self, entry: str, number: str, class_: str = "", first: str = "", last: str = "",
        extra: str = "",
    ) -> list[Report]:  # fmt: skip
        """`$COMP`: the same again, without the transponder."""
        known = self.competitors.get(entry)
        return self.competitor(
            entry, number, known.transponder if known else "", first, last, extra, class_
        )

    def start(self) -> list[Report]:
        """The race clock runs: it began with the green."""
        if self.started:
            return []
        self.started = True
        green = FlagChanged(flag="green", t_us=0, text="estimated: the race clock began to run")
        return [*self.setting(), Report(RACE_CONTROL, self.dated("flag/green", 0), green)]

    def heartbeat(
        self, to_go: str, time_to_go: str, time_of_day: str, race_time: str, flag: str = ""
    ) -> list[Report]:
        """`$F`: the clock, and the flag, of which only the changes are told."""
        now, day = microseconds(race_time), microseconds(time_of_day)
        if not self.started:
            self.plan(whole(to_go), microseconds(time_to_go))
        shown = FLAGS.get(flag.casefold(), "none")
        if flag and shown == "none":
            self.skipped[f"$F flag {flag[:12]!r}"] += 1
        if now is None or shown == "none":
            return []
        self.race_time = now
        if self.day_offset is None and day is not None:
            self.day_offset = day - now
        reports = self.start()
        before, self.flag = self.flag, shown
        if shown == before or (shown == "green" and before == "none"):
            return reports
        if self.finish_id is not None and shown in RACING:
            taken_back = Correction(
                t_us=now, op="delete", target=Target(source=RACE_CONTROL, id=self.finish_id),
                reason=f"the flag shown again after the finish: {shown}",
            )  # fmt: skip
            self.finish_id = None
            reports.append(Report(RACE_CONTROL, self.dated("taken-back", now), taken_back))
        at = now
        if shown == "checkered" and now - self.last_passing[1] <= HEARTBEAT:
            at = self.last_passing[1]  # the leader's passing is what it was shown for
        flag_id = self.dated(f"flag/{shown}", at)
        if shown == "checkered":
            self.finish_id, self.finish_at = flag_id, at
        reports.append(Report(RACE_CONTROL, flag_id, FlagChanged(flag=shown, t_us=at)))
        return reports

    def plan(self, laps: int | None, time: int | None) -> None:
        """What is to go before the start is the distance; a clock that runs already has less."""
        self.distance = Distance(
            laps=laps if laps and 0 < laps < UNLIMITED else self.distance.laps,
            duration_us=max(time or 0, self.distance.duration_us or 0) or None,
        )

    def passing(self, entry: str, lap_time: str, total: str) -> list[Report]:
        """`$J`: a car crossed the main line."""
        at, spent = microseconds(total), microseconds(lap_time)
        if at is None or at == NO_TIME:
            self.skipped["$J without a time"] += 1
            return []
        if entry.startswith(UNKNOWN_TRANSPONDER) and entry not in self.competitors:
            self.skipped["$J of an unknown transponder"] += 1
            return []
        car = self.cars.setdefault(entry, Passings())
        car.heard = at
        if car.totals and at <= car.totals[-1]:
            self.skipped["$J that does not move the race clock"] += 1
            return []
        reports = self.start()
        first = not car.totals
        # Lap 1 from a standing start is as long as the race so far; a longer race had more laps.
        car.joined_late = first and bool(spent) and at - (spent or 0) > HEARTBEAT
        opening = first and (not spent or car.joined_late)
        car.laps += 0 if opening else 1
        self.synchronise(entry, at)
        crossing = Crossing(
            entry=entry, t_us=at, lap=0 if opening else None if not first else 1,
            lap_time_us=spent or None, pit=car.on_pit_road,
        )  # fmt: skip
        reports.append(self.scored(entry, car, crossing))
        return reports

    def scored(self, entry: str, car: Passings, crossing: Crossing) -> Report:
        """A passing that counts, noted."""
        car.totals.append(crossing.t_us)
        if car.laps > self.last_passing[0]:
            self.last_passing = (car.laps, crossing.t_us)
        report = Report(TIMING, self.dated(f"passing/{in_id(entry)}", crossing.t_us), crossing)
        car.ids[crossing.t_us] = report.id
        return report

    def synchronise(self, entry: str, at: int) -> None:
        """A line crossing just before its passing relates the time of day to the race clock."""
        if self.seen_at_line is not None and self.seen_at_line[0] == entry:
            self.day_offset = self.seen_at_line[1] - at

    def order(self, position: str, entry: str, laps: str, total: str) -> list[Report]:
        """`$G`: the timekeepers' order, against which the passings are checked."""
        at, told = microseconds(total), whole(laps)
        if told is None or not told or at is None or at == NO_TIME:
            return []
        car = self.cars.setdefault(entry, Passings())
        self.checked += 1
        if car.heard == at:
            return self.credited(entry, car, told) if car.joined_late else []
        if at in car.totals:
            why = "the timekeepers took back a later passing"
            if at == car.totals[-1]:
                why = "its passing never came as $J"
        elif not car.totals or at > car.totals[-1]:
            why = "its passing never came as $J"
        else:
            why = "the timekeepers have a passing that was never told"
        self.differences.append(Difference(self.line, self.run, entry, at, car.heard, why))
        if car.totals and at <= car.totals[-1]:
            return []
        reports = self.start()
        reports += self.setting() if entry not in self.competitors else []
        late, leads = not car.totals, told > self.last_passing[0]
        car.laps = 0 if late else told
        crossing = Crossing(entry=entry, t_us=at, lap=car.laps, estimated=True)
        reports.append(self.scored(entry, car, crossing))
        if late:
            return reports + self.credited(entry, car, told)
        if leads and self.finish_id is not None and 0 <= self.finish_at - at <= HEARTBEAT:
            # The passing that was not told is the one the flag was shown for.
            ended = Checkered(t_us=self.finish_at + 1, lap=told)
            reports.append(Report(RACE_CONTROL, self.dated("checkered", ended.t_us), ended))
        return reports

    def credited(self, entry: str, car: Passings, told: int) -> list[Report]:
        """Laps driven before the first passing that was heard, as the timekeepers count them."""
        missing, car.joined_late = told - car.laps, False
        if not 0 < missing <= 1_000:
            return []
        car.laps = told
        credit = Correction(
            t_us=max(self.race_time, car.totals[-1]),
            op="lap_credit",
            new=Replacement(entry=entry, laps=missing),
            reason="laps before the stream began",
        )
        return [Report(RACE_CONTROL, self.worded(f"credit/{in_id(entry)}", credit), credit)]

    def line_crossing(
        self, number: str, loop: str, loop_name: str, date: str, time: str
    ) -> list[Report]:
        """`$L`: any timing line. The main one comes as `$J` too; those of pit road only here."""
        day = microseconds(time)
        if day is None:
            raise ValueError(time)
        self.year(date)
        entry = number
        if number not in self.competitors:
            entry = next((e for e, c in self.competitors.items() if c.number == number), number)
        if entry.startswith(UNKNOWN_TRANSPONDER) and entry not in self.competitors:
            self.skipped["$L of an unknown transponder"] += 1
            return []
        car = self.cars.setdefault(entry, Passings())
        if loop in ("T1", "P1"):
            self.seen_at_line = (entry, day)
            car.on_pit_road = loop == "P1"
            return []
        where = PIT_LOOPS.get(loop)
        if where is None:
            self.skipped[f"$L of line {loop} {loop_name}"] += 1
            return []
        if self.day_offset is None or not car.totals:
            # Its first passing opens its first lap, wherever it came from.
            self.skipped["$L of pit road before the car's first passing"] += 1
            return []
        crossing = Crossing(entry=entry, loop=where, t_us=day - self.day_offset, estimated=True)
        return [Report(TIMING, self.dated(f"{where}/{in_id(entry)}", crossing.t_us), crossing)]

    def correction(
        self, entry: str, number: str, laps: str, total: str, change: str
    ) -> list[Report]:
        """`$COR`: a passing retimed; the total is taken as the new one, unless it is the old."""
        car, at = self.cars.get(entry), microseconds(total)
        moved = microseconds(change.lstrip("+-"))
        if car is None or at is None or moved is None:
            self.skipped["$COR of a passing that was not heard"] += 1
            return []
        moved = -moved if change.startswith("-") else moved
        old = at if at in car.totals else at - moved
        if old not in car.totals:
            self.skipped["$COR of a passing that was not heard"] += 1
            return []
        new = old + moved
        car.totals[car.totals.index(old)] = new
        passing = car.ids[new] = car.ids.pop(old)
        if car.heard == old:
            car.heard = new
        retimed = Correction(
            t_us=max(self.race_time, new),
            op="retime",
            target=Target(source=TIMING, id=passing),
            new=Replacement(entry=entry, t_us=new),
            reason=name(f"timekeepers' correction {change}"),
        )
        return [Report(RACE_CONTROL, self.worded(f"retimed/{in_id(entry)}", retimed), retimed)]
