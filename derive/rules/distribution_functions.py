"""Distribution functions of kernels: the mass up to a value, where it has a closed form.

A row says for which natural parameters the integral (the sum) of a kernel from its lower end
is known, and what share of the total it is.  A law gets its distribution function from the
row and its standard form; nothing is listed per law.

Letters: ``y`` is the value, ``a`` and ``b`` the natural parameters, ``r`` or ``s, t`` what the
kernel is given beside them.  To add a fact, append a row: the truth test sums the kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Expr, Integer, Rational, asin, atan, binomial, erf, exp, factorial, log, pi, sqrt

from derive.language.sympy_incomplete import (
    betainc,
    betaincinv,
    gammainc,
    gammaincinv,
    normquantile,
)
from derive.language.sympy_scalars import normcdf

HALF, ONE = Rational(1, 2), Integer(1)
MOST_TERMS = 12  # of a finite sum that is written out


@dataclass(frozen=True)
class MassBelow:
    """The share of a kernel's total up to a value, for some natural parameters.

    Attributes
    ----------
    kernel : str
    holds : function of the natural parameters and what is given
    mass : function of the value, the natural parameters and what is given
    statement : str
        What is used, in words.
    reference : str
    place : function of a share, the natural parameters and what is given, optional
        The inverse, where the signs that reading the mass as a chain needs are not known.
    compiled : as `mass`, optional
        The same share as it keeps its digits where little lies below.
    above : as `mass`, optional
        The share from the value on, likewise where little lies above; 1 less the mass if None.
    """

    kernel: str
    holds: Callable[..., bool]
    mass: Callable[..., Expr]
    statement: str
    reference: str
    place: Callable[..., Expr] | None = None
    compiled: Callable[..., Expr] | None = None
    above: Callable[..., Expr] | None = None


def _is_small(*numbers: Expr) -> bool:
    return all(n.is_Integer and 0 <= n <= MOST_TERMS for n in numbers)


def _gaussian(y: Expr, a: Expr, b: Expr) -> Expr:
    return normcdf(sqrt(-2 * b) * (y + a / (2 * b)))


def _erlang(y: Expr, a: Expr, b: Expr) -> Expr:
    return 1 - exp(b * y) * sum((-b * y) ** j / factorial(j) for j in range(int(a) + 1))


def _polynomial(y: Expr, a: Expr, b: Expr) -> Expr:
    n = int(a + b + 1)
    return sum(
        (binomial(n, j) * y**j * (1 - y) ** (n - j) for j in range(int(a) + 1, n + 1)), Integer(0)
    )


def _truncated_place(u: Expr, a: Expr, b: Expr, s: Expr, t: Expr) -> Expr:
    low, high = _gaussian(s, a, b), _gaussian(t, a, b)
    return normquantile(low + u * (high - low)) / sqrt(-2 * b) - a / (2 * b)


def _gamma_place(u: Expr, a: Expr, b: Expr) -> Expr:
    return gammaincinv(a + 1, u) / (-b)


def _beta_place(u: Expr, a: Expr, b: Expr) -> Expr:
    return betaincinv(a + 1, b + 1, u)


def _beta_prime_place(u: Expr, a: Expr, b: Expr) -> Expr:
    first, second = a + 1, -a - b - 1
    return betaincinv(first, second, u) / betaincinv(second, first, 1 - u)


MASSES_BELOW: tuple[MassBelow, ...] = (
    MassBelow(
        "gaussian",
        lambda a, b: True,
        _gaussian,
        "definition of the normal distribution function",
        "dlmf, 7.2.1",
    ),
    MassBelow(
        "truncated_gaussian",
        lambda a, b, s, t: True,
        lambda y, a, b, s, t: (
            (_gaussian(y, a, b) - _gaussian(s, a, b)) / (_gaussian(t, a, b) - _gaussian(s, a, b))
        ),
        "the share of the normal mass of the interval",
        "dlmf, 7.2.1",
        _truncated_place,
    ),
    MassBelow(
        "gamma",
        lambda a, b: bool(a == 0),
        lambda y, a, b: 1 - exp(b * y),
        "integrate the exponential",
        "dlmf, 4.10.7",
    ),
    MassBelow(
        "gamma",
        lambda a, b: bool(a == -HALF),
        lambda y, a, b: erf(sqrt(-b) * sqrt(y)),
        "substitute the root, then the error function",
        "dlmf, 7.11.1",
    ),
    MassBelow(
        "gamma",
        lambda a, b: bool(a == HALF),
        lambda y, a, b: erf(sqrt(-b) * sqrt(y)) - 2 * sqrt(-b) * sqrt(y) * exp(b * y) / sqrt(pi),
        "by parts, then the error function",
        "dlmf, 8.8.1 and 7.11.1",
        _gamma_place,
        compiled=lambda y, a, b: gammainc(a + 1, -b * y),
    ),
    MassBelow(
        "gamma",
        lambda a, b: _is_small(a),
        _erlang,
        "by parts, once for each power",
        "dlmf, 8.4.9",
        _gamma_place,
    ),
    MassBelow(
        "gamma",
        lambda a, b: True,
        lambda y, a, b: gammainc(a + 1, -b * y),
        "definition of the incomplete gamma function",
        "dlmf, 8.2.4",
        _gamma_place,
    ),
    MassBelow(
        "beta",
        lambda a, b: bool(b == 0),
        lambda y, a, b: y ** (a + 1),
        "integrate the power",
        "dlmf, 4.10.1",
    ),
    MassBelow(
        "beta",
        lambda a, b: bool(a == 0),
        lambda y, a, b: 1 - (1 - y) ** (b + 1),
        "integrate the power of 1 - y",
        "dlmf, 4.10.1",
    ),
    MassBelow(
        "beta",
        lambda a, b: bool(a == -HALF and b == -HALF),
        lambda y, a, b: 2 * asin(sqrt(y)) / pi,
        "substitute the square of a sine",
        "dlmf, 4.26.14",
    ),
    MassBelow(
        "beta",
        lambda a, b: bool(a == HALF and b == HALF),
        lambda y, a, b: HALF + (2 * (2 * y - 1) * sqrt(y * (1 - y)) + asin(2 * y - 1)) / pi,
        "substitute the square of a sine",
        "dlmf, 4.26.14",
        _beta_place,
        compiled=lambda y, a, b: betainc(a + 1, b + 1, y),
    ),
    MassBelow(
        "beta",
        lambda a, b: _is_small(a, b),
        _polynomial,
        "integrate the polynomial",
        "dlmf, 8.17.5",
        _beta_place,
    ),
    MassBelow(
        "beta",
        lambda a, b: True,
        lambda y, a, b: betainc(a + 1, b + 1, y),
        "definition of the incomplete beta function",
        "dlmf, 8.17.2",
        _beta_place,
    ),
    MassBelow(
        "beta_prime",
        lambda a, b: bool(a == 0),
        lambda y, a, b: 1 - (1 + y) ** (b + 1),
        "integrate the power of 1 + y",
        "dlmf, 4.10.1",
    ),
    MassBelow(
        "beta_prime",
        lambda a, b: bool(sympy.expand(a + b + 2) == 0),
        lambda y, a, b: (1 + 1 / y) ** (-a - 1),
        "integrate the power of y/(1 + y), whose derivative is (1 + y)^(-2)",
        "dlmf, 4.10.1",
    ),
    MassBelow(
        "beta_prime",
        lambda a, b: bool(a == -HALF and b == -ONE),
        lambda y, a, b: 2 * atan(sqrt(y)) / pi,
        "substitute the square of a tangent",
        "dlmf, 4.26.15",
    ),
    MassBelow(
        "beta_prime",
        lambda a, b: True,
        lambda y, a, b: betainc(a + 1, -a - b - 1, y / (1 + y)),
        "substitute y/(1 + y), then the incomplete beta function",
        "dlmf, 8.17.2",
        _beta_prime_place,
        above=lambda y, a, b: betainc(-a - b - 1, a + 1, 1 / (1 + y)),
    ),
    MassBelow(
        "inverse_gaussian",
        lambda a, b: True,
        lambda y, a, b: (
            normcdf(sqrt(-2 * a) * sqrt(y) - sqrt(-2 * b) / sqrt(y))
            + exp(4 * sqrt(a * b)) * normcdf(-sqrt(-2 * a) * sqrt(y) - sqrt(-2 * b) / sqrt(y))
        ),
        "its derivative is the density",
        "dlmf, 7.2.1 and differentiation",
    ),
    MassBelow(
        "segment",
        lambda a: True,
        lambda y, a: (exp(a * y) - 1) / (exp(a) - 1),
        "integrate the exponential",
        "dlmf, 4.10.7",
        lambda u, a: log(1 + u * (exp(a) - 1)) / a,
        compiled=lambda y, a: (exp(a * y) - 1) / (exp(a) - 1),
    ),
    MassBelow(
        "two_point",
        lambda a: True,
        lambda y, a: (1 + exp(a)) ** (y - 1),
        "the mass at 0, then all",
        "wainwright2008, section 3",
    ),
    MassBelow(
        "negative_binomial",
        lambda a, r: bool(r == 1),
        lambda y, a, r: 1 - exp(a * (y + 1)),
        "sum the geometric series",
        "dlmf, 4.6.7",
    ),
    MassBelow(
        "factorial",
        lambda a: True,
        lambda y, a: 1 - gammainc(y + 1, exp(a)),
        "the sum is an integral: by parts, once for each term",
        "dlmf, 8.4.10",
    ),
    MassBelow(
        "binomial",
        lambda a, n: True,
        lambda y, a, n: 1 - betainc(y + 1, n - y, exp(a) / (1 + exp(a))),
        "the sum is an integral: by parts, once for each term",
        "dlmf, 8.17.5",
    ),
    MassBelow(
        "negative_binomial",
        lambda a, r: True,
        lambda y, a, r: betainc(r, y + 1, 1 - exp(a)),
        "the sum is an integral: by parts, once for each term",
        "dlmf, 8.17.24",
    ),
    MassBelow(
        "first_whole",
        lambda n: True,
        lambda y, n: y / n,
        "count the points",
        "dlmf, 24.4.7",
    ),
)


def mass_below(kernel: str, natural: tuple[Expr, ...], given: tuple[Expr, ...]) -> MassBelow | None:
    """The first row that serves for these natural parameters, or None."""
    for row in MASSES_BELOW:
        if row.kernel == kernel and row.holds(*natural, *given):
            return row
    return None
