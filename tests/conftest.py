"""What many tests need. Asynchronous tests run under anyio's pytest plugin, on asyncio."""

import pytest
from hypothesis import HealthCheck, settings

from tests.brokers import broker, broker_url

__all__ = ["anyio_backend", "broker", "broker_url"]

# A property is about what is true and not about how soon: on a machine that does something else
# for a fifth of a second, every example would be too slow once.
settings.register_profile("tracker", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tracker")


@pytest.fixture
def anyio_backend() -> str:
    """The tracker is written for asyncio."""
    return "asyncio"
