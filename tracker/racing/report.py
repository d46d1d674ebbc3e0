"""A race summed up in plain values, for those who want it whole: `tracker score --json`."""

from typing import Any

from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.statistics import laps_led, lead_changes


def report(race: Race) -> dict[str, Any]:
    """The race as JSON-ready values; times in microseconds, cars by entry."""
    announced = race.announced
    return {
        "race": {
            "name": announced.name if announced else None,
            "series": announced.series if announced else None,
            "season": announced.season if announced else None,
            "date": announced.date if announced else None,
            "track": announced.track if announced else None,
            "rulebook": race.rulebook.id,
            "scheduled_laps": race.scheduled_laps,
            "laps_completed": race.laps_completed,
            "phase": race.phase.value,
        },
        "order_by_lap": order_by_lap(race),
        "classification": [
            {
                "position": line.position,
                "entry": line.car.entry,
                "driver": line.car.driver,
                "laps": line.laps,
                "status": status_in_words(race, line.outcome.value, line.car.retired),
                "time_us": line.time,
            }
            for line in classification(race)
        ],
        "laps_led": dict(sorted(laps_led(race).items(), key=lambda led: (-led[1], led[0]))),
        "lead_changes": lead_changes(race),
        "cautions": [
            {
                "first_lap": caution.first_lap,
                "last_lap": caution.last_lap,
                "reasons": list(caution.reasons),
                "beneficiary": caution.beneficiary,
            }
            for caution in race.cautions
        ],
        "revisions": [
            {
                "rev": published.rev,
                "status": published.status.value,
                "winner": published.winner,
                "margin_us": published.margin,
                "laps_led": dict(published.laps_led),
                "lead_changes": published.lead_changes,
                "cause": published.cause,
                "under_review": list(published.review),
                "decided_by": published.decided_by,
            }
            for published in race.publications
        ],
        "anomalies": [
            {"kind": odd.kind, "t_us": odd.at, "entry": odd.entry, "text": odd.text}
            for odd in race.anomalies
        ],
    }


def status_in_words(race: Race, outcome: str, retired: object) -> str:
    """How a car's race came out, with the officials' word for why where there is one."""
    text = getattr(retired, "text", None)
    return text if outcome == "dnf" and text else outcome


def order_by_lap(race: Race) -> dict[str, list[str]]:
    """For each lap, the cars that completed it, in order; laps driven after the finish included."""
    after: dict[int, list[tuple[int, str]]] = {}
    for car in race.cars.values():
        for extra, at in enumerate(car.laps_after_finish):
            after.setdefault(len(car.crossings) + extra, []).append((at, car.entry))
    orders: dict[str, list[str]] = {}
    for lap in range(1, max(len(race.lap_orders), max(after, default=0) + 1)):
        scored = race.lap_orders[lap] if lap < len(race.lap_orders) else []
        orders[str(lap)] = [*scored, *(entry for _, entry in sorted(after.get(lap, ())))]
    return orders
