"""`tracker trouble`: a race with trouble on purpose, into a file or into somebody's broker."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tracker.commands.options import LARGEST_SEED, Broker, Speed
from tracker.errors import Unavailable
from tracker.logs import set_up

if TYPE_CHECKING:
    from simulators.trouble.troubled import Troubled


def trouble(
    recording: Annotated[str, typer.Argument(help="A recording, or the name of a scripted race.")],
    trouble: Annotated[
        str,
        typer.Option(
            help="What, how much, when: duplicates=0.05,silent=60s@lap30 (docs/trouble.md)."
        ),
    ] = "everything",
    seed: Annotated[
        int, typer.Option(min=0, max=LARGEST_SEED, help="Another seed, another trouble.")
    ] = 1,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it as RACE.jsonl or .jsonl.gz.")
    ] = None,
    broker: Broker = None,
    speed: Speed = 20.0,
) -> None:
    """Make trouble for a race on purpose: lost, late, twice, contradicted, rubbish.

    Same seed, same trouble. A tracker that hears it has to show the truth in the end, whenever the
    truth arrives.
    """
    from simulators.trouble.spec import troubles
    from tracker.commands.simulate import fed
    from tracker.score import recorded
    from tracker.simulating.load import Load, troubled_race

    set_up(verbose=False)
    if (output is None) == (broker is None):
        raise Unavailable("want -o RACE.jsonl, or --broker mqtt://host:port to feed")
    made, packets = troubled_race(recorded(recording), troubles(trouble), seed)
    if output is not None:
        written(made, output)
    else:
        assert broker is not None
        said(str(made))
        fed(Load([made.race], packets, speed, counted=False), broker)


def written(made: "Troubled", output: Path) -> None:
    """Write a troubled stream as a recording, in the order in which it comes."""
    from tracker.feed.recording import write

    events = [it.event for it in made.packets if it.event is not None]
    try:
        write(output, events)
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}") from None
    said(str(made))
    rubbish = len(made.packets) - len(events)
    left_out = f"; {rubbish} packets of rubbish are no events and left out" if rubbish else ""
    said(f"{len(events)} events of {made.race} in {output}{left_out}")


def said(sentence: str) -> None:
    """Say what was done."""
    console = Console(stderr=True, soft_wrap=True)
    console.print(sentence, markup=False, highlight=False)
