"""Data of examples: an array with one row for each example and one column for each feature."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from derive.errors import ArgumentError, DomainError, ShapeError
from derive.statistics.labels import as_array

Floats: TypeAlias = NDArray[np.float64]


def read_numbers(values: Any, name: str) -> Floats:
    """An array of finite numbers of any shape.

    Raises
    ------
    ArgumentError
        The entries are no real numbers.
    DomainError
        One of them is nan or infinite.
    """
    array = as_array(values, name)
    if array.dtype.kind not in "biuf":
        raise ArgumentError(
            f"{name} must hold real numbers, got {array.dtype}\n"
            f"  to fix   : turn texts and categories into numbers first"
        )
    numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(numbers))[0])
        raise DomainError(
            f"{name}[{', '.join(map(str, place))}] is {numbers[place]}\n"
            f"  to fix   : leave such examples out, or fill the gaps in first"
        )
    return numbers


def read_data(values: Any, name: str = "X") -> Floats:
    """Rows of examples, shape (N, d), each finite.

    Raises
    ------
    ArgumentError
        The entries are no real numbers.
    ShapeError
        Not two-dimensional, or empty.
    DomainError
        An entry is nan or infinite.

    Examples
    --------
    >>> read_data([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    numbers = read_numbers(values, name)
    if numbers.ndim != 2:
        raise ShapeError(
            f"{name} must be of shape (N, d), one row for each example, got {numbers.shape}\n"
            f"  to fix   : a single feature is a column, {name}[:, None]; a single example a row"
        )
    if 0 in numbers.shape:
        raise ShapeError(
            f"{name} is empty, of shape {numbers.shape}\n"
            f"  to fix   : give at least one example with one feature"
        )
    return numbers
