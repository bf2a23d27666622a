"""Elementwise functions that undo each other, and what they are at exact numbers."""

from __future__ import annotations

from fractions import Fraction

from derive.language.expression import (
    Node,
    constant,
    elementwise_power,
    multiply,
    number,
    ones,
)
from derive.language.functions import elementwise, sqrt


def tidy_map(node: Node) -> Node:
    """The argument where a function undoes another; an exact value where it has one."""
    if node.op != "map":
        return node
    inner = node.args[0]
    if inner.op == "map" and (node.data, inner.data) in {("log", "exp"), ("exp", "log")}:
        return inner.args[0]
    if inner.op == "map" and (node.data, inner.data) == ("log", "normcdf"):
        return elementwise("lognormcdf", inner.args[0])
    if inner.op == "map" and (node.data, inner.data) == ("exp", "lognormcdf"):
        return elementwise("normcdf", inner.args[0])
    if inner.op == "number" and (node.data, inner.data) in AT_NUMBERS:
        return AT_NUMBERS[node.data, inner.data]
    if inner.op == "zero" and (node.data, 0) in AT_NUMBERS:
        return multiply(AT_NUMBERS[node.data, 0], ones(*inner.shape))
    return node


def _values_at_numbers() -> dict[tuple[str, int], Node]:
    zero, one, half = number(0), number(1), number(Fraction(1, 2))
    log_two = elementwise("log", number(2))
    root = sqrt(number(2) * constant("pi"))
    odd = ("sin", "tan", "arcsin", "arctan", "sinh", "tanh", "erf", "abs", "sign", "step", "relu")
    return {
        **dict.fromkeys(((name, 0) for name in odd), zero),
        **dict.fromkeys(((name, 0) for name in ("exp", "cos", "cosh", "closed_step")), one),
        **dict.fromkeys((("sigmoid", 0), ("normcdf", 0)), half),
        ("log", 1): zero,
        ("softplus", 0): log_two,
        ("lognormcdf", 0): -log_two,
        ("normpdf", 0): elementwise_power(root, number(-1)),
        ("trigamma", 1): constant("pi") ** 2 / 6,
    }


AT_NUMBERS = _values_at_numbers()
