"""What can go wrong, and whose fault it is.

- TrackerError
    - Refused               a stranger spoke badly; raised and caught at that border
        - PacketRejected    on the feed: the packet goes to quarantine with this reason
        - ReportRefused     from one of our own producers: its outbox will not take it
        - RequestRefused    from a viewer, over HTTP or websocket
        - RecordingRefused  in a file
    - Unavailable           something we need is not there; says what and how to mend it

What the world does wrong on track is data, not an exception. What we do wrong is an assertion.
"""


class TrackerError(Exception):
    """Anything that can be said to a person in one sentence."""


class Refused(TrackerError):
    """Bad input from outside: what, where, and how to mend it."""


class PacketRejected(Refused):
    """A packet from the feed that cannot be an event of a race."""

    def __init__(self, topic: str, kind: str, reason: str) -> None:
        super().__init__(topic, kind, reason)
        self.topic = topic
        self.kind = kind
        self.reason = reason

    def __str__(self) -> str:
        return f"packet on {self.topic!r} rejected ({self.kind}): {self.reason}"


class ReportRefused(Refused):
    """A report that could never be delivered, refused before it is promised."""


class RequestRefused(Refused):
    """A request that makes no sense; `close_code` is for the websocket it came by."""

    def __init__(self, reason: str, close_code: int = 4501) -> None:
        super().__init__(reason)
        self.reason = reason
        self.close_code = close_code

    def __str__(self) -> str:
        return self.reason


class RecordingRefused(Refused):
    """A file that is not what it should be."""

    def __init__(self, path: object, line: int | None, reason: str) -> None:
        super().__init__(path, line, reason)
        self.path = path
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        where = str(self.path) if self.line is None else f"{self.path}, line {self.line}"
        return f"{where}: {self.reason}"


class Unavailable(TrackerError):
    """Something needed is not there: what it is and how to get it."""
