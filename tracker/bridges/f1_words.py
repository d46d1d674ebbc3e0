"""What Formula 1's race control says, in sentences: incidents, investigations and penalties.

Sentences are written by people to a pattern. What fits none is no event of a race (DRS, weather)
and is counted. Cars stand as `CAR 4 (NOR)`: the number is read whole, so 4 is never 44.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

SECOND = 1_000_000

CAR = re.compile(r"\bCARS?\s+((?:\d{1,3}\s*\([A-Z0-9]{2,4}\)[\s,&]*(?:AND\s+)?)+)")
NUMBER = re.compile(r"(\d{1,3})\s*\([A-Z0-9]{2,4}\)")
BARE = re.compile(r"\bCAR\s+(\d{1,3})\b")
TIME = re.compile(r"\b(\d{1,3}) SECOND(?:S)? (?:TIME )?PENALTY\b")
STOP_GO = re.compile(r"\b(?:(\d{1,3}) SECOND(?:S)? )?STOP(?:[ /-]| AND )GO PENALTY\b")
PLACE = re.compile(r"(?:(?:\bAT\s+)?\bTURNS?\s+\d+(?:(?:\s*(?:,|AND|TO|-)\s*)\d+)*|\bPIT LANE\b)")
REASON = re.compile(r"\s-\s+(?!.*\s-\s)(.+)$")

PenaltyKind = Literal["time", "drive_through", "stop_go", "dsq", "warning"]
IncidentKind = Literal["stall", "spin", "contact", "debris", "other"]
Phase = Literal["candidate", "confirmed", "updated", "cleared"]

CLEARED = re.compile(
    r"\bNO (?:FURTHER )?(?:INVESTIGATION|ACTION)\b|\bNO FURTHER\b|\bNO INVESTIGATION NECESSARY\b"
)
LOOKED_INTO = re.compile(r"\bUNDER INVESTIGATION\b|\bWILL BE INVESTIGATED\b|\bINVESTIGATED AFTER\b")


@dataclass(frozen=True, slots=True)
class Punished:
    """A penalty was given to a car."""

    cars: tuple[str, ...]
    kind: PenaltyKind
    amount: int | None
    """Microseconds, for a penalty in time."""
    served: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Happened:
    """Something happened, or is looked into, or is not any more."""

    cars: tuple[str, ...]
    kind: IncidentKind
    phase: Phase
    place: str


def cars_named(sentence: str) -> tuple[str, ...]:
    """The numbers of the cars a sentence is about, in its order, each once."""
    found = [number for told in CAR.findall(sentence) for number in NUMBER.findall(told)]
    found += BARE.findall(sentence) if not found else []
    return tuple(dict.fromkeys(found))


def place_named(sentence: str) -> str:
    """Where on the track, as the sentence has it: `turn 2`; nothing where it does not say."""
    found = PLACE.search(sentence)
    return found.group().removeprefix("AT ").strip().lower() if found else ""


def reason_named(sentence: str) -> str:
    """Why, as the sentence has it after its last dash."""
    found = REASON.search(sentence)
    return found.group(1).strip().lower() if found else ""


def read(said: str, about: Sequence[str] = ()) -> Punished | Happened | None:
    """What a message says; `about` are cars the message itself names beside its sentence."""
    sentence = " ".join(said.upper().split())
    cars = cars_named(sentence) or tuple(about)
    punished = penalty(sentence, cars) if cars else None
    if punished is not None:
        return punished
    kind = kind_of(sentence)
    if kind is None or (not cars and "INCIDENT" not in sentence):
        return None
    phase: Phase = "confirmed"
    if CLEARED.search(sentence):
        phase = "cleared"
    elif LOOKED_INTO.search(sentence):
        phase = "updated"
    elif "NOTED" in sentence:
        phase = "candidate"
    return Happened(cars, kind, phase, place_named(sentence))


def kind_of(sentence: str) -> IncidentKind | None:
    """What kind of incident a sentence tells of; None where it tells of none."""
    if "SPUN" in sentence or "SPIN " in sentence:
        return "spin"
    if "COLLISION" in sentence and "INCIDENT" in sentence:
        return "contact"
    if "STOPPED" in sentence:
        return "stall"
    return "other" if "INCIDENT" in sentence else None


def penalty(sentence: str, cars: tuple[str, ...]) -> Punished | None:
    """A penalty of this race. Places lost on the next grid are none."""
    served = "PENALTY SERVED" in sentence
    reason = reason_named(sentence.replace("PENALTY SERVED - ", ""))
    kind: PenaltyKind
    amount: int | None = None
    stopped = STOP_GO.search(sentence)
    timed = TIME.search(sentence)
    if stopped is not None:
        kind = "stop_go"
        amount = int(stopped.group(1)) * SECOND if stopped.group(1) else None
    elif timed is not None:
        kind, amount = "time", int(timed.group(1)) * SECOND
    elif re.search(r"\bDRIVE[ -]THROUGH PENALTY\b", sentence):
        kind = "drive_through"
    elif re.search(r"\bDISQUALIFIED\b|\bBLACK FLAG FOR\b", sentence):
        kind = "dsq"
    elif re.search(r"\bREPRIMAND\b|\bWARNING FOR\b|\bBLACK AND WHITE FLAG FOR\b", sentence):
        kind = "warning"
    else:
        return None
    return Punished(cars, kind, amount, served, reason)
