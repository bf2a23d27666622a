"""Products of block matrices, multiplied out where that is shorter than the blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.language.blocks import block, grid_of
from derive.language.canonical import length
from derive.language.expression import Node, add, transpose


def block_pair(left: Node, right: Node, times: Callable[..., Node]) -> Node | None:
    """The product of two neighbours, ``[A, B] [I; 0] = A``; `times` is the tidy product."""
    whole = _product(left, right, times)
    is_shorter = whole is not None and length(whole) < length(left) + length(right)
    return whole if is_shorter else None


def blocks_multiplied(factors: Sequence[Node], times: Callable[..., Node]) -> list[Node]:
    """The factors with every two neighbours in blocks that fit multiplied, however long."""
    found: list[Node] = []
    for factor in map(_in_blocks, factors):
        whole = _product(found[-1], factor, times) if found else None
        if whole is None:
            found.append(factor)
        else:
            found[-1] = whole
    return found


def _in_blocks(node: Node) -> Node:
    """The transpose of a matrix in blocks, in blocks."""
    if node.op != "transpose" or node.args[0].op != "block":
        return node
    columns = zip(*grid_of(node.args[0]), strict=True)
    return block([[transpose(entry) for entry in column] for column in columns])


def _product(left: Node, right: Node, times: Callable[..., Node]) -> Node | None:
    """The product of two matrices in blocks; nothing where their blocks do not meet."""
    if left.op != "block" or right.op != "block":
        return None
    rows, others = grid_of(left), grid_of(right)
    if [entry.shape[1] for entry in rows[0]] != [row[0].shape[0] for row in others]:
        return None
    columns = list(zip(*others, strict=True))
    return block(
        [
            [add(*(times(a, b) for a, b in zip(row, column, strict=True))) for column in columns]
            for row in rows
        ]
    )
