"""Behind the pace car: who has which place in the queue, and when he is due where."""

from collections.abc import Sequence

from simulators.model.car import Car, Where
from simulators.model.chance import us
from simulators.model.pace_car import PaceCar
from simulators.model.running import Running


def take_places(run: Running, order: Sequence[Car], pace_lap_s: float) -> None:
    """The pace car picks up the first car in the order; the others queue up as they are on track.

    Those of the incident have lost their places. Cars that are whole laps behind stay so.
    """
    on_track = [car for car in order if car.where is Where.TRACK and car.sector is not None]
    if not on_track:
        run.queue = []
        run.pace_car = None
        return
    front = next((car for car in on_track if not car.hurt), on_track[0])
    first = run.progress(front)
    on_road: dict[str, int] = {}
    for car in order:
        if car.where not in (Where.TRACK, Where.PIT_ROAD):
            continue
        laps, loops = divmod(max(0, first - run.progress(car)), run.loops)
        if loops == 0 and laps and car.at < front.at:
            laps, loops = laps - 1, run.loops  # just ahead of him on the road
        car.behind, on_road[car.entry] = laps, loops
    run.queue = sorted(on_track, key=lambda car: (car.hurt, on_road[car.entry], car.at))
    for car in on_track:
        run.leave(car)
    spacing = us(run.scenario.cautions.spacing_s)
    run.pace_car = PaceCar(first + 1, front.arrival - spacing, run.share, run.loops)
    run.pace_car.lap_s = pace_lap_s
    run.pit_exit_round = -1


def arrival_behind(run: Running, car: Car, at: int, share: float) -> int:
    """When a car in the queue is due at its next loop, of the way to which this share is left."""
    earliest = at + us(share * run.scenario.cautions.catch_up_s)
    place = due_in_place(run, car)
    return earliest if place is None else max(earliest, place)


def due_in_place(run: Running, car: Car) -> int | None:
    """When the pace car has passed the car's next loop and those before it in the queue have."""
    if run.pace_car is None:
        return None
    passed = run.pace_car.passes(run.progress(car) + 1 + run.loops * car.behind)
    if passed is None:
        return None
    return passed + spacing(run) * (run.queue.index(car) + 1)


def spacing(run: Running) -> int:
    """Between two cars of the queue: closer when they line up two abreast for the green."""
    cautions = run.scenario.cautions
    return us(cautions.restart_spacing_s if run.one_to_go else cautions.spacing_s)


def join_from_pits(run: Running, car: Car, at: int, share: float) -> None:
    """A car comes out of the pits behind those who have gone by, and behind who came out before.

    If the pace car has lapped it in the meantime it is one more lap behind.
    """
    pace_car = run.pace_car
    if pace_car is None:
        run.queue.append(car)
        return
    earliest = at + us(share * run.scenario.cautions.catch_up_s)
    loop = run.progress(car) + 1
    while (passed := pace_car.expected(loop + run.loops * (car.behind + 1))) is not None and (
        passed <= earliest
    ):
        car.behind += 1
    this_round = loop + run.loops * car.behind
    passed = pace_car.expected(this_round)
    gone_by = 0 if passed is None else -(-(earliest - passed) // spacing(run))
    place = min(max(0, gone_by), len(run.queue))
    last = run.last_out
    if run.pit_exit_round == this_round and last is not None and last in run.queue:
        place = max(place, run.queue.index(last) + 1)
    run.queue.insert(place, car)
    run.pit_exit_round, run.last_out = this_round, car


def line_up(run: Running) -> None:
    """Everybody to where he restarts: behind the leader's lap those who are not on it.

    Lapped cars that stayed out ahead of the leader stay there until they are waved round.
    """
    if not run.queue:
        return
    wave_around = run.scenario.cautions.wave_around
    lead = min(car.behind for car in run.queue)
    ahead = next(n for n, car in enumerate(run.queue) if car.behind == lead)
    may = run.queue[:ahead] if wave_around == "ahead_of_leader" else run.queue
    run.to_wave = [
        car
        for car in may
        if wave_around != "nobody"
        and car.behind > lead
        and car.stopped_under != run.caution
        and car is not run.favoured
    ]
    waved = {car.entry for car in run.to_wave}
    back = {run.favoured.entry} if run.favoured is not None else set()
    back.update(car.entry for car in run.queue if car.tail)
    staying = [car for car in run.queue if car.entry not in back and car.entry not in waved]
    run.queue = [
        *run.to_wave,
        *(car for car in staying if car.behind == lead),
        *(car for car in staying if car.behind != lead),
        *(car for car in run.queue if car.entry in back and car.entry not in waved),
    ]


def lanes_chosen(run: Running, cars: Sequence[Car]) -> list[Car]:
    """The cars as they line up two abreast: who takes the shorter line moves up; the first stays.

    A field that starts in single file keeps its places.
    """
    spread = run.scenario.cautions.choice_of_lane
    if not spread or len(cars) < 2:
        return list(cars)
    draw = run.chance.racing
    wanted = [(place + draw.gauss(0.0, spread), place) for place in range(1, len(cars))]
    return [cars[0], *(cars[place] for _, place in sorted(wanted))]


def wave_round(run: Running) -> None:
    """One to go: lapped cars ahead of the leader drive round to the tail, and have a lap back.

    The others choose their lanes.
    """
    waved = [car for car in run.to_wave if car in run.queue]
    run.to_wave.clear()
    for car in waved:
        car.behind -= 1
    going = {car.entry for car in waved}
    staying = [car for car in run.queue if car.entry not in going]
    lead = min((car.behind for car in staying), default=0)
    run.queue = [
        *lanes_chosen(run, [car for car in staying if car.behind == lead]),
        *lanes_chosen(run, [car for car in staying if car.behind != lead]),
        *waved,
    ]


def expected_at_line(car: Car) -> int:
    """When a car that is past the last loop is due at the line."""
    return car.arrival
