"""How far a sample spreads, and how two go together."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from derive.errors import ShapeError
from derive.statistics.ranking import read_scores
from derive.statistics.sample.reading import read_ddof, read_pair, read_sample, require_spread


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
        There are no more than `ddof` values, or one is nan or infinite.

    Examples
    --------
    >>> sample_variance([1, 2, 6])
    7.0
    >>> sample_variance([1, 2, 6], ddof=0)
    4.666666666666667
    """
    values = read_sample(x, "x")
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
    return sqrt(sample_variance(x, ddof=ddof))


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
        gaps = rows - rows[0]
        gaps = gaps - gaps.mean(axis=0)
        return gaps.T @ gaps / (len(rows) - read_ddof(ddof, len(rows), "x"))
    first, second = read_pair(x, y, 1)
    below = len(first) - read_ddof(ddof, len(first), "x")
    gaps, others = first - first[0], second - second[0]
    return float((gaps - gaps.mean()) @ (others - others.mean()) / below)


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
    product = _units(first) @ _units(second)
    return float(min(1.0, max(-1.0, product)))


def _units(values: Any) -> Any:
    """Deviations from the mean, each column of length 1."""
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
