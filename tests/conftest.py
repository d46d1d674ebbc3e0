"""What many tests need. Asynchronous tests run under anyio's pytest plugin, on asyncio."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.brokers import broker, broker_url

__all__ = ["anyio_backend", "broker", "broker_url"]

# A property is about what is true and not about how soon: on a machine that does something else
# for a fifth of a second, every example would be too slow once. The same examples are tried
# wherever this runs, so that who changes one thing is not told of another; new ones are looked for
# with `--hypothesis-profile=search`, and who finds one is told how to make it again.
settings.register_profile(
    "tracker",
    settings.get_profile("default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=True,
)
settings.register_profile("search", settings.get_profile("tracker"), derandomize=False)
settings.load_profile("tracker")

# The tests talk to themselves: not by way of a proxy, and not to the broker, nor into the folder,
# that somebody has set for a tracker of his own.
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1", "localhost")))
for name in [name for name in os.environ if name.startswith("TRACKER_")]:
    if name != "TRACKER_ARTIFACTS":
        del os.environ[name]


@pytest.fixture
def anyio_backend() -> str:
    """The tracker is written for asyncio."""
    return "asyncio"
