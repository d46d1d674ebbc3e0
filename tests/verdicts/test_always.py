"""What is true of every race: verdicts are proven, sides do not mix, and nothing breaks them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.racing.story import Story, story
from tests.verdicts.past import at
from tests.verdicts.past import race as past_race
from tests.verdicts.proof import assert_proven
from tracker.racing.events import IncidentReported, Involvement
from tracker.racing.fold import fold
from tracker.racing.vocabulary import EntryId, Flag, RaceTime
from tracker.verdicts.changes import report
from tracker.verdicts.consequences import consequences, of_penalties
from tracker.verdicts.history import History
from tracker.verdicts.judge import judge

ROLES = ["instigator", "contact", "victim", "collected", "self", "avoided", "cause_unknown"]
RULEBOOKS = ["nascar-cup/2024", "f1/2021", "imsa/2024", "club/any", "indycar/2024"]
PAST = History((past_race("2024-04-28", *at(3, "Driver 2")),))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A race of up to 24 cars in which anything may happen to anybody."""
    cars = [str(n) for n in range(1, draw(st.integers(1, 24)) + 1)]
    told = story(*cars, laps=8, rulebook=draw(st.sampled_from(RULEBOOKS)), stages=((1, 3), (2, 8)))
    told.green()
    pace = {car: draw(st.integers(290, 330)) / 10 for car in cars}
    stops = draw(st.dictionaries(st.sampled_from(cars), st.integers(1, 7), max_size=6))
    for car in cars:
        last = stops.get(car, 8)
        told.laps(car, *(pace[car] * lap for lap in range(1, last + 1)))
        if car in stops:
            told.retires(car, pace[car] * last + 5, draw(st.sampled_from(["accident", "engine"])))
    for number in range(1, draw(st.integers(0, 3)) + 1):
        involved = draw(st.lists(st.sampled_from(cars), min_size=1, max_size=3, unique=True))
        parts = tuple(
            Involvement(EntryId(car), draw(st.sampled_from(ROLES)), "continued") for car in involved
        )
        told.told(
            IncidentReported(
                RaceTime(number * 60_000_000), number, 2 * number, "contact", "reported", parts,
                caution=number, assigned_by=draw(st.sampled_from(["editor", "inferred"])),
            ),
            source="control",
        )  # fmt: skip
        told.caution(number * 60.0 + 1, "accident").green(number * 60.0 + 40)
    told.flag(Flag.CHECKERED, min(pace.values()) * 8 + 0.001)
    if draw(st.booleans()):
        told.penalty(draw(st.sampled_from(cars)), 700.0, draw(st.sampled_from(["time", "dsq"])), 5)
    if draw(st.booleans()):
        told.declares(800.0, official=True)
    return told


@settings(max_examples=60, deadline=None)
@given(stories(), st.integers(0, 400), st.integers(0, 5))
def test_whatever_happens_the_verdicts_are_proven(told: Story, cut: int, k: int) -> None:
    for race in (fold(told.filed[:cut]), told.race):
        verdicts = judge(race, PAST, k=k)
        assert_proven(verdicts)
        named = [v.entry for v in verdicts.verdicts]
        assert len(named) == len(set(named))
        assert not set(named) & set(verdicts.held)
        assert report(verdicts) == report(judge(race, PAST, k=k))
        consequences(race)
        of_penalties(race)
