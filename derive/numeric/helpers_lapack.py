"""Helpers of generated functions that call LAPACK; their text is copied into files.

One Cholesky or LU factorisation serves every solve, inverse and determinant of a matrix.
LAPACK is called directly: SciPy's wrappers cost more than the work below size 50.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from scipy.linalg.lapack import (
    dgees,
    dgetrf,
    dgetri,
    dgetrs,
    dpotrf,
    dpotri,
    dpotrs,
    dtrsyl,
    dtrtri,
)

from derive.numeric.helpers_numpy import is_regular, require_all_symmetric

Array: TypeAlias = Any  # a NumPy array of float64 or float32, or a stack of them


def require_symmetric(S: Array) -> None:
    """Refuse a matrix whose halves differ by more than rounding."""
    if len(S) >= 64 or S.tobytes() != S.tobytes("F"):
        require_all_symmetric(S)


def cholesky(S: Array) -> Array:
    """The lower Cholesky factor of a symmetric positive definite matrix."""
    require_symmetric(S)
    factor, info = dpotrf(S, lower=1)
    if info:
        raise np.linalg.LinAlgError(f"a matrix is not positive definite: leading minor {info}")
    for pivot, entry in zip(factor.diagonal().tolist(), S.diagonal().tolist(), strict=True):
        if pivot * pivot < 1e-8 * entry:
            require_definite(S, factor)
            break
    return factor


def require_definite(S: Array, L: Array) -> None:
    """Refuse a positive definite matrix that rounding cannot tell from a singular one.

    It takes a change of S_kk by 1/(S^-1)_kk to make S singular.
    """
    spread = np.square(dtrtri(L, lower=1)[0]).sum(axis=0)
    if (S.diagonal() * spread).max() * 64 * np.finfo(S.dtype).eps > 1:
        raise np.linalg.LinAlgError("a matrix is singular to working precision")


def cholesky_solve(L: Array, B: Array) -> Array:
    """(L L')^-1 B."""
    return dpotrs(L, B, lower=1)[0]


def cholesky_inverse(L: Array) -> Array:
    """(L L')^-1, exactly symmetric."""
    if len(L) < 64:
        half = dtrtri(L, lower=1)[0]
        return half.T.dot(half)
    # SciPy's LAPACK alone: NumPy's BLAS has threads of its own, and the two would contend
    lower = dpotri(L, lower=1)[0]
    full = lower + lower.T
    full.ravel("K")[:: len(full) + 1] *= 0.5
    return full


def cholesky_logdet(L: Array) -> float:
    """log det(L L')."""
    return float(2.0 * np.log(L.diagonal()).sum())


def lu_factor(A: Array) -> tuple[Array, Array, bool]:
    """The LU factors and pivots of a square matrix, and whether it is invertible.

    Pivots that are not small beside the columns they stand in spare the costlier test.
    """
    largest = np.abs(A).max(axis=0)  # first: beside the factor it would need memory anew
    factor, pivots, info = dgetrf(A)
    if info < 0:
        raise np.linalg.LinAlgError("LU factorisation failed")
    diagonal = np.abs(factor.diagonal())
    if (diagonal > 1e-8 * largest).all():
        return factor, pivots, True
    if not np.isfinite(A).all():
        return factor, pivots, True  # nan comes out, with a warning of its own
    is_invertible = diagonal.all() and is_regular(A, dgetri(factor, pivots, lwork=64 * len(A))[0])
    return factor, pivots, bool(is_invertible)


def require_invertible(lu: tuple[Array, Array, bool]) -> None:
    """Refuse the factor of a singular matrix."""
    if not lu[2]:
        raise np.linalg.LinAlgError("a matrix is singular to working precision")


def lu_solve(lu: tuple[Array, Array, bool], B: Array, transposed: bool = False) -> Array:
    """A^-1 B, or the transpose of A^-1 times B."""
    require_invertible(lu)
    return dgetrs(*lu[:2], B, trans=int(transposed))[0]


def lu_inverse(lu: tuple[Array, Array, bool]) -> Array:
    """A^-1."""
    require_invertible(lu)
    return dgetri(*lu[:2], lwork=64 * len(lu[0]))[0]  # room for blocks of 64 columns


def checked_solve(A: Array, B: Array) -> Array:
    """A^-1 B; a singular matrix is refused."""
    return lu_solve(lu_factor(A), B)


def checked_inverse(A: Array) -> Array:
    """A^-1; a singular matrix is refused."""
    return lu_inverse(lu_factor(A))


def lu_det(lu: tuple[Array, Array, bool]) -> float:
    """det A."""
    factor, pivots, _ = lu
    swaps = np.count_nonzero(pivots != np.arange(len(pivots)))
    return float((-1.0) ** swaps * factor.diagonal().prod())


def lu_logdet(lu: tuple[Array, Array, bool]) -> float:
    """log det A; refused where the determinant is not positive."""
    require_invertible(lu)
    factor, pivots, _ = lu
    diagonal = factor.diagonal()
    swaps = np.count_nonzero(pivots != np.arange(len(pivots)))
    if (-1.0) ** swaps * np.sign(diagonal).prod() <= 0:
        raise np.linalg.LinAlgError("logdet: a determinant is not positive")
    return float(np.log(np.abs(diagonal)).sum())


def schur(A: Array) -> tuple[Array, Array]:
    """The real Schur form of a matrix, and the orthogonal matrix that leads to it."""
    form, _, _, _, vectors, _, info = dgees(lambda *_: 0, A)
    if info:
        raise np.linalg.LinAlgError("a Schur form was not found")
    return form, vectors


def sylvester_solve(A: Array, B: Array, C: Array) -> Array:
    """The matrix X with A X + X B = C; refused where it is not the only one."""
    (R, U), (S, V) = schur(A), schur(B)
    Y, scale, info = dtrsyl(R, S, U.T @ C @ V)
    if info:
        raise np.linalg.LinAlgError(
            "a Sylvester equation A X + X B = C has no unique solution: "
            "A has an eigenvalue that is minus one of B"
        )
    return scale * (U @ Y @ V.T)


def stacked_sylvester_solve(A: Array, B: Array, C: Array) -> Array:
    """``sylvester_solve`` for stacks of matrices."""
    stack = np.broadcast_shapes(A.shape[:-2], B.shape[:-2], C.shape[:-2])
    parts = [
        np.broadcast_to(M, (*stack, *M.shape[-2:])).reshape(-1, *M.shape[-2:]) for M in (A, B, C)
    ]
    solved = [sylvester_solve(*matrices) for matrices in zip(*parts, strict=True)]
    return np.array(solved).reshape(*stack, *C.shape[-2:])
