"""Stages: parts of a race that are scored by themselves, at the line or as frozen.

The last stage is the race, and has the race's result.
"""

from dataclasses import dataclass

from tracker.racing.countback import as_if_checkered
from tracker.racing.events import StagePlan
from tracker.racing.race import Race
from tracker.racing.vocabulary import EntryId


@dataclass(frozen=True, slots=True)
class StageResult:
    """How a stage ended."""

    number: int
    end_lap: int
    order: tuple[EntryId, ...]
    """Without disqualified cars: those behind them have moved up."""
    home: tuple[EntryId, ...]
    """Those of them that have ended the stage so far; the others are as they were last seen."""
    basis: str
    """`line`, or what a frozen order rests on: `loops`, `sf_only`."""

    @property
    def winner(self) -> EntryId | None:
        """The first car that was not disqualified."""
        return self.order[0] if self.order else None

    @property
    def under_caution(self) -> bool:
        """Whether the yellow was out when it ended."""
        return self.basis != "line"


def stage_result(race: Race, plan: StagePlan) -> StageResult | None:
    """The result of a stage; None while it is under way.

    Rulebook: the order in which its last lap is completed, every car's stage ending with its
    first crossing from the winner's on. Under yellow the frozen order stands. Penalties for the
    race change no stage, but a disqualification takes the car out of it.
    """
    if not 0 < plan.end_lap <= race.laps_completed:
        return None
    out = {
        penalty.entry
        for penalty in race.penalties.values()
        if penalty.kind == "dsq" and penalty.status in ("applied", "served")
    }
    held = race.stages_frozen.get(plan.end_lap)
    if held is not None:
        order = tuple(entry for entry in held.order if entry not in out)
        return StageResult(plan.number, plan.end_lap, order, order, held.basis)
    stood = as_if_checkered(race, plan.end_lap)
    order = tuple(
        sorted(
            (entry for entry in stood if entry not in out),
            key=lambda entry: (
                stood[entry].at is None, -stood[entry].laps, stood[entry].at or 0, entry,
            ),
        )
    )  # fmt: skip
    home = tuple(entry for entry in order if stood[entry].finished)
    return StageResult(plan.number, plan.end_lap, order, home, "line")


def stage_results(race: Race) -> list[StageResult]:
    """The stages that have ended, except the last where it is the race."""
    return [
        result
        for plan in race.stages
        if race.scheduled_laps is None or plan.end_lap < race.scheduled_laps
        if (result := stage_result(race, plan)) is not None
    ]
