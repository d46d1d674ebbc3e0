"""A little language for a past: races as lists of drivers in order of finish."""

from tracker.verdicts.history import History, PastRace, Start

FIELD = tuple(f"Car {n}" for n in range(1, 31))


def race(
    date: str,
    *order: str,
    track: str = "Somewhere Speedway",
    out: tuple[str, ...] = (),
    size: int = 40,
    round: int | None = None,
) -> PastRace:
    """A race: the drivers named finish first, in this order, the rest of the field behind them."""
    others = [f"Filler {n}" for n in range(1, size + 1)]
    drivers = [*order, *others][:size]
    rows = tuple(
        Start(
            entry=str(place),
            driver=driver,
            finish=place,
            start=place,
            status="Accident" if driver in out else "Running",
            laps=100,
            laps_led=100 if place == 1 else 0,
        )
        for place, driver in enumerate(drivers, start=1)
    )
    return PastRace(date, track, f"Race of {date}", int(date[:4]), rows, 100, round)


def at(place: int, driver: str, size: int = 40) -> tuple[str, ...]:
    """An order of finish in which a driver takes this place."""
    return (*(f"Ahead {n}" for n in range(1, place)), driver)[:size]


def season(driver: str, *places: int, year: int = 2024, out: tuple[int, ...] = ()) -> History:
    """A season in which a driver finished so, a race a week; `out` are races not finished."""
    return History(
        tuple(
            race(
                f"{year}-{1 + number // 4:02}-{1 + 7 * (number % 4):02}",
                *at(place, driver),
                track=f"Track {number} Speedway",
                out=(driver,) if number in out else (),
            )
            for number, place in enumerate(places)
        )
    )
