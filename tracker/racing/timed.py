"""Races to time: when the time is up, and what a stoppage does to it."""

from tracker.racing.race import Race
from tracker.racing.vocabulary import RaceTime


def stopped_time(race: Race, until: RaceTime) -> RaceTime:
    """Time the race had been stopped by a moment, in microseconds."""
    return RaceTime(
        sum(
            max(0, (until if halt.until is None else min(halt.until, until)) - halt.at)
            for halt in race.stoppages
        )
    )


def race_time(race: Race, at: RaceTime) -> RaceTime:
    """Time raced by a moment: since the green, stoppages out where they stop the clock."""
    since = at - (race.green_at or 0)
    if race.stoppages and race.rulebook.red.clock_stops:
        since -= stopped_time(race, at)
    return RaceTime(since)


def time_is_up(race: Race, at: RaceTime) -> bool:
    """Whether the time a race is run to is over; a stoppage adds its length where it is given back.

    The leader who crosses a second before runs another lap: the clock alone ends nothing, and least
    of all one that stepped.
    """
    if race.duration is None or race.green_at is None:
        return False
    over = race.green_at + race.duration + race.clock_stepped
    if race.stoppages and race.rulebook.red.time_is_given_back:
        over += stopped_time(race, at)
    return at >= over
