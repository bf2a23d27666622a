"""Supports: where a density is positive, with ends that may be parameters."""

from __future__ import annotations

from dataclasses import dataclass

from derive.language.expression import Node, constant, number
from derive.language.properties import is_nonnegative, is_positive
from derive.language.relations import Words

ZERO, ONE = number(0), number(1)
MOST_POINTS = 64  # of a support that is written out point by point


@dataclass(frozen=True)
class Support:
    """An interval of the line, or the whole numbers in one.

    Attributes
    ----------
    lower, upper : Node or None
        The ends; None stands for no end.
    is_whole : bool
        Whether only the places ``lower, lower + step, ...`` up to `upper` belong to it.
    step : int
        How far these are apart.
    is_closed : bool
        Whether the ends of an interval belong to it.
    is_angle : bool
        Whether it is one full turn of a circle, cut open at its ends.
    """

    lower: Node | None
    upper: Node | None
    is_whole: bool = False
    step: int = 1
    is_closed: bool = False
    is_angle: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """What is true of every value that lies in it, for algebra and for sampling."""
        low, high = self.lower, self.upper
        if self.is_whole:
            if (low, high, self.step) == (ZERO, ONE, 1):
                return ("binary",)
            if low is None or not is_nonnegative(low):
                return ("integer",)
            return ("integer", "positive" if is_positive(low) else "nonnegative")
        if (low, high) == (ZERO, ONE):
            return ("probability",)
        return ("positive",) if low is not None and is_nonnegative(low) else ()

    @property
    def moves_with(self) -> frozenset[Node]:
        """The names that its ends move with; where a full turn is cut open moves nothing."""
        ends = () if self.is_angle else (self.lower, self.upper)
        return frozenset().union(*(end.symbols for end in ends if end is not None))

    @property
    def points(self) -> tuple[int, ...] | None:
        """All points of a finite support with known ends, else None; None if they are many."""
        low, high = self.lower, self.upper
        if not self.is_whole or low is None or high is None:
            return None
        if not (low.is_number and high.is_number):
            return None
        found = range(int(low.data), int(high.data) + 1, self.step)
        return tuple(found) if len(found) <= MOST_POINTS else None

    def words(self, first: int = 0) -> Words:
        """How it is printed; nodes are numbered from `first`."""
        ends = tuple(end for end in (self.lower, self.upper) if end is not None)
        places = iter(f"{{{first + k}}}" for k in range(len(ends)))
        low = None if self.lower is None else next(places)
        high = None if self.upper is None else next(places)
        if not self.is_whole:
            if low is None and high is None:
                return Words("R")
            opening, closing = "[]" if self.is_closed else "()"
            left = "(−∞" if low is None else opening + low
            right = "∞)" if high is None else high + closing
            return Words(f"{left}, {right}", ends)
        if self.points is not None and len(self.points) <= 3:
            return Words("{{{}}}".format(", ".join(map(str, self.points))))
        if self.lower is not None and self.lower.is_number:
            start = int(self.lower.data)
            low = ", ".join(str(start + k * self.step) for k in range(3 if high is None else 2))
            ends, high = ends[1:], None if high is None else f"{{{first}}}"
        tail = "..." if high is None else f"..., {high}"
        return Words(f"{{{low}, {tail}}}", ends)

    def __str__(self) -> str:
        return str(self.words())


REAL_LINE = Support(None, None)
POSITIVE_LINE = Support(ZERO, None)
CIRCLE = Support(-constant("pi"), constant("pi"), is_angle=True)
UNIT_INTERVAL = Support(ZERO, ONE)
ZERO_ONE = Support(ZERO, ONE, is_whole=True)
COUNTS = Support(ZERO, None, is_whole=True)
FROM_ONE = Support(ONE, None, is_whole=True)
