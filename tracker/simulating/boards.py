"""What many viewers hold, compared: at each version, one and the same board.

A board is known by its fingerprint, which is made part by part: a row that stayed the same is not
read again, so that five hundred viewers cost what has changed.
"""

import json
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b

from tracker.live.picture import Fields, Picture

Version = tuple[str, str, int]
"""A version of a board by race, epoch and number."""

MOST_VERSIONS = 20_000
"""Versions that are compared at once: twenty seconds of two hundred busy races. Whoever comes to
an older one is not compared any more, which is counted."""

LOOK_EVERY_S = 1.0
"""How often a race's board is compared. Values are absolute, so a board that went wrong stays so
until that very field changes again; and five hundred viewers who read all of theirs five times a
second would measure nothing but themselves."""

SLOWEST_MS = 60_000
"""Delays are counted by the millisecond up to a minute; what is slower counts as a minute."""


def fingerprint(value: object) -> bytes:
    """Of any plain value, the same however its keys are ordered."""
    said = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Hand:
    """The fingerprint of what one viewer holds, kept up as it changes."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, bytes]] = {}

    def fingerprint(self, picture: Picture) -> bytes:
        """Of the whole picture; only parts that are new objects are read."""
        known: dict[str, tuple[object, bytes]] = {}
        whole = blake2b(digest_size=16)
        for name, part in parts(picture):
            before = self._known.get(name)
            if before is None or before[0] is not part:
                before = (part, fingerprint(part))
            known[name] = before
            whole.update(name.encode())
            whole.update(before[1])
        self._known = known
        return whole.digest()


def parts(picture: Picture) -> list[tuple[str, Fields | None]]:
    """A picture's parts by name, in an order of their own."""
    rows = [(f"row {entry}", picture.rows[entry]) for entry in sorted(picture.rows)]
    incidents = [(f"incident {n}", picture.incidents[n]) for n in sorted(picture.incidents)]
    return [
        ("state", picture.state),
        *rows,
        *incidents,
        ("results", picture.results),
        ("verdicts", picture.verdicts),
    ]


@dataclass(slots=True)
class Held:
    """One version, and what its viewers held."""

    at: float
    """When the first viewer held it, in seconds of our clock."""
    looked_at: bool
    """Whether its boards are compared."""
    first: bytes | None = None
    viewers: int = 1
    differing: int = 0


@dataclass(slots=True)
class Boards:
    """Everything that was held."""

    versions: OrderedDict[Version, Held] = field(default_factory=OrderedDict)
    looked_at: dict[str, float] = field(default_factory=dict)
    """When the board of each race was last compared."""
    compared: int = 0
    """How often two viewers held the same version, and it was looked whether they agree."""
    differ: list[Version] = field(default_factory=list)
    """Versions at which they did not; a hundred of them at most."""
    differences: int = 0
    shared: int = 0
    """Versions that two viewers or more held."""
    forgotten: int = 0
    """Versions that are not compared any more."""
    delays: Counter[int] = field(default_factory=Counter)
    """Milliseconds after the first viewer that held the same version, and how often; the first
    is the reference and does not count itself."""

    def hold(self, version: Version, now: float, *, told: bool) -> bool:
        """A viewer holds a version; the answer is whether its board is to be compared.

        `told` as everybody was told it, and not as a late answer.
        """
        held = self.versions.get(version)
        if held is None:
            look = now - self.looked_at.get(version[0], -LOOK_EVERY_S) >= LOOK_EVERY_S
            if look:
                self.looked_at[version[0]] = now
            self.versions[version] = Held(now, look)
            if len(self.versions) > MOST_VERSIONS:
                self.versions.popitem(last=False)
                self.forgotten += 1
            return look
        held.viewers += 1
        self.shared += held.viewers == 2
        if told:
            self.delays[min(SLOWEST_MS, round(1_000 * max(0.0, now - held.at)))] += 1
        return held.looked_at

    def compare(self, version: Version, board: bytes) -> None:
        """Compare a viewer's board with the first that was held at the same version."""
        held = self.versions.get(version)
        if held is None:
            return
        if held.first is None:
            held.first = board
            return
        self.compared += 1
        if board != held.first:
            held.differing += 1
            self.differences += 1
            if held.differing == 1 and len(self.differ) < 100:
                self.differ.append(version)

    def percentile(self, share: float) -> int | None:
        """The delay in milliseconds that so large a share of deliveries did not exceed."""
        wanted = share * self.delays.total()
        reached = 0
        for delay in sorted(self.delays):
            reached += self.delays[delay]
            if reached >= wanted:
                return delay
        return None
