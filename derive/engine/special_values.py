"""Values that are known by name: of functions at numbers, at multiples of ones and of I.

``arccos(0) = pi/2``, ``4^(-1/2) = 1/2``, ``softmax(0) = 1/d``, ``||1|| = sqrt(n)``.  The scalar of
a multiple is a closed number, so that its sign is known.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sympy import integer_nthroot

from derive.engine.closed_numbers import is_closed, sign_of
from derive.language.cost import cost
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    eye,
    multiply,
    number,
    ones,
    product,
    size_node,
    split_product,
)
from derive.language.functions import contains, elementwise, sqrt
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy

MOST_LONGER = 2  # what a value without functions may cost beyond the function: cos(pi/4)


def multiple_of(op: str, node: Node) -> Node | None:
    """The scalar ``c`` of a matrix ``c I`` (or c times ones), 0 of the zero; else None."""
    if node.is_scalar:
        return None
    if node.op == "zero":
        return number(0)
    coefficient, scalars, chain = split_product(node)
    if len(chain) != 1 or chain[0].op != op:
        return None
    return product(coefficient, scalars, [])


def special_value(node: Node) -> Node:
    """The value of an operator with one argument, where it is known by name."""
    if not node.args:
        return node
    inside = node.args[0]
    if inside.is_scalar:
        of_number = _OF_NUMBERS.get(node.op)
        return of_number(node) if of_number is not None and not inside.symbols else node
    for op, values in (("ones", _OF_ONES), ("eye", _OF_IDENTITY)):
        scale = multiple_of(op, inside) if node.op in values else None
        if scale is not None and (sign := sign_of(scale)) is not None:
            return values[node.op](node, scale, sign)
    return node


# --- of numbers -----------------------------------------------------------------------


def _root(node: Node) -> Node:
    """A power with a broken exponent of a rational number, if it is rational."""
    base, exponent = node.args
    if base.op != "number" or exponent.op != "number":
        return node
    value, power = base.data, exponent.data
    if value < 0 or (value == 0 and power < 0):
        return node
    parts = (integer_nthroot(n, power.denominator) for n in (value.numerator, value.denominator))
    (above, is_exact), (below, is_whole) = parts
    root = number(Fraction(int(above), int(below)))
    return elementwise_power(root, number(power.numerator)) if is_exact and is_whole else node


def _exact(node: Node) -> Node:
    """An elementwise function of a closed number, if a shorter real number is its value."""
    if not is_closed(node):
        return node
    value = to_sympy(node)
    if not value.is_real:
        return node
    known = from_sympy(value)
    longest = cost(node) - 1 if contains(known, "map") else cost(node) + MOST_LONGER
    return known if cost(known) <= longest else node


_OF_NUMBERS: dict[str, Callable[[Node], Node]] = {"map": _exact, "pow": _root}

# --- of multiples of ones and of I: the node, the scalar, its sign -----------------------


def _count(node: Node) -> Node:
    return multiply(*map(size_node, node.args[0].shape))


def _rows(node: Node) -> Node:
    return size_node(node.args[0].shape[0])


def _columns(node: Node) -> Node:
    return size_node(node.args[0].shape[1])


Value = Callable[[Node, Node, int], Node]


def _on_entries(node: Node, c: Node, sign: int) -> Node:
    """An elementwise function, which is the same at every entry."""
    if node.op == "map":
        value = _exact(elementwise(node.data, c))
    else:
        power = elementwise_power(c, node.args[1])
        value = _root(power) if power.op == "pow" else power
    return multiply(value, ones(*node.shape))


def _log_of_count(node: Node, c: Node, count: Node) -> Node:
    return add(c, elementwise("log", count))


_OF_ONES: dict[str, Value] = {
    "map": _on_entries,
    "pow": _on_entries,
    "max": lambda node, c, sign: c,
    "min": lambda node, c, sign: c,
    "norminf": lambda node, c, sign: sign * c,
    "norm1": lambda node, c, sign: sign * c * _count(node),
    "norm2": lambda node, c, sign: sign * c * sqrt(_count(node)),
    "logsumexp": lambda node, c, sign: _log_of_count(node, c, _rows(node)),
    "rowlogsumexp": lambda node, c, sign: multiply(
        _log_of_count(node, c, _columns(node)), ones(*node.shape)
    ),
    "softmax": lambda node, c, sign: multiply(1 / _rows(node), ones(*node.shape)),
    "rowsoftmax": lambda node, c, sign: multiply(1 / _columns(node), ones(*node.shape)),
}


def _log_of_determinant(node: Node, c: Node, sign: int) -> Node:
    return multiply(_rows(node), _exact(elementwise("log", c))) if sign > 0 else node


def _is_regular(node: Node, sign: int) -> bool:
    return sign != 0 and node.shape[0] == node.shape[1]


def _sign_of_identity(node: Node, c: Node, sign: int) -> Node:
    return sign * eye(node.shape[0]) if _is_regular(node, sign) else node


_OF_IDENTITY: dict[str, Value] = {
    "norm2": lambda node, c, sign: sign * c * sqrt(_rows(node)),
    "norm1": lambda node, c, sign: sign * c * _rows(node),
    "det": lambda node, c, sign: elementwise_power(c, _rows(node)) if sign else number(0),
    "logdet": _log_of_determinant,
    "lambda_max": lambda node, c, sign: c,
    "lambda_min": lambda node, c, sign: c,
    "eigvals": lambda node, c, sign: multiply(c, ones(*node.shape)),
    "svdvals": lambda node, c, sign: multiply(sign * c, ones(*node.shape)),
    "specnorm": lambda node, c, sign: sign * c,
    "nucnorm": lambda node, c, sign: sign * c * _rows(node),
    "polar": _sign_of_identity,
    # of many singular vectors that serve, those that the neighbours diag(c + e) have as well
    "leftvecs": _sign_of_identity,
    "rightvecs": lambda node, c, sign: eye(node.shape[0]) if _is_regular(node, sign) else node,
}
