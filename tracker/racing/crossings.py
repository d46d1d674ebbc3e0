"""From a crossing to a lap: what the start/finish line counts, and what it does not."""

from tracker.racing.car import Car
from tracker.racing.clock_steps import has_clock_step
from tracker.racing.events import Crossing, Filed
from tracker.racing.flags import completed_by_leader, refreeze
from tracker.racing.missed import notice_missed, seems_missed
from tracker.racing.pits import entered_pit_road, left_pit_road
from tracker.racing.race import Race
from tracker.racing.readings import is_same_passing
from tracker.racing.timed import time_is_up
from tracker.racing.vocabulary import Flag, LoopKind, RaceTime


def crossed(race: Race, item: Filed, crossing: Crossing) -> None:
    """Score a car's crossing of a timing loop."""
    car = race.cars.get(crossing.entry) or race.car(crossing.entry)
    if crossing.entry not in race.cars:
        return
    last = car.readings.get(crossing.loop)
    if last is not None and last[1] != item[1] and is_same_passing(race, last, item):
        return
    car.readings[crossing.loop] = item
    loop = race.loops.get(crossing.loop)
    if loop is None:
        race.notice(
            "unknown_loop", crossing.at, car.entry, f"no loop {crossing.loop!r} on this track"
        )
        return
    kind = loop.kind
    if kind is LoopKind.START_FINISH or kind is LoopKind.PIT_START_FINISH:
        crossed_start_finish(race, car, crossing)
    else:
        if kind is LoopKind.PIT_IN:
            entered_pit_road(race, car, crossing.at)
        elif kind is LoopKind.PIT_OUT:
            left_pit_road(race, car, crossing.at)
        place = race.places_on_lap.get(crossing.loop)
        if place is not None and car.crossings and car.finished_at is None and not race.closed:
            reached(race, car, crossing.at, place)
    if race.frozen is not None and race.frozen.at == crossing.at:
        refreeze(race)


def reached(race: Race, car: Car, at: RaceTime, place: float) -> None:
    """The car has come to a loop on its way round: that orders cars, and completes nothing."""
    lap = len(car.crossings)
    if place > car.progress:
        car.progress, car.progress_at = place, at
        car.loop_times[place] = at
        race.first_at_loop.setdefault((lap, place), at)
    elif at - car.loop_times.get(place, car.crossings[-1]) >= minimum_lap(race):
        notice_missed(race, car, at, f"on lap {lap} again where it was before")
    else:
        race.notice("second_reading", at, car.entry, "read again at a loop it had passed")


def crossed_start_finish(race: Race, car: Car, crossing: Crossing) -> None:
    """Count a lap, if this crossing completes one.

    Before the green nothing counts. The first crossing opens lap 1 on a rolling start. One that
    follows too soon is a second reading. After the car has taken the checkered flag nothing counts.
    """
    at = crossing.at
    crossings = car.crossings
    if race.green_at is None or at < race.green_at:
        return
    if not crossings:
        if opens_lap(race, crossing):
            car.start(at)
            car.estimated = crossing.estimated
            return
        car.start(race.green_at)
    elif at - crossings[-1] < minimum_lap(race):
        race.notice("second_reading", at, car.entry, "crossed again too soon for a lap")
        return
    if car.finished_at is not None or race.closed:
        car.laps_after_finish.append(at)
        return
    complete_lap(race, car, crossing)


def opens_lap(race: Race, crossing: Crossing) -> bool:
    """Whether a car's first crossing after the green opens its first lap.

    A feed that numbers this crossing as a completed lap is believed: the opening one was missed.
    """
    if race.announced is not None and not race.announced.first_crossing_opens_lap:
        return False
    if crossing.lap:
        race.notice("missed_crossing", crossing.at, crossing.entry, "no crossing seen at the start")
        return False
    return True


def minimum_lap(race: Race) -> RaceTime:
    """No lap is shorter than this, in microseconds.

    Only laps run wholly under green are a measure: a race that starts behind the pace car would
    otherwise not believe its first fast lap.
    """
    best = race.best_green_lap
    if best is None:
        return race.shortest_lap
    least = int(best * race.rulebook.minimum_lap_share)
    return race.shortest_lap if least < race.shortest_lap else RaceTime(least)


def complete_lap(race: Race, car: Car, crossing: Crossing) -> None:
    """The car has completed a lap: note its time, its place, and what follows for the race."""
    at = crossing.at
    crossings = car.crossings
    began = crossings[-1]
    lap_time = RaceTime(at - began)
    laps = len(crossings)
    crossings.append(at)
    if crossing.lap != laps and crossing.lap is not None and crossing.lap != car.laps_completed:
        race.notice(
            "lap_mismatch", at, car.entry, f"counted lap {laps}, the feed says {crossing.lap}"
        )
    if crossing.on_pit_road and not car.on_pit_road:
        entered_pit_road(race, car, None)
    if car.retired is not None:
        car.retired = None
        race.notice("back_in_race", at, car.entry, "crossed the line after its retirement")
    car.progress, car.progress_at, car.estimated = 0.0, at, crossing.estimated
    if car.loop_times or car.loop_times_before:
        car.loop_times_before, car.loop_times = car.loop_times, {}
    if crossing.estimated:
        car.estimates.append(laps)
    if race.flag.flag is Flag.GREEN and race.flag.at <= began:
        run_under_green(race, car, crossing, lap_time)
    note_lap_time(race, car, lap_time, laps)

    orders = race.lap_orders
    while len(orders) <= laps:
        orders.append([])
    order = orders[laps]
    order.append(car.entry)
    car.positions.append(len(order))

    scored = laps + car.laps_credited
    led = scored >= len(race.leader_crossings)
    if led:
        leads(race, car, scored, at)
    car.laps_down = len(race.leader_crossings) - 1 - scored
    if led:
        completed_by_leader(race, at)
    if race.rulebook.flag_for_each_class:
        take_flag_of_class(race, car, scored, at)
    elif race.finished_at is not None and ends_race(race, at, scored):
        car.finished_at = at


def ends_race(race: Race, at: RaceTime, laps: int) -> bool:
    """Whether a crossing after the end of the race is the one that ends the car's race.

    One at the very moment of a flag that ended the race still belongs to what went before.
    """
    assert race.finished_at is not None
    if at == race.finished_at and race.final_order is not None:
        return laps == race.finish_lap
    return at >= race.finished_at


def take_flag_of_class(race: Race, car: Car, lap: int, at: RaceTime) -> None:
    """The checkered flag falls for each class when the first of it completes a lap after the end.

    That is, when the race is over or its time is up; the leader of the race waits for nobody.
    """
    name = car.classes[0] if car.classes else None
    if name not in race.class_flags:
        if lap <= race.class_laps.get(name, 0):
            return
        race.class_laps[name] = lap
        if race.finished_at is None and not time_is_up(race, at):
            return
        race.class_flags[name] = at
    car.finished_at = at


def leads(race: Race, car: Car, lap: int, at: RaceTime) -> None:
    """A lap is completed for the first time; after a race-ending caution by whoever led then."""
    final = race.final_order
    leader = race.cars.get(final.order[0], car) if final is not None else car
    while len(race.leader_crossings) <= lap:
        race.leader_crossings.append(at)
        if not race.leaders:
            race.leaders.append(leader.entry)  # no grid: it has led from the start
        race.leaders.append(leader.entry)
    leader.laps_led += 1


def run_under_green(race: Race, car: Car, crossing: Crossing, lap_time: RaceTime) -> None:
    """A lap run wholly under green is a measure for others, unless it led over pit road."""
    lap = len(car.crossings) - 1
    # Lap 1 counted from the green by a feed joined late would make every later lap too short.
    begun = lap > 1 or crossing.lap == 1 or car.crossings[0] != race.green_at
    if begun and (race.best_green_lap is None or lap_time < race.best_green_lap):
        race.best_green_lap = lap_time
    if car.on_pit_road or has_clock_step(race, RaceTime(crossing.at - lap_time)):
        return
    if car.pit_stops:
        left = car.pit_stops[-1].left
        if left is None or left > crossing.at - lap_time:
            return
    if (
        car.best_lap is not None
        and crossing.lap != lap
        and lap_time * 5 > car.best_lap * 8
        and seems_missed(race, car, lap_time, crossing.at)
    ):
        notice_missed(race, car, crossing.at, f"lap {lap} took {lap_time / 1e6:.3f} s")
    else:
        car.green_laps.append(lap_time)


def note_lap_time(race: Race, car: Car, lap_time: RaceTime, lap: int) -> None:
    """The car's last lap, and whether it is the best so far: its own, or anybody's."""
    car.last_lap = lap_time
    car.last_lap_best = None
    if car.best_lap is None or lap_time < car.best_lap:
        car.best_lap, car.best_lap_number, car.last_lap_best = lap_time, lap, "own"
        if race.best_lap is None or lap_time < race.best_lap:
            race.best_lap, car.last_lap_best = lap_time, "race"
