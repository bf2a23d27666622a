"""Maxima, minima, clipped values and Huber's loss of scalars, by ramps.

max(a, b) = a + relu(b - a),      min(a, b) = a - relu(a - b),
clip(x, l, h) = l + relu(x - l) - relu(x - h)                          for l <= h,
huber(x, c) = x^2/2 - relu(x - c)^2/2 - relu(-x - c)^2/2               for c >= 0
"""

from __future__ import annotations

from derive.engine.naming import substituted
from derive.language.expression import Node, number
from derive.language.functions import elementwise, postorder
from derive.language.properties import is_nonnegative

ZERO = number(0)


def by_ramps(node: Node, variable: Node) -> Node:
    """The same scalar, its maxima and the like that hold `variable` written by ramps.

    What has no such form, as a maximum of three values that move, stays as it is.
    """
    changed: dict[Node, Node] = {}
    for part in postorder(node):
        if part.is_scalar and part.op in {"max", "min", "combine"} and part.depends_on(variable):
            found = _ramps(part, variable)
            if found is not None:
                changed[part] = by_ramps(found, variable)
    return substituted(node, changed) if changed else node


def _ramps(part: Node, variable: Node) -> Node | None:
    """One maximum, minimum, clipped value or loss by ramps."""
    if part.op == "combine":
        value, *bounds = part.args
        if any(bound.depends_on(variable) for bound in bounds):
            return None
        return _clipped(value, *bounds) if part.data == "clip" else _huber(value, *bounds)
    (entries,) = part.args
    if entries.op != "array" or len(entries.args) != 2:
        return None
    first, second = sorted(entries.args, key=lambda entry: entry.depends_on(variable))
    if part.op == "max":
        return first + _relu(second - first)
    return first - _relu(first - second)


def _clipped(value: Node, low: Node, high: Node) -> Node | None:
    if not is_nonnegative(high - low):
        return None
    return low + _relu(value - low) - _relu(value - high)


def _huber(value: Node, bound: Node) -> Node | None:
    if not is_nonnegative(bound):
        return None
    outside = _relu(value - bound) ** 2 + _relu(-value - bound) ** 2
    return (value**2 - outside) / 2


def _relu(node: Node) -> Node:
    return elementwise("relu", node)
