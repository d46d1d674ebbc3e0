"""How a tracker is set up; the command line and the environment fill this in."""

from dataclasses import dataclass
from pathlib import Path

DATA = Path("race-data")
"""Where a tracker keeps its journal, below the folder it is started in, so that it can be found."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a tracker listens, what it listens to, and where it keeps what it heard."""

    data: Path = DATA
    host: str = "127.0.0.1"
    port: int = 8000
    broker: str | None = None
    """An MQTT broker's URL; without one a broker of our own is started, on loopback only."""
    broker_sync: str = "always"
    """When our own broker writes to disk: `always`, before it confirms a message, or how often.

    What is fed from outboxes needs no `always`, which costs two disk flushes an event.
    """
    beat_s: float = 0.2
    """Seconds between board updates: calm to look at. Flags and results do not wait for it."""

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.data / "journal.db"

    @property
    def outboxes(self) -> Path:
        """The folder of our own producers' outboxes."""
        return self.data / "outbox"
