"""Numbers that a test is given: finite, positive, levels, counts."""

from __future__ import annotations

from math import inf, isfinite
from numbers import Real
from operator import index
from typing import Any

from derive.errors import ArgumentError, DomainError

MOST = 2**53


def finite(value: Any, name: str) -> float:
    """A finite number.

    Raises
    ------
    ArgumentError
        It is no number.
    DomainError
        It is nan or infinite.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ArgumentError(
            f"{name} must be a number, got {str(value)[:40]}\n  to fix   : give one, as in {name}=1"
        )
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number):
        raise DomainError(f"{name} is {number}, which is no finite number\n  to fix   : give one")
    return number


def positive(value: Any, name: str) -> float:
    """A number above 0.

    Raises
    ------
    DomainError
        It is not.
    """
    number = finite(value, name)
    if number <= 0:
        raise DomainError(f"{name} = {number:g} is not positive\n  to fix   : give {name} > 0")
    return number


def inside_unit(value: Any, name: str) -> float:
    """A number strictly between 0 and 1: a level, a power, a proportion.

    Raises
    ------
    DomainError
        It is not.
    """
    number = finite(value, name)
    if not 0 < number < 1:
        raise DomainError(
            f"{name} = {number:g} is not between 0 and 1\n  to fix   : give 0 < {name} < 1"
        )
    return number


def whole(value: Any, name: str, least: int = 0) -> int:
    """A whole number, at least so large.

    Raises
    ------
    ArgumentError
        It is no whole number.
    DomainError
        It is smaller.
    """
    try:
        number = None if isinstance(value, bool) else index(value)
    except TypeError:
        number = int(value) if isinstance(value, float) and value.is_integer() else None
    if number is None:
        raise ArgumentError(
            f"{name} must be a whole number, got {str(value)[:40]}\n  to fix   : give a count"
        )
    if number > MOST:
        raise DomainError(
            f"{name} is above 2^53, where doubles do not tell counts apart\n"
            f"  to fix   : give a smaller count"
        )
    if number < least:
        raise DomainError(
            f"{name} = {number} is below {least}\n  to fix   : give {name} >= {least}"
        )
    return number


def successes_in(successes: Any, trials: Any) -> tuple[int, int]:
    """A number of successes and of trials.

    Raises
    ------
    DomainError
        There are more successes than trials.
    """
    n = whole(trials, "trials", 1)
    k = whole(successes, "successes")
    if k > n:
        raise DomainError(
            f"successes = {k} of trials = {n} are too many\n  to fix   : give successes <= trials"
        )
    return k, n
