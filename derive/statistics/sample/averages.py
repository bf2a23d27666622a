"""Where a sample lies: mean, median, quantile."""

from __future__ import annotations

from typing import Any

import numpy as np

from derive.errors import ArgumentError, DomainError
from derive.language import to_scalar
from derive.language.law import Law
from derive.statistics.ranking import read_scores
from derive.statistics.sample.reading import read_sample
from derive.statistics.sample.scale import exponent_of, scaled


def mean(x: Any) -> Any:
    """Return the mean of a sample, or of all entries of a symbolic vector or matrix.

    Parameters
    ----------
    x : array or list of n numbers; or SymPy object, any shape
        The sample, or an expression.

    Returns
    -------
    float or Expr
        The total over the number of values: of numbers a number, else a scalar expression.

    Raises
    ------
    ArgumentError
        `x` is a text, or holds no numbers.
    ShapeError
        The array is empty or not one-dimensional.
    DomainError
        A value is nan or infinite.

    Examples
    --------
    >>> mean([1, 2, 6])
    3.0
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> mean(vector("w", d))
    total(w)/d
    """
    if isinstance(x, np.ndarray | list | tuple):
        values = read_sample(x, "x")
        unit = exponent_of(values)
        values = scaled(values, unit)
        about = values[0]  # a large common part takes no digits from the sum
        return float(scaled(about + np.mean(values - about), -unit))
    _require_no_law(x, "mean", "expectation('x', law)")
    return to_scalar.mean(x)


def _require_no_law(x: Any, asked: str, instead: str) -> None:
    """Raise where a law, or the text of one, stands for a sample.

    Raises
    ------
    ArgumentError
        It says what asks a law the same.
    """
    if isinstance(x, Law) or (isinstance(x, str) and "(" in x):
        raise ArgumentError(
            f"{asked} takes a sample, got the law {str(x)[:60]}\n"
            f"  to fix   : of a law ask {instead}"
        )


def median(x: Any) -> float:
    """Return the median: what has as many values below it as above it.

    Parameters
    ----------
    x : array of n numbers
        The sample.

    Returns
    -------
    float
        The middle value; of an even number the middle of the two middle ones, every point
        between which minimises the absolute deviations.

    Raises
    ------
    ArgumentError
        `x` holds no numbers.
    ShapeError
        `x` is empty or not one-dimensional.
    DomainError
        A value is nan or infinite.

    Examples
    --------
    >>> median([7, 1, 2])
    2.0
    >>> median([7, 1, 2, 4])
    3.0
    """
    _require_no_law(x, "median", "quantile(law), at p = 1/2")
    values = read_sample(x, "x")
    unit = exponent_of(values)
    return float(scaled(np.median(scaled(values, unit)), -unit))


def sample_quantile(x: Any, p: Any) -> Any:
    """Return the value below which a share `p` of the sample lies.

    Parameters
    ----------
    x : array of n numbers
        The sample.
    p : number or array in [0, 1]
        The share.

    Returns
    -------
    float or array
        The ordered values joined by straight lines, the k-th of them at (k - 1)/(n - 1).

    Raises
    ------
    ArgumentError
        `x` or `p` holds no numbers.
    ShapeError
        `x` is empty or not one-dimensional.
    DomainError
        A share is outside [0, 1], or a value is nan or infinite.

    Examples
    --------
    >>> sample_quantile([1, 2, 3, 4, 5], 0.25)
    2.0
    """
    values, shares = read_sample(x, "x"), read_scores(p, "p")
    if ((shares < 0) | (shares > 1)).any():
        wrong = shares[(shares < 0) | (shares > 1)].flat[0]
        raise DomainError(f"p = {wrong:g} is no share of a sample\n  to fix   : give 0 <= p <= 1")
    unit = exponent_of(values)
    found = scaled(np.quantile(scaled(values, unit), shares), -unit)
    return float(found) if np.ndim(found) == 0 else found
