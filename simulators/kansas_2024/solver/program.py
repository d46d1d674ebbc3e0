"""A linear program over milliseconds, built row by row and solved by HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

INFINITY = float("inf")


class NoSolution(Exception):
    """The facts asked for contradict one another."""


class Program:
    """Variables with bounds and costs, and differences of variables with bounds."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._at_least: list[float] = []
        self._at_most: list[float] = []

    def variable(self, lower: float = -INFINITY, upper: float = INFINITY, cost: float = 0.0) -> int:
        """A new variable, named by its index."""
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.cost) - 1

    def row(
        self,
        terms: Sequence[tuple[int, float]],
        at_least: float = -INFINITY,
        at_most: float = INFINITY,
    ) -> None:
        """A sum of variables that has to lie between two bounds."""
        number = len(self._at_least)
        for column, value in terms:
            self._rows.append(number)
            self._columns.append(column)
            self._values.append(value)
        self._at_least.append(at_least)
        self._at_most.append(at_most)

    def later(self, after: int, before: int, by: float, cost: float | None = None) -> None:
        """One moment comes after another; at a cost per millisecond short, if one is given."""
        terms = [(after, 1.0), (before, -1.0)]
        if cost is not None:
            terms.append((self.variable(0.0, cost=cost), 1.0))
        self.row(terms, at_least=by)

    def within(self, after: int, before: int, by: float, cost: float) -> None:
        """One moment follows another closely, at a cost per millisecond more."""
        excess = self.variable(0.0, cost=cost)
        self.row([(after, 1.0), (before, -1.0), (excess, -1.0)], at_most=by)

    def near(
        self, after: int, before: int, by: float, tiers: Sequence[tuple[float, float]]
    ) -> None:
        """A difference is pulled towards a value, harder the further it is.

        Each tier is a width and the cost per millisecond within it; the last has no end.
        """
        terms = [(after, 1.0), (before, -1.0)]
        for width, cost in tiers:
            terms.append((self.variable(0.0, width, cost), -1.0))
            terms.append((self.variable(0.0, width, cost), 1.0))
        self.row(terms, at_least=by, at_most=by)

    def broken(self, values: Sequence[float]) -> int:
        """How many bounds and rows do not hold for some values of the variables."""
        sums = [0.0] * len(self._at_least)
        for row, column, value in zip(self._rows, self._columns, self._values, strict=True):
            sums[row] += value * values[column]
        held = (
            *zip(self.lower, values, self.upper, strict=True),
            *zip(self._at_least, sums, self._at_most, strict=True),
        )
        return sum(not lower <= value <= upper for lower, value, upper in held)

    def solve(self) -> list[float]:
        """The cheapest values of all variables."""
        highs, sparse, np = solvers()
        matrix = sparse.csr_matrix(
            (self._values, (self._rows, self._columns)),
            shape=(len(self._at_least), len(self.cost)),
        )
        found = highs.milp(
            np.array(self.cost),
            constraints=highs.LinearConstraint(matrix, self._at_least, self._at_most),
            bounds=highs.Bounds(np.array(self.lower), np.array(self.upper)),
        )
        if found.x is None:
            raise NoSolution(found.message)
        return [float(value) for value in found.x]


def solvers() -> tuple[Any, Any, Any]:
    """scipy and numpy, which only this development tool needs."""
    try:
        import numpy
        from scipy import optimize, sparse
    except ImportError as missing:
        raise SystemExit("solving the race anew needs scipy: pip install scipy") from missing
    return optimize, sparse, numpy
