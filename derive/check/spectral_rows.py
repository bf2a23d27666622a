"""Values of the spectral operators over a number type; the rows of ``rows.ROWS`` for them.

Letters: ``e`` is the evaluation, ``n`` the node, ``a`` the values of its arguments.  All is
built from eigenpairs of symmetric matrices.  Singular values are roots of the eigenvalues
of the smaller of ``A'A`` and ``AA'``; a reduced resolvent is an inverse,
``(lam I - A + q q')^-1 - q q'``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from derive.language.expression import Node

Row: TypeAlias = Callable[[Any, Node, list[Any]], Any]

FIRST, LAST = 0, -1


def _eigen(e: Any, n: Node, a: list[Any]) -> tuple[Any, Any]:
    """The eigenpairs of the argument of a node, computed once for all its users."""
    key = e.key_of(n.args[0]), "eigen"
    if key not in e.decompositions:
        e.decompositions[key] = e.numbers.eigen(a[0])
    values, vectors = e.decompositions[key]
    return values, vectors


def _singular(e: Any, n: Node, a: list[Any]) -> tuple[Any, Any, Any]:
    """The singular value decomposition of the argument, computed once for all its users."""
    key = e.key_of(n.args[0]), "singular"
    if key not in e.decompositions:
        e.decompositions[key] = e.numbers.singular(a[0])
    U, s, V = e.decompositions[key]
    return U, s, V


def singular_by_squares(numbers: Any, A: Any, is_tall: bool) -> tuple[Any, Any, Any]:
    """U, s and V of a matrix from the eigenpairs of its smaller square."""
    turned = numbers.transpose(A)
    small = numbers.product(turned, A) if is_tall else numbers.product(A, turned)
    squares, near = numbers.eigen(small)
    s = numbers.power(squares, Fraction(1, 2))
    reciprocal = numbers.diag(numbers.power(s, Fraction(-1)))
    far = numbers.product(numbers.product(A if is_tall else turned, near), reciprocal)
    U, V = (far, near) if is_tall else (near, far)
    signs = numbers.diag(numbers.transpose(numbers.signs(V)))
    return numbers.product(U, signs), s, numbers.product(V, signs)


def _first_triple(e: Any, n: Node, a: list[Any]) -> tuple[Any, Any, Any]:
    """The largest singular value and its vectors, whatever the other singular values are."""
    key = e.key_of(n.args[0]), "first"
    if key not in e.decompositions:
        numbers, A = e.numbers, a[0]
        rows, columns = e.dims(n.args[0])
        turned = numbers.transpose(A)
        is_tall = rows >= columns
        small = numbers.product(turned, A) if is_tall else numbers.product(A, turned)
        squares, vectors = numbers.eigen(small)
        value = numbers.power(numbers.column(numbers.transpose(squares), FIRST), Fraction(1, 2))
        near = numbers.column(vectors, FIRST)
        far = numbers.product(A if is_tall else turned, near)
        far = numbers.scale(numbers.power(value, Fraction(-1)), far)
        u, v = (far, near) if is_tall else (near, far)
        sign = numbers.signs(v)
        e.decompositions[key] = numbers.scale(sign, u), value, numbers.scale(sign, v)
    u, value, v = e.decompositions[key]
    return u, value, v


def _value(place: int) -> Row:
    def row(e: Any, n: Node, a: list[Any]) -> Any:
        values, _ = _eigen(e, n, a)
        return e.numbers.column(e.numbers.transpose(values), place)

    return row


def _vector(place: int) -> Row:
    return lambda e, n, a: e.numbers.column(_eigen(e, n, a)[1], place)


def _resolvent(place: int) -> Row:
    def row(e: Any, n: Node, a: list[Any]) -> Any:
        value, q = _value(place)(e, n, a), _vector(place)(e, n, a)
        line = e.numbers.product(q, e.numbers.transpose(q))
        half = e.numbers.rational(Fraction(1, 2))
        turned = e.numbers.transpose(a[0])
        symmetric = e.numbers.scale(half, e.numbers.add([a[0], turned]))
        shifted = e.numbers.scale(value, e.numbers.eye(e.dims(n)[0]))
        whole = e.numbers.add([shifted, _negative(e, symmetric), line])
        return e.numbers.add([e.numbers.inverse(whole), _negative(e, line)])

    return row


def _negative(e: Any, A: Any) -> Any:
    return e.numbers.scale(e.numbers.rational(Fraction(-1)), A)


def _gaps(e: Any, n: Node, a: list[Any]) -> Any:
    """Ones on the diagonal while reciprocals are taken."""
    size = e.dims(n)[0]
    row = e.numbers.product(e.numbers.full(size, 1, 1), e.numbers.transpose(a[0]))
    eye = e.numbers.eye(size)
    differences = e.numbers.add([row, _negative(e, e.numbers.transpose(row)), eye])
    return e.numbers.add([e.numbers.power(differences, Fraction(-1)), _negative(e, eye)])


def _polar(e: Any, n: Node, a: list[Any]) -> Any:
    """A (A'A)^(-1/2), or (AA')^(-1/2) A of a wide matrix: no singular value need be simple."""
    numbers, (A,), (rows, columns) = e.numbers, a, e.dims(n)
    turned = numbers.transpose(A)
    if rows >= columns:
        return numbers.product(A, _reciprocal_root(numbers, numbers.product(turned, A)))
    return numbers.product(_reciprocal_root(numbers, numbers.product(A, turned)), A)


def _reciprocal_root(numbers: Any, A: Any) -> Any:
    return numbers.inverse(numbers.matrix_function("sqrtm", A))


SPECTRAL_ROWS: dict[str, Row] = {
    "eigvals": lambda e, n, a: _eigen(e, n, a)[0],
    "eigvecs": lambda e, n, a: _eigen(e, n, a)[1],
    "lambda_max": _value(FIRST),
    "lambda_min": _value(LAST),
    "eigvec_max": _vector(FIRST),
    "eigvec_min": _vector(LAST),
    "resolvent_max": _resolvent(FIRST),
    "resolvent_min": _resolvent(LAST),
    "gaps": _gaps,
    "svdvals": lambda e, n, a: _singular(e, n, a)[1],
    "leftvecs": lambda e, n, a: _singular(e, n, a)[0],
    "rightvecs": lambda e, n, a: _singular(e, n, a)[2],
    "specnorm": lambda e, n, a: _first_triple(e, n, a)[1],
    "leftvec_max": lambda e, n, a: _first_triple(e, n, a)[0],
    "rightvec_max": lambda e, n, a: _first_triple(e, n, a)[2],
    "nucnorm": lambda e, n, a: e.numbers.total(_singular(e, n, a)[1]),
    "polar": _polar,
}
