"""A figure of the report: what was measured, against which bar, and whether it is met."""

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import TrackerError


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    value: str
    bar: str = ""
    met: bool | None = None
    """None where there is no bar: the figure is for information."""
    notes: tuple[str, ...] = ()


Section = Callable[[Path], Iterator[Figure]]


def exact(what: str, found: object, wanted: object, notes: Iterable[str] = ()) -> Figure:
    """A figure that must be what the files say."""
    return Figure(what, str(found), str(wanted), found == wanted, tuple(notes))


def same(what: str, differing: Iterable[str], of: int) -> Figure:
    """So many things that must all be as the files say; those that are not are named."""
    wrong = list(differing)
    return Figure(what, f"{of - len(wrong)} of {of}", "all", not wrong, tuple(wrong[:10]))


def show(title: str, figures: Iterable[Figure]) -> int:
    """Print a section; returns how many bars were missed."""
    print(f"\n{title}\n{'-' * len(title)}")
    missed = 0
    for figure in figures:
        mark = {None: "  ", True: "ok", False: "NO"}[figure.met]
        bar = f"  [{figure.bar}]" if figure.bar else ""
        print(f"{mark}  {figure.what:<58} {figure.value}{bar}")
        for note in figure.notes:
            print(f"      - {note}")
        missed += figure.met is False
    return missed


def shown(title: str, figures: Iterable[Figure]) -> int:
    """`show`, where what cannot be read, or a mistake of ours, is a missed bar and no more."""
    try:
        return show(title, figures)
    except TrackerError as error:
        print(f"NO  refused: {error}")
    except Exception:
        print("NO  a mistake of ours, told below")
        traceback.print_exc()
    return 1


def progress(text: str) -> None:
    """Say on the side what is being done."""
    print(f"… {text}", file=sys.stderr, flush=True)
