"""Bessel functions of large arguments, which overflow before their ratio or logarithm is taken.

``scaled_besseli`` is ``exp(-|x|) I_v(x)``: dlmf, section 10.40.
"""

from __future__ import annotations

from derive.language.canonical import power_parts
from derive.language.expression import Node, add, elementwise_power, make, multiply
from derive.language.functions import elementwise


def _scaled(node: Node) -> Node:
    return make("combine", node.args, node.shape, "scaled_besseli")


def log_of_bessel(inside: Node) -> Node | None:
    """log I_v(x) as |x| and the logarithm of the scaled function."""
    if inside.op != "besseli":
        return None
    return add(elementwise("abs", inside.args[1]), elementwise("log", _scaled(inside)))


def ratio_of_bessel(node: Node) -> Node | None:
    """A product of powers of Bessel functions of one argument, where these add up to none."""
    parts = [power_parts(factor) for factor in node.args]
    found = [(base, power) for base, power in parts if base.op == "besseli" and power.is_number]
    arguments = {base.args[1] for base, _ in found}
    balanced = {
        x for x in arguments if sum(power.data for base, power in found if base.args[1] is x) == 0
    }
    if not balanced:
        return None
    factors = [
        elementwise_power(_scaled(base), power)
        if base.op == "besseli" and base.args[1] in balanced and power.is_number
        else factor
        for factor, (base, power) in zip(node.args, parts, strict=True)
    ]
    return multiply(*factors)
