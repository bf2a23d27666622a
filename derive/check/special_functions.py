"""Values of Bessel functions and zeta.  Letters as in ``rows``.

A Bessel function is its power series, differentiated term by term, so no recurrence between
orders is used; zeta and its derivatives are read off Arb's own Taylor series.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import flint
import numpy as np
from flint import acb, acb_series, arb, arb_series

from derive.check.maps import NAN, NAN_SERIES, Array, Map
from derive.check.precision import working_precision
from derive.language.expression import Node

MOST_TERMS = 20_000


def _slope(order: Any, x: Any) -> Any:
    """The derivative of (x/2)^v sum_m (x^2/4)^m / (m! Gamma(m + v + 1)), term by term."""
    half = x / 2
    term = half**order / (order + 1).gamma() / x  # of m = 0, over x
    total, square = order * term, half * half
    for m in range(1, MOST_TERMS):
        term = term * square / (m * (m + order))
        added = (2 * m + order) * term
        total += added
        ratio = square / ((m + 1) * (m + 1 + order)) * 2
        if ratio < arb(0.5) and abs(added) < abs(total) * arb(2) ** -(flint.ctx.prec + 8):
            return total + arb(0, (2 * abs(added) * ratio).upper())
    return NAN


def _has_value(order: Any, x: Any) -> bool:
    is_whole = order.is_exact() and order.is_integer()
    return bool(order >= 0 and (is_whole or x > 0))


def besseli(order: Any) -> Map:
    """The function of one order, which does not move."""

    def ball(x: Any) -> Any:
        return x.bessel_i(order) if _has_value(order, x) else NAN

    def slope(x: Any) -> Any:
        if x.is_zero():  # the series has one term of first power
            return arb(1) / 2 if order == 1 else arb(0)
        sign = -1 if x < 0 and int(float(order)) % 2 == 0 else 1
        return sign * _slope(order, abs(x))

    def series(s: Any) -> Any:
        x = s[0]
        return arb_series([ball(x), slope(x) * s[1]], 2) if _has_value(order, x) else NAN_SERIES

    return Map(ball, series, lambda x: x)


def besseli_row(e: Any, n: Node, a: list[Any]) -> Any:
    """A Bessel function in any number type; nothing is said of one whose order moves."""
    order, x = a
    if isinstance(order, np.ndarray):
        return _of_floats(order, x)
    tangent = getattr(order, "tangent", None)
    if tangent is not None and not all(entry.is_zero() for entry in tangent.entries()):
        return e.numbers.apply(Map(lambda t: NAN, lambda s: NAN_SERIES, lambda t: t), x)
    value = getattr(order, "value", order)[0, 0]
    return e.numbers.apply(besseli(value), x)


def _of_floats(order: Array, x: Array) -> Array:
    orders, places = np.broadcast_arrays(order, x)
    pairs = zip(orders.ravel(), places.ravel(), strict=True)
    flat = [float(besseli(arb(float(v))).ball(arb(float(t)))) for v, t in pairs]
    return np.array(flat).reshape(places.shape)


@cache
def zeta(times: int) -> Map:
    """Derivative number `times` of zeta where its argument is above one."""

    def derivative(x: Any, number: int) -> Any:
        with working_precision(flint.ctx.prec, terms=number + 1):
            taylor = acb_series([acb(x), acb(1)], number + 1).zeta()
            return taylor[number].real * arb(number).fac()

    def ball(x: Any) -> Any:
        return derivative(x, times) if x > 1 else NAN

    def series(s: Any) -> Any:
        x = s[0]
        if not x > 1:
            return NAN_SERIES
        return arb_series([derivative(x, times), derivative(x, times + 1) * s[1]], 2)

    def array(x: Array) -> Array:
        return np.array([float(ball(arb(float(t)))) for t in x.ravel()]).reshape(x.shape)

    return Map(ball, series, array)


SPECIAL_ROWS = {
    "besseli": besseli_row,
    "zeta": lambda e, n, a: e.numbers.apply(zeta(n.data), a[0]),
}
