"""The command line: `tracker demo`, and what else one does with races."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tracker import __version__
from tracker.commands.bridge import bridge
from tracker.commands.convert import convert
from tracker.commands.doctor import doctor
from tracker.commands.export import export
from tracker.commands.load import load
from tracker.commands.options import Broker, Browser, Data, Fresh, Host, Port, Speed
from tracker.commands.record import record
from tracker.commands.replay import replay
from tracker.commands.simulate import simulate
from tracker.commands.trouble import trouble
from tracker.errors import TrackerError
from tracker.logs import complain, escaped, set_up
from tracker.settings import DATA, Settings

app = typer.Typer(
    name="tracker",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Live race tracker: laps and incidents in, running order and results out.",
)

app.add_typer(convert, name="convert")
past = typer.Typer(no_args_is_help=True, help="Results of past races, for the verdicts.")
app.add_typer(past, name="history")
app.add_typer(bridge, name="bridge")
app.add_typer(simulate, name="simulate")
app.add_typer(export, name="export")


@app.command()
def demo(
    speed: Speed = 20.0,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = DATA,
    broker: Broker = None,
    fresh: Fresh = False,
    browser: Browser = True,
) -> None:
    """Watch a real race: the 2024 AdventHealth 400 at Kansas, lap by lap.

    Space pauses, + and - change the speed, Ctrl-C ends.
    """
    from tracker.showing import Show, show

    set_up(verbose=False)
    settings = Settings(data, host, port, broker, broker_sync="200ms")
    asyncio.run(show(settings, Show(what="kansas-2024", speed=speed, fresh=fresh, browser=browser)))


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = DATA,
    broker: Broker = None,
) -> None:
    """Track every race that the broker carries."""
    from tracker.app import serve as run

    set_up(verbose=True)
    asyncio.run(run(Settings(data=data, host=host, port=port, broker=broker)))


app.command()(replay)
app.command()(record)


@app.command()
def watch(
    url: Annotated[str, typer.Argument(help="Where the tracker's page is.")],
    race: Annotated[str, typer.Argument(help="The race, as /api/races names it.")],
) -> None:
    """Watch a race in the terminal, until its result is official."""
    from tracker.watching import watch as run

    asyncio.run(run(url, race))


@app.command()
def score(
    race: Annotated[str, typer.Argument(help="A recording, or the name of a scripted race.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    history: Annotated[
        Path | None, typer.Option(exists=True, help="Results of past races, for verdicts.")
    ] = None,
) -> None:
    """Score a race offline: order by lap, classification, cautions, results, verdicts."""
    from tracker.score import folded, recorded, told
    from tracker.tables import show

    scored = told(folded(recorded(race)), history)
    if as_json:
        json.dump(scored, sys.stdout, ensure_ascii=False, separators=(",", ":"))
        sys.stdout.write("\n")
    else:
        show(scored, Console())


@past.command("import")
def history_import(
    path: Annotated[Path, typer.Argument(exists=True, help="A file of results, or a folder.")],
    series: Annotated[str, typer.Option(help="Whose history: nascar-cup, f1, imsa, …")],
    data: Data = DATA,
) -> None:
    """Remember results of past races, for the verdicts; CSV and JSON, see docs/verdicts.md."""
    from tracker.memory import remember

    kept = asyncio.run(remember(Settings(data=data), path, series))
    Console(stderr=True, soft_wrap=True).print(
        f"{kept.races} races, {kept.records} records of {series} remembered in {data}",
        markup=False,
    )


app.command()(trouble)
app.command()(load)
app.command()(doctor)


@app.command()
def quarantine(
    data: Data = DATA,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 100,
) -> None:
    """List what came in and was put aside, and why; also while a tracker runs."""
    from tracker.journal.aside import put_aside

    for stray in put_aside(Settings(data=data).journal, limit):
        at = datetime.fromtimestamp(stray.received_at / 1_000_000, UTC)
        told = (f"{at:%Y-%m-%d %H:%M:%SZ}", stray.topic, stray.kind, stray.reason)
        sys.stdout.write("  ".join(map(escaped, told)) + "\n")


@app.command()
def schema(
    markdown: Annotated[bool, typer.Option("--markdown", help="As a page to read.")] = False,
) -> None:
    """Print the JSON Schema of every event of the feed."""
    from tracker.feed.decode import schemas
    from tracker.feed.reference import reference

    if markdown:
        sys.stdout.write(reference())
        return

    json.dump(schemas(), sys.stdout, indent=2)
    sys.stdout.write("\n")


def version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        sys.stdout.write(f"tracker {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    wanted: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Live race tracker."""


def main() -> None:
    """Run a command; what goes wrong for a reason is said in one sentence."""
    try:
        app()
    except TrackerError as error:
        complain(str(error))
        sys.exit(1)
    except ExceptionGroup as errors:
        # What went wrong in a task arrives as a group, and in groups within groups.
        reasons, others = errors.split(TrackerError)
        if reasons is None or others is not None:
            raise
        complain(first(reasons))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except asyncio.CancelledError:
        sys.exit(143)  # asked to stop: SIGTERM, as a shell counts it


def first(errors: BaseExceptionGroup[BaseException]) -> str:
    """The sentence of what went wrong first."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)


if __name__ == "__main__":
    main()
