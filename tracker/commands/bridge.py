"""`tracker bridge …`: one command for each kind of live feed. A new feed is one more function."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.options import Browser, Data, Host, Port
from tracker.logs import set_up
from tracker.settings import DATA, Settings

if TYPE_CHECKING:
    from tracker.bridges.live.contract import Feed

bridge = typer.Typer(no_args_is_help=True, help="Follow somebody else's live feed.")

Race = Annotated[
    str | None,
    typer.Option(
        "--race",
        help="Name of the event: small letters, digits, hyphens. Default: the feed and the day. "
        "A bridge started again under the same name goes on where it was.",
    ),
]
Record = Annotated[
    Path | None,
    typer.Option(help="Where to keep what the feed says, line by line; default: with the data."),
]
BrokerOnly = Annotated[
    str | None,
    typer.Option(
        "--broker",
        envvar="TRACKER_BROKER",
        help="Feed this MQTT broker, mqtt://user:password@host:port, for a tracker elsewhere. "
        "Without it a tracker is started here, and shows the race.",
    ),
]
Season = Annotated[
    int | None,
    typer.Option(min=1890, max=2200, help="Year of the race, where the feed tells none."),
]


def follow(
    feed: "Feed",
    race: str | None,
    record: Path | None,
    broker: str | None,
    data: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    browser: bool = False,
) -> None:
    """Carry a feed to a broker, or to a tracker of its own with a page."""
    from tracker.bridging import Followed, carry, show

    set_up(verbose=False)
    settings = Settings(data, host, port, broker, broker_sync="200ms")
    name = race or f"{feed.kind}-{datetime.now().astimezone():%Y-%m-%d}"
    what = Followed(feed, name, record, browser)
    asyncio.run(show(settings, what) if broker is None else carry(settings, what))


@bridge.command("rmonitor")
def rmonitor(
    address: Annotated[str, typer.Argument(help="HOST:PORT of the timing computer or relay.")],
    race: Race = None,
    season: Season = None,
    record: Record = None,
    broker: BrokerOnly = None,
    data: Data = DATA,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    browser: Browser = True,
) -> None:
    """RMonitor: MYLAPS Orbits and relays; each run of the stream is a race."""
    from tracker.bridges.live.rmonitor import feed
    from tracker.bridges.rmonitor_heard import NO_SEASON

    follow(feed(address, season or NO_SEASON), race, record, broker, data, host, port, browser)


@bridge.command("f1")
def formula_1(
    address: Annotated[
        str, typer.Argument(help="https:// address of the hub.")
    ] = "https://livetiming.formula1.com/signalrcore",
    race: Race = None,
    record: Record = None,
    broker: BrokerOnly = None,
    data: Data = DATA,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    browser: Browser = True,
) -> None:
    """Formula 1 live timing; a token, where you have one, in TRACKER_F1_TOKEN."""
    from tracker.bridges.live.f1 import feed

    follow(feed(address), race, record, broker, data, host, port, browser)
