"""`tracker load`: many viewers at once, who check that they all see the same board."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from tracker.errors import TrackerError, Unavailable
from tracker.logs import set_up

if TYPE_CHECKING:
    from tracker.simulating.viewers import Viewers

MOST_VIEWERS = 10_000
"""One process holds no more of them without being the slowest part of what it measures."""


def load(
    url: Annotated[str, typer.Argument(help="Where the tracker's page is.")],
    viewers: Annotated[int, typer.Option(min=1, max=MOST_VIEWERS, help="How many at once.")] = 100,
    race: Annotated[
        list[str] | None,
        typer.Option(help="Whom they watch, more than one if you like; by default all live races."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="How long; without it, until Ctrl-C.")
    ] = None,
    anywhere: Annotated[
        bool, typer.Option("--anywhere", help="Also a tracker on another machine: yours.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Watch with many viewers at once, and check that all of them see the same board.

    Exits with 1 where two viewers held different boards of one version.
    """
    from tracker.simulating.viewers import Viewers, allowed, races_at, room_for
    from tracker.watching import socket_url

    set_up(verbose=False)
    address = socket_url(url)
    allowed(url, anywhere=anywhere)
    room_for(viewers)
    console = Console(stderr=True, soft_wrap=True)
    found: list[Viewers] = []

    async def run() -> None:
        from tracker.stopping import stopping_on_request

        with stopping_on_request(), console.status("looking for the tracker") as status:
            watched = Viewers(address, race or await races_at(address), viewers)
            found.append(watched)
            watching = asyncio.create_task(watched.watch(seconds))
            try:
                while not watching.done():
                    await asyncio.wait({watching}, timeout=0.5)
                    status.update(f"{watched.progress()}; Ctrl-C ends")
                await watching
            finally:
                watching.cancel()
                await asyncio.wait({watching})

    try:
        asyncio.run(run())
    except ExceptionGroup as errors:
        refused = errors.split(TrackerError)[0]
        if refused is None:
            raise
        raise first(refused) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        pass  # it was enough; what was found is said all the same
    if not found or not found[0].boards.versions:
        raise Unavailable(f"nobody saw a board at {url}")
    if as_json:
        json.dump(found[0].report(), sys.stdout)
        sys.stdout.write("\n")
    else:
        Console(soft_wrap=True).print(table(found[0]))
    if not found[0].agree:
        raise typer.Exit(1)


def first(errors: BaseExceptionGroup[TrackerError]) -> TrackerError:
    """What went wrong first."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, TrackerError)
    return error


def table(watched: "Viewers") -> Table:
    """What was found, for people."""
    said = watched.report()
    agree = "all viewers see the same board" if watched.agree else "BOARDS DIFFER"
    shown = Table(title=agree, title_style="bold", show_header=False, box=None)
    shown.add_column(style="dim")
    shown.add_column(justify="right")
    for name, value in said.items():
        if name != "differing":
            words = name.replace("_", " ")
            shown.add_row(words, f"{value:,}" if isinstance(value, int) else str(value))
    for version in watched.boards.differ[:10]:
        shown.add_row("differs", " ".join(map(str, version)))
    return shown
