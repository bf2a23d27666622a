"""The confusion matrix and the accuracy: counts of pairs of true and predicted labels."""

from __future__ import annotations

import math
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from derive.statistics.labels import Coded, coded, coded_in, read_pair


def confusion_matrix(y_true: Any, y_pred: Any, labels: Any = None) -> NDArray[np.int64]:
    """Count how often each true label met each predicted one.

    Parameters
    ----------
    y_true : array of n labels
        Numbers, truth values or texts.
    y_pred : array of n labels
        Of the same kind.
    labels : array of k labels, optional
        The classes, in the order of rows and columns; all that occur, ascending, if left out.

    Returns
    -------
    array of int, shape (k, k)
        Row i, column j: the number of examples of class i that were called j.

    Raises
    ------
    ArgumentError
        Labels are neither numbers nor texts, or numbers in one array and texts in the other.
    ShapeError
        An array is empty or not one-dimensional, or the lengths differ.
    DomainError
        A label is nan, or is not among `labels`.

    References
    ----------
    fawcett2006, section 2.

    Examples
    --------
    >>> confusion_matrix([1, 0, 1, 1], [1, 0, 0, 1])
    array([[1, 0],
           [1, 2]])
    """
    true, predicted = read_pair(y_true, y_pred)
    return counted(
        coded(true, predicted) if labels is None else coded_in(labels, "labels", true, predicted)
    )


def counted(found: Coded) -> NDArray[np.int64]:
    """The confusion matrix of two coded arrays."""
    size = len(found.labels)
    true, predicted = found.codes
    return np.bincount(true * size + predicted, minlength=size * size).reshape(size, size)


@overload
def accuracy(y_true: Any, y_pred: Any, standard_error: Literal[False] = False) -> float: ...
@overload
def accuracy(y_true: Any, y_pred: Any, standard_error: bool) -> float | tuple[float, float]: ...
def accuracy(y_true: Any, y_pred: Any, standard_error: bool = False) -> float | tuple[float, float]:
    """Give the share of examples whose label was predicted.

    It is the mean of n indicators.  For independent examples these are Bernoulli values, so
    the mean has variance p(1 - p)/n; its standard error puts the accuracy for p.
    ``metric_derivation("accuracy")`` shows the steps.

    Parameters
    ----------
    y_true : array of n labels
        Numbers, truth values or texts.
    y_pred : array of n labels
        Of the same kind.
    standard_error : bool
        Whether the standard error is given too.

    Returns
    -------
    float, or (float, float)
        The accuracy a; with `standard_error` also sqrt(a (1 - a)/n), which is 0, and says
        nothing, where all labels or none are right.

    Raises
    ------
    ArgumentError
        Labels are neither numbers nor texts, or numbers in one array and texts in the other.
    ShapeError
        An array is empty or not one-dimensional, or the lengths differ.
    DomainError
        A label is nan.

    Examples
    --------
    >>> accuracy([1, 0, 1, 1], [1, 0, 0, 1])
    0.75
    >>> accuracy(["cat", "dog"], ["cat", "cat"], standard_error=True)
    (0.5, 0.3535533905932738)
    """
    true, predicted = read_pair(y_true, y_pred)
    share = int(np.count_nonzero(true == predicted)) / len(true)
    if not standard_error:
        return share
    return share, math.sqrt(share * (1 - share) / len(true))
