"""The judges' desk of one race: verdicts as it is run, and again with every published result.

Verdicts on a result are a function of the race and its history, so they are the same after a
restart; while the race is run they are those of the lap at which they were asked. What an earlier
result was judged to mean, and no longer does, is found by folding the race up to that
publication; each publication is judged once.
"""

from collections.abc import Callable
from typing import Any

from tracker.racing.desk import ScoringDesk
from tracker.racing.race import Publication, Race
from tracker.verdicts.consequences import consequences
from tracker.verdicts.judge import Verdict, Verdicts, judge
from tracker.verdicts.past import Past

FORMING_FROM = 0.25
"""Share of the distance after which it makes sense to ask what would be, if it ended now."""

FORMING_STEPS = 60
"""How often they are asked in a race, at most: every fifth lap of 267. They cost 15 ms."""

Fields = dict[str, Any]


def consequences_of(race: Race) -> dict[int, tuple[str, list[str]]]:
    """What came of every incident, in one sentence each, with what proves it.

    That the incident itself proves something goes without saying.
    """
    return {
        number: (
            told.text,
            list(
                dict.fromkeys(
                    str(proof)
                    for fact in told.facts
                    for proof in fact.evidence
                    if proof.ref != f"incident/{number}"
                )
            ),
        )
        for number, told in consequences(race).items()
        if told.text
    }


class JudgesDesk:
    """Keeps one race judged."""

    def __init__(self) -> None:
        self.shown: Fields | None = None
        self._asked_at: object = None
        self._judged: dict[Publication, Verdicts] = {}

    def look(self, desk: ScoringDesk, past: Callable[[], Past | None]) -> Fields | None:
        """The verdicts as they are now, JSON-ready; None while it is too early for any."""
        race = desk.race
        now = moment(race)
        if now is None:
            self.shown = None
        elif now != self._asked_at:
            known = past()
            verdicts = judge(race, known)
            earlier = self.earlier(desk, known)
            self.shown = as_shown(verdicts, gone(earlier, verdicts))
        self._asked_at = now
        return self.shown

    def earlier(self, desk: ScoringDesk, past: Past | None) -> list[Verdicts]:
        """The verdicts on every result published before the present one."""
        found = []
        self._judged = {
            publication: told
            for publication, told in self._judged.items()
            if publication in desk.race.publications
        }
        standing = desk.race.results[-1:]
        for publication in desk.race.publications:
            if publication.review or publication in standing:
                continue  # nobody was judged, or it is what is judged now
            if publication not in self._judged:
                then = desk.as_published(publication)
                self._judged[publication] = judge(then, past)
            found.append(self._judged[publication])
        return found


def moment(race: Race) -> object:
    """What verdicts depend on, coarsely while the race is run; None while there are none."""
    if race.finished_at is not None:
        return (
            race.publications[-1] if race.publications else None,
            race.declared,
            tuple(race.penalties.values()),
            tuple(race.incidents.values()),
            len(race.reviews),
            tuple(
                (car.driver, car.team, car.retired, car.finished_at) for car in race.cars.values()
            ),
        )
    distance = race.finish_lap or race.scheduled_laps
    if distance is None or race.laps_completed < distance * FORMING_FROM:
        return None
    return ("forming", race.laps_completed // max(1, distance // FORMING_STEPS))


def gone(earlier: list[Verdicts], now: Verdicts) -> list[Verdict]:
    """Verdicts that were published and no longer are, the latest wording of each."""
    present = {(verdict.side, verdict.entry) for verdict in now.verdicts}
    said = {(verdict.side, verdict.entry): verdict for told in earlier for verdict in told.verdicts}
    return [verdict for key, verdict in said.items() if key not in present]


def as_shown(verdicts: Verdicts, withdrawn: list[Verdict]) -> Fields:
    """Verdicts in the shapes of the wire."""
    return {
        "status": verdicts.status,
        "rev": verdicts.rev,
        "cause": verdicts.cause,
        "verdicts": [verdict_shown(verdict) for verdict in verdicts.verdicts],
        "withdrawn": [verdict_shown(verdict) for verdict in withdrawn],
        "also_considered": [
            {
                "side": verdict.side,
                "entry": verdict.entry,
                "driver": verdict.driver,
                "score": round(verdict.score),
            }
            for verdict in verdicts.also_considered
        ],
        "skipped": [{"rule": skip.rule, "missing": skip.missing} for skip in verdicts.skipped],
    }


def verdict_shown(verdict: Verdict) -> Fields:
    """One verdict in the shape of the wire."""
    return {
        "side": verdict.side,
        "entry": verdict.entry,
        "driver": verdict.driver,
        "headline": verdict.headline,
        "text": verdict.text,
        "reasons": [
            {"rule": reason.rule, "text": reason.text, "evidence": list(reason.evidence)}
            for reason in verdict.reasons
        ],
        "score": round(verdict.score),
    }
