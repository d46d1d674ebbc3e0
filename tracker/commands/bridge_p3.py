"""`tracker bridge p3`: a decoder knows times and transponders; the race is told on the line."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.bridge import BrokerOnly, Race, Record, Season, bridge, follow
from tracker.commands.options import Browser, Data, Host, Port
from tracker.settings import DATA

if TYPE_CHECKING:
    from tracker.bridges.p3 import Plan
    from tracker.bridges.p3_entries import Entries as Table

LINE = re.compile(r"[a-z0-9-]{1,32}")

Entries = Annotated[
    Path | None,
    typer.Option(exists=True, help="Whose transponder: a table with columns transponder, car."),
]
Title = Annotated[str, typer.Option(help="Name of the race.")]
Laps = Annotated[int | None, typer.Option(min=1, max=100_000, help="Distance of the race.")]
Minutes = Annotated[float | None, typer.Option(min=0.1, max=10_000, help="Length of the race.")]
Loops = Annotated[
    list[str] | None,
    typer.Option(
        "--loop",
        help="Where a decoder is: 268307=sf; sf, sf-pit, pit-in, pit-out, or a name in driving "
        "order. As often as there are decoders; without any, all are at the start/finish line.",
    ),
]
Green = Annotated[
    bool,
    typer.Option(
        "--green/--no-green",
        help="The first passing is the green; or race control shows it, over MQTT.",
    ),
]


@bridge.command("p3")
def p3(
    address: Annotated[str, typer.Argument(help="HOST or HOST:PORT of the decoder.")],
    race: Race = None,
    entries: Entries = None,
    title: Title = "Race",
    laps: Laps = None,
    minutes: Minutes = None,
    loop: Loops = None,
    green: Green = True,
    season: Season = None,
    record: Record = None,
    broker: BrokerOnly = None,
    data: Data = DATA,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    browser: Browser = True,
) -> None:
    """A MYLAPS/AMB decoder itself (P3): one race, from transponders."""
    from tracker.bridges.live.p3 import feed

    plan, table = planned(title, season, laps, minutes, loop, entries, green)
    follow(feed(address, plan, table), race, record, broker, data, host, port, browser)


def planned(
    title: str,
    season: int | None,
    laps: int | None,
    minutes: float | None,
    loops: list[str] | None,
    entries: Path | None,
    green: bool = True,
) -> "tuple[Plan, Table | None]":
    """What a decoder cannot know of a race, and whose transponders it will see."""
    from tracker.bridges.p3 import Plan
    from tracker.bridges.p3_entries import Entries as Table

    duration = None if minutes is None else round(minutes * 60_000_000)
    plan = Plan(title, season, laps, duration, where(loops or []), green)
    return plan, None if entries is None else Table.read(entries)


def where(loops: list[str]) -> dict[int, str]:
    """Decoders by number, and the timing line each is at."""
    found = {}
    for told in loops:
        decoder, _, line = told.partition("=")
        if not decoder.isdecimal() or not LINE.fullmatch(line):
            raise typer.BadParameter(f"{told!r}: want it as 268307=sf", param_hint="--loop")
        found[int(decoder)] = line
    return found
