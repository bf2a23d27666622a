"""Parts of a node that the stable forms look for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.language.expression import Node, add, make, multiply, number, ones, split_product


def map_of(name: str, node: Node) -> Node:
    """An elementwise function, also of the names that exist in this room only."""
    return make("map", (node,), node.shape, name)


def is_map(node: Node, name: str) -> bool:
    return node.op == "map" and node.data == name


def constant_of(node: Node) -> Fraction | None:
    """The value of a number or of an array of one number."""
    coefficient, scalars, chain = split_product(node)
    is_outer = all(factor.shape[0] == 1 for factor in chain[1:])
    if not scalars and is_outer and all(factor.op == "ones" for factor in chain):
        return coefficient
    return None


def without(node: Node, value: int) -> Node | None:
    """The sum without its constant term, if that is `value`."""
    if node.op != "add":
        return None
    for k, term in enumerate(node.args):
        if constant_of(term) == value:
            return add(*node.args[:k], *node.args[k + 1 :])
    return None


def complements(node: Node) -> Iterator[tuple[Fraction, Node, list[Node]]]:
    """Each way to read a sum as ``c - c f`` and other terms: c, a number, then f and those."""
    for number_term in node.args if node.op == "add" else ():
        value = constant_of(number_term)
        if value:
            for term in node.args:
                others = [t for t in node.args if t is not number_term and t is not term]
                yield value, multiply(number(-1 / value), term), others


def spread(scalar: Node, like: Node) -> Node:
    """A scalar in every entry of the shape of another node."""
    return scalar if like.is_scalar else multiply(scalar, ones(*like.shape))
