"""Singular values and vectors of multiples of orthogonal matrices.

All singular values of ``c Q`` are ``|c|``, so many pairs of singular vectors serve; ``Q sign(c)``
and ``I`` are the limit of the unique ones of ``Q diag(c + e)``.  Where these occur in the
derivatives of a function that is smooth there, the limit is the value.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.engine.facts_of_structure import Used, orthonormal_words
from derive.language.expression import (
    Node,
    eye,
    multiply,
    negative,
    number,
    ones,
    product,
    size_node,
    split_product,
)
from derive.language.properties import is_positive
from derive.language.relations import Words


def _columns(Q: Node) -> Node:
    return size_node(Q.shape[1])


# the factor Q, |c| and the sign of c
Value = Callable[[Node, Node, int], Node]

_VALUES: dict[str, Value] = {
    "leftvecs": lambda Q, size, sign: sign * Q,
    "rightvecs": lambda Q, size, sign: eye(Q.shape[1]),
    "svdvals": lambda Q, size, sign: multiply(size, ones(Q.shape[1])),
    "polar": lambda Q, size, sign: sign * Q,
    "nucnorm": lambda Q, size, sign: multiply(size, _columns(Q)),
    "specnorm": lambda Q, size, sign: size,
}


def _of_orthogonal(node: Node, used: Used) -> Node:
    coefficient, scalars, chain = split_product(node.args[0])
    if len(chain) != 1 or not (chain[0].op == "eye" or "orthogonal" in chain[0].facts):
        return node
    (Q,), scale = chain, product(coefficient, scalars, [])
    sign = int(is_positive(scale)) - int(is_positive(negative(scale)))
    if not sign or Q.shape[0] != Q.shape[1]:
        return node
    if Q.op != "eye":
        used[orthonormal_words(Q)] = None
    for letter in sorted(scale.symbols, key=lambda s: s.name):
        used[Words("{0} positive" if is_positive(letter) else "{0} nonzero", (letter,))] = None
    return _VALUES[node.op](Q, number(sign) * scale, sign)


OF_SPECTRUM = dict.fromkeys(_VALUES, _of_orthogonal)
