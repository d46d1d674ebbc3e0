"""What a link to a race shows before it is opened: which race, where and when; never who won it.

Messengers read the head of the page and run none of its scripts, so the server writes it. Whoever
is sent a link may not have seen the race yet: not even a link to its result gives that away.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from tracker.live.built_page import Asset
from tracker.live.picture import Picture

SITE = "Race tracker"
TITLE = re.compile(rb"<title>[^<]*</title>")
LAP = re.compile(r"[0-9]{1,5}")
SECONDS = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?")
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class Preview:
    """A link in two lines."""

    title: str
    text: str


def of_race(race: str, picture: Picture, view: str, lap: str, seconds: str) -> Preview:
    """A link to a race, to a moment of it (as the address names it), or to a view of it."""
    name = name_of(race, picture)
    when = moment(lap, seconds)
    if view == "summary":
        return Preview(f"{name}: summary", f"Result and verdicts of {name}{when}: tap to see.")
    if view == "finish":
        return Preview(f"{name}: the finish", f"How {name} ended{when}: tap to see.")
    text = "Running order, incidents and charts" + (
        f", as they were{when}." if when else ", live or from the start."
    )
    return Preview(f"{name}{when and ','}{when}", " ".join(filter(None, (place(picture), text))))


def of_races(races: Sequence[tuple[str, Picture]]) -> Preview:
    """A link to races side by side."""
    names = [name_of(race, picture) for race, picture in races]
    return Preview(f"{' and '.join(names)}, compared", "Races side by side: tap to see.")


def name_of(race: str, picture: Picture) -> str:
    """The race's name; one that nobody has announced has none but the one it is kept under."""
    return str(picture.state["name"] or race)


def place(picture: Picture) -> str:
    """`Kansas Speedway, May 5, 2024.`, as far as it is known."""
    parts = [str(picture.state["track"] or ""), day(str(picture.state["date"] or ""))]
    said = ", ".join(filter(None, parts))
    return f"{said}." if said else ""


def day(text: str) -> str:
    """A date as people write it; what is none stands as it came."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{MONTHS[on.month - 1]} {on.day}, {on.year}"


def moment(lap: str, seconds: str) -> str:
    """` on lap 132`, ` after 1:02:03`; empty where the address names none that the page knows."""
    if LAP.fullmatch(lap):
        return f" on lap {int(lap)}" if int(lap) > 0 else " at the start"
    if SECONDS.fullmatch(seconds):
        whole = max(0, int(float(seconds)))
        return f" after {whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return ""


def with_preview(index: Asset, preview: Preview) -> Asset:
    """The page with a preview in its head, and the tag that this gives it."""
    title, text = escape(preview.title), escape(preview.text)
    head = (
        f"<title>{title} \u2013 {SITE}</title>"
        f'<meta property="og:title" content="{title}">'
        f'<meta property="og:description" content="{text}">'
        f'<meta property="og:site_name" content="{SITE}">'
        '<meta property="og:type" content="website">'
        '<meta name="twitter:card" content="summary">'
    )
    # A function, because names are data: in a pattern's replacement a backslash would mean more.
    body = TITLE.sub(lambda _: head.encode(), index.body, count=1)
    return index if body == index.body else Asset.of(body, index.media_type, index.cache)
