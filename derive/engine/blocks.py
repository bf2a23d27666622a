"""Products of block matrices, multiplied out where that is shorter than the blocks."""

from __future__ import annotations

from collections.abc import Callable

from derive.language.blocks import block, grid_of
from derive.language.canonical import length
from derive.language.expression import Node, add


def block_pair(left: Node, right: Node, times: Callable[..., Node]) -> Node | None:
    """The product of two neighbours, ``[A, B] [I; 0] = A``; `times` is the tidy product."""
    if left.op != "block" or right.op != "block":
        return None
    rows, others = grid_of(left), grid_of(right)
    if [entry.shape[1] for entry in rows[0]] != [row[0].shape[0] for row in others]:
        return None
    columns = list(zip(*others, strict=True))
    whole = block(
        [
            [add(*(times(a, b) for a, b in zip(row, column, strict=True))) for column in columns]
            for row in rows
        ]
    )
    return whole if length(whole) < length(left) + length(right) else None
