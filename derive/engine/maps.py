"""Elementwise functions that undo each other, and what they are at 0 and at 1."""

from __future__ import annotations

from fractions import Fraction

from derive.language.expression import Node, multiply, number, ones
from derive.language.functions import elementwise

AT_ZERO: dict[str, int | Fraction] = {
    **dict.fromkeys(("sin", "tan", "arcsin", "arctan", "sinh", "tanh", "erf"), 0),
    **dict.fromkeys(("abs", "sign", "step", "relu"), 0),
    **dict.fromkeys(("exp", "cos", "cosh", "closed_step"), 1),
    **dict.fromkeys(("sigmoid", "normcdf"), Fraction(1, 2)),
}


def tidy_map(node: Node) -> Node:
    """The argument where a function undoes another; a number at 0 and at 1."""
    if node.op != "map":
        return node
    inner = node.args[0]
    if inner.op == "map" and (node.data, inner.data) in {("log", "exp"), ("exp", "log")}:
        return inner.args[0]
    if inner.op == "map" and (node.data, inner.data) == ("log", "normcdf"):
        return elementwise("lognormcdf", inner.args[0])
    if inner.op == "map" and (node.data, inner.data) == ("exp", "lognormcdf"):
        return elementwise("normcdf", inner.args[0])
    if inner.op == "number" and inner.data == 0 and node.data in AT_ZERO:
        return number(AT_ZERO[node.data])
    if inner.op == "number" and inner.data == 1 and node.data == "log":
        return number(0)
    if inner.op == "zero" and node.data in AT_ZERO:
        return multiply(number(AT_ZERO[node.data]), ones(*inner.shape))
    return node
