"""Exact p-values of counts: sums of binomial and Poisson probabilities.

A mass function rises to its mode and falls from there, so the outcomes that are no more likely
than the observed one are two tails.  Where the other one begins is found by bisection.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor

import mpmath
from mpmath import mpf
from scipy import special

SLACK = 1e-7  # outcomes as likely as the observed one, but for rounding, count with it
DIGITS = 50  # of a log mass: those of large counts are differences of larger numbers


def binomial_p_value(k: int, n: int, p: float, alternative: str) -> float:
    """The chance of k successes of n or more, or fewer, or of what is no more likely."""

    def below(j: int) -> float:
        return 0.0 if j < 0 else 1.0 if j >= n else float(special.betaincc(j + 1, n - j, p))

    def above(j: int) -> float:
        """The chance of j or more."""
        return 1.0 if j <= 0 else 0.0 if j > n else float(special.betainc(j, n - j + 1, p))

    def log_mass(j: int) -> mpf:
        ways = -mpmath.loggamma(j + 1) - mpmath.loggamma(n - j + 1)
        return ways + j * mpmath.log(p) + (n - j) * mpmath.log1p(-mpf(p))

    return _p_value(k, min(n, floor((n + 1) * p)), n, log_mass, below, above, alternative)


def poisson_p_value(k: int, mean: float, alternative: str) -> float:
    """The chance of k events or more, or fewer, or of what is no more likely."""

    def below(j: int) -> float:
        return float(special.gammaincc(j + 1, mean)) if j >= 0 else 0.0

    def above(j: int) -> float:
        """The chance of j or more."""
        return 1.0 if j <= 0 else float(special.gammainc(j, mean))

    def log_mass(j: int) -> mpf:
        return j * mpmath.log(mean) - mpmath.loggamma(j + 1)

    return _p_value(k, floor(mean), None, log_mass, below, above, alternative)


def _p_value(
    k: int,
    mode: int,
    most: int | None,
    log_mass: Callable[[int], mpf],
    below: Callable[[int], float],
    above: Callable[[int], float],
    alternative: str,
) -> float:
    """One tail, or both with all that is no more likely than `k`."""
    if alternative == "greater":
        return above(k)
    if alternative == "less":
        return below(k)
    with mpmath.workdps(DIGITS):
        line = log_mass(k) + SLACK

        def is_unlikely(j: int) -> bool:
            return bool(log_mass(j) <= line)

        if is_unlikely(mode):
            return 1.0
        if k < mode:
            return min(1.0, below(k) + above(_first_above(mode, most, is_unlikely)))
        return min(1.0, above(k) + below(_last_below(mode, is_unlikely)))


def _first_above(mode: int, most: int | None, is_unlikely: Callable[[int], bool]) -> int:
    """The least outcome above the mode that is unlikely; `most` + 1 if none is."""
    low, high = mode, mode + 1
    while not is_unlikely(high) if most is None or high <= most else False:
        low, high = high, 2 * high - mode
    high = high if most is None else min(high, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_unlikely(middle) else (middle, high)
    return high


def _last_below(mode: int, is_unlikely: Callable[[int], bool]) -> int:
    """The largest outcome below the mode that is unlikely; -1 if none is."""
    low, high = -1, mode
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_unlikely(middle) else (low, middle)
    return low
