"""`tracker record`: a race from a broker as it is told, or from a journal as it was."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from tracker.errors import Unavailable
from tracker.logs import set_up
from tracker.settings import DATA, Settings


def record(
    race: Annotated[str, typer.Option(help="The race, as its topics name it.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="RACE.jsonl or .jsonl.gz")],
    broker: Annotated[
        str | None,
        typer.Option(envvar="TRACKER_BROKER", help="Record from this MQTT broker, until Ctrl-C."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Record from the journal in this folder, --broker or not."),
    ] = None,
    append: Annotated[
        bool, typer.Option("--append", help="Go on with the file, as after a crash.")
    ] = False,
) -> None:
    """Record a race: live from a broker, or from a tracker's journal, also while it runs.

    Each event once, as it was sent. Killed in the middle, the file is read up to there.
    """
    from tracker.feed.topics import slug

    set_up(verbose=False)
    try:
        slug(race)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--race") from None
    if data is None and broker is not None:
        asyncio.run(from_broker(broker, race, output, append))
    elif append:
        raise typer.BadParameter("a journal is written whole: leave it out", param_hint="--append")
    else:
        from_journal(Settings(data=data or DATA).journal, race, output)


def from_journal(journal: Path, race: str, output: Path) -> None:
    """Write what a journal holds of a race."""
    from tracker.feed.recording import part_of, write_lines
    from tracker.journal.told import events_told

    console = Console(stderr=True, soft_wrap=True)
    try:
        with console.status(f"reading {journal}"):
            written = write_lines(output, events_told(journal, race))
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}") from None
    except BaseException:
        part_of(output).unlink(missing_ok=True)
        raise
    console.print(f"{written} events of {race} in {output}", markup=False, highlight=False)


async def from_broker(broker: str, race: str, output: Path, append: bool) -> None:
    """Record until told to stop, and say at the end what was done."""
    from tracker.app import address
    from tracker.feed.recorder import Recorder
    from tracker.feed.recorder import record as run
    from tracker.stopping import stopping_on_request

    where = address(broker)
    console = Console(stderr=True, soft_wrap=True)
    with Recorder(output, race, append=append) as recorder:
        tally = recorder.tally
        try:
            with stopping_on_request(), showing(console, lambda: str(tally)) as shown:
                await run(where, recorder, lambda _: shown())
        finally:
            console.print(str(tally), markup=False, highlight=False)
            for why, count in tally.refused.most_common(10):
                console.print(f"refused: {count} × {why}", markup=False, highlight=False)
            if not tally.events and not tally.before:
                console.print(f"nothing was heard, so there is no {output}", markup=False)


@contextlib.contextmanager
def showing(console: Console, line: Callable[[], str]) -> Iterator[Callable[[], None]]:
    """One line that says how it stands, on a terminal; elsewhere nothing until the end."""
    if not console.is_terminal:
        yield lambda: None
        return
    with Live(Text("connecting …"), console=console, transient=True, refresh_per_second=4) as live:
        yield lambda: live.update(Text(f"{line()}; Ctrl-C ends"))
