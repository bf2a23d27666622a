"""Losses: what compares the output of a network with its target.

Letters: ``a`` is the output and ``y`` the target; of a batch both have one row a sample, and
the loss is the sum over the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derive.language.expression import Node, multiply, negative, number, ones
from derive.language.functions import dot, elementwise, norm2


@dataclass(frozen=True)
class Loss:
    """One loss: its value, the heads it goes with, what it needs of the target."""

    name: str
    value: Callable[[Node, Node], Node]
    heads: tuple[str, ...]
    has_distributions: bool = False  # each target sums to one


def _squared_error(a: Node, y: Node) -> Node:
    return multiply(number(Fraction(1, 2)), norm2(a - y) ** 2)


def _cross_entropy(a: Node, y: Node) -> Node:
    return negative(dot(y, elementwise("log", a)))


def _binary_cross_entropy(a: Node, y: Node) -> Node:
    one = ones(*a.shape)
    fails = dot(one - y, elementwise("log", one - a))
    return negative(dot(y, elementwise("log", a))) - fails


LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        Loss("squared_error", _squared_error, ("identity", "sigmoid", "softmax")),
        Loss("cross_entropy", _cross_entropy, ("softmax",), has_distributions=True),
        Loss("binary_cross_entropy", _binary_cross_entropy, ("sigmoid",)),
    )
}
