"""A live-timing stream of our own making, told from crossings that are known.

Cars with lap times in milliseconds, lap 1 from the start signal; each message as late as asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Laps = Mapping[str, Sequence[int]]
Message = tuple[int, str, Any]
"""When, in microseconds, which topic, and what it says."""

START = 300_000_000
"""The start signal, on the stream's clock."""

PROMPT = 100_000

EVENING: Laps = {
    "4": [95_400, 90_100, 90_300, 90_250],
    "44": [96_000, 89_300, 90_900, 89_900],
    "16": [97_250, 90_000, 90_000, 91_000],
    "63": [98_700, 90_450, 110_200, 90_800],
}
"""Four cars, four laps: 44 passes 4 on lap 2 and loses the place again; 63 stops on lap 3."""


@dataclass(frozen=True)
class Late:
    """How late the messages of a lap are, in microseconds: its count, its lap time, its gap."""

    count: int = PROMPT
    lap_time: int = PROMPT
    gap: int = PROMPT - 40_000


def prompt(car: str, lap: int) -> Late:
    """Every message comes as it should."""
    return Late()


@dataclass
class Story:
    """A race, and how it is told."""

    laps: Laps = field(default_factory=lambda: EVENING)
    late: Callable[[str, int], Late] = prompt
    more: Sequence[Message] = ()

    def crossings(self) -> dict[tuple[str, int], int]:
        """When each car really completed each lap, in microseconds from the start signal."""
        found = {}
        for car, laps in self.laps.items():
            at = 0
            for lap, spent in enumerate(laps, start=1):
                at += spent * 1_000
                found[car, lap] = at
        return found

    def order(self, lap: int) -> list[str]:
        """Who completed a lap, first to last."""
        found = self.crossings()
        return sorted((c for c in self.laps if (c, lap) in found), key=lambda c: found[c, lap])

    def state(self) -> dict[str, Any]:
        """The full state before the start."""
        return {
            "SessionInfo": {
                "Meeting": {"Name": "Evening Grand Prix", "Circuit": {"ShortName": "Home"}},
                "Type": "Race", "Name": "Race",
                "StartDate": "2024-05-05T15:00:00", "GmtOffset": "02:00:00",
            },
            "LapCount": {"CurrentLap": 1, "TotalLaps": max(len(x) for x in self.laps.values())},
            "DriverList": {
                car: {"RacingNumber": car, "FirstName": "Driver", "LastName": f"No. {car}",
                      "Tla": f"D{car:0>2}", "TeamName": "Team", "Line": line}
                for line, car in enumerate(self.laps, start=1)
            },
            "TimingAppData": {
                "Lines": {
                    car: {"RacingNumber": car, "GridPos": str(place)}
                    for place, car in enumerate(self.laps, start=1)
                }
            },
            "TimingData": {
                "Lines": {
                    car: {"Line": place, "Position": str(place), "Retired": False,
                          "InPit": False, "Stopped": False, "NumberOfLaps": 0,
                          "LastLapTime": {"Value": ""}, "GapToLeader": "",
                          "Sectors": [{"Value": ""}, {"Value": ""}, {"Value": ""}]}
                    for place, car in enumerate(self.laps, start=1)
                }
            },
            "TrackStatus": {"Status": "1", "Message": "AllClear"},
            "SessionStatus": {"Status": "Inactive"},
            "RaceControlMessages": {"Messages": []},
        }  # fmt: skip

    def messages(self) -> list[Message]:
        """Everything that is told after the full state, in the order in which it comes."""
        found = self.crossings()
        told: list[tuple[int, int, str, Any]] = [
            (START, 0, "SessionStatus", {"Status": "Started"}),
        ]
        for (car, lap), at in found.items():
            late = self.late(car, lap)
            leader = min(found[c, lap] for c in self.laps if (c, lap) in found)
            spent = self.laps[car][lap - 1]
            gap = f"LAP {lap + 1}" if at == leader else f"+{(at - leader) / 1e6:.3f}"
            at += START
            told += [
                (at + late.gap, 1, "TimingData", line(car, GapToLeader=gap)),
                (at + late.count, 2, "TimingData", line(car, NumberOfLaps=lap)),
            ]
            if lap > 1:
                said = f"{spent // 60_000}:{spent % 60_000 / 1e3:06.3f}"
                told.append(
                    (at + late.lap_time, 3, "TimingData", line(car, LastLapTime={"Value": said}))
                )
        home = min(found[c, len(x)] for c, x in self.laps.items() if len(x) == self.distance)
        last = max(found.values()) + START
        told += [
            (START + home + PROMPT, 4, "SessionStatus", {"Status": "Finished"}),
            (last + 90_000_000, 5, "SessionStatus", {"Status": "Finalised"}),
            *((at, 6, topic, data) for at, topic, data in self.more),
        ]
        return [(at, topic, data) for at, _, topic, data in sorted(told, key=lambda row: row[:2])]

    @property
    def distance(self) -> int:
        """Laps of the race."""
        return max(len(laps) for laps in self.laps.values())


def line(car: str, **says: Any) -> dict[str, Any]:
    """A patch of one car's line."""
    return {"Lines": {car: says}}


def control(number: int, at: int, said: str, category: str = "Other", **more: Any) -> Message:
    """A message of race control."""
    told = {"Utc": "2024-05-05T13:20:00", "Lap": 2, "Category": category, "Message": said, **more}
    return (START + at, "RaceControlMessages", {"Messages": {str(number): told}})
