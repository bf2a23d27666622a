"""Values of block matrices and of parts: entries put in their places.  Letters as in ``rows``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.language.blocks import offsets_of
from derive.language.expression import Node
from derive.language.sizes import size_value


def _block(e: Any, n: Node, a: list[Any]) -> Any:
    """The sum of the blocks, each in its place among zeros."""
    rows, columns = e.dims(n)
    tops, lefts = ([size_value(size, e.sizes) for size in sizes] for sizes in offsets_of(n))
    placed = []
    for k, (node, value) in enumerate(zip(n.args, a, strict=True)):
        height, width = e.dims(node)
        top, left = tops[k // n.data[1]], lefts[k % n.data[1]]
        places = [
            (i - top) * width + j - left
            if top <= i < top + height and left <= j < left + width
            else -1
            for i in range(rows)
            for j in range(columns)
        ]
        placed.append(e.numbers.gather(value, places, rows, columns))
    return e.numbers.add(placed)


def _part(e: Any, n: Node, a: list[Any]) -> Any:
    rows, columns = e.dims(n)
    _, width = e.dims(n.args[0])
    row, column = (size_value(size, e.sizes) for size in n.data)
    places = [(row + i) * width + column + j for i in range(rows) for j in range(columns)]
    return e.numbers.gather(a[0], places, rows, columns)


BLOCK_ROWS: dict[str, Callable[[Any, Node, list[Any]], Any]] = {"block": _block, "part": _part}
