"""The finish when it is not the distance that ends the race: race control's flag, or decision."""

from bisect import bisect_right
from collections import Counter

from tracker.racing.car import Car
from tracker.racing.countback import as_if_checkered, is_official, lap_of_result
from tracker.racing.events import RaceEnded
from tracker.racing.flags import finish
from tracker.racing.overdue import overdue
from tracker.racing.race import Race, Stoppage
from tracker.racing.running_order import order_by_crossings
from tracker.racing.timed import time_is_up
from tracker.racing.vocabulary import Flag, RaceTime


def flag_fell(race: Race, at: RaceTime) -> None:
    """The checkered flag is shown: without a distance, the leader's next crossing ends the race.

    Where the race has a distance, completing it is what ends the race, and a flag shown early or
    late changes nothing. A leader who has stopped does not keep the others racing for ever: when
    the time is up the flag then falls for whoever comes next.
    """
    if race.finished_at is not None:
        return
    if time_is_up(race, at) and leader_has_stopped(race):
        finish(race, at)
    elif race.finish_lap is None:
        race.finish_lap = race.laps_completed + 1


def leader_has_stopped(race: Race) -> bool:
    """Whether the car that leads by laps is not coming round."""
    order = order_by_crossings(race)
    return bool(order) and (order[0].retired is not None or overdue(race, order[0]))


def ended(race: Race, ended: RaceEnded) -> None:
    """Race control ended the race, the result being taken at a lap the leader has completed.

    Under red it is taken as the rulebook says: in the order as it was, or some laps back. Nothing
    driven after the red flag counts. When the time was up and no leader came, it ends here.
    """
    stoppage = race.stoppage if race.flag.flag is Flag.RED else None
    if stoppage is not None and is_official(race, stoppage) is False:
        race.notice("stopped_early", ended.at, None, "stopped before a result would be official")
    lap = ended.lap
    if lap is None and race.finished_at is not None:
        return
    if lap is None and stoppage is not None:
        lap = lap_of_result(race, stoppage)
        if lap is None:
            stand_as_frozen(race, stoppage)
            return
    elif lap is None and time_is_up(race, ended.at):
        finish(race, ended.at)
        return
    lap = lap if lap is not None else race.laps_completed
    if not 0 < lap < len(race.leader_crossings):
        race.notice("ended_without_lap", ended.at, None, f"no car has completed lap {lap}")
        return
    count_back(race, lap, stoppage)


def count_back(race: Race, lap: int, stoppage: Stoppage | None) -> None:
    """Take the result as if the checkered flag had fallen at the end of that lap."""
    before = None if stoppage is None else stoppage.at
    stood = as_if_checkered(race, lap, before)
    taken_at = race.leader_crossings[lap]
    race.finished_at, race.finish_lap, race.result_lap = None, lap, lap
    race.final_order = None
    race.leader_crossings = race.leader_crossings[: lap + 1]
    race.leaders = race.leaders[: lap + 1]
    finish(race, taken_at)
    for entry, car in race.cars.items():
        if stood[entry].finished or stoppage is not None:
            keep_laps(car, stood[entry].laps - car.laps_credited)
        car.finished_at = stood[entry].at if stood[entry].finished else None
    count_again(race)
    if stoppage is not None:
        race.closed = True
        race.ended_because = (
            f"red flag on lap {stoppage.laps_completed + 1}: result taken at the end of lap {lap}"
        )


def stand_as_frozen(race: Race, stoppage: Stoppage) -> None:
    """The result is the order as it was when the race was stopped."""
    for car in race.cars.values():
        keep_laps(car, bisect_right(car.crossings, stoppage.at) - 1)
        running = car.crossings and car.retired is None
        car.finished_at = car.crossings[-1] if running else None
    laps = bisect_right(race.leader_crossings, stoppage.at)
    race.leader_crossings, race.leaders = race.leader_crossings[:laps], race.leaders[:laps]
    count_again(race)
    race.final_order = stoppage.order
    race.finish_lap = race.result_lap = race.laps_completed
    race.closed = True
    race.ended_because = (
        f"red flag on lap {stoppage.laps_completed + 1}: result in the order of that moment"
    )
    finish(race, stoppage.at)
    race.ended_under_caution = True


def keep_laps(car: Car, laps: int) -> None:
    """Of what the car has driven only so many laps count; the others were driven, not scored."""
    keep = max(0, laps + 1)
    crossings = [*car.crossings, *car.laps_after_finish]
    car.crossings, car.laps_after_finish = crossings[:keep], crossings[keep:]
    car.positions = car.positions[:keep]
    if car.crossings:
        car.progress, car.progress_at = 0.0, car.crossings[-1]
        car.loop_times, car.loop_times_before = {}, {}


def count_again(race: Race) -> None:
    """Orders at the line, laps led and laps down, from the laps that are left."""
    longest = max((len(car.crossings) for car in race.cars.values()), default=0)
    for lap in range(1, longest):
        order = sorted(
            (car.crossings[lap], entry)
            for entry, car in race.cars.items()
            if lap < len(car.crossings)
        )
        race.lap_orders[lap : lap + 1] = [[entry for _, entry in order]]
        for place, (_, entry) in enumerate(order, start=1):
            race.cars[entry].positions[lap : lap + 1] = [place]
    del race.lap_orders[max(1, longest) :]
    led = Counter(race.leaders[1:])
    for entry, car in race.cars.items():
        car.laps_led = led[entry]
        if car.crossings:
            by_then = bisect_right(race.leader_crossings, car.crossings[-1]) - 1
            car.laps_down = max(0, by_then - car.laps_completed)
