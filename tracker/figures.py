"""What became of the feed, as figures for Prometheus."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from tracker.feed.consumer import Consumer
from tracker.live.metrics import counter, gauge
from tracker.outputs import Outputs
from tracker.rooms import ScoringRoom


class FeedFigures(Collector):
    """What came in over MQTT, what became of it, and whether both ways are open."""

    def __init__(self, consumer: Consumer, room: ScoringRoom, outputs: Outputs) -> None:
        self._consumer = consumer
        self._room = room
        self._outputs = outputs

    def describe(self) -> list[Metric]:
        """Nothing in advance: names are known once they are collected."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure, once."""
        counts, rooms = self._consumer.counts, self._room.rooms.values()
        quarantined = {"id_conflict": counts["conflict"], "refused": counts["quarantined"]}
        unknown = sum(room.unknown for room in rooms)
        again = max(0, counts["connections"] - 1)
        yield gauge("mqtt_connected", "Whether the feed is heard", self._consumer.connected)
        yield gauge("mqtt_out_connected", "Whether streams go out", self._outputs.connected)
        yield counted("mqtt_reconnects", "Connections to the broker after the first", again)
        yield counted("events_accepted", "Events journalled", counts["accepted"])
        yield counted("events_duplicate", "Events heard before", counts["duplicate"])
        yield counter("events_quarantined", "Packets put aside", "reason", quarantined)
        yield counted("events_unknown", "Events journalled, of types not known here", unknown)
        yield gauge("races_faulted", "Races left as they stand", sum(r.faulted for r in rooms))


def counted(name: str, told: str, value: int) -> Metric:
    """A figure that only goes up."""
    return CounterMetricFamily(f"racetracker_{name}", told, value=value)
