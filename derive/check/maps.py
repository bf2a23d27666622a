"""Elementwise functions over the three number types: balls, series, floats.

One row per name of ``ELEMENTWISE``.  `ball` takes and gives an ``arb``; `series` takes
and gives an ``arb_series`` of two terms (a value and its tangent); `array` takes and
gives a NumPy array.  Arb knows the power series of each function, so no derivative is
written here.  Outside its domain a function gives nan, never a complex or an other value.

To add a function, add a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import flint
import numpy as np
from flint import acb, arb, arb_series
from numpy.typing import NDArray

from derive.check.precision import working_precision

Array: TypeAlias = NDArray[np.floating[Any]]
NAN = arb("nan")
NAN_SERIES = arb_series([NAN, NAN], 2)


@dataclass(frozen=True)
class Map:
    """One function in three number types; a selector picks a branch by the sign of x."""

    ball: Callable[[Any], Any]
    series: Callable[[Any], Any]
    array: Callable[[Array], Array]
    is_selector: bool = False


def _analytic(name: str, array: Callable[[Array], Array]) -> Map:
    """A function that Arb calls `name` for numbers and series alike."""
    method, series = getattr(arb, name), getattr(arb_series, name)
    return Map(lambda x: method(x), lambda s: series(s), array)


def _generic(formula: Callable[[Any], Any], array: Callable[[Array], Array]) -> Map:
    """A function whose one formula in exp and log serves numbers and series."""
    return Map(formula, formula, array)


def _positive_only(row: Map) -> Map:
    """The same function, nan unless x > 0."""
    return Map(
        lambda x: row.ball(x) if x > 0 else NAN,
        lambda s: row.series(s) if s[0] > 0 else NAN_SERIES,
        lambda x: np.where(x > 0, row.array(np.where(x > 0, x, 1.0)), np.nan),
    )


def _branches(
    negative: Callable[[Any], Any],
    positive: Callable[[Any], Any],
    zero: int,
    array: Callable[[Array], Array],
) -> Map:
    """A selector: one formula for x < 0, one for x > 0, and its value at an exact 0."""

    def ball(x: Any) -> Any:
        if x > 0:
            return positive(x)
        if x < 0:
            return negative(x)
        return arb(zero) if x.is_zero() else NAN

    def series(s: Any) -> Any:
        x = s[0]
        if x > 0:
            return positive(s)
        if x < 0:
            return negative(s)
        # an entry that is zero and does not move: the zeros of a diagonal matrix
        is_fixed = x.is_zero() and s[1].is_zero()
        return arb_series([arb(zero)], 2) if is_fixed else NAN_SERIES

    return Map(ball, series, array, is_selector=True)


def _constant(value: int) -> Callable[[Any], Any]:
    """The constant function, of a number or of a series."""

    def formula(x: Any) -> Any:
        return arb_series([arb(value)], 2) if isinstance(x, arb_series) else arb(value)

    return formula


@cache
def polygamma(order: int) -> Map:
    """Derivative number `order` + 1 of loggamma, read off Arb's own Taylor series of it."""

    def derivative(x: Any, number: int) -> Any:
        with working_precision(flint.ctx.prec, terms=number + 1):
            taylor = arb_series([x, arb(1)], number + 1).lgamma()
            return taylor[number] * arb(number).fac()

    def ball(x: Any) -> Any:
        return acb(x).polygamma(acb(order)).real

    def series(s: Any) -> Any:
        x = s[0]
        return arb_series([derivative(x, order + 1), derivative(x, order + 2) * s[1]], 2)

    def array(x: Array) -> Array:
        flat = [float(ball(arb(float(value)))) for value in x.ravel()]
        return np.array(flat).reshape(x.shape)

    return _positive_only(Map(ball, series, array))


def _elementary(name: str) -> Callable[[Array], Array]:
    """A function of one float from Arb, entry by entry (only where NumPy has none)."""
    method = getattr(arb, name)

    def array(x: Array) -> Array:
        return np.array([float(method(arb(float(v)))) for v in x.ravel()]).reshape(x.shape)

    return array


def _normal_density(x: Any) -> Any:
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def _tail(formula: Callable[[Any], Any]) -> Map:
    """A function of erfc(-x / sqrt 2), which keeps its digits far to the left."""

    def ball(x: Any) -> Any:
        return formula((-x / arb(2).sqrt()).erfc())

    def series(s: Any) -> Any:
        return formula(arb_series.erfc(-s / arb(2).sqrt()))

    def array(x: Array) -> Array:
        flat = [float(ball(arb(float(v)))) for v in x.ravel()]
        return np.array(flat).reshape(x.shape)

    return Map(ball, series, array)


MAPS: dict[str, Map] = {
    "exp": _analytic("exp", np.exp),
    "log": _analytic("log", np.log),
    "abs": _branches(lambda x: -x, lambda x: x, 0, np.abs),
    "sign": _branches(_constant(-1), _constant(1), 0, np.sign),
    "step": _branches(_constant(0), _constant(1), 0, lambda x: np.heaviside(x, 0.0)),
    "closed_step": _branches(
        _constant(0), _constant(1), 1, lambda x: np.where(np.isnan(x), x, x >= 0)
    ),
    "relu": _branches(_constant(0), lambda x: x, 0, lambda x: np.maximum(x, 0.0)),
    "sin": _analytic("sin", np.sin),
    "cos": _analytic("cos", np.cos),
    "tan": _analytic("tan", np.tan),
    "arcsin": _analytic("asin", np.arcsin),
    "arccos": _analytic("acos", np.arccos),
    "arctan": _analytic("atan", np.arctan),
    "sinh": _generic(lambda x: (x.exp() - (-x).exp()) / 2, np.sinh),
    "cosh": _generic(lambda x: (x.exp() + (-x).exp()) / 2, np.cosh),
    "tanh": _generic(lambda x: 1 - 2 / ((2 * x).exp() + 1), np.tanh),
    "sigmoid": _generic(lambda x: 1 / (1 + (-x).exp()), lambda x: 1 / (1 + np.exp(-x))),
    "softplus": _generic(lambda x: (1 + x.exp()).log(), lambda x: np.logaddexp(0.0, x)),
    "erf": _analytic("erf", _elementary("erf")),
    "normpdf": _generic(_normal_density, lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi)),
    "normcdf": _tail(lambda tail: tail / 2),
    "lognormcdf": _tail(lambda tail: (tail / 2).log()),
    "loggamma": _positive_only(_analytic("lgamma", _elementary("lgamma"))),
    "digamma": polygamma(0),
    "trigamma": polygamma(1),
}
