"""Functions of matrices in balls and in floats.

The exponential is Arb's own.  The square root is the Newton iteration of Denman and
Beavers in balls; its distance to the root follows from the residual.  The logarithm is a
series at a repeated square root.  None needs the matrix to be diagonalisable, so a
triangle of blocks ``[[A, E], [0, A]]`` can be put in, whose corner is the derivative.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import flint
import numpy as np
import scipy.linalg
from flint import acb_mat, arb, arb_mat, arb_series

from derive.check.maps import NAN, NAN_SERIES, Array
from derive.check.precision import working_precision

GUARD_BITS = 64  # what the iterations may lose by rounding
MOST_STEPS = 60
MOST_ROOTS = 40
NEAR = arb(2) ** -6  # how near to the identity the series of the logarithm begins

# --- blocks ---------------------------------------------------------------------------


def upper_triangle(A: Any, E: Any) -> Any:
    """``[[A, E], [0, A]]``."""
    size, V, D = A.nrows(), A.tolist(), E.tolist()
    rows = [[*V[k], *D[k]] for k in range(size)]
    return arb_mat(rows + [[arb(0)] * size + V[k] for k in range(size)])


def upper_left(A: Any) -> Any:
    """The first quarter of a matrix of blocks."""
    half = A.nrows() // 2
    return arb_mat([row[:half] for row in A.tolist()[:half]])


def upper_right(A: Any) -> Any:
    """The second quarter of a matrix of blocks."""
    half = A.nrows() // 2
    return arb_mat([row[half:] for row in A.tolist()[:half]])


# --- balls ----------------------------------------------------------------------------


def _rotation(A: Any) -> Any:
    """exp(iA) = cos A + i sin A."""
    return (acb_mat(A) * flint.acb(0, 1)).exp()


def _identity(size: int) -> Any:
    return arb_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def _undefined(A: Any) -> Any:
    return arb_mat(A.nrows(), A.ncols(), [NAN] * (A.nrows() * A.ncols()))


def _norm(A: Any) -> Any:
    """An upper bound of the largest row sum, as an exact ball."""
    sums = (sum((abs(x) for x in row), arb(0)).abs_upper() for row in A.tolist())
    return max(sums, default=arb(0))


def _widened(A: Any, radius: Any) -> Any:
    """Every entry with a larger radius."""
    entries = [x + arb(0, radius) for x in A.entries()]
    return arb_mat(A.nrows(), A.ncols(), entries)


def _root(A: Any) -> Any:
    """The principal square root; nan where it is not found, as on the negative real axis.

    The iterates Y are rational functions of A, and ``Y = R W`` with R the root and the
    eigenvalues of W in the right half plane.  So ``W W = I + D`` with a small D makes W the
    principal root of ``I + D``, and ``|W^-1 - I| <= |D| / (1 - |D|)``.
    """
    with working_precision(flint.ctx.prec + GUARD_BITS):
        one = _identity(A.nrows())
        scale = _power_of_four(_norm(A))
        try:
            start = A * (1 / scale)
            inverse = start.inv()
            Y, Z = start, one
            best, gap = None, arb(1)
            for _ in range(MOST_STEPS):
                Y, Z = (Y + Z.inv()) * arb(0.5), (Z + Y.inv()) * arb(0.5)
                residual = _norm(Y * Y * inverse - one)
                if not residual.is_finite() or (best is not None and not residual < gap):
                    break
                if residual < arb(0.5):
                    best, gap = Y, residual
        except ZeroDivisionError:
            return _undefined(A)
        if best is None:
            return _undefined(A)
        root = _widened(best, _norm(best) * gap / (1 - gap))
        return root * scale.sqrt()


def _power_of_four(norm: Any) -> Any:
    """A power of four near a norm, so that the iteration begins near the identity."""
    if not (norm.is_finite() and norm > 0):
        return arb(1)
    mantissa, exponent = norm.mid().man_exp()
    return arb(4) ** ((int(exponent) + int(mantissa).bit_length()) // 2)


def _logarithm(A: Any) -> Any:
    """The principal logarithm: ``2^s`` times the series at the root of degree ``2^s``."""
    with working_precision(flint.ctx.prec + GUARD_BITS):
        one, root, count = _identity(A.nrows()), A, 0
        while not _norm(root - one) < NEAR:
            if count == MOST_ROOTS or not _norm(root).is_finite():
                return _undefined(A)
            root, count = _root(root), count + 1
        # log B = 2 artanh T with T = (B - I)(B + I)^-1
        T = (root - one) * (root + one).inv()
        square, term, total, k = T * T, T, T, 1
        size = _norm(T)
        rest = size**2 / (1 - size**2)
        while rest * size ** (2 * k - 1) > arb(2) ** (-flint.ctx.prec):
            term = term * square
            total = total + term * (1 / arb(2 * k + 1))
            k += 1
        return _widened(total, size ** (2 * k - 1) * rest) * (arb(2) ** (count + 1))


BALL_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "expm": lambda A: A.exp(),
    "logm": _logarithm,
    "sqrtm": _root,
    "sinm": lambda A: _rotation(A).imag,
    "cosm": lambda A: _rotation(A).real,
}


def cholesky_entries(entries: Sequence[Any], size: int) -> list[Any]:
    """The lower factor of a symmetric matrix, row by row, of numbers or of power series."""
    is_series = isinstance(entries[0], arb_series)
    zero, nothing = (arb_series([0], 2), NAN_SERIES) if is_series else (arb(0), NAN)
    L = [[zero] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = entries[i * size + j]
            for k in range(j):
                rest = rest - L[i][k] * L[j][k]
            if i == j:
                first = rest[0] if is_series else rest
                if not first > 0:
                    return [nothing] * (size * size)
                L[i][i] = rest.sqrt()
            else:
                L[i][j] = rest / L[j][j]
    return [x for row in L for x in row]


# --- floats ---------------------------------------------------------------------------

_FLOAT_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "expm": scipy.linalg.expm,
    "logm": lambda A: np.asarray(scipy.linalg.logm(A)),
    "sqrtm": scipy.linalg.sqrtm,
    "sinm": scipy.linalg.sinm,
    "cosm": scipy.linalg.cosm,
}


_SPECTRAL: dict[str, Callable[[Array], Array]] = {"logm": np.log, "sqrtm": np.sqrt}
ON_THE_CUT = 1e-14  # how near to the negative real axis counts as on it, relatively
WORST_BASIS = 1e3  # eigenvectors past this condition are not divided by


def float_function(name: str, A: Array) -> Array:
    """A function of each matrix of a batch; nan where it is not real or not found."""
    return _each_matrix(A, lambda matrix: _real(_of_floats(name, matrix)))


def _of_floats(name: str, A: Array) -> Array:
    """By eigenvectors where these are well conditioned, which is many times faster."""
    if name in _SPECTRAL:
        values, vectors = np.linalg.eig(A)
        small = ON_THE_CUT * np.abs(values).max()
        if ((values.real <= small) & (np.abs(values.imag) <= small)).any():
            return np.full(A.shape, np.nan)  # SciPy answers by some finite matrix
        if np.linalg.cond(vectors) < WORST_BASIS:
            roots = _SPECTRAL[name](values.astype(complex))
            return np.asarray((vectors * roots) @ np.linalg.inv(vectors))
    return _FLOAT_FUNCTIONS[name](A)


def _real(value: Any) -> Any:
    if not np.iscomplexobj(value):
        return value
    is_real = np.abs(value.imag).max() <= 1e-12 * (1 + np.abs(value.real).max())
    return value.real if is_real else np.full(value.shape, np.nan)


def float_cholesky(A: Array) -> Array:
    """The lower factor of each matrix of a batch; nan where it is not definite."""
    return _each_matrix(A, np.linalg.cholesky)


def _each_matrix(A: Array, function: Callable[[Array], Array]) -> Array:
    out = np.full(A.shape, np.nan)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for k, matrix in enumerate(A):
            if np.isfinite(matrix).all():
                try:
                    out[k] = function(matrix)
                except (np.linalg.LinAlgError, ValueError):
                    continue
    return out
