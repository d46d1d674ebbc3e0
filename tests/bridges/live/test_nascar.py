"""NASCAR live: successive looks at a board become what happened between them, in true order."""

import asyncio
import contextlib
import json
import random
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bridges.live.bridging import races, running, told
from tests.bridges.live.nascar_race import SMALL, Race, even, message
from tests.bridges.live.web import Page, site
from tests.brokers import until
from tracker.bridges.live.nascar import STALE, WAIT, LiveNascar, feed
from tracker.bridges.live.nascar_flags import codes
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction, FlagChanged, Incident, Retirement
from tracker.feed.recording import numbered
from tracker.feed.setting import SessionSetup
from tracker.feed.timing import Crossing, DriverChange, PitIn, PitOut
from tracker.racing.classification import classification
from tracker.racing.report import order_by_lap
from tracker.score import folded

SECOND = 1_000_000


class Heard:
    """A translator and everything it said."""

    def __init__(self, **options: Any) -> None:
        self.live = LiveNascar(2023, **options)
        self.reports: list[Report] = []
        self.parts: list[str] = []

    def look(self, *boards: dict[str, Any]) -> list[Report]:
        return self.hear(*(message("live-feed", board) for board in boards))

    def hear(self, *messages: str) -> list[Report]:
        fresh = [one for line in messages for one in self.live.hear(line)]
        self.reports += [one.report for one in fresh]
        self.parts = list(dict.fromkeys([*self.parts, *(one.part for one in fresh)]))
        return [one.report for one in fresh]

    def race(self) -> Any:
        return folded(numbered(self.reports, "race"))

    def board(self) -> list[tuple[str, int]]:
        return [(line.car.entry, line.laps) for line in classification(self.race())]


def crossings(reports: Iterable[Report]) -> list[tuple[str, int | None, int, bool]]:
    return [
        (one.data.entry, one.data.lap, one.data.t_us, one.data.estimated)
        for one in reports
        if isinstance(one.data, Crossing)
    ]


def flags(reports: Iterable[Report]) -> list[tuple[str, float]]:
    return [
        (one.data.flag, one.data.t_us / SECOND)
        for one in reports
        if isinstance(one.data, FlagChanged)
    ]


def corrected(reports: Iterable[Report]) -> list[str]:
    return [one.data.op for one in reports if isinstance(one.data, Correction)]


def test_cars_that_came_round_between_two_looks_are_told_as_they_came() -> None:
    """Not as the document lists them; and the time is the car's own, not that of the look."""
    heard = Heard()
    heard.look(SMALL.board(0), SMALL.board(58))
    assert crossings(heard.look(SMALL.board(65))) == [
        ("5", 2, 60_000_000, False),
        ("17", 2, 60_500_000, False),
        ("07", 2, 61_000_000, False),
        ("7", 2, 61_600_000, False),
    ]
    assert heard.look(SMALL.board(66)) == []


def test_the_first_document_sets_the_scene() -> None:
    """Numbers without padding, and 07 is not 7; stages and the grid as far as they are known."""
    heard = Heard()
    reports = heard.look(SMALL.board(0))
    race = heard.race()
    assert [car.number for car in race.cars.values()] == ["07", "17", "5", "7"]
    assert [car.starting_position for car in race.cars.values()] == [3, 2, 1, 4]
    setup = next(one.data for one in reports if isinstance(one.data, SessionSetup))
    assert (setup.season, setup.distance.laps, setup.track.length_m) == (2023, 12, 805)
    assert (setup.series, setup.rulebook) == ("NASCAR Xfinity Series", "club/any")
    assert flags(reports) == [("green", 0.0)]
    assert heard.parts == ["77"]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_however_often_one_looks_the_race_is_the_same(seed: int) -> None:
    """Looks are never further apart than two laps: then every lap is known to the thousandth."""
    chance = random.Random(seed)
    laps = 15
    crossed: dict[str, list[float]] = {}
    for place in range(8):
        times = [round(0.2 * place + chance.random() * 0.15, 3)]
        for _ in range(laps):
            times.append(round(times[-1] + 25 + chance.random() * 4 + place * 0.4, 3))
        crossed[str(place * 11)] = times
    finish = min(times[-1] for times in crossed.values())
    crossed = {
        car: [at for n, at in enumerate(times) if n == 0 or times[n - 1] < finish]
        for car, times in crossed.items()
    }
    race = Race(crossed, laps, flags=((0.0, 1), (finish, 4)))
    heard = Heard()
    at = 0.0
    while at < finish + 60:
        heard.look(race.board(at))
        at += chance.uniform(1, 49)
    heard.look(race.board(finish + 100))
    found = {(car, lap): time for car, lap, time, _ in crossings(heard.reports) if lap}
    assert found == {
        (car, lap): round(time * SECOND)
        for car, times in crossed.items()
        for lap, time in enumerate(times)
        if lap
    }
    assert corrected(heard.reports) == []
    scored = heard.race()
    assert scored.anomalies == []
    assert {car.entry: car.laps_completed for car in scored.cars.values()} == {
        car: len(times) - 1 for car, times in crossed.items()
    }
    ids = [(one.source, one.id) for one in heard.reports]
    assert len(ids) == len(set(ids))


def test_laps_nobody_looked_at_are_estimated_and_led_by_whom_the_feed_says() -> None:
    """Five laps in one look: the last two are timed; on the others the leader comes first."""
    crossed = even({"5": 30.0, "17": 30.1}, 9)
    crossed["17"][4] = 119.0  # in a draft: ahead on lap 4 alone
    race = Race(crossed, 9)
    heard = Heard()
    heard.look(race.board(0), race.board(31))
    seen = crossings(heard.look(race.board(182)))
    assert [one for one in seen if not one[3]] == [
        ("5", 5, 150_000_000, False), ("17", 5, 150_800_000, False),
        ("5", 6, 180_000_000, False), ("17", 6, 180_900_000, False),
    ]  # fmt: skip
    assert [one[:2] for one in seen if one[3]] == [
        ("5", 2), ("17", 2), ("5", 3), ("17", 3), ("17", 4), ("5", 4),
    ]  # fmt: skip
    assert heard.race().leaders[1:] == ["5", "5", "5", "17", "5", "5"]


def test_who_comes_late_asks_for_the_lap_times_and_has_every_lap() -> None:
    heard = Heard()
    assert crossings(heard.look(SMALL.board(200))) == []
    wanted = [json.loads(one) for one in heard.live.asks()]
    assert {one["of"]: one["path"] for one in wanted} == {
        "live-pit-data": "/cacher/live/series_2/77/live-pit-data.json",
        "weekend-feed": "/cacher/2023/2/77/weekend-feed.json",
        "lap-times": "/cacher/2023/2/77/lap-times.json",
    }
    assert heard.live.asks() == []
    seen = crossings(heard.hear(message("lap-times", SMALL.lap_times(190))))
    assert [one for one in seen if one[0] == "17" and one[1]] == [
        ("17", lap, round((0.3 + 30.1 * lap) * SECOND), False) for lap in range(1, 7)
    ]
    heard.look(SMALL.board(400))
    assert heard.board() == [("5", 12), ("17", 12), ("07", 12), ("7", 12)]
    assert list(order_by_lap(heard.race()).values()) == [["5", "17", "07", "7"]] * 12


@pytest.mark.parametrize("answer", ["lap-times null", 'lap-times {"laps":', "nothing"])
def test_who_comes_late_and_is_told_nothing_guesses_and_says_so(answer: str) -> None:
    """The leaders of every lap are right, for the feed carries them; the rest is estimated."""
    crossed = even({"5": 30.0, "17": 30.2, "7": 31.5}, 12)
    crossed["17"] = [at - 3 if 3 <= lap <= 6 else at for lap, at in enumerate(crossed["17"])]
    race = Race(crossed, 12)
    heard = Heard()
    heard.look(race.board(310))
    if answer == "nothing":
        heard.look(*(race.board(310 + n) for n in range(WAIT + 1)))
    else:
        heard.hear(answer)
    seen = crossings(heard.reports)
    assert {one[1] for one in seen if not one[3]} == {8, 9, 10}
    scored = heard.race()
    assert scored.leaders[1:] == ["5"] * 2 + ["17"] * 4 + ["5"] * 4
    assert scored.anomalies == []
    assert [(line.car.entry, line.laps) for line in classification(scored)] == [
        ("5", 10), ("17", 10), ("7", 9),
    ]  # fmt: skip
    assert heard.live.refused


def test_an_older_document_changes_nothing() -> None:
    """Not every one of their servers is as quick; nor does one of the race before."""
    heard = Heard()
    heard.look(SMALL.board(0), SMALL.board(100))
    assert heard.look(SMALL.board(70), SMALL.board(95)) == []
    heard.look(replace(SMALL, race_id=78).board(0))
    assert heard.look(SMALL.board(130)) == []
    assert heard.parts == ["77", "78"]


def test_a_clock_that_begins_again_is_another_race() -> None:
    heard = Heard()
    heard.look(SMALL.board(100), *(SMALL.board(n) for n in range(STALE)))
    assert heard.parts == ["77", "77-2"]


def test_practice_is_not_told() -> None:
    heard = Heard()
    assert heard.look(replace(SMALL, run_type=1).board(100)) == []
    assert "practice" in str(heard.live.refused)


def changed(board: dict[str, Any], car: str, **values: Any) -> dict[str, Any]:
    """A board with one car otherwise."""
    vehicles = [
        one | values if one["vehicle_number"].strip() == car else one for one in board["vehicles"]
    ]
    return board | {"vehicles": vehicles}


def test_a_count_that_goes_back_is_believed_the_second_time() -> None:
    """A slip of one document is nothing; twice the same takes the crossing away, by name."""
    heard = Heard()
    heard.look(SMALL.board(0), SMALL.board(65))
    back = {"laps_completed": 1, "vehicle_elapsed_time": 30.0}
    assert heard.look(changed(SMALL.board(66), "5", **back), SMALL.board(67)) == []
    slip = heard.look(changed(SMALL.board(68), "5", **back), changed(SMALL.board(69), "5", **back))
    assert corrected(slip) == ["delete"]
    assert heard.race().cars["5"].laps_completed == 1
    again = heard.look(SMALL.board(70))
    assert crossings(again) == [("5", 2, 60_000_000, False)]
    assert again[0].id == "crossing/5/2/sf/2"
    assert heard.race().cars["5"].laps_completed == 2


def test_a_lap_given_by_the_officials_is_credited_and_not_driven() -> None:
    heard = Heard()
    heard.look(SMALL.board(0), SMALL.board(65))
    given = heard.look(*(changed(SMALL.board(n), "7", laps_completed=3) for n in (66, 67)))
    assert corrected(given) == ["lap_credit"]
    assert heard.race().cars["7"].laps_completed == 3
    later = SMALL.board(95)
    heard.look(changed(later, "7", laps_completed=4))
    assert heard.race().cars["7"].laps_completed == 4


def test_a_time_that_is_put_right_is_put_right() -> None:
    heard = Heard()
    heard.look(SMALL.board(0), SMALL.board(65))
    other = [changed(SMALL.board(n), "17", vehicle_elapsed_time=59.999) for n in (66, 67)]
    assert corrected(heard.look(*other)) == ["retime"]
    assert heard.race().lap_orders[2][:2] == ["17", "5"]


def test_laps_nobody_can_have_driven_are_not_believed() -> None:
    """A count that jumps by fifty in five seconds, once."""
    heard = Heard()
    heard.look(SMALL.board(0), SMALL.board(95))
    wild = changed(SMALL.board(96), "7", laps_completed=53, vehicle_elapsed_time=95.5)
    assert heard.look(wild, SMALL.board(97)) == []


def test_what_cannot_be_read_of_a_car_leaves_that_car_out() -> None:
    heard = Heard()
    heard.look(SMALL.board(0))
    board = changed(SMALL.board(35), "17", laps_completed="many")
    board["vehicles"] += [{}, 7, {"vehicle_number": "5", "laps_completed": 99}]
    assert [one[0] for one in crossings(heard.look(board)) if one[1]] == ["5", "07", "7"]
    assert sum(heard.live.refused.values()) == 3


@pytest.mark.parametrize(
    "line",
    [
        "live-feed null", "live-feed [1]", 'live-feed {"vehicles":', "live-feed", "", "what {}",
        'live-feed {"vehicles":[],"race_id":1}', "live-flag-data 7", "lap-times {}",
        'weekend-feed {"weekend_race":[]}', 'live-pit-data {"a":[1]}', "live-feed " + "[" * 9_999,
    ],
)  # fmt: skip
def test_nonsense_is_counted_and_says_nothing(line: str) -> None:
    heard = Heard()
    assert heard.hear(line) == []
    heard.look(SMALL.board(0))
    heard.hear(line)
    assert crossings(heard.look(SMALL.board(31)))
    assert heard.live.refused or line.startswith("live-pit-data")


def test_a_document_with_something_before_and_after_it_is_read() -> None:
    heard = Heard()
    text = json.dumps(SMALL.board(0))
    assert heard.hear(f"live-feed https://example.org/live-feed.json {text} Source: somewhere")


LIST: list[dict[str, Any]] = [
    {"lap_number": 0, "flag_state": 8, "elapsed_time": 0.0, "comment": None, "beneficiary": None},
    {"lap_number": 0, "flag_state": 1, "elapsed_time": 0.0, "comment": None, "beneficiary": None},
    {
        "lap_number": 2, "flag_state": 2, "elapsed_time": 71.675, "beneficiary": "",
        "comment": "Nos. 5, 17 Incident Turn 4",
    },
]  # fmt: skip


def test_the_list_of_flags_says_when_and_why_and_who_gets_a_lap_back() -> None:
    """Who, a minute later: told once more, and nothing but that has changed."""
    race = replace(SMALL, flags=((0.0, 1), (71.675, 2)))
    heard = Heard()
    heard.look(race.board(0))
    heard.hear(message("live-flag-data", LIST[:2]))
    assert flags(heard.look(race.board(75))) == [], "the list knows better"
    fresh = heard.hear(message("live-flag-data", LIST))
    assert flags(fresh) == [("caution", 71.675)]
    noted = next(one.data for one in fresh if isinstance(one.data, Incident))
    assert [part.entry for part in noted.involved] == ["5", "17"]
    assert {part.role for part in noted.involved} == {"cause_unknown"}
    assert (noted.kind, noted.lap, noted.location and noted.location.text) == (
        "contact", 3, "Turn 4",
    )  # fmt: skip
    heard.hear(message("live-flag-data", [*LIST[:2], LIST[2] | {"beneficiary": "7    "}]))
    heard.look(race.board(80))
    (caution,) = heard.race().cautions
    assert (caution.first_lap, caution.beneficiary, caution.reasons) == (3, "7", ("accident",))


def test_without_the_list_the_board_says_it_to_a_few_seconds() -> None:
    race = replace(SMALL, flags=((0.0, 1), (71.6, 2), (130.0, 1)))
    heard = Heard()
    heard.look(*(race.board(at) for at in range(0, 150, 5)))
    assert flags(heard.reports) == [("green", 0.0), ("caution", 75.0), ("green", 130.0)]


def test_a_list_of_the_race_before_is_not_of_this_one() -> None:
    heard = Heard()
    heard.look(SMALL.board(10))
    old = [*LIST[:2], LIST[2] | {"elapsed_time": 9_891.7, "lap_number": 240}]
    assert heard.hear(message("live-flag-data", old)) == []
    assert "another race" in str(heard.live.refused)


@pytest.mark.parametrize(("said", "code"), [((), 4), (("4=white", "5=checkered"), 5)])
def test_the_race_ends_whichever_code_they_have_for_it(said: tuple[str, ...], code: int) -> None:
    """White is worked out: one lap to go, under green; and told once, whatever the codes."""
    race = replace(SMALL, flags=((0.0, 1), (359.8, code)))
    heard = Heard(codes=codes(said))
    heard.look(*(race.board(at) for at in range(0, 380, 5)))
    assert flags(heard.reports) == [("green", 0.0), ("white", 330.000001), ("checkered", 360.0)]
    assert heard.board() == [("5", 12), ("17", 12), ("07", 12), ("7", 12)]


def test_codes_that_are_none_are_refused() -> None:
    for wrong in ("4", "x=white", "4=pink"):
        with pytest.raises(ValueError, match="want a code and a flag"):
            codes([wrong])


def test_a_flag_shortly_before_the_winner_does_not_end_the_race_a_lap_early() -> None:
    race = replace(SMALL, flags=((0.0, 1), (359.0, 4)))
    heard = Heard()
    heard.look(*(race.board(at) for at in (0, 329, 359.5, 365)))
    assert heard.board()[0] == ("5", 12)


def test_a_race_that_is_cut_short_ends_where_it_is() -> None:
    race = replace(SMALL, flags=((0.0, 1), (200.0, 4), (210.0, 9)))
    heard = Heard()
    heard.look(*(race.board(at) for at in range(0, 240, 5)))
    scored = heard.race()
    assert scored.finished_at == 210 * SECOND, "the lap on which the flag fell"
    assert [(line.car.entry, line.laps) for line in classification(scored)] == [
        ("5", 7), ("17", 7), ("07", 7), ("7", 7),
    ]  # fmt: skip


def test_a_finish_that_nobody_looked_at_is_a_finish() -> None:
    """Cold is what comes after it."""
    race = replace(SMALL, flags=((0.0, 1), (360.0, 4), (400.0, 9)))
    heard = Heard()
    heard.look(race.board(0), race.board(340), race.board(500))
    assert flags(heard.reports)[-1] == ("checkered", 360.0)


def test_a_stop_is_told_once_whoever_tells_it() -> None:
    """By the board while it lasts, by the pit data to the ten-thousandth; zeros are no stop."""
    race = replace(SMALL, stops={"17": [(50.0, 66.5)]})
    heard = Heard()
    heard.look(race.board(0), race.board(55))
    row = {"vehicle_number": "17", "pit_in_race_time": 50.0412, "pit_out_race_time": 66.498,
           "pit_stop_duration": -1, "lap_count": 1}  # fmt: skip
    nobody = row | {"vehicle_number": "99"}
    heard.hear(message("live-pit-data", [row, nobody, row | {"pit_in_race_time": 0}]))
    heard.look(race.board(70))
    visits = [one.data for one in heard.reports if isinstance(one.data, PitIn | PitOut)]
    assert [(visit.entry, visit.t_us) for visit in visits] == [
        ("17", 50_000_000), ("17", 66_498_000),
    ]  # fmt: skip


def test_a_car_that_is_out_may_come_back() -> None:
    heard = Heard()
    out = replace(SMALL, out={"17": 40.0})
    heard.look(out.board(0), out.board(45), out.board(50), SMALL.board(65))
    told_so = [one.data for one in heard.reports if isinstance(one.data, Retirement)]
    assert [(one.entry, one.back) for one in told_so] == [("17", False), ("17", True)]
    assert heard.race().cars["17"].retired is None


def test_another_driver_in_the_car_is_a_change_and_not_another_car() -> None:
    heard = Heard()
    heard.look(SMALL.board(0), SMALL.board(40))
    fresh = heard.look(changed(SMALL.board(45), "17", driver={"full_name": "Somebody Else"}))
    (change,) = [one.data for one in fresh if isinstance(one.data, DriverChange)]
    assert (change.entry, change.driver, change.previous) == ("17", "Somebody Else", "Driver 17")


WEEKEND = {
    "weekend_race": [
        {
            "series_id": 2, "race_season": 2023, "race_name": "The Sample 100",
            "race_date": "2023-03-18T17:00:00", "track_name": "Sample Speedway",
            "scheduled_laps": 12, "stage_1_laps": 4, "stage_2_laps": 4, "stage_3_laps": 4,
            "inspection_complete": True,
            "results": [
                {"car_number": car, "finishing_position": place, "laps_completed": 12,
                 "finishing_status": "Running", "disqualified": car == "17",
                 "driver_fullname": f"Driver {car}", "team_name": "Team"}
                for place, car in enumerate(("5", "07", "7", "17"), start=1)
            ],
        }
    ]
}  # fmt: skip


def test_the_weekend_feed_knows_the_stages_and_how_it_came_out() -> None:
    """Not before the flag: the last race's result lies about for a week."""
    race = replace(SMALL, flags=((0.0, 1), (360.0, 4)))
    heard = Heard()
    heard.look(race.board(0))
    heard.hear(message("weekend-feed", WEEKEND))
    assert [stage.end_lap for stage in heard.race().stages] == [4, 8, 12]
    assert heard.race().announced.name == "The Sample 100"
    heard.look(*(race.board(at) for at in range(5, 380, 5)))
    scored = heard.race()
    assert [line.car.entry for line in classification(scored)] == ["5", "07", "7", "17"]
    assert scored.publications[-1].status.value == "official"


@pytest.mark.anyio
async def test_from_a_web_server_to_the_journal_through_a_kill(tmp_path: Path) -> None:
    """Nothing twice, nothing missing; a 403 and half a document on the way change nothing."""
    race = replace(SMALL, flags=((0.0, 1), (360.0, 4)))
    path = "/live/feeds/live-feed.json"
    async with site() as shown:

        def show(at: float) -> None:
            text = json.dumps(race.board(at), indent=2)
            shown.pages[path] = Page(b"\xef\xbb\xbf" + text.encode(), packed=at > 100)

        def promised(name: str) -> int:
            with contextlib.suppress(sqlite3.OperationalError):  # an outbox that is being made
                return sum(isinstance(one.data, Crossing) for one in told(tmp_path, name))
            return 0

        async def heard(name: str, laps: int) -> None:
            await until(lambda: promised(name) == laps)

        show(0)
        live = feed(shown.url, season=2023, every_s=0.01)
        async with running(live, tmp_path, "sunday"):
            await until(lambda: races(tmp_path) == {"sunday-77"})
            show(35)
            await heard("sunday-77", 8)
            shown.pages[path] = Page(b"", "403 Forbidden")
            asked = shown.asked[path]
            await until(lambda: shown.asked[path] > asked + 2)
            show(65)
            await heard("sunday-77", 12)
        show(250)
        async with running(feed(shown.url, season=2023, every_s=0.01), tmp_path, "sunday"):
            await heard("sunday-77", 36)
            text = json.dumps(race.board(300))
            shown.pages[path] = Page(text[: len(text) // 2].encode())
            await asyncio.sleep(0)
            show(380)
            await heard("sunday-77", 52)
    scored = folded(told(tmp_path, "sunday-77"))
    assert [(line.car.entry, line.laps) for line in classification(scored)] == [
        ("5", 12), ("17", 12), ("07", 12), ("7", 12),
    ]  # fmt: skip


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=200),
    st.sampled_from(["", "5", "\u200b", "7\x00", "-1", [], {}, [1], {"a": 1}, 1e300, -1, 99_999]),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_document_nobody_falls_over(data: st.DataObject) -> None:
    """Any value of any field replaced by anything; and the race's next documents are understood.

    Those are passed over for a while only where the odd one is of another race, or of a later hour.
    """
    weekend: Any = json.loads(json.dumps(WEEKEND))
    race = replace(SMALL, flags=((0.0, 1), (100.0, 2), (360.0, 4)), stops={"17": [(50.0, 66.5)]})
    documents = [
        ("live-feed", race.board(70)),
        ("live-flag-data", {"FlagStates": LIST}),
        ("live-pit-data", [{"vehicle_number": "17", "pit_in_race_time": 50.0, "lap_count": 1}]),
        ("weekend-feed", weekend),
        ("lap-times", race.lap_times(70)),
    ]
    kind, told = data.draw(st.sampled_from(documents))
    told = json.loads(json.dumps(told))
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        pairs: Any = ()
        if isinstance(value, dict | list):
            pairs = list(value.items() if isinstance(value, dict) else enumerate(value))
        for key, inner in pairs:
            places.append((value, key))
            walk(inner)

    walk(told)
    for _ in range(data.draw(st.integers(1, 3))):
        where, key = data.draw(st.sampled_from(places))
        where[key] = data.draw(ODD)
    heard = Heard()
    if data.draw(st.booleans()):
        heard.look(race.board(data.draw(st.sampled_from([0, 65]))))
    heard.hear(f"{kind} {json.dumps(told)}")
    for at in range(75, 150, 5):
        heard.look(race.board(at))
    assert crossings(heard.look(race.board(200)))
    assert heard.board()


def test_a_look_that_names_another_race_by_mistake() -> None:
    """It is believed as a new race is; where no further look knows of it, the first goes on."""
    race, heard = replace(SMALL), Heard()
    heard.look(race.board(0), race.board(70))
    heard.look(race.board(75) | {"race_id": 9_999})
    for at in range(80, 200, 5):
        heard.look(race.board(at))
    undisturbed = Heard()
    undisturbed.look(race.board(0), race.board(70), *map(race.board, range(75, 200, 5)))
    assert heard.parts[0] == undisturbed.parts[0]
    assert heard.live.race is not None
    assert heard.live.race.part == undisturbed.parts[0]
    assert crossings(heard.look(race.board(300))) == crossings(undisturbed.look(race.board(300)))
