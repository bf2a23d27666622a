"""Helpers of generated functions for eigenvalues and singular values; copied into files.

All take leading batch axes.  Values descend; of an eigenvector, and of a right singular
vector, the largest entry is positive.  A matrix stands for its symmetric part.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any  # a NumPy array of float64 or float32, or a stack of them


def column_signs(V: Array) -> Array:
    """The signs of the largest entries of the columns."""
    top = np.abs(V).argmax(axis=-2)[..., None, :]
    return np.where(np.take_along_axis(V, top, axis=-2) < 0, -1.0, 1.0)


def eigen(S: Array) -> tuple[Array, Array]:
    """Eigenvalues, descending, and orthonormal eigenvectors in columns."""
    values, Q = np.linalg.eigh((S + np.swapaxes(S, -1, -2)) / 2)
    Q = Q[..., ::-1]
    return values[..., ::-1], Q * column_signs(Q)


def eigen_values(S: Array) -> Array:
    """Eigenvalues, descending."""
    return np.linalg.eigvalsh((S + np.swapaxes(S, -1, -2)) / 2)[..., ::-1]


def finite_svd(A: Array) -> tuple[Array, Array, Array]:
    """NumPy's decomposition; nan for a matrix with nan or inf, on which LAPACK may never end."""
    is_lost = ~np.isfinite(A).all(axis=(-2, -1))
    parts = np.linalg.svd(np.where(is_lost[..., None, None], 0.0, A), full_matrices=False)
    for part in parts:
        part[is_lost] = np.nan
    return parts


def finite_pinv(A: Array) -> Array:
    """The pseudo-inverse; nan for a matrix with nan or inf."""
    is_lost = ~np.isfinite(A).all(axis=(-2, -1))
    result = np.linalg.pinv(np.where(is_lost[..., None, None], 0.0, A))
    result[is_lost] = np.nan
    return result


def svd(A: Array) -> tuple[Array, Array, Array]:
    """Left singular vectors in columns, singular values, right singular vectors in columns."""
    U, values, Vt = finite_svd(A)
    V = np.swapaxes(Vt, -1, -2)
    signs = column_signs(V)
    return U * signs, values, V * signs


def reduced_resolvent(pairs: tuple[Array, Array], place: int) -> Array:
    """The pseudo-inverse of ``values[place] I - A``."""
    values, Q = pairs
    gaps = values[..., place, None] - values
    gaps[..., place] = np.inf
    return (Q / gaps[..., None, :]) @ np.swapaxes(Q, -1, -2)


def reciprocal_gaps(v: Array) -> Array:
    """The matrix of ``1/(v_j - v_i)``, 0 on its diagonal."""
    differences = v[..., None, :] - v[..., :, None]
    return np.where(np.eye(v.shape[-1]) == 0, 1.0, 0.0) / (differences + np.eye(v.shape[-1]))
