"""A race summed up in plain values, for those who want it whole: `tracker score --json`.

Keys are added, never renamed: programs of other people read them. `docs/rulebooks.md` says what
`stages`, `points`, `statistics` and `standings` hold.
"""

from collections.abc import Sequence
from typing import Any

from tracker.racing.classification import classification
from tracker.racing.countback import order_at_red
from tracker.racing.differences import differences
from tracker.racing.free_pass import beneficiary, waved_around
from tracker.racing.playoffs import as_json as playoffs_as_json
from tracker.racing.playoffs import playoffs, settled
from tracker.racing.points import RacePoints, points_of
from tracker.racing.race import CautionPeriod, Publication, Race
from tracker.racing.standings import Season, after, standings
from tracker.racing.standings import as_json as standings_as_json
from tracker.racing.statistics import laps_led, lead_changes
from tracker.racing.stats.summary import statistics
from tracker.racing.vocabulary import EntryId


def report(
    race: Race,
    standings_before: Sequence[Season] | None = None,
    qualifying: Sequence[EntryId] = (),
) -> dict[str, Any]:
    """The race as JSON-ready values; times in microseconds, cars by entry.

    With the standings before it, those after it too.
    """
    points = points_of(race, qualifying)
    told = about_race(race)
    told["stages"] = [
        {"number": stage.number, "end_lap": stage.end_lap, "order": list(stage.order)}
        for stage in points.stages
    ]
    told["laps_given_back"] = [laps_given_back(race, caution) for caution in race.cautions]
    told["points"] = points_as_json(race, points)
    told["statistics"] = statistics(race).as_json()
    if standings_before is not None:
        told["standings"] = standings_told(race, points, standings_before)
    return told


def laps_given_back(race: Race, caution: CautionPeriod) -> dict[str, Any]:
    """Who got a lap back at a caution, and from what the order was taken when it came out."""
    free_pass = beneficiary(race, caution)
    return {
        "caution": caution.number,
        "order_from": caution.frozen.basis,
        "beneficiary": free_pass.entry if free_pass is not None else None,
        "computed": free_pass is not None and free_pass.computed,
        "waved_around": waved_around(race, caution),
    }


def points_as_json(race: Race, points: RacePoints) -> dict[str, Any] | None:
    """What everyone took from the race; None where the rulebook has no points."""
    if not race.rulebook.points.table:
        return None
    return {
        "rulebook": points.rulebook,
        "status": points.status.value if points.status is not None else None,
        "missing": list(points.missing),
        "unverified": [value for value in race.rulebook.unverified if value.startswith("points.")],
        "scores": [
            {
                "entry": score.entry,
                "position": score.position,
                "eligible": score.eligible,
                "race": score.race,
                "stages": {str(stage.number): stage.points for stage in score.stages},
                "bonuses": dict(score.bonuses),
                "playoff": score.playoff,
                "total": score.total,
            }
            for score in points.scores
        ],
    }


def standings_told(race: Race, points: RacePoints, before: Sequence[Season]) -> dict[str, Any]:
    """The standings before and after the race, the playoff places, and what the race settled."""
    rules = race.rulebook.season
    tables = [standings(rules, before), standings(rules, after(before, points))]
    then, now = (playoffs(rules, table) for table in tables)
    told: dict[str, Any] = {
        "before": standings_as_json(tables[0]),
        "after": standings_as_json(tables[1]),
        "playoffs": None,
    }
    if then is not None and now is not None:
        told["playoffs"] = {
            "before": playoffs_as_json(then),
            "after": playoffs_as_json(now),
            "settled": [{"kind": one.kind, "driver": one.driver} for one in settled(then, now)],
        }
    return told


def about_race(race: Race) -> dict[str, Any]:
    """The race, its classification, its cautions, and its results as they were published."""
    announced = race.announced
    at_red = order_at_red(race)
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
            "ended_because": race.ended_because,
            "order_at_red": list(at_red.order) if at_red is not None else None,
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
                "tied": line.tied,
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
                "changed": [
                    {"entry": one.entry, "from": one.before, "to": one.after, "cause": one.cause}
                    for one in (differences(before, published) if before is not None else ())
                ],
                "withdrawn": published.withdrawn.cause if published.withdrawn is not None else None,
            }
            for before, published in zip(
                before_each(race.publications), race.publications, strict=True
            )
        ],
        "anomalies": [
            *(
                {"kind": odd.kind, "t_us": odd.at, "entry": odd.entry, "text": odd.text}
                for odd in race.anomalies
            ),
            *(
                {
                    "kind": "far_ahead",
                    "t_us": item.at,
                    "entry": getattr(item.event, "entry", None),
                    "text": f"{item.source} is hours ahead of the race: not scored",
                }
                for item in race.far_ahead
            ),
        ],
    }


def before_each(publications: Sequence[Publication]) -> list[Publication | None]:
    """The result before each; none before the first, nor before the first after a withdrawal."""
    return [
        before if before is not None and before.withdrawn == published.withdrawn else None
        for before, published in zip((None, *publications), publications, strict=False)
    ]


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
