"""How far a sample spreads, and how two go together."""

from __future__ import annotations

from math import copysign, sqrt
from sys import float_info
from typing import Any

import numpy as np

from derive.errors import ShapeError
from derive.statistics.ranking import read_scores
from derive.statistics.sample.reading import (
    Sample,
    read_ddof,
    read_pair,
    read_sample,
    require_spread,
)
from derive.statistics.sample.scale import exponent_of, scaled, unscaled


def sample_variance(x: Any, *, ddof: int = 1) -> float:
    """Return the sum of squared deviations from the mean over n - `ddof`.

    Parameters
    ----------
    x : array of n numbers
        The sample.
    ddof : int
        1 divides by n - 1 and has no bias; 0 divides by n, the maximum of a normal likelihood.

    Returns
    -------
    float
        In the square of the unit of `x`.

    Raises
    ------
    ArgumentError
        `x` holds no numbers, or `ddof` is no whole number.
    ShapeError
        `x` is empty or not one-dimensional.
    DomainError
        There are no more than `ddof` values, one is nan or infinite, or the variance is beyond
        double precision.

    Examples
    --------
    >>> sample_variance([1, 2, 6])
    7.0
    >>> sample_variance([1, 2, 6], ddof=0)
    4.666666666666667
    """
    values = read_sample(x, "x")
    unit = exponent_of(values)
    found = _variance(scaled(values, unit), ddof)
    return float(unscaled(found, 2 * unit, "the variance of x"))


def _variance(values: Sample, ddof: int) -> float:
    below = len(values) - read_ddof(ddof, len(values), "x")
    about = values - values[0]  # the shift takes a large common part out exactly
    gaps = about - about.mean()
    return float(gaps @ gaps / below)


def standard_deviation(x: Any, *, ddof: int = 1) -> float:
    """Return the root of ``sample_variance``.

    Parameters
    ----------
    x : array of n numbers
        The sample.
    ddof : int
        As of ``sample_variance``; with 1 the mean of the result is below the true deviation.

    Returns
    -------
    float
        In the unit of `x`.

    Raises
    ------
    ArgumentError
        `x` holds no numbers, or `ddof` is no whole number.
    ShapeError
        `x` is empty or not one-dimensional.
    DomainError
        There are no more than `ddof` values, or one is nan or infinite.

    Examples
    --------
    >>> standard_deviation([1, 3, 5])
    2.0
    """
    values = read_sample(x, "x")
    unit = exponent_of(values)
    found = sqrt(_variance(scaled(values, unit), ddof))
    return float(unscaled(found, unit, "the standard deviation of x"))


def sample_covariance(x: Any, y: Any = None, *, ddof: int = 1) -> Any:
    """Return the covariance of two samples, or of the columns of a matrix.

    Parameters
    ----------
    x : array of n numbers, or shape (n, d)
        The first sample, or one row per example.
    y : array of n numbers, optional
        The second sample; left out for a matrix.
    ddof : int
        The sum of products is divided by n - `ddof`.

    Returns
    -------
    float or array of shape (d, d)
        Units of `x` times units of `y`.

    Raises
    ------
    ArgumentError
        A sample holds no numbers, or `ddof` is no whole number.
    ShapeError
        The lengths differ, or `y` is left out and `x` is no matrix.
    DomainError
        There are no more than `ddof` examples, or a value is nan or infinite.

    Examples
    --------
    >>> sample_covariance([1, 2, 3], [2, 4, 9])
    3.5
    >>> sample_covariance([[1.0, 0.0], [3.0, 4.0]])
    array([[2., 4.],
           [4., 8.]])
    """
    if y is None:
        rows = _matrix(x)
        unit = exponent_of(rows)
        rows = scaled(rows, unit)
        gaps = rows - rows[0]
        gaps = gaps - gaps.mean(axis=0)
        found = gaps.T @ gaps / (len(rows) - read_ddof(ddof, len(rows), "x"))
        return unscaled(found, 2 * unit, "a covariance of x")
    first, second = read_pair(x, y, 1)
    below = len(first) - read_ddof(ddof, len(first), "x")
    units = exponent_of(first), exponent_of(second)
    first, second = scaled(first, units[0]), scaled(second, units[1])
    gaps, others = first - first[0], second - second[0]
    found = float((gaps - gaps.mean()) @ (others - others.mean()) / below)
    return float(unscaled(found, sum(units), "the covariance"))


def correlation(x: Any, y: Any = None) -> Any:
    """Return the covariance over both deviations, a number in [-1, 1].

    Parameters
    ----------
    x : array of n numbers, or shape (n, d)
        The first sample, or one row per example.
    y : array of n numbers, optional
        The second sample; left out for a matrix.

    Returns
    -------
    float or array of shape (d, d)
        Without unit.

    Raises
    ------
    ArgumentError
        A sample holds no numbers.
    ShapeError
        The lengths differ, or there are fewer than two examples.
    DomainError
        A sample is constant, or a value is nan or infinite.

    Examples
    --------
    >>> round(correlation([1, 2, 3], [2, 4, 9]), 6)
    0.970725
    """
    if y is None:
        rows = _matrix(x)
        read_ddof(1, len(rows), "x")
        for k, column in enumerate(rows.T):
            require_spread(column, f"x[:, {k}]", "a correlation")
        gaps = _units(rows)
        found = np.clip(gaps.T @ gaps, -1, 1)
        np.fill_diagonal(found, 1.0)
        return found
    first, second = read_pair(x, y)
    require_spread(first, "x", "a correlation")
    require_spread(second, "y", "a correlation")
    return correlation_and_rest(first, second)[0]


def correlation_and_rest(first: Sample, second: Sample) -> tuple[float, float]:
    """The correlation r, and sqrt(1 - r^2) as the length of what the first leaves of the second.

    Of pairs near a line 1 - r^2 cancels, that length does not, and r follows from it.
    """
    u, v = _units(first), _units(second)
    r = float(u @ v)
    rest = float(np.linalg.norm(v - r * u))
    rest = 0.0 if rest < 4 * float_info.epsilon * sqrt(len(first)) else rest
    if rest < 0.5:
        r = copysign(sqrt((1 - rest) * (1 + rest)), r)
    return r, min(1.0, rest)


def _units(values: Any) -> Any:
    """Deviations from the mean, each column of length 1."""
    values = scaled(values, exponent_of(values))
    gaps = values - values[0]
    gaps = gaps / np.abs(gaps).max(axis=0)  # squares of tiny or huge gaps stay in range
    gaps = gaps - gaps.mean(axis=0)
    return gaps / np.linalg.norm(gaps, axis=0)


def _matrix(x: Any) -> Any:
    rows = read_scores(x, "x")
    if rows.ndim != 2 or not rows.size:
        raise ShapeError(
            f"x must be a matrix where y is left out, got an array of shape {rows.shape}\n"
            f"  to fix   : give y, or one row per example"
        )
    return rows
