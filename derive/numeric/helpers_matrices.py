"""Helpers of generated functions: functions of matrices, real for real matrices.

Each takes one matrix or a stack.  SciPy answers a logarithm or a root on the negative
real axis by a complex or an arbitrary matrix; here it is refused.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from scipy.linalg import cosm, expm, expm_frechet, logm, sinm, solve_sylvester, sqrtm

from derive.numeric.helpers_spectral import finite_svd

Array: TypeAlias = Any  # a NumPy array of float64 or float32, or a stack of them


def each_matrix(function: Any, *arrays: Array) -> Array:
    """A function of each matrix of a stack, or of the corresponding ones of several."""
    if max(array.ndim for array in arrays) == 2:
        return function(*arrays)
    together = np.broadcast_arrays(*arrays)
    shape = together[0].shape
    flat = [array.reshape(-1, *shape[-2:]) for array in together]
    return np.array([function(*matrices) for matrices in zip(*flat, strict=True)]).reshape(shape)


def require_off_cut(A: Array) -> None:
    """Refuse an eigenvalue on the closed negative real axis."""
    values = np.linalg.eigvals(A)
    small = np.finfo(A.dtype).eps * len(A) * np.abs(values).max()
    if ((values.real <= small) & (np.abs(values.imag) <= small)).any():
        raise np.linalg.LinAlgError(
            "a matrix has an eigenvalue on the closed negative real axis, where a logarithm "
            "or a square root has no principal value"
        )


def matrix_exp(A: Array) -> Array:
    """The exponential."""
    return each_matrix(expm, A)


def matrix_sin(A: Array) -> Array:
    """The sine."""
    return each_matrix(sinm, A)


def matrix_cos(A: Array) -> Array:
    """The cosine."""
    return each_matrix(cosm, A)


def one_log(A: Array) -> Array:
    """The principal logarithm of one matrix."""
    require_off_cut(A)
    return np.real(logm(A))


def matrix_log(A: Array) -> Array:
    """The principal logarithm."""
    return each_matrix(one_log, A)


def one_sqrt(A: Array) -> Array:
    """The principal square root of one matrix."""
    require_off_cut(A)
    return np.real(sqrtm(A))


def matrix_sqrt(A: Array) -> Array:
    """The principal square root."""
    return each_matrix(one_sqrt, A)


def one_exp_slope(A: Array, E: Array) -> Array:
    """The derivative of the exponential of one matrix."""
    return expm_frechet(A, E, compute_expm=False)


def exp_slope(A: Array, E: Array) -> Array:
    """The derivative of the exponential at A along E."""
    return each_matrix(one_exp_slope, A, E)


def one_sqrt_slope(R: Array, E: Array) -> Array:
    """The solution of one equation R X + X R = E."""
    return solve_sylvester(R, R, E)


def sqrt_slope(R: Array, E: Array) -> Array:
    """The derivative of the square root along E, from the root: R X + X R = E."""
    return each_matrix(one_sqrt_slope, R, E)


def blocks(A: Array, E: Array) -> Array:
    """[[A, E], [0, A]]."""
    return np.block([[A, E], [np.zeros_like(A), A]])


def matrix_slope(function: Any, A: Array, *directions: Array) -> Array:
    """The derivative of a matrix function: the corner of its value at a triangle of blocks."""
    whole, *spread = np.broadcast_arrays(A, *directions)
    size = whole.shape[-1]
    for count, along in enumerate(spread):
        for _ in range(count):
            along = blocks(along, np.zeros_like(along))
        whole = blocks(whole, along)
    return function(whole)[..., :size, -size:]


def adjugate(A: Array) -> Array:
    """The adjugate, of singular matrices too."""
    U, s, Vt = finite_svd(A)
    others = np.where(np.eye(A.shape[-1], dtype=bool), 1.0, s[..., None, :]).prod(axis=-1)
    sign = np.linalg.det(U) * np.linalg.det(Vt)
    V, Ut = np.swapaxes(Vt, -1, -2), np.swapaxes(U, -1, -2)
    return sign[..., None, None] * ((V * others[..., None, :]) @ Ut)
