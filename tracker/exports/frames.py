"""The board as Timing71 shows it: columns, states and messages in its words."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tracker.live.picture import Fields, Picture
from tracker.racing.race import Race

MOST_MESSAGES = 100
"""Messages that a state holds; readers keep no more."""

COLUMNS: Sequence[tuple[str, str, str]] = (
    ("Num", "text", "Car number"),
    ("State", "text", "On track, on pit road, out"),
    ("Class", "class", "Class"),
    ("PIC", "numeric", "Position in class"),
    ("Team", "text", "Team"),
    ("Driver", "text", "Driver"),
    ("Car", "text", "Make"),
    ("Laps", "numeric", "Laps completed"),
    ("Gap", "delta", "Gap to leader"),
    ("Int", "delta", "Interval to the next car"),
    ("Last", "time", "Last lap time"),
    ("Best", "time", "Best lap time"),
    ("Pits", "numeric", "Pit stops"),
)
OF_CLASSES = ("Class", "PIC")
"""Columns of races with classes."""

TRACK_DATA = ("Lap", "Lead changes", "Leaders", "Cautions")

FLAGS = {
    "green": "green",
    "white": "white",
    "checkered": "chequered",
    "yellow_local": "yellow",
    "fcy": "fcy",
    "sc": "sc",
    "vsc": "vsc",
    "vsc_ending": "vsc",
    "code60": "code_60",
    "caution": "caution",
    "red": "red",
}
"""Our flags in Timing71's words; others are none."""

STATES = {
    "grid": "RUN",
    "running": "RUN",
    "stopped": "STOP",
    "retired": "RET",
    "finished": "FIN",
    "dns": "N/S",
    "dsq": "DSQ",
}


class Teller:
    """Tells the states of a race, one after the other, and the messages that go with them."""

    def __init__(self, zero: int, classes: bool) -> None:
        self.zero = zero
        """The Unix second in which the timing clock stood at zero."""
        self.columns = [one for one in COLUMNS if classes or one[0] not in OF_CLASSES]
        self.second: int | None = None
        """Of the last state told."""
        self.messages: list[list[Any]] = []
        self.said = 0
        """How many messages there ever were."""
        self.shown: Picture | None = None
        self.best: int | None = None

    def manifest(self, race: Race) -> dict[str, Any]:
        """What the states mean, and of what."""
        announced = race.announced
        name = announced.name if announced else "Race"
        series = announced.series if announced else "Race"
        return {
            "version": 1,
            "uuid": uuid.uuid5(uuid.NAMESPACE_URL, f"{series} {name} {self.zero}").hex,
            "name": series,
            "description": name,
            "colSpec": [list(one) for one in self.columns],
            "trackDataSpec": list(TRACK_DATA),
            "pollInterval": 1,
            "source": ["Race tracker", None],
        }

    def state(self, second: int, shown: Picture) -> dict[str, Any]:
        """The race at a second of the timing clock."""
        best = min(
            (row["best_lap"] for row in shown.rows.values() if row["best_lap"]), default=None
        )  # type: ignore[type-var]
        fresh = self.shown is not None and best is not None and best != self.best
        for message in self.news(shown):
            self.messages.insert(0, [self.zero + second, *message])
            self.said += 1
        del self.messages[MOST_MESSAGES:]
        changed = [
            entry
            for entry, row in shown.rows.items()
            if self.shown is not None
            and row["last_crossing"] != self.shown.rows.get(entry, {}).get("last_crossing")
        ]
        self.shown, self.best = shown, best  # type: ignore[assignment]
        return {
            "cars": [self.car(row, best, fresh) for row in shown.rows.values()],
            "session": session(shown.state),
            "messages": [list(message) for message in self.messages],
            "highlight": changed,
            "said": self.said,
        }

    def car(self, row: Fields, best: object, fresh: bool) -> list[Any]:
        """A car's row, in the order of the columns."""
        fastest = row["best_lap"] is not None and row["best_lap"] == best
        mark = "pb" if row["last_lap_best"] else ""
        if fastest and row["last_lap"] == best:
            mark = "sb-new" if fresh else "sb"
        cells = {
            "Num": row["car"],
            "State": "PIT" if row["on_pit_road"] else STATES[str(row["status"])],
            "Class": row["car_class"] or "",
            "PIC": row["class_position"] or "",
            "Team": row["team"] or "",
            "Driver": row["driver"] or "",
            "Car": row["make"] or "",
            "Laps": row["laps_completed"],
            "Gap": behind(row["gap_to_leader"], row["laps_down"] if row["last_crossing"] else 0),
            "Int": behind(row["interval"], row["interval_laps"]),
            "Last": [seconds(row["last_lap"]), mark],
            "Best": [seconds(row["best_lap"]), "sb" if fastest else ""],
            "Pits": row["pit_stops"],
        }
        return [cells[name] for name, _, _ in self.columns]

    def news(self, shown: Picture) -> list[list[Any]]:
        """What there is to say that the state before did not show; oldest first."""
        before = self.shown
        if before is None:
            return []
        said: list[list[Any]] = []
        flag, was = flag_of(shown.state), flag_of(before.state)
        if flag != was:
            text = {"chequered": "Chequered flag", "none": "No flag"}.get(flag, f"{flag} flag")
            said.append(["Track", f"{text[0].upper()}{text[1:].replace('_', ' ')}", flag])
        for entry, row in shown.rows.items():
            old = before.rows.get(entry)
            if old is not None:
                said += of_car(old, row)
        for number, incident in shown.incidents.items():
            if number not in before.incidents and incident["text"]:
                said.append(["Race control", incident["text"], "raceControl"])
        return said


def of_car(old: Fields, row: Fields) -> list[list[Any]]:
    """What there is to say of a car."""
    number, category = str(row["car"]), row["car_class"] or "Race"
    who = f"#{number} ({row['driver']})" if row["driver"] else f"#{number}"
    said: list[list[Any]] = []
    if row["driver"] != old["driver"] and old["driver"]:
        text = f"#{number} driver change ({old['driver']} to {row['driver']})"
        said.append([category, text, None, number])
    if row["on_pit_road"] and not old["on_pit_road"]:
        said.append([category, f"{who} has come to pit road", "pit", number])
    elif old["on_pit_road"] and not row["on_pit_road"]:
        said.append([category, f"{who} has left pit road", "out", number])
    if row["status"] == "retired" and old["status"] != "retired":
        why = f": {row['status_text']}" if row["status_text"] else ""
        said.append([category, f"{who} is out of the race{why}", "out", number])
    return said


def flag_of(state: Mapping[str, Any]) -> str:
    """The flag in Timing71's words."""
    return FLAGS.get(state["flag"]["flag"], "none")


def session(state: Mapping[str, Any]) -> dict[str, Any]:
    """The race as a whole."""
    told: dict[str, Any] = {
        "flagState": flag_of(state),
        "timeElapsed": seconds(state["race_time"]) or 0,
        "pauseClocks": not state["clock_running"],
        "trackData": [
            f"{state['lap']}/{state['finish_lap'] or '?'}",
            str(state["lead_changes"]),
            str(state["leaders"]),
            str(len(state["cautions"])),
        ],
    }
    if state["laps_to_go"] is not None:
        told["lapsRemain"] = state["laps_to_go"]
    return told


def seconds(us: object) -> float | str:
    """Microseconds as seconds; nothing as an empty text."""
    return us / 1_000_000 if isinstance(us, int) else ""


def behind(us: object, laps: object) -> float | str:
    """A distance: in seconds, else in laps."""
    if isinstance(us, int):
        return us / 1_000_000
    return f"{laps} lap{'s' if laps != 1 else ''}" if isinstance(laps, int) and laps > 0 else ""
