"""Complements of projectors: ``P = I - T`` with ``T T = T``, as I - 1 1'/n and I - X X^+ are.

``P P = P``, and P times what T maps to itself is zero.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.language.canonical import same
from derive.language.expression import Node, chain_of, negative, transpose, zero

Times = Callable[..., Node]


def projected(left: Node, right: Node, times: Times) -> Node | None:
    """What two neighbours become of which one is a complement; `times` is the tidy product."""
    removed = _removed(left, times)
    if removed is not None:
        if same(left, right):
            return left if same(times(removed, removed), removed) else None
        if _meets(chain_of(removed)[-1], right) and same(times(removed, right), right):
            return zero((left.shape[0], right.shape[1]))
    removed = _removed(right, times)
    if removed is not None and _meets(left, chain_of(removed)[0]):
        return zero(left.shape) if same(times(left, removed), left) else None
    return None


def is_complement_of_projector(node: Node, times: Times) -> bool:
    """Whether a node is plainly its own square."""
    removed = _removed(node, times)
    return removed is not None and same(times(removed, removed), removed)


def _removed(node: Node, times: Times) -> Node | None:
    """T of a sum ``I - T``."""
    if node.op != "add" or len(node.args) != 2 or node.args[0].op != "eye":
        return None
    removed = times(negative(node.args[1]))
    return removed if chain_of(removed) else None


def _meets(left: Node, right: Node) -> bool:
    """Whether two factors are each other's transpose, so that a square stands between them."""
    if left.op == right.op == "ones":
        return True
    return left.shape == right.shape[::-1] and same(transpose(left), right)
