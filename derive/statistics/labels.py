"""Labels: one-dimensional arrays of classes, read, compared and coded as 0, 1, ..."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from derive.errors import ArgumentError, DomainError, ShapeError

Codes: TypeAlias = NDArray[np.intp]
Array: TypeAlias = NDArray[Any]

DENSE = 1 << 16  # whole numbers that lie this close together are coded by a table, unsorted
SHOWN = 5  # labels that a message lists


@dataclass(frozen=True)
class Coded:
    """The labels in order, and for each array the place of every entry in that order."""

    labels: Array
    codes: tuple[Codes, ...]


def as_array(values: Any, name: str) -> Array:
    """Any input as a NumPy array.

    Raises
    ------
    ArgumentError
        Entries are masked.
    ShapeError
        Rows have different lengths.
    """
    if isinstance(values, np.ma.MaskedArray):
        if np.ma.is_masked(values):
            raise ArgumentError(
                f"{name} has masked entries\n"
                f"  to fix   : leave those examples out of every array, as in {name}.compressed()"
            )
        return np.asarray(values.data)
    try:
        return np.asarray(values)
    except ValueError:
        raise ShapeError(
            f"{name} has rows of different lengths\n  to fix   : give every row as many entries"
        ) from None


def read_labels(values: Any, name: str) -> Array:
    """A one-dimensional array of numbers or of texts.

    Raises
    ------
    ArgumentError
        The labels are neither numbers nor texts.
    ShapeError
        Not one-dimensional, or empty.
    DomainError
        A label is nan or infinite.
    """
    array = as_array(values, name)
    if array.ndim != 1:
        raise ShapeError(
            f"{name} must be one-dimensional, got an array of shape {array.shape}\n"
            f"  to fix   : give a list or an array with one label for each example"
        )
    if array.size == 0:
        raise ShapeError(f"{name} is empty\n  to fix   : give at least one example")
    if array.dtype.kind in "OU" and not isinstance(values, np.ndarray):
        array = np.asarray(values, dtype=object)  # a list with 1 and "a" is not one of texts
    if array.dtype.kind == "O":
        array = _of_one_kind(array, name)
    if array.dtype.kind == "b":
        return array.astype(np.int64)
    if array.dtype.kind in "iu":
        if array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max:
            raise DomainError(
                f"{name} holds {array.max()}, which no 64-bit label with a sign holds\n"
                f"  to fix   : number the classes from 0"
            )
        return array.astype(np.int64)
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            place = int(np.flatnonzero(~np.isfinite(array))[0])
            raise DomainError(
                f"{name}[{place}] is {array[place]}, which is no label\n"
                f"  to fix   : leave such examples out of every array"
            )
        return array
    if array.dtype.kind == "U":
        return array
    raise ArgumentError(
        f"{name} must hold numbers or texts, got {array.dtype}\n"
        f"  to fix   : number the classes from 0, or give their names"
    )


def _of_one_kind(array: Array, name: str) -> Array:
    """An array of Python objects as numbers or as texts."""
    numbers = int | float | np.integer | np.floating | np.bool_
    if all(isinstance(value, str) for value in array):
        return array.astype(str)
    if all(isinstance(value, numbers) for value in array):
        return np.asarray(array.tolist())
    kinds = sorted({type(value).__name__ for value in array})
    raise ArgumentError(
        f"{name} must hold numbers or texts throughout, got {', '.join(kinds)}\n"
        f"  to fix   : give every class one kind of label"
    )


def read_pair(y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    """True and predicted labels of the same examples, comparable with each other.

    Raises
    ------
    ArgumentError
        One holds numbers, the other texts.
    ShapeError
        Their lengths differ.
    """
    true, predicted = read_labels(y_true, "y_true"), read_labels(y_pred, "y_pred")
    require_one_length(true, predicted, "y_pred")
    require_one_kind(true, predicted, "y_pred")
    return true, predicted


def require_one_length(true: Array, other: Array, name: str) -> None:
    """Raise unless there is one row of `other` for each true label."""
    if len(true) != len(other):
        raise ShapeError(
            f"y_true and {name} must be about the same examples\n"
            f"  got      : {len(true)} and {len(other)} of them\n"
            f"  to fix   : give both for each example, in one order"
        )


def require_one_kind(true: Array, other: Array, name: str) -> None:
    """Raise unless both hold texts, or both hold numbers."""
    if (true.dtype.kind == "U") != (other.dtype.kind == "U"):
        raise ArgumentError(
            f"the labels of y_true and {name} cannot be compared\n"
            f"  got      : {listed(np.unique(true))} and {listed(np.unique(other))}\n"
            f"  to fix   : use the same labels in both"
        )


def coded(*arrays: Array) -> Coded:
    """The distinct labels of some arrays in ascending order, and the arrays by their places."""
    if all(array.dtype.kind == "i" for array in arrays):
        low = min(int(array.min()) for array in arrays)
        reach = max(int(array.max()) for array in arrays) - low
        if reach < DENSE:
            return _coded_by_table(arrays, low, reach + 1)
    labels, together = np.unique(np.concatenate(arrays), return_inverse=True)
    ends = np.cumsum([len(array) for array in arrays])
    return Coded(labels, tuple(np.split(together, ends[:-1])))


def _coded_by_table(arrays: tuple[Array, ...], low: int, width: int) -> Coded:
    """Codes of whole numbers from `low` to `low + width - 1`."""
    shifted = [(array - low).astype(np.intp) for array in arrays]
    seen = np.zeros(width, dtype=bool)
    for places in shifted:
        seen[places] = True
    table = np.cumsum(seen) - 1
    return Coded(np.flatnonzero(seen) + low, tuple(table[places] for places in shifted))


def coded_in(labels: Any, name: str, *arrays: Array) -> Coded:
    """The arrays by the places of their labels in a given list of classes.

    Raises
    ------
    DomainError
        A label stands twice in the list, or an array holds one that is not in it.
    """
    wanted = read_labels(labels, name)
    for array in arrays:
        require_one_kind(array, wanted, name)
    order = np.argsort(wanted, kind="stable")
    ascending = wanted[order]
    twice = ascending[1:][ascending[1:] == ascending[:-1]]
    if twice.size:
        raise DomainError(
            f"{name} names {shown(twice[0])} twice\n  to fix   : name each class once"
        )
    codes = []
    for array in arrays:
        at = np.minimum(np.searchsorted(ascending, array), len(ascending) - 1)
        unknown = array[ascending[at] != array]
        if unknown.size:
            raise DomainError(
                f"unknown label {shown(unknown[0])}\n"
                f"  got      : {name} = {listed(wanted)}\n"
                f"  to fix   : add it to {name}, or leave its examples out"
            )
        codes.append(order[at])
    return Coded(wanted, tuple(codes))


def positive_label(labels: Array, positive: Any = None) -> Any:
    """Which of at most two labels is the positive one.

    Left out, it is 1 among 0 and 1, or among -1 and 1.

    Raises
    ------
    ArgumentError
        It is left out and the labels do not tell.
    DomainError
        There are more than two labels, or two others.
    """
    if len(labels) > 2:
        raise DomainError(
            f"two classes are needed, got {len(labels)} labels: {listed(labels)}\n"
            f"  to fix   : compare the labels with one of them; predictions that are "
            f"probabilities need a threshold, as in p > 0.5"
        )
    if positive is not None and np.ndim(positive):
        raise ArgumentError(
            f"positive must be one label, got {shown(positive)}\n  to fix   : give one"
        )
    if positive is not None:
        given = read_labels([positive], "positive")
        require_one_kind(labels, given, "positive")
        if len(labels) == 2 and given[0] not in labels:
            raise DomainError(
                f"unknown label {shown(given[0])} for positive\n"
                f"  got      : {listed(labels)}\n"
                f"  to fix   : give one of these"
            )
        return given[0]
    if labels.dtype.kind == "U" or not (np.isin(labels, [0, 1]).all() or set(labels) <= {-1, 1}):
        raise ArgumentError(
            f"which label is the positive one is not plain from {listed(labels)}\n"
            f"  to fix   : give positive={shown(labels[-1])}"
        )
    return 1


def shown(label: Any) -> str:
    """A label as Python writes it, cut to 40 characters."""
    text = repr(label.item() if isinstance(label, np.generic) else label)
    return text if len(text) <= 40 else f"{text[:37]}..."


def listed(labels: Array) -> str:
    """The first labels of an array, as Python writes them."""
    text = ", ".join(shown(label) for label in labels[:SHOWN])
    return f"{text}, ..." if len(labels) > SHOWN else text
