"""Precision, recall, specificity and the F scores: ratios of counts, per class or averaged.

Every ratio is ``above/below`` with four counts per class, one class against all others.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from derive.errors import ArgumentError, DomainError
from derive.statistics.confusion import counted
from derive.statistics.labels import Array, coded, positive_label, read_pair, shown

Floats: TypeAlias = NDArray[np.float64]
AVERAGES = ("binary", "macro", "micro", "weighted", "each")
BETAS = (1e-100, 1e100)  # their squares times a count are floats


@dataclass(frozen=True)
class Counts:
    """True and false positives and negatives of some classes, each against the others."""

    tp: Array
    fp: Array
    fn: Array
    tn: Array
    names: tuple[str, ...]  # of the classes, for messages

    @property
    def pooled(self) -> Counts:
        """The counts of all classes together."""
        tp, fp, fn, tn = (part.sum(keepdims=True) for part in (self.tp, self.fp, self.fn, self.tn))
        return Counts(tp, fp, fn, tn, ("all classes together",))


@dataclass(frozen=True)
class Ratio:
    """A metric as a quotient, and in words when there is nothing to divide by."""

    name: str
    above: Callable[[Counts], Array]
    below: Callable[[Counts], Array]
    missing: str


PRECISION = Ratio("precision", lambda c: c.tp, lambda c: c.tp + c.fp, "nothing was called {0}")
RECALL = Ratio("recall", lambda c: c.tp, lambda c: c.tp + c.fn, "no example is of class {0}")
SPECIFICITY = Ratio(
    "specificity", lambda c: c.tn, lambda c: c.tn + c.fp, "every example is of class {0}"
)


def _is_number(value: Any) -> bool:
    """Whether a value is a real number, and no truth value."""
    return isinstance(value, Real) and not isinstance(value, bool)


def f_ratio(beta: float, name: str) -> Ratio:
    """The F score as one quotient of counts.

    Raises
    ------
    ArgumentError
        `beta` is no number.
    DomainError
        `beta` is not positive, or its square is no float.
    """
    if not _is_number(beta):
        raise ArgumentError(f"beta must be a number, got {beta!r}\n  to fix   : give 1, 2 or 0.5")
    weight = float(beta)
    if not BETAS[0] <= weight <= BETAS[1]:
        raise DomainError(
            f"beta must be positive, from {BETAS[0]} to {BETAS[1]}, got {beta}\n"
            f"  to fix   : give 1 for equal weight, 2 where recall counts more, 0.5 where less;"
            f" precision and recall are the two ends"
        )
    square = weight**2
    return Ratio(
        name,
        lambda c: (1 + square) * c.tp,
        lambda c: (1 + square) * c.tp + c.fp + square * c.fn,
        "no example is of class {0} and nothing was called so",
    )


def precision(
    y_true: Any,
    y_pred: Any,
    positive: Any = None,
    average: str = "binary",
    zero_division: float | None = None,
) -> float | Floats:
    """Give the share of examples called positive that are: TP/(TP + FP).

    Parameters
    ----------
    y_true : array of n labels
        Numbers, truth values or texts.
    y_pred : array of n labels
        Of the same kind.
    positive : label, optional
        The positive one of two; 1 among 0 and 1 (or -1 and 1) if left out.
    average : "binary", "macro", "micro", "weighted" or "each"
        Of more classes: the mean over them, of the pooled counts, the mean weighted with
        their frequencies, or an array with one value per class in ascending order.
    zero_division : float, optional
        The value of 0/0, often 0, 1 or nan; an error if left out.  nan is not averaged.

    Returns
    -------
    float, or array of shape (k,) with ``average="each"``

    Raises
    ------
    ArgumentError
        Labels are of no known or of different kinds, the positive one is not plain, or
        `average` is unknown.
    ShapeError
        An array is empty or not one-dimensional, or the lengths differ.
    DomainError
        0/0 without `zero_division`; a label is nan or unknown; or more than two classes
        without `average`.

    References
    ----------
    fawcett2006, section 2.

    Examples
    --------
    >>> precision([1, 0, 1, 1], [1, 1, 0, 1])
    0.6666666666666666
    >>> precision([1, 0], [0, 0], zero_division=0)
    0.0
    """
    return _ratio(PRECISION, y_true, y_pred, positive, average, zero_division)


def recall(
    y_true: Any,
    y_pred: Any,
    positive: Any = None,
    average: str = "binary",
    zero_division: float | None = None,
) -> float | Floats:
    """Give the share of positive examples that were called so: TP/(TP + FN).

    It is the sensitivity, or true-positive rate.

    Parameters
    ----------
    y_true, y_pred : arrays of n labels
    positive, average, zero_division
        As in ``precision``.

    Returns
    -------
    float, or array of shape (k,) with ``average="each"``

    Raises
    ------
    ArgumentError, ShapeError, DomainError
        As in ``precision``; 0/0 means that no example is positive.
    DomainError
        0/0 without `zero_division`.

    References
    ----------
    fawcett2006, section 2.

    Examples
    --------
    >>> recall([1, 0, 1, 1], [1, 0, 0, 1])
    0.6666666666666666
    """
    return _ratio(RECALL, y_true, y_pred, positive, average, zero_division)


def specificity(
    y_true: Any,
    y_pred: Any,
    positive: Any = None,
    average: str = "binary",
    zero_division: float | None = None,
) -> float | Floats:
    """Give the share of negative examples that were called so: TN/(TN + FP).

    One minus it is the false-positive rate.

    Parameters
    ----------
    y_true, y_pred : arrays of n labels
    positive, average, zero_division
        As in ``precision``.

    Returns
    -------
    float, or array of shape (k,) with ``average="each"``

    Raises
    ------
    ArgumentError, ShapeError, DomainError
        As in ``precision``; 0/0 means that no example is negative.
    DomainError
        0/0 without `zero_division`.

    References
    ----------
    fawcett2006, section 2.

    Examples
    --------
    >>> specificity([1, 0, 0, 0], [1, 0, 0, 1])
    0.6666666666666666
    """
    return _ratio(SPECIFICITY, y_true, y_pred, positive, average, zero_division)


def f1_score(
    y_true: Any,
    y_pred: Any,
    positive: Any = None,
    average: str = "binary",
    zero_division: float | None = None,
) -> float | Floats:
    """Give the harmonic mean of precision and recall: 2 TP/(2 TP + FP + FN).

    Where one of the two is 0/0 but an example is positive or called so, it is 0.

    Parameters
    ----------
    y_true, y_pred : arrays of n labels
    positive, average, zero_division
        As in ``precision``.

    Returns
    -------
    float, or array of shape (k,) with ``average="each"``

    Raises
    ------
    ArgumentError, ShapeError, DomainError
        As in ``precision``; 0/0 means that no example is positive and none was called so.
    DomainError
        0/0 without `zero_division`.

    References
    ----------
    lipton2014, section 2.

    Examples
    --------
    >>> f1_score([1, 0, 1, 1], [1, 1, 0, 1])
    0.6666666666666666
    """
    return _ratio(f_ratio(1, "f1_score"), y_true, y_pred, positive, average, zero_division)


def fbeta_score(
    y_true: Any,
    y_pred: Any,
    beta: float,
    positive: Any = None,
    average: str = "binary",
    zero_division: float | None = None,
) -> float | Floats:
    """Give the weighted harmonic mean of precision and recall, recall with weight beta^2.

    It is (1 + beta^2) TP/((1 + beta^2) TP + FP + beta^2 FN).

    Parameters
    ----------
    y_true, y_pred : arrays of n labels
    beta : positive float
        How many times as much recall counts.
    positive, average, zero_division
        As in ``precision``.

    Returns
    -------
    float, or array of shape (k,) with ``average="each"``

    Raises
    ------
    ArgumentError, ShapeError, DomainError
        As in ``f1_score``.
    DomainError
        `beta` is not positive.

    References
    ----------
    rijsbergen1979, chapter 7.

    Examples
    --------
    >>> fbeta_score([1, 0, 1, 1], [1, 0, 0, 0], beta=2)
    0.38461538461538464
    """
    return _ratio(f_ratio(beta, "fbeta_score"), y_true, y_pred, positive, average, zero_division)


def _ratio(
    ratio: Ratio,
    y_true: Any,
    y_pred: Any,
    positive: Any,
    average: str,
    zero_division: float | None,
) -> float | Floats:
    """A ratio of the positive class, or of every class and averaged."""
    if average not in AVERAGES:
        raise ArgumentError(f"no average is called {average!r}\n  known    : {', '.join(AVERAGES)}")
    if zero_division is not None and not _is_number(zero_division):
        raise ArgumentError(
            f"zero_division must be a number, got {zero_division!r}\n  to fix   : give 0, 1 or nan"
        )
    true, predicted = read_pair(y_true, y_pred)
    if average == "binary":
        counts = _of_positive(true, predicted, positive)
        return float(_divided(ratio, counts, zero_division)[0])
    if positive is not None:
        raise ArgumentError(
            f"an average over the classes has no positive one, got positive={shown(positive)}\n"
            f'  to fix   : leave it out, or leave out average="{average}"'
        )
    counts = _of_every(true, predicted)
    if average == "micro":
        return float(_divided(ratio, counts.pooled, zero_division)[0])
    values = _divided(ratio, counts, zero_division)
    if average == "each":
        return values
    weights = counts.tp + counts.fn if average == "weighted" else np.ones(len(values))
    weights = np.where(np.isnan(values), 0, weights)
    whole = float(weights.sum())
    return float(np.nan_to_num(values) @ weights) / whole if whole else math.nan


def _of_positive(true: Array, predicted: Array, positive: Any) -> Counts:
    """The counts of the positive class."""
    name = positive_label(coded(true, predicted).labels, positive)
    is_true, is_called = true == name, predicted == name
    tp = int(np.count_nonzero(is_true & is_called))
    fp, fn = int(np.count_nonzero(is_called)) - tp, int(np.count_nonzero(is_true)) - tp
    tn = len(true) - tp - fp - fn
    one = [np.array([count]) for count in (tp, fp, fn, tn)]
    return Counts(one[0], one[1], one[2], one[3], (shown(name),))


def _of_every(true: Array, predicted: Array) -> Counts:
    """The counts of every class against the others."""
    found = coded(true, predicted)
    table = counted(found)
    tp = np.diagonal(table)
    fp, fn = table.sum(axis=0) - tp, table.sum(axis=1) - tp
    names = tuple(shown(label) for label in found.labels)
    return Counts(tp, fp, fn, len(true) - tp - fp - fn, names)


def _divided(ratio: Ratio, counts: Counts, zero_division: float | None) -> Floats:
    """The quotients; 0/0 as told."""
    above, below = ratio.above(counts), ratio.below(counts)
    is_missing = below == 0
    if zero_division is None and is_missing.any():
        what = ratio.missing.format(counts.names[int(np.flatnonzero(is_missing)[0])])
        raise DomainError(
            f"{ratio.name} is 0/0: {what}\n"
            f"  to fix   : say what that is worth, zero_division=0 (or 1, or nan)"
        )
    values = np.full(len(below), math.nan if zero_division is None else float(zero_division))
    np.divide(above, below, out=values, where=~is_missing)
    return values
