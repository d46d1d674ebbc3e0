"""What changed between two states, in the three words that Timing71's replays use.

`["change", path, [old, new]]`, `["add", path, [[key, value], …]]`, `["remove", path, …]`; a path is
its keys joined by dots where all are text, else the list of them. Lists that grow shorter cannot be
told so: their readers leave holes. Then there are no changes to tell, and a whole state is due.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Change = list[Any]
Key = str | int


class Shorter(Exception):
    """A list grew shorter, so only the whole state tells what is now."""


def changes(before: object, after: object, path: Sequence[Key] = ()) -> Iterator[Change]:
    """What makes the one state the other; raises `Shorter` where only the whole does."""
    if isinstance(before, list) and isinstance(after, list):
        if len(after) < len(before):
            raise Shorter
        for place, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from changes(old, new, (*path, place))
        if len(after) > len(before):
            added = [[place, after[place]] for place in range(len(before), len(after))]
            yield ["add", told(path), added]
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in before:
            if key in after:
                yield from changes(before[key], after[key], (*path, key))
        added = [[key, value] for key, value in after.items() if key not in before]
        removed = [[key, value] for key, value in before.items() if key not in after]
        if added:
            yield ["add", told(path), added]
        if removed:
            yield ["remove", told(path), removed]
    elif type(before) is not type(after) or before != after:
        yield ["change", told(path), [before, after]]


def told(path: Sequence[Key]) -> str | list[Key]:
    """A path as a reader expects it."""
    texts = [key for key in path if isinstance(key, str) and "." not in key]
    return ".".join(texts) if len(texts) == len(path) else list(path)
