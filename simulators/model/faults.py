"""What goes wrong with the telling of a race: readings twice, late, or not at all.

The race is the same: a second reading is one too many, a late one has its place in time, and one
that was missed is put in by a scorer a minute later.
"""

import heapq
from collections.abc import Iterable, Iterator
from random import Random

from simulators.model.chance import us
from simulators.model.telling import LINE, RACE_CONTROL
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction, Replacement
from tracker.feed.timing import Crossing

TWICE = 0.01
"""Share of passings on the track that are read a second time."""

TWICE_AFTER_S = (0.05, 0.4)

LATE = 0.005
"""Share that comes late, others having come before."""

LATE_S = 30.0

MISSED = 0.002
"""Share of passings of the line that nobody read."""

NOTICED_S = 60.0
"""A scorer has put in what was missed after so long."""


def with_faults(reports: Iterable[Report], seed: int) -> Iterator[Report]:
    """The reports as a timing system on a bad day tells them; same seed, same faults."""
    draw = Random(f"{seed}/faults")
    waiting: list[tuple[int, int, Report]] = []
    for number, report in enumerate(reports):
        at = getattr(report.data, "t_us", None)
        while waiting and at is not None and waiting[0][0] <= at:
            yield heapq.heappop(waiting)[-1]
        crossing = report.data
        if not isinstance(crossing, Crossing) or crossing.pit:
            yield report
            continue
        fate = draw.random()
        if crossing.loop == LINE and crossing.lap and fate < MISSED:
            noticed = put_in(report, crossing)
            heapq.heappush(waiting, (crossing.t_us + us(NOTICED_S), number, noticed))
        elif fate < MISSED + LATE:
            heapq.heappush(waiting, (crossing.t_us + us(LATE_S), number, report))
        else:
            yield report
            if fate > 1 - TWICE:
                again = crossing.t_us + us(draw.uniform(*TWICE_AFTER_S))
                data = crossing.model_copy(update={"t_us": again})
                second = Report(report.source, f"{report.id}/again", data)
                heapq.heappush(waiting, (again, number, second))
    while waiting:
        yield heapq.heappop(waiting)[-1]


def put_in(report: Report, crossing: Crossing) -> Report:
    """The correction by which a scorer puts in a passing that was missed."""
    data = Correction(
        t_us=crossing.t_us + us(NOTICED_S),
        op="insert",
        new=Replacement(
            entry=crossing.entry, loop=crossing.loop, t_us=crossing.t_us, lap=crossing.lap
        ),
        basis="manual",
        reason=f"No. {crossing.entry} was not read on lap {crossing.lap}",
    )
    return Report(RACE_CONTROL, f"correction/{report.id}", data)
