"""Formulas whose squares and powers leave the floats before their values do.

``log(1 + x^2)`` is 2 log|x| where x^2 overflows, and ``(x - m)^2/(m^2 x)`` is the square of
``(x - m)/(m sqrt(x))``.  The combined function ``log_one_plus`` takes P and log P.
"""

from __future__ import annotations

from fractions import Fraction

from derive.language.canonical import power_parts
from derive.language.expression import Node, add, elementwise_power, make, multiply, number
from derive.language.functions import elementwise, postorder
from derive.language.properties import is_positive
from derive.numeric.monomials import monomial_of, node_of, own_writing
from derive.numeric.stable_parts import factors_of, is_map, rebuilt, without


def within_floats(root: Node) -> Node:
    """The same scalar, finite where its parts are not."""
    done: dict[Node, Node] = {}
    for node in postorder(root):
        again = rebuilt(node, tuple(done[arg] for arg in node.args))
        done[node] = _log_one_plus(again) or _square_of_product(again) or again
    return done[root]


def _log_one_plus(node: Node) -> Node | None:
    """log(1 + P) for a product P with a power."""
    power = without(node.args[0], 1) if is_map(node, "log") and node.is_scalar else None
    if power is None or power.op not in {"mul", "pow"}:
        return None
    coefficient, factors = factors_of(power)
    logs = [_log_of_power(factor) for factor in factors]
    found = [log for log in logs if log is not None]
    if coefficient <= 0 or len(found) < len(logs) or all(f.op != "pow" for f in factors):
        return None
    ahead = [elementwise("log", number(coefficient))] if coefficient != 1 else []
    return make("combine", (power, add(*ahead, *found)), node.shape, "log_one_plus")


def _log_of_power(factor: Node) -> Node | None:
    """The logarithm of a power of what is real, if the power is positive."""
    base, exponent = power_parts(factor)
    if base.op == "mul" and exponent.is_number:
        inner = [_log_of_power(elementwise_power(arg, exponent)) for arg in base.args]
        found = [log for log in inner if log is not None]
        return add(*found) if len(found) == len(inner) else None
    is_even = exponent.is_number and exponent.data.denominator == 1 and exponent.data % 2 == 0
    if not (is_even or is_positive(base) or not exponent.is_number):
        return None
    inside = elementwise("abs", base) if is_even and not is_positive(base) else base
    return multiply(exponent, elementwise("log", inside))


def _square_of_product(node: Node) -> Node | None:
    """The square of a sum times powers of positive symbols and even powers, as one square."""
    if node.op != "mul" or not node.is_scalar:
        return None
    coefficient, powers = monomial_of(node)
    if len(powers) < 2 or not any(b.op == "add" and e == 2 for b, e in powers.items()):
        return None
    halves = {base: exponent / 2 for base, exponent in powers.items()}
    for base, half in halves.items():
        if half.denominator > 1 and not (base.op == "symbol" and is_positive(base)):
            return None
    root = node_of((Fraction(1), halves), node, own_writing(node))
    return multiply(number(coefficient), elementwise_power(root, number(2)))
