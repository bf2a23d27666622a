"""Functions of matrices at high precision by mpmath; derivatives are differences.

Object arrays of flint's ``arb``, of which the midpoint counts, as in
``random_expressions.py``.  Nothing here knows a rule, a block matrix or a Sylvester equation.
"""

from __future__ import annotations

import flint
import mpmath
import numpy as np
import scipy.special

BITS = 1100
STEP = mpmath.mpf(2) ** -180

FUNCTIONS = {
    "expm": mpmath.expm,
    "logm": mpmath.logm,
    "sqrtm": mpmath.sqrtm,
    "sinm": mpmath.sinm,
    "cosm": mpmath.cosm,
}


class NoValueError(ZeroDivisionError):
    """The point lies outside the domain: an eigenvalue on the closed negative real axis."""


def _to_mp(matrix):
    def number(x):
        mantissa, exponent = flint.arb(x).mid().man_exp()
        return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))

    return mpmath.matrix([[number(x) for x in row] for row in matrix])


def _from_mp(matrix):
    def ball(x):
        x = mpmath.mpf(mpmath.re(x))
        sign, mantissa, exponent, _ = x._mpf_
        return flint.arb(-int(mantissa) if sign else int(mantissa)) * flint.arb(2) ** int(exponent)

    rows, columns = matrix.rows, matrix.cols
    out = np.empty((rows, columns), dtype=object)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = ball(matrix[i, j])
    return out


def _slope(function, A, directions):
    if not directions:
        return function(A)
    E, *others = directions
    ahead, back = (_slope(function, A + sign * STEP * E, others) for sign in (1, -1))
    return (ahead - back) / (2 * STEP)


def _require_real(matrix):
    if max(abs(mpmath.im(x)) for x in matrix) > mpmath.mpf(10) ** -40:
        raise NoValueError("no real value")


def matrix_function(name, A, *directions):
    """A function of a matrix, or its derivative along directions."""
    with mpmath.workprec(BITS):
        base = _to_mp(A)
        if name in {"logm", "sqrtm"}:
            is_number = base.rows == 1
            values = list(base) if is_number else mpmath.eig(base, left=False, right=False)
            if any(abs(mpmath.im(v)) < 1e-6 and mpmath.re(v) < 1e-6 for v in values):
                raise NoValueError("on the cut")
        value = _slope(FUNCTIONS[name], base, [_to_mp(E) for E in directions])
        _require_real(value)
        return _from_mp(value)


def cholesky(A):
    """The lower factor of the symmetric part."""
    with mpmath.workprec(BITS):
        matrix = _to_mp(A)
        return _from_mp(mpmath.cholesky((matrix + matrix.T) / 2))


def adjugate(A):
    """By minors."""
    size = len(A)
    out = np.empty((size, size), dtype=object)
    for i in range(size):
        for j in range(size):
            minor = np.delete(np.delete(A, i, axis=0), j, axis=1)
            value = flint.arb_mat(minor.tolist()).det() if size > 1 else flint.arb(1)
            out[j, i] = value if (i + j) % 2 == 0 else -value
    return out


def pinv(A):
    """By singular values; those below 10^-60 are zero."""
    with mpmath.workprec(BITS):
        matrix = _to_mp(A)
        is_wide = matrix.rows < matrix.cols
        U, s, V = mpmath.svd_r(matrix.T if is_wide else matrix)
        inverses = [1 / x if x > mpmath.mpf(10) ** -60 else mpmath.mpf(0) for x in s]
        result = V.T * mpmath.diag(inverses) * U.T
        return _from_mp(result.T if is_wide else result)


def polygamma(order, x):
    """By the Hurwitz zeta function."""
    value = flint.acb(order + 1).zeta(flint.acb(x)).real * flint.arb(order).fac()
    return value if order % 2 else -value


def besseli(order, x):
    """By mpmath."""
    with mpmath.workprec(BITS):
        return _from_mp(mpmath.matrix([[mpmath.besseli(*(_mp(t) for t in (order, x)))]]))[0, 0]


def zeta(times, s):
    """By mpmath."""
    with mpmath.workprec(BITS):
        return _from_mp(mpmath.matrix([[mpmath.zeta(_mp(s), 1, times)]]))[0, 0]


def incomplete(op, *numbers):
    """By mpmath, the inverses by its root finder from SciPy's value on."""
    with mpmath.workprec(BITS):
        *shapes, x = (_mp(t) for t in numbers)
        shares = {
            "gammainc": lambda y: mpmath.gammainc(shapes[0], 0, y, regularized=True),
            "betainc": lambda y: mpmath.betainc(*shapes, 0, y, regularized=True),
            "normquantile": mpmath.ncdf,
        }
        if op in shares and op != "normquantile":
            found = shares[op](x)
        else:
            start = getattr(scipy.special, {"normquantile": "ndtri"}.get(op, op))
            first = mpmath.mpf(float(start(*map(float, (*shapes, x)))))
            share = shares[op.removesuffix("inv")]
            found = mpmath.findroot(lambda y: share(y) - x, first)
        return _from_mp(mpmath.matrix([[found]]))[0, 0]


def _mp(x):
    return _to_mp(np.array([[x]], dtype=object))[0, 0]


def mask(kind, rows, columns):
    """Entries by place."""
    out = np.empty((rows, columns), dtype=object)
    on = {"strict_": 0, "half": flint.arb(1) / 2}
    diagonal = next((value for word, value in on.items() if word in kind), 1)
    for i in range(rows):
        for j in range(columns):
            inside = i > j if "lower" in kind else i < j
            out[i, j] = flint.arb(diagonal if i == j else int(inside))
    return out
