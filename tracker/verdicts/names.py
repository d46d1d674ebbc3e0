"""Whose result is whose: drivers and tracks under one name, however a file spells them."""

import re
import unicodedata
from functools import lru_cache

SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
"""Father and son are two drivers."""

STROKES = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ß": "ss", "æ": "ae"})
"""Letters that do not come apart into a letter and an accent."""

TRACK_WORDS = {"international", "motor", "speedway", "superspeedway", "raceway"}


def plain(text: str) -> str:
    """Lower-case letters and digits without accents, parted by single blanks."""
    parts = unicodedata.normalize("NFKD", text.translate(STROKES))
    letters = "".join(c for c in parts if not unicodedata.combining(c)).lower()
    return " ".join(re.sub(r"[^a-z0-9 ]", "", re.sub(r"[-_/]", " ", letters)).split())


@lru_cache(maxsize=4096)
def driver_key(name: str) -> str:
    """A driver's name for comparison: first and last name, and Jr where there is one.

    `Martin Truex Jr.` is `Martin Truex Jr`; marks such as (i) and # are no part of a name;
    middle names come and go, so they are left out.
    """
    words = plain(re.sub(r"\([^)]*\)|[#*]", " ", name)).split()
    while len(words) > 2 and len(words[0]) == 1 and len(words[1]) == 1:
        words[:2] = [words[0] + words[1]]  # A. J. is AJ
    suffix = words[-1:] if len(words) > 2 and words[-1] in SUFFIXES else []
    words = words[: len(words) - len(suffix)]
    return " ".join([*(words if len(words) < 3 else [words[0], words[-1]]), *suffix])


def track_name(track: str) -> str:
    """A track as people say it: `Kansas`, not `Kansas Speedway`."""
    words = [word for word in track.split() if word.lower() not in TRACK_WORDS]
    return " ".join(words).title() if track.isupper() else " ".join(words) or track


@lru_cache(maxsize=512)
def track_key(track: str) -> str:
    """A track's name for comparison."""
    return plain(track_name(track))
