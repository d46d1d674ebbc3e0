"""OpenF1's collections become reports: rows, each a new version of an object, in any order.

OpenF1 makes its rows out of Formula 1's live timing, and here they are turned back into it, so
that crossings, flags and sentences are understood in one place (`f1`). A lap ended `lap_duration`
after its `date_start`: the duration is the timing system's, the date is a message's.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tracker.bridges.converted import RACE_CONTROL, TIMING, in_id, name
from tracker.bridges.f1 import LiveTiming
from tracker.bridges.f1_setting import scheduled_start, utc_us
from tracker.bridges.f1_state import Reasons, text
from tracker.bridges.files import whole
from tracker.feed.envelope import Report
from tracker.feed.officials import Penalty
from tracker.feed.timing import PitStop

Row = dict[str, Any]

READ = (
    "sessions", "meetings", "drivers", "starting_grid", "race_control", "laps", "intervals",
    "pit", "session_result",
)  # fmt: skip
"""Collections that are read; places are scored from laps, tires and telemetry have no event."""

NATURAL: dict[str, tuple[str, ...]] = {
    "sessions": (),
    "meetings": (),
    "drivers": ("driver_number",),
    "starting_grid": ("driver_number",),
    "race_control": ("date", "message", "driver_number", "sector"),
    "laps": ("driver_number", "lap_number"),
    "pit": ("driver_number", "lap_number"),
    "session_result": ("driver_number",),
}
"""What names an object where no `_key` came with it, as over HTTP."""

STATUS = {
    "STARTED": "Started", "RESUMED": "Started", "ABORTED": "Aborted", "STOPPED": "Aborted",
    "FINISHED": "Finished", "FINALISED": "Finalised", "ENDED": "Ends", "ENDS": "Ends",
}  # fmt: skip
SECOND = 1_000_000
MOST_ROWS = 200_000
"""Objects kept of a session; a race of seventy laps and twenty cars has some thousands."""
LATER_LAPS = 2
"""A lap that never came is given up when so many later ones are complete."""


class OpenF1:
    """One session, row by row."""

    def __init__(self) -> None:
        self.stream = LiveTiming()
        self.rows: dict[str, dict[object, Row]] = {collection: {} for collection in READ}
        self.kept = 0
        self.laps: dict[str, dict[int, Row]] = {}
        self.done: dict[str, int] = {}
        """The last lap of each car that was told."""
        self.seconds: Counter[int] = Counter()
        self.stops: set[str] = set()
        self.unread = Reasons()
        self.over = False
        """The session has ended: its result may be asked for."""

    @property
    def refused(self) -> Counter[str]:
        """What was not read, by reason."""
        return self.unread + self.stream.refused

    def heard(self, collection: str, row: Any) -> list[Report]:
        """What a row says; never raises on what a stranger wrote."""
        if collection not in READ or not isinstance(row, dict):
            self.unread.note(f"a row of {name(collection)[:20]}")
            return []
        if collection != "intervals" and not self.newer(collection, row):
            return []
        try:
            return list(self.said(collection, row))
        except (ValueError, OverflowError, RecursionError) as error:
            why = str(error).partition("\n")[0][:80] or type(error).__name__
            self.unread.note(f"{collection}: {why}")
            return []

    def newer(self, collection: str, row: Row) -> bool:
        """Keep a row, if it is not older than what is known of its object.

        One without `_id` came over HTTP, asked for after we had begun to listen: it is as new as
        anything heard before.
        """
        rows = self.rows[collection]
        natural = tuple(str(row.get(column)) for column in NATURAL[collection])
        key: object = natural or collection
        known = rows.get(key)
        if known is None and self.kept >= MOST_ROWS:
            self.unread.note("a row too many")
            return False
        number, before = row.get("_id"), None if known is None else known.get("_id")
        if known is not None and (collection == "race_control" or plain(known) == plain(row)):
            known["_id"] = before if number is None else number
            return False
        if isinstance(number, int) and isinstance(before, int) and number < before:
            return False
        self.kept += known is None
        rows[key] = {**row, "_id": before if number is None else number}
        return True

    def said(self, collection: str, row: Row) -> Iterator[Report]:
        """What a new version of an object says."""
        match collection:
            case "sessions" | "meetings":
                yield from self.session()
            case "drivers":
                yield from self.driver(row)
            case "starting_grid":
                place = whole(row.get("position"))
                told = {"Lines": {car(row): {"GridPos": str(place)}}}
                yield from self.topic("TimingAppData", told, 0)
            case "race_control":
                yield from self.message(row)
            case "laps":
                number = whole(row.get("lap_number"))
                if number is not None and 0 < number < 1_000:
                    self.laps.setdefault(car(row), {})[number] = row
                    yield from self.lapped(car(row), number)
            case "intervals":
                gap, at = row.get("gap_to_leader"), self.moment(row.get("date"))
                if isinstance(gap, int | float) and 0 <= gap < 10_000 and at is not None:
                    patch = {"Lines": {car(row): {"GapToLeader": f"+{gap:.3f}"}}}
                    yield from self.topic("TimingData", patch, at)
            case "pit":
                yield from self.stopped(row)
            case _:
                yield from self.result(row)

    def topic(self, topic: str, data: Any, at: int) -> Iterator[Report]:
        """A row as the live timing would have told it."""
        yield from self.stream.heard(topic, data, at)

    def moment(self, date: Any) -> int | None:
        """A date on the session's clock, which is zero at its scheduled start."""
        utc = utc_us(date)
        return None if utc is None else utc - (self.stream.control.epoch or 0)

    def session(self) -> Iterator[Report]:
        """The session and its meeting, as far as they are known."""
        row = next(iter(self.rows["sessions"].values()), None)
        if row is None:
            return
        meeting = next(iter(self.rows["meetings"].values()), {})
        title = text(meeting.get("meeting_name"))
        title = title or f"{text(row.get('country_name')) or text(row.get('location'))} Grand Prix"
        info = {
            "Meeting": {
                "Name": title,
                "Circuit": {"ShortName": text(row.get("circuit_short_name"))},
            },
            "Type": text(row.get("session_type")),
            "Name": text(row.get("session_name")),
            "StartDate": text(row.get("date_start")),
        }
        self.stream.control.epoch = scheduled_start(info) or 0
        # Before the setting there is nothing to announce: one topic stands for having it.
        self.stream.state.setdefault("LapCount", {})
        yield from self.topic("SessionInfo", info, 0)

    def driver(self, row: Row) -> Iterator[Report]:
        """Somebody on the entry list."""
        told = {
            "RacingNumber": car(row),
            "FirstName": text(row.get("first_name")),
            "LastName": text(row.get("last_name")),
            "FullName": text(row.get("full_name")),
            "Tla": text(row.get("name_acronym")),
            "TeamName": text(row.get("team_name")),
            "CountryCode": text(row.get("country_code")),
        }
        yield from self.topic("DriverList", {car(row): told}, 0)

    def message(self, row: Row) -> Iterator[Report]:
        """A message of race control: also the only way to know the flag for the whole track."""
        at = self.moment(row.get("date"))
        if at is None:
            self.unread.note("race_control: without a date")
            return
        said, category = text(row.get("message")).upper(), text(row.get("category"))
        if category == "SessionStatus":
            status = next((told for word, told in STATUS.items() if word in said), None)
            self.over = self.over or status in ("Finalised", "Ends")
            if status is not None:
                yield from self.topic("SessionStatus", {"Status": status}, at)
            return
        flag = track_flag(category, said, row)
        if flag is not None:
            yield from self.topic("TrackStatus", {"Status": flag}, at)
        told = {
            "Utc": row.get("date"),
            "Lap": row.get("lap_number"),
            "Category": category,
            "Flag": text(row.get("flag")),
            "Scope": text(row.get("scope")),
            "Sector": row.get("sector"),
            "RacingNumber": car(row) if row.get("driver_number") is not None else "",
            "Message": text(row.get("message")),
        }
        # Numbered by when it was given, so that whoever hears it gives it the same number.
        second = max(0, at // SECOND + 600) % 12_000
        self.seconds[second] += 1
        number = second * 8 + min(7, self.seconds[second] - 1)
        # Straight to race control: as places in the topic's list the numbers would be too large.
        yield from self.stream.waited(at)
        yield from self.stream.control.numbered(number, told, at)

    def lapped(self, entry: str, number: int) -> Iterator[Report]:
        """Tell what laps of a car are complete, in their order, each once."""
        laps = self.laps[entry]
        if number == self.done.get(entry) and (spent := duration(laps[number])) is not None:
            at = self.ended(laps, number)
            if at is not None:  # another time for the last lap that was told
                yield from self.line(entry, at, LastLapTime={"Value": f"{spent:.3f}"})
            return
        if number < self.done.get(entry, 0):
            self.unread.note("laps: changed after later ones were told")
        while True:
            lap = self.next_lap(entry)
            at = None if lap is None else self.ended(laps, lap)
            if lap is None or at is None:
                return
            self.done[entry] = lap
            spent = duration(laps[lap]) if lap > 1 else None
            if spent is None:
                yield from self.line(entry, at, NumberOfLaps=lap)
            else:
                yield from self.line(
                    entry, at, NumberOfLaps=lap, LastLapTime={"Value": f"{spent:.3f}"}
                )

    def next_lap(self, entry: str) -> int | None:
        """The lap to tell next, if it is complete; one that never came is passed over in time."""
        laps, lap = self.laps[entry], self.done.get(entry, 0) + 1
        if lap in laps and self.ended(laps, lap) is not None:
            timed = lap == 1 or duration(laps[lap]) is not None
            if timed or duration(laps.get(lap + 1, {})) is not None:
                return lap
        later = sorted(number for number in laps if number > lap)
        complete = [number for number in later if duration(laps[number]) is not None]
        return complete[0] if len(complete) >= LATER_LAPS else None

    def ended(self, laps: dict[int, Row], lap: int) -> int | None:
        """When a lap ended, near enough: when the next began, or so long after it began."""
        began = self.moment(laps[lap].get("date_start"))
        spent = duration(laps[lap])
        if began is not None and spent is not None:
            return began + round(spent * SECOND)
        return self.moment(laps.get(lap + 1, {}).get("date_start"))

    def line(self, entry: str, at: int, **says: Any) -> Iterator[Report]:
        """A patch of a car's line in the timing; before the first, the start of lap 1."""
        if self.stream.line.started_at is None:
            starts = (laps.get(1, {}).get("date_start") for laps in self.laps.values())
            known = [began for start in starts if (began := self.moment(start)) is not None]
            if known and min(known) < at:
                yield from self.topic("SessionStatus", {"Status": "Started"}, min(known))
        yield from self.topic("TimingData", {"Lines": {entry: says}}, at)

    def stopped(self, row: Row) -> Iterator[Report]:
        """A visit to pit road, told when it was over."""
        at, lap, entry = self.moment(row.get("date")), whole(row.get("lap_number")), car(row)
        spent = seconds(row.get("lane_duration", row.get("pit_duration")))
        if at is None or lap is None or spent is None or self.stream.line.started_at is None:
            self.unread.note("pit: without a date, a lap or a duration")
            return
        id_ = f"pit-stop/{in_id(entry)}/{lap}"
        if id_ in self.stops:
            self.unread.note("pit: told again")
            return
        self.stops.add(id_)
        still = seconds(row.get("stop_duration"))
        told = PitStop(
            entry=entry,
            t_us=at,
            lap=lap,
            time_on_pit_road_us=round(spent * SECOND),
            stationary_us=None if still is None else round(still * SECOND),
            estimated=True,
        )
        yield Report(TIMING, id_, told)
        how = f"taken as served at the stop on lap {lap}"
        yield from self.stream.control.served(entry, at, how)

    def result(self, row: Row) -> Iterator[Report]:
        """What the result decides that no lap shows: cars that did not finish, or do not count."""
        entry = car(row)
        at = max((one.at for one in self.stream.line.leaders), default=0) + 60 * SECOND
        if row.get("dsq") is True:
            told = Penalty(
                penalty=100_000 - min(999, whole(entry) or 999),
                t_us=at,
                entry=entry,
                kind="dsq",
                reason="disqualified, from the result",
            )
            yield Report(RACE_CONTROL, f"result/{in_id(entry)}/dsq", told)
        if row.get("dnf") is True:
            yield from self.topic("TimingData", {"Lines": {entry: {"Retired": True}}}, at)


def plain(row: Row) -> Row:
    """What a row says, without what numbers its versions."""
    return {column: value for column, value in row.items() if not column.startswith("_")}


def car(row: Row) -> str:
    """The car's number as text; raises `ValueError` where there is none."""
    number = row.get("driver_number")
    if (
        isinstance(number, bool)
        or not isinstance(number, int | str)
        or not 0 < len(str(number)) < 4
    ):
        raise ValueError("no car number")
    return str(number)


def seconds(told: Any) -> float | None:
    """A span in seconds; None where it is not known yet."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return float(told) if 0 < told < 100_000 else None


def duration(row: Row) -> float | None:
    """How long a lap took, in seconds; None until it is known."""
    return seconds(row.get("lap_duration"))


def track_flag(category: str, said: str, row: Row) -> str | None:
    """The track status that a message amounts to; None where it is about less than the track."""
    if category == "SafetyCar":
        virtual = "VIRTUAL" in said or "VSC" in said
        if "DEPLOYED" in said and "MEDICAL" not in said:
            return "6" if virtual else "4"
        return "7" if virtual and "ENDING" in said else None
    if category != "Flag" or text(row.get("scope")) != "Track":
        return None
    return {"GREEN": "1", "CLEAR": "1", "RED": "5", "YELLOW": "2", "DOUBLE YELLOW": "2"}.get(
        text(row.get("flag")).upper()
    )
