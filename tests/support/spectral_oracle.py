"""Eigenvalues and singular values in high precision, by flint's approximate eigenvalues.

Only midpoints are used.  A value, or the vector, of an eigenvalue that is not simple raises
``KinkError``: there the function has a kink.
"""

from __future__ import annotations

import flint
import numpy as np

CLOSEST = flint.arb(2) ** -40


class KinkError(Exception):
    """The point lies on a kink: eigenvalues that coincide, the norm of something that is zero."""


def _mid(x):
    return flint.arb(x).mid()


def eigenpairs(matrix):
    """Eigenvalues, descending, and eigenvectors whose largest entry is positive."""
    size = len(matrix)
    S = flint.acb_mat([[_mid((matrix[i, j] + matrix[j, i]) / 2) for j in range(size)]
                       for i in range(size)])  # fmt: skip
    if size == 1:
        return [S[0, 0].real], np.array([[flint.arb(1)]], dtype=object)
    values, vectors = S.eig(right=True, algorithm="approx")
    order = sorted(range(size), key=lambda k: values[k].real, reverse=True)
    columns = []
    for k in order:
        column = [vectors[i, k] for i in range(size)]
        top = max(column, key=lambda x: float(abs(x).mid()))
        real = [_mid((x / top).real) for x in column]
        length = sum((x * x for x in real), flint.arb(0)).sqrt()
        columns.append([_mid(x / length) for x in real])
    return [_mid(values[k].real) for k in order], np.array(columns, dtype=object).T


def require_simple(values, places):
    """Raise unless the eigenvalues at some places are apart from all others."""
    scale = max((abs(x) for x in values), default=flint.arb(0))
    for k in places:
        for j, other in enumerate(values):
            if j != k and not abs(other - values[k]) > CLOSEST * scale:
                raise KinkError


def singular(matrix):
    """U, s, V from the eigenpairs of the smaller square; the largest entry of V is positive."""
    rows, columns = matrix.shape
    if rows >= columns:
        squares, V = eigenpairs(matrix.T @ matrix)
        if not all(x > 0 for x in squares):
            raise KinkError
        s = [_mid(x.sqrt()) for x in squares]
        return matrix @ V / np.array(s, dtype=object), s, V
    V, s, U = singular(matrix.T)
    for k in range(rows):
        if max(V[:, k], key=lambda x: float(abs(x))) < 0:
            U[:, k], V[:, k] = -U[:, k], -V[:, k]
    return U, s, V


def _vector(entries):
    return np.array([[x] for x in entries], dtype=object)


def _resolvent(S, value, q):
    """The corner of the inverse of [value I - S, q; q', 0]."""
    size = len(S)
    rows = [[value * int(i == j) - S[i, j] for j in range(size)] + [q[i]] for i in range(size)]
    inverse = flint.arb_mat([*rows, [*q, flint.arb(0)]]).inv().tolist()
    return np.array([row[:size] for row in inverse[:size]], dtype=object)


def spectral_value(op, matrix):
    """The value of an operator of the family; None if it is none."""
    if op == "gaps":
        v = list(matrix[:, 0])
        require_simple(v, range(len(v)))
        rows = [[flint.arb(0) if i == j else 1 / (v[j] - v[i]) for j in range(len(v))]
                for i in range(len(v))]  # fmt: skip
        return np.array(rows, dtype=object)
    if op.startswith(("eig", "lambda", "resolvent")):
        values, Q = eigenpairs(matrix)
        k = {"max": 0, "min": len(values) - 1}.get(op.rpartition("_")[2])
        require_simple(values, range(len(values)) if k is None else [k])
        if op == "eigvals":
            return _vector(values)
        if op == "eigvecs":
            return Q
        if op.startswith("lambda"):
            return _vector([values[k]])
        if op.startswith("eigvec"):
            return Q[:, [k]]
        return _resolvent((matrix + matrix.T) / 2, values[k], Q[:, k])
    if op in {"svdvals", "leftvecs", "rightvecs", "specnorm", "leftvec_max", "rightvec_max",
              "nucnorm", "polar"}:  # fmt: skip
        U, s, V = singular(matrix)
        first = op in {"specnorm", "leftvec_max", "rightvec_max"}
        if op not in {"nucnorm", "polar"}:
            require_simple(s, [0] if first else range(len(s)))
        return {
            "svdvals": lambda: _vector(s), "leftvecs": lambda: U, "rightvecs": lambda: V,
            "specnorm": lambda: _vector(s[:1]), "leftvec_max": lambda: U[:, [0]],
            "rightvec_max": lambda: V[:, [0]], "nucnorm": lambda: _vector([sum(s)]),
            "polar": lambda: U @ V.T,
        }[op]()  # fmt: skip
    return None
