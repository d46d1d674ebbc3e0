"""Proof by machine: every number a sentence says is a number of its evidence."""

import re
from collections.abc import Iterable

from tracker.verdicts.english import CARDINALS, MONTHS, ORDINALS
from tracker.verdicts.judge import Verdict, Verdicts

WORDS = {word: n for n, word in enumerate(CARDINALS) if n} | {
    word: n for n, word in enumerate(ORDINALS) if n
}
DIGITS = re.compile(r"\d+(?:\.\d+)?")


def numbers(text: str, names: Iterable[str] = ()) -> set[float]:
    """The numbers a text says, in figures or in words; those in names do not count."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    found = {float(figure) for figure in DIGITS.findall(text)}
    found |= {float(WORDS[word]) for word in re.findall(r"[a-z]+", text.lower()) if word in WORDS}
    return found


def evidence_numbers(evidence: Iterable[str]) -> set[float]:
    """The numbers that evidence holds; a date's month is one too."""
    return {float(figure) for text in evidence for figure in DIGITS.findall(text)}


def assert_proven(verdicts: Verdicts) -> None:
    """Every verdict has reasons, every reason has evidence, and every number is in it."""
    for verdict in (*verdicts.verdicts, *verdicts.also_considered):
        assert_verdict_proven(verdict)


def assert_verdict_proven(verdict: Verdict) -> None:
    names = [verdict.driver]
    assert verdict.reasons, verdict
    for reason in verdict.reasons:
        assert reason.evidence, reason
        things = [str(it) for it in reason.fact.named.values() if not is_number(str(it))]
        said = numbers(reason.text, [*names, *things])
        if "first time in" in reason.text:
            said.discard(1.0)  # "for the first time in" counts nothing
        held = evidence_numbers(reason.evidence)
        assert said <= held, (reason.text, said - held, reason.evidence)
    whole = evidence_numbers(it for reason in verdict.reasons for it in reason.evidence) | {1.0}
    things = [str(it) for r in verdict.reasons for it in r.fact.named.values()]
    said = numbers(verdict.text, [*names, *(it for it in things if not is_number(it))])
    assert said <= whole, (verdict.text, said - whole)


def is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.-]+", text))


assert len(MONTHS) == 12
