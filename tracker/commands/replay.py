"""`tracker replay`: a recording on the page, or into somebody's broker."""

import asyncio
from typing import Annotated

import typer

from tracker.commands.options import Broker, Browser, Data, Fresh, Host, Port, Speed
from tracker.logs import set_up
from tracker.settings import DATA, Settings


def replay(
    recording: Annotated[str, typer.Argument(help="A recording, or the name of a scripted race.")],
    speed: Speed = 20.0,
    from_lap: Annotated[
        int | None, typer.Option(min=0, help="Begin when the leader has completed this lap.")
    ] = None,
    from_time: Annotated[
        str | None, typer.Option("--from", help="Begin so long after the green: 1:02:30 or 90.5.")
    ] = None,
    loop: Annotated[
        bool, typer.Option("--loop", help="When it is over, begin again, as a race of its own.")
    ] = False,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = DATA,
    broker: Broker = None,
    fresh: Fresh = False,
    browser: Browser = True,
    feed_only: Annotated[
        bool, typer.Option("--feed-only", help="Only feed --broker; a tracker runs elsewhere.")
    ] = False,
) -> None:
    """Play a recording on the page, at any speed.

    Space pauses, + and - change the speed, the arrows go a lap back or forward, Ctrl-C ends.
    What was told stays told: going back begins a race of its own beside the first.
    """
    from tracker.bridges.files import microseconds
    from tracker.showing import Show, feed, show

    set_up(verbose=False)
    since_green = None
    if from_time is not None:
        since_green = microseconds(from_time)
        if since_green is None:
            raise typer.BadParameter("want 1:02:30, 62:30 or 3750", param_hint="--from")
        if from_lap is not None:
            raise typer.BadParameter("a lap or a time, not both", param_hint="--from")
    settings = Settings(data, host, port, broker, broker_sync="200ms")
    what = Show(recording, speed, fresh, browser, from_lap, since_green, loop)
    asyncio.run(feed(settings, what) if feed_only else show(settings, what))
