"""`tracker export`: a recording in the formats of others."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from tracker.errors import Unavailable

export = typer.Typer(no_args_is_help=True, help="A race in the formats of others.")

Recording = Annotated[str, typer.Argument(help="A recording, or the name of a scripted race.")]


@contextmanager
def writing(output: Path) -> Iterator[Console]:
    """Say in a sentence why something cannot be written."""
    try:
        yield Console(stderr=True, soft_wrap=True)
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}") from None


@export.command("timing71")
def to_timing71(
    recording: Recording,
    output: Annotated[Path, typer.Option("--output", "-o", help="FILE.zip")],
) -> None:
    """A replay for Timing71: key frames, and what changed each second."""
    from tracker.exports.timing71 import write
    from tracker.score import recorded

    with writing(output) as console:
        events = list(recorded(recording))
        if not events:
            raise Unavailable(f"{recording}: no events in this recording")
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("the race, second by second", total=1.0)
            written = write(events, output, lambda share: progress.update(task, completed=share))
        console.print(
            f"{written.frames} frames ({written.key_frames} whole) of "
            f"{written.seconds // 3600}:{written.seconds // 60 % 60:02}:{written.seconds % 60:02} "
            f"in {output}",
            markup=False, highlight=False,
        )  # fmt: skip


@export.command("csv")
def to_csv(
    recording: Recording,
    output: Annotated[Path, typer.Option("--output", "-o", help="A folder for the tables.")],
) -> None:
    """Tables: laps.csv, which `tracker convert csv` reads back, result.csv, incidents.csv."""
    from tracker.exports.tables import written
    from tracker.score import folded, recorded

    with writing(output) as console:
        with console.status("scoring"):
            race = folded(recorded(recording))
        if not race.cars:
            raise Unavailable(f"{recording}: no car in this recording")
        for name, rows in written(race, output).items():
            console.print(f"{rows} rows in {output / name}.csv", markup=False, highlight=False)
