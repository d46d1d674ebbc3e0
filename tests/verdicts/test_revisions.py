"""A result changes, and so does what is said of it: held, re-issued, withdrawn with its cause."""

from functools import cache

from simulators.scripted import kansas_2024
from tests.verdicts.proof import assert_proven
from tracker.feed.recording import numbered
from tracker.feed.translate import translate
from tracker.racing.events import Filed, PenaltyGiven, RaceAnnounced, filed
from tracker.racing.fold import fold
from tracker.racing.race import Race
from tracker.racing.vocabulary import EntryId, RaceTime
from tracker.score import folded
from tracker.verdicts.changes import report, withdrawn
from tracker.verdicts.history import History, Known, PastRace, Record, Start, merged
from tracker.verdicts.judge import Verdict, Verdicts, judge

DAY = 86_400_000_000


@cache
def events() -> tuple[Filed, ...]:
    told = [translate(event) for event in numbered(kansas_2024(), "kansas-2024")]
    return tuple(item for item in told if item is not None)


def race(*more: Filed, until: str | None = None) -> Race:
    """Kansas 2024, up to and including the event of that id, and what came after it."""
    chosen = list(events())
    if until is not None:
        last = next(item for item in chosen if item.id == until)
        chosen = [item for item in chosen if item.at <= last.at]
    return fold([*chosen, *more])


def disqualified(entry: str) -> Filed:
    """Officials disqualify a car, a day later."""
    at = RaceTime(max(item.at for item in events()) + DAY)
    given = PenaltyGiven(at, 99, EntryId(entry), "dsq", None, "applied", "failed inspection")
    return filed("race-control", 10_000, "penalty/99", given)


@cache
def history() -> History:
    """A small past of our own making, with a record and two earlier visits."""

    def of(date: str, track: str, round: int, *order: str) -> PastRace:
        drivers = [*order, *(f"Filler {n}" for n in range(1, 39 - len(order)))]
        rows = tuple(Start(str(n), driver, n, n, status="Running", laps=200)
                     for n, driver in enumerate(drivers, start=1))  # fmt: skip
        return PastRace(date, track, date, int(date[:4]), rows, 200, round)

    races = [
        of(f"2024-0{1 + n // 4}-{1 + 7 * (n % 4):02}", f"Track {n} Speedway", n + 1,
           "Denny Hamlin", "Chase Elliott", "Kyle Larson", "Chris Buescher")
        for n in range(11)
    ]  # fmt: skip
    return History(
        merged(races),
        records=(Record(2_000, "2003-03-16", "Darlington", "Ricky Craven"),),
        known=(Known("2024-05-05", {"kyle larson": 1}),),
    )


def named(verdicts: Verdicts) -> dict[str, Verdict]:
    return {str(verdict.entry): verdict for verdict in verdicts.verdicts}


def rules(verdict: Verdict) -> set[str]:
    return {reason.rule for reason in verdict.reasons}


def test_while_the_race_is_run_they_are_forming() -> None:
    forming = judge(race(until="flag/9"), history())
    assert forming.status == "forming"
    assert forming.verdicts
    assert all(v.text.startswith("If it ended now: ") for v in forming.verdicts)
    assert_proven(forming)


def test_before_the_green_there_is_nothing_to_say() -> None:
    start = [item for item in events() if item.at < 0]
    assert judge(fold(start), history()).verdicts == ()


def test_while_the_photo_is_read_nothing_is_said_of_the_two() -> None:
    held = judge(race(until="review/1/open"), history())
    assert held.status == "held"
    assert set(held.held) == {"5", "17"}
    assert not {"5", "17"} & {v.entry for v in (*held.verdicts, *held.also_considered)}


def test_the_photo_makes_them_provisional_and_the_officials_final() -> None:
    provisional = judge(race(until="result/provisional"), history())
    final = judge(race(), history())
    assert (provisional.status, provisional.rev) == ("provisional", 2)
    assert "photo" in (provisional.cause or "")
    assert (final.status, final.rev) == ("final", 3)
    change = withdrawn(provisional, final)
    assert (change.added, change.removed, change.changed) == ((), (), ())


def test_the_winner_disqualified_a_day_later_changes_everything_at_once() -> None:
    before = judge(race(), history())
    after = judge(race(disqualified("5")), history())
    assert after.rev == before.rev + 1
    assert after.cause == "penalty to car 5: failed inspection"
    assert after.status == "final"
    assert {v.rev for v in after.verdicts} == {4}

    excluded, winner = named(after)["5"], named(after)["17"]
    assert excluded.side == "loser"
    assert {"dsq", "overturned"} <= rules(excluded)
    assert winner.side == "winner"
    assert "win" in rules(winner)
    # 0.059 s to the next car is no record, and nobody lost by 0.001 s any more.
    said = {rule for v in (*after.verdicts, *after.also_considered) for rule in rules(v)}
    assert "record_margin" not in said
    assert not {"overturned", "near_miss", "clinch_missed"} & rules(winner)
    assert_proven(after)

    change = withdrawn(before, after)
    assert change.cause == after.cause
    assert {("winner", v.entry) for v in change.removed if v.entry == "5"} == {("winner", "5")}
    assert ("winner", "17") in {(v.side, v.entry) for v in change.added}


def test_streaks_of_those_behind_are_counted_again() -> None:
    """The eighth on the road is seventh in the result."""
    before = judge(race(), history(), k=40)
    after = judge(race(disqualified("5")), history(), k=40)
    eighth, seventh = (
        next(r.fact.value for r in named(v)["8"].reasons if r.rule == "top_ten")
        for v in (before, after)
    )
    assert (eighth, seventh) == (8, 7)


def test_the_same_race_gives_the_same_verdicts() -> None:
    assert report(judge(race(), history())) == report(judge(race(), history()))


def test_any_number_of_them() -> None:
    for k in (0, 1, 2, 5, 50):
        found = judge(race(), history(), k=k)
        for side in ("winner", "loser"):
            assert sum(v.side == side for v in found.verdicts) <= k
        assert_proven(found)


def test_no_words_of_one_series_in_another() -> None:
    """The same laps under a rulebook without stages and playoffs: nobody speaks of them."""
    told = []
    for item in events():
        event = item.event
        if isinstance(event, RaceAnnounced):
            from dataclasses import replace

            event = replace(event, rulebook="f1/2021", series="Formula 1", stages=())
        told.append(item._replace(event=event))
    verdicts = judge(fold(told), history(), k=40)
    said = " ".join(r.text for v in verdicts.verdicts for r in v.reasons)
    assert "playoff" not in said
    assert "stage" not in said
    assert "clinched" not in {skip.rule for skip in verdicts.skipped}


def test_folding_the_script_is_folding_the_events() -> None:
    scripted = folded(numbered(kansas_2024(), "kansas-2024"))
    assert judge(scripted).verdicts == judge(race()).verdicts
