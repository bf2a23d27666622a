"""Shares that are floats and sum to one but for rounding: the fractions they stand for.

In: a list of masses as a user gives them.  Out: the same list, or fractions that sum to one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from numbers import Rational, Real
from typing import Any

import sympy

MOST_PARTS = 10**6  # a float that is no decimal is looked for among fractions up to here


def without_rounding(values: Sequence[Any]) -> list[Any]:
    """The values; floats that sum to one but for rounding as fractions that do.

    A float is the simplest fraction that it is the nearest double of, where these sum to one;
    else all are divided by their sum.

    Parameters
    ----------
    values : sequence
        Numbers, names, expressions: only numbers with a float among them are looked at.

    Returns
    -------
    list

    Examples
    --------
    >>> print(*without_rounding([1 / 3, 1 / 3, 1 / 3]))
    1/3 1/3 1/3
    >>> without_rounding([0.5, 0.6]), without_rounding(["p", 0.5])
    ([0.5, 0.6], ['p', 0.5])
    """
    plain = [v.item() if _is_numpy_number(v) else v for v in values]
    if not any(isinstance(v, float) for v in plain) or not all(map(_is_finite, plain)):
        return list(values)
    exact = [Fraction(repr(v)) if isinstance(v, float) else Fraction(v) for v in plain]
    total = sum(exact, Fraction(0))
    if total == 1 or min(exact) < 0 or abs(total - 1) > len(exact) * Fraction(math.ulp(1.0)):
        return list(values)
    simple = [_simplest(value) for value in exact]
    return simple if sum(simple) == 1 else [value / total for value in exact]


def _is_numpy_number(value: Any) -> bool:
    return hasattr(value, "item") and not isinstance(value, sympy.Basic)


def _is_finite(value: Any) -> bool:
    is_number = isinstance(value, (Real, Rational)) and not isinstance(value, (bool, sympy.Basic))
    return is_number and math.isfinite(value)


def _simplest(value: Fraction) -> Fraction:
    found = value.limit_denominator(MOST_PARTS)
    return found if float(found) == float(value) else value
