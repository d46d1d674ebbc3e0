"""Proof by machine: every number a sentence says is a number of its evidence.

For any language that writes figures; number words are those of the tables given.
"""

import re
from collections.abc import Iterable, Mapping

from tracker.verdicts.english import CARDINALS, ORDINALS
from tracker.verdicts.judge import Verdict

WORDS: Mapping[str, int] = {
    word: n for words in (CARDINALS, ORDINALS) for n, word in enumerate(words) if n
}
FIGURES = re.compile(r"\d+(?:\.\d+)?")
NOT_COUNTED = ("first time", "a first win", "first shown", "won the first")
"""Where `first` counts nothing: it says that there was none before."""


def numbers(text: str, names: Iterable[str] = ()) -> set[float]:
    """The numbers a text says, in figures or in words; those in names do not count."""
    for name in sorted((*names, *NOT_COUNTED), key=len, reverse=True):
        text = text.replace(name, "")
    found = {float(figure) for figure in FIGURES.findall(text)}
    return found | {
        float(WORDS[word]) for word in re.findall(r"[a-z]+", text.lower()) if word in WORDS
    }


def numbers_of(evidence: Iterable[str]) -> set[float]:
    """The numbers that evidence holds."""
    return {float(figure) for text in evidence for figure in FIGURES.findall(text)}


def unproven(verdict: Verdict) -> list[str]:
    """What a verdict says without showing it: nothing, or it is not fit to print."""
    found = [] if verdict.reasons else [f"{verdict.entry}: no reasons"]
    names = [verdict.name]
    for reason in verdict.reasons:
        things = [str(it) for it in reason.fact.named.values()]
        names += [thing for thing in things if not re.fullmatch(r"[\d.-]+", thing)]
        lacking = numbers(reason.text, names) - numbers_of(reason.evidence)
        if lacking or not reason.evidence:
            found.append(f"{reason.rule}: {reason.text!r} does not show {sorted(lacking)}")
    held = numbers_of(item for reason in verdict.reasons for item in reason.evidence)
    lacking = numbers(f"{verdict.text} {verdict.headline}", names) - held
    if lacking:
        found.append(f"{verdict.text!r} does not show {sorted(lacking)}")
    return found
