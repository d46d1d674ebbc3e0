"""What facts add up to: points for and against each car, and which side it falls on.

In a family only the largest claim counts in full, the rest half: one misfortune is not counted
three times.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.racing.rulebook import Rulebook
from tracker.racing.vocabulary import EntryId
from tracker.verdicts.facts import Fact
from tracker.verdicts.rates import Rates, bits
from tracker.verdicts.rules import BAD, BY_ID, GOOD, PROFILE, PROFILE_CAP, applies

AT_LEAST, CLEAR_BY = 15.0, 4.0
"""Points that make a verdict, and by how many one side must outweigh the other."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact under a rule, with its points."""

    rule: str
    points: float
    counted: float
    """What it counts for, beside the others of its family."""
    fact: Fact


@dataclass(frozen=True, slots=True)
class Case:
    """What there is for and against one car."""

    entry: EntryId
    good: tuple[Claim, ...]
    bad: tuple[Claim, ...]
    side: str | None
    heartbroken: bool = False
    """So near that it hurts: how good the day was does not count for it, it is what hurts."""

    @property
    def for_it(self) -> float:
        """Points for."""
        return 0.0 if self.heartbroken else sum(claim.counted for claim in self.good)

    @property
    def against(self) -> float:
        """Points against."""
        return sum(claim.counted for claim in self.bad)

    def score(self, side: str) -> float:
        """How much of a winner, or of a loser, it was."""
        return self.for_it - self.against if side == GOOD else self.against - self.for_it

    def claims(self, side: str) -> tuple[Claim, ...]:
        """The claims of a side, largest first."""
        return self.good if side == GOOD else self.bad


def points_of_claim(
    fact: Fact, tier: str, rates: Rates, weights: Mapping[str, float] | None = None
) -> float:
    """Surprise x weight x stake, at most the rule's cap."""
    rule = BY_ID[fact.kind]
    if fact.share is not None:
        share = fact.share
    elif rule.among_all:
        share = rates.share_of_all(rule.rate or rule.id, fact.strength)
    else:
        share = rates.share(rule.rate or rule.id, tier, fact.strength)
    weight = weights.get(rule.id, rule.weight) if weights else rule.weight
    return min(rule.cap, bits(share) * weight * fact.stake)


def case_of(
    entry: EntryId,
    facts: Iterable[Fact],
    tier: str,
    rates: Rates,
    book: Rulebook,
    weights: Mapping[str, float] | None = None,
) -> Case:
    """The claims about a car, weighed."""
    facts = list(facts)
    sides: dict[str, list[tuple[float, Fact]]] = {GOOD: [], BAD: []}
    for fact in facts:
        rule = BY_ID.get(fact.kind)
        if rule is not None and applies(rule, book):
            points = points_of_claim(fact, tier, rates, weights)
            sides[rule.side].append((points, fact))
    profile = next((fact for fact in facts if fact.kind == "profile"), None)
    good, bad = (weighed(sides[side], profile) for side in (GOOD, BAD))
    won = any(claim.rule == "win" for claim in good)
    heartbroken = any(BY_ID[claim.rule].heartbreak for claim in bad if claim.rule in BY_ID)
    net = sum(c.counted for c in good) - sum(c.counted for c in bad)
    side = None
    if won:
        side = GOOD
    elif heartbroken or (net <= -CLEAR_BY and enough(bad)):
        side = BAD
    elif net >= CLEAR_BY and enough(good):
        side = GOOD
    return Case(entry, good, bad, side, heartbroken and not won)


def enough(claims: tuple[Claim, ...]) -> bool:
    """Whether there is enough for a verdict."""
    return sum(claim.counted for claim in claims) >= AT_LEAST


def weighed(found: list[tuple[float, Fact]], profile: Fact | None) -> tuple[Claim, ...]:
    """Claims with what they count for, largest first; a champion's name adds to what there is."""
    found = sorted(found, key=lambda item: (-item[0], item[1].kind))
    families: set[str] = set()
    claims = []
    for points, fact in found:
        family = BY_ID[fact.kind].family
        share = 0.5 if family in families else 1.0
        families.add(family)
        claims.append(Claim(fact.kind, round(points, 1), round(points * share, 1), fact))
    if profile is not None and claims and claims[0].points >= 5:
        points = min(PROFILE_CAP, PROFILE * profile.strength)
        claims.append(Claim("profile", points, points, profile))
    return tuple(sorted(claims, key=lambda claim: (-claim.counted, -claim.points, claim.rule)))
