"""Whose transponder it is: a table that somebody at the track writes.

Columns `transponder` and `car`; `driver`, `team`, `class`, `from` and `until` if they are wanted.
A transponder that changes cars during the day has a row for each, with the times (on the decoder's
clock, as `2026-05-10T14:30:00`) from and until when it is in that car.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.bridges.converted import name, said
from tracker.bridges.files import document, table
from tracker.errors import RecordingRefused
from tracker.feed.setting import Driver, EntryUpsert

NEEDED = ("transponder", "car")
MOST = 2_000
EVER = 2**53


@dataclass(frozen=True, slots=True)
class Fitted:
    """A transponder in a car, for a while."""

    entry: str
    since: int = -EVER
    until: int = EVER
    """Microseconds since 1970 on the decoder's clock."""


class Entries:
    """Cars by the number, or the code, of their transponders."""

    def __init__(self) -> None:
        self.cars: dict[str, EntryUpsert] = {}
        self._fitted: dict[str, list[Fitted]] = defaultdict(list)

    @classmethod
    def read(cls, path: Path) -> "Entries":
        """From a table (CSV) or a list of objects (JSON); raises `RecordingRefused`."""
        entries = cls()
        for line, row in rows(path):
            entries.add(path, line, row)
        if not entries.cars:
            raise RecordingRefused(path, None, "names no transponder")
        if len(entries.cars) > MOST:
            raise RecordingRefused(path, None, f"more than {MOST} cars")
        return entries

    def add(self, path: Path, line: int, row: Mapping[str, str]) -> None:
        """One row."""
        transponder, car = row.get("transponder", ""), row.get("car", "")
        if not transponder or not car:
            raise RecordingRefused(path, line, "wants a transponder and a car in every row")
        before = self.cars.get(car)
        driver, team, class_ = (name(row.get(column, "")) for column in ("driver", "team", "class"))
        drivers = [*(before.drivers if before else [])]
        if driver and driver not in [known.name for known in drivers]:
            drivers.append(Driver(name=driver))
        transponders = dict.fromkeys([*(before.transponders if before else []), transponder])
        self.cars[car] = said(
            path, line, EntryUpsert,
            entry=car, number=car, drivers=drivers,
            team=team or (before.team if before else None),
            classes=[class_] if class_ else before.classes if before else [],
            transponders=list(transponders),
        )  # fmt: skip
        since, until = (moment(path, line, row.get(column, "")) for column in ("from", "until"))
        fitted = Fitted(car, -EVER if since is None else since, EVER if until is None else until)
        for other in self._fitted[transponder.casefold()]:
            if other.since < fitted.until and fitted.since < other.until:
                raise RecordingRefused(
                    path, line, f"transponder {transponder} is in two cars at once; "
                    "say from when until when in columns `from` and `until`",
                )  # fmt: skip
        self._fitted[transponder.casefold()].append(fitted)

    def of(self, transponders: Iterable[str], at: int) -> str | None:
        """The car that bears one of these names of a transponder at a time; None if unknown."""
        for transponder in transponders:
            for fitted in self._fitted.get(transponder.casefold(), ()):
                if fitted.since <= at < fitted.until:
                    return fitted.entry
        return None


def rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of the table, with their numbers."""
    if path.suffix.casefold() != ".json":
        yield from table(path, NEEDED)
        return
    listed = document(path)
    if not isinstance(listed, list):
        raise RecordingRefused(path, None, f"wants a list of objects with {', '.join(NEEDED)}")
    for number, one in enumerate(listed, start=1):
        if not isinstance(one, dict):
            raise RecordingRefused(path, number, f"is no object: {json.dumps(one)[:40]}")
        yield number, {str(key).casefold(): str(value).strip() for key, value in one.items()}


def moment(path: Path, line: int, told: str) -> int | None:
    """A time on the decoder's clock in microseconds; None where none is told."""
    if not told:
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        reason = f"{told!r} is no time: want it as 2026-05-10T14:30:00"
        raise RecordingRefused(path, line, reason) from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
