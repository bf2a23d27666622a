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


def step(x: Array) -> Array:
    """1 where x > 0, nan where x is nan, else 0; several times faster than heaviside."""
    return np.where(np.isnan(x), x, x > 0)


def closed_step(x: Array) -> Array:
    """1 where x >= 0, nan where x is nan, else 0."""
    return np.where(np.isnan(x), x, x >= 0)


def normpdf(x: Array) -> Array:
    """The standard normal density."""
    return np.exp(-0.5 * np.square(x)) / math.sqrt(2.0 * math.pi)


def log1mexp(x: Array) -> Array:
    """log(1 - e^x) for x < 0, near 0 and far from it."""
    return np.where(x > -math.log(2.0), np.log(-np.expm1(x)), np.log1p(-np.exp(x)))


def logcosh(x: Array) -> Array:
    """log(cosh(x)) without overflow, and without cancellation near 0."""
    y = np.abs(x)
    near = np.log1p(2.0 * np.sinh(0.5 * np.minimum(y, 1.0)) ** 2)
    return np.where(y < 1.0, near, y + np.log1p(np.exp(-2.0 * y)) - math.log(2.0))


def sech2(x: Array) -> Array:
    """1 - tanh(x)^2 = 1/cosh(x)^2 without overflow or cancellation."""
    decay = np.exp(-2.0 * np.abs(x))
    return 4.0 * decay / (1.0 + decay) ** 2


def peak(x: Array) -> float:
    """The largest entry, or 0 where that is infinite."""
    top = x.max()
    return top if -math.inf < top < math.inf else 0.0


def peaks(x: Array, axis: int | tuple[int, int]) -> Array:
    """The largest entries along an axis, or 0 where they are infinite."""
    top = x.max(axis=axis)
    return np.where(np.isfinite(top), top, 0.0)


def norm(x: Array) -> float:
    """The root of the sum of squares; where these leave the range of floats, they are scaled."""
    square = np.vdot(x, x)
    if 1e-30 < square < math.inf:
        return math.sqrt(square)
    return float(norms(x.ravel(), axis=-1))


def norms(x: Array, axis: int | tuple[int, int]) -> Array:
    """The lengths along axes, of entries scaled by the largest."""
    top = np.abs(x).max(axis=axis, keepdims=True)
    scale = np.where((top > 0) & (top < math.inf), top, 1.0)
    return np.sqrt(((x / scale) ** 2).sum(axis=axis)) * np.squeeze(scale, axis=axis)


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


def stacked_sums(x: Array) -> Array:
    """Sums along the last axis; NumPy's own are slow for a few entries, exact for many."""
    if x.shape[-1] < 16:
        return np.einsum("...i->...", x)
    return x.sum(axis=-1)


def require_all_symmetric(S: Array) -> None:
    """Refuse a matrix whose halves differ by more than rounding, each entry on its own scale.

    The scale of an entry is what bounds it in a positive definite matrix: the root of the
    two diagonal entries beside it.
    """
    T = np.swapaxes(S, -1, -2)
    if (S == T).all():
        return
    root = np.sqrt(np.abs(np.diagonal(S, axis1=-2, axis2=-1)))
    scale = root[..., :, None] * root[..., None, :]
    gap = np.abs(S - T)
    is_off = gap > math.sqrt(np.finfo(S.dtype).eps) * scale
    if is_off.any():
        raise np.linalg.LinAlgError(
            f"a matrix is not symmetric: it is off by {gap[is_off].max():.3g}"
        )


def is_regular(A: Array, inverse: Array) -> bool:
    """Whether rounding can tell a matrix, and each of a stack, from a singular one.

    With C = A^-1, it takes a change of column k by 1/sum_j |C_kj A_jk|, each entry relative
    to itself, to make A singular.  No scaling of rows or columns alters that number.
    """
    reach = (np.abs(np.swapaxes(inverse, -1, -2)) * np.abs(A)).sum(axis=-2)
    return not (reach * 64 * np.finfo(A.dtype).eps > 1)[np.isfinite(A).all(axis=(-2, -1))].any()


def stacked_inverse(A: Array) -> Array:
    """The inverses of a stack of matrices; a singular one is refused."""
    try:
        inverse = np.linalg.inv(A)
        if is_regular(A, inverse):
            return inverse
    except np.linalg.LinAlgError:
        pass  # a pivot is exactly zero
    raise np.linalg.LinAlgError("a matrix is singular to working precision")


def stacked_solve(A: Array, B: Array) -> Array:
    """A^-1 B for stacks; a singular matrix is refused."""
    stacked_inverse(A)
    return np.linalg.solve(A, B)


def stacked_cholesky(S: Array) -> Array:
    """The lower Cholesky factors of a stack of positive definite matrices."""
    require_all_symmetric(S)
    factor = np.linalg.cholesky(S)
    squares = np.square(np.diagonal(factor, axis1=-2, axis2=-1))
    if (squares < 1e-8 * np.diagonal(S, axis1=-2, axis2=-1)).any():
        stacked_inverse(S)
    return factor


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
    stacked_inverse(A)
    return value


def reshaped(x: Array, axes: int, *shape: int) -> Array:
    """The last axes in another shape, row by row."""
    return x.reshape(*x.shape[: x.ndim - axes], *shape)


def stacked_kron(A: Array, B: Array) -> Array:
    """The Kronecker products of stacks of matrices."""
    whole = A[..., :, None, :, None] * B[..., None, :, None, :]
    return whole.reshape(*whole.shape[:-4], A.shape[-2] * B.shape[-2], A.shape[-1] * B.shape[-1])


def commutation(rows: int, columns: int) -> Array:
    """The matrix that takes a stacked matrix of this shape to its stacked transpose."""
    size = rows * columns
    return np.eye(size)[np.arange(size).reshape(columns, rows).T.ravel()]


def toeplitz_part(A: Array) -> Array:
    """Each diagonal replaced by its mean."""
    rows, columns = A.shape[-2:]
    offsets = np.arange(columns)[None, :] - np.arange(rows)[:, None] + rows - 1
    counts = np.bincount(offsets.ravel())
    means = np.stack(
        [
            np.diagonal(A, k + 1 - rows, axis1=-2, axis2=-1).sum(axis=-1) / counts[k]
            for k in range(rows + columns - 1)
        ],
        axis=-1,
    )
    return means[..., offsets]


def block_inner(W: Array, B: Array, sizes: tuple[int, int, int, int]) -> Array:
    """The inner products with B of the m x n blocks, p x q each, of W."""
    m, n, p, q = sizes
    return np.einsum("...ipjq,...pq->...ij", W.reshape(*W.shape[:-2], m, p, n, q), B)


def block_sum(W: Array, A: Array, sizes: tuple[int, int, int, int]) -> Array:
    """The sum of the m x n blocks, p x q each, of W, weighted by the entries of A."""
    m, n, p, q = sizes
    return np.einsum("...ipjq,...ij->...pq", W.reshape(*W.shape[:-2], m, p, n, q), A)


def stacked_block(rows: list[list[Array]], axes: int) -> Array:
    """Block matrices (2 axes) or vectors of pieces (1 axis) of stacks."""
    lead = np.broadcast_shapes(*(e.shape[: e.ndim - axes] for row in rows for e in row))
    full = [[np.broadcast_to(e, (*lead, *e.shape[e.ndim - axes :])) for e in row] for row in rows]
    lines = [np.concatenate(row, axis=-1) for row in full]
    return lines[0] if axes == 1 else np.concatenate(lines, axis=-2)


def at_largest(x: Array, axes: int) -> Array:
    """1 at the largest of the entries, which ties share, 0 elsewhere."""
    along = tuple(range(-axes, 0))
    hits = x == x.max(axis=along, keepdims=True)
    return hits / hits.sum(axis=along, keepdims=True)


def whole_count(count: Array) -> int:
    """How many terms a sum has: one whole number, in a batch the same for all."""
    values = np.unique(count)
    if len(values) != 1 or values[0] != np.round(values[0]):
        raise np.linalg.LinAlgError("the number of terms of a sum is not one whole number")
    return int(values[0])


def whole_power(A: Array, exponent: float) -> Array:
    """A square matrix to a whole power; of the inverse if it is negative."""
    if exponent != round(exponent):
        raise np.linalg.LinAlgError(f"the exponent {exponent} of a matrix is not whole")
    base = stacked_inverse(A) if exponent < 0 else A
    return np.linalg.matrix_power(base, abs(round(exponent)))


def stacked_whole_power(A: Array, exponent: Array) -> Array:
    """Square matrices to whole powers, one for each or one for all."""
    powers = np.asarray(exponent)
    shape = np.broadcast_shapes(A.shape[:-2], powers.shape)
    stack = np.broadcast_to(A, (*shape, *A.shape[-2:])).reshape(-1, *A.shape[-2:])
    flat = np.broadcast_to(powers, shape).ravel()
    raised = [whole_power(M, float(k)) for M, k in zip(stack, flat, strict=True)]
    return np.array(raised).reshape(*shape, *A.shape[-2:])
