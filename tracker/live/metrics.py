"""Figures for Prometheus, read off at the moment somebody asks for them."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tracker.live.hub import Hub
from tracker.live.replays import Replays
from tracker.live.sockets import Entrance


class LiveFigures(Collector):
    """What the hub and the entrance have counted."""

    def __init__(
        self, hub: Hub, entrance: Entrance, replays: Replays, ours: Callable[[], int]
    ) -> None:
        self._hub = hub
        self._replays = replays
        self._entrance = entrance
        self._ours = ours

    def describe(self) -> list[Metric]:
        """Nothing in advance: names are known once they are collected."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure, once."""
        counts, entrance = self._hub.counts, self._entrance
        buffered = entrance.buffered
        yield gauge("ws_clients", "Websockets open now", entrance.viewers)
        watching = self._hub.viewers - self._ours()
        yield gauge("viewers", "Viewers who watch a race, over any connection", watching)
        yield gauge("viewers_of_the_past", "Viewers shown the past", self._replays.viewers)
        yield gauge("viewers_behind", "Viewers whose connection is full", self._hub.behind)
        yield gauge("races", "Races on the air", len(self._hub.races()))
        yield gauge("ws_buffer_bytes_max", "Longest queue of a viewer", max(buffered, default=0))
        yield gauge("ws_buffer_bytes_sum", "The queues of all viewers", sum(buffered))
        handshakes = {str(status): count for status, count in entrance.refused.items()}
        handshakes["101"] = entrance.accepted
        yield counter("ws_handshakes", "Requests for a websocket", "result", handshakes)
        closed = {str(code): count for code, count in entrance.closed.items()}
        yield counter("ws_closed", "Websockets closed", "code", closed)
        yield counter("ws_sent_messages", "Messages handed to viewers", "kind", counts.sent)
        yield counter("ws_resumes", "Answers to viewers who came", "result", counts.answers)
        for name, told, value in (
            ("ws_sent_bytes", "Bytes of messages handed to viewers", counts.sent_bytes),
            ("ws_conflated", "Times a viewer who was behind was brought up", counts.conflated),
            ("ws_slow_dropped", "Viewers sent off because they stayed behind", counts.given_up),
        ):
            yield CounterMetricFamily(f"racetracker_{name}", told, value=value)


def registry(
    hub: Hub, entrance: Entrance, replays: Replays, ours: Callable[[], int]
) -> CollectorRegistry:
    """A registry of our own, for others to put their figures into as well.

    `ours`: how many of the hub's viewers are no audience but parts of the tracker itself.
    """
    made = CollectorRegistry()
    made.register(LiveFigures(hub, entrance, replays, ours))
    return made


def gauge(name: str, told: str, value: float) -> Metric:
    """A figure that goes up and down."""
    return GaugeMetricFamily(f"racetracker_{name}", told, value=value)


def counter(name: str, told: str, label: str, values: Mapping[str, int]) -> Metric:
    """Figures that only go up, by one label."""
    family = CounterMetricFamily(f"racetracker_{name}", told, labels=[label])
    for value, count in sorted(values.items()):
        family.add_metric([value], count)
    return family
