"""NASCAR: the published order is the truth, or the check; what was not believed is told."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.bridges.nascar_files import OFFSETS, WEEKEND, document, saved, steady
from tracker.bridges.converted import Converted
from tracker.bridges.nascar import convert
from tracker.bridges.nascar_weekend import reasons
from tracker.errors import RecordingRefused
from tracker.feed.officials import FlagChanged
from tracker.feed.recording import numbered
from tracker.feed.setting import EntryUpsert, SessionSetup
from tracker.feed.timing import Crossing
from tracker.racing.race import Race
from tracker.racing.report import report
from tracker.score import folded


def race_of(converted: Converted) -> Race:
    return folded(numbered(converted.reports, "race"))


def mixed(laps: int = 12) -> dict[str, list[float]]:
    """Laps that make cars pass one another."""
    chance = random.Random(400)  # seeded
    return {
        str(car): [round(30 + chance.random() * 0.5, 3) for _ in range(laps)] for car in range(1, 6)
    }


def test_without_starts_the_published_order_comes_out(tmp_path: Path) -> None:
    """Lap 1 is timed from each car's own start: summed it would be wrong, and is estimated."""
    told = document(mixed(), OFFSETS, tell_offsets=False)
    converted = convert(saved(tmp_path / "race.json", told, "https://example.org/feed\n"))
    order = report(folded(numbered(converted.reports, "race")))["order_by_lap"]
    for car in told["laps"]:
        for row in car["Laps"][1:]:
            assert order[str(row["Lap"])][row["RunningPos"] - 1] == car["Number"]
    crossings = [r.data for r in converted.reports if isinstance(r.data, Crossing)]
    assert all(crossing.estimated for crossing in crossings)
    assert [note.partition(":")[2][:12] for note in converted.odd] == [" text before"]


def test_with_starts_the_sums_are_the_crossings(tmp_path: Path) -> None:
    """Nothing is estimated where the file tells everything."""
    times = mixed()
    told = document(times, OFFSETS, tell_offsets=True)
    converted = convert(saved(tmp_path / "race.json", told))
    crossings = [r.data for r in converted.reports if isinstance(r.data, Crossing)]
    assert not any(crossing.estimated for crossing in crossings)
    last = max(c.t_us for c in crossings if c.entry == "3")
    assert last == round((0.6 + sum(times["3"])) * 1_000_000)
    assert converted.odd == []


def test_starts_that_make_no_order_are_not_used(tmp_path: Path) -> None:
    """Lap 0 tells something, but not when the cars crossed the line: the places decide."""
    told = document(mixed(30), OFFSETS, tell_offsets=False)
    for car, nonsense in zip(told["laps"], (9.0, 3.0, 70.0, 1.0, 40.0), strict=True):
        car["Laps"][0]["LapTime"] = nonsense
    converted = convert(saved(tmp_path / "race.json", told))
    assert converted.odd == ["the starts of lap 0 do not make the laps add up to the places"]
    order = report(folded(numbered(converted.reports, "race")))["order_by_lap"]
    for car in told["laps"]:
        for row in car["Laps"][1:]:
            assert order[str(row["Lap"])][row["RunningPos"] - 1] == car["Number"]


@pytest.mark.parametrize("wrong", [6.981, 55.0])
def test_a_lap_its_places_contradict_is_not_believed(tmp_path: Path, wrong: float) -> None:
    """Too short to have been driven, or too long for where the car was: replaced, and told."""
    told = document(steady(laps=20), OFFSETS, tell_offsets=True)
    told["laps"][2]["Laps"][9]["LapTime"] = wrong
    converted = convert(saved(tmp_path / "race.json", told))
    assert len(converted.odd) == 1
    assert converted.odd[0].startswith(f"car 3: lap 9 of {wrong:.3f} s not believed")
    order = report(folded(numbered(converted.reports, "race")))["order_by_lap"]
    assert {tuple(cars) for cars in order.values()} == {("1", "2", "3", "4", "5")}
    estimated = [
        (c.entry, c.lap)
        for r in converted.reports
        if isinstance(c := r.data, Crossing) and c.estimated
    ]
    assert estimated == [("3", lap) for lap in range(9, 21)]


def test_a_last_lap_nobody_can_confirm_is_estimated(tmp_path: Path) -> None:
    """Ten minutes, and never seen again; a lap as long in mid-race is believed."""
    times = steady(laps=40)
    times["4"] = [30.04] * 10 + [614.71]
    times["5"] = [30.05] * 10 + [614.71] + [30.05] * 5
    converted = convert(saved(tmp_path / "race.json", document(times, OFFSETS, tell_offsets=True)))
    assert [note.partition(" not")[0] for note in converted.odd] == ["car 4: lap 11 of 614.710 s"]


def test_flags_by_lap_make_cautions_with_those_laps(tmp_path: Path) -> None:
    """State 2 for laps 4 to 6: three laps under caution, as officials count them."""
    told = document(steady(), OFFSETS, tell_offsets=False, flags={4: 2, 5: 2, 6: 2})
    converted = convert(saved(tmp_path / "race.json", told))
    race = folded(numbered(converted.reports, "race"))
    assert [(c.first_lap, c.last_lap) for c in race.cautions] == [(4, 6)]
    flags = [r.data.flag for r in converted.reports if isinstance(r.data, FlagChanged)]
    assert flags == ["green", "caution", "green", "white", "checkered"]


def test_a_race_that_ends_under_caution_has_no_white_flag(tmp_path: Path) -> None:
    """The last state is a caution: no margin, and no flag that was not shown."""
    told = document(steady(), OFFSETS, tell_offsets=False, flags={12: 2})
    race = folded(numbered(convert(saved(tmp_path / "race.json", told)).reports, "race"))
    assert race.ended_under_caution
    assert [shown.flag.value for shown in race.flags_shown] == ["green", "caution", "checkered"]


def test_the_weekend_feed_decides(tmp_path: Path) -> None:
    """Its cautions, stages, laps, retirements and disqualification; who never started."""
    times = steady()
    times["5"] = times["5"][:10]
    told = document(times, OFFSETS, tell_offsets=False, flags={5: 2, 6: 2})
    converted = convert(
        saved(tmp_path / "race.json", told), saved(tmp_path / "weekend.json", WEEKEND)
    )
    race = folded(numbered(converted.reports, "race"))
    found = report(race)
    assert [(c["entry"], c["laps"], c["status"]) for c in found["classification"]] == [
        ("1", 12, "running"),
        ("3", 12, "running"),
        ("4", 12, "running"),
        ("5", 9, "Engine"),
        ("99", 0, "dns"),
        ("2", 12, "dsq"),
    ]
    assert found["cautions"] == [
        {"first_lap": 6, "last_lap": 7, "reasons": ["accident", "stage"], "beneficiary": "5"}
    ]
    setup = converted.reports[0].data
    assert isinstance(setup, SessionSetup)
    assert (setup.name, setup.rulebook) == ("Sample 400", "nascar-cup/2025")
    assert [stage.end_lap for stage in setup.stages] == [4, 8, 12]
    assert converted.odd == [
        "caution of laps 6 to 7: the lap file has 5 to 6, 1 lap earlier",
        "car 5: 9 laps in the official result, 10 in the lap file",
    ]


def test_a_car_set_back_without_a_word_is_set_back(tmp_path: Path) -> None:
    """The final places of the lap file are not those of its last lap."""
    told = document(steady(), OFFSETS, tell_offsets=True)
    for car, place in zip(told["laps"], (1, 5, 2, 3, 4), strict=True):
        car["RunningPos"] = place
    converted = convert(saved(tmp_path / "race.json", told))
    race = folded(numbered(converted.reports, "race"))
    assert [(p.entry, p.kind, p.amount) for p in race.penalties.values()] == [("2", "positions", 3)]
    assert [c["entry"] for c in report(race)["classification"]] == ["1", "3", "4", "5", "2"]
    assert race.declared is None  # nobody said so


def test_stops_and_comments_from_other_files(tmp_path: Path) -> None:
    """Rows of zeros hold nothing; a flag's comment joins the caution it belongs to."""
    told = document(steady(), OFFSETS, tell_offsets=False, flags={4: 2, 5: 2})
    flags = [
        {"lap_number": 3, "flag_state": 2, "comment": "Debris Turn 2", "beneficiary": "4   "},
        {"lap_number": 5, "flag_state": 1, "comment": None, "beneficiary": None},
    ]
    pits = [
        {"vehicle_number": "3", "pit_in_race_time": 0, "pit_out_race_time": 0, "lap_count": 0},
        {
            "vehicle_number": "3",
            "pit_in_race_time": 130.5,
            "pit_out_race_time": 141,
            "lap_count": 4,
        },
        {"vehicle_number": "4", "pit_in_race_time": 130.5, "pit_out_race_time": 0, "lap_count": 4},
        {"vehicle_number": "77", "pit_in_race_time": 1.5, "pit_out_race_time": 2, "lap_count": 4},
    ]
    converted = convert(
        saved(tmp_path / "race.json", told),
        None,
        [saved(tmp_path / "flags.json", {"FlagStates": flags}), saved(tmp_path / "p.json", pits)],
    )
    race = folded(numbered(converted.reports, "race"))
    assert [(c.reasons, c.beneficiary) for c in race.cautions] == [(("debris",), "4")]
    stops = [(car.entry, s.time_on_pit_road) for car in race.cars.values() for s in car.pit_stops]
    assert stops == [("3", 10_500_000)]
    assert converted.left_out == [
        "car 4: a pit stop from 130.5 to 0 s",
        "a pit stop of car 77, which has no laps",
    ]
    with pytest.raises(RecordingRefused, match="neither a race summary nor"):
        convert(tmp_path / "race.json", None, [saved(tmp_path / "other.json", {"a": 1})])


def test_holes_and_strange_rows_are_told(tmp_path: Path) -> None:
    """A lap without a row has no time; a row that is no lap is left out."""
    told = document(steady(), OFFSETS, tell_offsets=False)
    del told["laps"][3]["Laps"][5]
    told["laps"][4]["Laps"].append({"Lap": 3, "LapTime": 30.0, "RunningPos": 5})
    told["laps"].append({"Number": "", "Laps": []})
    converted = convert(saved(tmp_path / "race.json", told))
    assert [note.split(":")[0] for note in converted.left_out] == [
        "car 5",
        "car 6 of the document",
    ]
    assert converted.odd[0] == "car 4: no row for lap 5"
    race = folded(numbered(converted.reports, "race"))
    assert [car.laps_completed for car in race.cars.values()] == [12] * 5


@pytest.mark.parametrize("told", [{}, {"laps": []}, {"laps": [{"Number": "1", "Laps": []}]}, []])
def test_another_document_is_refused(tmp_path: Path, told: object) -> None:
    """Said in a sentence, not in a stack of calls."""
    with pytest.raises(RecordingRefused):
        convert(saved(tmp_path / "race.json", told))


def test_reasons_are_read_from_the_comment() -> None:
    """Joined by a slash; a stage is filed under competition."""
    assert reasons("Competition / Stage 1 Conclusion") == ["stage"]
    assert reasons("Competition / Competition Caution") == ["competition"]
    assert reasons("Accident / #11, 15 Incident Turn 1") == ["accident"]
    assert reasons("No. 16 Fluid Turn 4") == ["fluid"]
    assert reasons("Balloon") == ["other"]
    assert reasons("") == []


def weekend_with(**values: object) -> dict[str, object]:
    """The weekend feed with some values of its race changed."""
    return {"weekend_race": [{**WEEKEND["weekend_race"][0], "results": [], **values}]}


def segment(first: int, last: int) -> dict[str, object]:
    return {"start_lap": first, "end_lap": last, "reason": "Accident", "flag_state": 2}


def test_a_race_goes_into_overtime_and_ends_where_the_file_ends(tmp_path: Path) -> None:
    """Twelve laps announced, fourteen run: the restart after lap 12 makes it so."""
    told = document(steady(laps=14), OFFSETS, tell_offsets=False)
    feed = weekend_with(caution_segments=[segment(10, 12)])
    converted = convert(saved(tmp_path / "race.json", told), saved(tmp_path / "weekend.json", feed))
    race = folded(numbered(converted.reports, "race"))
    assert (race.scheduled_laps, race.laps_completed) == (12, 14)
    assert race.finished_at is not None
    assert [car.laps_completed for car in race.cars.values()] == [14] * 5


@pytest.mark.parametrize("first", [10, 11, 12])
def test_a_finish_under_caution_keeps_the_published_order(tmp_path: Path, first: int) -> None:
    """A caution at the end of a Cup race: the order is that of the last lap, which is published."""
    times = mixed()
    told = document(times, OFFSETS, tell_offsets=False)
    feed = weekend_with(caution_segments=[segment(first, 12)])
    converted = convert(saved(tmp_path / "race.json", told), saved(tmp_path / "weekend.json", feed))
    found = report(folded(numbered(converted.reports, "race")))
    final = sorted(told["laps"], key=lambda car: int(car["RunningPos"]))
    assert [line["entry"] for line in found["classification"]] == [c["Number"] for c in final]
    assert found["race"]["laps_completed"] == 12


def test_nothing_in_a_document_gets_past_as_another_error(tmp_path: Path) -> None:
    """Any value of any document may be missing or of another kind: a race, or a refusal."""
    chance = random.Random(5400)  # seeded
    strange: list[Any] = [None, "", "x", -1, 0, 10**9, [], {}, [None], True, 1.5]
    races = refusals = 0
    for _ in range(150):
        told = document(mixed(6), OFFSETS, tell_offsets=chance.random() < 0.5, flags={3: 2})
        feed = json.loads(json.dumps(WEEKEND))
        for value in (told, feed):
            for _ in range(chance.randrange(3)):
                spoil(value, chance, strange)
        try:
            converted = convert(
                saved(tmp_path / "race.json", told), saved(tmp_path / "weekend.json", feed)
            )
        except RecordingRefused:
            refusals += 1
            continue
        folded(numbered(converted.reports, "race"))
        races += 1
    assert races > 0
    assert refusals > 0


def spoil(value: Any, chance: random.Random, strange: list[Any]) -> None:
    """Put something strange somewhere inside a document."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = chance.choice(keys)
        inner = value[key]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.2:
            value[key] = chance.choice(strange)
            return
        value = inner


def test_what_nascar_writes_around_a_name_is_no_part_of_it(tmp_path: Path) -> None:
    """Rookies, guests from another series, seats for one race."""
    told = document(steady(), OFFSETS, tell_offsets=True)
    names = ["* Ann Smith(i)", "Bob Jones #", "Cy O'Dea (P) #", "* Di Fox", "Ed Lee Jr."]
    for car, name in zip(told["laps"], names, strict=True):
        car["FullName"] = name
    converted = convert(saved(tmp_path / "laps.json", told))
    entered = [r.data.drivers[0].name for r in converted.reports if isinstance(r.data, EntryUpsert)]
    assert entered == ["Ann Smith", "Bob Jones", "Cy O'Dea", "Di Fox", "Ed Lee Jr."]


@pytest.mark.parametrize("who", [range(5), range(1)])
def test_laps_after_the_checkered_flag_are_not_of_the_race(tmp_path: Path, who: range) -> None:
    """Everybody drives on and another flag follows; or only the winner takes another lap."""
    told = document(steady(), OFFSETS, tell_offsets=False)
    told["flags"] = [{"LapsCompleted": lap, "FlagState": 4 if lap == 12 else 1}
                     for lap in range(1, 13)]  # fmt: skip
    right = report(race_of(convert(saved(tmp_path / "a.json", told))))
    if len(who) > 1:
        told["flags"].append({"LapsCompleted": 13, "FlagState": 2})
    for place in who:
        row = {"Lap": 13, "LapTime": 90.0 + place, "RunningPos": place + 1}
        told["laps"][place]["Laps"].append(row)
    converted = convert(saved(tmp_path / "a.json", told))
    assert report(race_of(converted)) == right
    assert len(converted.left_out) == len(who)
    assert converted.left_out[0].endswith("1 laps after the checkered flag (lap 12)")


def test_a_lap_longer_than_the_file_can_say(tmp_path: Path) -> None:
    """Of one car it is no time; of the whole field it is rain, and stands."""
    told = document(steady(), OFFSETS, tell_offsets=False)
    right = report(race_of(convert(saved(tmp_path / "a.json", told))))["order_by_lap"]
    told["laps"][2]["Laps"][5]["LapTime"] = 9999.999
    for car in told["laps"]:
        car["Laps"][8]["LapTime"] = 9999.999
    converted = convert(saved(tmp_path / "b.json", told))
    race = race_of(converted)
    assert report(race)["order_by_lap"] == right
    assert (race.finished_at or 0) > 9_999_000_000
    said = [one for one in converted.odd if "9999.999" in one]
    assert [one.rpartition(": ")[2] for one in said] == [
        "taken for none",
        "it may have been longer",
    ]


def test_a_red_flag_within_a_caution_leaves_it_one(tmp_path: Path) -> None:
    """Yellow, red, yellow, green is one caution; a stop that is not told is guessed aloud."""
    told = document(steady(), OFFSETS, tell_offsets=False)
    states = [1, 1, 2, 3, 2, 1, 1, 2, 2, 1, 1, 4]
    told["flags"] = [{"LapsCompleted": lap, "FlagState": s} for lap, s in enumerate(states, 1)]
    for car in told["laps"]:
        car["Laps"][8]["LapTime"] += 580
    converted = convert(saved(tmp_path / "laps.json", told))
    shown = [r.data for r in converted.reports if isinstance(r.data, FlagChanged)]
    assert [one.caution for one in shown if one.flag == "caution"] == [1, 1, 2]
    assert [one.flag for one in shown if one.flag == "red"] == ["red"]
    assert next(one for one in converted.odd if "stopped, perhaps" in one).startswith("lap 8 ")


def test_times_and_places_as_text(tmp_path: Path) -> None:
    """A program in between has put everything into quotation marks."""
    told = document(steady(), OFFSETS, tell_offsets=True)
    right = report(race_of(convert(saved(tmp_path / "a.json", told))))
    for car in told["laps"]:
        for row in car["Laps"]:
            for key, value in row.items():
                row[key] = str(value)
    assert report(race_of(convert(saved(tmp_path / "a.json", told)))) == right


@pytest.mark.parametrize("red", [(3, 3), (4, 5), (3, 6), (6, 6)])
def test_an_official_red_flag_within_a_caution_ends_neither(
    tmp_path: Path, red: tuple[int, int]
) -> None:
    """Laps 3 to 6 are one caution, whichever of them the race stood on."""
    laps = saved(tmp_path / "laps.json", document(steady(), OFFSETS, tell_offsets=True))
    stopped = segment(*red) | {"flag_state": 3}
    feed = weekend_with(caution_segments=[segment(3, 6), stopped, segment(9, 10)])
    converted = convert(laps, saved(tmp_path / "weekend.json", feed))
    race = race_of(converted)
    assert [(one.first_lap, one.last_lap) for one in race.cautions] == [(3, 6), (9, 10)]
    assert len(race.stoppages) == 1
    shown = [r.data for r in converted.reports if isinstance(r.data, FlagChanged)]
    assert [one.caution for one in shown if one.flag == "caution"][-1] == 2
    assert [one.lap for one in shown if one.flag == "green"] == [None, 6, 10]
