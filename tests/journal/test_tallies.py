"""How far each source has been heard without a hole."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.journal import Numbering, Watermark
from tracker.journal.tallies import EPOCHS_KEPT, Tallies, Tally


@given(st.lists(st.sets(st.integers(1, 40), max_size=10), max_size=10))
def test_reached_is_the_first_hole(bursts: list[set[int]]) -> None:
    """However the numbers come, the answer is that of counting on one's fingers."""
    tally, heard = Tally(), set[int]()
    for burst in bursts:
        heard |= burst
        naive = next(number for number in range(100) if number + 1 not in heard)
        assert tally.after(burst) == naive
        tally.hear(burst)
        assert tally.reached == naive


def test_a_new_epoch_counts_from_one() -> None:
    """A producer that lost its outbox begins again, and the old epoch is not mixed in."""
    tallies = Tallies()
    tallies.hear([Numbering("r", "s", "old", number) for number in (1, 2, 3)])
    tallies.hear([Numbering("r", "s", "new", 1)])
    assert tallies.current("r", "s") == Watermark("r", "s", "new", 1)
    tallies.hear([Numbering("r", "s", "old", 4)])
    assert tallies.current("r", "s") == Watermark("r", "s", "old", 4)


def test_what_is_not_numbered_leaves_no_trace() -> None:
    tallies = Tallies()
    tallies.hear([Numbering("r", "s", "", 0)])
    assert tallies.after([Numbering("r", "s", "", 0)]) == []
    assert tallies.current("r", "s") is None


def test_epochs_without_end_do_not_fill_the_memory() -> None:
    tallies = Tallies()
    forgotten = []
    for number in range(20):
        forgotten += tallies.hear([Numbering("r", "s", f"e{number}", 1)])
    assert [watermark.epoch for watermark in forgotten] == [
        f"e{number}" for number in range(20 - EPOCHS_KEPT)
    ]
