"""Being asked to stop, by whoever runs us: an init system, a shell, a test."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def stopping_on_request() -> Iterator[None]:
    """A request to stop (SIGTERM) ends the program as Ctrl-C does, with everything closed."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    finally:
        if sys.platform != "win32":
            loop.remove_signal_handler(signal.SIGTERM)
