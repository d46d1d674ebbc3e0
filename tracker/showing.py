"""Showing a race: a tracker with everything it needs, and a player that tells it the story."""

import asyncio
import contextlib
import json
import shutil
import webbrowser
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console

from simulators.player import Player, heard, untold
from tracker.app import Tracker, address, page_url
from tracker.console import control, fed, line
from tracker.errors import Unavailable
from tracker.feed.envelope import Report, UnknownEvent
from tracker.feed.outbox import Outbox
from tracker.feed.producer import Producer
from tracker.feed.recording import numbered as to_events
from tracker.journal.lock import only_writer
from tracker.live.server import listen
from tracker.score import folded, recorded
from tracker.settings import Settings
from tracker.stopping import stopping_on_request

log = structlog.get_logger(__name__)

LONGEST_NAME = 64
"""Characters of a race's name in a topic."""

GRID_S = 5.0
"""Seconds for which the grid can be looked at before the green."""

END_S = 10.0
"""Seconds for which the result can be looked at before a loop begins again."""

KEPT = ("broker", "outbox", "journal.db", "journal.db-wal", "journal.db-shm", "shows.json")
"""What a tracker keeps in its folder; `--fresh` forgets these, and nothing else that lies there."""


@dataclass(frozen=True, slots=True)
class Show:
    """What to show, and how."""

    what: str
    """A recording's path, or the name of a scripted race."""
    speed: float = 20.0
    fresh: bool = False
    browser: bool = False
    from_lap: int | None = None
    """Begin when the leader has completed this lap; what was before is told at once."""
    from_time: int | None = None
    """Begin so many microseconds after the green, likewise."""
    loop: bool = False
    """When it is over, begin again, as a race of its own."""


async def show(settings: Settings, wanted: Show) -> None:
    """Show a race on the page, until it is over and the viewer has had enough."""
    with stopping_on_request(), contextlib.closing(listen(settings.host, settings.port)) as sock:
        if wanted.fresh:
            forget(settings)
        name, reports = story(wanted.what)
        begin = first = beginning(wanted, reports)
        async with Tracker.open(settings) as tracker, asyncio.TaskGroup() as tasks:
            running = tasks.create_task(tracker.run(sock), name="tracker")
            book = Shows(settings.data / "shows.json")
            try:
                while True:
                    race, goes_on = book.race_for(name, list(tracker.room.rooms))
                    url = f"{page_url(sock)}race/{race}"
                    told = playing(tracker.broker_url, race, reports, settings, wanted)
                    async with told as player:
                        book.began(name, race)
                        again = await shown(
                            player,
                            reports,
                            None if goes_on else begin,
                            at_the_terminal(player, tracker, race, url, wanted, goes_on),
                            wanted.loop,
                            0.0 if goes_on else GRID_S,
                            over=lambda: book.over(name),
                        )
                    begin = first if again is None else again
                    book.over(name)
            except asyncio.CancelledError:
                # A tracker that failed cancels us as well; the next run then goes on.
                if not running.done():
                    book.over(name)
                raise
            finally:
                running.cancel()


async def feed(settings: Settings, wanted: Show) -> None:
    """Play a race into a broker that a tracker elsewhere listens to."""
    if settings.broker is None:
        raise Unavailable("--feed-only needs the broker to feed: --broker mqtt://host:port")
    address(settings.broker)
    name, reports = story(wanted.what)
    if wanted.fresh:
        forget_told(settings.outboxes / name)
    begin = first = beginning(wanted, reports)
    with stopping_on_request():
        for race in chain([name], beside(name, settings.outboxes)):
            told = playing(settings.broker, race, reports, settings, wanted, something=True)
            async with told as player:
                terminal = control(player, partial(fed, player))
                again = await shown(player, reports, begin, terminal, wanted.loop, 0.0, stays=False)
            if again is None and not wanted.loop:
                return
            begin = first if again is None else again


async def shown(
    player: Player,
    reports: Sequence[Report],
    begin: float | None,
    terminal: Coroutine[Any, Any, None],
    loop: bool,
    grid_s: float,
    *,
    over: Callable[[], None] = lambda: None,
    stays: bool = True,
) -> float | None:
    """Tell the story once; returns the moment from which it is to be told again, if one was named.

    Without a loop, and where it `stays`, a story told to its end waits to be sent back.
    """
    async with asyncio.TaskGroup() as both:
        listening = both.create_task(terminal, name="terminal")
        both.create_task(learn_laps(player, reports), name="laps")
        if begin is not None:
            player.race_time = begin
        await player.play(grid_s if begin is None else 0.0)
        if player.again is None:
            over()
            if loop:
                await asyncio.sleep(END_S)
            elif stays:
                await player.sent_back()
        listening.cancel()
    return player.again


async def learn_laps(player: Player, reports: Sequence[Report]) -> None:
    """Teach the player when each lap was completed, while the race is on."""
    player.laps = await asyncio.to_thread(lap_moments, reports)


def lap_moments(reports: Sequence[Report]) -> Sequence[int]:
    """When the leader completed each lap, on the timing clock; index 0 is the green."""
    return folded(to_events(reports, "race")).leader_crossings


def beginning(wanted: Show, reports: Sequence[Report]) -> float | None:
    """The moment at which to begin; None at the beginning. Raises `Unavailable` beyond the end."""
    if wanted.from_lap is None and wanted.from_time is None:
        return None
    laps = lap_moments(reports)
    if not laps:
        raise Unavailable(f"{wanted.what}: no lap is completed in it, so there is none to begin at")
    if wanted.from_lap is None:
        assert wanted.from_time is not None
        return laps[0] + wanted.from_time
    if wanted.from_lap >= len(laps):
        raise Unavailable(
            f"{wanted.what} has {len(laps) - 1} laps, so none to begin at lap {wanted.from_lap}"
        )
    return laps[wanted.from_lap]


@asynccontextmanager
async def playing(
    broker: str,
    race: str,
    reports: Sequence[Report],
    settings: Settings,
    wanted: Show,
    *,
    something: bool = False,
) -> AsyncIterator[Player]:
    """A player with its outboxes open, at the first report that none of them has taken.

    Raises `Unavailable` where there must be something left to tell and is not.
    """
    sources = sorted({report.source for report in reports})
    async with contextlib.AsyncExitStack() as stack:
        outboxes = [
            await stack.enter_async_context(
                Outbox(settings.outboxes / race / f"{source}.db", race, source)
            )
            for source in sources
        ]
        told = {outbox.source: outbox.last_sequence for outbox in outboxes}
        rest = untold(reports, told)
        if something and not rest and not any(outbox.pending for outbox in outboxes):
            raise Unavailable(f"{race} was told to its end before; --fresh tells it again")
        producer = await stack.enter_async_context(Producer(address(broker), race, outboxes))
        yield Player(rest, producer.put, wanted.speed)
        await producer.drained()


def story(what: str) -> tuple[str, list[Report]]:
    """A race by its name, and everything that is to be told of it, in order."""
    events = [event for event in recorded(what) if not isinstance(event, UnknownEvent)]
    if not events:
        raise Unavailable(f"{what}: no events in this recording")
    return events[0].race, heard(events)


def forget(settings: Settings) -> None:
    """Forget every race kept in the folder."""
    if not settings.data.exists():
        return
    with only_writer(settings.journal):
        for name in KEPT:
            path = settings.data / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def forget_told(folder: Path) -> None:
    """Forget what was told of one race, unless somebody is telling it."""
    with contextlib.ExitStack() as held:
        for outbox in folder.glob("*.db"):
            held.enter_context(only_writer(outbox, "outbox"))
        shutil.rmtree(folder, ignore_errors=True)


class Shows:
    """Which shows were begun and not ended, kept in a file: a crash goes on, a new run is new."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def race_for(self, name: str, known: Sequence[str]) -> tuple[str, bool]:
        """The race to show a story as, and whether that goes on with one begun before."""
        begun = self.begun().get(name)
        if begun is not None:
            return begun, True
        if name not in known:
            return name, False
        names = (numbered(name, number) for number in count(2))
        return next(race for race in names if race not in known), False

    def begun(self) -> dict[str, str]:
        """Shows by name, with the race each is shown as."""
        try:
            shows = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        if not isinstance(shows, dict):
            return {}
        return {str(name): str(race) for name, race in shows.items()}

    def began(self, name: str, race: str) -> None:
        """A show begins."""
        self.keep({**self.begun(), name: race})

    def over(self, name: str) -> None:
        """A show is over, or was ended on purpose."""
        shows = self.begun()
        shows.pop(name, None)
        self.keep(shows)

    def keep(self, shows: dict[str, str]) -> None:
        """Write the file, whole or not at all."""
        beside = self.path.with_suffix(".part")
        beside.write_text(json.dumps(shows))
        beside.replace(self.path)


def beside(name: str, outboxes: Path) -> Iterator[str]:
    """Names for a race told once more, of which nothing was told before."""
    names = (numbered(name, number) for number in count(2))
    return (race for race in names if not (outboxes / race).exists())


def numbered(name: str, number: int) -> str:
    """The name of a race shown once more, no longer than a topic takes it."""
    ending = f"-{number}"
    return name[: LONGEST_NAME - len(ending)] + ending


async def at_the_terminal(
    player: Player, tracker: Tracker, race: str, url: str, wanted: Show, goes_on: bool
) -> None:
    """Say where to look as soon as there is something to see; then listen to keys."""
    await tracker.on_the_air(race)
    greet(tracker, race, url, wanted, goes_on)
    await control(player, lambda: line(player, tracker, race))


def greet(tracker: Tracker, race: str, url: str, wanted: Show, goes_on: bool) -> None:
    """Say where to look, and where to listen."""
    settings = tracker.settings
    console = Console(stderr=True)
    console.print(f"[bold]{url}[/bold]", highlight=False)
    console.print(f"kept in {settings.data.absolute()}", style="dim", highlight=False, markup=False)
    where = f"-h {tracker.broker.host} -p {tracker.broker.port}"
    console.print(
        f"mosquitto_sub {where} -t 'racing/v1/{race}/out/#'", style="dim", markup=False,
        highlight=False,
    )  # fmt: skip
    if goes_on:
        console.print("going on where the last run was cut off; --fresh forgets it", style="dim")
    if wanted.browser:
        webbrowser.open(url)
