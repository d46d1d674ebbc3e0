"""When each car completed each lap: some of it timed, the rest worked out from what was."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from itertools import pairwise

from simulators.kansas_2024.cars import FINISH

SOLVED = "crossings.json"

Crossings = dict[tuple[str, int], int]
"""Milliseconds of race time by car and laps completed; with none, the crossing that opens lap 1."""


@cache
def crossings() -> Crossings:
    """Every crossing of start/finish on the way to the checkered flag, as first scored."""
    solved = json.loads(files(__package__).joinpath(SOLVED).read_text(encoding="utf-8"))
    at: Crossings = {}
    for car, times in solved["cars"].items():
        moment = 0
        for lap, took in enumerate(times):
            moment += took
            at[car, lap] = moment
    return at


def as_json(at: Crossings) -> str:
    """The file that `crossings` reads: one line for each car."""
    lines = []
    for car, finish in FINISH.items():
        moments = [0, *(at[car, lap] for lap in range(finish.laps + 1))]
        took = [after - before for before, after in pairwise(moments)]
        lines.append(f'    "{car}": {json.dumps(took, separators=(",", ":"))}')
    comment = (
        "Written by python -m simulators.kansas_2024.solve. For each car, in milliseconds: "
        "when it crossed the line to open lap 1, then its lap times as first scored."
    )
    cars = ",\n".join(lines)
    return f'{{\n  "comment": "{comment}",\n  "cars": {{\n{cars}\n  }}\n}}\n'
