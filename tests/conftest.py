"""What many tests need. Asynchronous tests run under anyio's pytest plugin, on asyncio."""

import pytest

from tests.brokers import broker, broker_url

__all__ = ["anyio_backend", "broker", "broker_url"]


@pytest.fixture
def anyio_backend() -> str:
    """The tracker is written for asyncio."""
    return "asyncio"
