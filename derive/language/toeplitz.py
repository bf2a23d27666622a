"""The Toeplitz part of a matrix as a node: each diagonal replaced by its mean."""

from __future__ import annotations

from fractions import Fraction

from derive.language.expression import Node, make, multiply, product, split_product


def toeplitz_part(node: Node) -> Node:
    """The nearest Toeplitz matrix: entry (i, j) is the mean of the entries (i + k, j + k).

    It is linear, self-adjoint in the inner product tr(A'B), and its own square.
    """
    if 1 in node.shape or node.op in {"toeplitz", "eye", "ones", "zero"}:
        return node
    coefficient, scalars, chain = split_product(node)
    if coefficient == 1 and not scalars:
        return make("toeplitz", (node,), node.shape)
    inner = toeplitz_part(product(Fraction(1), [], chain))
    return multiply(product(coefficient, scalars, []), inner)
