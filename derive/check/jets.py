"""Jets: ball matrices with their derivative in one direction.

``Jet(value, tangent)`` is ``V + t E`` with ``t^2 = 0``.  No derivative of a function is
written here: products are products of such pairs, an inverse is read off the inverse of
``[[V, E], [0, V]]``, determinants are computed over power series of two terms, and
functions are Arb's own power series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import arb_mat, arb_series

from derive.check.maps import MAPS, NAN_SERIES, Map
from derive.check.matrix_functions import (
    cholesky_entries,
    upper_left,
    upper_right,
    upper_triangle,
)
from derive.check.numbers import Balls, ball_power
from derive.check.spectra import moved_pairs
from derive.check.spectral_rows import singular_by_squares

LARGEST_EXPANDED = 8  # determinants past this size are eliminated, not expanded


@dataclass(frozen=True, slots=True)
class Jet:
    """``value + t tangent``; a tangent of None is zero."""

    value: Any
    tangent: Any = None

    @property
    def direction(self) -> Any:
        """The tangent as a matrix."""
        V = self.value
        return arb_mat(V.nrows(), V.ncols()) if self.tangent is None else self.tangent


class Jets:
    """Matrices of balls with one directional derivative."""

    def __init__(self) -> None:
        self._balls = Balls()

    def rational(self, value: Fraction) -> Jet:
        return Jet(self._balls.rational(value))

    def constant(self, name: str) -> Jet:
        return Jet(self._balls.constant(name))

    def full(self, rows: int, columns: int, value: int) -> Jet:
        return Jet(self._balls.full(rows, columns, value))

    def eye(self, rows: int) -> Jet:
        return Jet(self._balls.eye(rows))

    def add(self, terms: Sequence[Jet]) -> Jet:
        tangents = [term.tangent for term in terms if term.tangent is not None]
        value = self._balls.add([term.value for term in terms])
        return Jet(value, self._balls.add(tangents) if tangents else None)

    def scale(self, scalar: Jet, A: Jet) -> Jet:
        return self._bilinear(self._balls.scale, scalar, A)

    def hadamard(self, A: Jet, B: Jet) -> Jet:
        return self._bilinear(self._balls.hadamard, A, B)

    def product(self, A: Jet, B: Jet) -> Jet:
        return self._bilinear(self._balls.product, A, B)

    def transpose(self, A: Jet) -> Jet:
        return self._linear(self._balls.transpose, A)

    def trace(self, A: Jet) -> Jet:
        return self._linear(self._balls.trace, A)

    def total(self, A: Jet) -> Jet:
        return self._linear(self._balls.total, A)

    def diag(self, A: Jet) -> Jet:
        return self._linear(self._balls.diag, A)

    def diagonal(self, A: Jet) -> Jet:
        return self._linear(self._balls.diagonal, A)

    def gather(self, A: Jet, places: Sequence[int], rows: int, columns: int) -> Jet:
        return self._linear(lambda M: self._balls.gather(M, places, rows, columns), A)

    def peak(self, A: Jet) -> Jet:
        return Jet(self._balls.peak(A.value))  # it does not move while it can be told

    def inverse(self, A: Jet) -> Jet:
        if A.tangent is None:
            return Jet(self._balls.inverse(A.value))
        whole = self._balls.inverse(upper_triangle(A.value, A.tangent))
        return Jet(upper_left(whole), upper_right(whole))

    def det(self, A: Jet) -> Jet:
        if A.tangent is None:
            return Jet(self._balls.det(A.value))
        size = A.value.nrows()
        determinant = _expand_det if size <= LARGEST_EXPANDED else _eliminate_det
        return _jet([determinant(_series(A), size)], 1, 1)

    def power(self, A: Jet, exponent: Any) -> Jet:
        if isinstance(exponent, Jet):
            if exponent.tangent is not None:
                return _each_series(A, lambda s: ball_power(s, _series(exponent)[0]))
            exponent = exponent.value
        if A.tangent is None:
            return Jet(self._balls.power(A.value, exponent))
        return _each_series(A, lambda s: ball_power(s, exponent))

    def map(self, name: str, A: Jet) -> Jet:
        return self.apply(MAPS[name], A)

    def apply(self, row: Map, A: Jet) -> Jet:
        if A.tangent is None:
            return Jet(self._balls.apply(row, A.value))
        return _each_series(A, row.series)

    def matrix_function(self, name: str, A: Jet) -> Jet:
        """Read off f of ``[[V, E], [0, V]]``, as an inverse is."""
        if A.tangent is None:
            return Jet(self._balls.matrix_function(name, A.value))
        whole = self._balls.matrix_function(name, upper_triangle(A.value, A.tangent))
        return Jet(upper_left(whole), upper_right(whole))

    def cholesky(self, A: Jet) -> Jet:
        if A.tangent is None:
            return Jet(self._balls.cholesky(A.value))
        size = A.value.nrows()
        return _jet(cholesky_entries(_series(A), size), size, size)

    def twice(self, A: Jet, E: Jet) -> Jet:
        value = upper_triangle(A.value, E.value)
        if A.tangent is None and E.tangent is None:
            return Jet(value)
        return Jet(value, upper_triangle(A.direction, E.direction))

    def corner(self, A: Jet) -> Jet:
        return self._linear(upper_right, A)

    def raised(self, A: Jet, exponent: Jet) -> Jet:
        """A whole power, read off the same power of ``[[V, E], [0, V]]``."""
        if A.tangent is None:
            return Jet(self._balls.raised(A.value, exponent.value))
        whole = self._balls.raised(upper_triangle(A.value, A.tangent), exponent.value)
        return Jet(upper_left(whole), upper_right(whole))

    def stacked(self, matrices: Sequence[Jet]) -> Jet:
        value = self._balls.stacked([A.value for A in matrices])
        return Jet(value, self._balls.stacked([A.direction for A in matrices]))

    def most(self, last: Jet) -> int:
        return self._balls.most(last.value)

    def up_to(self, number: int, last: Jet, term: Jet) -> Jet:
        return term

    def array(self, entries: Sequence[Jet], rows: int, columns: int) -> Jet:
        value = self._balls.array([entry.value for entry in entries], rows, columns)
        if all(entry.tangent is None for entry in entries):
            return Jet(value)
        tangents = [entry.direction for entry in entries]
        return Jet(value, self._balls.array(tangents, rows, columns))

    def column(self, A: Jet, place: int) -> Jet:
        return self._linear(lambda M: self._balls.column(M, place), A)

    def signs(self, A: Jet) -> Jet:
        return Jet(self._balls.signs(A.value))

    def eigen(self, A: Jet) -> tuple[Jet, Jet]:
        values, vectors = self._balls.eigen(A.value)
        if A.tangent is None:
            return Jet(values), Jet(vectors)
        rates, moves = moved_pairs(A.value, A.tangent, values, vectors)
        return Jet(values, rates), Jet(vectors, moves)

    def singular(self, A: Jet) -> tuple[Jet, Jet, Jet]:
        U, s, V = singular_by_squares(self, A, A.value.nrows() >= A.value.ncols())
        return U, s, V

    def _linear(self, operation: Any, A: Jet) -> Jet:
        tangent = None if A.tangent is None else operation(A.tangent)
        return Jet(operation(A.value), tangent)

    def _bilinear(self, operation: Any, A: Jet, B: Jet) -> Jet:
        """(A + t dA)(B + t dB), up to the first power of t."""
        value = operation(A.value, B.value)
        if A.tangent is None and B.tangent is None:
            return Jet(value)
        if A.tangent is None:
            return Jet(value, operation(A.value, B.tangent))
        tangent = operation(A.tangent, B.value)
        if B.tangent is not None:
            tangent = tangent + operation(A.value, B.tangent)
        return Jet(value, tangent)


def _series(A: Jet) -> list[Any]:
    """The entries as power series of two terms, row by row."""
    pairs = zip(A.value.entries(), A.direction.entries(), strict=True)
    return [arb_series([v, e], 2) for v, e in pairs]


def _jet(entries: Sequence[Any], rows: int, columns: int) -> Jet:
    return Jet(
        arb_mat(rows, columns, [s[0] for s in entries]),
        arb_mat(rows, columns, [s[1] for s in entries]),
    )


def _each_series(A: Jet, function: Any) -> Jet:
    """A function of every entry; nan where the series does not exist (a pole, a zero)."""
    entries = []
    for s in _series(A):
        try:
            entries.append(function(s))
        except (ZeroDivisionError, ValueError):
            entries.append(NAN_SERIES)
    return _jet(entries, A.value.nrows(), A.value.ncols())


def _expand_det(entries: Sequence[Any], size: int) -> Any:
    """Determinant by expansion along the rows, each minor once, without division.

    Elimination would fail at singular matrices, where the derivative exists all the same.
    """
    minors: dict[tuple[int, ...], Any] = {(): arb_series([1], 2)}
    for row in range(size):
        grown: dict[tuple[int, ...], Any] = {}
        for columns in combinations(range(size), row + 1):
            total = arb_series([0], 2)
            for place, column in enumerate(columns):
                rest = columns[:place] + columns[place + 1 :]
                term = entries[row * size + column] * minors[rest]
                total = total - term if (row + place) % 2 else total + term
            grown[columns] = total
        minors = grown
    return minors[tuple(range(size))]


def _eliminate_det(entries: Sequence[Any], size: int) -> Any:
    """Determinant by elimination with the largest pivot; nan if the matrix is singular."""
    rows = [list(entries[i * size : (i + 1) * size]) for i in range(size)]
    result = arb_series([1], 2)
    for k in range(size):
        best = max(range(k, size), key=lambda i: float(rows[i][k][0].abs_lower()))
        if not rows[best][k][0].abs_lower() > 0:
            return NAN_SERIES
        if best != k:
            rows[k], rows[best] = rows[best], rows[k]
            result = -result
        pivot = rows[k][k]
        result = result * pivot
        for i in range(k + 1, size):
            factor = rows[i][k] / pivot
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return result
