"""Rulebooks as data: what a series decides differently, by season.

What a rulebook can say is in `rulebooks.rules`; what each says is in `rulebooks`, a module for
each series. A value whose source could not be confirmed is marked there as not verified.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from tracker.racing.rulebooks import clubs, f1, indycar, nascar_cup, sports_cars
from tracker.racing.rulebooks.clubs import CLUB
from tracker.racing.rulebooks.rules import Rulebook

__all__ = ["CLUB", "RULEBOOKS", "Rulebook", "rulebook"]

BOOKS = (
    *clubs.BOOKS,
    *nascar_cup.BOOKS,
    *f1.BOOKS,
    *indycar.BOOKS,
    *sports_cars.BOOKS,
)

RULEBOOKS: Mapping[str, Rulebook] = MappingProxyType({book.id: book for book in BOOKS})


def rulebook(id: str) -> Rulebook:
    """The rulebook of that name; its series' book for any season; else the club's.

    One that stands in for another carries the asked name.
    """
    known = RULEBOOKS.get(id)
    if known is not None:
        return known
    series, _, _ = id.partition("/")
    return replace(RULEBOOKS.get(f"{series}/any", CLUB), id=id)
