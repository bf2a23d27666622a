"""Kinks that are everywhere and so nowhere: the larger of two equal polynomials is either.

``max((a + b)^2, a^2 + 2 a b + b^2)`` is its first argument, ``|x (y + 1) - x y - x|`` is 0.  Only
polynomials are compared: a quotient that cancels would take its domain along.
"""

from __future__ import annotations

from derive.engine.expansion import is_identity
from derive.engine.rebuilding import rebuild
from derive.language.expression import Node, is_zero, zero
from derive.language.extremes import largest, smallest
from derive.language.functions import postorder

POLYNOMIAL = frozenset(
    {"add", "mul", "had", "pow", "mpow", "transpose", "trace", "total", "diag", "diagonal"}
    | {"number", "symbol", "size", "ones", "eye", "zero"}
)
NORMS = frozenset({"norm1", "norm2", "norminf"})
MOST_PARTS = 60  # of what is multiplied out


def without_ties(node: Node) -> Node:
    """The node with equal arguments of an extreme taken once, and norms of what is 0 as 0.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> x, y = symbol("x"), symbol("y")
    >>> without_ties(largest(x * (y + 1), x * y + x, y))
    max(x*(y + 1), y)
    """
    parts = postorder(node)
    if not any(map(_has_kink, parts)):
        return node
    done: dict[Node, Node] = {}
    for part in parts:
        done[part] = _untied(rebuild(part, [done[arg] for arg in part.args]))
    return done[node]


def _has_kink(node: Node) -> bool:
    is_modulus = node.op == "map" and node.data in {"abs", "relu"}
    is_extreme = node.op in {"max", "min"} and node.args[0].op == "array"
    return is_modulus or is_extreme or node.op in NORMS or _is_of_two(node)


def _is_of_two(node: Node) -> bool:
    return node.op == "combine" and node.data in {"maximum", "minimum"}


def _untied(node: Node) -> Node:
    if not _has_kink(node):
        return node
    if _is_of_two(node):
        return node.args[0] if _are_equal(*node.args) else node
    if node.op in {"max", "min"}:
        kept: list[Node] = []
        for entry in node.args[0].args:
            if not any(_are_equal(entry, other) for other in kept):
                kept.append(entry)
        extreme = largest if node.op == "max" else smallest
        return node if len(kept) == len(node.args[0].args) else extreme(*kept)
    (inside,) = node.args
    return zero(node.shape) if _are_equal(inside, zero(inside.shape)) else node


def _are_equal(one: Node, other: Node) -> bool:
    """Whether two polynomials are one, multiplied out."""
    if {one.op, other.op}.isdisjoint({"add"}) or is_zero(one):
        return False  # single terms have one form already
    parts = postorder(one, other)
    is_small = len(parts) <= MOST_PARTS
    return is_small and all(map(_is_polynomial, parts)) and is_identity(one, other)


def _is_polynomial(node: Node) -> bool:
    if node.op == "pow" and not node.is_number:
        exponent = node.args[1]
        return exponent.op == "number" and exponent.data >= 0 and exponent.data.denominator == 1
    return node.op in POLYNOMIAL and (node.op != "mpow" or node.data >= 0)
