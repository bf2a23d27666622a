"""Number types for matrices: what each supplies, and balls.

Each number type offers the same few operations, so that ``rows.ROWS`` is written once.  A
scalar is a 1 x 1 matrix everywhere.

* ``Balls``: ``arb_mat``; every entry encloses its true value.
* ``Floats``, in ``floats.py``: arrays of shape (points, rows, columns), many points at once.
* ``Jets``, in ``jets.py``: balls with a derivative in one direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

from flint import arb, arb_mat, arb_series, fmpq

from derive.check.maps import MAPS, NAN, Map
from derive.check.matrix_functions import (
    BALL_FUNCTIONS,
    cholesky_entries,
    upper_right,
    upper_triangle,
)
from derive.check.spectra import column_signs, eigenpairs
from derive.check.spectral_rows import singular_by_squares

CONSTANTS = {"pi": arb.pi, "e": arb.const_e, "euler_gamma": arb.const_euler}


class Numbers(Protocol):
    """The operations a number type supplies."""

    def rational(self, value: Fraction) -> Any: ...
    def constant(self, name: str) -> Any: ...
    def full(self, rows: int, columns: int, value: int) -> Any: ...
    def eye(self, rows: int) -> Any: ...
    def add(self, terms: Sequence[Any]) -> Any: ...
    def scale(self, scalar: Any, A: Any) -> Any: ...
    def hadamard(self, A: Any, B: Any) -> Any: ...
    def product(self, A: Any, B: Any) -> Any: ...
    def transpose(self, A: Any) -> Any: ...
    def inverse(self, A: Any) -> Any: ...
    def det(self, A: Any) -> Any: ...
    def trace(self, A: Any) -> Any: ...
    def total(self, A: Any) -> Any: ...
    def diag(self, A: Any) -> Any: ...
    def diagonal(self, A: Any) -> Any: ...
    def power(self, A: Any, exponent: Any) -> Any: ...
    def map(self, name: str, A: Any) -> Any: ...
    def apply(self, row: Map, A: Any) -> Any: ...
    def matrix_function(self, name: str, A: Any) -> Any: ...
    def cholesky(self, A: Any) -> Any: ...
    def twice(self, A: Any, E: Any) -> Any: ...
    def corner(self, A: Any) -> Any: ...
    def array(self, entries: Sequence[Any], rows: int, columns: int) -> Any: ...
    def gather(self, A: Any, places: Sequence[int], rows: int, columns: int) -> Any: ...
    def column(self, A: Any, place: int) -> Any: ...
    def signs(self, A: Any) -> Any: ...
    def eigen(self, A: Any) -> tuple[Any, Any]: ...
    def singular(self, A: Any) -> tuple[Any, Any, Any]: ...
    def peak(self, A: Any) -> Any: ...
    def raised(self, A: Any, exponent: Any) -> Any: ...
    def stacked(self, matrices: Sequence[Any]) -> Any: ...
    def most(self, last: Any) -> int: ...
    def up_to(self, number: int, last: Any, term: Any) -> Any: ...


def rational_ball(value: Fraction) -> Any:
    """An exact rational as a ball."""
    return arb(fmpq(value.numerator, value.denominator))


def _each(A: Any, function: Any) -> Any:
    """A function of every entry of a ball matrix."""
    return arb_mat(A.nrows(), A.ncols(), [function(x) for x in A.entries()])


def _nan(rows: int, columns: int) -> Any:
    return arb_mat(rows, columns, [NAN] * (rows * columns))


class Balls:
    """Matrices of balls, at the working precision."""

    def rational(self, value: Fraction) -> Any:
        return arb_mat(1, 1, [rational_ball(value)])

    def constant(self, name: str) -> Any:
        return arb_mat(1, 1, [CONSTANTS[name]()])

    def full(self, rows: int, columns: int, value: int) -> Any:
        return arb_mat(rows, columns, [value] * (rows * columns))

    def eye(self, rows: int) -> Any:
        return self.diag(self.full(rows, 1, 1))

    def add(self, terms: Sequence[Any]) -> Any:
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total

    def scale(self, scalar: Any, A: Any) -> Any:
        return A * scalar[0, 0]

    def hadamard(self, A: Any, B: Any) -> Any:
        entries = [a * b for a, b in zip(A.entries(), B.entries(), strict=True)]
        return arb_mat(A.nrows(), A.ncols(), entries)

    def product(self, A: Any, B: Any) -> Any:
        return A * B

    def transpose(self, A: Any) -> Any:
        return A.transpose()

    def inverse(self, A: Any) -> Any:
        try:
            return A.inv()
        except ZeroDivisionError:
            return _nan(A.nrows(), A.ncols())

    def det(self, A: Any) -> Any:
        return arb_mat(1, 1, [A.det()])

    def trace(self, A: Any) -> Any:
        return arb_mat(1, 1, [A.trace()])

    def total(self, A: Any) -> Any:
        return arb_mat(1, 1, [sum(A.entries(), arb(0))])

    def diag(self, A: Any) -> Any:
        size = A.nrows()
        D = arb_mat(size, size)
        for k in range(size):
            D[k, k] = A[k, 0]
        return D

    def diagonal(self, A: Any) -> Any:
        return arb_mat(A.nrows(), 1, [A[k, k] for k in range(A.nrows())])

    def power(self, A: Any, exponent: Any) -> Any:
        return _each(A, lambda x: ball_power(x, exponent))

    def map(self, name: str, A: Any) -> Any:
        return self.apply(MAPS[name], A)

    def apply(self, row: Map, A: Any) -> Any:
        return _each(A, row.ball)

    def matrix_function(self, name: str, A: Any) -> Any:
        return BALL_FUNCTIONS[name](A)

    def cholesky(self, A: Any) -> Any:
        size = A.nrows()
        return arb_mat(size, size, cholesky_entries(A.entries(), size))

    def twice(self, A: Any, E: Any) -> Any:
        return upper_triangle(A, E)

    def corner(self, A: Any) -> Any:
        return upper_right(A)

    def array(self, entries: Sequence[Any], rows: int, columns: int) -> Any:
        return arb_mat(rows, columns, [entry[0, 0] for entry in entries])

    def gather(self, A: Any, places: Sequence[int], rows: int, columns: int) -> Any:
        """Entries of A by their places, counted row by row; place -1 is a zero."""
        flat = A.entries()
        return arb_mat(rows, columns, [flat[k] if k >= 0 else arb(0) for k in places])

    def column(self, A: Any, place: int) -> Any:
        return arb_mat(A.nrows(), 1, [row[place] for row in A.tolist()])

    def signs(self, A: Any) -> Any:
        return column_signs(A)

    def eigen(self, A: Any) -> tuple[Any, Any]:
        return eigenpairs(A)

    def singular(self, A: Any) -> tuple[Any, Any, Any]:
        return singular_by_squares(self, A, A.nrows() >= A.ncols())

    def peak(self, A: Any) -> Any:
        """1 at the entry above all others, 0 elsewhere; nan where balls overlap."""
        flat = A.entries()
        top = max(range(len(flat)), key=lambda k: float(flat[k].mid()))
        if not all(flat[top] > x for k, x in enumerate(flat) if k != top):
            return _nan(A.nrows(), A.ncols())
        return arb_mat(A.nrows(), A.ncols(), [int(k == top) for k in range(len(flat))])

    def raised(self, A: Any, exponent: Any) -> Any:
        """A whole power of a matrix; of the inverse if it is negative."""
        power = self.most(exponent)
        base = self.inverse(A) if power < 0 else A
        return _multiplied(self.eye(A.nrows()), base, abs(power))

    def stacked(self, matrices: Sequence[Any]) -> Any:
        """All entries of some matrices, one below the other."""
        entries = [x for A in matrices for x in A.entries()]
        return arb_mat(len(entries), 1, entries)

    def most(self, last: Any) -> int:
        """A whole number as an int."""
        return int(last[0, 0].unique_fmpz())

    def up_to(self, number: int, last: Any, term: Any) -> Any:
        """A term of a sum whose last number is `last`."""
        return term


def ball_power(x: Any, exponent: Any) -> Any:
    """A ball or series to a power: exact (Fraction), a ball (1 x 1 matrix) or a series."""
    if isinstance(exponent, arb_series):
        return x**exponent
    if not isinstance(exponent, Fraction):
        ball = exponent[0, 0]
        if not (ball.is_exact() and ball.is_integer()):
            return x**ball
        exponent = Fraction(int(ball.unique_fmpz()))
    if exponent.denominator == 1:
        return _whole_power(x, int(exponent))
    if exponent == Fraction(1, 2):
        return x.sqrt()
    return x ** rational_ball(exponent)


def _whole_power(x: Any, exponent: int) -> Any:
    """By repeated squaring: Arb's own power gives nan for a ball around zero."""
    result = _multiplied(x * 0 + 1, x, abs(exponent))
    return 1 / result if exponent < 0 else result


def _multiplied(one: Any, base: Any, count: int) -> Any:
    """One times so many factors, by repeated squaring."""
    result, square = one, base
    while count:
        if count % 2:
            result = result * square
        count //= 2
        if count:
            square = square * square
    return result
