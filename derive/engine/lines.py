"""Lines: slots written as ``df = sum of <adjoint, d node>`` the way a book writes it.

``a db`` for scalars, ``a' db`` for vectors, ``tr(A' dB)`` for matrices; a trace of rank one
opens at its thin place, so ``tr(x y' dB)`` reads ``y' dB x``.
"""

from __future__ import annotations

from collections.abc import Iterable

from derive.engine.normal import Tidier
from derive.language.expression import Node, add, multiply, number, ones, transpose
from derive.language.functions import differential, total, trace
from derive.language.indices import closed


def written(slots: Iterable[tuple[Node, Node]], tidy: Tidier) -> Node:
    """The right side of ``df = ...``; a term is summed over the indices that its node holds."""
    terms = [closed(pairing(node, adjoint, tidy)) for node, adjoint in slots]
    return add(*terms) if terms else number(0)


def pairing(node: Node, adjoint: Node, tidy: Tidier) -> Node:
    """<adjoint, d node> as one term."""
    d = differential(node)
    if node.is_scalar:
        return multiply(adjoint, d)
    if adjoint is ones(*node.shape):
        return total(d)
    if node.shape[1] == 1 or node.shape[0] == 1:
        upright = node.shape[1] == 1
        left, right = (tidy(transpose(adjoint)), d) if upright else (d, tidy(transpose(adjoint)))
        return multiply(left, right)
    return tidy(trace(multiply(tidy(transpose(adjoint)), d)))
