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


@bridge.command("openf1")
def openf1(
    address: Annotated[
        str, typer.Argument(help="mqtt:// or mqtts:// address of the broker with the rows.")
    ] = "mqtts://mqtt.openf1.org:8883",
    api: Annotated[
        str, typer.Option(help="https:// address to ask for rows and tokens.")
    ] = "https://api.openf1.org",
    race: Race = None,
    record: Record = None,
    broker: BrokerOnly = None,
    data: Data = DATA,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    browser: Browser = True,
) -> None:
    """OpenF1; your account in TRACKER_OPENF1_USER and TRACKER_OPENF1_PASSWORD."""
    from tracker.bridges.live.openf1 import feed

    follow(feed(address, api), race, record, broker, data, host, port, browser)


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


@bridge.command("nascar")
def nascar(
    site: Annotated[str, typer.Argument(help="Where the documents are.")] = "https://cf.nascar.com",
    series: Annotated[
        int | None,
        typer.Option(min=1, max=9, help="1 Cup, 2 Xfinity, 3 Trucks; default: whatever is on."),
    ] = None,
    every: Annotated[
        float, typer.Option(min=1.0, max=60.0, help="Seconds from one look to the next.")
    ] = 5.0,
    flag: Annotated[
        list[str] | None,
        typer.Option(help="What a flag code means where it is not what we think: 4=white 5=red …"),
    ] = None,
    race: Race = None,
    season: Season = None,
    record: Record = None,
    broker: BrokerOnly = None,
    data: Data = DATA,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    browser: Browser = True,
) -> None:
    """NASCAR's public JSON: the races of a series as they are run, by looking at them."""
    from tracker.bridges.live.nascar import feed
    from tracker.bridges.live.nascar_flags import codes

    try:
        meaning = codes(flag or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--flag") from None
    year = season or datetime.now().astimezone().year
    what = feed(site, series, year, meaning, every)
    follow(what, race, record, broker, data, host, port, browser)


@bridge.command("alkamel")
def al_kamel(
    table: Annotated[str, typer.Argument(help="The analysis of laps as it grows: FILE or URL.")],
    title: Annotated[str | None, typer.Option(help="Name of the race, with its year.")] = None,
    rulebook: Annotated[str, typer.Option(help="Such as imsa/2024 or wec/2024.")] = "club/any",
    every: Annotated[
        float, typer.Option(min=1.0, max=600.0, help="Seconds from one look to the next.")
    ] = 5.0,
    race: Race = None,
    record: Record = None,
    broker: BrokerOnly = None,
    data: Data = DATA,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    browser: Browser = True,
) -> None:
    """Al Kamel's analysis of laps (IMSA, WEC, ELMS), read again and again while it grows."""
    from tracker.bridges.live.alkamel import feed

    what = feed(table, title, rulebook, every)
    follow(what, race, record, broker, data, host, port, browser)
