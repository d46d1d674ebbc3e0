"""`tracker doctor`: whether a tracker can run here, and what to do if not."""

import asyncio
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from tracker.commands.options import Broker, Data, Host, Port
from tracker.settings import DATA, Settings

if TYPE_CHECKING:
    from tracker.checkup import Finding

LOOKS = {"well": "green", "odd": "yellow", "ill": "red"}


def doctor(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = DATA,
    broker: Broker = None,
) -> None:
    """Check what a tracker needs here: page, folder, journal, broker, port.

    Ends with 1 where something keeps it from running. Changes nothing; a tracker may run meanwhile.
    """
    findings = asyncio.run(_examine(Settings(data, host, port, broker)))
    if any(finding.look == "ill" for finding in findings):
        raise typer.Exit(1)


async def _examine(settings: Settings) -> list["Finding"]:
    from tracker.checkup import check_up

    console = Console(soft_wrap=True)
    found = []
    with Progress(console=Console(stderr=True), transient=True) as shown:
        reading = shown.add_task("reading the journal", total=None, visible=False)

        def progress(done: int, of: int) -> None:
            shown.update(reading, completed=done, total=of, visible=True)

        async for finding in check_up(settings, progress):
            found.append(finding)
            look = Text(f"{finding.look:4}", style=LOOKS[finding.look])
            console.print(Text.assemble(look, f"  {finding.about:8} {finding.text}"))
            if finding.mend:
                console.print(Text(f"               {finding.mend}"))
    return found
