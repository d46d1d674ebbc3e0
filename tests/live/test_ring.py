"""The ring answers with everything or with "reset"."""

from itertools import pairwise

from tracker.live.changes import Change
from tracker.live.ring import RESET, Ring


def laps(ring: Ring, *versions: int) -> None:
    """Changes of the lap, one after another."""
    for follows, version in pairwise(versions):
        ring.append(follows, version, Change(state={"lap": version}))


def test_what_was_missed_comes_squashed() -> None:
    ring = Ring()
    laps(ring, 10, 13, 14, 20)
    assert ring.since(10) == Change(state={"lap": 20})
    assert ring.since(14) == Change(state={"lap": 20})


def test_a_version_that_is_no_link_of_the_chain_is_a_reset() -> None:
    """Between two links, before the first, after the last: nobody can know."""
    ring = Ring()
    laps(ring, 10, 13, 14)
    assert [ring.since(version) for version in (9, 11, 14, 15)] == [RESET] * 4


def test_a_full_ring_forgets_the_oldest() -> None:
    ring = Ring(size=2)
    laps(ring, 1, 2, 3, 4)
    assert ring.since(1) is RESET
    assert ring.since(2) == Change(state={"lap": 4})


def test_a_cleared_ring_knows_nothing() -> None:
    ring = Ring()
    laps(ring, 1, 2)
    ring.clear()
    assert ring.since(1) is RESET
