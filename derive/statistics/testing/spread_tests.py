"""Tests of variances, of several means and of a correlation of normal samples."""

from __future__ import annotations

from math import atanh, sqrt
from typing import Any

import numpy as np

from derive.errors import ArgumentError, DomainError, ShapeError
from derive.statistics.sample.reading import Sample, read_pair, read_sample, require_spread
from derive.statistics.sample.scale import exponent_of, quotient, scaled, unscaled
from derive.statistics.sample.spread import (
    correlation_and_rest,
    sample_variance,
    standard_deviation,
)
from derive.statistics.testing import spread_pages
from derive.statistics.testing.inference import Inference, as_inference, tested
from derive.statistics.testing.null_laws import NullLaw, require_side
from derive.statistics.testing.numbers import finite, positive

NORMAL = NullLaw("normal")
NEAR_LINE = 1e-7  # of sqrt(1 - r^2): below, rounding takes the digits of t
NEAR_ONE = 1e-4  # of sqrt(1 - r^2): below, rounding of r takes the digits of atanh(r)


def variance_test(x: Any = None, *, variance: Any = 1, alternative: str = "two-sided") -> Inference:
    """Test the variance of a normal sample by a chi-squared statistic.

    Parameters
    ----------
    x : array of n numbers, optional
        The sample; without it the page alone comes back.
    variance : number
        The variance under the null hypothesis.
    alternative : "two-sided", "greater" or "less"
        What the p-value is against; two-sided doubles the smaller tail.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.degrees_of_freedom``, ``.estimate``.

    Raises
    ------
    ArgumentError
        No alternative has the name.
    ShapeError
        The sample has fewer than two values.
    DomainError
        A value is nan or infinite, the sample is constant, or `variance` is not positive.

    Examples
    --------
    >>> variance_test([1, 2, 6, 7], variance=2, alternative="greater")
    V = 13, ChiSquared(3), p = 0.004637 (greater)
    """
    side = require_side(alternative)
    if x is None:
        return as_inference(spread_pages.variance_page())
    values, assumed = read_sample(x, "x", 2), positive(variance, "variance")
    require_spread(values, "x", "a variance test")
    n, found = len(values), sample_variance(values)
    null = NullLaw("chi_squared", (float(n - 1),))
    statistic = quotient((n - 1) * found, assumed, "the statistic")
    data = {"x": values, "sigma_0": sqrt(assumed)}
    page = spread_pages.variance_page()
    return tested(page, data, {"n": n}, ("V", statistic), null, side, estimate=found)


def variance_ratio_test(
    x: Any = None, y: Any = None, *, ratio: Any = 1, alternative: str = "two-sided"
) -> Inference:
    """Test the ratio of the variances of two normal samples by an F statistic.

    Parameters
    ----------
    x : array of n numbers, optional
        The first sample; without it the page alone comes back.
    y : array of m numbers
        The second, independent sample.
    ratio : number
        Variance of `x` over that of `y` under the null hypothesis.
    alternative : "two-sided", "greater" or "less"
        What the p-value is against; two-sided doubles the smaller tail.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.degrees_of_freedom``, ``.second_degrees_of_freedom``,
        ``.estimate``.

    Raises
    ------
    ArgumentError
        `y` is left out, or no alternative has the name.
    ShapeError
        A sample has fewer than two values.
    DomainError
        A value is nan or infinite, a sample is constant, or `ratio` is not positive.

    Examples
    --------
    >>> variance_ratio_test([1, 2, 6, 7], [2, 3, 4])
    F = 8.66667, FisherF(3, 2), p = 0.2104 (two-sided)
    """
    side = require_side(alternative)
    if x is None:
        return as_inference(spread_pages.variance_ratio_page())
    first, second = read_two(x, y)
    assumed = positive(ratio, "ratio")
    n, m = len(first), len(second)
    unit = exponent_of(first, second)
    first, second = scaled(first, unit), scaled(second, unit)
    estimate = ratio_of_variances(first, second)
    null = NullLaw("f", (float(n - 1), float(m - 1)))
    data = {"x": first, "y": second, "rho_0": assumed}
    page, found = spread_pages.variance_ratio_page(), ("F", quotient(estimate, assumed, "F"))
    return tested(page, data, {"n": n, "m": m}, found, null, side, estimate=estimate)


def ratio_of_variances(first: Sample, second: Sample) -> float:
    """The variance of one sample over that of another, as a square: each may be out of range."""
    root = quotient(standard_deviation(first), standard_deviation(second), "the ratio of variances")
    return quotient(root, 1 / root, "the ratio of variances")


def read_two(x: Any, y: Any) -> tuple[Sample, Sample]:
    """Two independent samples that vary.

    Raises
    ------
    ArgumentError
        The second is left out.
    """
    if y is None:
        raise ArgumentError("a second sample y is needed\n  to fix   : give x and y")
    first, second = read_sample(x, "x", 2), read_sample(y, "y", 2)
    require_spread(first, "x", "a ratio of variances")
    require_spread(second, "y", "a ratio of variances")
    return first, second


def anova(*groups: Any) -> Inference:
    """Test whether several normal samples of one variance have one mean.

    Parameters
    ----------
    groups : arrays of numbers
        Two or more independent samples; without any the page alone comes back.

    Returns
    -------
    Inference
        ``.statistic`` (F), ``.p_value``, ``.degrees_of_freedom`` (k - 1),
        ``.second_degrees_of_freedom`` (N - k), ``.between`` and ``.within``, the two sums of
        squares.

    Raises
    ------
    ArgumentError
        There is one group, or it holds no numbers.
    ShapeError
        A group is empty or not one-dimensional, or every group has one value.
    DomainError
        A value is nan or infinite, or no group varies.

    References
    ----------
    lehmann2005, section 7.3.

    Examples
    --------
    >>> anova([1, 2, 3], [2, 4, 6], [7, 8, 9])
    F = 14, FisherF(2, 6), p = 0.005496 (greater)
    """
    if not groups:
        return as_inference(spread_pages.anova_page())
    if len(groups) == 1:
        raise ArgumentError(
            "an analysis of variance needs two groups or more, got 1\n"
            "  to fix   : give one array a group, as in anova(a, b, c)"
        )
    samples = [read_sample(group, f"group {k + 1}") for k, group in enumerate(groups)]
    total, k = sum(map(len, samples)), len(samples)
    if total == k:
        raise ShapeError(
            "every group has one value, so nothing tells how groups vary inside\n"
            "  to fix   : give some group two values or more"
        )
    if all(np.max(group) == np.min(group) for group in samples):
        raise DomainError(
            "every group is constant, so F divides by a variance of 0\n"
            "  to fix   : give values that vary within a group"
        )
    unit = exponent_of(*samples)
    samples = [scaled(group, unit) for group in samples]
    origin = samples[0][0]
    sizes = np.array([len(group) for group in samples], dtype=float)
    means = np.array([np.mean(group - origin) for group in samples])
    squares = np.array([np.var(group - origin) * len(group) for group in samples])
    grand = sizes @ means / total
    between, within = float(sizes @ (means - grand) ** 2), float(squares.sum())
    null = NullLaw("f", (float(k - 1), float(total - k)))
    statistic = quotient(between / (k - 1), within / (total - k), "F")
    data = {"n": sizes, "y_bar": means, "S": squares}
    more = {
        "between": float(unscaled(between, 2 * unit, "the sum of squares between groups")),
        "within": float(unscaled(within, 2 * unit, "the sum of squares within groups")),
    }
    page = spread_pages.anova_page()
    return tested(page, data, {"k": k}, ("F", statistic), null, "greater", **more)


def correlation_test(
    x: Any = None, y: Any = None, *, correlation: Any = 0, alternative: str = "two-sided"
) -> Inference:
    """Test the correlation of pairs of a normal law.

    Parameters
    ----------
    x : array of n numbers, optional
        The first values; without them the page alone comes back.
    y : array of n numbers
        The second values.
    correlation : number in (-1, 1)
        The correlation under the null hypothesis: 0 gives the exact t test, another the z test
        of Fisher, which is approximate.
    alternative : "two-sided", "greater" or "less"
        What the p-value is against.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.estimate`` (r), ``.degrees_of_freedom`` of t.

    Raises
    ------
    ArgumentError
        `y` is left out, or no alternative has the name.
    ShapeError
        The lengths differ, or there are fewer than three pairs (four for z).
    DomainError
        A sample is constant, the pairs lie on a line but for rounding, or `correlation` is not
        in (-1, 1).

    References
    ----------
    lehmann2005, section 5.13.

    Examples
    --------
    >>> correlation_test([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    t = 2.3094, StudentT(3), p = 0.1041 (two-sided)
    """
    side, assumed = require_side(alternative), finite(correlation, "correlation")
    if not -1 < assumed < 1:
        raise DomainError(
            f"correlation = {assumed:g} is no correlation inside (-1, 1)\n  to fix   : give one"
        )
    exact = assumed == 0
    page = (spread_pages.correlation_page if exact else spread_pages.fisher_z_page)()
    if x is None:
        return as_inference(page)
    n, r, rest = correlated(x, y, 3 if exact else 4)
    if exact:
        null = NullLaw("student", (float(n - 2),))
        t = r * sqrt(n - 2) / rest
        data = {"x": read_sample(x, "x"), "y": read_sample(y, "y")}
        return tested(page, data, {"n": n}, ("t", t), null, side, estimate=r)
    z = (atanh(require_inside(r, rest)) - atanh(assumed)) * sqrt(n - 3)
    values = {"r": r, "n": float(n), "rho_0": assumed}
    return tested(page, values, {}, ("z", z), NORMAL, side, estimate=r)


def correlated(x: Any, y: Any, least: int) -> tuple[int, float, float]:
    """The number of pairs, their correlation r, inside (-1, 1), and sqrt(1 - r^2)."""
    if y is None:
        raise ArgumentError("the second values y are needed\n  to fix   : give x and y")
    first, second = read_pair(x, y, least)
    require_spread(first, "x", "a correlation")
    require_spread(second, "y", "a correlation")
    r, rest = correlation_and_rest(first, second)
    if rest < NEAR_LINE:
        raise DomainError(
            "the pairs lie on a line but for rounding, so the correlation is 1 or -1 and has no "
            "standard error\n  to fix   : give pairs that are not on one line"
        )
    return len(first), r, rest


def require_inside(r: float, rest: float) -> float:
    """The correlation, where doubles tell it from 1 well enough for its transform.

    Raises
    ------
    DomainError
        They do not.
    """
    if rest < NEAR_ONE:
        raise DomainError(
            f"the correlation {r!r} is so near {r:.0f} that its transform loses its digits\n"
            f"  to fix   : the exact test of no correlation, correlation_test(x, y)"
        )
    return r
