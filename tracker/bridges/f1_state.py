"""Formula 1 live timing as state: topics, and patches that are merged into them.

A topic first comes whole, then in patches: nested objects, of which only what changed is told.
A list is patched by an object whose keys are places in it, as text. Some topics are packed
(`CarData.z`): base64 around raw deflate.
"""

import base64
import binascii
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tracker.bridges.files import microseconds, whole

DEEPEST = 24
"""Levels of nesting in a message, at most; the deepest topic known has eight."""
LONGEST_LIST = 20_000
"""Places in a list and keys of an object, at most: more than any race had messages or laps."""
MOST_REASONS, LONGEST_REASON = 100, 80
"""A stranger's words in a reason are cut short, and so are the reasons."""
LARGEST_PACKED = 8 * 1024 * 1024
"""Bytes of a packed message once unpacked, at most; car data of a field is some kilobytes."""


class Reasons(Counter[str]):
    """Why something was not read, and how often; bounded, whatever a stranger says."""

    def note(self, reason: str) -> None:
        """Once more."""
        reason = reason[:LONGEST_REASON]
        known = reason in self or len(self) < MOST_REASONS
        self["other reasons" if not known else reason] += 1


def topic_of(name: str) -> tuple[str, bool]:
    """A topic under its usual name, and whether it comes packed.

    Some years tell the same under another name: `TimingDataF1` is `TimingData`.
    """
    packed = name.endswith(".z")
    return name.removesuffix(".z").removesuffix("F1"), packed


def unpacked(text: str) -> Any:
    """What a packed message says; raises `ValueError` where it is not one, or far too large."""
    try:
        raw = base64.b64decode(text, validate=True)
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        told = inflate.decompress(raw, LARGEST_PACKED)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(f"not base64 around raw deflate: {error}") from None
    if inflate.unconsumed_tail:
        raise ValueError(f"more than {LARGEST_PACKED >> 20} MiB unpacked")
    try:
        return json.loads(told)
    except RecursionError as error:
        raise ValueError(f"nested too deeply: {error}") from None


def merged(state: Any, patch: Any, depth: int = 0) -> Any:
    """The state with a patch put into it; the state given may be changed on the way.

    Raises `ValueError` where a patch is nested too deeply or names a place no list has.
    """
    if depth > DEEPEST:
        raise ValueError(f"nested more than {DEEPEST} levels deep")
    if not isinstance(patch, dict):
        return patch
    if isinstance(state, list):
        for key, value in patch.items():
            place = place_of(key)
            if place is None:
                continue
            state.extend([None] * (place + 1 - len(state)))
            state[place] = merged(state[place], value, depth + 1)
        return state
    kept: dict[str, Any] = state if isinstance(state, dict) else {}
    for key, value in patch.items():
        if key == "_deleted" and isinstance(value, list):
            for gone in value:
                kept.pop(str(gone), None)
        else:
            if key not in kept and len(kept) >= LONGEST_LIST:
                raise ValueError(f"more than {LONGEST_LIST} keys in an object")
            kept[key] = merged(kept.get(key), value, depth + 1)
    return kept


def place_of(key: str) -> int | None:
    """The place in a list that a key names; None where it names none, as `_kf` does."""
    if not key.isdecimal():
        return None
    place = int(key) if len(key) <= 6 else LONGEST_LIST
    if place >= LONGEST_LIST:
        raise ValueError(f"no list is {key[:12]} places long")
    return place


def part(value: Any, *keys: str) -> Any:
    """What stands under these keys; None where anything on the way is not an object."""
    for key in keys:
        if isinstance(value, list):
            place = place_of(key)
            value = value[place] if place is not None and place < len(value) else None
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value


def items(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a list with their places, whether it came as a list or as a patch of one."""
    if isinstance(value, list):
        yield from ((place, item) for place, item in enumerate(value) if isinstance(item, dict))
    elif isinstance(value, dict):
        for key, item in value.items():
            place = place_of(key)
            if place is not None and isinstance(item, dict):
                yield place, item


def cars(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects that stand under a car's number."""
    if isinstance(value, dict):
        for number, item in value.items():
            if (
                isinstance(item, dict)
                and len(number) <= 32
                and number.isascii()
                and number.isalnum()
            ):
                yield number, item


def text(value: Any) -> str:
    """A text, or nothing."""
    return value if isinstance(value, str) else ""


def gap_us(told: Any) -> int | None:
    """A gap in time, `+1.852`, in microseconds; None where it is laps, or the leader's lap."""
    if not isinstance(told, str) or not told.startswith("+"):
        return None
    return microseconds(told[1:])


def leaders_lap(told: Any) -> int | None:
    """The lap that the leader is on, where his gap tells it instead: `LAP 54`."""
    return whole(told[4:]) if isinstance(told, str) and told.startswith("LAP ") else None
