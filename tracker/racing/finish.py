"""The finish when it is not the distance that ends the race: race control's flag, or decision."""

from tracker.racing.events import RaceEnded
from tracker.racing.flags import finish
from tracker.racing.race import Race
from tracker.racing.vocabulary import RaceTime


def flag_fell(race: Race, at: RaceTime) -> None:
    """The checkered flag is shown: without a distance, the leader's next crossing ends the race.

    Where the race has a distance, completing it is what ends the race, and a flag shown early or
    late changes nothing.
    """
    if race.finished_at is None and race.finish_lap is None:
        race.finish_lap = race.laps_completed + 1


def ended(race: Race, ended: RaceEnded) -> None:
    """Race control ended the race, the result being taken at a lap the leader has completed.

    A car's race then ends with its first crossing at or after the leader's on that lap; cars that
    never made one keep their last crossing.
    """
    lap = ended.lap if ended.lap is not None else race.laps_completed
    if not 0 < lap < len(race.leader_crossings):
        race.notice("ended_without_lap", ended.at, None, f"no car has completed lap {lap}")
        return
    taken_at = race.leader_crossings[lap]
    race.finished_at, race.finish_lap, race.result_lap = None, lap, lap
    race.leader_crossings = race.leader_crossings[: lap + 1]
    race.leaders = race.leaders[: lap + 1]
    finish(race, taken_at)
    for car in race.cars.values():
        last = next((k for k, at in enumerate(car.crossings) if k and at >= taken_at), None)
        if last is not None:
            car.laps_after_finish = car.crossings[last + 1 :]
            car.crossings = car.crossings[: last + 1]
            car.finished_at = car.crossings[-1]
        else:
            car.finished_at = None
