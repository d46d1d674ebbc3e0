"""`tracker simulate`: a race that never was, on the page, in a file, or a thousand at a broker."""

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tracker.commands.options import LARGEST_SEED, Broker, Browser, Data, Fresh, Host, Port, Speed
from tracker.errors import Unavailable
from tracker.logs import set_up
from tracker.settings import DATA, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.model.parameters import Scenario
    from simulators.trouble.spec import Trouble
    from tracker.simulating.calibration import Row
    from tracker.simulating.load import Load

simulate = typer.Typer(help="Simulate a race, any track, field and length; same seed, same race.")

Kinds = Annotated[
    str | None, typer.Option(help="oval, road or endurance: the usual race of that kind.")
]
Track = Annotated[
    str | None,
    typer.Option(
        help="kansas, short-oval, hill-ring, lake-circuit, or parameters of your own in a file "
        "ending in .toml or .json (docs/simulator.md)."
    ),
]
MOST_RACES = 5_000
"""As many as a tracker takes."""

MOST_TROUBLED = 100
"""Races with trouble at once: each has to be made whole before it is told, so that what is late can
be; a long one is some 50 MB."""


@simulate.callback(invoke_without_command=True)
def race(
    context: typer.Context,
    kind: Kinds = None,
    track: Track = None,
    cars: Annotated[int | None, typer.Option(min=1, help="Cars in the field.")] = None,
    laps: Annotated[int | None, typer.Option(min=1, help="Distance in laps.")] = None,
    hours: Annotated[float | None, typer.Option(help="Distance in hours, instead.")] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=LARGEST_SEED, help="Another seed is another race.")
    ] = 1,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write RACE.jsonl or .jsonl.gz instead.")
    ] = None,
    races: Annotated[
        int,
        typer.Option(min=1, max=MOST_RACES, help="So many at once into --broker, a seed each."),
    ] = 1,
    faults: Annotated[
        bool, typer.Option("--faults", help="Readings twice, late, or put in later by a scorer.")
    ] = False,
    trouble: Annotated[
        str | None,
        typer.Option(
            help="With -o or --broker: trouble on purpose, such as everything; "
            "docs/trouble.md lists it."
        ),
    ] = None,
    speed: Speed = 20.0,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = DATA,
    broker: Broker = None,
    fresh: Fresh = False,
    browser: Browser = True,
) -> None:
    """Simulate a race and play it on the page, or write it to a file, or many into a broker."""
    from simulators.trouble.spec import troubles
    from tracker.showing import Show, show
    from tracker.simulating.making import scenario

    if context.invoked_subcommand is not None:
        return
    if kind not in (None, "oval", "road", "endurance"):
        raise typer.BadParameter("oval, road or endurance", param_hint="--kind")
    set_up(verbose=False)
    made = scenario(kind, track, cars, laps, hours)
    wanted = troubles(trouble) if trouble is not None else ()
    if wanted and (output is None) == (broker is None):
        raise Unavailable("--trouble needs -o RACE.jsonl, or --broker mqtt://host:port to feed")
    if wanted and races > MOST_TROUBLED:
        raise typer.BadParameter(f"{MOST_TROUBLED} races with trouble", param_hint="--races")
    if races > 1 or (wanted and broker is not None):
        if output is not None:
            raise typer.BadParameter("one race to a file", param_hint="--races")
        if broker is None:
            raise Unavailable("--races needs the broker to feed: --broker mqtt://host:port")
        many(made, range(seed, seed + races), broker, speed, faults, wanted)
    elif wanted and output is not None:
        from tracker.commands.trouble import written as written_with_trouble
        from tracker.simulating.load import simulated, troubled_race

        events = simulated(made, seed, faults)
        written_with_trouble(troubled_race(events, wanted, seed)[0], output)
    elif output is not None:
        written(made, seed, output, faults)
    else:
        settings = Settings(data, host, port, broker, broker_sync="200ms")
        what = Show(str(kept(made, seed, settings, faults)), speed, fresh, browser)
        asyncio.run(show(settings, what))


def written(made: "Scenario", seed: int, output: Path, faults: bool) -> None:
    """Write the race as a recording."""
    from tracker.feed.recording import numbered, part_of, write
    from tracker.simulating.making import name_of, reports_of

    console = Console(stderr=True, soft_wrap=True)
    name = name_of(made, seed)
    try:
        with console.status(f"simulating {name}"):
            events = write(output, numbered(reports_of(made, seed, faults), name))
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}") from None
    except BaseException:
        part_of(output).unlink(missing_ok=True)
        raise
    console.print(f"{events} events of {name} in {output}", markup=False, highlight=False)


def kept(made: "Scenario", seed: int, settings: Settings, faults: bool) -> Path:
    """The race as a recording in the folder of what is kept, so that a crash can go on with it."""
    from tracker.simulating.making import name_of

    folder = settings.data / "simulated"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be made: {error.strerror}") from None
    recording = folder / f"{name_of(made, seed)}.jsonl.gz"
    written(made, seed, recording, faults)
    return recording


def many(
    made: "Scenario",
    seeds: range,
    broker: str,
    speed: float,
    faults: bool,
    troubles: "Sequence[Trouble]" = (),
) -> None:
    """Feed many races at once, and say at the end what was done."""
    from tracker.simulating.load import load

    fed(load(made, seeds, speed, faults, troubles), broker)


def fed(told: "Load", broker: str) -> None:
    """Feed a broker, and say at the end what was done."""
    from tracker.app import address

    where = address(broker)
    console = Console(stderr=True, soft_wrap=True)

    async def feed(load: "Load") -> None:
        from tracker.stopping import stopping_on_request

        with stopping_on_request(), console.status("making the races") as status:
            feeding = asyncio.create_task(load.feed(where, f"simulator-{os.getpid()}"))
            try:
                while not feeding.done():
                    await asyncio.wait({feeding}, timeout=0.5)
                    status.update(f"{load.tally}; Ctrl-C ends")
                await feeding
            finally:
                feeding.cancel()

    try:
        asyncio.run(feed(told))
    finally:
        console.print(str(told.tally), markup=False, highlight=False)


@simulate.command()
def report(
    seeds: Annotated[int, typer.Option(min=1, max=100_000, help="How many races.")] = 200,
    first: Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="The first seed.")] = 1,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Processors to use; by default all.")
    ] = None,
    track: Track = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Hold simulated races against real ones at Kansas: every measure, and whether it fits.

    Exits with 1 where one does not.
    """
    from tracker.simulating.calibration import processors, races, rows
    from tracker.simulating.making import scenario

    made = scenario(track=track)
    console = Console(stderr=True, soft_wrap=True)
    columns = (TextColumn("simulating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    measured = []
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("races", total=seeds)
            for one in races(made, range(first, first + seeds), processes or processors()):
                measured.append(one)
                progress.advance(task)
    finally:
        found = rows(measured)
        if as_json:
            json.dump({"races": len(measured), "rows": list(map(in_plain_values, found))},
                      sys.stdout)  # fmt: skip
            sys.stdout.write("\n")
        elif found:
            Console().print(table(found, len(measured), made.track.name))
    if not all(row.fits for row in found):
        raise typer.Exit(1)


def in_plain_values(row: "Row") -> dict[str, object]:
    """A row for programs."""
    return {
        **asdict(row.real), "mean": row.mean, "p5": row.low, "p95": row.high, "fits": row.fits,
    }  # fmt: skip


def table(found: "list[Row]", count: int, name: str) -> Table:
    """The measures for people."""
    shown = Table(
        title=f"{name}: {count} simulated races beside real ones",
        caption="a measure fits where its mean lies within what real races measured;\n"
        "which races those are, say --json and docs/simulator.md",
    )
    shown.add_column("measure")
    for column in ("simulated", "5 to 95 %", "real", ""):
        shown.add_column(column, justify="right", no_wrap=True)
    for row in found:
        digits = row.real.digits
        shown.add_row(
            row.real.words,
            f"{row.mean:,.{digits}f}",
            f"{row.low:,.{digits}f} – {row.high:,.{digits}f}",
            f"{row.real.least:,.{digits}f} – {row.real.most:,.{digits}f}",
            "[green]fits[/green]" if row.fits else "[red]off[/red]",
        )
    return shown
