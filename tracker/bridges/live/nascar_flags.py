"""NASCAR's flags, live: from the list of flags, which says when and why, or else from the board.

Sources disagree about the codes: here 4 is checkered and 5 is white, as captured races bear out;
others have them the other way round, and may say so. The white flag is worked out where no code
tells it. What a flag's comment says of an incident is told as one; who caused it nobody says.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from tracker.bridges.converted import RACE_CONTROL, name
from tracker.bridges.files import whole
from tracker.bridges.live.nascar_board import Board
from tracker.bridges.nascar_laps import in_microseconds
from tracker.bridges.nascar_weekend import reasons
from tracker.feed.envelope import Report
from tracker.feed.officials import (
    Checkered,
    FlagChanged,
    FlagName,
    Incident,
    Involvement,
    Location,
)

FLAGS: Mapping[int, FlagName] = {
    1: "green",
    2: "caution",
    3: "red",
    4: "checkered",
    5: "white",
    8: "hot",
    9: "cold",
}
"""What the codes mean."""


def codes(said: Iterable[str]) -> Mapping[int, FlagName]:
    """The codes, some of them with another meaning: `4=white`; raises `ValueError`."""
    meaning = dict(FLAGS)
    for one in said:
        code, _, flag = one.partition("=")
        if not code.strip().isdecimal() or flag.strip() not in get_args(FlagName):
            raise ValueError(f"{one!r}: want a code and a flag, such as 4=white")
        meaning[int(code)] = cast("FlagName", flag.strip())
    return meaning


BEFORE = ("hot", "cold", "none")
"""Flags before the green and after the finish: nothing that the race hangs on."""

AHEAD_S = 60
"""A list of flags whose last is so many seconds ahead of the race clock is another race's."""
PATIENCE = 2
"""Documents for which a flag of the board waits for the list of flags, which knows it better."""
EARLY = 4
"""Documents under the checkered flag after which a race short of its distance is over there."""
MOST_FLAGS = 1_000

NUMBERS = re.compile(r"(?:Nos?\.?|#)\s*((?:#?\s*\w{1,3}\b\s*(?:,|&|\band\b)?\s*)+)", re.IGNORECASE)
NUMBER = re.compile(r"\w{1,3}")
PLACE = re.compile(
    r"\b((?:turns?|t)\s*\d+\b.*|front\s?stretch|back\s?stretch|pit road|start.finish.*)", re.I
)
Kind = Literal["contact", "spin", "wall", "stall", "fire", "debris", "mechanical", "other"]
KINDS: Sequence[tuple[str, Kind]] = (
    ("debris", "debris"),
    ("spin", "spin"),
    ("stall", "stall"),
    ("stopped", "stall"),
    ("wall", "wall"),
    ("fire", "fire"),
    ("fluid", "mechanical"),
    ("oil", "mechanical"),
    ("engine", "mechanical"),
)


@dataclass(slots=True)
class Row:
    """A flag of the list, as it was told last."""

    flag: FlagName
    at: int
    comment: str
    beneficiary: str
    times: int = 1


class Flags:
    """Makes flags of successive documents, whichever of the two tells them."""

    def __init__(self, codes: Mapping[int, FlagName], refused: Counter[str]) -> None:
        self.codes = codes
        self.refused = refused
        self.rows: dict[tuple[int, int], Row] = {}
        """Flags that the list told, by code and thousandth of a second."""
        self.listed = False
        """Whether the list is there for this race."""
        self.shown: FlagName | None = None
        """The flag told last."""
        self.waiting = 0
        self.green = False
        self.white = False
        self.over = False
        self.over_at = 0
        self.early = 0
        """Documents since the checkered flag in which the distance is not yet run."""
        self.cautions = 0
        self.incidents = 0

    def follow(self, shown: Board, led_at: Callable[[int], int | None]) -> Iterator[Report]:
        """What the board adds; `led_at` says when the leader completed a lap."""
        flag = self.codes.get(shown.flag)
        if flag is None:
            self.refused[f"flag state {shown.flag}, which means nothing to us"] += 1
            return
        if not self.green and (shown.lap > 0 or flag in ("green", "caution", "red")):
            yield self.start()
        if flag == "cold" and self.green and not self.over:
            flag = "checkered"  # nobody looked while it was shown
        if self.over and shown.laps and 0 < shown.lap < shown.laps:
            yield from self.cut_short(shown, led_at)
        if flag in BEFORE or not self.green:
            return
        led = led_at(shown.lap)
        due = shown.laps and shown.to_go == 1 and shown.lap == shown.laps - 1
        if due and flag == "green" and not self.white and led is not None:
            self.white = True
            yield self.told("white", led + 1, f"flag/white/{shown.lap}", lap=shown.lap)
        if flag in (self.shown, "white") or (flag == "green" and self.shown == "white"):
            self.waiting = 0
            return
        self.waiting += 1
        if self.listed and self.waiting <= PATIENCE and flag != "checkered":
            return
        self.waiting = 0
        if flag == "checkered":
            self.over = True
            at = led if led is not None and shown.lap >= shown.laps else shown.elapsed
            self.over_at = at
            yield self.told("checkered", at, "flag/checkered", lap=shown.lap)
            return
        at = shown.elapsed
        text = "estimated: seen on the board, to a few seconds"
        yield self.told(
            flag, at, f"flag/{flag}/{at // 1_000}", lap=shown.lap, text=text, counted=True
        )

    def cut_short(self, shown: Board, led_at: Callable[[int], int | None]) -> Iterator[Report]:
        """A race that is over before its distance: with the lap on which the flag fell.

        It falls shortly before the winner comes, too; only one that stays was early.
        """
        self.early += 1
        if self.early != EARLY:
            return
        laps = range(1, shown.lap + 1)
        after = [lap for lap in laps if (led_at(lap) or 0) >= self.over_at]
        over = Checkered(t_us=shown.elapsed, lap=min(after, default=shown.lap))
        yield Report(RACE_CONTROL, "checkered", over)

    def read(self, told: Any, shown: Board | None, entries: Sequence[str]) -> Iterator[Report]:
        """What the list of flags adds."""
        if isinstance(told, dict):
            told = told.get("FlagStates")
        listed = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
        if not listed:
            self.refused["live-flag-data: no list of flags"] += 1
            return
        if shown is None or not self.belongs(listed, shown):
            self.refused["live-flag-data: of another race"] += 1
            return
        self.listed = True
        for row in listed[:MOST_FLAGS]:
            code, at = whole(row.get("flag_state")), in_microseconds(row.get("elapsed_time"))
            flag = None if code is None else self.codes.get(code)
            if code is None or flag is None or at is None:
                self.refused[f"flag state {code!r}, which means nothing to us"[:80]] += 1
                continue
            yield from self.row(code, flag, at, row, entries)

    def belongs(self, listed: Sequence[Mapping[str, Any]], shown: Board) -> bool:
        """Whether a list is of this race: it names none, and the last race's stays for hours."""
        times = [in_microseconds(row.get("elapsed_time")) or 0 for row in listed]
        laps = [whole(row.get("lap_number")) or 0 for row in listed]
        ahead = max(times) > shown.elapsed + AHEAD_S * 1_000_000
        return not ahead and max(laps) <= shown.lap + 2

    def row(
        self, code: int, flag: FlagName, at: int, row: Mapping[str, Any], entries: Sequence[str]
    ) -> Iterator[Report]:
        """One flag of the list, where it is new or says more than before."""
        comment = name(str(row.get("comment") or ""), 500)
        beneficiary = name(str(row.get("beneficiary") or ""), 32)
        lap = whole(row.get("lap_number"))
        lap = lap if lap is not None and 0 <= lap <= 10_000 else None
        if flag in BEFORE:
            return
        key = code, at // 1_000
        known = self.rows.get(key)
        if known is None:
            self.rows[key] = Row(flag, at, comment, beneficiary)
            if flag == "green" and not self.green:
                yield self.start()
                return
            if flag == "checkered" and self.over:
                return
            self.white = self.white or flag == "white"
            if flag == "checkered":
                self.over, self.over_at = True, at
            id = "flag/checkered" if flag == "checkered" else f"flag/{flag}/{at // 1_000}"
            yield self.told(flag, at, id, lap, comment, beneficiary, counted=True)
        elif (comment, beneficiary) != (known.comment, known.beneficiary):
            # Who gets the free pass is known a minute later: the same flag, told once more.
            known.times += 1
            known.comment, known.beneficiary = comment, beneficiary
            again = f"flag/{flag}/{at // 1_000}/{known.times}"
            shown = self.shown
            yield self.told(flag, at + known.times, again, lap, comment, beneficiary)
            self.shown = shown
        else:
            return
        if comment and flag == "caution":
            yield from self.incident(at, lap, comment, entries)

    def start(self) -> Report:
        """The green flag, at which the race clock begins."""
        self.green = True
        self.shown = "green"
        return Report(RACE_CONTROL, "flag/green", FlagChanged(flag="green", t_us=0))

    def told(
        self,
        flag: FlagName,
        at: int,
        id: str,
        lap: int | None = None,
        text: str = "",
        beneficiary: str = "",
        counted: bool = False,
    ) -> Report:
        """A flag as it is told; cautions are numbered as they come."""
        if flag == "caution" and counted and self.shown != "caution":
            self.cautions += 1
        self.shown = flag
        return Report(
            RACE_CONTROL,
            id,
            FlagChanged(
                flag=flag,
                t_us=at,
                lap=lap,
                caution=self.cautions if flag == "caution" else None,
                reasons=reasons(text) if flag == "caution" and text[:9] != "estimated" else [],
                beneficiary=beneficiary or None,
                text=text or None,
            ),
        )

    def incident(
        self, at: int, lap: int | None, comment: str, entries: Sequence[str]
    ) -> Iterator[Report]:
        """The incident that a caution's comment tells of: who was in it, not who caused it."""
        numbers = [number for run in NUMBERS.findall(comment) for number in NUMBER.findall(run)]
        involved = [entry for entry in dict.fromkeys(numbers) if entry in entries]
        said = comment.casefold()
        kind = next((kind for word, kind in KINDS if word in said), None)
        if not involved and kind is None:
            return
        place = PLACE.search(comment)
        self.incidents += 1
        yield Report(
            RACE_CONTROL,
            f"incident/{at // 1_000}/{self.incidents}",
            Incident(
                incident=self.cautions or 1,
                t_us=at,
                lap=(lap or 0) + 1,
                kind=kind or ("contact" if len(involved) > 1 else "other"),
                location=Location(text=name(place[1])) if place else None,
                involved=[Involvement(entry=entry) for entry in involved],
                caution=self.cautions or None,
                assigned_by="inferred",
                text=comment,
            ),
        )
