"""Functions of matrices in doubles by SciPy and by definition; derivatives are differences."""

from __future__ import annotations

import warnings

import flint
import matrix_oracle
import mpmath
import numpy as np
import scipy.linalg
import scipy.special

from derive.check.precision import working_precision


def quick_logm(A):
    """By eigenvectors where they are well conditioned: SciPy's own takes milliseconds."""
    values, vectors = np.linalg.eig(A)
    if np.linalg.cond(vectors) > 100:
        return scipy.linalg.logm(A)
    return vectors @ np.diag(np.log(values.astype(complex))) @ np.linalg.inv(vectors)


def principal(function):
    """The function where it is real and SciPy is sure of it; LinAlgError elsewhere."""

    def value(A):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found = function(A)
            except Warning as warning:
                raise np.linalg.LinAlgError(str(warning)) from None
        if np.abs(np.imag(found)).max() > 1e-12 * (1 + np.abs(found).max()):
            raise np.linalg.LinAlgError("not real")
        return np.real(found)

    return value


FUNCTIONS = {
    "expm": scipy.linalg.expm,
    "logm": principal(quick_logm),
    "sqrtm": principal(scipy.linalg.sqrtm),
    "sinm": scipy.linalg.sinm,
    "cosm": scipy.linalg.cosm,
}

# central differences of order eight
WEIGHTS = ((1, 4 / 5), (2, -1 / 5), (3, 4 / 105), (4, -1 / 280))
STEP = 0.01


def slope(name, A, *directions):
    """A derivative by differences: the first in doubles, others at high precision."""
    if len(directions) == 1:
        h = STEP / max(1e-300, np.abs(directions[0]).max())
        f, E = FUNCTIONS[name], h * directions[0]
        return sum(w / h * (f(A + k * E) - f(A - k * E)) for k, w in WEIGHTS)
    exact = [np.frompyfunc(flint.arb, 1, 1)(matrix) for matrix in (A, *directions)]
    with working_precision(matrix_oracle.BITS):
        return matrix_oracle.matrix_function(name, *exact).astype(float)


def cofactors(A):
    """The adjugate by minors."""
    size = len(A)
    out = np.ones((size, size))
    for i in range(size):
        for j in range(size):
            minor = np.delete(np.delete(A, i, axis=0), j, axis=1)
            out[j, i] = (-1) ** (i + j) * (np.linalg.det(minor) if size > 1 else 1.0)
    return out


def masked(kind, shape):
    """The entries of a mask, from its name."""
    rows, columns = np.indices(shape)
    lower = rows > columns if "lower" in kind else rows < columns
    on = {"strict": 0.0, "half": 0.5}.get(next((w for w in ("strict", "half") if w in kind), ""), 1)
    return lower * 1.0 + (rows == columns) * on


def matrix_value(node, args, shape):
    """The value of an operator on matrices; None if it is another operator."""
    match node.op:
        case "mask":
            return masked(node.data, shape)
        case "polygamma":
            return scipy.special.polygamma(node.data, args[0])
        case "besseli":
            return np.vectorize(lambda v, x: float(mpmath.besseli(v, x)))(*args)
        case "gammainc" | "betainc" | "gammaincinv" | "betaincinv":
            return getattr(scipy.special, node.op)(*args)
        case "normquantile":
            return scipy.special.ndtri(args[0])
        case "zeta":
            return np.vectorize(lambda s: float(mpmath.zeta(s, 1, node.data)))(args[0])
        case "matrixmap":
            return FUNCTIONS[node.data](args[0])
        case "frechet":
            return slope(node.data, *args)
        case "cholesky":
            return scipy.linalg.cholesky((args[0] + args[0].T) / 2, lower=True)
        case "adjugate":
            return cofactors(args[0])
        case "pinv":
            return np.linalg.lstsq(args[0], np.eye(len(args[0])), rcond=None)[0]
    return None
