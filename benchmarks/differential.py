"""How right the scoring is: the tracker held against race data that nobody here wrote.

    python -m benchmarks.differential ../shared/data

One section for each kind of file; a folder that is not there is passed over. Ends with 1 where a
bar is missed. The sections use only what the files say, so that other seasons and races of the
same kinds can be put in their place.
"""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.held_against import f1_live, formula_one, imsa, kansas, nascar, rmonitor, speed
from benchmarks.held_against.figures import Section, progress, shown

SECTIONS: dict[str, tuple[str, str, Section]] = {
    "f1": ("Formula 1, Ergast", "f1", formula_one.measure),
    "f1-live": ("Formula 1, live timing", "f1_live", f1_live.measure),
    "nascar": ("NASCAR, lap times and weekend feeds", "nascar", nascar.measure),
    "imsa": ("IMSA, Al Kamel", "imsa", imsa.measure),
    "rmonitor": ("RMonitor captures", "rmonitor", rmonitor.measure),
    "kansas": ("Kansas 2024, the scripted race against the facts", "kansas2024", kansas.measure),
    "speed": ("Speed", "", speed.measure),
}


def main() -> int:
    """Print every section; returns 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder with f1, nascar, imsa, rmonitor, …")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="these sections alone")
    arguments = parser.parse_args()
    began = time.perf_counter()
    missed = 0
    for name, (title, folder, measure) in SECTIONS.items():
        if arguments.only and name not in arguments.only:
            continue
        if not (arguments.data / folder).is_dir():
            progress(f"{title}: no folder {folder!r} in {arguments.data}, passed over")
            continue
        missed += shown(title, measure(arguments.data / folder))
    print(f"\n{missed or 'no'} bars missed, {time.perf_counter() - began:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
