"""Formula 1 live timing: the race, its entry list and its grid, as the topics have them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from tracker.bridges.converted import RACE_CONTROL, in_id, name, slug
from tracker.bridges.f1_state import cars, part, text
from tracker.bridges.files import whole
from tracker.feed.envelope import Report
from tracker.feed.setting import (
    Distance,
    Driver,
    EntryUpsert,
    GridSet,
    GridSlot,
    Loop,
    SessionSetup,
    Track,
)
from tracker.feed.values import Payload

NO_SEASON = 2000
"""What stands for the season until the stream tells a date."""
LONGEST_RACE = 1_000
"""Laps; the longest race of the championship has 78."""
MOST_ENTRIES = 200
"""Cars of an entry list, at most."""
WHICH = ("Key", "Path", "Name", "StartDate")
"""What tells one session from another."""
KINDS = {"Qualifying": "qualifying", "Practice": "practice"}

State = Mapping[str, Any]


def announced(state: State) -> Report:
    """The race as announced: name, season, circuit and distance."""
    session = state.get("SessionInfo")
    date = text(part(session, "StartDate"))[:10]
    season = whole(date[:4]) or NO_SEASON
    title = name(text(part(session, "Meeting", "Name"))) or "Formula 1"
    kind = text(part(session, "Type"))
    called = name(text(part(session, "Name")))
    if called and called != "Race":
        title = name(f"{title} {called}")
    circuit = name(text(part(session, "Meeting", "Circuit", "ShortName"))) or title
    laps = whole(part(state.get("LapCount"), "TotalLaps"))
    setup = SessionSetup(
        name=title,
        kind=KINDS.get(kind, "race"),  # type: ignore[arg-type]  # the table's words
        series="Formula 1",
        season=season if 1890 <= season <= 2200 else NO_SEASON,
        date=date if is_date(date) else None,
        rulebook=f"f1/{season if 1890 <= season <= 2200 else NO_SEASON}",
        track=Track(id=slug(circuit), name=circuit, kind="road",
                    loops=[Loop(id="sf", index=0, kind="sf")]),
        distance=Distance(laps=laps if laps and 0 < laps <= LONGEST_RACE else None),
        start="standing",
        first_crossing="completes_lap",
        resolution_us=1_000,
    )  # fmt: skip
    return Report(RACE_CONTROL, f"setup/{content(setup)}", setup)


def entered(state: State) -> Iterator[Report]:
    """Every car that the driver list or the timing names."""
    listed = dict(cars(state.get("DriverList")))
    for number in list(dict.fromkeys([*listed, *(n for n, _ in timed_cars(state))]))[:MOST_ENTRIES]:
        one = listed.get(number, {})
        driver = name(f"{text(one.get('FirstName'))} {text(one.get('LastName'))}")
        driver = driver or name(text(one.get("FullName")))
        upsert = EntryUpsert(
            entry=number,
            number=text(one.get("RacingNumber"))[:32] or number,
            drivers=[
                Driver(
                    name=driver,
                    id=name(text(one.get("Tla"))) or None,
                    country=name(text(one.get("CountryCode"))) or None,
                )
            ]
            if driver
            else [],
            team=name(text(one.get("TeamName"))) or None,
        )
        yield Report(RACE_CONTROL, f"entry/{in_id(number)}/{content(upsert)}", upsert)


def gridded(state: State) -> Report | None:
    """The starting grid; where no topic tells it, the order in which the cars are listed."""
    told = {
        n: whole(one.get("GridPos")) for n, one in cars(part(state.get("TimingAppData"), "Lines"))
    }
    listed = {n: whole(one.get("Line")) for n, one in timed_cars(state)}
    places = {n: place for n, place in told.items() if place and place > 0}
    places = places or {n: place for n, place in listed.items() if place and place > 0}
    if not places:
        return None
    # A car from the pit lane has no place, and stands behind those that have one.
    last = max(places.values())
    places |= {n: last + (listed.get(n) or 100) for n in told if n not in places}
    slots = [
        GridSlot(entry=number, starting_position=place)
        for place, number in enumerate(
            sorted(places, key=lambda n: (places[n], n))[:MOST_ENTRIES], start=1
        )
    ]
    grid = GridSet(grid=slots)
    return Report(RACE_CONTROL, f"grid/{content(grid)}", grid)


def timed_cars(state: State) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cars that the timing has a line for."""
    return cars(part(state.get("TimingData"), "Lines"))


def content(payload: Payload) -> str:
    """A payload's content in a few characters: what is told again is the same event."""
    return sha256(payload.model_dump_json().encode()).hexdigest()[:12]


def is_date(told: str) -> bool:
    """Whether a text is a day, as in 2018-04-29."""
    try:
        datetime.strptime(told, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return len(told) == 10


def utc_us(told: Any) -> int | None:
    """A moment as the feed writes it, `2018-04-29T12:07:10.123Z`, in microseconds since 1970."""
    stamp = text(told).strip()
    whole_part, _, fraction = stamp.removesuffix("Z").partition(".")
    zone = ""
    for sign in ("+", "-"):  # an offset may stand after the fraction, or after the seconds
        if sign in fraction:
            fraction, _, rest = fraction.partition(sign)
            zone = sign + rest
    try:
        moment = datetime.fromisoformat(whole_part + zone)
        parts = int((fraction + "000000")[:6]) if fraction else 0
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + parts


def scheduled_start(session: Any) -> int | None:
    """When the session should begin, in microseconds since 1970; None where it is not told."""
    start = utc_us(part(session, "StartDate"))
    offset = text(part(session, "GmtOffset"))
    if start is None:
        return None
    hours, _, rest = offset.removeprefix("-").partition(":")
    try:
        away = timedelta(hours=int(hours or 0), minutes=int(rest.partition(":")[0] or 0))
    except ValueError:
        away = timedelta()
    shift = int(away.total_seconds()) * 1_000_000
    return start + shift if offset.startswith("-") else start - shift
