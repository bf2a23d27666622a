"""Number types for matrices: what each supplies, and balls and batches of floats.

Each number type offers the same few operations, so that ``rows.ROWS`` is written once.  A
scalar is a 1 x 1 matrix everywhere.

* ``Balls``: ``arb_mat``; every entry encloses its true value.
* ``Floats``: arrays of shape (points, rows, columns); for scanning many points at once.
* ``Jets``, in ``jets.py``: balls with a derivative in one direction.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from flint import arb, arb_mat, arb_series, fmpq

from derive.check.maps import MAPS, NAN, Array, Map
from derive.check.matrix_functions import (
    BALL_FUNCTIONS,
    cholesky_entries,
    float_cholesky,
    float_function,
    upper_right,
    upper_triangle,
)
from derive.check.spectra import (
    column_signs,
    eigenpairs,
    float_eigenpairs,
    float_signs,
    float_singular,
)
from derive.check.spectral_rows import singular_by_squares

CONSTANTS = {"pi": arb.pi, "e": arb.const_e, "euler_gamma": arb.const_euler}
WORST_CONDITION = 1e9  # float inverses past this are left to a better point


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
        result, square, left = self.eye(A.nrows()), A, abs(power)
        if power < 0:
            square = self.inverse(A)
        while left:
            if left % 2:
                result = result * square
            left //= 2
            if left:
                square = square * square
        return result

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
    result, square, left = x * 0 + 1, x, abs(exponent)
    while left:
        if left % 2:
            result = result * square
        left //= 2
        if left:
            square = square * square
    return 1 / result if exponent < 0 else result


def _nearest_float(value: Fraction) -> float:
    """The nearest float; infinity, which says nothing, for a number too large or too small."""
    try:
        nearest = float(value)
    except OverflowError:
        nearest = 0.0
    if value and not nearest:
        return math.inf if value > 0 else -math.inf
    return nearest


class Floats:
    """Batches of float matrices: shape (points, rows, columns)."""

    def rational(self, value: Fraction) -> Array:
        return np.full((1, 1, 1), _nearest_float(value))

    def constant(self, name: str) -> Array:
        return np.full((1, 1, 1), float(CONSTANTS[name]()))

    def full(self, rows: int, columns: int, value: int) -> Array:
        return np.full((1, rows, columns), float(value))

    def eye(self, rows: int) -> Array:
        return np.eye(rows)[None]

    def add(self, terms: Sequence[Array]) -> Array:
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total

    def scale(self, scalar: Array, A: Array) -> Array:
        return scalar * A

    def hadamard(self, A: Array, B: Array) -> Array:
        return A * B

    def product(self, A: Array, B: Array) -> Array:
        return A @ B

    def transpose(self, A: Array) -> Array:
        return np.swapaxes(A, 1, 2)

    def inverse(self, A: Array) -> Array:
        is_usable = np.isfinite(A).all(axis=(1, 2), keepdims=True)
        one = np.eye(A.shape[1])
        condition = np.asarray(np.linalg.cond(np.where(is_usable, A, one)))
        is_usable &= (condition < WORST_CONDITION)[:, None, None]
        return np.where(is_usable, np.linalg.inv(np.where(is_usable, A, one)), np.nan)

    def det(self, A: Array) -> Array:
        return np.asarray(np.linalg.det(A))[:, None, None]

    def trace(self, A: Array) -> Array:
        return np.asarray(np.trace(A, axis1=1, axis2=2))[:, None, None]

    def total(self, A: Array) -> Array:
        return np.asarray(A.sum(axis=(1, 2), keepdims=True))

    def diag(self, A: Array) -> Array:
        return A * np.eye(A.shape[1])

    def diagonal(self, A: Array) -> Array:
        return np.asarray(np.diagonal(A, axis1=1, axis2=2))[:, :, None]

    def power(self, A: Array, exponent: Any) -> Array:
        is_exact = isinstance(exponent, Fraction)
        result: Array = A ** (_nearest_float(exponent) if is_exact else exponent)
        return result

    def map(self, name: str, A: Array) -> Array:
        return self.apply(MAPS[name], A)

    def apply(self, row: Map, A: Array) -> Array:
        return row.array(A)

    def matrix_function(self, name: str, A: Array) -> Array:
        return float_function(name, A)

    def cholesky(self, A: Array) -> Array:
        return float_cholesky(A)

    def twice(self, A: Array, E: Array) -> Array:
        A, E = np.broadcast_arrays(A, E)
        return np.block([[A, E], [np.zeros_like(A), A]])

    def corner(self, A: Array) -> Array:
        half = A.shape[1] // 2
        return A[:, :half, half:]

    def array(self, entries: Sequence[Array], rows: int, columns: int) -> Array:
        flat = np.concatenate(np.broadcast_arrays(*entries), axis=1)
        return flat.reshape(-1, rows, columns)

    def gather(self, A: Array, places: Sequence[int], rows: int, columns: int) -> Array:
        """Entries of A by their places, counted row by row; place -1 is a zero."""
        chosen = A.reshape(len(A), -1)[:, np.maximum(places, 0)]
        return np.where(np.asarray(places) >= 0, chosen, 0.0).reshape(-1, rows, columns)

    def column(self, A: Array, place: int) -> Array:
        return A[:, :, [place]]

    def signs(self, A: Array) -> Array:
        return float_signs(A)

    def eigen(self, A: Array) -> tuple[Array, Array]:
        return float_eigenpairs(A)

    def singular(self, A: Array) -> tuple[Array, Array, Array]:
        return float_singular(A)

    def peak(self, A: Array) -> Array:
        """1 at the first of the largest entries, 0 elsewhere."""
        flat = A.reshape(len(A), -1)
        hits = np.arange(flat.shape[1]) == flat.argmax(axis=1)[:, None]
        return np.where(np.isfinite(flat), hits, np.nan).reshape(A.shape)

    def raised(self, A: Array, exponent: Any) -> Array:
        """A whole power of each matrix; of the inverse where it is negative."""
        count = max(len(A), len(exponent))
        base = np.broadcast_to(A, (count, *A.shape[1:]))
        powers = np.broadcast_to(exponent, (count, 1, 1))[:, 0, 0]
        inverses = self.inverse(base) if (powers < 0).any() else base
        result = np.empty(base.shape)
        for k, power in enumerate(powers):
            matrix = inverses[k] if power < 0 else base[k]
            result[k] = np.linalg.matrix_power(matrix, round(abs(power)))
        return result

    def stacked(self, matrices: Sequence[Array]) -> Array:
        """All entries of some matrices, one below the other."""
        count = max(len(A) for A in matrices)
        parts = [np.broadcast_to(A, (count, *A.shape[1:])).reshape(count, -1, 1) for A in matrices]
        return np.concatenate(parts, axis=1)

    def most(self, last: Array) -> int:
        """The largest of some whole numbers."""
        return round(float(np.max(last)))

    def up_to(self, number: int, last: Array, term: Array) -> Array:
        """A term of a sum, zero at the points whose last number is smaller."""
        if len(last) == 1:
            return term
        return np.asarray(np.where(last >= number, term, 0.0))
