"""The clock of the whole field stepped: hours went by under green, and nobody was read in them.

One decoder hours ahead of the race is not believed (`ahead`). The field is: its laps count and so
does its order, for all were read by one clock. Only the time in between was not raced.
"""

from tracker.racing.ahead import READINGS
from tracker.racing.events import RaceEvent
from tracker.racing.race import Race
from tracker.racing.vocabulary import Flag, RaceTime


def note_clock_step(race: Race, event: RaceEvent, at: RaceTime) -> None:
    """Tell officials of a step to this moment, and keep it out of the time raced."""
    assert race.time is not None
    if (
        not isinstance(event, READINGS)
        or race.flag.flag is not Flag.GREEN
        or race.finished_at is not None
    ):
        return
    step = RaceTime(at - race.time)
    race.clock_stepped_at = at
    race.clock_stepped = RaceTime(race.clock_stepped + step)
    minutes = step // 60_000_000
    told = f"the clock went on by {minutes // 60} h {minutes % 60} min under green"
    race.notice("clock_step", at, None, f"{told}: not counted as time raced")


def has_clock_step(race: Race, began: RaceTime) -> bool:
    """Whether the clock stepped in a lap that is completed now."""
    return race.clock_stepped_at is not None and began < race.clock_stepped_at
