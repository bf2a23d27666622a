"""Calibration: how often the positive class came, among examples given like probabilities."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from derive.errors import ArgumentError
from derive.statistics.probabilities import read_one_class

STRATEGIES = ("uniform", "quantile")
MOST_BINS = 1_000_000


class CalibrationCurve(NamedTuple):
    """One point per bin that is not empty, from low to high probabilities.

    Attributes
    ----------
    observed : array of float, shape (m,)
        The share of positive examples in the bin.
    predicted : array of float, shape (m,)
        The mean of the predicted probabilities in the bin.
    counts : array of int, shape (m,)
        The number of examples in the bin.
    """

    observed: NDArray[np.float64]
    predicted: NDArray[np.float64]
    counts: NDArray[np.int64]


def calibration_curve(
    y_true: Any,
    probabilities: Any,
    positive: Any = None,
    bins: int = 10,
    strategy: str = "uniform",
) -> CalibrationCurve:
    """Compare predicted probabilities with frequencies, bin by bin.

    Parameters
    ----------
    y_true : array of n labels
        Of at most two classes.
    probabilities : array of float, shape (n,)
        Of the positive class.
    positive : label, optional
        The positive one of the two; 1 among 0 and 1 (or -1 and 1) if left out.
    bins : int
        How many; those without examples are left out.
    strategy : "uniform" or "quantile"
        Bins of one width, or of about one number of examples.  An upper edge belongs to its
        bin.

    Returns
    -------
    CalibrationCurve
        ``.observed``, ``.predicted``, ``.counts``; calibrated predictions have the first
        two equal but for chance.

    Raises
    ------
    ArgumentError
        `bins` is no whole number from 1 to a million, the strategy is unknown, or the
        positive label is not plain.
    ShapeError
        An array is empty or not one-dimensional, or the lengths differ.
    DomainError
        A probability is outside [0, 1], or there are more than two classes.

    References
    ----------
    degroot1983, The Comparison and Evaluation of Forecasters.

    Examples
    --------
    >>> curve = calibration_curve([0, 0, 1, 1], [0.1, 0.3, 0.6, 0.9], bins=2)
    >>> curve.observed, curve.predicted
    (array([0., 1.]), array([0.2 , 0.75]))
    """
    is_whole = isinstance(bins, int | np.integer) and not isinstance(bins, bool)
    if not is_whole or not 1 <= bins <= MOST_BINS:
        raise ArgumentError(
            f"bins must be a whole number from 1 to {MOST_BINS}, got {bins!r}\n"
            f"  to fix   : give 10, or fewer where examples are few"
        )
    if strategy not in STRATEGIES:
        raise ArgumentError(
            f"no strategy is called {strategy!r}\n  known    : {', '.join(STRATEGIES)}"
        )
    found = read_one_class(y_true, probabilities, positive)
    levels = np.linspace(0, 1, bins + 1)
    edges = levels if strategy == "uniform" else np.quantile(found.values, levels)
    places = np.searchsorted(edges[1:-1], found.values)
    counts = np.bincount(places, minlength=bins)
    kept = counts > 0
    positives = np.bincount(places, weights=found.is_positive, minlength=bins)
    totals = np.bincount(places, weights=found.values, minlength=bins)
    return CalibrationCurve(
        positives[kept] / counts[kept], totals[kept] / counts[kept], counts[kept]
    )
