"""Certified eigenvalues and eigenvectors of symmetric ball matrices, and how they move.

An approximate basis of eigenvectors turns the matrix into one that is nearly diagonal and
has the same eigenvalues.  Each lies in a disc of Gershgorin; a disc that meets no other
holds one eigenvalue, whose eigenvector solves a linear system.  Discs that meet are joined,
and their vectors are nan.  Nothing is read off a rule: the derivative of an eigenpair is
the solution of the bordered system ``[A - lam I, -q; q', 0]``.

A matrix that is not symmetric stands for its symmetric part.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx

from derive.check.maps import NAN, Array

MOST_SWEEPS = 40


def symmetric_part(A: Any) -> Any:
    """(A + A')/2."""
    return (A + A.transpose()) / 2


def eigenpairs(A: Any) -> tuple[Any, Any]:
    """The eigenvalues of the symmetric part, descending, and unit eigenvectors in columns."""
    S, size = symmetric_part(A), A.nrows()
    if not all(x.is_finite() for x in S.entries()):
        return _filled(size, 1), _filled(size, size)
    Q = _approximate_vectors(S)
    try:
        T = Q.inv() * S * Q
    except ZeroDivisionError:
        return _filled(size, 1), _filled(size, size)
    values, vectors = [], []
    for hull, members in _groups(T):
        values.extend([hull] * len(members))
        for k in members:
            lone = len(members) == 1
            vectors.append(_vector(Q, T, k, hull) if lone else [NAN] * size)
    return arb_mat(size, 1, values), arb_mat(vectors).transpose()


def moved_pairs(A: Any, E: Any, values: Any, vectors: Any) -> tuple[Any, Any]:
    """The derivatives of eigenvalues and eigenvectors in the direction E."""
    S, D, size = symmetric_part(A), symmetric_part(E), A.nrows()
    rates, moves = [], []
    for k in range(size):
        q = arb_mat(size, 1, [vectors[i, k] for i in range(size)])
        right = (D * q * -1).tolist()
        rows = [
            [S[i, j] - (values[k, 0] if i == j else 0) for j in range(size)] + [-q[i, 0]]
            for i in range(size)
        ]
        border = [*(q[i, 0] for i in range(size)), arb(0)]
        try:
            solved = arb_mat([*rows, border]).solve(arb_mat([*right, [arb(0)]])).entries()
        except ZeroDivisionError:
            solved = [NAN] * (size + 1)
        moves.append(solved[:-1])
        rates.append(solved[-1])
    return arb_mat(size, 1, rates), arb_mat(moves).transpose()


def column_signs(A: Any) -> Any:
    """For each column the sign of its largest entry; nan where that is not certain."""
    return arb_mat(1, A.ncols(), [_leading_sign(list(c)) for c in zip(*A.tolist(), strict=True)])


def _filled(rows: int, columns: int) -> Any:
    return arb_mat(rows, columns, [NAN] * (rows * columns))


def _leading_sign(column: list[Any]) -> Any:
    if not all(x.is_finite() for x in column):
        return NAN
    top = max(column, key=lambda x: abs(float(x.mid())))
    rivals = [x for x in column if abs(x).overlaps(abs(top))]
    for sign in (1, -1):
        if all(x * sign > 0 for x in rivals):
            return arb(sign)
    return NAN


def _vector(Q: Any, T: Any, k: int, value: Any) -> list[Any]:
    """The unit eigenvector for an isolated eigenvalue, its largest entry positive."""
    size = T.nrows()
    rest = [i for i in range(size) if i != k]
    weights = [arb(1)] * size
    if rest:
        rows = [[T[i, j] - (value if i == j else 0) for j in rest] for i in rest]
        try:
            solved = arb_mat(rows).solve(arb_mat([[-T[i, k]] for i in rest])).entries()
        except ZeroDivisionError:
            return [NAN] * size
        for i, weight in zip(rest, solved, strict=True):
            weights[i] = weight
    v = (Q * arb_mat(size, 1, weights)).entries()
    length = sum((x * x for x in v), arb(0)).sqrt()
    sign = _leading_sign(v)
    return [sign * x / length for x in v]


def _groups(T: Any) -> list[tuple[Any, list[int]]]:
    """Discs that meet, joined: an interval and the columns of T that belong to it, descending."""
    size = T.nrows()
    discs = []
    for i in range(size):
        radius = sum((abs(T[i, j]) for j in range(size) if j != i), arb(0)).abs_upper()
        discs.append((T[i, i] + arb(0, radius), [i]))
    discs.sort(key=lambda disc: disc[0].mid(), reverse=True)
    joined: list[tuple[Any, list[int]]] = []
    for interval, members in discs:
        while joined and joined[-1][0].overlaps(interval):
            other, earlier = joined.pop()
            interval, members = interval.union(other), [*earlier, *members]
        joined.append((interval, members))
    return joined


def _approximate_vectors(S: Any) -> Any:
    """Columns close to an orthonormal basis of eigenvectors, by rotations of Jacobi."""
    size = S.nrows()
    A = [[x.mid() for x in row] for row in S.tolist()]
    Q = [[arb(int(i == j)) for j in range(size)] for i in range(size)]
    scale = max((abs(x) for row in A for x in row), default=arb(0))
    small = scale * arb(2) ** (-ctx.prec)
    for _ in range(MOST_SWEEPS):
        pairs = [(i, j) for i in range(size) for j in range(i) if abs(A[i][j]) > small]
        if not pairs:
            break
        for i, j in pairs:
            _rotate(A, Q, i, j)
    return arb_mat(Q)


def _rotate(A: list[list[Any]], Q: list[list[Any]], i: int, j: int) -> None:
    """Make entry (i, j) zero by a rotation in the plane of i and j, without error bounds."""
    if not abs(A[i][j]) > 0:
        return
    ratio = ((A[j][j] - A[i][i]) / (2 * A[i][j])).mid()
    tangent = 1 / (abs(ratio) + (1 + ratio * ratio).sqrt())
    tangent = -tangent if ratio < 0 else tangent
    c = (1 / (1 + tangent * tangent).sqrt()).mid()
    s = (tangent * c).mid()
    for row in (*A, *Q):
        row[i], row[j] = (c * row[i] - s * row[j]).mid(), (s * row[i] + c * row[j]).mid()
    first, second = A[i], A[j]
    A[i] = [(c * x - s * y).mid() for x, y in zip(first, second, strict=True)]
    A[j] = [(s * x + c * y).mid() for x, y in zip(first, second, strict=True)]


# --- batches of floats ------------------------------------------------------------------


def float_signs(A: Array) -> Array:
    """For each column of a batch the sign of its largest entry."""
    top = np.abs(A).argmax(axis=1, keepdims=True)
    return np.asarray(np.where(np.take_along_axis(A, top, axis=1) < 0, -1.0, 1.0))


def float_eigenpairs(A: Array) -> tuple[Array, Array]:
    """Eigenvalues and eigenvectors of a batch; nan where an entry is not finite."""
    is_usable = np.isfinite(A).all(axis=(1, 2), keepdims=True)
    S = np.where(is_usable, (A + np.swapaxes(A, 1, 2)) / 2, 0.0)
    values, Q = np.linalg.eigh(S)
    values, Q = values[:, ::-1, None], Q[:, :, ::-1]
    Q = Q * float_signs(Q)
    return np.where(is_usable, values, np.nan), np.where(is_usable, Q, np.nan)


def float_singular(A: Array) -> tuple[Array, Array, Array]:
    """The singular value decomposition of a batch; nan where an entry is not finite."""
    is_usable = np.isfinite(A).all(axis=(1, 2), keepdims=True)
    U, s, Vt = np.linalg.svd(np.where(is_usable, A, 0.0), full_matrices=False)
    V = np.swapaxes(Vt, 1, 2)
    signs = float_signs(V)
    parts = (U * signs, s[:, :, None], V * signs)
    U, s, V = (np.where(is_usable, part, np.nan) for part in parts)
    return U, s, V
