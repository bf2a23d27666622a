"""Samples: one-dimensional arrays of finite numbers, read and refused."""

from __future__ import annotations

from sys import float_info
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from derive.errors import ArgumentError, DomainError, ShapeError
from derive.statistics.ranking import read_scores

Sample: TypeAlias = NDArray[np.float64]


def read_sample(values: Any, name: str, least: int = 1) -> Sample:
    """A one-dimensional array of at least so many finite numbers.

    Raises
    ------
    ArgumentError
        It holds something else than numbers.
    ShapeError
        Not one-dimensional, or too short.
    DomainError
        A number is nan or infinite.
    """
    array = read_scores(values, name)
    if array.ndim != 1:
        raise ShapeError(
            f"{name} must be one-dimensional, got an array of shape {array.shape}\n"
            f"  to fix   : give one column at a time, as in {name}[:, 0]"
        )
    if len(array) < least:
        raise ShapeError(
            f"{name} has {len(array)} value{'s' if len(array) != 1 else ''}, "
            f"at least {least} {'are' if least != 1 else 'is'} needed\n"
            f"  to fix   : give more of the sample"
        )
    return array


def read_pair(x: Any, y: Any, least: int = 2) -> tuple[Sample, Sample]:
    """Two samples of one length, taken together.

    Raises
    ------
    ShapeError
        The lengths differ, or they are too short.
    """
    first, second = read_sample(x, "x", least), read_sample(y, "y", least)
    if len(first) != len(second):
        raise ShapeError(
            f"x and y must be pairs, got {len(first)} and {len(second)} values\n"
            f"  to fix   : give both values of each example, in one order"
        )
    return first, second


def require_spread(values: Sample, name: str, what: str, *parts: Sample) -> None:
    """Raise if all values are one: there is nothing to divide by.

    Values that are differences of `parts` may differ by the rounding of these.
    """
    high, low = np.max(values) / 4, np.min(values) / 4  # a difference may be out of range
    rounding = float_info.epsilon * max((np.abs(part).max() for part in parts), default=0.0)
    if np.max(values) == np.min(values) or (parts and high - low <= rounding):
        words = " but for rounding" if np.max(values) != np.min(values) else ""
        raise DomainError(
            f"{name} is constant{words} ({values[0]:g}), so {what} divides by a variance of 0\n"
            f"  to fix   : give values that vary; a constant carries no scale"
        )


def read_ddof(ddof: Any, count: int, name: str) -> int:
    """What is taken off the number of values before dividing.

    Raises
    ------
    ArgumentError
        It is no whole number of at least 0.
    DomainError
        Nothing is left to divide by.
    """
    if isinstance(ddof, bool) or not isinstance(ddof, int | np.integer) or ddof < 0:
        raise ArgumentError(
            f"ddof must be a whole number of at least 0, got {str(ddof)[:40]}\n"
            f"  to fix   : ddof=1 divides by n - 1, ddof=0 by n"
        )
    if count <= ddof:
        raise DomainError(
            f"{name} has {count} value{'s' if count != 1 else ''}, "
            f"so n - ddof = {count - int(ddof)} cannot be divided by\n"
            f"  to fix   : give more than {int(ddof)} value{'s' if ddof != 1 else ''}, "
            f"or a smaller ddof"
        )
    return int(ddof)
