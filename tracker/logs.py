"""What the tracker says of itself, on standard error: lines for people, JSON for machines.

Values are cut and control characters escaped, for names come from strangers. Payloads, tokens and
passwords are never logged.
"""

import logging
import sys

import structlog
from rich.console import Console
from structlog.typing import EventDict, WrappedLogger

LONGEST = 256
"""Characters of one value."""


def complain(sentence: str) -> None:
    """Say on standard error why a command ends: one line, however long."""
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"tracker: {sentence}", markup=False, highlight=False)


def set_up(verbose: bool) -> None:
    """Say everything of note, or only what is wrong."""
    to_people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            structlog.processors.format_exc_info,
            bounded,
            structlog.dev.ConsoleRenderer(colors=True)
            if to_people
            else structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.INFO if verbose else logging.WARNING
        ),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def bounded(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """No value longer than it should be, and none that breaks its line."""
    for key, value in event.items():
        if isinstance(value, str) and key != "exception":
            event[key] = escaped(value[:LONGEST])
    return event


def escaped(text: str) -> str:
    """A stranger's text, so that it cannot move the cursor or begin a line."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()
