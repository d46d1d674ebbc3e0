"""RMonitor: the race and its entry list, which the stream tells bit by bit, and again and again."""

from tracker.bridges.converted import RACE_CONTROL, in_id, name, said, slug
from tracker.bridges.files import whole
from tracker.bridges.rmonitor_heard import (
    LONGEST_ENTRY,
    MOST_CARS,
    NO_SEASON,
    PIT_LOOPS,
    Competitor,
    Ids,
    is_entry,
)
from tracker.feed.envelope import Report
from tracker.feed.officials import Penalty, Retirement
from tracker.feed.setting import (
    Distance,
    Driver,
    EntryUpsert,
    Loop,
    LoopKind,
    SessionSetup,
    Track,
)

INCH_M = 0.0254
OUT = ("retired", "excluded")
"""What the IMSA enhancement writes where others have a nationality, of a car that is out."""
PIT_KINDS: dict[str, LoopKind] = {"pit-in": "pit_in", "pit-out": "pit_out"}
MOST_LOOPS = 48


class Setting:
    """What sets the scene; it outlives a run, for what was entered stays entered."""

    def __init__(self, season: int) -> None:
        self.season = season
        self.track = ""
        self.length_m: int | None = None
        self.loops: dict[str, Loop] = {}
        """Timing lines beside the main one, by their name in the feed's events."""
        self.qualifying = False
        self.competitors: dict[str, Competitor] = {}
        self.classes: dict[str, str] = {}

    def reset(self) -> None:
        """Nobody is entered any more."""
        self.competitors, self.classes = {}, {}

    @property
    def entered_so_far(self) -> tuple[dict[str, Competitor], dict[str, str]]:
        """Competitors and classes."""
        return self.competitors, self.classes

    @entered_so_far.setter
    def entered_so_far(self, known: tuple[dict[str, Competitor], dict[str, str]]) -> None:
        self.competitors, self.classes = known

    def year(self, date: str) -> None:
        """The season, from a date such as `01/27/2009` or `27 Jan 09`, once one is told."""
        year = whole(date.replace("/", " ").rpartition(" ")[2])
        if self.season == NO_SEASON and year is not None and 0 <= year < 2200:
            self.season = year if year > 1900 else 2000 + year % 100

    def race(self, ids: Ids, title: str, distance: Distance, line: int) -> list[Report]:
        """The race, where that is new to this run."""
        track = name(self.track) or "track"
        setup = said(
            "RMonitor", line, SessionSetup,
            name=title, kind="qualifying" if self.qualifying else "race",
            series="RMonitor timing", season=self.season, distance=distance, resolution_us=1_000,
            track=Track(
                id=slug(track), name=track, length_m=self.length_m,
                loops=[Loop(id="sf", index=0, kind="sf"), *self.loops.values()],
            ),
        )  # fmt: skip
        if ids.told.get("") == setup:
            return []
        ids.told[""] = setup
        return [Report(RACE_CONTROL, ids.worded("setup", setup), setup)]

    def entered(self, ids: Ids, entry: str, line: int) -> list[Report]:
        """A car on the entry list, where that is new to this run."""
        known = self.competitors[entry]
        driver = name(f"{known.first} {known.last}")
        class_ = name(self.classes.get(known.class_, known.class_))
        out = known.extra.casefold() in OUT
        upsert = said(
            "RMonitor", line, EntryUpsert,
            entry=entry, number=known.number or entry,
            drivers=[Driver(name=driver)] if driver else [],
            make=None if out else name(known.extra) or None,
            classes=[class_] if class_ else [],
            transponders=[known.transponder] if known.transponder else [],
        )  # fmt: skip
        if ids.told.get(entry) == upsert:
            return []
        ids.told[entry] = upsert
        return [Report(RACE_CONTROL, ids.worded(f"entry/{in_id(entry)}", upsert), upsert)]

    def out(self, ids: Ids, entry: str, now: int) -> list[Report]:
        """A car that the timekeepers call retired or excluded, or no longer do."""
        status = self.competitors[entry].extra.casefold()
        status = status if status in OUT else ""
        before = ids.out.get(entry, "")
        if status == before:
            return []
        ids.out[entry] = status
        number = ids.numbers.setdefault(entry, len(ids.numbers) + 1)
        said: list[Retirement | Penalty] = []
        if "excluded" in (before, status):
            said.append(
                Penalty(
                    penalty=number, t_us=now, entry=entry, kind="dsq",
                    status="applied" if status == "excluded" else "rescinded",
                    reason="excluded, as the timekeepers say",
                )
            )  # fmt: skip
        if "retired" in (before, status):
            said.append(
                Retirement(
                    entry=entry, t_us=now, back=status != "retired",
                    text="retired, as the timekeepers say",
                )
            )  # fmt: skip
        return [
            Report(RACE_CONTROL, ids.worded(f"out/{in_id(entry)}", payload), payload)
            for payload in said
        ]

    def competitor(
        self, entry: str, number: str, transponder: str = "", first: str = "", last: str = "",
        extra: str = "", class_: str = "",
    ) -> None:  # fmt: skip
        """`$A`: someone entered, or something new about one who is."""
        known = entry in self.competitors
        if not is_entry(entry) or (not known and len(self.competitors) >= MOST_CARS):
            raise ValueError(entry)
        self.competitors[entry] = Competitor(
            name(number, LONGEST_ENTRY), first, last, extra, class_, name(transponder)
        )

    def competitor_more(
        self, entry: str, number: str, class_: str = "", first: str = "", last: str = "",
        extra: str = "",
    ) -> None:  # fmt: skip
        """`$COMP`: the same again, without the transponder."""
        known = self.competitors.get(entry)
        self.competitor(
            entry, number, known.transponder if known else "", first, last, extra, class_
        )

    def called(self, number: str, description: str) -> list[str]:
        """`$C`: what a class is called; the cars to which that is news."""
        if number not in self.classes and len(self.classes) >= MOST_CARS:
            raise ValueError(number)
        if self.classes.get(number) == description:
            return []
        self.classes[number] = description
        return [entry for entry, one in self.competitors.items() if one.class_ == number]

    def named(self, number: str) -> str:
        """The entry that bears a number; the number itself where none does."""
        if number in self.competitors:
            return number
        return next((e for e, c in self.competitors.items() if c.number == number), number)

    def pit_road(self, loop: str) -> bool:
        """There is a timing line on pit road; whether that is news."""
        if loop in self.loops:
            return False
        self.loops[loop] = Loop(id=loop, index=0, kind=PIT_KINDS[loop])
        return True

    def described(self, title: str, short: str, length: str, count: str, *sections: str) -> None:
        """`$T`: the track by its sections, each from one line to the next, in inches.

        Of the sections those count that lead from line to line round the lap; others overlap.
        """
        if whole(count) is None:
            raise ValueError(count)
        self.track = title or short
        ways: dict[str, tuple[str, int]] = {}
        for section, start, end, told in zip(*[iter(sections)] * 4, strict=False):
            inches = whole(told)
            if section.startswith("S") and not section.startswith("SP") and inches:
                ways.setdefault(start, (end, inches))
        at, so_far, loops = "T1", 0, dict[str, Loop]()
        while at in ways and len(loops) < MOST_LOOPS:
            at, inches = ways.pop(at)
            so_far += inches
            if at == "T1":
                self.length_m = round(so_far * INCH_M) or None
                break
            loop = slug(at, "x")[:32]
            index = len(loops) + 1
            loops[loop] = Loop(
                id=loop, index=index, kind="sector", distance_m=round(so_far * INCH_M)
            )
        else:
            return  # the sections do not lead round the lap
        pit = {loop: there for loop, there in self.loops.items() if loop in PIT_LOOPS.values()}
        self.loops = loops | pit
