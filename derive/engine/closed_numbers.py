"""Numbers written in closed form, as ``cos(pi/2)`` or ``sqrt(2) - 1``: their signs.

A number is closed where it holds no letter: rationals, constants, and sums, products, powers
and elementwise functions of them.  SymPy proves the sign; what it cannot prove is not known.
"""

from __future__ import annotations

from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.sympy_out import to_sympy

CLOSED = frozenset({"number", "constant", "add", "mul", "pow", "map"})


def is_closed(node: Node) -> bool:
    """Whether a scalar is made of numbers alone."""
    parts = postorder(node)
    return all(part.is_scalar and part.op in CLOSED for part in parts) and not any(
        part.op == "constant" and part.data == "infinity" for part in parts
    )


def sign_of(node: Node) -> int | None:
    """1, 0 or -1 for a closed number; None where it has letters, or no sign is proved."""
    if node.op == "number":
        return int(node.data > 0) - int(node.data < 0)
    if not is_closed(node):
        return None
    value = to_sympy(node)
    for sign, is_so in ((0, value.is_zero), (1, value.is_positive), (-1, value.is_negative)):
        if is_so:
            return sign
    return None
