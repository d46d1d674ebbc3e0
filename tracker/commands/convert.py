"""`tracker convert`: somebody else's file as a recording."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from tracker.commands.bridge_p3 import Entries, Laps, Loops, Minutes, Title, planned
from tracker.errors import RecordingRefused, Unavailable
from tracker.logs import complain

if TYPE_CHECKING:
    from tracker.bridges.converted import Converted


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


@convert.command("capture")
def convert_kept(
    capture: Annotated[Path, typer.Argument(help="A file of race-data/captures.")],
    output: Output,
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
    from tracker.bridges.live.kept import convert as captured

    kept(
        captured(capture, part, season, title),
        output,
        title or capture.name.partition(".")[0],
        None,
    )
