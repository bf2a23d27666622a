"""Helpers of generated functions that need NumPy alone; their text is copied into files.

Each stands alone: it uses ``np``, ``math`` and other helpers, nothing else.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any  # a NumPy array of float64 or float32, or a stack of them


def softplus(x: Array) -> Array:
    """log(1 + e^x) without overflow; many entries take the faster route."""
    if x.size < 1000:
        return np.logaddexp(0.0, x)
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def peak(x: Array) -> float:
    """The largest entry, or 0 where that is infinite."""
    top = x.max()
    return top if -math.inf < top < math.inf else 0.0


def peaks(x: Array, axis: int | tuple[int, int]) -> Array:
    """The largest entries along an axis, or 0 where they are infinite."""
    top = x.max(axis=axis)
    return np.where(np.isfinite(top), top, 0.0)


def add_diagonal(A: Array, v: Array | float) -> Array:
    """A + diag(v); a number stands for equal entries."""
    total = np.array(A, order="C")
    total.reshape(-1)[:: len(total) + 1] += v
    return total


def stacked_add_diagonal(A: Array, v: Array) -> Array:
    """A + diag(v) for stacks; the last axis of v has length n or 1."""
    return A + v[..., None] * np.eye(A.shape[-1])


def stacked_diagonal(v: Array) -> Array:
    """The diagonal matrices of a stack of vectors."""
    return v[..., None] * np.eye(v.shape[-1])


def stacked_entries(entries: list[Array | float], shape: tuple[int, ...]) -> Array:
    """Arrays of `shape` from their entries, row by row, each a number or a stack."""
    joined = np.stack(np.broadcast_arrays(*entries), axis=-1).astype(float)
    return joined.reshape(joined.shape[:-1] + shape)


def matvec(A: Array, v: Array) -> Array:
    """A v for stacks; one matrix takes all vectors in one product."""
    if A.ndim == 2:
        return v @ A.T
    return (A @ v[..., None])[..., 0]


def require_all_symmetric(S: Array) -> None:
    """Refuse a matrix whose halves differ by more than rounding."""
    gap = np.abs(S - np.swapaxes(S, -1, -2)).max()
    if gap > math.sqrt(np.finfo(S.dtype).eps) * np.abs(S).max():
        raise np.linalg.LinAlgError(f"a matrix is not symmetric: it is off by {gap:.3g}")


def stacked_cholesky(S: Array) -> Array:
    """The lower Cholesky factors of a stack of positive definite matrices."""
    require_all_symmetric(S)
    return np.linalg.cholesky(S)


def stacked_cholesky_solve(L: Array, B: Array) -> Array:
    """(L L')^-1 B for stacks."""
    return np.linalg.solve(np.swapaxes(L, -1, -2), np.linalg.solve(L, B))


def stacked_cholesky_inverse(L: Array) -> Array:
    """(L L')^-1 for stacks."""
    half = np.linalg.inv(L)
    return np.swapaxes(half, -1, -2) @ half


def stacked_cholesky_logdet(L: Array) -> Array:
    """log det(L L') for stacks."""
    return 2.0 * np.log(np.diagonal(L, axis1=-2, axis2=-1)).sum(axis=-1)


def positive_logdet(A: Array) -> Array:
    """log det A; refused where the determinant is not positive."""
    sign, value = np.linalg.slogdet(A)
    if (sign <= 0).any():
        raise np.linalg.LinAlgError("logdet: a determinant is not positive")
    return value
