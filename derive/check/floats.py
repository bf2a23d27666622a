"""Batches of float matrices, a number type as ``numbers`` asks for it: many points at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from derive.check.maps import MAPS, Array, Map
from derive.check.matrix_functions import float_cholesky, float_function
from derive.check.numbers import CONSTANTS
from derive.check.spectra import float_eigenpairs, float_signs, float_singular

WORST_CONDITION = 1e9  # float inverses past this are left to a better point


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
        if not matrices:
            return np.zeros((1, 0, 1))
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
