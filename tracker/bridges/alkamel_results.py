"""Al Kamel's results: who was classified where, and what that decides beyond the laps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.bridges.converted import Converted
from tracker.bridges.decided import LEAST_TIME_PENALTY, Decision, laps_counted, places_lost
from tracker.bridges.files import microseconds, table, whole

COLUMNS = ("POSITION", "NUMBER", "LAPS")


@dataclass(frozen=True, slots=True)
class Result:
    """A car's line in the official result."""

    entry: str
    position: int | None
    status: str
    laps: int
    total: int | None
    class_: str
    team: str
    vehicle: str
    drivers: tuple[str, ...]

    @property
    def not_started(self) -> bool:
        """Whether the car was entered and never raced."""
        return "not started" in self.status.casefold() or self.status.casefold() == "dns"

    @property
    def disqualified(self) -> bool:
        """Whether the result throws the car out."""
        return any(word in self.status.casefold() for word in ("disq", "exclu", "dsq"))

    @property
    def retired(self) -> bool:
        """Whether the result says that the car did not get to the end."""
        return any(word in self.status.casefold() for word in ("retired", "not finished", "dnf"))


def results(path: Path, converted: Converted) -> list[Result]:
    """The lines of the result, in its order; rows without a car are named and left out."""
    lines = []
    for line, row in table(path, COLUMNS):
        if not row["number"]:
            converted.left_out.append(f"{path.name}, line {line}: no car")
            continue
        drivers = (
            f"{row.get(f'driver{n}_firstname', '')} {row.get(f'driver{n}_secondname', '')}".strip()
            for n in range(1, 7)
        )
        lines.append(
            Result(
                row["number"],
                whole(row["position"]),
                row.get("status", ""),
                whole(row["laps"]) or 0,
                microseconds(row.get("total_time", "")),
                row.get("class", ""),
                row.get("team", ""),
                row.get("vehicle", ""),
                tuple(driver for driver in drivers if driver),
            )
        )
    return lines


def of_another_race(official: Sequence[Result], last: Mapping[str, tuple[int, int]]) -> str | None:
    """Why a result is not of the race of these laps; None where it may be."""
    counted = [line for line in official if line.laps]
    agreed = sum(abs(line.laps - last.get(line.entry, (0, 0))[0]) <= 1 for line in counted)
    if not counted or agreed * 2 >= len(counted):
        return None
    return f"{agreed} of its {len(counted)} cars have as many laps as in the table of laps"


def decisions(
    official: Sequence[Result], last: Mapping[str, tuple[int, int]], converted: Converted
) -> list[Decision]:
    """What the result decided that the laps do not show; `last` is laps and time by car."""
    decided: list[Decision] = []
    reached: dict[str, tuple[int, int]] = dict(last)
    for line in official:
        if line.disqualified:
            decided.append(Decision(line.entry, "dsq", None, line.status))
            continue
        if line.entry not in last:
            continue
        laps, at = last[line.entry]
        counted = laps_counted(line.entry, line.laps, laps)
        converted.odd += [f"car {one.entry}: {one.reason}" for one in counted]
        decided += counted
        added = 0
        if line.total is not None and line.laps == laps:
            added = line.total - at
            if added >= LEAST_TIME_PENALTY:
                decided.append(
                    Decision(
                        line.entry, "time", added, f"{added / 1e6:g} s, from the official race time"
                    )
                )
            elif abs(added) > 1_000:
                converted.odd.append(
                    f"car {line.entry}: official time {added / 1e6:+g} s from the last crossing"
                )
            added = max(0, added)
        reached[line.entry] = (line.laps, at + added)
    placed = [
        line
        for line in sorted(official, key=lambda line: line.position or len(official) + 1)
        if line.position is not None and not line.disqualified and line.entry in reached
    ]
    timed = sorted(placed, key=lambda line: (-reached[line.entry][0], reached[line.entry][1]))
    decided += places_lost([line.entry for line in timed], [line.entry for line in placed])
    return decided
