"""Tails of noncentral laws: what a statistic does where the null hypothesis is wrong.

Every tail is a mean of plain tails over a weight.  The parts are positive, so even a tail of
1e-300 keeps its digits; nothing is one less a probability.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from math import exp, log, log1p, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, special

FALLS = (1.0, 8.0, 60.0)  # of a logarithm, from its peak; exp(-60) is nothing beside 1
MOST_TERMS = 10**6


# --- noncentral t -----------------------------------------------------------------------


def student_above(q: float, shift: float, nu: float) -> float:
    """P(T > q) of a noncentral t value: the mean over w = sqrt(V) of normal tails.

    Density and tail are log-concave in w, so their product has one peak, wherever the bend of
    the tail lies, and falls off at least as fast as an exponential; both sides are integrated.
    """
    slope = q / sqrt(nu)
    log_weight = _log_weight(nu)

    def log_joint(w: float) -> float:
        return log_weight(w) + float(special.log_ndtr(shift - slope * w))

    peak = _peak(nu, shift, slope)
    if log_joint(peak) < -1e4:
        return 0.0
    bends = [(shift - z) / slope for z in (8, 3, 0, -3, -8)] if slope else []
    found = _integral(log_joint, peak, bends) / _weight_total(nu)
    return float(min(1.0, exp(min(log_joint(peak), 0.0)) * found))


def _log_weight(nu: float) -> Callable[[float], float]:
    """The log density of w = sqrt(V), 0 at its mode."""
    mode = sqrt(nu - 1)
    if not mode:
        return lambda w: -w * w / 2

    def value(w: float) -> float:
        if w < mode / 2:  # w - mode would lose a small w
            return (nu - 1) * log(w / mode) + (mode - w) * (mode + w) / 2 if w else -np.inf
        u = w - mode
        return (nu - 1) * log1p(u / mode) - mode * u - u * u / 2

    return value


@cache
def _weight_total(nu: float) -> float:
    return _integral(_log_weight(nu), sqrt(nu - 1), [])


def _peak(nu: float, shift: float, slope: float) -> float:
    """Where density times tail is largest: its logarithm falls from there on."""

    def rises(w: float) -> bool:
        z = shift - slope * w
        hazard = exp(-z * z / 2 - float(special.log_ndtr(z))) / sqrt(2 * np.pi) if z > -1e8 else -z
        return bool((nu - 1) / w - w > slope * hazard)

    low, high = 1e-306, 2 * sqrt(nu) + abs(shift) + abs(slope) + 2
    while rises(high):
        high *= 2
    for _ in range(1200):
        middle = sqrt(low) * sqrt(high) if low < high / 2 else (low + high) / 2
        low, high = (middle, high) if rises(middle) else (low, middle)
        if high - low <= 1e-9 * high:
            break
    return high


def _integral(log_value: Callable[[float], float], peak: float, bends: list[float]) -> float:
    """The integral over w > 0 of a log-concave function, over its value at the peak.

    A plateau may end in a narrow step, so the parts are also cut at the `bends`.
    """
    top = log_value(peak)

    def value(w: float) -> float:
        return exp(log_value(w) - top)

    ends = {peak + sign * _reach(log_value, top - f, peak, sign) for f in FALLS for sign in (-1, 1)}
    low, high = min(ends), max(ends)
    cuts = sorted({peak, *ends, *(w for w in bends if low < w < high)})
    return sum(
        integrate.quad(value, a, b, epsabs=1e-14 * (high - low), epsrel=1e-12, limit=100)[0]
        for a, b in itertools.pairwise(cuts)
    )


def _reach(log_value: Callable[[float], float], least: float, peak: float, sign: float) -> float:
    """How far from the peak the logarithm has fallen to `least`, or where the half line ends."""
    most = peak if sign < 0 else np.inf
    low, high = 0.0, min(most, peak * 1e-6 + 1e-300)
    while high < most and log_value(peak + sign * high) > least:
        low, high = high, min(most, 2 * high)
    for _ in range(50):
        middle = (low + high) / 2
        below = log_value(peak + sign * middle) < least
        low, high = (low, middle) if below else (middle, high)
    return high


# --- noncentral chi-squared and F -------------------------------------------------------


def chi_squared_above(q: float, degrees: float, shift: float, level: float) -> float:
    """P(X > q), a Poisson mean of plain tails with 2 j more degrees; `level` is that of j = 0."""

    def tails(j: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(special.gammaincc(degrees / 2 + j, q / 2))

    return _poisson_mean(tails, shift / 2, level)


def f_above(level: float, first: float, second: float, shift: float) -> float:
    """P(F > q) where the plain law has `level` above q; as a share of two sums of squares."""
    rest = float(special.betaincinv(second / 2, first / 2, level))  # 1 - the share at q

    def tails(j: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(special.betainc(second / 2, first / 2 + j, rest))

    return _poisson_mean(tails, shift / 2, level)


def _poisson_mean(
    tails: Callable[[NDArray[np.float64]], NDArray[np.float64]], mean: float, least: float
) -> float:
    """The mean of growing tails over a Poisson count, the first of them `least`.

    Counts whose chance is below exp(-40) of `least` are left out.
    """
    if not mean:
        return least
    lost = 40 - log(least)
    down, up = sqrt(2 * mean * lost), lost / 3 + sqrt((lost / 3) ** 2 + 2 * mean * lost)
    low, high = max(0, int(mean - down)), int(mean + up) + 1
    if high - low > MOST_TERMS:
        low, high = int(mean), int(mean) + 1  # the count is its mean but for a millionth
    j = np.arange(low, high + 1, dtype=float)
    steps = np.concatenate(([0.0], np.cumsum(np.log(mean / j[1:]))))
    weights = np.exp(steps - steps.max())
    return float(min(1.0, weights @ tails(j) / weights.sum()))
