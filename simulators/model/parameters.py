"""What a simulated race is made of, each value with its unit; durations in seconds.

The defaults are those of a Cup car at Kansas, with where they come from:

- K25   measured on the lap times of the 2025 spring race at Kansas
- LOOP  loop data of Cup races, 2019 to 2025
- PITS  pit road times of a Cup race weekend at Chicagoland
- FIT   fitted, so that 200 seeds at Kansas measure as real races there do (docs/simulator.md)
- GUESS nobody measured it
"""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["oval", "road", "endurance"]


@dataclass(frozen=True, slots=True)
class Track:
    """Where the race is run."""

    id: str = "kansas"
    name: str = "Kansas Speedway"
    length_m: int = 2414
    kind: Literal["oval", "road", "street", "kart", "other"] = "oval"
    lap_s: float = 30.66
    """The best car alone on fresh tyres. K25: best lap of the race 30.29."""
    loops: tuple[float, ...] = (0.25, 0.5, 0.75)
    """Timing loops after the line, as shares of the time of a lap."""
    pit_in: float = 0.90
    """Where pit road begins, as a share of the time of a lap; past the last loop."""
    pit_out: float = 0.06
    """Where it ends; short of the first loop after the line."""
    pit_road_s: float = 32.5
    """Along pit road at its speed limit, without stopping. PITS: 40 to 47 s with a stop."""
    line_on_pit_road: float = 0.4
    """Where the line crosses pit road, as a share of it. K25: in-lap +12.4 s, out-lap +26.5 s."""


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the race goes: laps, or time."""

    laps: int | None = 267
    duration_s: float | None = None
    stages: tuple[int, ...] = (80, 165)
    """Laps that end a stage; the last stage is the race."""
    overtime: bool = True
    """Two laps under green at the end, whatever happens: F = max(S, n + 2) at every restart."""


@dataclass(frozen=True, slots=True)
class Class:
    """A race within the race."""

    name: str
    cars: int
    slower_s: float = 0.0
    """A lap of its best car, more than that of the best car of all."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Who takes part."""

    cars: int = 38
    """Shared out among the classes in their proportions, where there are any."""
    classes: tuple[Class, ...] = ()
    drivers: int = 1
    """Drivers to a car; with more than one they change at pit stops."""
    skill_scale_s: float = 0.225
    skill_shape: float = 1.1
    """How much slower than the best possible a car is over a lap: Weibull, so that most are close
    and a few are far. K25: standard deviation 0.29 to 0.33 s, range 1.39 to 1.48 s."""
    day_s: float = 0.08
    """How much better or worse a car is than it qualified; standard deviation. GUESS."""
    driver_s: float = 0.25
    """Between the drivers of one car, over a lap; standard deviation. GUESS."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a lap takes."""

    drop_s: float = 0.034
    """Slower per lap, tyres older and fuel lighter together. K25: 0.030 to 0.044."""
    drop_spread_s: float = 0.005
    """Between cars; standard deviation. K25: quartiles 0.016 to 0.050."""
    noise_s: float = 0.16
    """From lap to lap; standard deviation. K25: 0.15 to 0.18."""
    noise_kept: float = 0.25
    """Share of that kept from one lap to the next. K25: 0.11 to 0.37."""
    sector_noise_s: float = 0.01
    """Between two loops, on top. GUESS."""
    start_s: float = 1.7
    """Lost on the first lap from a rolling start. K25: opening lap 32.3 to 33.4."""
    restart_s: float = 1.0
    """Lost on the first lap after a restart, on cold tyres. K25: 33.0 against 31.6."""
    clean_air_s: float = 0.07
    """A lap of the leader is that much shorter. FIT."""


@dataclass(frozen=True, slots=True)
class Racing:
    """Cars among cars."""

    closest_s: float = 0.16
    """Behind another car, at least."""
    pass_always: float = 0.010
    """Chance to get by from one loop to the next for a car that has come up to another. FIT."""
    pass_per_s: float = 2.1
    """… and for each second it would gain between the two loops, more. FIT."""
    pass_restart: float = 2.2
    """Times as likely in the first laps after a green. FIT."""
    restart_laps: int = 2
    pass_lapped: float = 0.75
    """Chance to get by a car that is not racing for the same lap. GUESS."""
    lapping_s: float = 0.05
    """What that costs. Spec of the prototype: 0.1 to 0.2 s over a lap. GUESS."""
    draft_range_s: float = 0.7
    draft_s: float = 0.04
    """A lap that close behind another car is that much shorter. GUESS."""


@dataclass(frozen=True, slots=True)
class Pits:
    """Pit stops."""

    stationary_s: tuple[float, float] = (9.0, 12.0)
    """For fuel and four tyres. General knowledge."""
    noise_s: float = 0.8
    """Standard deviation. Prototype."""
    bad: float = 0.05
    bad_s: tuple[float, float] = (4.0, 15.0)
    """A stop that goes wrong: how often, and what it costs. Prototype."""
    tank_laps: int = 55
    """Laps on a tank. Sources: 50 to 60 laps of 1.5 miles on 18 to 20 gallons."""
    saved_by_caution: float = 0.5
    """Share of a lap's fuel that a lap behind the pace car does not burn. GUESS."""
    two_tyres: float = 0.06
    two_tyres_s: float = -4.0
    two_tyres_slower_s: float = 0.15
    """A stop for two tyres: how often under caution, what it saves, what a lap then costs. GUESS"""
    speeding: float = 0.02
    """Share of stops with a penalty: the tail of the field, or once more through pit road."""
    repair_s: tuple[float, float] = (10.0, 70.0)
    """To mend a damaged car, once under caution. GUESS."""
    driver_change: float = 0.0
    """Share of stops at which the driver changes."""
    driver_change_s: float = 12.0


@dataclass(frozen=True, slots=True)
class Strategy:
    """When cars stop."""

    spread_laps: float = 3.2
    """Around the even split of a run. K25: first stops on laps 34 to 42 of 80."""
    off_sequence: float = 0.22
    """Share of the cars in the back half that split their run unevenly. FIT."""
    off_sequence_laps: float = 9.0
    worth_it_laps: int = 12
    """Tyres this old are changed under caution. Prototype."""
    stay_out: float = 0.04
    """Share of cars that stay out all the same. FIT."""
    anyway: float = 0.06
    """Share that stops under caution on younger tyres, from the back half of the field. FIT."""
    lapped: float = 0.15
    """Share of lapped cars that stop under caution; the others are waved around. Prototype 0.40;
    FIT."""


@dataclass(frozen=True, slots=True)
class Cautions:
    """The field under yellow."""

    flag: Literal["caution", "sc", "fcy"] = "caution"
    hazard: float = 0.0145
    """Per lap of the leader under green. Prototype 0.0135; FIT."""
    after_restart: float = 6.0
    after_restart_laps: int = 3
    """Times as likely in so many laps after a green. Prototype 7.4; FIT."""
    late: float = 2.6
    late_from: float = 0.92
    """Times as likely from this share of the distance on. Prototype."""
    first_lap: float = 0.0
    """Chance on the first lap, where it is another: 0 takes the usual one."""
    accident: float = 0.6
    """Share of accidents; the others are spins. Prototype."""
    several: float = 0.55
    """Share of incidents with more than one car. Prototype."""
    slow_zone: float = 0.0
    """Share run without a pace car, everybody slow where he is (virtual safety car)."""
    slow_zone_factor: float = 1.4
    accident_laps: tuple[int, int] = (4, 7)
    spin_laps: tuple[int, int] = (3, 6)
    stage_laps: tuple[int, int] = (6, 8)
    pace_lap_s: tuple[float, float] = (90.0, 106.0)
    """A lap behind the pace car. K25."""
    green_lap_s: float = 80.0
    """The lap at the end of which the green falls. K25: 68 to 88."""
    catch_up_s: float = 52.0
    """A lap of a car that drives up to the others. K25: first caution laps from 39 s on."""
    spacing_s: float = 0.6
    """Between cars behind the pace car. GUESS."""
    choice_of_lane: float = 1.7
    """Places won or lost when lanes are chosen for the restart; standard deviation. FIT."""
    restart_spacing_s: float = 0.18
    """Between cars at the line when the green falls, two abreast. GUESS."""
    free_pass: bool = True
    """The first lapped car gets a lap back."""
    wave_around: Literal["ahead_of_leader", "all", "nobody"] = "ahead_of_leader"
    """Which lapped cars are waved past the pace car before the restart."""


@dataclass(frozen=True, slots=True)
class Attrition:
    """Cars that do not last."""

    first_out: float = 0.36
    """Chance that an accident ends the race of the car around which it happens. Prototype 0.42;
    FIT."""
    other_out: float = 0.12
    """… and of each other car in it. Prototype 0.14; FIT."""
    spin_out: float = 0.08
    """… and that a mere spin does. GUESS."""
    mechanical: float = 1.2e-4
    """Per car and lap. LOOP, Kansas 2019 to 2025."""
    lost_s: tuple[float, float] = (6.0, 30.0)
    """What a car that goes on has lost. GUESS."""
    damage: float = 0.5
    damage_s: tuple[float, float] = (0.15, 0.9)
    """Share of those that are damaged, and what a lap then costs. Prototype."""


@dataclass(frozen=True, slots=True)
class Told:
    """How the feed tells it."""

    series: str = "Simulated Cup"
    name: str = "Simulated 400"
    season: int = 2024
    rulebook: str = "nascar-cup/2024"
    start: Literal["rolling", "standing"] = "rolling"
    names_free_pass: bool = True
    """Whether race control names the car that gets its lap back."""
    white_flag: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """A race to simulate, up to chance."""

    kind: Kind = "oval"
    track: Track = field(default_factory=Track)
    distance: Distance = field(default_factory=Distance)
    entries: Entries = field(default_factory=Entries)
    pace: Pace = field(default_factory=Pace)
    racing: Racing = field(default_factory=Racing)
    pits: Pits = field(default_factory=Pits)
    strategy: Strategy = field(default_factory=Strategy)
    cautions: Cautions = field(default_factory=Cautions)
    attrition: Attrition = field(default_factory=Attrition)
    told: Told = field(default_factory=Told)
