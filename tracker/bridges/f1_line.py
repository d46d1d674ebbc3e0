"""When each car crossed the line, from a stream that never says so.

Formula 1 live timing tells that a lap was counted, how long it took, and the gap to the leader,
each in a message of its own. Messages come a tenth of a second after the car, or a minute after.
Lap times and gaps, however, are the timing system's own, to the millisecond. So:

- A lap ends where the one before ended, plus its lap time, whenever the message came. A count
  waits a moment for its lap time; one without any stands at its message, and begins a new chain.
- Where a chain of laps begins is known by a message only. The gap that comes with a crossing says
  how far behind the leader of that lap it was: two laps whose gaps agree to the millisecond, or
  the first one alone, tie the chain to that of the leader.
- The field as a whole hangs on one message: the first car's end of lap 1. That moves every car by
  the same amount, and no car against another.

What turns out later moves the crossings told before: they are told again as retimed.
"""

from bisect import insort
from collections import deque
from collections.abc import Iterator
from statistics import median

from tracker.bridges.f1_laps import AGREE, PROMPT, CarAtLine, LineCrossing, prompt
from tracker.bridges.f1_state import Reasons

HOLD = 2_000_000
"""Microseconds a counted lap waits for its lap time, which comes within a tenth of a second."""
COUNT_AFTER = 6_000_000
"""A lap may be counted so long after its lap time came; four seconds were seen."""
SAME_AGAIN = 400_000
"""So late at most is the message of a lap that took exactly as long as the one before."""
LATEST = 300_000_000
"""No message comes later than this; then its lap time leaves something out, such as a stoppage."""
AT_LINE = 300_000
"""A gap told so near a crossing may be the one at the line; mini-sectors are seconds apart."""
LONGEST_SHIFT = 1_500_000
"""A chain is never moved further by gaps: messages seldom come later."""
WORTH_MOVING = 60_000
"""An untied chain is moved by the usual delay of messages only where it is off by more."""
MOST_LAPS = 1_000
"""No race of the championship had a tenth of that; a count beyond is none."""
MOST_ODD = 1_000
"""Oddities kept in words."""
REMEMBERED = 300
"""Delays of messages kept, to know the usual one: about fifteen laps of a field."""


class FinishLine:
    """The line: what cars are told to have done there, and when they must have done it.

    Every method returns crossings to tell, or to tell again at another time (`times_told`).
    """

    def __init__(self) -> None:
        self.cars: dict[str, CarAtLine] = {}
        self.leaders: list[LineCrossing] = []
        """The first to complete each lap, as far as is known."""
        self.delays: deque[int] = deque(maxlen=REMEMBERED)
        self.odd: list[str] = []
        self.unread = Reasons()
        self.started_at: int | None = None
        self.told_to_lead: dict[int, str] = {}
        """Which car was told to lead when it had completed a lap."""

    def car(self, entry: str) -> CarAtLine:
        """What is known of a car."""
        return self.cars.setdefault(entry, CarAtLine(entry))

    def note(self, odd: str) -> None:
        """Something was not as it should be."""
        if len(self.odd) < MOST_ODD:
            self.odd.append(odd)

    @property
    def usual_delay(self) -> int:
        """How long after a crossing its message comes, in microseconds, the field's being zero."""
        return int(median(self.delays)) if len(self.delays) >= 5 else 0

    def joined(self, entry: str, laps: int, at: int) -> Iterator[LineCrossing]:
        """A car had completed laps before anybody listened: they are spread since the start."""
        car = self.car(entry)
        if car.crossings or not 0 < laps <= MOST_LAPS:
            return
        began = self.started_at if self.started_at is not None else at - laps * 90_000_000
        began = min(began, at - laps)
        for lap in range(1, laps + 1):
            yield self.tell(car, lap, began + (at - began) * lap // laps, None, at)
        car.guessed = laps

    def counted(
        self, entry: str, laps: int, at: int, stale: bool = False
    ) -> Iterator[LineCrossing]:
        """The stream counts so many laps of a car; stale where it may have done so long ago."""
        car = self.car(entry)
        if car.waiting is not None and laps > car.waiting[0]:
            yield from self.without_lap_time(car)
        if laps <= car.laps or laps > MOST_LAPS:
            if laps != car.laps:
                self.unread.note("laps counted back, or beyond all races")
            return
        if laps > car.laps + 1 or stale:
            yield from self.missed(car, laps, at)
        elif laps == 1:
            yield self.first_lap(car, at)
            yield from self.tie(car)
        elif car.guessed and car.early is not None and at - car.early[1] <= COUNT_AFTER:
            yield from self.chained_back(car, laps, *car.early)
        else:
            car.waiting = (laps, at)

    def timed(self, entry: str, lap_time: int, at: int) -> Iterator[LineCrossing]:
        """The stream tells how long a car's last lap took."""
        car = self.car(entry)
        if not car.crossings or lap_time <= 0:
            self.unread.note("lap time before the first lap was counted")
            return
        last = car.crossings[-1]
        lap, heard = car.waiting or (last.lap + 1, at)
        if car.guessed and car.waiting is None:
            car.early = (lap_time, at)  # of the last lap that was counted, or of the next one
            return
        if car.guessed:
            car.waiting = None
            yield from self.chained_back(car, lap, lap_time, heard)
            return
        ends = last.at + lap_time
        if ends > heard + lap_time // 4:  # it would end far in the future: another lap's time
            yield from self.corrected(car, lap_time)
            return
        car.waiting = None
        if heard - ends > LATEST:
            self.note(f"car {entry}: lap {lap} is told far too late for its time: a stoppage?")
            yield from self.dated(car, lap, heard)
            return
        yield self.tell(car, lap, ends, lap_time, heard)
        yield from self.tie(car)

    def gap_told(self, entry: str, gap: int, at: int) -> Iterator[LineCrossing]:
        """The stream tells how far behind the leader a car is."""
        car = self.car(entry)
        car.gaps.append((gap, at))
        if car.crossings and not car.guessed and 0 <= at - car.crossings[-1].heard <= AT_LINE:
            yield from self.tie(car)

    def leads_told(self, entry: str, lap: int) -> None:
        """The stream tells that a car leads, on its way round this lap."""
        if 0 < lap <= MOST_LAPS:
            self.told_to_lead[lap - 1] = entry

    def by(self, now: int) -> Iterator[LineCrossing]:
        """The stream has come to this moment: what has waited too long is told as it is."""
        for car in self.cars.values():
            if car.waiting is not None and now - car.waiting[1] > HOLD:
                yield from self.without_lap_time(car)

    def tell(
        self, car: CarAtLine, lap: int, at: int, lap_time: int | None, heard: int
    ) -> LineCrossing:
        """A crossing, told for the first time."""
        crossing = LineCrossing(car.entry, lap, at, lap_time, heard, not car.tied, 1)
        car.crossings.append(crossing)
        while len(self.leaders) < lap:
            self.leaders.append(crossing)
        if at < self.leaders[lap - 1].at:
            self.leaders[lap - 1] = crossing
        if car.tied and 0 <= heard - at < PROMPT:
            self.delays.append(heard - at)
        return crossing

    def first_lap(self, car: CarAtLine, at: int) -> LineCrossing:
        """No lap time comes with lap 1: the message dates it, less the usual delay."""
        crossing = self.tell(car, 1, at - self.usual_delay, None, at)
        self.hang(car, 0)
        return crossing

    def hang(self, car: CarAtLine, place: int) -> None:
        """A chain begins; the first of all is what the field is tied to.

        Its own beginning is still the time of a message.
        """
        car.begin_chain(place)
        car.tied = not any(other.tied for other in self.cars.values())

    def missed(self, car: CarAtLine, laps: int, at: int) -> Iterator[LineCrossing]:
        """Laps were counted that nobody told of: spread since the last that was told."""
        since = car.crossings[-1].at if car.crossings else self.started_at
        if since is None or since >= at:
            since = at - laps
        missing = laps - car.laps
        usual = [one.lap_time for one in car.crossings[-10:] if one.lap_time is not None]
        ends = min(at, since + int(median(usual)) * missing) if usual else at
        self.note(f"car {car.entry}: laps {car.laps + 1} to {laps} came at once, spread out")
        for number in range(1, missing + 1):
            yield self.tell(car, car.laps + 1, since + (ends - since) * number // missing, None, at)
        spread = car.guessed + missing
        car.begin_chain(len(car.crossings) - 1)
        car.guessed, car.waiting = spread, None
        for guess in car.crossings[-missing:]:
            guess.estimated = True

    def without_lap_time(self, car: CarAtLine) -> Iterator[LineCrossing]:
        """No lap time came: it was the same as the last one, or it is lost."""
        assert car.waiting is not None
        lap, heard = car.waiting
        car.waiting = None
        last = car.crossings[-1]
        if last.lap_time is not None and not car.guessed:
            late = heard - (last.at + last.lap_time)
            if -WORTH_MOVING <= late <= SAME_AGAIN:  # a patch says only what is another value
                same = self.tell(car, lap, last.at + last.lap_time, last.lap_time, heard)
                same.estimated = True
                yield same
                yield from self.tie(car)
                return
        self.note(f"car {car.entry}: lap {lap} has no lap time, dated by its message")
        yield from self.dated(car, lap, heard)

    def dated(self, car: CarAtLine, lap: int, heard: int) -> Iterator[LineCrossing]:
        """A crossing dated by its message alone: a new chain begins there."""
        last = car.crossings[-1]
        crossing = self.tell(car, lap, max(heard - self.usual_delay, last.at + 1), None, heard)
        crossing.estimated = True
        self.hang(car, len(car.crossings) - 1)
        yield crossing
        yield from self.tie(car)

    def chained_back(
        self, car: CarAtLine, lap: int, lap_time: int, heard: int
    ) -> Iterator[LineCrossing]:
        """The first lap after a hole: its message dates it, and its length the one before."""
        guesses = car.crossings[-car.guessed :]
        before = car.crossings[-car.guessed - 1].at if len(car.crossings) > car.guessed else None
        since = self.started_at if before is None else before
        at = heard - self.usual_delay
        span = 0 if since is None else at - lap_time - since
        self.hang(car, len(car.crossings) - 1)
        if since is not None and span > 0:
            for number, guess in enumerate(guesses, start=1):
                yield from self.move([guess], since + span * number // len(guesses) - guess.at)
        else:
            car.chain = len(car.crossings)
        yield self.tell(car, lap, max(at, guesses[-1].at + 1), lap_time, heard)
        yield from self.tie(car)

    def corrected(self, car: CarAtLine, lap_time: int) -> Iterator[LineCrossing]:
        """A lap time that is not of a new lap: the last one had none, or had another."""
        last = car.crossings[-1]
        if len(car.crossings) < 2 or last.lap_time == lap_time:
            self.unread.note("lap time of no lap that was counted")
            return
        before = car.crossings[-2]
        at = before.at + lap_time
        if at > last.heard + PROMPT or last.heard - at > HOLD + PROMPT:
            self.unread.note("lap time that fits no lap")
            return
        if car.chain == len(car.crossings) - 1 and last.lap_time is None:
            # It had begun a chain of its own, for want of this; now it belongs to the one before.
            car.chain, car.tied = 0, not before.estimated
            last.estimated = before.estimated
        last.lap_time = lap_time
        yield from self.move([last], at - last.at)

    def tie(self, car: CarAtLine) -> Iterator[LineCrossing]:
        """See whether the gap told with a crossing says where the chain of laps begins."""
        last = car.crossings[-1]
        leader = self.leader_of(last.lap)
        told = min(car.gaps, key=lambda gap: abs(gap[1] - last.heard), default=None)
        if leader is not last and told is not None and abs(told[1] - last.heard) <= AT_LINE:
            ahead = self.cars[leader.entry]
            off = leader.at + told[0] - last.at
            if prompt(last) and abs(off) <= LONGEST_SHIFT and (ahead.tied or car.tied):
                car.gaps.clear()  # they say what they know once
                if ahead.tied:
                    yield from self.vote(car, car.moved + off, last.lap)
                elif prompt(leader) and ahead.crossings.index(leader) >= ahead.chain:
                    yield from self.vote(ahead, ahead.moved - off, last.lap)
                return
        if not car.tied:
            yield from self.settle_by_delay(car)

    def leader_of(self, lap: int) -> LineCrossing:
        """Who completed a lap first: the car told to lead, or the first as far as is known."""
        told = self.cars.get(self.told_to_lead.get(lap, ""))
        if told is not None and told.crossings and told.laps >= lap >= told.crossings[0].lap:
            return told.crossings[lap - told.crossings[0].lap]
        return self.leaders[lap - 1]

    def vote(self, car: CarAtLine, moved: int, lap: int) -> Iterator[LineCrossing]:
        """A gap says where the chain should be; two that agree, or the very first, decide.

        Where the last ones agree on another place than all before, a lap time was wrong or lost:
        the chain broke there unnoticed, and a new one begins.
        """
        car.votes[moved] += 1
        car.recent.append((moved, lap))
        if car.tied and moved != car.moved and len(car.recent) == AGREE:
            since = car.recent[0][1] - car.crossings[0].lap
            if {said for said, _ in car.recent} == {moved} and since > car.chain:
                off = moved - car.moved
                car.begin_chain(since)
                car.tied = True
                self.note(f"car {car.entry}: before lap {lap - AGREE + 1} a lap time was off")
                yield from self.move(car.crossings[since:], off)
                return
        opening = car.crossings[-1].lap == 1 and len(car.votes) == 1
        enough = car.votes[moved] >= 2 or opening
        if not enough or (car.tied and car.votes[moved] <= car.votes[car.moved]):
            return
        off, car.moved, car.tied = moved - car.moved, moved, True
        chain = car.crossings[car.chain :]
        for crossing in chain:
            crossing.estimated = False
        yield from self.move(chain, off)

    def settle_by_delay(self, car: CarAtLine) -> Iterator[LineCrossing]:
        """An untied chain stands where its messages came as late as messages do."""
        chain = car.crossings[car.chain :]
        late: list[int] = []
        for one in chain[-REMEMBERED:]:
            if one.heard - one.at < PROMPT:
                insort(late, one.heard - one.at)
        if len(late) < 2:
            return
        off = int(median(late)) - self.usual_delay
        if abs(off) > WORTH_MOVING:
            car.moved += off
            yield from self.move(chain, off)

    def move(self, crossings: list[LineCrossing], off: int) -> Iterator[LineCrossing]:
        """Crossings were told at a wrong time: tell them again."""
        if not off:
            return
        for crossing in crossings:
            crossing.at += off
            crossing.times_told += 1
            yield crossing
        for lap in {crossing.lap for crossing in crossings}:
            laps = (
                one
                for car in self.cars.values()
                if car.crossings and 0 <= lap - car.crossings[0].lap < len(car.crossings)
                for one in (car.crossings[lap - car.crossings[0].lap],)
            )
            self.leaders[lap - 1] = min(laps, key=lambda one: one.at)
