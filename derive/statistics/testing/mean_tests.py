"""Tests of means of normal samples: z and t."""

from __future__ import annotations

from math import hypot, sqrt
from typing import Any

import numpy as np

from derive.errors import ArgumentError
from derive.statistics.sample.reading import Sample, read_pair, read_sample, require_spread
from derive.statistics.sample.scale import exponent_of, quotient, scaled, unscaled
from derive.statistics.sample.spread import sample_variance
from derive.statistics.testing import mean_pages
from derive.statistics.testing.inference import Inference, as_inference, tested
from derive.statistics.testing.null_laws import NullLaw, require_side
from derive.statistics.testing.numbers import finite, positive

T_KINDS = ("one-sample", "pooled", "welch", "paired")
NORMAL = NullLaw("normal")


def z_test(
    x: Any = None,
    y: Any = None,
    *,
    sigma: Any = None,
    mean: Any = 0,
    alternative: str = "two-sided",
) -> Inference:
    """Test a mean, or a difference of two means, of normal samples of known deviation.

    Parameters
    ----------
    x : array of n numbers, optional
        The sample; without it the page alone comes back.
    y : array of m numbers, optional
        A second, independent sample.
    sigma : number, or two of them
        The deviation; of two samples one each, or one for both.
    mean : number
        The mean (or difference, x less y) under the null hypothesis.
    alternative : "two-sided", "greater" or "less"
        What the p-value is against.

    Returns
    -------
    Inference
        ``.statistic`` and ``.p_value``; the steps derive z from the likelihood.

    Raises
    ------
    ArgumentError
        `sigma` is left out, or no alternative has the name.
    ShapeError
        A sample is empty or not one-dimensional.
    DomainError
        A value is nan or infinite, or `sigma` is not positive.

    References
    ----------
    lehmann2005, section 3.9.

    Examples
    --------
    >>> z_test([5.1, 4.9, 5.6, 5.8], sigma=0.5, mean=5)
    z = 1.4, Normal(0, 1), p = 0.1615 (two-sided)
    >>> z_test()
    (sum(x)/n - mu_0)/(sigma/sqrt(n))    # scalar
    """
    side = require_side(alternative)
    if x is None:
        two = y is not None or np.size(sigma) == 2
        return as_inference(mean_pages.two_sample_z_page() if two else mean_pages.z_page())
    if sigma is None:
        raise ArgumentError(
            "a z test needs the deviation sigma\n"
            "  to fix   : give sigma=..., or use t_test where it is not known"
        )
    first, mu = read_sample(x, "x"), finite(mean, "mean")
    if y is None:
        deviation = positive(sigma, "sigma")
        first, mu, deviation = _in_unit(first, mu, deviation)
        z = quotient(_mean(first, mu) * sqrt(len(first)), deviation, "z")
        data = {"x": first, "mu_0": mu, "sigma": deviation}
        return tested(mean_pages.z_page(), data, {"n": len(first)}, ("z", z), NORMAL, side)
    second = read_sample(y, "y")
    sigmas = [positive(s, "sigma") for s in np.broadcast_to(np.asarray(sigma, dtype=float), (2,))]
    first, second, mu, one, two = _in_unit(first, second, mu, *sigmas)
    spread = hypot(one / sqrt(len(first)), two / sqrt(len(second)))
    z = quotient(_mean(first, second[0]) - _mean(second, second[0]) - mu, spread, "z")
    data = {"x": first, "y": second, "mu_0": mu, "sigma_x": one, "sigma_y": two}
    sizes = {"n": len(first), "m": len(second)}
    return tested(mean_pages.two_sample_z_page(), data, sizes, ("z", z), NORMAL, side)


def t_test(
    x: Any = None,
    y: Any = None,
    *,
    kind: str | None = None,
    mean: Any = 0,
    alternative: str = "two-sided",
) -> Inference:
    """Test a mean, or a difference of two means, of normal samples of unknown deviation.

    Parameters
    ----------
    x : array of n numbers, optional
        The sample; without it the page alone comes back.
    y : array of m numbers, optional
        A second sample: independent, or of pairs.
    kind : "one-sample", "pooled", "welch" or "paired"
        One deviation in both samples, or two, or pairs; "welch" if there is a `y`.
    mean : number
        The mean (or difference, x less y) under the null hypothesis.
    alternative : "two-sided", "greater" or "less"
        What the p-value is against.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.degrees_of_freedom``, ``.estimate`` (the mean or the
        difference) and ``.standard_error``; the steps derive t from the likelihood, and its law
        from the independence of mean and variance.

    Raises
    ------
    ArgumentError
        No kind or alternative has the name, or `y` does not go with the kind.
    ShapeError
        A sample has fewer than two values, or pairs have two lengths.
    DomainError
        A value is nan or infinite, or the samples are constant.

    References
    ----------
    lehmann2005, section 5.2; welch1947.

    Examples
    --------
    >>> t_test([5.1, 4.9, 5.6, 5.8], mean=5)
    t = 1.66541, StudentT(3), p = 0.1944 (two-sided)
    >>> t_test([1, 2, 3, 5], [2, 4, 6, 7], kind="paired").degrees_of_freedom
    3.0
    """
    side = require_side(alternative)
    chosen = _t_kind(kind, x, y)
    if x is None:
        return as_inference(T_PAGES[chosen]())
    mu = finite(mean, "mean")
    if chosen in ("one-sample", "paired"):
        return _one_t(chosen, x, y, mu, side)
    first, second = read_sample(x, "x", 2), read_sample(y, "y", 2)
    if np.max(first) == np.min(first) and np.max(second) == np.min(second):
        require_spread(first, "x (and y)", "a t test")
    n, m = len(first), len(second)
    unit = exponent_of(first, second)
    first, second, mu = scaled(first, unit), scaled(second, unit), scaled(mu, unit)
    a, b = sample_variance(first), sample_variance(second)
    if chosen == "pooled":
        degrees = float(n + m - 2)
        error = sqrt(((n - 1) * a + (m - 1) * b) / degrees) * sqrt(1 / n + 1 / m)
    else:
        a, b = a / n, b / m
        error = sqrt(a + b)
        share = a / (a + b)  # degrees of freedom do not depend on the unit
        degrees = 1 / (share**2 / (n - 1) + (1 - share) ** 2 / (m - 1))
    gap = _mean(first, second[0]) - _mean(second, second[0])
    data = {"x": first, "y": second, "mu_0": mu}
    null = NullLaw("student", (degrees,))
    found = ("t", quotient(gap - mu, error, "t"))
    more = _in_data_unit(gap, error, unit)
    return tested(T_PAGES[chosen](), data, {"n": n, "m": m}, found, null, side, **more)


T_PAGES = {
    "one-sample": mean_pages.t_page,
    "pooled": mean_pages.pooled_page,
    "welch": mean_pages.welch_page,
    "paired": mean_pages.paired_page,
}


def _t_kind(kind: str | None, x: Any, y: Any) -> str:
    chosen = kind or ("one-sample" if y is None else "welch")
    if chosen not in T_KINDS:
        raise ArgumentError(
            f"no t test is called {str(kind)[:40]!r}\n  known    : {', '.join(T_KINDS)}"
        )
    if x is not None and (y is None) != (chosen == "one-sample"):
        has = "a second sample" if y is None else "no second sample"
        raise ArgumentError(
            f'kind="{chosen}" takes {has}\n  to fix   : give x{", y" * (y is None)}'
        )
    return chosen


def _one_t(kind: str, x: Any, y: Any, mu: float, side: str) -> Inference:
    """The test of one sample, or of the differences of pairs."""
    if kind == "paired":
        first, second = read_pair(x, y)
        unit = exponent_of(first, second)
        first, second, mu = scaled(first, unit), scaled(second, unit), scaled(mu, unit)
        values, data = first - second, {"x": first, "y": second, "mu_0": mu}
        require_spread(values, "x - y", "a t test", first, second)
    else:
        values = read_sample(x, "x", 2)
        require_spread(values, "x", "a t test")
        unit = exponent_of(values)
        values, mu = scaled(values, unit), scaled(mu, unit)
        data = {"x": values, "mu_0": mu}
    n = len(values)
    error = sqrt(sample_variance(values) / n)
    null = NullLaw("student", (float(n - 1),))
    more = _in_data_unit(_mean(values), error, unit)
    found = ("t", quotient(_mean(values, mu), error, "t"))
    return tested(T_PAGES[kind](), data, {"n": n}, found, null, side, **more)


def _mean(values: Sample, less: float = 0.0) -> float:
    """The mean, less a number: a large common part cancels before it takes digits."""
    return float((values[0] - less) + np.mean(values - values[0]))


def _in_unit(*given: Any) -> tuple[Any, ...]:
    """Samples and numbers in one unit, in which the largest is of an ordinary size."""
    unit = exponent_of(*given)
    return tuple(scaled(each, unit) for each in given)


def _in_data_unit(estimate: float, error: float, unit: int) -> dict[str, float]:
    """The estimate and its standard error, of data in a unit of their own."""
    return {
        "estimate": float(scaled(estimate, -unit)),
        "standard_error": float(unscaled(error, unit, "the standard error")),
    }
