"""From what is asked for to a scenario: a preset, or one changed by somebody's file."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from simulators.model.faults import with_faults
from simulators.model.parameters import Scenario
from simulators.model.possible import faults
from simulators.model.presets import OF_KIND, SCENARIOS
from simulators.model.race import SimulatedRace
from tracker.errors import Refused
from tracker.feed.envelope import Report

LARGEST_FILE = 256 * 1024
"""Bytes of a file of parameters; every parameter there is fits a hundred times."""

ADAPTER = TypeAdapter(Scenario)


def scenario(
    kind: str | None = None,
    track: str | None = None,
    cars: int | None = None,
    laps: int | None = None,
    hours: float | None = None,
) -> Scenario:
    """The race that was asked for; raises `Refused` with what cannot be, and how to mend it."""
    if track is None:
        made = SCENARIOS[OF_KIND[kind or "oval"]]
    elif track.endswith((".toml", ".json")):
        made = from_file(Path(track))
    elif track in SCENARIOS:
        made = SCENARIOS[track]
    else:
        known = ", ".join(SCENARIOS)
        raise Refused(f"no track {track!r}; there are {known}, or a file ending in .toml or .json")
    if kind is not None and made.kind != kind:
        raise Refused(f"{track} is for a race of kind {made.kind}, not {kind}")
    if cars is not None:
        made = replace(made, entries=replace(made.entries, cars=cars))
    if laps is not None and hours is not None:
        raise Refused("a race is run to laps or to time: --laps or --hours")
    if laps is not None:
        made = replace(made, distance=in_laps(made, laps))
    if hours is not None:
        distance = replace(
            made.distance, laps=None, duration_s=hours * 3600, stages=(), overtime=False
        )
        made = replace(made, distance=distance)
    wrong = list(faults(made))
    if wrong:
        raise Refused(f"{track or kind or 'this race'}: {'; '.join(wrong)}")
    return made


def in_laps(made: Scenario, laps: int) -> Any:
    """The distance in so many laps, stages ending at the same shares of it."""
    before = made.distance
    stages = [round(end * laps / before.laps) for end in before.stages] if before.laps else []
    kept = tuple(dict.fromkeys(end for end in stages if 0 < end < laps))
    return replace(before, laps=laps, duration_s=None, stages=kept)


def from_file(path: Path) -> Scenario:
    """A preset changed by a file, TOML or JSON; `base` names the preset, by default Kansas."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise Refused(f"{path}: larger than {LARGEST_FILE // 1024} KiB")
        text = content.decode()
        told = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path}: not {path.suffix[1:].upper()}: {error}") from None
    if not isinstance(told, dict):
        raise Refused(f"{path}: want parameters by name, as docs/simulator.md lists them")
    base = told.pop("base", "kansas")
    if not isinstance(base, str) or base not in SCENARIOS:
        raise Refused(f"{path}: base is one of {', '.join(SCENARIOS)}")
    merged = changed(str(path), asdict(SCENARIOS[base]), told, "")
    try:
        return ADAPTER.validate_python(merged)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Refused(f"{path}: {where}: {first['msg'].lower()}") from None


def changed(
    path: str, before: Mapping[str, Any], told: Mapping[str, Any], above: str
) -> dict[str, Any]:
    """Parameters with some of them replaced; a name that is none is refused with its neighbour."""
    after = dict(before)
    for name, value in told.items():
        if name not in before:
            close = get_close_matches(name, before, 1)
            hint = f"; did you mean {above}{close[0]}?" if close else ""
            raise Refused(f"{path}: no parameter {above}{name}{hint}")
        if isinstance(before[name], dict):
            if not isinstance(value, dict):
                raise Refused(f"{path}: {above}{name} is a table of parameters")
            value = changed(path, before[name], value, f"{above}{name}.")
        after[name] = value
    # A race is run to laps or to time: who names the one does not have to unname the other.
    if "laps" in told and "duration_s" not in told and "duration_s" in before:
        after["duration_s"] = None
    if "duration_s" in told and "laps" not in told and "stages" in before:
        after |= {"laps": None, "stages": (), "overtime": False}
    return after


def reports_of(made: Scenario, seed: int, faults: bool) -> Iterator[Report]:
    """What is told of the race, run as it is read; with the faults of a timing system, or none."""
    reports = SimulatedRace(made, seed, keep=False).reports()
    return with_faults(reports, seed) if faults else reports


def name_of(made: Scenario, seed: int) -> str:
    """The name of a simulated race, which says how to make it again: sim-kansas-42."""
    track = "".join(one if one.isalnum() and one.isascii() else "-" for one in made.track.id)
    return f"sim-{track.lower()[:40].strip('-') or 'track'}-{seed}"
