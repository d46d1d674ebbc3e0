"""The board in a terminal: a viewer like any other, drawn with rich."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, TypeAlias, cast
from urllib.parse import urlsplit

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tracker.errors import RequestRefused
from tracker.live.picture import Picture
from tracker.live.viewer import Follower, follow
from tracker.tables import seconds

PATIENCE_S = 5.0
"""For a first answer, before we say that there is none."""

Followers: TypeAlias = AsyncGenerator[Follower, None]

FLAG_STYLES = {
    "green": "white on green",
    "caution": "black on yellow",
    "red": "white on red",
    "white": "black on white",
    "checkered": "white on black",
}
"""The colour only underlines the word."""


async def watch(url: str, race: str) -> None:
    """Show a race until it is official, or the viewer has had enough."""
    console = Console()
    address = socket_url(url)
    if not await answers(address):
        away = Console(stderr=True, soft_wrap=True)
        away.print(f"cannot reach {url}; trying again", markup=False, highlight=False)
    try:
        # Closed here and not by the loop at its end, which would complain of what is left open.
        async with contextlib.aclosing(cast("Followers", follow(address, race))) as followed:
            await draw(followed, console)
    except SystemExit:
        return  # how rich says that whoever read the pipe has had enough


async def draw(followed: AsyncIterator[Follower], console: Console) -> None:
    """Draw every picture, and leave the last one standing."""
    picture = None
    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
        async for follower in followed:
            picture = follower.picture
            assert picture is not None
            live.update(board(picture, console.size.height - 4), refresh=True)
            if picture.state["result_status"] in ("official", "amended"):
                break
    console.print(board(picture, 100) if picture else Text(""))


async def answers(address: str) -> bool:
    """Whether anybody is at home there."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    try:
        async with asyncio.timeout(PATIENCE_S):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


def socket_url(url: str) -> str:
    """The websocket of a tracker whose page is at a URL."""
    parts = urlsplit(url)
    try:
        known = (
            parts.scheme in ("http", "https", "ws", "wss") and parts.hostname and parts.port != 0
        )
    except ValueError:  # a port that is none
        known = False
    if not known:
        raise RequestRefused(f"{url!r} is no address of a tracker, such as http://localhost:8000")
    return f"{'wss' if parts.scheme in ('https', 'wss') else 'ws'}://{parts.netloc}/ws"


def board(picture: Picture, most: int) -> Group:
    """The flag, the lap and the running order, at most so many cars of it."""
    state: dict[str, Any] = picture.state
    flag = state["flag"]["flag"]
    head = Text.assemble(
        (f" {flag} ", FLAG_STYLES.get(flag, "reverse")),
        f"  {state['name']}  lap {state['lap']}/{state['finish_lap'] or '–'}  ",
        f"{seconds(state['race_time']).partition('.')[0]}  {state['result_status']}",
    )
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("Pos", "Car", "Driver", "Interval", "Gap", "Last", "Best", "Laps", "State"):
        table.add_column(heading, justify="left" if heading in ("Driver", "State") else "right")
    rows: list[dict[str, Any]] = sorted(picture.rows.values(), key=by_position)
    review: Any = (picture.results or {}).get("review", [])
    for row in rows[: max(1, most)]:
        leading = row["position"] == 1 and not review
        table.add_row(
            str(row["position"]),
            Text(row["car"]),
            Text(row["driver"] or ""),
            behind(row["interval"], row["interval_laps"]),
            "leader" if leading else behind(row["gap_to_leader"], row["laps_down"] or None),
            seconds(row["last_lap"]),
            seconds(row["best_lap"]),
            str(row["laps_completed"]),
            "pit" if row["on_pit_road"] else row["status"],
        )
    said = [f"Under review: {' and '.join(review)}; no winner yet"] if review else []
    return Group(head, *said, table)


def by_position(row: dict[str, Any]) -> int:
    """Where the car stands."""
    return int(row["position"])


def behind(time: int | None, laps: int | None) -> str:
    """A gap or an interval: time, or laps."""
    if laps:
        return f"{laps} lap{'s' if laps > 1 else ''}"
    return "" if time is None else f"+{seconds(time)}"
