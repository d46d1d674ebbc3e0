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
from datetime import UTC, datetime

from tracker.bridges.files import microseconds
from tracker.bridges.rmonitor_heard import FLAGS, NO_SEASON, RACING, Competitor, Difference, Tally
from tracker.bridges.rmonitor_run import Run
from tracker.bridges.rmonitor_setting import Setting
from tracker.feed.envelope import Report

CLOCK_BACK = 5_000_000
"""A race clock that has gone back by more than this has begun again."""
HELD = 500
"""Records after a reset that are kept until it is clear whether the same run goes on: two refreshes
of a full field."""


class RMonitor:
    """The stream so far. Feed it line by line; `run` says which run the answer belongs to."""

    def __init__(self, season: int = NO_SEASON) -> None:
        self.scene = Setting(season)
        self.tally = Tally()
        self.runs = 1
        """How many there were. After a reset that was none the run is what it was before."""
        self.now = Run(1, self.scene, self.tally)
        self.before: Run | None = None
        """The run that a reset ended, until it is clear whether it goes on after all."""
        self.entered_before = self.scene.entered_so_far
        """Who was entered in it."""
        self.held: list[list[str]] = []
        """Records since that reset."""
        self.has_history = False
        """A relay is connected that remembers laps."""
        self.asked: set[str] = set()
        """Cars whose history was asked for on this connection."""

    @property
    def run(self) -> int:
        """The number of the run, by our own count."""
        return self.now.number

    @property
    def season(self) -> int:
        """The year, as told by the stream or by whoever follows it."""
        return self.scene.season

    @property
    def competitors(self) -> dict[str, Competitor]:
        """Who is entered."""
        return self.scene.competitors

    @property
    def skipped(self) -> Counter[str]:
        """Records not read, by name; bad ones by name and why."""
        return self.tally.skipped

    @property
    def checked(self) -> int:
        """Records of the timekeepers' order that were held against the passings."""
        return self.tally.checked

    @property
    def differences(self) -> list[Difference]:
        """Those that said something else."""
        return self.tally.differences

    def connected(self) -> None:
        """Another connection: what was asked on the last one is asked again where it matters."""
        self.has_history = False
        self.asked = set()

    def wanted(self) -> list[str]:
        """Cars whose history should be asked for: laps of theirs were missed. Each once."""
        if not self.has_history:
            return []
        missed = [
            entry
            for entry, car in self.now.cars.items()
            if entry not in self.asked and (car.credit or car.estimates or car.joined_late)
        ]
        self.asked.update(missed)
        return missed

    def feed(self, line: str) -> list[Report]:
        """What one line says; never raises on what a stranger wrote."""
        self.tally.line += 1
        if line.startswith("#"):
            return []  # our own, in a capture
        try:
            record = next(csv.reader([line.strip("\ufeff \t\r\n\x00")]), [])
        except csv.Error:
            self.tally.skip("unreadable")
            return []
        if not record:
            return []
        record = [record[0], *(value.strip() for value in record[1:])]
        if self.before is None or record[0] == "$I":
            return self.read(record)
        return self.decide(record)

    def read(self, record: list[str]) -> list[Report]:
        """What a record says."""
        kind, *values = record
        try:
            match kind:
                case "$J":
                    return self.now.passing(*values[:3])
                case "$G":
                    return self.now.order(*values[:4])
                case "$F":
                    return self.heartbeat(*values[:5])
                case "$A":
                    self.scene.competitor(*values[:7])
                    return self.now.entered(values[0])
                case "$COMP":
                    self.scene.competitor_more(*values[:6])
                    return self.now.entered(values[0])
                case "$L":
                    return self.now.line_crossing(*values[:5])
                case "$COR":
                    return self.now.correction(*values[:5])
                case "$B":
                    return self.new_run(*values[:2])
                case "$C":
                    return self.now.entered(*self.scene.called(values[0], values[1]))
                case "$E" if values[0] == "TRACKNAME":
                    self.scene.track = values[1]
                    return self.now.announced()
                case "$T":
                    self.scene.described(*values)
                    return self.now.announced()
                case "$I":
                    self.reset(*values[1:2])
                case "$RMHL":
                    self.now.lap_of_history(*values[:6])
                case "$RMDTL":
                    self.has_history = True
                case "$RMS":
                    self.scene.qualifying = values[0].casefold() == "qualifying"
                    return self.now.announced()
                case "$RMCA":
                    self.scene.year(f"{datetime.fromtimestamp(int(values[0]) / 1_000, UTC):%Y}")
                case "$E" | "$H" | "$RMLT":
                    pass  # track length without its unit; best laps and times that passings show
                case _:
                    self.tally.skip(kind if kind.startswith("$") else "not a record")
        except (TypeError, IndexError, ValueError, OverflowError, OSError):
            self.tally.skip(f"{kind} with missing or wrong fields")
        return []

    def heartbeat(self, *values: str) -> list[Report]:
        """`$F`: comes every second; a race clock that began again began another run."""
        if self.before is None and clock(values) is not None and racing(values):
            told = clock(values) or 0
            if told + CLOCK_BACK < self.now.race_time:
                named = self.now.name
                self.next_run()
                self.now.name = named
        return [*self.now.heartbeat(*values), *self.now.remembered()]

    def new_run(self, number: str, description: str = "") -> list[Report]:
        """`$B`: a run is named; another name than before begins another run."""
        if self.now.name not in (None, (number, description)):
            self.next_run()
        self.now.name = (number, description)
        return self.now.announced()

    def next_run(self) -> None:
        """Another run begins."""
        self.runs += 1
        self.now = Run(self.runs, self.scene, self.tally)

    def reset(self, date: str = "") -> None:
        """`$I`: everything begins again; one who resets twice means it once.

        A relay that was reached again says the same, and then tells the run that goes on.
        """
        self.scene.year(date)
        self.held = []
        if self.before is None and self.now.started:
            self.before, self.entered_before = self.now, self.scene.entered_so_far
        if self.now.cars or self.competitors or self.now.started:
            self.next_run()
        self.now.name = None
        self.scene.reset()

    def decide(self, record: list[str]) -> list[Report]:
        """Keep what follows a reset until it shows whether the run goes on; then read it all."""
        self.held.append(record)
        assert self.before is not None
        same = goes_on(self.before, self.held)
        if same is None and len(self.held) < HELD:
            return []
        if same:
            self.now, self.scene.entered_so_far = self.before, self.entered_before
        self.before, held, self.held = None, self.held, []
        return [report for kept in held for report in self.read(kept)]

    def end(self) -> list[Report]:
        """The stream is over: what was kept is read."""
        self.before, held, self.held = None, self.held, []
        return [report for kept in held for report in self.read(kept)]


def clock(heartbeat: tuple[str, ...] | list[str]) -> int | None:
    """The race clock of a `$F`."""
    return microseconds(heartbeat[3]) if len(heartbeat) > 3 else None


def racing(heartbeat: tuple[str, ...] | list[str]) -> bool:
    """Whether a `$F` shows a flag under which a race is run."""
    return len(heartbeat) > 4 and FLAGS.get(heartbeat[4].casefold()) in RACING


def goes_on(before: Run, since: list[list[str]]) -> bool | None:
    """Whether a run goes on after a reset; None while nothing shows it.

    It does when it is named as before and its clock runs on, or a total of its order is known.
    """
    named, known, idle = before.name is None, False, 0
    for kind, *values in since:
        if kind == "$B":
            if before.name != tuple([*values, ""][:2]):
                return False
            named = True
        elif kind == "$G" and len(values) > 3 and (car := before.cars.get(values[1])):
            known = known or microseconds(values[3]) in car.totals
        elif kind == "$F" and (now := clock(values)) is not None:
            if now + CLOCK_BACK >= before.race_time:
                known = True
            elif racing(values):
                return False
            else:
                idle += 1  # as before a start, and long after a finish
    if named and known:
        return True
    return False if named and idle > 1 else None
