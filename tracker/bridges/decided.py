"""What an official result decided that the timing does not show: penalties, lost places.

An official result is the line order changed by decisions. The fewest that explain it are told as
penalties, so that the classification comes out as published and says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.bridges.converted import RACE_CONTROL
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction, Penalty, Replacement, ResultDeclared

TO_REVIEW = 60_000_000
CREDIT = "laps credited"
"""Not a penalty: the result counts other laps than the file has."""
LEAST_TIME_PENALTY = 900_000
"""Stewards deal in whole seconds; less is rounding."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A penalty that the result shows."""

    entry: str
    kind: str
    amount: int | None
    reason: str


def places_lost(timed: Sequence[str], official: Sequence[str]) -> list[Decision]:
    """Cars set back in the official order, by how many places; both orders hold the same cars.

    Places are lost from the back of the order forward, as the classification takes them: a car
    drops behind those that stood behind it and are ahead of it officially. One car set forward
    therefore shows as every car it was put before losing a place.
    """
    target = {entry: place for place, entry in enumerate(official)}
    lost = []
    for place, entry in enumerate(timed):
        places = sum(target[behind] < target[entry] for behind in timed[place + 1 :])
        if places:
            lost.append(Decision(entry, "positions", places, "set back in the official result"))
    return lost


def laps_counted(entry: str, official: int, timed: int) -> list[Decision]:
    """Where the result has other laps than the lap file, the result is right."""
    if official == timed:
        return []
    reason = f"{official} laps in the official result, {timed} in the lap file"
    return [Decision(entry, CREDIT, official - timed, reason)]


def penalties(decisions: Sequence[Decision], t_us: int, first: int = 1) -> Iterator[Report]:
    """Decisions as race control would have told them, a microsecond apart."""
    for number, decision in enumerate(decisions, start=first):
        if decision.kind == CREDIT:
            yield Report(
                RACE_CONTROL,
                f"correction/{number}",
                Correction(
                    t_us=t_us + number,
                    op="lap_credit",
                    new=Replacement(entry=decision.entry, laps=decision.amount),
                    authority="race_control",
                    reason=decision.reason,
                ),
            )
            continue
        yield Report(
            RACE_CONTROL,
            f"penalty/{number}",
            Penalty(
                penalty=number,
                t_us=t_us + number,
                entry=decision.entry,
                kind=decision.kind,  # type: ignore[arg-type]  # one of the table's words
                amount=decision.amount,
                reason=decision.reason,
            ),
        )


def declared(home: int, decisions: Sequence[Decision]) -> Iterator[Report]:
    """A provisional result a minute after the last car is home, what was decided, the official."""
    at = home + TO_REVIEW
    yield Report(
        RACE_CONTROL,
        "result/provisional",
        ResultDeclared(t_us=at, status="provisional", text="provisional classification"),
    )
    yield from penalties(decisions, at)
    yield Report(
        RACE_CONTROL,
        "result/official",
        ResultDeclared(t_us=at + 1_000_000, status="official", text="official classification"),
    )
