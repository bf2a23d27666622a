"""Values of functions of several arrays, entry by entry.  Letters as in ``rows``.

The larger of two is half of sum and distance; Huber's loss is a parabola less the square of
what lies beyond the bound.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.language.expression import Node

HALF = Fraction(1, 2)


def _scaled(e: Any, value: Fraction, A: Any) -> Any:
    return e.numbers.scale(e.numbers.rational(value), A)


def _larger(e: Any, A: Any, B: Any, side: int = 1) -> Any:
    """The larger of two (`side` 1), or the smaller (-1)."""
    distance = e.numbers.map("abs", e.numbers.add([A, _scaled(e, Fraction(-1), B)]))
    return _scaled(e, HALF, e.numbers.add([A, B, _scaled(e, Fraction(side), distance)]))


def _huber(e: Any, A: Any, bound: Any) -> Any:
    beyond = e.numbers.add([e.numbers.map("abs", A), _scaled(e, Fraction(-1), bound)])
    over = e.numbers.map("relu", beyond)
    squares = [e.numbers.hadamard(A, A), _scaled(e, Fraction(-1), e.numbers.hadamard(over, over))]
    return _scaled(e, HALF, e.numbers.add(squares))


def combined_row(e: Any, n: Node, a: list[Any]) -> Any:
    """The value of a function by its name."""
    if n.data == "huber":
        return _huber(e, *a)
    if n.data == "clip":
        return _larger(e, _larger(e, a[0], a[1]), a[2], -1)
    return _larger(e, a[0], a[1], 1 if n.data == "maximum" else -1)
