"""The terminal while a race is shown: one line that says how it stands, and keys for the pace."""

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.live import Live
from rich.text import Text

from simulators.player import Player
from tracker.app import Tracker

KEYS = "space pause, +- speed, ←→ laps, Ctrl-C"

KEY = re.compile(r"\x1b[\[O].|.", re.DOTALL)
"""A key as a terminal sends it: arrows are three characters, `ESC [ C` or `ESC O C`."""


async def control(player: Player, line: Callable[[], Text]) -> None:
    """Show how the race stands and listen to keys, until cancelled."""
    console = Console(stderr=True)
    if not console.is_terminal:
        await asyncio.Event().wait()
    with keys(player), Live(console=console, transient=True, auto_refresh=False) as live:
        while True:
            live.update(line(), refresh=True)
            await asyncio.sleep(0.25)


def pace_of(player: Player) -> str:
    """What the player is doing, in a word or two."""
    if player.target is not None:
        return f"to lap {player.lap_at(player.target)}"
    if player.over:
        return "over"
    return "paused" if player.paused else f"{player.speed:g} ×"


def fed(player: Player) -> Text:
    """How far a race is told, where no tracker of ours knows how it stands."""
    green = player.laps[0] if player.laps else 0
    lap = f"lap {player.lap_at(player.race_time)}  " if player.laps else ""
    at = clock(int(player.race_time - green))
    return Text.assemble(f" {lap}{at}  {pace_of(player)}  ", (KEYS, "dim"))


def line(player: Player, tracker: Tracker, race: str) -> Text:
    """How the race stands, in one line."""
    if not tracker.hub.knows(race):
        return Text("…")
    state = tracker.hub.picture(race).state
    pace = pace_of(player)
    flag = state["flag"]
    shown = flag["flag"] if isinstance(flag, dict) and state["phase"] != "before" else "grid"
    return Text.assemble(
        (f" {shown} ", "reverse"),
        f"  lap {state['lap']}/{state['finish_lap'] or '–'}  {clock(state['race_time'])}  {pace}  ",
        (KEYS, "dim"),
    )


def clock(time: object) -> str:
    """Race time as h:mm:ss, as a clock on the wall shows it."""
    seconds = max(0, time // 1_000_000) if isinstance(time, int) else 0
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


@contextlib.contextmanager
def keys(player: Player) -> Iterator[None]:
    """Keys change the pace while this lasts; the terminal is put back as it was."""
    try:
        import termios
        import tty
    except ImportError:  # no such terminals on this system
        yield
        return
    if not sys.stdin.isatty():
        yield
        return
    actions = {
        " ": player.pause,
        "+": player.faster,
        "=": player.faster,
        "-": player.slower,
        "\x1b[C": player.forward,
        "\x1bOC": player.forward,
        "\x1b[D": player.back,
        "\x1bOD": player.back,
    }

    def pressed() -> None:
        # Past Python's buffer, which would keep keys that the loop then never hears of.
        struck = b""
        with contextlib.suppress(OSError):
            struck = os.read(number, 64)
        if not struck:
            loop.remove_reader(number)  # the terminal is gone, and would say so for ever
        for key in KEY.findall(struck.decode("ascii", "replace")):
            actions.get(key, lambda: None)()

    loop = asyncio.get_running_loop()
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    tty.setcbreak(number)
    loop.add_reader(number, pressed)
    try:
        yield
    finally:
        loop.remove_reader(number)
        with contextlib.suppress(termios.error):  # gone: nothing to put back
            termios.tcsetattr(number, termios.TCSADRAIN, before)
