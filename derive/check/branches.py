"""Which nodes branch or end by the sign of their argument, and which signs are plain."""

from __future__ import annotations

from derive.check.maps import MAPS
from derive.language.expression import Node
from derive.language.operators import ELEMENTWISE


def is_selector(node: Node) -> bool:
    """Whether the node picks a branch by the sign of its argument."""
    return node.op == "norm1" or (node.op == "map" and MAPS[node.data].is_selector)


def is_guard(node: Node) -> bool:
    """Whether the node exists or branches by the sign of its argument."""
    if node.op == "pow":
        exponent = node.args[1]
        if exponent.op == "size":
            return False
        return not exponent.is_number or exponent.data.denominator != 1
    if node.op == "polygamma":
        return True
    return is_selector(node) or (node.op == "map" and ELEMENTWISE[node.data].domain == "positive")


def has_forced_sign(node: Node) -> bool:
    """Whether the sign of a selector's argument is plain from its form."""
    if not node.symbols:
        return True
    if node.op in {"add", "mul"}:
        return all(_is_plainly_nonnegative(arg) for arg in node.args)
    if node.op == "symbol":
        return bool(node.facts & {"positive", "negative", "nonnegative"})
    if node.op == "map":
        return ELEMENTWISE[node.data].range in {"positive", "nonnegative", "unit"}
    if node.op == "pow" and node.args[1].is_number:
        exponent = node.args[1].data
        return bool(exponent % 2 == 0 or exponent.denominator % 2 == 0)
    return node.op in {"norm1", "norm2", "softmax", "rowsoftmax"}


def _is_plainly_nonnegative(node: Node) -> bool:
    """Whether a term or factor is nonnegative by its form, as a square is."""
    if node.is_number:
        return bool(node.data >= 0)
    return "negative" not in node.facts and has_forced_sign(node)


def is_rough_norm(node: Node) -> bool:
    """Whether a norm is used here otherwise than in an even power."""
    if node.op == "pow" and node.args[1].is_number and node.args[1].data % 2 == 0:
        return False
    return any(arg.op == "norm2" for arg in node.args)
