"""Whether a function can be a density: nowhere negative, with a finite total.

It is looked at on a grid that is dense toward the ends, at several values of the parameters.
Toward an end, or a pole, ``distance * f`` must fall with the distance: where it does not, the
total is infinite.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import arb, arb_mat

from derive.check.evaluate import BallEvaluation, Point
from derive.check.precision import working_precision
from derive.errors import DeriveError
from derive.language.expression import Node

BITS = 300
STEPS = 128
FAR = 60  # halvings toward an end
FALLS = 1 - 1e-9  # at least from halving to halving, where the total is finite


@dataclass(frozen=True)
class Fault:
    """What keeps a function from being a density, and where: at which place, which parameters."""

    what: str
    where: str
    at: str = ""


@dataclass(frozen=True)
class Shape:
    """A function of a variable between two ends; None is no end."""

    function: Node
    variable: Node
    lower: Node | None
    upper: Node | None

    def fault(self, points: Sequence[Point]) -> Fault | None:
        """The first fault that is found at some values of the parameters."""
        return self._first(points, may_be_negative=False)

    def divergence(self, points: Sequence[Point]) -> Fault | None:
        """Where the function, which may be negative, is not integrable."""
        return self._first(points, may_be_negative=True)

    def _first(self, points: Sequence[Point], may_be_negative: bool) -> Fault | None:
        for point in points:
            with working_precision(BITS):
                found = self._fault_at(point, may_be_negative)
            if found is not None:
                return found
        return None

    def _fault_at(self, point: Point, may_be_negative: bool) -> Fault | None:
        low, high = (self._end(end, point) for end in (self.lower, self.upper))
        said = ", ".join(
            f"{s.name} = {float(v[0, 0]):.4g}"
            for s, v in point.values.items()
            if s in self.function.symbols and s is not self.variable
        )
        for x in _places(low, high):
            value = self._value(x, point)
            if value is None:
                if self._grows(x, 1, point) or self._grows(x, -1, point):
                    return Fault("is not integrable", f"at {float(x):.6g}", said)
            elif value < 0 and not may_be_negative:
                return Fault("is negative", f"at {float(x):.6g}", said)
        for end, sign, name in ((low, 1, self.lower), (high, -1, self.upper)):
            if self._is_infinite_toward(end, sign, point):
                where = f"toward {'−' * (sign > 0)}∞" if end is None else f"at the end {name!r}"
                return Fault("is not integrable", where, said)
        return None

    def _end(self, end: Node | None, point: Point) -> Any:
        return None if end is None else arb(BallEvaluation(point).value(end)[0, 0]).mid()

    def _value(self, x: Any, point: Point) -> Any:
        values = {**point.values, self.variable: arb_mat([[x]])}
        try:
            found = BallEvaluation(Point(point.sizes, values)).value(self.function)[0, 0]
        except DeriveError:
            return None
        return found if found.is_finite() else None

    def _is_infinite_toward(self, end: Any, sign: int, point: Point) -> bool:
        if end is not None:
            return self._grows(end, sign, point)
        return self._keeps([arb(2) ** k for k in range(FAR - 4, FAR)], arb(0), -sign, point)

    def _grows(self, place: Any, sign: int, point: Point) -> bool:
        """Whether the distance times the function does not fall toward a place."""
        gaps = [arb(2) ** -k for k in range(FAR - 4, FAR)]
        return self._keeps(gaps, place, sign, point)

    def _keeps(self, gaps: list[Any], place: Any, sign: int, point: Point) -> bool:
        heights = []
        for gap in gaps:
            value = self._value(place + sign * gap, point)
            if value is None:
                return False
            heights.append(abs(value) * gap)
        grows = all(b > FALLS * a for a, b in pairwise(heights))
        return grows and bool(heights[0] > 0)


def _places(low: Any, high: Any) -> Iterator[Any]:
    """A grid between two ends, dense toward each; outward by powers of 2 where there is none."""
    if low is not None and high is not None:
        yield from (low + (high - low) * k / STEPS for k in range(1, STEPS))
        yield from (low + (high - low) * arb(2) ** -k for k in range(8, FAR, 4))
        yield from (high - (high - low) * arb(2) ** -k for k in range(8, FAR, 4))
        return
    steps = [arb(k) / 16 for k in range(1, STEPS)] + [arb(2) ** k for k in range(-40, 12)]
    for sign, end in ((1, low), (-1, high)):
        if end is not None:
            yield from (end + sign * step for step in steps)
    if low is None and high is None:
        yield arb(0)
        yield from (sign * step for step in steps for sign in (1, -1))
