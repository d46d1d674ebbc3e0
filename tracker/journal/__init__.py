"""What happened, durably: append a burst, read back."""

from tracker.journal.entries import (
    Appended,
    Counts,
    Entry,
    Fact,
    Fate,
    Numbering,
    Outcome,
    Quarantined,
    Remembered,
    Stray,
    Watermark,
)
from tracker.journal.journal import Journal

__all__ = [
    "Appended",
    "Counts",
    "Entry",
    "Fact",
    "Fate",
    "Journal",
    "Numbering",
    "Outcome",
    "Quarantined",
    "Remembered",
    "Stray",
    "Watermark",
]
