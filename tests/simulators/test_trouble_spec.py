"""How trouble is asked for: what is meant, and what is refused with a way to mend it."""

import pytest

from simulators.trouble.spec import EVERYTHING, ORDER, Moment, Trouble, troubles
from simulators.trouble.stream import stream
from simulators.trouble.troubled import KINDS, troubled
from tests.simulators.test_trouble import events
from tracker.errors import Refused


def test_a_line_says_how_much_when_and_whether_it_is_mended() -> None:
    said = "silent=60s@lap30, loss=0.5:for-good,clock-step=-1.5s@25%,restart@10m,silent=2m"
    assert troubles(said) == (
        Trouble("clock-step", span=-1_500_000, when=Moment(share=0.25)),
        Trouble("loss", share=0.5, for_good=True),
        Trouble("silent", span=60_000_000, when=Moment(lap=30)),
        Trouble("silent", span=120_000_000),
        Trouble("restart", when=Moment(since_green=600_000_000)),
    )


def test_everything_is_each_of_them_in_the_order_in_which_they_are_done() -> None:
    assert [one.name for one in troubles("everything")] == list(ORDER)
    assert troubles("everything") == troubles(EVERYTHING)
    assert set(ORDER) == set(KINDS)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "no trouble is named"),
        ("los=0.1", "did you mean loss"),
        ("loss=2", "between 0 and 1"),
        ("loss=nan", "between 0 and 1"),
        ("loss=0.1@lap3", "no moment"),
        ("restart=5", "no measure"),
        ("delay=120", "want a time"),
        ("delay=-1s", "want a time"),
        ("silent=1e9h", "want a time"),
        ("silent@lapx", "want @lap50"),
        ("rubbish:for-good", "leave out :for-good"),
        ("loss=", "want loss=0.02"),
    ],
)
def test_what_cannot_be_is_refused_in_words(said: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        troubles(said)


def test_a_lap_the_race_does_not_have_is_refused() -> None:
    with pytest.raises(Refused, match="restart@lap99: the race has 7 laps"):
        troubled(events("road", 1), troubles("restart@lap99"), 1)


def test_a_moment_is_found_by_the_leaders_crossings() -> None:
    untroubled = stream(events("road", 1))
    assert len(untroubled.laps) == 8
    assert untroubled.moment("silent", Moment(lap=0)) == untroubled.laps[0]
    assert untroubled.moment("silent", Moment(share=1.0)) == untroubled.laps[7]
    assert untroubled.moment("silent", Moment(since_green=5)) == untroubled.laps[0] + 5
    with pytest.raises(Refused, match="one race"):
        stream([*events("road", 1), *events("oval", 1)])
