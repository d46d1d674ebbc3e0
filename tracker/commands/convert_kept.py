"""`tracker convert capture`: what a bridge has kept, as a recording."""

from pathlib import Path
from typing import Annotated

import typer


def convert_kept(
    capture: Annotated[Path, typer.Argument(help="A file of race-data/captures.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="RACE.jsonl or .jsonl.gz")],
    part: Annotated[
        str | None, typer.Option("--race", help="Which race of it; by default the longest.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Name of the race, where the feed tells none.")
    ] = None,
    season: Annotated[
        int, typer.Option(min=1890, max=2200, help="Year of the race, where the feed tells none.")
    ] = 2000,
) -> None:
    """What `tracker bridge` kept of NASCAR, Al Kamel, RMonitor or OpenF1."""
    from tracker.bridges.live.kept import convert
    from tracker.cli import kept

    kept(
        convert(capture, part, season, title), output, title or capture.name.partition(".")[0], None
    )
