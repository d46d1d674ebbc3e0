"""The command line: `tracker demo`, and what else one does with races."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from tracker import __version__
from tracker.commands.bridge import bridge
from tracker.commands.bridge_p3 import Entries, Laps, Loops, Minutes, Title, planned
from tracker.commands.convert_kept import convert_kept
from tracker.commands.doctor import doctor
from tracker.commands.export import export
from tracker.commands.load import load
from tracker.commands.options import Broker, Browser, Data, Fresh, Host, Port, Speed
from tracker.commands.record import record
from tracker.commands.replay import replay
from tracker.commands.simulate import simulate
from tracker.commands.trouble import trouble
from tracker.errors import RecordingRefused, TrackerError, Unavailable
from tracker.logs import escaped, set_up
from tracker.settings import DATA, Settings

if TYPE_CHECKING:
    from tracker.bridges.converted import Converted

app = typer.Typer(
    name="tracker",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Live race tracker: laps and incidents in, running order and results out.",
)


class WholeOrNothing(TyperGroup):
    """Commands that write a file in the end, or not at all; Ctrl-C before that says so.

    A file that is of another kind is refused with the command that would take it.
    """

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except RecordingRefused as refused:
            from tracker.bridges.live.kinds import hint

            if more := hint(Path(str(refused.path)), str(ctx.invoked_subcommand)):
                reason = f"{refused.reason}{more}"
                raise RecordingRefused(refused.path, refused.line, reason) from None
            raise
        except KeyboardInterrupt:
            complain("interrupted: nothing was written")
            raise


convert = typer.Typer(
    no_args_is_help=True,
    cls=WholeOrNothing,
    help="Make a recording of somebody else's file.",
)
app.add_typer(convert, name="convert")
convert.command("capture")(convert_kept)
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


Output = Annotated[Path, typer.Option("--output", "-o", help="RACE.jsonl or .jsonl.gz")]
Decisions = Annotated[
    Path | None,
    typer.Option(exists=True, help="Feed events to add, as JSON lines: penalties, corrections."),
]


MOST_NOTES = 100
"""Notes of one kind that are printed; a file given twice has thousands."""


def kept(converted: "Converted", output: Path, race: str, decisions: Path | None) -> None:
    """Write what was converted, and say what was left out and what was odd."""
    from tracker.bridges.converted import slug, with_decisions
    from tracker.feed.recording import numbered, write

    if decisions is not None:
        converted = with_decisions(converted, decisions)
    try:
        written = write(output, numbered(converted.reports, slug(race, "race")))
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}") from None
    console = Console(stderr=True, soft_wrap=True)
    for heading, notes in (("left out", converted.left_out), ("odd", converted.odd)):
        for note in notes[:MOST_NOTES]:
            console.print(f"{heading}: {note}", markup=False, highlight=False)
        if len(notes) > MOST_NOTES:
            console.print(f"{heading}: {len(notes) - MOST_NOTES} more", markup=False)
    console.print(f"{written} events in {output}", markup=False)


@convert.command("ergast")
def convert_ergast(
    lap_times: Annotated[
        Path, typer.Argument(help="lap_times.csv (or .gz), or answers in JSON: a file, a folder.")
    ],
    results: Annotated[Path, typer.Option(help="Results of the same races, CSV or JSON.")],
    race: Annotated[str, typer.Option(help="Season and round, such as 2018/4.")],
    output: Output,
    pit_stops: Annotated[Path | None, typer.Option(help="pit_stops.csv")] = None,
    safety_cars: Annotated[Path | None, typer.Option(help="safety_cars.csv")] = None,
    red_flags: Annotated[Path | None, typer.Option(help="red_flags.csv")] = None,
    decisions: Decisions = None,
) -> None:
    """Formula 1 lap times and results of Ergast or Jolpica, as tables or as JSON."""
    from tracker.bridges.ergast import convert as ergast

    season, _, round_ = race.partition("/")
    if not (season.isdecimal() and round_.isdecimal()):
        raise typer.BadParameter("want season/round, such as 2018/4", param_hint="--race")
    converted = ergast(
        lap_times, results, int(season), int(round_), pit_stops, safety_cars, red_flags
    )
    kept(converted, output, f"f1-{season}-{int(round_)}", decisions)


@convert.command("f1-live")
def convert_f1_live(
    recorded: Annotated[
        Path,
        typer.Argument(exists=True, help="Folder of *.jsonStream, or of subscribe.json and live."),
    ],
    output: Output,
    decisions: Decisions = None,
) -> None:
    """Recorded Formula 1 live timing: the archive's topics, or what a client kept."""
    from tracker.bridges.f1_files import convert as f1_live
    from tracker.bridges.f1_files import title

    converted = f1_live(recorded)
    kept(converted, output, title(converted), decisions)


@convert.command("openf1")
def convert_openf1(
    fetched: Annotated[
        list[Path], typer.Argument(exists=True, help="A folder of its collections, or the files.")
    ],
    output: Output,
    session: Annotated[
        str | None, typer.Option(help="Its session_key; by default the race.")
    ] = None,
    decisions: Decisions = None,
) -> None:
    """Collections fetched from OpenF1, JSON or CSV: laps, and all others that are there."""
    from tracker.bridges.f1_files import title
    from tracker.bridges.openf1_files import convert as openf1

    converted = openf1(fetched, session)
    kept(converted, output, title(converted), decisions)


@convert.command("nascar")
def convert_nascar(
    documents: Annotated[
        list[Path],
        typer.Argument(exists=True, help="Lap times, or looks at the live feed; or a folder."),
    ],
    output: Output,
    weekend: Annotated[Path | None, typer.Option(help="weekend-feed.json of the race")] = None,
    extra: Annotated[
        list[Path] | None, typer.Option(help="Race summary, live flag or live pit data.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Name of the race, with its year.")] = None,
    decisions: Decisions = None,
) -> None:
    """NASCAR's documents: lap times with the weekend feed, or looks at the live feed."""
    from tracker.bridges.live.nascar_documents import convert as nascar

    converted = nascar(documents, weekend, extra or (), title)
    kept(converted, output, title or documents[0].name.partition(".")[0], decisions)


@convert.command("alkamel")
def convert_alkamel(
    laps: Annotated[Path, typer.Argument(help="The analysis of laps, .csv or .csv.gz")],
    output: Output,
    results: Annotated[Path | None, typer.Option(help="The results of the same race.")] = None,
    title: Annotated[str | None, typer.Option(help="Name of the race, with its year.")] = None,
    rulebook: Annotated[str, typer.Option(help="Such as imsa/2024 or wec/2024.")] = "club/any",
    decisions: Decisions = None,
) -> None:
    """Laps and results of IMSA, WEC or ELMS races as Al Kamel publishes them."""
    from tracker.bridges.alkamel import convert as alkamel

    kept(
        alkamel(laps, results, title, rulebook),
        output,
        title or laps.name.partition(".")[0],
        decisions,
    )


@convert.command("rmonitor")
def convert_rmonitor(
    capture: Annotated[Path, typer.Argument(help="Lines of an RMonitor stream.")],
    output: Output,
    run: Annotated[
        int | None, typer.Option(help="Which run; by default that with the most passings.")
    ] = None,
    decisions: Decisions = None,
) -> None:
    """A captured RMonitor stream (MYLAPS Orbits, Race-Monitor)."""
    from tracker.bridges.rmonitor_file import convert as rmonitor

    kept(rmonitor(capture, run), output, capture.name.partition(".")[0], decisions)


@convert.command("p3")
def convert_p3(
    capture: Annotated[Path, typer.Argument(help="Frames, as bytes or in hexadecimal digits.")],
    output: Output,
    entries: Entries = None,
    title: Title = "Race",
    laps: Laps = None,
    minutes: Minutes = None,
    loop: Loops = None,
    decisions: Decisions = None,
) -> None:
    """What a MYLAPS/AMB decoder said (P3), kept by `tracker bridge p3` or by somebody else."""
    from tracker.bridges.p3_file import convert as p3

    plan, table = planned(title, None, laps, minutes, loop, entries)
    kept(p3(capture, plan, table), output, capture.name.partition(".")[0], decisions)


@convert.command("csv")
def convert_csv(
    laps: Annotated[Path, typer.Argument(help="A table with columns car, lap, time.")],
    output: Output,
    decisions: Decisions = None,
) -> None:
    """Your own spreadsheet: car, lap, time; driver, class and position if you have them."""
    from tracker.bridges.spreadsheet import convert as spreadsheet

    kept(spreadsheet(laps), output, laps.name.partition(".")[0], decisions)


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


def complain(sentence: str) -> None:
    """Say on standard error why a command ends: one line, however long."""
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"tracker: {sentence}", markup=False, highlight=False)


def first(errors: BaseExceptionGroup[BaseException]) -> str:
    """The sentence of what went wrong first."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)


if __name__ == "__main__":
    main()
