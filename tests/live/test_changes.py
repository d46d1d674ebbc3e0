"""Changes between pictures: exact, absolute, and as good squashed as one by one."""

from functools import reduce
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.live.pictures import incident, picture, results
from tracker.live.changes import Change, apply, compare, squash
from tracker.live.picture import Fields, Picture

values = st.one_of(st.none(), st.integers(0, 3), st.lists(st.integers(0, 1), max_size=1))
entries = st.sampled_from(["5", "05", "9", "24"])
numbers = st.sampled_from(["1", "2", "3"])
whole: st.SearchStrategy[Fields] = st.fixed_dictionaries({"position": values, "interval": values})
part: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {}, optional={"position": values, "interval": values}
)
pictures = st.builds(
    Picture,
    state=whole,
    rows=st.dictionaries(entries, whole),
    incidents=st.dictionaries(numbers, whole),
    results=st.none() | whole,
    verdicts=st.none() | whole,
)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Any change at all, also such as no two pictures make."""
    changed = draw(st.booleans())
    judged = draw(st.booleans())
    return Change(
        state=draw(part),
        rows=draw(st.dictionaries(entries, part)),
        gone=draw(st.frozensets(entries)),
        incidents=draw(st.dictionaries(numbers, whole)),
        withdrawn=draw(st.frozensets(numbers)),
        results_changed=changed,
        results=draw(st.none() | whole) if changed else None,
        verdicts_changed=judged,
        verdicts=draw(st.none() | whole) if judged else None,
    )


@given(pictures, pictures)
def test_a_change_leads_from_one_picture_to_the_other(before: Picture, after: Picture) -> None:
    assert apply(before, compare(before, after)) == after


@given(pictures)
def test_a_picture_does_not_differ_from_itself(shown: Picture) -> None:
    assert compare(shown, shown) == Change()


@given(pictures, changes(), changes())
def test_squashed_changes_do_what_both_do(shown: Picture, first: Change, then: Change) -> None:
    assert apply(apply(shown, first), then) == apply(shown, squash(first, then))


@given(changes(), changes(), changes())
def test_squashing_is_associative(a: Change, b: Change, c: Change) -> None:
    assert squash(squash(a, b), c) == squash(a, squash(b, c))


@given(changes())
def test_no_change_is_neutral(change: Change) -> None:
    assert squash(Change(), change) == change == squash(change, Change())


@given(pictures, changes())
def test_a_change_applied_twice_does_no_harm(shown: Picture, change: Change) -> None:
    """A viewer cut off in between gets the same again."""
    once = apply(shown, change)
    assert apply(once, change) == once


@given(st.lists(pictures, min_size=1, max_size=8), st.data())
def test_a_snapshot_and_any_chain_of_updates_is_a_snapshot(
    story: list[Picture], data: st.DataObject
) -> None:
    """However the updates in between are squashed, a viewer ends with the last picture."""
    steps = [compare(a, b) for a, b in pairwise(story)]
    held = story[0]
    while steps:
        together = data.draw(st.integers(1, len(steps)))
        held = apply(held, reduce(squash, steps[:together]))
        steps = steps[together:]
    assert held == story[-1]


def test_only_what_changed_is_told() -> None:
    """Cars 5 and 9 swap places: two fields of two rows, and nothing else."""
    before, after = picture(10, "24 5 9"), picture(10, "24 9 5")
    change = compare(before, after)
    assert change.state == {}
    assert {entry: row["position"] for entry, row in change.rows.items()} == {"5": 3, "9": 2}


def test_a_null_is_told_as_a_null() -> None:
    """`null` is "not known any more"; a missing key would be "as before"."""
    before = Picture({}, {"5": {"interval": 412_000}}, {}, None)
    after = Picture({}, {"5": {"interval": None}}, {}, None)
    assert compare(before, after).rows == {"5": {"interval": None}}


def test_a_result_that_is_unmade_is_told() -> None:
    change = compare(picture(result=results()), picture())
    assert change.results_changed
    assert change.results is None


def test_an_incident_is_told_whole_and_once() -> None:
    before = picture(incidents=[incident(1)])
    after = picture(incidents=[incident(1), incident(2, "stall")])
    assert list(compare(before, after).incidents) == ["2"]
