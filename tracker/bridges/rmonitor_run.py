"""RMonitor: one run of a stream, from its start to its flag: passings, order, flags."""

from tracker.bridges.converted import RACE_CONTROL, TIMING, in_id, name, slug
from tracker.bridges.files import microseconds, whole
from tracker.bridges.rmonitor_heard import (
    FLAGS,
    HEARTBEAT,
    MOST_CARS,
    NO_TIME,
    PIT_LOOPS,
    RACING,
    UNKNOWN_TRANSPONDER,
    UNLIMITED,
    Difference,
    Ids,
    Passings,
    Tally,
    is_entry,
)
from tracker.bridges.rmonitor_missed import MOST, credit_due, reconciled, spread
from tracker.bridges.rmonitor_setting import Setting
from tracker.feed.envelope import Report
from tracker.feed.officials import (
    Checkered,
    Correction,
    FlagChanged,
    FlagName,
    Replacement,
    Target,
)
from tracker.feed.setting import Distance
from tracker.feed.timing import Crossing

DAY = 24 * 60 * 60 * 1_000_000


class Run:
    """One run so far: a race of its own."""

    def __init__(self, number: int, scene: Setting, tally: Tally) -> None:
        self.number = number
        self.scene = scene
        self.tally = tally
        self.name: tuple[str, str] | None = None
        """The stream's number and description of it, once it told them."""
        self.cars: dict[str, Passings] = {}
        self.flag: FlagName = "none"
        self.race_time = 0
        self.started = False
        """The race clock runs, or ran."""
        self.distance = Distance()
        self.finish_id: str | None = None
        self.finish_at = 0
        self.ids = Ids()
        self.day_offset: int | None = None
        """Time of day at which the race clock began."""
        self.day_is_exact = False
        """It is from a passing that both clocks timed, not from a heartbeat."""
        self.seen_at_line: tuple[str, int] | None = None
        self.last_passing: tuple[int, int] = (0, 0)
        """Laps and race time of the passing that led the race last."""

    def announced(self) -> list[Report]:
        """The race, where something of it is new; nothing before the start."""
        if not self.started:
            return []
        title = name(self.name[1] if self.name else "") or f"run {self.number}"
        return self.scene.race(self.ids, title, self.distance, self.tally.line)

    def entered(self, *entries: str) -> list[Report]:
        """Cars of which something was told; nothing before the start."""
        if not self.started:
            return []
        return [
            report
            for entry in entries
            for report in (
                *self.scene.entered(self.ids, entry, self.tally.line),
                *self.scene.out(self.ids, entry, self.race_time),
            )
        ]

    def setting(self) -> list[Report]:
        """The race and everybody who is entered, as far as they are new."""
        return [*self.announced(), *self.entered(*self.scene.competitors)]

    def car(self, entry: str) -> Passings:
        """A car of this run, known or new; `ValueError` for what cannot be one."""
        known = self.cars.get(entry)
        if known is not None:
            return known
        if not is_entry(entry) or len(self.cars) >= MOST_CARS:
            raise ValueError(entry)
        return self.cars.setdefault(entry, Passings())

    def start(self) -> list[Report]:
        """The race clock runs: it began with the green."""
        if self.started:
            return []
        self.started = True
        green = FlagChanged(flag="green", t_us=0, text="estimated: the race clock began to run")
        return [*self.setting(), Report(RACE_CONTROL, self.ids.dated("flag/green", 0), green)]

    def heartbeat(
        self, to_go: str, time_to_go: str, time_of_day: str, race_time: str, flag: str = ""
    ) -> list[Report]:
        """`$F`: the clock, and the flag, of which only the changes are told."""
        now, day = microseconds(race_time), microseconds(time_of_day)
        if not self.started:
            self.plan(whole(to_go), microseconds(time_to_go))
        shown = FLAGS.get(flag.casefold(), "none")
        if flag and shown == "none":
            self.tally.skip(f"$F flag {flag[:12]!r}")
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
            reports.append(Report(RACE_CONTROL, self.ids.dated("taken-back", now), taken_back))
        at = now
        if shown == "checkered" and now - self.last_passing[1] <= HEARTBEAT:
            at = self.last_passing[1]  # the leader's passing is what it was shown for
        flag_id = self.ids.dated(f"flag/{shown}", at)
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
            self.tally.skip("$J without a time")
            return []
        if entry.startswith(UNKNOWN_TRANSPONDER) and entry not in self.scene.competitors:
            self.tally.skip("$J of an unknown transponder")
            return []
        car = self.car(entry)
        car.heard = at
        if car.totals and at <= car.totals[-1]:
            self.tally.skip("$J that does not move the race clock")
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
        car.totals.sort()
        if car.laps > self.last_passing[0]:
            self.last_passing = (car.laps, crossing.t_us)
        report = Report(TIMING, self.ids.dated(f"passing/{in_id(entry)}", crossing.t_us), crossing)
        car.ids[crossing.t_us] = report.id
        return report

    def synchronise(self, entry: str, at: int) -> None:
        """A line crossing just before its passing relates the time of day to the race clock."""
        if self.seen_at_line is not None and self.seen_at_line[0] == entry:
            self.day_offset, self.day_is_exact = self.seen_at_line[1] - at, True

    def order(self, position: str, entry: str, laps: str, total: str) -> list[Report]:
        """`$G`: the timekeepers' order, against which the passings are checked."""
        at, told = microseconds(total), whole(laps)
        if told is None or not told or at is None or at == NO_TIME:
            return []
        car = self.car(entry)
        self.tally.checked += 1
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
        self.tally.differs(Difference(self.tally.line, self.number, entry, at, car.heard, why))
        if car.totals and at <= car.totals[-1]:
            return []
        reports = self.start()
        late, leads = not car.totals, told > self.last_passing[0]
        for lap, missed_at in spread(car, told, at):
            car.laps = lap
            car.estimates[lap] = missed_at
            missed = Crossing(entry=entry, t_us=missed_at, lap=lap, estimated=True)
            reports.append(self.scored(entry, car, missed))
        car.laps = 0 if late else told
        crossing = Crossing(entry=entry, t_us=at, lap=car.laps, estimated=True)
        reports.append(self.scored(entry, car, crossing))
        if late:
            return reports + self.credited(entry, car, told)
        if leads and self.finish_id is not None and 0 <= self.finish_at - at <= HEARTBEAT:
            # The passing that was not told is the one the flag was shown for.
            ended = Checkered(t_us=self.finish_at + 1, lap=told)
            reports.append(Report(RACE_CONTROL, self.ids.dated("checkered", ended.t_us), ended))
        return reports

    def credited(self, entry: str, car: Passings, told: int) -> list[Report]:
        """Laps driven before the first passing that was heard, as the timekeepers count them."""
        missing, car.joined_late = told - car.laps, False
        if not 0 < missing <= MOST:
            return []
        car.laps = told
        car.opened_on = missing
        return self.credit(entry, car, missing)

    def credit(self, entry: str, car: Passings, laps: int) -> list[Report]:
        """So many laps are credited to a car from now on, instead of as many as before."""
        more, car.credit = laps - car.credit, laps
        if not more:
            return []
        credit = Correction(
            t_us=max(self.race_time, car.totals[-1]),
            op="lap_credit",
            new=Replacement(entry=entry, laps=more),
            reason="laps before the stream began",
        )
        return [Report(RACE_CONTROL, self.ids.worded(f"credit/{in_id(entry)}", credit), credit)]

    def lap_of_history(
        self, entry: str, lap: str, position: str, spent: str, flag: str, total: str
    ) -> None:
        """`$RMHL`: a lap as the relay remembers it; looked at with the next heartbeat."""
        number, at = whole(lap), microseconds(total)
        if number is None or not 0 <= number <= MOST or at is None or at == NO_TIME:
            raise ValueError(lap)
        car = self.car(entry)
        if at not in car.ids:
            car.history[number] = (at, microseconds(spent) or None)

    def remembered(self) -> list[Report]:
        """Laps that only the relay's history knows, put in; what stood for them, put right."""
        reports: list[Report] = []
        for entry, car in self.cars.items():
            if not car.history:
                continue
            for missed in list(reconciled(car)):
                reports += self.start()
                if missed.retimes is not None:
                    del car.estimates[missed.lap]
                    reports += self.retimed(
                        entry, car, missed.retimes, missed.at, "the relay's history of this lap"
                    )
                    continue
                crossing = Crossing(
                    entry=entry, t_us=missed.at, lap=missed.lap, lap_time_us=missed.spent
                )
                if missed.before_first:
                    car.put_before.add(missed.lap)
                else:
                    car.laps = missed.lap
                reports.append(self.scored(entry, car, crossing))
            car.history = {}
            if car.put_before:
                if car.opened_on is None:
                    car.opened_on = max(car.put_before) + 1
                    car.laps += car.opened_on
                    car.joined_late = False
                reports += self.credit(entry, car, credit_due(car, car.opened_on))
        return reports

    def line_crossing(
        self, number: str, loop: str, loop_name: str, date: str, time: str
    ) -> list[Report]:
        """`$L`: any timing line. The main one comes as `$J` too; those of pit road only here."""
        day = microseconds(time)
        if day is None:
            raise ValueError(time)
        self.scene.year(date)
        entry = self.scene.named(number)
        if entry.startswith(UNKNOWN_TRANSPONDER) and entry not in self.scene.competitors:
            self.tally.skip("$L of an unknown transponder")
            return []
        car = self.car(entry)
        if loop in ("T1", "P1"):
            self.seen_at_line = (entry, day)
            car.on_pit_road = loop == "P1"
            return []
        where = PIT_LOOPS.get(loop, slug(loop, "x"))
        on_pit_road = loop in PIT_LOOPS
        if not on_pit_road and where not in self.scene.loops:
            self.tally.skip(f"$L of line {loop} {loop_name}")
            return []
        if self.day_offset is None or not car.totals:
            # Its first passing opens its first lap, wherever it came from.
            self.tally.skip("$L before the car's first passing")
            return []
        if not on_pit_road and not self.day_is_exact:
            self.tally.skip("$L before the clocks were related")
            return []
        told = on_pit_road and self.scene.pit_road(where)
        at = day - self.day_offset
        at += DAY if at + DAY // 2 < car.totals[-1] else 0  # past midnight
        crossing = Crossing(
            entry=entry, loop=where, t_us=at, estimated=on_pit_road or not self.day_is_exact
        )
        return [
            *(self.announced() if told else []),
            Report(TIMING, self.ids.dated(f"{where}/{in_id(entry)}", at), crossing),
        ]

    def correction(
        self, entry: str, number: str, laps: str, total: str, change: str
    ) -> list[Report]:
        """`$COR`: a passing retimed; the total is taken as the new one, unless it is the old."""
        car, at = self.cars.get(entry), microseconds(total)
        moved = microseconds(change.lstrip("+-"))
        if car is None or at is None or moved is None:
            self.tally.skip("$COR of a passing that was not heard")
            return []
        moved = -moved if change.startswith("-") else moved
        old = at if at in car.totals else at - moved
        if old not in car.totals:
            self.tally.skip("$COR of a passing that was not heard")
            return []
        return self.retimed(entry, car, old, old + moved, f"timekeepers' correction {change}")

    def retimed(self, entry: str, car: Passings, old: int, new: int, reason: str) -> list[Report]:
        """A passing told before was at another time."""
        car.totals[car.totals.index(old)] = new
        car.totals.sort()
        passing = car.ids[new] = car.ids.pop(old)
        if car.heard == old:
            car.heard = new
        retimed = Correction(
            t_us=max(self.race_time, new),
            op="retime",
            target=Target(source=TIMING, id=passing),
            new=Replacement(entry=entry, t_us=new),
            reason=name(reason),
        )
        return [Report(RACE_CONTROL, self.ids.worded(f"retimed/{in_id(entry)}", retimed), retimed)]
