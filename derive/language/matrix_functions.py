"""Functions of matrices as nodes: exponential and its kin, Frechet derivatives, factors, masks.

A function of a 1 x 1 matrix is the function of the scalar.  The Frechet derivative of any
order is one operator, ``frechet``: ``L_f(A, E)`` is the first derivative of f at A in the
direction E, ``L_f(A, E, F)`` the second, and so on; it is linear in each direction and does
not depend on their order.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, prod

from derive.errors import ArgumentError, ShapeError
from derive.language.expression import (
    Node,
    elementwise_power,
    eye,
    inverse,
    make,
    multiply,
    number,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import elementwise, sqrt
from derive.language.operators import MASKS, MATRIX_FUNCTIONS
from derive.language.shape_errors import require_square
from derive.language.sizes import Dim, shape_text

HALF = Fraction(1, 2)
AT_ZERO = {"expm": 1, "sinm": 0, "cosm": 1}
AT_ONE = {"logm": 0, "sqrtm": 1}


def matrix_map(name: str, node: Node) -> Node:
    """A function of a square matrix by its name in ``MATRIX_FUNCTIONS``."""
    _require_known(name)
    require_square(name, node)
    if node.is_scalar:
        return _of_scalar(name, node)
    fixed = {"zero": AT_ZERO, "eye": AT_ONE}.get(node.op, {})
    if name in fixed:
        return eye(node.shape[0]) if fixed[name] else zero(node.shape)
    return make("matrixmap", (node,), node.shape, name)


def frechet(name: str, node: Node, *directions: Node) -> Node:
    """The derivative of a matrix function at a node along one or more directions."""
    _require_known(name)
    require_square(f"the derivative of {name}", node)
    for direction in directions:
        if direction.shape != node.shape:
            raise ShapeError(
                f"the derivative of {name} needs directions of the shape of its matrix: "
                f"{node!r} is {shape_text(node.shape)}, {direction!r} is "
                f"{shape_text(direction.shape)}"
            )
    if not directions:
        return matrix_map(name, node)
    if node.is_scalar:
        return multiply(_slope_of_scalar(name, node, len(directions)), *directions)
    outside = [number(1)]
    cores: list[Node] = []
    for direction in directions:
        if direction.op == "zero":
            return zero(node.shape)
        coefficient, scalars, chain = split_product(direction)
        outside.append(product(coefficient, scalars, []))
        cores.append(product(Fraction(1), [], chain))
    return multiply(*outside, make("frechet", (node, *cores), node.shape, name))


def cholesky(node: Node) -> Node:
    """The lower factor L with L L' = A; of A that is not symmetric, for its symmetric part."""
    require_square("cholesky", node)
    if node.is_scalar:
        return sqrt(node)
    return node if node.op == "eye" else make("cholesky", (node,), node.shape)


def adjugate(node: Node) -> Node:
    """The transposed matrix of cofactors: det A times the inverse, where there is one."""
    require_square("adj", node)
    if node.is_scalar:
        return number(1)
    return node if node.op == "eye" else make("adjugate", (node,), node.shape)


def pseudo_inverse(node: Node) -> Node:
    """The Moore-Penrose inverse of a matrix of any shape."""
    if node.is_scalar:
        return inverse(node)
    if node.op == "eye":
        return node
    if node.op == "zero":
        return transpose(node)
    return make("pinv", (node,), (node.shape[1], node.shape[0]))


def mask(kind: str, rows: Dim, columns: Dim) -> Node:
    """A matrix of zeros and ones (on the diagonal perhaps halves) by a name in ``MASKS``."""
    if kind not in MASKS:
        raise ArgumentError(f"no mask is called {kind!r}\n  known    : {', '.join(MASKS)}")
    if (rows, columns) == (1, 1):
        return number(Fraction(MASKS[kind][1], 2))
    return make("mask", (), (rows, columns), kind)


def polygamma(order: int, node: Node) -> Node:
    """Derivative number `order` of the digamma function, elementwise."""
    if order < 0:
        raise ArgumentError(f"polygamma needs a whole order >= 0, got {order}")
    if order < 2:
        return elementwise(("digamma", "trigamma")[order], node)
    return make("polygamma", (node,), node.shape, order)


def _require_known(name: str) -> None:
    if name not in MATRIX_FUNCTIONS:
        known = ", ".join(MATRIX_FUNCTIONS)
        raise ArgumentError(f"no matrix function is called {name!r}\n  known    : {known}")


def _of_scalar(name: str, node: Node) -> Node:
    scalar = MATRIX_FUNCTIONS[name].scalar
    return sqrt(node) if scalar == "sqrt" else elementwise(scalar, node)


def _slope_of_scalar(name: str, x: Node, order: int) -> Node:
    """The derivative of the scalar function, of any order."""
    if name == "expm":
        return elementwise("exp", x)
    if name == "logm":
        amount = number((-1) ** (order - 1) * factorial(order - 1))
        return amount * elementwise_power(x, number(-order))
    if name == "sqrtm":
        falling = number(prod((HALF - k for k in range(order)), start=Fraction(1)))
        return falling * elementwise_power(x, number(HALF - order))
    turns = (order + (name == "cosm")) % 4  # sin, cos, -sin, -cos
    value = elementwise("cos" if turns % 2 else "sin", x)
    return -value if turns >= 2 else value
