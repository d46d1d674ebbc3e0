"""From a crossing to a lap: what the start/finish line counts, and what it does not."""

from tracker.racing.car import Car
from tracker.racing.events import Crossing
from tracker.racing.flags import completed_by_leader
from tracker.racing.pits import entered_pit_road, left_pit_road
from tracker.racing.race import Race
from tracker.racing.vocabulary import Flag, LoopKind, RaceTime


def crossed(race: Race, crossing: Crossing) -> None:
    """Score a car's crossing of a timing loop."""
    car = race.cars.get(crossing.entry) or race.car(crossing.entry)
    loop = race.loops.get(crossing.loop)
    if loop is None:
        race.notice(
            "unknown_loop", crossing.at, car.entry, f"no loop {crossing.loop!r} on this track"
        )
        return
    kind = loop.kind
    if kind is LoopKind.START_FINISH or kind is LoopKind.PIT_START_FINISH:
        crossed_start_finish(race, car, crossing)
    elif kind is LoopKind.PIT_IN:
        entered_pit_road(race, car, crossing.at)
    elif kind is LoopKind.PIT_OUT:
        left_pit_road(race, car, crossing.at)
    elif kind is LoopKind.SECTOR and car.crossings and car.finished_at is None:
        car.progress = float(loop.index)
        car.progress_at = crossing.at


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
            crossings.append(at)
            if not car.positions:
                car.positions.append(car.starting_position or 0)
            car.progress, car.progress_at, car.estimated = 0.0, at, crossing.estimated
            return
        crossings.append(race.green_at)
        if not car.positions:
            car.positions.append(car.starting_position or 0)
    elif at - crossings[-1] < minimum_lap(race) and len(crossings) > 1:
        race.notice("second_reading", at, car.entry, "crossed again too soon for a lap")
        return
    if car.finished_at is not None:
        car.laps_after_finish.append(at)
        return
    if race.result_lap is not None and race.finished_at is None:
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
    rules = race.rulebook
    if race.best_green_lap is None:
        return race.shortest_lap
    return RaceTime(max(race.shortest_lap, int(race.best_green_lap * rules.minimum_lap_share)))


def complete_lap(race: Race, car: Car, crossing: Crossing) -> None:
    """The car has completed a lap: note its time, its place, and what follows for the race."""
    at = crossing.at
    lap_time = RaceTime(at - car.crossings[-1])
    car.crossings.append(at)
    laps = len(car.crossings) - 1
    if crossing.lap is not None and crossing.lap != laps and crossing.lap != car.laps_completed:
        race.notice(
            "lap_mismatch", at, car.entry, f"counted lap {laps}, the feed says {crossing.lap}"
        )
    if crossing.on_pit_road and not car.on_pit_road:
        entered_pit_road(race, car, None)
    if car.retired is not None:
        car.retired = None
        race.notice("back_in_race", at, car.entry, "crossed the line after its retirement")
    car.progress, car.progress_at, car.estimated = 0.0, at, crossing.estimated
    if crossing.estimated:
        car.estimates.add(laps)
    note_lap_time(race, car, lap_time, laps)
    if (
        (race.best_green_lap is None or lap_time < race.best_green_lap)
        and race.flag.flag is Flag.GREEN
        and race.flag.at <= at - lap_time
    ):
        race.best_green_lap = lap_time

    orders = race.lap_orders
    while len(orders) <= laps:
        orders.append([])
    orders[laps].append(car.entry)
    car.positions.append(len(orders[laps]))

    scored = laps + car.laps_credited
    first = scored >= len(race.leader_crossings)
    if first:
        while len(race.leader_crossings) <= scored:
            race.leader_crossings.append(at)
            race.leaders.append(car.entry)
        car.laps_led += 1
    car.laps_down = race.laps_completed - scored
    if first:
        completed_by_leader(race, car, at)
    if race.finished_at is not None and at >= race.finished_at:
        car.finished_at = at


def note_lap_time(race: Race, car: Car, lap_time: RaceTime, lap: int) -> None:
    """The car's last lap, and whether it is the best so far: its own, or anybody's."""
    car.last_lap = lap_time
    car.last_lap_best = None
    if car.best_lap is None or lap_time < car.best_lap:
        car.best_lap, car.best_lap_number, car.last_lap_best = lap_time, lap, "own"
        if race.best_lap is None or lap_time < race.best_lap:
            race.best_lap, car.last_lap_best = lap_time, "race"
