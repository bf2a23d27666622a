"""Values of incomplete functions and of inverse distribution functions.  Letters as in ``rows``.

Values and slopes of the incomplete functions are Arb's own series.  An inverse is a bracket: a
place is found at midpoints by halving and secants, then widened until the function is certainly
below the share at its left end and above at its right; its slope is one over that of the
function on the bracket.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import flint
import numpy as np
from flint import arb, arb_series

from derive.check.maps import NAN, NAN_SERIES, Array, Map
from derive.check.precision import working_precision
from derive.language.expression import Node

Function: TypeAlias = Callable[[Any], Any]
GUARD = 24  # bits beyond those asked for
FARTHEST = 2**12  # of the logarithm of a place
HALVINGS, SECANTS, WIDENINGS = 40, 12, 40


# --- inverses ---------------------------------------------------------------------------


def inverse(function: Function, place: Function, p: Any) -> Any:
    """The y = place(t) with function(y) = p, certainly; function(place(t)) rises from 0 to 1."""
    if not (p > 0 and p < 1):
        return NAN
    with working_precision(flint.ctx.prec + GUARD):
        t = _near(lambda u: function(place(u)).mid(), arb(p).mid())
        if t is None:
            return NAN
        radius = (1 + abs(t)) * arb(2) ** (8 - flint.ctx.prec)
        for _ in range(WIDENINGS):
            low, high = place((t - radius).mid()), place((t + radius).mid())
            if function(low) < p and function(high) > p:
                return low.union(high)
            radius = radius * 8
    return NAN


def _near(function: Function, p: Any) -> Any:
    """Where a rising function of the line has about the value p, or None."""
    low, high = arb(-1), arb(1)
    while not function(low) < p:
        low, high = 2 * low, low
        if low < -FARTHEST:
            return None
    while not function(high) > p:
        low, high = high if high > low else low, 2 * abs(high)
        if high > FARTHEST:
            return None
    for _ in range(HALVINGS):
        middle = ((low + high) / 2).mid()
        low, high = (middle, high) if function(middle) < p else (low, middle)
    at_low, at_high = function(low) - p, function(high) - p
    for _ in range(SECANTS):
        if (at_high - at_low).is_zero():
            break
        new = (high - at_high * (high - low) / (at_high - at_low)).mid()
        if not new.is_finite():
            break
        low, at_low, high, at_high = high, at_high, new, function(new) - p
        if abs(high - low) < (1 + abs(high)) * arb(2) ** (4 - flint.ctx.prec):
            break
    return high


def _logistic(t: Any) -> Any:
    return 1 / (1 + (-t).exp())


# --- the functions ------------------------------------------------------------------------


def gammainc(a: Any) -> Map:
    """The incomplete gamma function of one shape."""

    def ball(x: Any) -> Any:
        if not (a > 0 and x >= 0):
            return NAN
        below = x.gamma_lower(a, regularized=1)
        if below.rel_accuracy_bits() * 2 > flint.ctx.prec or not x > 0:
            return below
        rest = 1 - x.gamma_upper(a, regularized=1)
        return rest if rest.rad() < below.rad() or not below.is_finite() else below

    def series(s: Any) -> Any:
        return arb_series.gamma_lower(a, s, 1) if a > 0 and s[0] > 0 else NAN_SERIES

    return Map(ball, series, lambda x: x)


def betainc(a: Any, b: Any) -> Map:
    """The incomplete beta function of two shapes; where one is 0 its limit."""

    def ball(x: Any) -> Any:
        if not (x >= 0 and x <= 1):
            return NAN
        if a.is_zero() and x > 0:
            return arb(1)
        if b.is_zero() and x < 1:
            return arb(0)
        if not (a > 0 and b > 0):
            return NAN
        if 2 * x > 1:  # the series is slow near 1
            return 1 - (1 - x).beta_lower(b, a, True)
        return x.beta_lower(a, b, True)

    def series(s: Any) -> Any:
        inside = a > 0 and b > 0 and s[0] > 0 and s[0] < 1
        if not inside:
            return NAN_SERIES
        if 2 * s[0] > 1:
            return 1 - arb_series.beta_lower(b, a, 1 - s, 1)
        return arb_series.beta_lower(a, b, s, 1)

    return Map(ball, series, lambda x: x)


def _normcdf(y: Any) -> Any:
    return (-y / arb(2).sqrt()).erfc() / 2


def _normal_series(s: Any) -> Any:
    return arb_series.erfc(-s / arb(2).sqrt()) / 2


def _undone(function: Function, series: Function, place: Function) -> Map:
    """The inverse of a function; its series is that of the function, undone."""

    def ball(p: Any) -> Any:
        return inverse(function, place, p)

    def undone(s: Any) -> Any:
        y = ball(s[0])
        if not y.is_finite():
            return NAN_SERIES
        return arb_series([y, s[1] / series(arb_series([y, 1], 2))[1]], 2)

    return Map(ball, undone, lambda x: x)


def normquantile() -> Map:
    """The inverse of the normal distribution function."""
    return _undone(_normcdf, _normal_series, lambda t: t)


def gammaincinv(a: Any) -> Map:
    """The inverse of the incomplete gamma function of one shape."""
    function = gammainc(a)
    return _undone(function.ball, function.series, lambda t: t.exp())


def betaincinv(a: Any, b: Any) -> Map:
    """The inverse of the incomplete beta function of two shapes."""
    function = betainc(a, b)
    return _undone(function.ball, function.series, _logistic)


# --- rows ---------------------------------------------------------------------------------


def _row(make: Callable[..., Map]) -> Callable[[Any, Node, list[Any]], Any]:
    """A function in any number type; nothing is said of one whose shapes move."""

    def row(e: Any, n: Node, a: list[Any]) -> Any:
        *shapes, x = a
        if isinstance(x, np.ndarray):
            return _of_floats(make, *a)
        if any(_moves(shape) for shape in shapes):
            return e.numbers.apply(Map(lambda t: NAN, lambda s: NAN_SERIES, lambda t: t), x)
        return e.numbers.apply(make(*(getattr(s, "value", s)[0, 0] for s in shapes)), x)

    return row


def _moves(shape: Any) -> bool:
    tangent = getattr(shape, "tangent", None)
    return tangent is not None and not all(entry.is_zero() for entry in tangent.entries())


def _of_floats(make: Callable[..., Map], *arrays: Array) -> Array:
    spread = np.broadcast_arrays(*arrays)
    rows = zip(*(array.ravel() for array in spread), strict=True)
    flat = []
    for numbers in rows:
        *shapes, x = (arb(float(v)) for v in numbers)
        flat.append(float(make(*shapes).ball(x)))
    return np.array(flat).reshape(spread[0].shape)


INCOMPLETE_MAPS: dict[str, Callable[..., Map]] = {
    "gammainc": gammainc,
    "betainc": betainc,
    "normquantile": normquantile,
    "gammaincinv": gammaincinv,
    "betaincinv": betaincinv,
}
INCOMPLETE_ROWS = {op: _row(make) for op, make in INCOMPLETE_MAPS.items()}
