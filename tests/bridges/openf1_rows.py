"""The story of `f1_stream` as OpenF1 tells it: rows, each in the versions it went through."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bridges.f1_stream import Story

Row = dict[str, Any]
Rows = list[tuple[str, Row]]
"""Collections and rows."""

START = datetime(2024, 5, 5, 13, 0, tzinfo=UTC)
"""The start signal."""
SESSION, MEETING = 9999, 77
NAMES = {"session_key": SESSION, "meeting_key": MEETING}
LATE = timedelta(milliseconds=100)
"""Dates are those of messages, which come a little after the car."""


def date(at_us: int) -> str:
    return (START + timedelta(microseconds=at_us)).isoformat()


def described() -> Rows:
    """The session, its weekend and who is in it."""
    session = NAMES | {
        "session_name": "Race", "session_type": "Race", "country_name": "Home",
        "circuit_short_name": "Home", "date_start": date(0), "gmt_offset": "02:00:00",
    }  # fmt: skip
    rows: Rows = [
        ("sessions", session),
        ("meetings", {"meeting_key": MEETING, "meeting_name": "Evening Grand Prix"}),
    ]
    for place, car in enumerate(Story().laps, start=1):
        who = NAMES | {"driver_number": int(car), "full_name": f"Driver No. {car}"}
        rows += [("drivers", who), ("starting_grid", who | {"position": place})]
    return rows


def control(at_us: int, said: str, category: str, **more: Any) -> tuple[str, Row]:
    row = NAMES | {"date": date(at_us), "message": said, "category": category, "lap_number": 1}
    return ("race_control", row | {"flag": None, "scope": None, "driver_number": None} | more)


def told(story: Story | None = None) -> Rows:
    """Every version of every row, in the order in which they were made."""
    story = story or Story()
    found = story.crossings()
    made: list[tuple[int, str, Row]] = []
    for (car, lap), at in found.items():
        began = 0 if lap == 1 else found[car, lap - 1] + 100_000
        row = NAMES | {"driver_number": int(car), "lap_number": lap, "date_start": date(began),
                       "lap_duration": None}  # fmt: skip
        spent = story.laps[car][lap - 1] / 1_000 if lap > 1 else None
        key = f"{SESSION}_{car}_{lap}"
        made += [
            (began, "laps", row | {"_key": key}),
            (at + 150_000, "laps", row | {"_key": key, "lap_duration": spent}),
        ]
        if lap == story.distance:  # the lap in, which nobody completes
            home_lap = {"lap_number": lap + 1, "date_start": date(at + 100_000), "_key": f"{key}+"}
            made.append((at + 100_000, "laps", row | home_lap))
        leader = min(found[c, lap] for c in story.laps if (c, lap) in found)
        gap = NAMES | {"driver_number": int(car), "date": date(at + 60_000),
                       "gap_to_leader": None if at == leader else (at - leader) / 1e6}  # fmt: skip
        made.append((at + 60_000, "intervals", gap | {"_key": f"{date(at)}{car}"}))
    home = min(found[car, story.distance] for car in story.laps)
    made += [
        (at, *control(at, said, category, **more))
        for at, said, category, more in (
            (0, "SESSION STARTED", "SessionStatus", {}),
            (100_000_000, "SAFETY CAR DEPLOYED", "SafetyCar", {}),
            (120_000_000, "TRACK CLEAR", "Flag", {"flag": "CLEAR", "scope": "Track"}),
            (130_000_000, "5 SECOND TIME PENALTY FOR CAR 63 (D63) - SPEEDING", "Other", {}),
            (home - 2_000_000, "CHEQUERED FLAG", "Flag", {"flag": "CHEQUERED", "scope": "Track"}),
            (home + 100_000, "SESSION FINISHED", "SessionStatus", {}),
            (home + 90_000_000, "SESSION FINALISED", "SessionStatus", {}),
        )
    ]
    stop = {"driver_number": 63, "lap_number": 3, "lane_duration": 21.5, "stop_duration": 2.4}
    made.append((300_000_000, "pit", NAMES | stop | {"date": date(299_900_000)}))
    made.sort(key=lambda one: one[0])
    return [
        (collection, {"_key": str(number)} | row | {"_id": number})
        for number, (_, collection, row) in enumerate(made, start=1)
    ]


def final(rows: Rows) -> dict[str, list[Row]]:
    """What HTTP answers after these rows: the last version of each object, without its number."""
    last: dict[tuple[str, Any], Row] = {}
    for collection, row in rows:
        last[collection, row.get("_key", str(row))] = row
    answer: dict[str, list[Row]] = {}
    for (collection, _), row in last.items():
        plain = {name: value for name, value in row.items() if not name.startswith("_")}
        answer.setdefault(collection, []).append(plain)
    return answer
