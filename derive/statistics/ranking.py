"""ROC curve and AUC: how well a score puts positive examples above negative ones."""

from __future__ import annotations

import contextlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from derive.errors import ArgumentError, DomainError, ShapeError
from derive.statistics.labels import (
    as_array,
    coded,
    positive_label,
    read_labels,
    require_one_length,
    shown,
)


class RocCurve(NamedTuple):
    """The points of a ROC curve, from "nothing is called positive" to "everything is".

    Attributes
    ----------
    false_positive_rate, true_positive_rate : array of float, shape (m + 1,)
        At the m distinct scores, after the point (0, 0).
    thresholds : array of float, shape (m + 1,)
        Descending; what scores at least the threshold is called positive.  The first is
        infinity.
    """

    false_positive_rate: NDArray[np.float64]
    true_positive_rate: NDArray[np.float64]
    thresholds: NDArray[np.float64]


def roc_curve(y_true: Any, scores: Any, positive: Any = None) -> RocCurve:
    """Trace the rates of true and false positives over all thresholds.

    Parameters
    ----------
    y_true : array of n labels
        Of two classes, both of which occur.
    scores : array of float, shape (n,)
        Higher where an example looks more positive; probabilities or any other scale.
    positive : label, optional
        The positive one of the two; 1 among 0 and 1 (or -1 and 1) if left out.

    Returns
    -------
    RocCurve
        ``.false_positive_rate``, ``.true_positive_rate``, ``.thresholds``: one point per
        distinct score.

    Raises
    ------
    ArgumentError
        The scores are no numbers, or the positive label is not plain.
    ShapeError
        An array is empty or not one-dimensional, or the lengths differ.
    DomainError
        One class only, or more than two; a score is nan or infinite.

    References
    ----------
    fawcett2006, section 4.

    Examples
    --------
    >>> curve = roc_curve([1, 0, 1, 0], [0.9, 0.6, 0.5, 0.1])
    >>> curve.true_positive_rate
    array([0. , 0.5, 0.5, 1. , 1. ])
    """
    is_positive, values = _read(y_true, scores, positive)
    order = np.argsort(-values, kind="stable")
    values, is_positive = values[order], is_positive[order]
    ends = np.append(
        np.flatnonzero(values[1:] != values[:-1]), len(values) - 1
    )  # last of each score
    above = np.cumsum(is_positive)[ends]
    below = ends + 1 - above
    return RocCurve(
        np.append(0.0, below / below[-1]),
        np.append(0.0, above / above[-1]),
        np.append(np.inf, values[ends]),
    )


def auc(y_true: Any, scores: Any, positive: Any = None) -> float:
    """Give the chance that a positive example scores above a negative one, ties counting half.

    This is the area under the ROC curve by the trapezoid rule, see
    ``metric_derivation("auc")``.  Pairs are counted as whole numbers.

    Parameters
    ----------
    y_true : array of n labels
        Of two classes, both of which occur.
    scores : array of float, shape (n,)
        Higher where an example looks more positive.
    positive : label, optional
        The positive one of the two; 1 among 0 and 1 (or -1 and 1) if left out.

    Returns
    -------
    float
        From 0 to 1; 1/2 for scores that say nothing.

    Raises
    ------
    ArgumentError
        The scores are no numbers, or the positive label is not plain.
    ShapeError
        An array is empty or not one-dimensional, or the lengths differ.
    DomainError
        One class only, or more than two; a score is nan or infinite.

    References
    ----------
    hanley1982; fawcett2006, section 7.

    Examples
    --------
    >>> auc([1, 0, 1, 0], [0.9, 0.6, 0.5, 0.1])
    0.75
    """
    is_positive, values = _read(y_true, scores, positive)
    negatives = np.sort(values[~is_positive])
    positives = np.sort(values[is_positive])  # sorted queries stay in the cache
    below = np.searchsorted(negatives, positives, side="left")
    not_above = np.searchsorted(negatives, positives, side="right")
    halves = int(below.sum()) + int(not_above.sum())
    return halves / (2 * len(positives) * len(negatives))


def _read(y_true: Any, scores: Any, positive: Any) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which examples are positive, and the scores."""
    true = read_labels(y_true, "y_true")
    values = read_scores(scores, "scores")
    if values.ndim != 1:
        raise ShapeError(
            f"scores must be one-dimensional, got an array of shape {values.shape}\n"
            f"  to fix   : give the score of the positive class, as in scores[:, 1]"
        )
    require_one_length(true, values, "scores")
    labels = coded(true).labels
    name = positive_label(labels, positive)
    if len(labels) == 1:
        raise DomainError(
            f"both classes are needed, got one only: {shown(labels[0])}\n"
            f"  to fix   : give examples of the other class too; without them no rate of "
            f"{'false' if labels[0] == name else 'true'} positives exists"
        )
    return true == name, values


def read_scores(scores: Any, name: str) -> NDArray[np.float64]:
    """An array of finite numbers.

    Raises
    ------
    ArgumentError
        It holds something else.
    DomainError
        A number is nan or infinite.
    """
    array = as_array(scores, name)
    if array.dtype.kind == "O":
        with contextlib.suppress(TypeError, ValueError):
            array = array.astype(np.float64)
    if array.dtype.kind not in "biuf":
        raise ArgumentError(
            f"{name} must be numbers, got {array.dtype}\n  to fix   : give an array of floats"
        )
    values = array.astype(np.float64)
    if not np.isfinite(values).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(values))[0])
        raise DomainError(
            f"{name}[{', '.join(map(str, place))}] is {values[place]}, which is no finite number\n"
            f"  to fix   : leave such examples out of every array"
        )
    return values
