"""Options that more than one command takes."""

from pathlib import Path
from typing import Annotated

import typer

LARGEST_SEED = 2**53
"""It is part of a race's name, which has sixty-four letters."""

Data = Annotated[
    Path, typer.Option("--data", envvar="TRACKER_DATA", help="Folder for what is kept.")
]
Host = Annotated[
    str,
    typer.Option(
        envvar="TRACKER_HOST", help="Address to listen on; 0.0.0.0 for phones on your network."
    ),
]
Port = Annotated[
    int,
    typer.Option(envvar="TRACKER_PORT", min=0, max=65_535, help="Port of the page; 0 takes any."),
]
Broker = Annotated[
    str | None,
    typer.Option(
        envvar="TRACKER_BROKER",
        help="MQTT broker to use, mqtt://user:password@host:port; without it, one of our own.",
    ),
]
Speed = Annotated[float, typer.Option(min=0.1, max=1000, help="How many times as fast as it was.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Forget every race kept before.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")]
