"""Races by name: a mile and a half of oval, a short one, a road course, six hours of endurance."""

from collections.abc import Mapping

from simulators.model.parameters import (
    Attrition,
    Cautions,
    Class,
    Distance,
    Entries,
    Pace,
    Pits,
    Racing,
    Scenario,
    Strategy,
    Told,
    Track,
)

KANSAS = Scenario()
"""The one that is calibrated."""

SHORT_OVAL = Scenario(
    track=Track(
        id="short-oval",
        name="Half Mile Speedway",
        length_m=847,
        lap_s=19.4,
        loops=(0.33, 0.67),
        pit_in=0.85,
        pit_out=0.12,
        pit_road_s=17.0,
        line_on_pit_road=0.5,
    ),
    distance=Distance(laps=400, stages=(80, 180)),
    entries=Entries(cars=36, skill_scale_s=0.16),
    pace=Pace(drop_s=0.008, drop_spread_s=0.002, noise_s=0.08, start_s=1.0, restart_s=0.6),
    racing=Racing(closest_s=0.14),
    pits=Pits(tank_laps=150),
    cautions=Cautions(
        hazard=0.010,
        after_restart=3.0,
        accident_laps=(7, 9),
        spin_laps=(6, 8),
        stage_laps=(9, 11),
        pace_lap_s=(36.0, 42.0),
        green_lap_s=36.0,
        catch_up_s=26.0,
        spacing_s=0.6,
    ),
    told=Told(name="Simulated 400 Laps"),
)
"""Half a mile; nothing about it is calibrated."""

ROAD = Scenario(
    kind="road",
    track=Track(
        id="hill-ring",
        name="Hill Ring",
        length_m=4318,
        kind="road",
        lap_s=67.5,
        loops=(0.3, 0.65),
        pit_in=0.95,
        pit_out=0.04,
        pit_road_s=17.0,
        line_on_pit_road=0.5,
    ),
    distance=Distance(laps=71, stages=(), overtime=False),
    entries=Entries(cars=20, skill_scale_s=0.75, skill_shape=1.6, day_s=0.15),
    # Lap noise, gaps and tyres as a public race simulator has them for Spielberg 2019.
    pace=Pace(
        drop_s=0.018,
        drop_spread_s=0.004,
        noise_s=0.35,
        noise_kept=0.1,
        start_s=3.0,
        restart_s=1.0,
        clean_air_s=0.1,
    ),
    racing=Racing(
        closest_s=0.5,
        pass_always=0.02,
        pass_per_s=0.9,
        pass_restart=1.5,
        pass_lapped=0.9,
        lapping_s=0.3,
        draft_s=0.15,
        draft_range_s=1.0,
    ),
    pits=Pits(
        stationary_s=(2.2, 3.0),
        noise_s=0.3,
        bad=0.06,
        bad_s=(2.0, 10.0),
        tank_laps=48,
        two_tyres=0.0,
        speeding=0.005,
        repair_s=(8.0, 20.0),
    ),
    strategy=Strategy(
        spread_laps=4.0, off_sequence=0.3, worth_it_laps=15, stay_out=0.3, anyway=0.05, lapped=0.5
    ),
    cautions=Cautions(
        flag="sc",
        hazard=0.007,
        after_restart=2.0,
        after_restart_laps=2,
        late=1.0,
        first_lap=0.25,
        slow_zone=0.3,
        accident_laps=(3, 5),
        spin_laps=(2, 4),
        pace_lap_s=(104.0, 112.0),
        green_lap_s=100.0,
        catch_up_s=88.0,
        spacing_s=0.8,
        restart_spacing_s=0.45,
        choice_of_lane=0.0,
        free_pass=False,
        wave_around="all",
    ),
    attrition=Attrition(first_out=0.6, other_out=0.3, spin_out=0.3, mechanical=0.0012),
    told=Told(
        series="Simulated Grand Prix",
        name="Simulated Grand Prix",
        rulebook="f1/2024",
        start="standing",
        white_flag=False,
    ),
)
"""A road course in the manner of Formula 1; plausible, not calibrated."""

ENDURANCE = Scenario(
    kind="endurance",
    track=Track(
        id="lake-circuit",
        name="Lake Circuit",
        length_m=5472,
        kind="road",
        lap_s=93.0,
        loops=(0.3, 0.6),
        pit_in=0.95,
        pit_out=0.05,
        pit_road_s=30.0,
        line_on_pit_road=0.5,
    ),
    distance=Distance(laps=None, duration_s=6 * 3600.0, stages=(), overtime=False),
    entries=Entries(
        cars=44,
        classes=(Class("GTP", 11), Class("LMP2", 9, 4.5), Class("GTD PRO", 10, 12.0),
                 Class("GTD", 14, 12.8)),
        drivers=3,
        skill_scale_s=0.8,
        skill_shape=1.6,
        day_s=0.15,
        driver_s=0.4,
    ),
    pace=Pace(
        drop_s=0.03, drop_spread_s=0.01, noise_s=0.45, noise_kept=0.2, start_s=4.0, restart_s=2.0,
        clean_air_s=0.1,
    ),
    racing=Racing(
        closest_s=0.4, pass_always=0.02, pass_per_s=1.0, pass_restart=1.5, pass_lapped=0.9,
        lapping_s=0.25, draft_s=0.1,
    ),
    pits=Pits(
        stationary_s=(28.0, 36.0), noise_s=2.0, bad=0.04, bad_s=(10.0, 60.0), tank_laps=30,
        two_tyres=0.0, speeding=0.01, repair_s=(60.0, 900.0), driver_change=0.5,
    ),
    strategy=Strategy(
        spread_laps=1.0, off_sequence=0.1, off_sequence_laps=5.0, worth_it_laps=10, stay_out=0.15,
        anyway=0.1, lapped=0.6,
    ),
    cautions=Cautions(
        flag="fcy", hazard=0.022, after_restart=2.0, after_restart_laps=2, late=1.0,
        accident_laps=(4, 7), spin_laps=(3, 5), pace_lap_s=(170.0, 185.0), green_lap_s=160.0,
        catch_up_s=125.0, spacing_s=1.0, restart_spacing_s=0.5, choice_of_lane=0.0, free_pass=False,
        wave_around="ahead_of_leader",
    ),
    attrition=Attrition(first_out=0.25, other_out=0.1, spin_out=0.04, mechanical=3e-4,
                        lost_s=(10.0, 60.0)),
    told=Told(series="Simulated Endurance", name="Simulated Six Hours", rulebook="imsa/2024",
              white_flag=False),
)  # fmt: skip
"""Six hours in four classes, in the manner of IMSA; plausible, not calibrated."""

SCENARIOS: Mapping[str, Scenario] = {
    "kansas": KANSAS,
    "short-oval": SHORT_OVAL,
    "hill-ring": ROAD,
    "lake-circuit": ENDURANCE,
}
"""Every preset by the id of its track."""

OF_KIND: Mapping[str, str] = {"oval": "kansas", "road": "hill-ring", "endurance": "lake-circuit"}
