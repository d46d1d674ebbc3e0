"""What a viewer holds of a race, ready to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.live.wire import IncidentShown, ResultsShown, Row, State, VerdictsShown

Fields = dict[str, object]
"""A part of the picture as `model_dump()` of a part of the wire gives it: plain values only."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The board, the incidents, the result and the verdicts, at one moment of the race.

    Values are shared between pictures, never changed: a row that stays the same may be the very
    same dictionary, and comparing it then costs nothing.
    """

    state: Fields
    rows: dict[str, Fields]
    incidents: dict[str, Fields]
    """By number, as text."""
    results: Fields | None
    verdicts: Fields | None = None

    @classmethod
    def drawn(
        cls,
        state: State,
        rows: Mapping[str, Row],
        incidents: Mapping[str, IncidentShown],
        results: ResultsShown | None,
        verdicts: VerdictsShown | None = None,
    ) -> "Picture":
        """The picture that these parts make."""
        return cls(
            state=state.model_dump(),
            rows={entry: row.model_dump() for entry, row in rows.items()},
            incidents={number: told.model_dump() for number, told in incidents.items()},
            results=None if results is None else results.model_dump(),
            verdicts=None if verdicts is None else verdicts.model_dump(),
        )
