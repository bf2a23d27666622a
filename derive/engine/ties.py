"""Kinks that are everywhere and so nowhere: the larger of two equal expressions is either.

``max((a + b)^2, a^2 + 2 a b + b^2)`` is its first argument, ``|x (y + 1) - x y - x|`` is 0.  Only
what is defined everywhere is compared: a quotient that cancels would take its domain along.
"""

from __future__ import annotations

from derive.engine.expansion import is_identity
from derive.engine.rebuilding import rebuild
from derive.language.expression import Node, zero
from derive.language.extremes import largest, smallest
from derive.language.functions import postorder
from derive.rules.domains import is_restricted

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
    cancels = inside.op == "add" and _are_equal(inside, zero(inside.shape))
    return zero(node.shape) if cancels else node


def _are_equal(one: Node, other: Node) -> bool:
    """Whether two nodes that are defined everywhere are one, multiplied out."""
    parts = postorder(one, other)
    is_everywhere = len(parts) <= MOST_PARTS and not any(map(is_restricted, parts))
    return is_everywhere and is_identity(one, other)
