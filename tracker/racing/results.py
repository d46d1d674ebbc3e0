"""Results as they are published: unofficial, under review, provisional, official, amended.

A finish inside the timing error is not decided by transponders. Such a result is published as
unofficial and under review, and nothing that follows from it is final before an event closes
the review.
"""

from dataclasses import replace
from itertools import pairwise

from tracker.racing.classification import Classified, classification, margin_of_victory
from tracker.racing.differences import penalty_in_words
from tracker.racing.race import Publication, PublishedLine, Race, Withdrawal
from tracker.racing.statistics import laps_led, lead_changes
from tracker.racing.vocabulary import CarStatus, EntryId, Outcome, RaceTime, ResultStatus

FINISH_WINDOW = RaceTime(300_000_000)
"""Cars that have not come round five minutes after the winner no longer hold up the result."""


def field_is_home(race: Race, at: RaceTime) -> bool:
    """Whether every car still running has taken the checkered flag, or had time to."""
    if race.finished_at is None:
        return False
    if race.closed or at - race.finished_at > FINISH_WINDOW:
        return True
    return all(car.status is not CarStatus.RUNNING for car in race.cars.values())


def close_finishes(race: Race, lines: list[Classified]) -> list[EntryId]:
    """Cars on one lap whose times at the finish are too close for the timing to decide.

    In an order that was frozen no finish was timed; there the video decides.
    """
    found: dict[EntryId, None] = {}
    if race.final_order is not None:
        return []
    for ahead, behind in pairwise(lines):
        if (
            ahead.car.finished_at is not None
            and behind.car.finished_at is not None
            and ahead.laps == behind.laps
            and ahead.time is not None
            and behind.time is not None
            and 0 <= behind.time - ahead.time <= race.rulebook.review_threshold
            and Outcome.DSQ not in (ahead.outcome, behind.outcome)
        ):
            found[ahead.car.entry] = found[behind.car.entry] = None
    return list(found)


def under_review(race: Race, lines: list[Classified]) -> list[EntryId]:
    """Cars whose finish officials are looking at, or have to.

    A result declared settles what was open then; a protest after it opens a review again.
    """
    if race.finished_at is None:
        return []
    close = close_finishes(race, lines) if race.declared is None else []
    open_: dict[EntryId, None] = dict.fromkeys(close)
    for review in race.reviews:
        if review.open:
            open_.update(dict.fromkeys(review.entries))
        elif review.entries:
            for entry in review.entries:
                open_.pop(entry, None)
        else:
            open_.clear()
    return list(open_)


def result_status(race: Race) -> ResultStatus:
    """How final the result is now; an order frozen on the final lap waits for the video."""
    frozen = race.final_order is not None
    return race.declared or (ResultStatus.PROVISIONAL if frozen else ResultStatus.UNOFFICIAL)


def published_lines(race: Race, lines: list[Classified]) -> tuple[PublishedLine, ...]:
    """The classification as it is published."""
    penalties: dict[EntryId, list[str]] = {}
    for number in sorted(race.penalties):
        penalty = race.penalties[number]
        words = penalty_in_words(penalty)
        if words is not None:
            penalties.setdefault(penalty.entry, []).append(words)
    return tuple(
        PublishedLine(
            line.car.entry,
            line.position,
            line.laps,
            line.time,
            line.outcome,
            tuple(penalties.get(line.car.entry, ())),
        )
        for line in lines
    )


def publish(race: Race, at: RaceTime, cause: str) -> None:
    """Publish the result as it is now, unless that would say nothing new."""
    lines = classification(race)
    review = tuple(under_review(race, lines))
    results = race.results
    before = results[-1] if results else None
    order = tuple(line.car.entry for line in lines)
    margin = margin_of_victory(lines, race.ended_under_caution)
    status = result_status(race)
    if (
        before is not None
        and before.status is ResultStatus.OFFICIAL
        and before.order != order
        and status is ResultStatus.OFFICIAL
    ):
        status = race.declared = ResultStatus.AMENDED
    led = tuple(sorted(laps_led(race).items()))
    published = published_lines(race, lines)
    now = (status, order, margin, review, led, [line.penalties for line in published])
    if before is not None and now == (
        before.status,
        before.order,
        before.margin,
        before.review,
        before.laps_led,
        [line.penalties for line in before.lines],
    ):
        return
    race.publications.append(
        Publication(
            rev=len(race.publications) + 1,
            status=status,
            at=at,
            order=order,
            winner=order[0] if order else None,
            second=order[1] if len(order) > 1 else None,
            margin=margin,
            under_caution=race.ended_under_caution,
            review=review,
            decided_by=race.decided_by,
            cause=cause,
            laps_led=led,
            lead_changes=lead_changes(race),
            lines=published,
        )
    )


def withdraw(race: Race, at: RaceTime, cause: str) -> None:
    """Every result so far was of a race that had not ended; it begins anew when it does."""
    if not race.results:
        return
    withdrawal = Withdrawal(at, cause)
    race.publications = [
        published if published.withdrawn is not None else replace(published, withdrawn=withdrawal)
        for published in race.publications
    ]
    race.amendments = []
    race.declared = race.decided_by = None


def consider(race: Race, at: RaceTime, cause: str, decision: bool = True) -> None:
    """Publish, if the field is home; while a review is open the decisions made in it wait.

    Where it turns out that the race has not ended, what was published is withdrawn.
    """
    if race.finished_at is None:
        withdraw(race, at, cause)
        return
    if not race.results:
        if race.declared is not None or race.reviews or field_is_home(race, at):
            publish(race, at, race.ended_because or "checkered flag")
        return
    if under_review(race, classification(race)):
        if decision and cause:
            race.amendments.append(cause)
        return
    causes = [*race.amendments, cause]
    race.amendments = []
    publish(race, at, "; ".join(dict.fromkeys(filter(None, causes))))
