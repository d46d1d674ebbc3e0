"""Formula 1 live timing: who crossed the line when, from messages that only come near it."""

import base64
import json
import zlib
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bridges.f1_stream import EVENING, START, Late, Message, Story, control, line
from tracker.bridges.converted import in_order
from tracker.bridges.f1 import LiveTiming
from tracker.bridges.f1_state import merged, topic_of, unpacked
from tracker.feed.envelope import Report
from tracker.feed.officials import Correction, FlagChanged, Incident, Penalty, Retirement
from tracker.feed.recording import numbered
from tracker.feed.setting import EntryUpsert, GridSet, SessionSetup
from tracker.feed.timing import Crossing, PitIn, PitOut
from tracker.racing.classification import classification
from tracker.racing.race import Race
from tracker.racing.report import order_by_lap
from tracker.score import folded


def heard(story: Story, messages: Iterable[Message] | None = None) -> list[Report]:
    """Everything a stream makes of a story, in the order in which it is said."""
    stream = LiveTiming()
    reports = stream.whole(story.state(), START - 60_000_000)
    for at, topic, data in story.messages() if messages is None else messages:
        reports += stream.heard(topic, data, at)
    return reports


def race_of(reports: Iterable[Report]) -> Race:
    return folded(numbered(in_order(reports), "race"))


def orders(race: Race) -> dict[int, list[str]]:
    return {int(lap): list(order) for lap, order in order_by_lap(race).items() if lap != "0"}


def gaps(race: Race) -> dict[str, int | None]:
    """How far behind the winner each car was at the end, in microseconds."""
    lines = classification(race)
    first = lines[0].time
    assert first is not None
    return {str(one.car.entry): None if one.time is None else one.time - first for one in lines}


def told(reports: Iterable[Report], kind: type[Any]) -> list[Any]:
    return [report.data for report in reports if isinstance(report.data, kind)]


def test_a_race_from_counts_lap_times_and_gaps() -> None:
    """The order of every lap, and the gaps to the millisecond, though no message tells a time."""
    story = Story()
    race = race_of(heard(story))
    assert orders(race) == {lap: story.order(lap) for lap in range(1, 5)}
    ends = {car: story.crossings()[car, 4] for car in EVENING}
    first = min(ends.values())
    assert gaps(race) == {car: at - first for car, at in ends.items()}
    assert race.finished_at is not None


def test_the_setting() -> None:
    """Announced once, with its distance; the grid as told; names as people write them."""
    reports = heard(Story())
    (setup,) = told(reports, SessionSetup)
    assert (setup.name, setup.season, setup.date) == ("Evening Grand Prix", 2024, "2024-05-05")
    assert (setup.distance.laps, setup.rulebook) == (4, "f1/2024")
    assert told(reports, EntryUpsert)[0].drivers[0].name == "Driver No. 4"
    (grid,) = told(reports, GridSet)
    assert [slot.entry for slot in grid.grid] == list(EVENING)


LATE = st.builds(
    Late,
    count=st.integers(0, 3_000_000),
    lap_time=st.integers(0, 3_000_000),
    gap=st.integers(0, 250_000),
)


@given(st.dictionaries(st.tuples(st.sampled_from(list(EVENING)), st.integers(2, 4)), LATE))
def test_messages_may_come_late(late: dict[tuple[str, int], Late]) -> None:
    """However late a lap after the first is told, it ended when lap times say it did."""
    story = Story(late=lambda car, lap: late.get((car, lap), Late()))
    race = race_of(heard(story))
    assert orders(race) == {lap: story.order(lap) for lap in range(1, 5)}
    ends = {car: story.crossings()[car, 4] for car in EVENING}
    assert gaps(race) == {car: at - min(ends.values()) for car, at in ends.items()}


def test_a_minute_late_in_a_batch() -> None:
    """A car's count and lap time come a minute later, when others have finished the next lap."""
    story = Story(
        late=lambda car, lap: (
            Late(57_000_000, 57_000_000, 200_000) if (car, lap) == ("16", 2) else Late()
        )
    )
    reports = heard(story)
    lap = next(r.data for r in reports if r.id == "crossing/16/2/sf")
    assert isinstance(lap, Crossing)
    assert lap.t_us - START == pytest.approx(story.crossings()["16", 2], abs=150_000)
    assert orders(race_of(reports))[2] == story.order(2)


def test_the_end_of_lap_1_is_put_right_by_gaps() -> None:
    """A car whose first lap was told 0.8 s late stands behind one it led; two gaps mend that."""
    story = Story(
        laps={"4": [95_000, 90_000, 90_000, 90_000], "44": [95_500, 90_100, 90_200, 90_300],
              "16": [95_900, 90_000, 90_400, 90_500]},
        late=lambda car, lap: Late(900_000, 0, 100_000) if (car, lap) == ("44", 1) else Late(),
    )  # fmt: skip
    reports = heard(story)
    assert told(reports, Correction) != []
    assert orders(race_of(reports))[1] == ["4", "44", "16"]
    last = [r.data for r in reports if r.id == "crossing/44/4/sf"]
    assert [one.estimated for one in last if isinstance(one, Crossing)] == [False]


def test_what_rests_on_a_message_alone_says_so() -> None:
    """Without gaps a lap stands where messages put it: estimated, and coarse."""
    story = Story()
    reports = heard(story, [m for m in story.messages() if "GapToLeader" not in json.dumps(m[2])])
    crossings = [one for one in told(reports, Crossing) if one.entry == "16"]
    assert {one.estimated for one in crossings} == {True}
    assert {one.resolution_us for one in crossings} == {300_000}


def test_the_same_lap_time_twice_is_told_once() -> None:
    """A patch says only what is new: the lap is told when its time has not come for a while."""
    story = Story(
        laps={"4": [95_000, 90_000, 90_000, 90_100], "44": [95_500, 90_400, 90_500, 90_600]}
    )
    seen: dict[str, str] = {}
    messages = []
    for at, topic, data in story.messages():
        for car, says in data.get("Lines", {}).items():
            value = says.get("LastLapTime", {}).get("Value")
            if value is not None and seen.get(car) == value:
                break
            seen[car] = value or seen.get(car, "")
        else:
            messages.append((at, topic, data))
    reports = heard(story, messages)
    times = {one.lap: one.lap_time_us for one in told(reports, Crossing) if one.entry == "4"}
    assert times[3] == 90_000_000
    assert gaps(race_of(reports))["44"] == 1_400_000 + 500_000


def test_a_lap_time_that_was_lost_is_put_right_by_gaps() -> None:
    """It was much like the one before, so it was taken for the same; three gaps know better."""
    story = Story(
        laps={"4": [95_000, *[90_000 + lap for lap in range(7)]],
              "16": [95_100, *[90_010 + lap for lap in range(7)]],
              "44": [95_500, 90_300, 90_100, 90_200, 90_250, 90_150, 90_350, 90_050]},
    )  # fmt: skip
    messages = [one for one in story.messages() if "1:30.100" not in json.dumps(one[2])]
    race = race_of(heard(story, messages))
    ends = {car: story.crossings()[car, 8] for car in story.laps}
    assert gaps(race) == {car: at - min(ends.values()) for car, at in ends.items()}
    assert orders(race) == {lap: story.order(lap) for lap in range(1, 9)}


def test_flags_follow_the_track_status() -> None:
    """Safety car, virtual safety car and red open and close; none is told twice, none too early."""
    status = [(100, "4"), (130, "1"), (160, "6"), (170, "7"), (180, "1"), (181, "1")]
    more: list[Message] = [(START - 100, "TrackStatus", {"Status": "2"})]
    more += [(START + s * 1_000_000, "TrackStatus", {"Status": v}) for s, v in status]
    more += [(START + 190_000_000, "SessionStatus", {"Status": "Aborted"})]
    more += [(START + 195_000_000, "TrackStatus", {"Status": "1"})]
    more += [(START + 200_000_000, "SessionStatus", {"Status": "Started"})]
    flags = [one.flag for one in told(heard(Story(more=more)), FlagChanged)]
    assert flags == [
        "green", "yellow_local", "sc", "green", "vsc", "vsc_ending", "green", "red", "green",
        "checkered",
    ]  # fmt: skip


def test_race_control_speaks() -> None:
    """Cars by their whole number; a penalty served at a stop adds nothing to the race time."""
    more = [
        control(0, 100_000_000, "TURN 4 INCIDENT INVOLVING CARS 4 (D04) AND 44 (D44) NOTED"),
        control(1, 110_000_000, "TURN 4 INCIDENT INVOLVING CARS 4 (D04) AND 44 (D44) UNDER "
                "INVESTIGATION"),
        control(2, 150_000_000, "5 SECOND TIME PENALTY FOR CAR 4 (D04) - CAUSING A COLLISION"),
        control(3, 151_000_000, "10 SECOND TIME PENALTY FOR CAR 44 (D44) - SPEEDING"),
        (START + 200_000_000, "TimingData", line("44", InPit=True)),
        (START + 220_000_000, "TimingData", line("44", InPit=False)),
        control(4, 230_000_000, "DRS ENABLED", "Drs"),
        control(5, 240_000_000, "YELLOW IN SECTOR 3", "Flag", Flag="YELLOW", Scope="Sector",
                Sector=3),
        control(2, 250_000_000, "the same message again"),
    ]  # fmt: skip
    reports = heard(Story(more=more))
    incidents = told(reports, Incident)
    assert [(one.incident, one.phase) for one in incidents] == [(1, "candidate"), (1, "updated")]
    assert [car.entry for car in incidents[0].involved] == ["4", "44"]
    race = race_of(reports)
    assert {one.entry: (one.kind, one.status, one.amount) for one in race.penalties.values()} == {
        "4": ("time", "applied", 5_000_000),
        "44": ("time", "served", None),
    }
    assert (len(told(reports, PitIn)), len(told(reports, PitOut))) == (1, 1)
    assert [one.sector for one in told(reports, FlagChanged) if one.scope == "sector"] == [3]
    assert len(told(reports, Penalty)) == 3


def test_a_car_stops_and_goes_on() -> None:
    """What was told to be out and is not any more is back in the race."""
    more: list[Message] = [
        (START + 100_000_000, "TimingData", line("63", Stopped=True)),
        (START + 110_000_000, "TimingData", line("63", Retired=True)),
        (START + 120_000_000, "TimingData", line("63", Stopped=False, Retired=False)),
    ]
    assert [one.back for one in told(heard(Story(more=more)), Retirement)] == [False, True]


def test_a_race_cut_short_ends_with_the_lap_it_reached() -> None:
    """The distance was seven laps, the end came after four."""
    story = Story()
    state = story.state()
    state["LapCount"]["TotalLaps"] = 7
    stream = LiveTiming()
    reports = stream.whole(state, START - 60_000_000)
    for at, topic, data in story.messages():
        reports += stream.heard(topic, data, at)
    race = race_of(reports)
    assert race.finished_at is not None
    assert [str(one.car.entry) for one in classification(race)] == story.order(4)


def test_a_race_that_is_not_resumed() -> None:
    """Red on lap 4, and the end is told: the result is taken back as the rulebook says."""
    story = Story()
    state = story.state()
    state["LapCount"]["TotalLaps"] = 50
    stream = LiveTiming()
    reports = stream.whole(state, START - 60_000_000)
    red: list[Message] = [
        (START + 300_000_000, "TrackStatus", {"Status": "5"}),
        (START + 301_000_000, "SessionStatus", {"Status": "Aborted"}),
        (START + 900_000_000, "SessionStatus", {"Status": "Finished"}),
        (START + 960_000_000, "SessionStatus", {"Status": "Finalised"}),
    ]
    driven = [one for one in story.messages() if one[0] < START + 300_000_000]
    for at, topic, data in [*driven, *red]:
        reports += stream.heard(topic, data, at)
    race = race_of(reports)
    assert race.finished_at is not None
    assert race.result_lap == 2  # stopped on lap 4: the end of the last lap but one before it
    assert [str(one.car.entry) for one in classification(race)] == story.order(2)


def test_a_lap_time_that_leaves_a_stoppage_out() -> None:
    """Told 20 minutes after it would have ended: dated by its message, and tied by gaps again."""
    stopped = 1_200_000
    story = Story(
        laps={"4": [95_000, 90_000 + stopped, 90_000, 90_000, 90_100],
              "44": [95_500, 90_400 + stopped, 90_300, 90_200, 90_300]},
    )  # fmt: skip
    messages: list[Message] = []
    for at, topic, data in story.messages():
        told_of = json.dumps(data).replace('"21:30.000"', '"1:30.000"')
        messages.append((at, topic, json.loads(told_of.replace('"21:30.400"', '"1:30.400"'))))
    reports = heard(story, messages)
    race = race_of(reports)
    assert orders(race) == {lap: ["4", "44"] for lap in range(1, 6)}
    lap = next(r.data for r in reports if r.id == "crossing/4/2/sf")
    assert isinstance(lap, Crossing)
    assert lap.estimated
    assert lap.t_us - START == pytest.approx(story.crossings()["4", 2], abs=150_000)


def test_a_state_told_again_says_nothing_new() -> None:
    """A connection begins with the full state: what is known already is not told again."""
    story = Story()
    stream = LiveTiming()
    stream.whole(story.state(), START - 60_000_000)
    for at, topic, data in story.messages():
        stream.heard(topic, data, at)
    assert stream.whole(json.loads(json.dumps(stream.state)), START + 500_000_000) == []


@pytest.mark.parametrize("gone", [(1, 4), (8, 14), (12, 25), (20, 30)])
def test_a_lap_of_silence(gone: tuple[int, int]) -> None:
    """Messages are lost in a disconnection; the full state after it makes the result the same."""
    story = Story()
    listening, silent = LiveTiming(), story.messages()[slice(*gone)]
    truth = LiveTiming()
    truth.whole(story.state(), START - 60_000_000)
    reports = listening.whole(story.state(), START - 60_000_000)
    for number, (at, topic, data) in enumerate(story.messages()):
        truth.heard(topic, data, at)
        if not gone[0] <= number < gone[1]:
            reports += listening.heard(topic, data, at)
        elif number == gone[1] - 1:
            reports += listening.whole(json.loads(json.dumps(truth.state)), at)
    assert silent
    race = race_of(reports)
    undisturbed = race_of(heard(story))
    assert [one.car.entry for one in classification(race)] == [
        one.car.entry for one in classification(undisturbed)
    ]
    assert [one.laps for one in classification(race)] == [4, 4, 4, 4]


def test_joined_late_the_laps_before_are_estimates() -> None:
    """Heard first on lap 3: the laps count, and say that nobody timed them."""
    story = Story()
    before, after = story.messages()[:14], story.messages()[14:]
    stream, truth = LiveTiming(), LiveTiming()
    truth.whole(story.state(), START - 60_000_000)
    for at, topic, data in before:
        truth.heard(topic, data, at)
    state = json.loads(json.dumps(truth.state))
    reports = stream.whole(state, before[-1][0])
    for at, topic, data in after:
        reports += stream.heard(topic, data, at)
    race = race_of(reports)
    assert [(one.car.entry, one.laps) for one in classification(race)] == [
        (car, 4) for car in story.order(4)
    ]
    assert next(one.estimated for one in told(reports, Crossing))


def test_patches_reach_into_lists() -> None:
    """An object whose keys are places patches a list; `_deleted` takes keys away."""
    state = {"Lines": {"4": {"Sectors": [{"Value": ""}, {"Value": ""}], "Gone": 1}}}
    patch = {"Lines": {"4": {"Sectors": {"1": {"Value": "30.1"}, "3": {"Value": "x"}, "_kf": True},
                             "_deleted": ["Gone"]}}}  # fmt: skip
    assert merged(state, patch) == {
        "Lines": {"4": {"Sectors": [{"Value": ""}, {"Value": "30.1"}, None, {"Value": "x"}]}}
    }
    with pytest.raises(ValueError, match="places long"):
        merged([], {"99999999": 1})
    deep: Any = 1
    for _ in range(100):
        deep = {"a": deep}
    with pytest.raises(ValueError, match="levels deep"):
        merged({}, deep)


def test_packed_topics() -> None:
    """`.z` is base64 around raw deflate; what is neither, or a bomb, is refused."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    raw = squeeze.compress(json.dumps({"Entries": [1]}).encode()) + squeeze.flush()
    assert unpacked(base64.b64encode(raw).decode()) == {"Entries": [1]}
    assert topic_of("CarData.z") == ("CarData", True)
    assert topic_of("TimingDataF1") == ("TimingData", False)
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = squeeze.compress(b" " * (64 << 20)) + squeeze.flush()
    for bad in ("§", "aGVsbG8=", base64.b64encode(bomb).decode()):
        with pytest.raises(ValueError, match=r"."):
            unpacked(bad)


def test_a_stranger_fills_nothing() -> None:
    """Laps without end, cars without end, topics and reasons without end: all bounded."""
    stream = LiveTiming()
    stream.whole(Story().state(), 0)
    stream.heard("SessionStatus", {"Status": "Started"}, 1)
    assert stream.heard("TimingData", line("4", NumberOfLaps=10**12), 2) == []
    crowd = {"Lines": {str(number): {"NumberOfLaps": 1} for number in range(1_000)}}
    assert len(told(stream.heard("TimingData", crowd, 3), Crossing)) <= 200
    for number in range(500):
        stream.heard(f"Topic{number}", {}, 4)
        stream.heard("TrackStatus", {"Status": f"x{number}"}, 4)
    assert len(stream.messages) <= 101
    assert len(stream.control.unread) <= 101
    state: dict[str, Any] = {}
    with pytest.raises(ValueError, match="keys in an object"):
        merged(state, {str(number): 1 for number in range(30_000)})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["Started", "Finished", "+1.5", "1:30.000", "4", "CAR 4 (NOR) INCIDENT"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["Lines", "Messages", "4", "1", "Status", "NumberOfLaps", "LastLapTime",
                         "Value", "GapToLeader", "Sectors", "InPit", "Stopped", "Utc", "Flag",
                         "Category", "Message", "Scope", "Sector", "GridPos", "TotalLaps",
                         "StartDate", "GmtOffset", "Meeting", "Name", "\x00", "_deleted"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
TOPIC = st.sampled_from(
    ["TimingData", "SessionInfo", "SessionStatus", "TrackStatus", "RaceControlMessages",
     "DriverList", "LapCount", "TimingAppData", "ExtrapolatedClock", "SessionData", "CarData.z",
     "TimingData.z", "What"]
)  # fmt: skip


@given(st.lists(st.tuples(TOPIC, JSON, st.integers(0, 10**9)), max_size=12), JSON)
def test_nothing_a_stranger_says_stops_the_stream(
    rubbish: list[tuple[str, Any, int]], state: Any
) -> None:
    """Whatever comes between the messages, reports or a counted refusal come out."""
    stream = LiveTiming()
    stream.whole(Story().state(), 0)
    stream.heard("SessionStatus", {"Status": "Started"}, 1)
    for topic, data, at in rubbish:
        for report in stream.heard(topic, data, at):
            report.event("race", "epoch", 1)
    stream.whole({"TimingData": state, "SessionInfo": state, "DriverList": state}, 10**9)
    stream.end(2 * 10**9)
