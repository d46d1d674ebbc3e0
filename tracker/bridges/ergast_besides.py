"""Pit stops, safety cars and red flags of Formula 1 races, as far as their files date them.

The files tell laps, not moments. A flag is put where the leader was on the lap it names, and the
leader's lap times say when it was lifted; all of it is an estimate and says so. A red flag that no
lap of the leader shows is left out: where the clock stood cannot be known.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tracker.bridges.converted import RACE_CONTROL, TIMING, Converted, in_id, name
from tracker.bridges.files import whole
from tracker.feed.envelope import Report
from tracker.feed.officials import FlagChanged, FlagName
from tracker.feed.timing import Crossing, PitStop

SAFETY_CAR_COLUMNS = frozenset({"Race", "Cause", "Deployed", "Retreated"})
RED_FLAG_COLUMNS = frozenset({"Race", "Lap", "Resumed", "Incident"})
SLOW = 1.2
"""A lap this much longer than the leader's median was run behind the safety car."""
STOOD = 3.0
"""… and one as long as this had the red flag in it."""
MICROSECONDS = 1_000

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Besides:
    """Rows of the other files: stops of this race, flags of any."""

    stops: Sequence[Row] = ()
    safety_cars: Sequence[Row] = ()
    red_flags: Sequence[Row] = ()


@dataclass(slots=True)
class Leader:
    """When each lap was first completed; index 0 is the start."""

    at: list[int] = field(default_factory=list)

    def share(self, lap: int) -> float:
        """A lap's time against the median of all."""
        usual = median(b - a for a, b in zip(self.at, self.at[1:], strict=False))
        return (self.at[lap] - self.at[lap - 1]) / usual if 0 < lap < len(self.at) else 0.0

    def during(self, lap: int) -> int:
        """Half a usual lap into a lap, or half of that lap where it was shorter."""
        usual = median(b - a for a, b in zip(self.at, self.at[1:], strict=False))
        length = min(int(usual), self.at[lap] - self.at[lap - 1])
        return self.at[lap - 1] + length // 2


def besides_reports(
    besides: Besides, race: str, crossings: Sequence[Report], converted: Converted
) -> Iterator[Report]:
    """What the other files say of this race."""
    crossed: dict[str, dict[int, int]] = {}
    for report in crossings:
        if isinstance(report.data, Crossing):
            laps = crossed.setdefault(report.data.entry, {0: 0})
            laps[report.data.lap or 0] = report.data.t_us
    most = max((max(laps) for laps in crossed.values()), default=0)
    leader = Leader(
        [min(laps[lap] for laps in crossed.values() if lap in laps) for lap in range(most + 1)]
    )
    yield from stops(besides.stops, crossed, converted)
    if most:
        yield from flags(besides, race, leader, converted)


def stops(
    rows: Sequence[Row], crossed: Mapping[str, Mapping[int, int]], converted: Converted
) -> Iterator[Report]:
    """Pit stops, told when pit road was left: at most the stop's time after the line."""
    for row in rows:
        driver, lap, ms = row["driverId"], whole(row["lap"]), whole(row.get("ms"))
        laps = crossed.get(driver)
        if laps is None or lap is None or ms is None or ms <= 0:
            converted.left_out.append(f"{driver}: stop {row['stop']} on lap {row['lap']} left out")
            continue
        spent = ms * MICROSECONDS
        left = laps.get(lap, max(laps.values())) + spent
        if lap + 1 in laps:
            left = min(left, laps[lap + 1] - 1)
        yield Report(
            TIMING,
            f"stop/{in_id(driver)}/{row['stop']}",
            PitStop(entry=driver, t_us=left, lap=lap, time_on_pit_road_us=spent, estimated=True),
        )


def same_race(told: str, race: str) -> bool:
    """Whether two names are one race's, accents and hyphens aside."""
    first, second = (
        unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold().split()
        for text in (told.replace("-", " "), race.replace("-", " "))
    )
    return first == second


def flags(besides: Besides, race: str, leader: Leader, converted: Converted) -> Iterator[Report]:
    """Safety cars and stoppages, one after the other, with the green that ends each."""
    laps = len(leader.at) - 1
    reds = list(stoppages(besides.red_flags, race, leader, converted))
    yield from (flag("red", number, at, text) for number, (at, _, text) in enumerate(reds, 1))
    yield from (
        flag("green", f"red-{number}", until, "estimated: the race went on")
        for number, (_, until, _) in enumerate(reds, 1)
        if until is not None
    )
    for number, row in enumerate(besides.safety_cars, start=1):
        if not same_race(row["race"], race):
            continue
        deployed = whole(row["deployed"])
        back = row["retreated"].partition(".")[0]
        retreated = whole(back) if back else None
        if deployed is None or deployed > laps:
            converted.left_out.append(f"safety car of lap {row['deployed']}: after the last lap")
            continue
        out = leader.during(max(1, deployed)) if deployed else 1
        yield flag("sc", number, out, f"estimated from lap {deployed}: {row['cause']}")
        if retreated is None or retreated > laps:
            continue
        last = retreated if leader.share(retreated) > SLOW else retreated - 1
        inside = leader.at[max(1, last)] + 1
        if any(at <= inside and (until is None or inside <= until) for at, until, _ in reds):
            continue  # it was the red flag that ended it
        if inside > out:
            yield flag("green", f"sc-{number}", inside, f"estimated from lap {retreated}")


def stoppages(
    rows: Sequence[Row], race: str, leader: Leader, converted: Converted
) -> Iterator[tuple[int, int | None, str]]:
    """When the race was stopped and when it went on; None where it did not."""
    laps = len(leader.at) - 1
    for row in rows:
        lap = whole(row["lap"])
        if not same_race(row["race"], race) or lap is None:
            continue
        text = f"estimated from lap {lap}: {row['incident']}"
        if row["resumed"].strip().upper() == "N":
            yield leader.at[laps] + 1, None, text
            continue
        stood = [at for at in range(lap, min(lap + 3, laps + 1)) if leader.share(at) > STOOD]
        if not stood:
            converted.left_out.append(f"red flag of lap {lap}: no lap of the leader shows it")
            continue
        shown = leader.during(min(lap, stood[0]))
        usual = median(b - a for a, b in zip(leader.at, leader.at[1:], strict=False))
        yield shown, max(shown + 1, leader.at[stood[0]] - int(usual)), text


def flag(shown: FlagName, number: object, at: int, text: str) -> Report:
    """A flag for the whole track."""
    return Report(
        RACE_CONTROL,
        f"flag/{shown}/{number}",
        FlagChanged(flag=shown, t_us=at, text=name(text, 500)),
    )
