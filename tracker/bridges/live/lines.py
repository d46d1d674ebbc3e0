"""Bytes as they come from a feed, cut into lines: halves are kept, what has no end is not."""

import re
from collections import Counter

LONGEST = 8_192
"""Bytes of a line, at most. The longest record known has some 300; the protocols set no limit."""

END = re.compile(rb"[\r\n]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Lines:
    """Cuts one connection's bytes into lines, whichever of CR and LF ends them.

    `refused` counts what was no line. What is left when a connection ends in mid-line is no line.
    """

    def __init__(self, refused: Counter[str], longest: int = LONGEST) -> None:
        self.refused = refused
        self.longest = longest
        self.rest = b""
        self.skipping = False
        """In the middle of a line that is too long."""

    def cut(self, chunk: bytes) -> list[str]:
        """The lines that end in a chunk; blank ones are none."""
        *ended, rest = END.split(self.rest + chunk)
        lines = []
        for line in ended:
            if self.skipping:
                self.skipping = False
            elif len(line) > self.longest:
                self.refused[f"a line of more than {self.longest} bytes"] += 1
            elif told := written(line).strip():
                lines.append(told)
        if len(rest) > self.longest:
            if not self.skipping:
                self.refused[f"a line of more than {self.longest} bytes"] += 1
            self.skipping, rest = True, b""
        self.rest = rest
        return lines


def written(line: bytes) -> str:
    """A line as text: UTF-8, or Latin-1 where it is not; without what no text holds."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return CONTROL.sub(" ", text)
