"""What pages ask of their letters: counts, numbers not below zero, values that differ."""

from __future__ import annotations

from derive.language.expression import Node, number
from derive.language.extremes import largest, smallest
from derive.language.relations import Relation, Words


def above_zero(*nodes: Node) -> tuple[Relation, ...]:
    """The condition that each node is positive."""
    return tuple(Relation(node, ">", number(0)) for node in nodes)


def whole(*nodes: Node) -> tuple[Relation, ...]:
    """The condition that each node is a whole number."""
    return tuple(Relation(node, "is", Words("a whole number")) for node in nodes)


def between(low: Node, node: Node, high: Node) -> tuple[Relation, ...]:
    """The condition that a node lies between two others, or at one of them."""
    return Relation(node, ">=", low), Relation(node, "<=", high)


def successes_in(k: Node, n: Node) -> tuple[Relation, ...]:
    """The conditions of k successes in n trials."""
    return (*between(number(0), k, n), *whole(k, n))


def not_below_zero(*nodes: Node) -> tuple[Relation, ...]:
    """The condition that no entry of each node is negative.

    It takes the place of what a name is declared to be: claims look for points inside.
    """
    return tuple(Relation(node, ">=", number(0)) for node in nodes)


def varied(values: Node) -> Relation:
    """The condition that values are not all the same, so there are two of them at least."""
    return Relation(largest(values), ">", smallest(values))
