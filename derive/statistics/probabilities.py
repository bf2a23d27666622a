"""Probabilities that were predicted: of one class, or one row on the simplex per example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.errors import DomainError, ShapeError
from derive.statistics.labels import (
    Codes,
    coded,
    coded_in,
    positive_label,
    read_labels,
    require_one_length,
    shown,
)
from derive.statistics.ranking import read_scores


@dataclass(frozen=True)
class OneClass:
    """Which examples are positive, and the probability that each was given of it."""

    is_positive: NDArray[np.bool_]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class EveryClass:
    """The column of each true label, and the rows of probabilities."""

    columns: Codes
    rows: NDArray[np.float64]

    @property
    def of_truth(self) -> NDArray[np.float64]:
        """The probability that each true label was given."""
        return self.rows[np.arange(len(self.rows)), self.columns]


def read_one_class(y_true: Any, probabilities: Any, positive: Any) -> OneClass:
    """Labels of two classes and the probabilities of the positive one.

    Raises
    ------
    ShapeError
        Not one-dimensional, or the lengths differ.
    DomainError
        A probability is outside [0, 1].
    """
    true = read_labels(y_true, "y_true")
    values = _in_unit_interval(probabilities)
    if values.ndim != 1:
        raise ShapeError(
            f"probabilities must be one-dimensional, got an array of shape {values.shape}\n"
            f"  to fix   : give those of the positive class, as in probabilities[:, 1]"
        )
    require_one_length(true, values, "probabilities")
    return OneClass(true == positive_label(coded(true).labels, positive), values)


def read_classes(
    y_true: Any, probabilities: Any, positive: Any, labels: Any
) -> OneClass | EveryClass:
    """Labels, and probabilities of one class (one-dimensional) or of each (one row each).

    Raises
    ------
    ShapeError
        The lengths differ, or the number of columns is not that of the classes.
    DomainError
        A probability is outside [0, 1], or a row does not sum to one.
    """
    values = _in_unit_interval(probabilities)
    if values.ndim == 1 and labels is None:
        return read_one_class(y_true, values, positive)
    if values.ndim not in {1, 2}:
        raise ShapeError(
            f"probabilities must be of shape (n,) or (n, k), got shape {values.shape}\n"
            f"  to fix   : give one of the positive class, or one of every class, per example"
        )
    if values.ndim == 1:
        raise ShapeError(
            f"labels go with one column of probabilities per class, got shape {values.shape}\n"
            f"  to fix   : leave labels out, or give an array of shape (n, k)"
        )
    true = read_labels(y_true, "y_true")
    require_one_length(true, values, "probabilities")
    found = coded(true) if labels is None else coded_in(labels, "labels", true)
    if positive is not None:
        raise DomainError(
            f"with a column for each class none is the positive one, got "
            f"positive={shown(positive)}\n  to fix   : leave it out"
        )
    if len(found.labels) != values.shape[1]:
        raise ShapeError(
            f"{values.shape[1]} columns of probabilities need as many classes\n"
            f"  got      : {len(found.labels)} labels\n"
            f"  to fix   : name the classes in the order of the columns, labels=[...]"
        )
    _require_simplex(values, np.asarray(probabilities).dtype)
    return EveryClass(found.codes[0], values)


def _in_unit_interval(probabilities: Any) -> NDArray[np.float64]:
    values = read_scores(probabilities, "probabilities")
    outside = (values < 0) | (values > 1)
    if outside.any():
        place = tuple(int(k) for k in np.argwhere(outside)[0])
        raise DomainError(
            f"probabilities[{', '.join(map(str, place))}] is {values[place]}, outside [0, 1]\n"
            f"  to fix   : turn scores into probabilities first, by a sigmoid or a softmax"
        )
    return values


def _require_simplex(rows: NDArray[np.float64], given: np.dtype[Any]) -> None:
    """Raise unless every row sums to one, up to the rounding of the numbers given."""
    exact = given if given.kind == "f" else np.dtype(np.float64)
    slack = float(np.sqrt(np.finfo(exact).eps))
    sums = rows.sum(axis=1)
    off = np.abs(sums - 1) > slack
    if off.any():
        place = int(np.flatnonzero(off)[0])
        raise DomainError(
            f"row {place} of probabilities sums to {sums[place]:.9g}, not to 1\n"
            f"  to fix   : divide each row by its sum, p / p.sum(axis=1, keepdims=True)"
        )
