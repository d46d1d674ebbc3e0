"""The terminal while a race is shown: one line that says how it stands, and keys for the pace."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.live import Live
from rich.text import Text

from simulators.player import Player
from tracker.app import Tracker

KEYS = "space pauses, + and - change the speed, Ctrl-C ends"


async def control(player: Player, tracker: Tracker, race: str) -> None:
    """Show how the race stands and listen to keys, until cancelled."""
    console = Console(stderr=True)
    if not console.is_terminal:
        await asyncio.Event().wait()
    with keys(player), Live(console=console, transient=True, auto_refresh=False) as live:
        while True:
            live.update(line(player, tracker, race), refresh=True)
            await asyncio.sleep(0.25)


def line(player: Player, tracker: Tracker, race: str) -> Text:
    """How the race stands, in one line."""
    if not tracker.hub.knows(race):
        return Text("…")
    state = tracker.hub.picture(race).state
    pace = "paused" if player.paused else f"{player.speed:g} ×"
    if player.over:
        pace = "over"
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
    actions = {" ": player.pause, "+": player.faster, "=": player.faster, "-": player.slower}

    def pressed() -> None:
        # Past Python's buffer, which would keep keys that the loop then never hears of.
        struck = b""
        with contextlib.suppress(OSError):
            struck = os.read(number, 64)
        if not struck:
            loop.remove_reader(number)  # the terminal is gone, and would say so for ever
        for key in struck.decode("ascii", "replace"):
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
