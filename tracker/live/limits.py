"""How much the server bears from strangers, with the reason for every number."""

import resource
from dataclasses import dataclass

FILE_HEADROOM = 0.8
"""Of the process's files that viewers may use: the journal and the broker need some too."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one server."""

    connections: int = 12_000
    """Websockets at once: one core serves 10,000 at ten messages a second in under 100 ms."""
    connections_per_address: int = 1_000
    """A school, a paddock, an office behind one address. The machine's own is not counted: it is
    a proxy that speaks for everybody, or a test of the load."""
    requests: int = 2_000
    """HTTP connections at once, event streams included."""
    streams: int = 1_000
    """Event streams at once: they are for `curl`, and cost ten times a websocket."""
    replays: int = 500
    """Viewers who are shown the past at once: each has a moment of its own, and costs ten times
    one who watches live. Whoever plays segments by itself, as the page does, is not counted."""
    request_s: float = 10.0
    """From connecting, or from the first byte, to the end of a request's head; who needs longer is
    not a browser."""
    stalled_s: float = 20.0
    """For which an HTTP connection may take nothing of a long answer; a websocket that is full
    is the hub's business."""
    handshake_s: float = 5.0
    close_s: float = 1.0
    """For a viewer to say goodbye too; then it is hung up on."""
    ping_interval_s: float = 20.0
    ping_timeout_s: float = 20.0
    message_bytes: int = 4_096
    """A viewer only ever says `watch`."""
    messages_per_second: float = 10.0
    message_burst: int = 20
    send_buffer_bytes: int = 65_536
    """SO_SNDBUF. Left to itself the kernel keeps megabytes for every viewer that does not read:
    1.1 GB for 300 of them, in no statistic of this process."""
    beat_s: float = 5.0
    tick_s: float = 0.5
    replay_s: float = 0.25
    """Between two looks at where viewers of the past are: the grid of what they see."""

    @property
    def connections_possible(self) -> int:
        """Connections at once, given the files that this process may open."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if files == resource.RLIM_INFINITY:
            return self.connections
        return min(self.connections, int(files * FILE_HEADROOM))
