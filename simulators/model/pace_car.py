"""The pace car, and where everybody belongs behind it.

It is where it is: each car has a place in the queue, and is due at each loop so long after the
pace car was there. A car that is whole laps behind counts the pace car's rounds from later; one
that is given a lap back counts them from earlier, finds itself far behind, and drives round.
"""

from collections.abc import Callable

from simulators.model.chance import us


class PaceCar:
    """When the pace car passes each loop, loops counted on from the leader's."""

    def __init__(self, first: int, at: int, share: Callable[[int], float], loops: int) -> None:
        self.first = first
        self.times = [at]
        self.lap_s = 0.0
        self._share = share
        self._loops = loops

    def passes(self, loop: int) -> int | None:
        """When it passes that loop, for good; None before it came out."""
        if loop < self.first:
            return None
        while self.first + len(self.times) <= loop:
            self.times.append(self.times[-1] + self._stretch(self.first + len(self.times) - 1))
        return self.times[loop - self.first]

    def expected(self, loop: int) -> int | None:
        """When it would pass that loop at the pace of now."""
        if loop < self.first + len(self.times):
            return self.passes(loop)
        at = self.times[-1]
        for passed in range(self.first + len(self.times) - 1, loop):
            at += self._stretch(passed)
        return at

    def _stretch(self, loop: int) -> int:
        return us(self.lap_s * self._share(loop % self._loops))
