"""Data near the ends of double precision: in a unit of their own, and back.

A unit is a power of two, so nothing is rounded on the way.  Where the data are of an ordinary
size the unit is one.
"""

from __future__ import annotations

from math import frexp, isfinite
from sys import float_info
from typing import Any

import numpy as np

from derive.errors import DomainError

ORDINARY = (1e-100, 1e100)  # squares and sums of squares of such numbers stay in range


def exponent_of(*samples: Any) -> int:
    """The exponent of the unit in which the largest modulus is about one."""
    largest = max(float(np.abs(sample).max()) for sample in samples)
    if not largest or ORDINARY[0] < largest < ORDINARY[1]:
        return 0
    return frexp(largest)[1]


def scaled(values: Any, exponent: int) -> Any:
    """The values in the unit ``2**exponent``."""
    if not exponent:
        return values
    with np.errstate(over="ignore", under="ignore"):
        found = np.ldexp(values, -exponent)
    return found if np.ndim(found) else float(found)


def unscaled(value: Any, exponent: int, what: str) -> Any:
    """A number in the unit ``2**exponent`` as a plain one.

    Raises
    ------
    DomainError
        It is too large or, not zero, too small for double precision.
    """
    if not exponent:
        return value
    found = scaled(value, -exponent)
    lost = ~np.isfinite(found) | ((np.abs(found) < float_info.min) & (np.asarray(value) != 0))
    if np.any(lost):
        beyond(what)
    return found


def quotient(above: float, below: float, what: str) -> float:
    """A ratio of numbers.

    Raises
    ------
    DomainError
        It is too large for double precision.
    """
    with np.errstate(all="ignore"):
        found = float(np.float64(above) / np.float64(below))
    if not isfinite(found):
        beyond(what)
    return found


def beyond(what: str) -> None:
    """Refuse a number that doubles cannot hold.

    Raises
    ------
    DomainError
        Always.
    """
    raise DomainError(
        f"{what} is beyond double precision\n  to fix   : give the data in another unit"
    )
