"""The small values every payload is made of: names, car numbers, loops and times.

Whatever a stranger may send is bounded here once, so that no payload has to repeat it.
"""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Kinds of character no text holds: control, format, surrogate, private, unassigned."""


def printable(text: str) -> str:
    """Text as it may be shown: normalised, without characters that control rather than say."""
    normal = unicodedata.normalize("NFC", text)
    if not normal.isascii() or not normal.isprintable():
        for character in normal:
            if unicodedata.category(character) in FORBIDDEN_CATEGORIES:
                raise ValueError(f"character U+{ord(character):04X} may not stand in a text")
    return normal


EntryId = Annotated[
    str,
    Field(min_length=1, max_length=32, description="the car's entry, by default its number"),
    AfterValidator(printable),
]
"""What is scored, stable within a race: the car number unless two cars share one. Always text."""

LoopId = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z0-9-]+$")]
"""A timing loop by its short name: `sf` is the start/finish line."""

Name = Annotated[str, Field(max_length=120), AfterValidator(printable)]
"""A name as people write it: a driver, a team, a track."""

Sentence = Annotated[str, Field(max_length=500), AfterValidator(printable)]
"""A remark in plain words."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
"""An identifier that may stand in a topic: lower case letters, digits and hyphens."""

RulebookId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,48}/[a-z0-9-]{1,15}$")]
"""A rulebook by series and season, such as `nascar-cup/2024`."""

Microseconds = Annotated[
    int, Field(ge=-(2**53), le=2**53, description="microseconds of the timing clock")
]
"""A time on the timing clock, or a span of it, in whole microseconds."""

Duration = Annotated[int, Field(ge=0, le=2**53, description="microseconds")]
"""A span of time in whole microseconds, never negative."""

LapNumber = Annotated[int, Field(ge=0, le=100_000, description="number of a lap")]
"""A lap by its number; lap 0 is the time before the green flag."""

Count = Annotated[int, Field(ge=0, le=1_000_000)]
"""A count of things."""


class Part(BaseModel):
    """A part of a payload: frozen, strictly typed; fields it does not know are ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", allow_inf_nan=False)


class Payload(Part):
    """What an event says; the journal keeps the packet whole, fields unknown here included."""
