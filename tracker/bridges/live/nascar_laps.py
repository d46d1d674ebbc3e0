"""Laps between two looks at NASCAR's live feed: who crossed the line, when, in the true order.

The feed says how many laps a car has completed and when it last crossed the line, to the
thousandth. Where it completed one since the last look, that is the crossing. Where it completed
more, the last and the one before are known, and those between are estimated: spread evenly, and
bent so that on every lap the car that the feed says has led it comes first, as far as cars can.

A count that goes back, or on without a crossing, is a decision of the officials or a slip of the
feed. It is believed when a second document says the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.bridges.converted import RACE_CONTROL, TIMING, in_id
from tracker.bridges.fitting import APART, ROW
from tracker.bridges.live.nascar_board import Board, Vehicle
from tracker.bridges.live.nascar_past import guessed
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction, Replacement, Target
from tracker.feed.timing import Crossing

RESOLUTION = 1_000
SHORT = 0.6
"""Laps that would have taken less than this share of the car's best were not driven."""
MOST_RETIMED = 5_000_000
"""By which the time of a crossing may be put right; more is another crossing."""


@dataclass(slots=True)
class Passed:
    """A crossing: when, whether worked out, and under which id it was told."""

    at: int
    estimated: bool
    id: str = ""


@dataclass(slots=True)
class Lapped:
    """What is told of a car so far."""

    entry: str
    laps: dict[int, Passed] = field(default_factory=dict)
    """By lap; lap 0 is the crossing that opens lap 1."""
    credited: int = 0
    """Laps that officials gave (or took) without a crossing."""
    at: int | None = None
    """When it last crossed the line, as the feed says."""
    told: Counter[int] = field(default_factory=Counter)
    """How often each lap was told: the second time it needs another id."""
    doubted: tuple[int, int | None] | None = None
    """A count that waits for a second document to say the same."""
    corrections: int = 0

    @property
    def last(self) -> int:
        """The last lap that was told as a crossing; -1 before any."""
        return max(self.laps, default=-1)

    @property
    def count(self) -> int:
        """Laps completed as told."""
        return max(0, self.last) + self.credited


class Laps:
    """Makes crossings of successive documents."""

    def __init__(self, odd: Counter[str]) -> None:
        self.cars: dict[str, Lapped] = {}
        self.known: Mapping[str, Mapping[int, int]] = {}
        """Lap times by car and lap, from the lap-times document, for laps nobody looked at."""
        self.guessed: Mapping[str, Mapping[int, int]] = {}
        """Crossings by car and lap before our first look, where no lap times are to be had."""
        self.odd = odd

    def led_at(self, lap: int) -> int | None:
        """When a lap was first completed, as told; None while nobody has."""
        times = [car.laps[lap].at for car in self.cars.values() if lap in car.laps]
        return min(times, default=None)

    def follow(self, shown: Board) -> list[Report]:
        """What a document adds: crossings in the order of time, and what was put right."""
        if not self.known and not any(car.laps for car in self.cars.values()):
            self.guessed = guessed(shown)
        fresh: dict[str, dict[int, Passed]] = {}
        corrected: list[Report] = []
        leader = min(shown.vehicles, key=lambda one: one.place, default=None)
        for one in shown.vehicles:
            car = self.cars.setdefault(one.entry, Lapped(one.entry))
            at = one.at if one.at is not None else self.worked_out(one, leader, shown)
            if one.laps == car.count and (at == car.at or not one.laps):
                car.doubted = None
                continue
            moved = at is not None and (car.at is None or at > car.at)
            if one.laps > car.count and moved and at is not None and self.plausible(car, one, at):
                fresh[one.entry] = self.between(car, one, at)
                car.at, car.doubted = at, None
            elif car.doubted != (one.laps, at):
                car.doubted = (one.laps, at)
            else:
                corrected += self.put_right(car, one, at, shown.elapsed)
                car.doubted = None
        best = {one.entry: self.shortest(one) for one in shown.vehicles}
        self.lead(fresh, shown.leaders, best)
        place = {one.entry: one.place for one in shown.vehicles}
        last_lap = {one.entry: (one.laps, one.last_lap) for one in shown.vehicles}
        crossings = sorted(
            (passed.at, lap, place[entry], entry, passed)
            for entry, laps in fresh.items()
            for lap, passed in laps.items()
        )
        reports = []
        for _, lap, _, entry, passed in crossings:
            car = self.cars[entry]
            laps, time = last_lap[entry]
            reports.append(self.crossing(car, lap, passed, time if laps == lap else None))
        return reports + corrected

    def worked_out(self, one: Vehicle, leader: Vehicle | None, shown: Board) -> int | None:
        """When a car crossed the line, where the feed has only how far behind it is."""
        if not one.laps:
            return None
        car = self.cars[one.entry]
        if one.laps == car.count and car.at is not None:
            return car.at
        if leader is not None and leader.at and one.laps == leader.laps and one.behind is not None:
            return leader.at + one.behind
        return shown.elapsed

    def plausible(self, car: Lapped, one: Vehicle, at: int) -> bool:
        """Whether so many laps can have been driven since the last."""
        gained = one.laps - car.count
        if one.best_lap is None or car.at is None:
            return True
        return at - car.at >= gained * one.best_lap * SHORT

    def between(self, car: Lapped, one: Vehicle, at: int) -> dict[int, Passed]:
        """The crossings since the last look: the last as told, those before worked out."""
        last, lap = car.last, one.laps - car.credited
        times: dict[int, Passed] = {lap: Passed(at, one.at is None)}
        known = self.known.get(one.entry, {})
        times_of = ({lap: one.last_lap} if one.last_lap else {}) | dict(known)
        floor = car.laps[last].at if last >= 0 else -1
        back, place = at, lap
        while place - 1 > last and (time := times_of.get(place)) is not None:
            back, place = back - time, place - 1
            if back <= floor and not (place == 0 and back > -MOST_RETIMED):
                self.odd[f"car {one.entry}: its laps are longer than the time they took"] += 1
                place = lap
                times = {lap: times[lap]}
                break
            times[place] = Passed(back, False)
        if last < 0:
            before = {0: (one.start or 1) * ROW} | dict(self.guessed.get(one.entry, {}))
            reached = times[place].at
            for number in range(place - 1, -1, -1):
                reached = max(0, min(before.get(number, reached), reached - self.shortest(one)))
                times[number] = Passed(reached, True)
        else:
            back = times[place].at
            for number in range(last + 1, place):
                even = floor + (back - floor) * (number - last) // (place - last)
                times[number] = Passed(even, True)
        if 0 in times:
            times[0] = Passed(max(0, times[0].at), True)  # nobody tells when it took the green
        return times

    def shortest(self, one: Vehicle) -> int:
        """A lap that no car is quicker than."""
        return int((one.best_lap or 0) * SHORT) or APART

    def lead(
        self,
        fresh: dict[str, dict[int, Passed]],
        leaders: Mapping[int, str],
        shortest: Mapping[str, int],
    ) -> None:
        """Bend what was estimated until the leader of each lap, as told, completes it first.

        No lap is bent until it is shorter than laps are: there the times stay as they are.
        """
        estimated = {lap for laps in fresh.values() for lap in laps if lap and laps[lap].estimated}
        for lap in sorted(estimated):
            entry = leaders.get(lap)
            leader = None if entry is None else self.passed(fresh, entry, lap)
            others = {
                other: passed
                for other in self.cars
                if other != entry and (passed := self.passed(fresh, other, lap)) is not None
            }
            if entry is None or leader is None or not others:
                continue
            first = min(passed.at for passed in others.values())
            before = self.passed(fresh, entry, lap - 1)
            if leader.at < first:
                continue
            if leader.estimated and (
                before is None or before.at + shortest[entry] <= first - APART
            ):
                leader.at = first - APART
                continue
            for other, passed in others.items():
                following = self.passed(fresh, other, lap + 1)
                later = leader.at + APART
                room = following is None or later + shortest[other] <= following.at
                if passed.at <= leader.at and passed.estimated and room:
                    passed.at = later
            if any(passed.at <= leader.at for passed in others.values()):
                self.odd["laps whose leader, as told, the times do not show"] += 1

    def passed(self, fresh: dict[str, dict[int, Passed]], entry: str, lap: int) -> Passed | None:
        """A crossing, told before or about to be."""
        return fresh.get(entry, {}).get(lap) or (
            self.cars[entry].laps.get(lap) if entry in self.cars else None
        )

    def crossing(self, car: Lapped, lap: int, passed: Passed, time: int | None) -> Report:
        """A crossing as it is told; told again after it was struck out, it has another id."""
        car.told[lap] += 1
        again = f"/{car.told[lap]}" if car.told[lap] > 1 else ""
        passed.id = f"crossing/{in_id(car.entry)}/{lap}/sf{again}"
        car.laps[lap] = passed
        known = self.known.get(car.entry, {}).get(lap)
        return Report(
            TIMING,
            passed.id,
            Crossing(
                entry=car.entry,
                t_us=passed.at,
                lap=lap,
                lap_time_us=time or known if lap else None,
                estimated=passed.estimated,
                resolution_us=RESOLUTION,
            ),
        )

    def put_right(self, car: Lapped, one: Vehicle, at: int | None, now: int) -> Iterator[Report]:
        """What the feed changed of what it said before, twice the same: the officials' doing."""
        last = car.laps.get(car.last)
        if one.laps < car.count and (at is None or car.at is None or at < car.at):
            # The crossings themselves are gone: they were none.
            why = f"the lap count went back from {car.count} to {one.laps} in the feed"
            for lap in sorted(car.laps, reverse=True)[: car.count - one.laps]:
                yield self.correction(car, now, "delete", car.laps.pop(lap).id, None, why)
        elif one.laps != car.count:
            given = one.laps - car.count
            why = f"{one.laps} laps in the feed, {car.count} crossings counted"
            yield self.correction(
                car, now, "lap_credit", None, Replacement(entry=car.entry, laps=given), why
            )
            car.credited += given
        elif last is not None and at is not None and abs(at - last.at) <= MOST_RETIMED:
            why = f"lap {car.last} was put right in the feed"
            yield self.correction(car, now, "retime", last.id, Replacement(t_us=at), why)
            last.at, last.estimated = at, False
        else:
            self.odd[f"car {car.entry}: crossed the line, and no lap was counted"] += 1
        car.at = at

    def correction(
        self, car: Lapped, now: int, op: str, target: str | None, new: Replacement | None, why: str
    ) -> Report:
        """A correction as race control would tell it."""
        car.corrections += 1
        return Report(
            RACE_CONTROL,
            f"correction/{in_id(car.entry)}/{car.corrections}",
            Correction(
                t_us=now,
                op=op,  # type: ignore[arg-type]  # one of the feed's words
                target=None if target is None else Target(source=TIMING, id=target),
                new=new,
                authority="race_control",
                reason=why,
            ),
        )


def lap_times_by_car(cars: Sequence[tuple[str, Sequence[int | None]]]) -> dict[str, dict[int, int]]:
    """Lap times by car and lap, those that are known."""
    return {
        entry: {lap: time for lap, time in enumerate(laps, start=1) if time} for entry, laps in cars
    }
