"""Rows for functions of matrices, their derivatives, factors and generalised inverses."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from derive.check.maps import polygamma
from derive.language.expression import Node, product, split_product
from derive.language.operators import MASKS

Row: TypeAlias = Callable[[Any, Node, list[Any]], Any]


def _mask(e: Any, n: Node, a: list[Any]) -> Any:
    rows, columns = e.dims(n)
    below, on, above = MASKS[n.data]
    halves = [
        below if i > j else on if i == j else above for i in range(rows) for j in range(columns)
    ]
    values = {half: e.numbers.rational(Fraction(half, 2)) for half in (below, on, above)}
    return e.numbers.array([values[half] for half in halves], rows, columns)


def _frechet(e: Any, n: Node, a: list[Any]) -> Any:
    """The corner of f at a triangle of blocks, doubled once for each direction."""
    numbers, (whole, *directions) = e.numbers, a
    for count, direction in enumerate(directions):
        spread = direction
        for _ in range(count):  # the direction along the diagonal of the blocks so far
            spread = numbers.twice(spread, numbers.scale(numbers.rational(Fraction(0)), spread))
        whole = numbers.twice(whole, spread)
    result = numbers.matrix_function(n.data, whole)
    for _ in directions:
        result = numbers.corner(result)
    return result


def _symmetric_part(e: Any, A: Any) -> Any:
    half = e.numbers.rational(Fraction(1, 2))
    return e.numbers.scale(half, e.numbers.add([A, e.numbers.transpose(A)]))


def _adjugate(e: Any, n: Node, a: list[Any]) -> Any:
    """By the recursion of Faddeev and LeVerrier, which divides by whole numbers alone."""
    numbers, size = e.numbers, e.dims(n)[0]
    one = numbers.eye(size)
    result = one
    for k in range(1, size):
        below = numbers.product(a[0], result)
        part = numbers.scale(numbers.rational(Fraction(-1, k)), numbers.trace(below))
        result = numbers.add([below, numbers.scale(part, one)])
    return numbers.scale(numbers.rational(Fraction((-1) ** (size - 1))), result)


def _pinv(e: Any, n: Node, a: list[Any]) -> Any:
    """Of a matrix of full rank, or of a product of two through its thinnest place."""
    base, turned = n.args[0], False
    if base.op == "transpose":
        base, turned = base.args[0], True
    coefficient, scalars, chain = split_product(base)
    cuts = [k for k in range(1, len(chain)) if e.dims(chain[k])[0] < min(e.dims(n))]
    if not cuts:
        return _pinv_of_full_rank(e, a[0])
    cut = min(cuts, key=lambda k: e.dims(chain[k])[0])
    left = e.value(product(coefficient, scalars, chain[:cut]))
    right = e.value(product(Fraction(1), [], chain[cut:]))
    result = e.numbers.product(_pinv_of_full_rank(e, right), _pinv_of_full_rank(e, left))
    return e.numbers.transpose(result) if turned else result


def _pinv_of_full_rank(e: Any, A: Any) -> Any:
    """(A'A)^-1 A' of a tall matrix, A'(AA')^-1 of a wide one."""
    numbers, T = e.numbers, e.numbers.transpose(A)
    if _is_tall(A):
        return numbers.product(numbers.inverse(numbers.product(T, A)), T)
    return numbers.product(T, numbers.inverse(numbers.product(A, T)))


def _is_tall(A: Any) -> bool:
    matrix = getattr(A, "value", A)
    rows, columns = (
        matrix.shape[1:] if hasattr(matrix, "shape") else (matrix.nrows(), matrix.ncols())
    )
    return bool(rows >= columns)


MATRIX_ROWS: dict[str, Row] = {
    "mask": _mask,
    "polygamma": lambda e, n, a: e.numbers.apply(polygamma(n.data), a[0]),
    "matrixmap": lambda e, n, a: e.numbers.matrix_function(n.data, a[0]),
    "frechet": _frechet,
    "cholesky": lambda e, n, a: e.numbers.cholesky(_symmetric_part(e, a[0])),
    "adjugate": _adjugate,
    "pinv": _pinv,
}
