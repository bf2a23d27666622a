"""The value of the Toeplitz part: each entry is the mean of its diagonal, entry by entry."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.language.expression import Node


def toeplitz_row(e: Any, n: Node, a: list[Any]) -> Any:
    """A diagonal of L entries is turned L times, and the turns are averaged."""
    rows, columns = e.dims(n)
    lines = [_diagonal(i, j, rows, columns) for i in range(rows) for j in range(columns)]
    turns = []
    for k in range(min(rows, columns)):
        places, weights = [], []
        for start, count, position in lines:
            place = (position + k) % count
            places.append((start[0] + place) * columns + start[1] + place)
            weights.append(e.numbers.rational(Fraction(int(k < count), count)))
        turned = e.numbers.gather(a[0], places, rows, columns)
        turns.append(e.numbers.hadamard(turned, e.numbers.array(weights, rows, columns)))
    return e.numbers.add(turns)


def _diagonal(i: int, j: int, rows: int, columns: int) -> tuple[tuple[int, int], int, int]:
    """Where the diagonal of an entry starts, how many entries it has, and which this is."""
    position = min(i, j)
    start = (i - position, j - position)
    return start, min(rows - start[0], columns - start[1]), position
