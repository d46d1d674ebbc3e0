"""Pictures and viewers to test with."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json

from tracker.live import wire
from tracker.live.channel import FULL
from tracker.live.messages import Message
from tracker.live.picture import Picture

RACE = "kansas"
OTHER = "talladega"


def state(lap: int = 0, flag: str = "green") -> wire.State:
    """A race as a whole."""
    return wire.State(
        name="Kansas 400",
        series="nascar-cup",
        season=2024,
        date="2024-05-05",
        track="Kansas Speedway",
        track_length_m=2414,
        kind="race",
        phase="racing",
        flag=wire.FlagShown(flag=flag),
        lap=lap,
        scheduled_laps=267,
        finish_lap=267,
        laps_to_go=267 - lap,
        overtime_attempt=0,
        race_time=lap * 30_000_000,
        clock_running=True,
        stages=[],
        stage=1,
        cautions=[],
        cars=3,
        on_lead_lap=3,
        lead_changes=0,
        leaders=1,
        result_status="live",
        withdrawn=None,
        classes=[],
        pit_loss=None,
    )


def row(position: int, car: str, lap: int = 0) -> wire.Row:
    """A car on the board."""
    return wire.Row(
        position=position,
        car=car,
        driver=f"Driver of {car}",
        team=None,
        make="Chevrolet",
        car_class=None,
        class_position=None,
        class_gap=None,
        class_gap_laps=None,
        class_interval=None,
        class_interval_laps=None,
        starting_position=position,
        places=0,
        places_since_lap=0,
        places_cause=None,
        laps_completed=lap,
        laps_down=0,
        gap_to_leader=None,
        interval=None,
        interval_laps=None,
        last_lap=None,
        last_lap_best=None,
        best_lap=None,
        best_lap_number=None,
        laps_led=0,
        trend=[],
        pit_stops=0,
        pit_stop=None,
        on_pit_road=False,
        status="running",
        status_text=None,
        estimated=False,
        last_crossing=None,
        due=None,
        penalties=[],
    )


def incident(number: int, kind: str = "spin") -> wire.IncidentShown:
    """Something that happened."""
    return wire.IncidentShown(
        number=number,
        lap=12,
        at=360_000_000,
        kind=kind,
        phase="racing",
        location="turn 4",
        involved=[wire.InvolvedShown(entry="9", role="cause", outcome="continued")],
        caution=1,
        assigned_by="race-control",
        text=None,
        consequence=None,
    )


def results(winner: str = "5") -> wire.ResultsShown:
    """A result with only a winner."""
    line = wire.ClassifiedShown(
        position=1,
        entry=winner,
        drivers=["Kyle Larson"],
        laps=267,
        time=9_000_000_000,
        behind=None,
        laps_behind=0,
        laps_led=100,
        status="finished",
    )
    return wire.ResultsShown(
        status="unofficial",
        review=[],
        timing_error=3_000,
        classification=[line],
        revisions=[],
        withdrawn=[],
    )


def verdicts(winner: str = "5") -> wire.VerdictsShown:
    """One verdict, on whoever won."""
    reason = wire.ReasonShown(rule="win", text="won", evidence=[f"crossing/{winner}/267/sf"])
    verdict = wire.VerdictShown(
        side="winner",
        entry=winner,
        driver=f"Driver of {winner}",
        headline="First",
        text="Won the race.",
        reasons=[reason],
        score=60,
    )
    return wire.VerdictsShown(
        status="provisional",
        rev=1,
        cause=None,
        verdicts=[verdict],
        withdrawn=[],
        also_considered=[],
        skipped=[],
    )


def picture(
    lap: int = 0,
    order: str = "24 5 9",
    incidents: Sequence[wire.IncidentShown] = (),
    result: wire.ResultsShown | None = None,
    flag: str = "green",
    judged: wire.VerdictsShown | None = None,
) -> Picture:
    """A race some laps in, in that order."""
    return Picture.drawn(
        state(lap, flag),
        {car: row(place, car, lap) for place, car in enumerate(order.split(), 1)},
        {str(told.number): told for told in incidents},
        result,
        judged,
    )


class RecordingViewer:
    """A viewer that keeps what it is sent; its connection is as full as the test says."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.full = False
        self.closed: list[int] = []

    def send(self, messages: Sequence[Message]) -> None:
        self.sent.extend(messages)

    def buffered(self) -> int:
        return FULL + 1 if self.full else 0

    def close(self, code: int, reason: str) -> None:
        self.closed.append(code)

    def take(self) -> list[dict[str, Any]]:
        """What came since the last time; every message is one that the wire knows."""
        sent, self.sent = self.sent, []
        for message in sent:
            wire.SERVER_MESSAGES.validate_json(message.body)
        return [from_json(message.body) for message in sent]

    def kinds(self) -> list[str]:
        """The types of what came since the last time."""
        return [message["type"] for message in self.take()]
