"""Values of the largest entry and of its place.  Letters as in ``rows``.

The place is an indicator: 1 at the entry that lies above all others, nan where two cannot
be told apart, so that no claim is compared at a tie.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.language.expression import Node


def _turned(e: Any, A: Any) -> Any:
    return e.numbers.scale(e.numbers.rational(Fraction(-1)), A)


def _at_peak(e: Any, A: Any) -> Any:
    """The sum of the entries times the indicator of the largest."""
    return e.numbers.total(e.numbers.hadamard(e.numbers.peak(A), A))


def _peak(e: Any, n: Node, a: list[Any]) -> Any:
    return e.numbers.peak(a[0] if n.data == "max" else _turned(e, a[0]))


EXTREME_ROWS: dict[str, Callable[[Any, Node, list[Any]], Any]] = {
    "max": lambda e, n, a: _at_peak(e, a[0]),
    "min": lambda e, n, a: _turned(e, _at_peak(e, _turned(e, a[0]))),
    "norminf": lambda e, n, a: _at_peak(e, e.numbers.map("abs", a[0])),
    "peak": _peak,
}
