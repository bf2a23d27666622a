"""Log loss and Brier score: what a predicted probability costs once the outcome is known."""

from __future__ import annotations

from typing import Any

import numpy as np

from derive.statistics.probabilities import OneClass, read_classes


def log_loss(y_true: Any, probabilities: Any, positive: Any = None, labels: Any = None) -> float:
    """Average minus the logarithm of the probability that each outcome was given.

    It is proper: its mean is least at the true probability, see
    ``metric_derivation("log_loss")``.  It is infinite where an outcome came that had been
    given probability 0; nothing is clipped.

    Parameters
    ----------
    y_true : array of n labels
        Numbers, truth values or texts.
    probabilities : array of float, shape (n,) or (n, k)
        Of the positive class; or of every class, one row on the simplex per example.
    positive : label, optional
        With shape (n,), the positive one of two labels; 1 among 0 and 1 if left out.
    labels : array of k labels, optional
        With shape (n, k), the classes in the order of the columns; ascending if left out.

    Returns
    -------
    float
        In nats, from 0 to infinity.

    Raises
    ------
    ArgumentError
        The probabilities are no numbers, or the positive label is not plain.
    ShapeError
        The lengths differ, or the number of columns is not that of the classes.
    DomainError
        A probability is outside [0, 1], a row does not sum to one, or a label is unknown.

    References
    ----------
    gneiting2007, section 3.

    Examples
    --------
    >>> log_loss([1, 0], [0.8, 0.4])
    0.3669845875401002
    """
    found = read_classes(y_true, probabilities, positive, labels)
    with np.errstate(divide="ignore"):
        if isinstance(found, OneClass):
            # log1p keeps the digits of 1 - p where p is small
            of_truth = np.log1p(np.where(found.is_positive, found.values - 1, -found.values))
            tiny = found.is_positive & (found.values < 0.5)
            of_truth[tiny] = np.log(found.values[tiny])
        else:
            of_truth = np.log(found.of_truth)
    return abs(float(of_truth.mean()))


def brier_score(y_true: Any, probabilities: Any, positive: Any = None, labels: Any = None) -> float:
    """Average the squared distance of the probabilities from what came.

    It is proper: its mean is least at the true probability, see
    ``metric_derivation("brier_score")``.

    Parameters
    ----------
    y_true : array of n labels
        Numbers, truth values or texts.
    probabilities : array of float, shape (n,) or (n, k)
        Of the positive class; or of every class, one row on the simplex per example.
    positive : label, optional
        With shape (n,), the positive one of two labels; 1 among 0 and 1 if left out.
    labels : array of k labels, optional
        With shape (n, k), the classes in the order of the columns; ascending if left out.

    Returns
    -------
    float
        For two classes the mean of (p - y)^2, from 0 to 1, in either shape; for more the mean
        of the squared length of the difference, from 0 to 2.

    Raises
    ------
    ArgumentError
        The probabilities are no numbers, or the positive label is not plain.
    ShapeError
        The lengths differ, or the number of columns is not that of the classes.
    DomainError
        A probability is outside [0, 1], a row does not sum to one, or a label is unknown.

    References
    ----------
    brier1950; gneiting2007, section 3.

    Examples
    --------
    >>> brier_score([1, 0], [0.5, 0.25])
    0.15625
    """
    found = read_classes(y_true, probabilities, positive, labels)
    if isinstance(found, OneClass):
        return float(np.mean((found.values - found.is_positive) ** 2))
    difference = found.rows.copy()
    difference[np.arange(len(difference)), found.columns] -= 1
    squares = float(np.mean((difference**2).sum(axis=1)))
    return squares / 2 if found.rows.shape[1] == 2 else squares
