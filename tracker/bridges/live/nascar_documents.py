"""NASCAR's documents as people have them: named one by one, or a folder of everything.

Each is known by what is in it. With a lap-times document the race is its laps; with looks at the
live feed alone it is what the bridge would have made of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tracker.bridges.converted import Converted, in_order
from tracker.bridges.files import document, text
from tracker.bridges.live.nascar import LiveNascar
from tracker.bridges.live.polling import Answer, said
from tracker.bridges.nascar import convert as laps_converted
from tracker.bridges.nascar_laps import lap_times
from tracker.bridges.nascar_weekend import of_another_race, weekend
from tracker.errors import RecordingRefused
from tracker.feed.envelope import Report
from tracker.feed.timing import Crossing

Look = tuple[str, Path]
"""What kind of document, and where it is kept."""
KINDS = {
    "lap-times": "lap times",
    "live-feed": "a look at the live feed",
    "weekend-feed": "a weekend feed",
    "live-flag-data": "live flag data",
    "live-pit-data": "live pit data",
    "summary": "a race summary",
}


def convert(
    paths: Sequence[Path],
    weekend_feed: Path | None = None,
    more: Sequence[Path] = (),
    title: str | None = None,
    season: int = 2000,
) -> Converted:
    """The race in these documents; raises `RecordingRefused` where there is none, or several."""
    found: dict[str | None, list[Path]] = defaultdict(list)
    for path in opened(paths):
        found[kind_of(path)].append(path)
    named = {path for path in paths if not path.is_dir()}
    laps = found["lap-times"]
    if len(laps) > 1:
        there = ", ".join(map(str, laps))
        raise RecordingRefused(paths[0], None, f"several races: name one of {there}")
    if not laps and found["live-feed"]:
        return from_looks(found, season)
    if not laps:
        what = ", ".join(
            f"{path.name} is {KINDS.get(kind or '', 'nothing of NASCAR')}"
            for kind, ones in found.items() for path in ones[:3]
        )  # fmt: skip
        raise RecordingRefused(
            paths[0], None, "is no lap-times document, and holds none: want `laps` and `flags`, or "
            f"looks at the live feed; {what or 'there is no document'}",
        )  # fmt: skip
    notes = Converted()
    extras = [*more]
    for path in found["weekend-feed"]:
        if weekend_feed is None and (path in named or not another(path, laps[0])):
            weekend_feed = path
        elif path != weekend_feed:
            notes.left_out.append(f"{path.name}: of another race, or a second weekend feed")
    for kind in ("summary", "live-flag-data", "live-pit-data", "live-feed"):
        for path in found[kind]:
            if path in named and kind != "live-feed":
                extras.append(path)
            elif path not in extras:
                mend = "" if kind == "live-feed" else ": name it with --extra if it is of this race"
                notes.left_out.append(f"{path.name}: {KINDS[kind]}, not read{mend}")
    converted = laps_converted(laps[0], weekend_feed, extras, title)
    converted.left_out += notes.left_out
    return converted


def opened(paths: Iterable[Path]) -> list[Path]:
    """The files there are, folders opened up."""
    return [
        file
        for path in paths
        for file in (
            sorted(one for one in path.iterdir() if ".json" in one.name.casefold())
            if path.is_dir()
            else [path]
        )
    ]


def kind_of(path: Path) -> str | None:
    """What a document is, by what it holds; None for one of no use here, or that is broken."""
    try:
        told: Any = document(path)
    except RecordingRefused:
        return None
    first = told[0] if isinstance(told, list) and told and isinstance(told[0], dict) else {}
    if isinstance(told, dict):
        if isinstance(told.get("vehicles"), list):
            return "live-feed"
        if "weekend_race" in told:
            return "weekend-feed"
        if isinstance(told.get("laps"), list):
            return "lap-times" if "flags" in told or lapped(told["laps"]) else None
        if isinstance(told.get("FlagStates"), list):
            return "live-flag-data"
        if "results" in told and "flags" in told:
            return "summary"
    if "flag_state" in first:
        return "live-flag-data"
    return "live-pit-data" if "pit_in_race_time" in first else None


def lapped(cars: Sequence[Any]) -> bool:
    """Whether the cars of a document have laps."""
    return any(isinstance(car, dict) and isinstance(car.get("Laps"), list) for car in cars)


def another(weekend_feed: Path, laps: Path) -> bool:
    """Whether a weekend feed is of another race than a lap-times document."""
    told = lap_times(laps, Converted())
    counted = {one.entry: len(one.laps) for one in told.runners}
    known = weekend(weekend_feed, Converted(), counted)
    return of_another_race(known.results, counted) is not None


def ordered(documents: Iterable[Look]) -> list[Look]:
    """Documents as a bridge would have come by them: late, then look after look."""
    found = list(documents)
    boards = sorted((path for of, path in found if of == "live-feed"), key=elapsed)
    besides = [one for one in found if one[0] != "live-feed"]
    besides.sort(key=lambda one: one[0] == "lap-times")  # asked for last, and waited for
    looks = [("live-feed", path) for path in boards]
    ended = [one for one in besides if one[0] == "weekend-feed"]  # looked at again after the flag
    return [*looks[:1], *besides, *looks[1:], *ended]


def elapsed(path: Path) -> float:
    """How far the race had come when somebody looked."""
    told = document(path).get("elapsed_time")
    return float(told) if isinstance(told, int | float) else 0.0


def heard(looks: Sequence[Look], live: LiveNascar) -> dict[str, list[Report]]:
    """What a bridge tells of documents, race by race, without a web server between."""
    parts: dict[str, list[Report]] = {}
    for number, (of, path) in enumerate(looks):
        told = [*live.hear(f"{of} {said(Answer(200, text(path).encode(), None, None))}")]
        if number == 0 and all(kind != "lap-times" for kind, _ in looks):
            told += live.hear("lap-times null")
        for one in told:
            parts.setdefault(one.part, []).append(one.report)
    return parts


def from_looks(found: dict[str | None, list[Path]], season: int) -> Converted:
    """The race that looks at the live feed make: that with the most crossings, if of several."""
    live = LiveNascar(season)
    kinds = ("live-feed", "weekend-feed", "live-flag-data", "live-pit-data")
    looks = ordered((kind, path) for kind in kinds for path in found[kind])
    parts = heard(looks, live)
    laps = {
        name: sum(isinstance(report.data, Crossing) for report in reports)
        for name, reports in parts.items()
    }
    if not any(laps.values()):
        why = "; ".join(f"{count} × {what}" for what, count in live.refused.most_common(3))
        raise RecordingRefused(
            found["live-feed"][0], None, f"no lap in the looks at the live feed: {why or 'no race'}"
        )
    chosen = max(laps, key=lambda name: laps[name])
    converted = Converted(in_order(parts[chosen]))
    converted.left_out += [f"{count} × {why}" for why, count in sorted(live.refused.items())]
    converted.left_out += [
        f"race {name!r} ({count} crossings): another race"
        for name, count in laps.items() if name != chosen
    ]  # fmt: skip
    return converted
